from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.cast import make_office, make_person, make_user
from tongxin.core import audit
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible, Refusal
from tongxin.core.models import AuditEntry
from tongxin.registry import suggestion_operations as operations
from tongxin.registry.models import CorrectionProposal, Objection, Suggestion

pytestmark = pytest.mark.django_db


def refused(call, *args, **kwargs) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_suggestion_is_answered_once_and_its_sender_reads_the_answer():
    office = make_office()
    sender, clerk = make_user(office, "leader"), make_user(office, "administrator")
    row = operations.suggest(office, kind="suggestion", page="/board/", text=" 字太小 ", actor=sender)
    assert [(a.kind, a.text, a.answer) for a in operations.sent_by(sender, office)] == [("建议", "字太小", "")]
    operations.answer_suggestion(row, answer="已加大字", actor=clerk)
    assert [(a.text, a.answer) for a in operations.sent_by(sender, office)] == [("字太小", "已加大字")]
    assert operations.sent_by(clerk, office) == []
    stale = Suggestion(pk=row.pk, office=office)
    assert (
        refused(operations.answer_suggestion, stale, answer="又答", actor=clerk).code == "registry.suggestion_answered"
    )


def test_without_a_name_nothing_is_kept_of_the_sender_and_the_receipt_shows_the_answer():
    office = make_office()
    sender = make_user(office, "leader")
    row = operations.suggest(office, kind="complaint", page="", text="投诉", actor=sender, anonymous=True)
    assert (row.sender, row.created_by) == (None, None)
    assert AuditEntry.objects.values_list("actor_id", "actor_label").get() == (None, "")
    assert operations.by_receipt(office, row.uid).text == "投诉"
    assert operations.by_receipt(make_office(), row.uid) is None
    assert operations.by_receipt(office, uuid.uuid4()) is None


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("praise", "x", "registry.suggestion_kind"),
        ("complaint", "  ", "registry.text_missing"),
        ("complaint", "长" * 1001, "registry.text_too_long"),
    ],
)
def test_suggest_refuses_what_it_cannot_keep(kind, text, code):
    assert refused(operations.suggest, make_office(), kind=kind, page="", text=text, actor=None).code == code
    assert Suggestion.objects.count() == 0


def own(office=None, **more):
    office = office or make_office()
    user = make_user(office)
    return make_person(office, "周明", user=user, **more), user


def test_a_confirmed_correction_is_written_with_its_audit_entry():
    person, user = own(phone="139")
    clerk = make_user(person.office, "roster_clerk")
    row = operations.propose_correction(person, field="phone", value=" 138 ", actor=user)
    operations.confirm_correction(row, actor=clerk)
    person.refresh_from_db()
    row.refresh_from_db()
    assert (person.phone, row.state, row.decided_by) == ("138", "confirmed", clerk)
    entry = AuditEntry.objects.get(action="registry.correct_person")
    assert (audit.values_of(entry), entry.person_ids) == ({"phone": ("139", "138")}, [person.pk])


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("birth_date", "1970-02-28", dt.date(1970, 2, 28)),
        ("sex", "2", "2"),
        ("ethnic_group", "05", "05"),
        ("employer", "澄江  一中", "澄江 一中"),
        ("email", "a@b.cn", "a@b.cn"),
    ],
)
def test_each_kind_of_value_is_written_as_its_field_holds_it(field, value, stored):
    person, user = own()
    operations.confirm_correction(
        operations.propose_correction(person, field=field, value=value, actor=user), actor=user
    )
    person.refresh_from_db()
    assert getattr(person, field) == stored


def test_a_corrected_name_sorts_anew():
    person, user = own()
    row = operations.propose_correction(person, field="name", value="曾 明", actor=user)
    operations.confirm_correction(row, actor=user)
    person.refresh_from_db()
    assert (person.name, person.pinyin_key) == ("曾明", "zeng1 ming2")


@pytest.mark.parametrize(
    ("field", "value", "kind", "code"),
    [
        ("precedence", "1", BadInput, "registry.correction_field"),
        ("user", "1", BadInput, "registry.correction_field"),
        ("name", " ", BadInput, "registry.correction_value"),
        ("name", "长" * 300, BadInput, "registry.correction_value"),
        ("name", "周明", NotPossible, "registry.correction_same"),
        ("birth_date", "1970.02", BadInput, "registry.correction_value"),
        ("birth_date", "2999-01-01", BadInput, "registry.correction_value"),
        ("birth_date", "1899-12-31", BadInput, "registry.correction_value"),
        ("sex", "女", BadInput, "registry.correction_value"),
        ("ethnic_group", "汉", BadInput, "registry.correction_value"),
        ("email", "nobody", BadInput, "registry.correction_value"),
    ],
)
def test_propose_refuses_by_name(field, value, kind, code):
    person, user = own()
    refusal = refused(operations.propose_correction, person, field=field, value=value, actor=user)
    assert (type(refusal), refusal.code) == (kind, code)
    assert (CorrectionProposal.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_only_the_person_proposes_and_one_at_a_time_a_field():
    person, user = own()
    stranger = make_user(person.office, "roster_clerk")
    refusal = refused(operations.propose_correction, person, field="phone", value="1", actor=stranger)
    assert (type(refusal), refusal.code) == (NotAllowed, "registry.not_own_data")
    row = operations.propose_correction(person, field="phone", value="1", actor=user)
    again = refused(operations.propose_correction, person, field="phone", value="2", actor=user)
    assert (type(again), again.code) == (Conflict, "registry.correction_open")
    assert refused(operations.withdraw_correction, row, actor=stranger).code == "registry.not_own_data"
    operations.withdraw_correction(row, actor=user)
    assert operations.propose_correction(person, field="phone", value="2", actor=user).proposed_value == "2"


def test_a_field_that_changed_meanwhile_is_not_overwritten():
    person, user = own(phone="139")
    row = operations.propose_correction(person, field="phone", value="138", actor=user)
    person.phone = "137"
    person.save()
    assert refused(operations.confirm_correction, row, actor=user).code == "registry.correction_stale"
    row.refresh_from_db()
    person.refresh_from_db()
    assert (row.state, person.phone) == ("proposed", "137")


def test_two_clerks_decide_once():
    person, user = own(phone="139")
    row = operations.propose_correction(person, field="phone", value="138", actor=user)
    stale = CorrectionProposal.objects.get(pk=row.pk)
    operations.decline_correction(row, answer="与档案不符", actor=user)
    refusal = refused(operations.confirm_correction, stale, actor=user)
    person.refresh_from_db()
    assert (refusal.code, person.phone) == ("registry.correction_decided", "139")


def test_declining_asks_for_a_reason():
    person, user = own()
    row = operations.propose_correction(person, field="phone", value="138", actor=user)
    assert refused(operations.decline_correction, row, answer=" ", actor=user).code == "registry.text_missing"
    operations.decline_correction(row, answer="与档案不符", actor=user)
    row.refresh_from_db()
    assert (row.state, row.answer) == ("declined", "与档案不符")


def test_an_objection_is_kept_and_answered_once_and_the_entry_stays():
    office = make_office()
    person, user = own(office, affiliation="01")
    clerk = make_user(office, "roster_clerk")
    affiliation = person.affiliations.get()
    row = operations.object_to(
        person, subject_type="registry.affiliation", subject_id=affiliation.pk, statement="已退出", actor=user
    )
    operations.answer_objection(row, answer="已与档案核对", actor=clerk)
    assert refused(operations.answer_objection, row, answer="又答", actor=clerk).code == "registry.objection_answered"
    affiliation.refresh_from_db()
    assert (affiliation.code, Objection.objects.get().answer) == ("01", "已与档案核对")


def test_objecting_to_what_is_not_ones_own_is_refused():
    office = make_office()
    person, user = own(office)
    other = make_person(office, affiliation="01")
    foreign = other.affiliations.get()
    arguments = {"subject_type": "registry.affiliation", "subject_id": foreign.pk, "statement": "不实"}
    assert refused(operations.object_to, person, actor=user, **arguments).code == "registry.objection_subject"
    assert refused(operations.object_to, other, actor=user, **arguments).code == "registry.not_own_data"
    unknown = {**arguments, "subject_type": "registry.gossip"}
    assert refused(operations.object_to, person, actor=user, **unknown).code == "registry.objection_subject"
    empty = {**arguments, "statement": " "}
    assert refused(operations.object_to, person, actor=user, **empty).code == "registry.text_missing"
    assert Objection.objects.count() == 0


def test_what_waits_for_an_answer_is_counted():
    office = make_office()
    person, user = own(office)
    operations.suggest(office, kind="complaint", page="", text="x", actor=None)
    operations.propose_correction(person, field="phone", value="138", actor=user)
    operations.suggest(make_office(), kind="complaint", page="", text="x", actor=None)
    assert operations.open_requests(office) == {"suggestions": 1, "corrections": 1, "objections": 0}
