"""Accepting, dismissing and turning into tasks; all or nothing, and every decision audited."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_user
from tests.documents.test_operations import DATA, files_on_disk, with_more
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.documents import task_queries
from tongxin.documents.models import Document, Requirement
from tongxin.documents.operations import confirm_source
from tongxin.documents.task_operations import TypedTask
from tongxin.matters.models import Matter
from tongxin.provisions.models import Adoption
from tongxin.provisions.operations import adopt, end_adoption
from tongxin.trace import operations, queries
from tongxin.trace.models import Binding

TODAY = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office(db):
    return make_office()


def register(office, data=DATA, **more):
    return operations.register_document(
        office, name="讲话.txt", data=data, declared_unclassified=True, actor=None, **more
    )


def issued(office):
    document = register(office)
    return confirm_source(
        document, issuer="市政协党组", number="澄政协党组〔2025〕1号", day=dt.date(2025, 3, 12), actor=None
    )


def requirement(words):
    return Requirement.objects.select_related("revision__document").get(text__contains=words)


def states(row):
    return {binding.provision or "task": binding.state for binding in Binding.objects.filter(requirement=row)}


def test_register_proposes_provisions_and_tasks(office):
    register(office)
    assert states(requirement("第一议题"))["study.first_agenda_item"] == "proposed"
    assert set(states(requirement("三会一课"))) == {
        "life.general_meeting",
        "life.committee_meeting",
        "life.small_group_meeting",
        "life.party_class",
        "life.heart_talk",
    }
    assert states(requirement("工作办法")) == {"task": "proposed"}
    assert Requirement.objects.filter(bindings__isnull=True).count() == 0


def test_register_again_adds_nothing(office):
    register(office)
    before = Binding.objects.count()
    register(office)
    assert (Binding.objects.count(), Document.objects.count()) == (before, 1)


def test_document_stored_without_proposals_gets_them_when_it_comes_again(office):
    from tongxin.documents.operations import register as store

    store(office, name="讲话.txt", data=DATA, declared_unclassified=True, actor=None)
    assert Binding.objects.count() == 0
    register(office)
    assert states(requirement("工作办法")) == {"task": "proposed"}


def test_register_is_all_or_nothing(office, monkeypatch):
    def fail(*_args):
        raise RuntimeError

    monkeypatch.setattr(operations, "propose", fail)
    with pytest.raises(RuntimeError):
        register(office)
    assert (Document.objects.count(), AuditEntry.objects.count(), files_on_disk()) == (0, 0, [])


def test_propose_costs_the_same_for_many(office, django_assert_num_queries):
    from tongxin.documents.operations import register as store

    for number in (1, 30):
        text = with_more("  要认真落实工作,确保完成。\n" * number)
        document = store(office, name="a.txt", data=text.encode(), declared_unclassified=True, actor=None)
        revision = document.revisions.get()
        with django_assert_num_queries(2):
            operations.propose(revision)
        with django_assert_num_queries(1):
            assert operations.propose(revision) == 0


def test_reference_copy_is_tried_but_not_accepted(office):
    register(office)
    row = requirement("第一议题")
    with pytest.raises(NotPossible) as refused:
        operations.accept(row, actor=None)
    assert refused.value.code == "documents.not_issued"
    assert (set(states(row).values()), Adoption.objects.count(), requirement("第一议题").state) == (
        {"proposed"},
        0,
        "proposed",
    )


def test_accept_adopts_with_the_document_as_basis(office):
    issued(office)
    user = make_user(office, "party_clerk")
    row = requirement("三会一课")
    chosen = Binding.objects.filter(requirement=row, provision__in=["life.general_meeting", "life.party_class"])
    operations.accept(row, list(chosen), actor=user)
    assert requirement("三会一课").state == "accepted"
    assert states(row) == {
        "life.general_meeting": "accepted",
        "life.party_class": "accepted",
        "life.committee_meeting": "dismissed",
        "life.small_group_meeting": "dismissed",
        "life.heart_talk": "dismissed",
    }
    adoption = Adoption.objects.get(provision="life.general_meeting")
    assert adoption.valid_from == dt.date(2025, 3, 12)
    assert adoption.basis == "市政协党组《在2025年全市政协党的建设工作会议上的讲话》（澄政协党组〔2025〕1号）"
    binding = Binding.objects.get(provision="life.general_meeting")
    assert (binding.adoption, binding.decided_by, binding.decided_at is not None) == (adoption, user, True)
    assert AuditEntry.objects.filter(action="trace.decide").count() == 5
    assert AuditEntry.objects.filter(action="trace.accept", actor_id=user.pk).count() == 1


def test_provision_adopted_already_is_not_adopted_again(office):
    issued(office)
    known = adopt(office, "life.heart_talk", valid_from=dt.date(2026, 1, 1), basis="旧文件", actor=None)
    operations.accept(requirement("三会一课"), actor=None)
    assert Adoption.objects.filter(provision="life.heart_talk").get() == known
    assert Binding.objects.get(provision="life.heart_talk").adoption == known


def test_adoption_that_has_ended_stays_as_it_was(office):
    issued(office)
    old = adopt(office, "life.heart_talk", valid_from=dt.date(2024, 1, 1), actor=None)
    end_adoption(old, last_day=dt.date(2025, 12, 31), actor=None)
    operations.accept(requirement("三会一课"), actor=None)
    assert list(
        Adoption.objects.filter(provision="life.heart_talk").order_by("id").values_list("valid_from", "valid_until")
    ) == [
        (dt.date(2024, 1, 1), dt.date(2026, 1, 1)),
        (dt.date(2026, 1, 1), None),
    ]


def test_accept_twice_is_a_conflict_and_changes_nothing(office):
    issued(office)
    row, stale = requirement("第一议题"), requirement("第一议题")
    operations.accept(row, actor=None)
    before = (Adoption.objects.count(), AuditEntry.objects.count(), states(row))
    with pytest.raises((Conflict, NotPossible)):
        operations.accept(stale, actor=None)
    with pytest.raises(Conflict):
        operations.dismiss(stale, actor=None)
    assert (Adoption.objects.count(), AuditEntry.objects.count(), states(row)) == before


def test_accept_refuses_bindings_of_another_requirement(office):
    issued(office)
    stranger = Binding.objects.filter(requirement=requirement("三会一课")).first()
    with pytest.raises(BadInput):
        operations.accept(requirement("第一议题"), [stranger], actor=None)


def test_accept_needs_something_chosen(office):
    issued(office)
    row = requirement("第一议题")
    for binding in Binding.objects.filter(requirement=row).select_related("requirement"):
        operations.dismiss_binding(binding, actor=None)
    with pytest.raises(NotPossible) as refused:
        operations.accept(row, actor=None)
    assert refused.value.code == "trace.nothing_chosen"


def test_what_matches_nothing_becomes_a_task_with_its_date(office):
    issued(office)
    unit = make_organization(office, "special_committee", "提案委")
    operations.accept(
        requirement("工作办法"), actor=make_user(office, "supervisor"), owner=unit, due_on=dt.date(2026, 12, 31)
    )
    matter = Matter.objects.get()
    assert (matter.kind, matter.state, matter.due_on, matter.units.get().organization) == (
        "task",
        "assigned",
        dt.date(2026, 12, 31),
        unit,
    )
    assert requirement("工作办法").state == "task"
    assert Binding.objects.get(matter=matter).state == "accepted"


def test_date_of_the_text_that_has_passed_is_kept_in_words_only(office):
    issued(office)  # 12月底前 of 2025, today is in 2026
    operations.accept(requirement("工作办法"), actor=None)
    matter = Matter.objects.get()
    assert (matter.due_on, "12月底" in matter.due_text) == (None, True)


def test_any_requirement_may_become_a_task(office):
    issued(office)
    row = requirement("第一议题")
    matter = operations.turn_into_task(row, actor=None, title="落实第一议题制度")
    assert (matter.title, requirement("第一议题").state) == ("落实第一议题制度", "task")
    assert states(row) == {
        "study.first_agenda_item": "dismissed",
        "study.office_follow_up": "dismissed",
        "task": "accepted",
    }


def test_who_may_not_set_tasks_leaves_nothing_half_done(office):
    issued(office)
    row = requirement("工作办法")
    with pytest.raises(NotAllowed):
        operations.accept(row, actor=make_user(office, "editor"))
    assert (requirement("工作办法").state, Matter.objects.count(), states(row)) == ("proposed", 0, {"task": "proposed"})


def test_dismiss_and_reopen_carry_the_bindings(office):
    register(office)
    row = requirement("第一议题")
    operations.dismiss(row, actor=None, reason="口号")
    assert set(states(row).values()) == {"dismissed"}
    operations.reopen(row, actor=None)
    assert set(states(row).values()) == {"proposed"}
    assert Binding.objects.filter(decided_at__isnull=False).count() == 0


def test_bind_by_hand(office):
    issued(office)
    row = requirement("工作办法")
    user = make_user(office, "party_clerk")
    binding = operations.bind(row, "contact.party_to_nonparty", actor=user)
    assert operations.bind(row, "contact.party_to_nonparty", actor=user) == binding
    assert (binding.reason, binding.created_by) == ("人工选定“党员委员联系党外委员”", user)
    with pytest.raises(BadInput):
        operations.bind(row, "contact.nobody", actor=user)
    operations.accept(row, [binding], actor=user)
    assert states(row) == {"task": "dismissed", "contact.party_to_nonparty": "accepted"}
    with pytest.raises(Conflict):
        operations.bind(row, "life.heart_talk", actor=user)


def test_accept_all_proposed_leaves_tasks_to_a_person(office):
    document = issued(office)
    assert operations.accept_all_proposed(document, actor=None) == 2
    assert (requirement("第一议题").state, requirement("三会一课").state, requirement("工作办法").state) == (
        "accepted",
        "accepted",
        "proposed",
    )
    assert operations.accept_all_proposed(document, actor=None) == 0


def test_binding_of_another_office_is_not_found(office):
    other = make_office()
    register(other)
    theirs = Binding.objects.first()
    assert queries.binding_by_uid(other, theirs.uid) == theirs
    with pytest.raises(Binding.DoesNotExist):
        queries.binding_by_uid(office, theirs.uid)


def test_edit_proposes_anew_and_keeps_what_people_chose(office):
    document = register(office)
    user = make_user(office, "party_clerk")
    row = requirement("三会一课")
    operations.bind(row, "report.scope", actor=user)
    operations.dismiss_binding(Binding.objects.get(requirement=row, provision="life.party_class"), actor=user)
    start = document.revisions.get().text.index("谈心谈话")
    operations.edit(row, actor=user, start=start)
    assert states(row) == {"life.heart_talk": "proposed", "report.scope": "proposed", "life.party_class": "dismissed"}
    with pytest.raises(BadInput):
        operations.edit(row, actor=user, start=10**7)


def test_lines_chosen_are_accepted_and_listed_with_what_is_typed(office):
    make_organization(office, "department", "信息处")
    document = issued(office)
    waiting = task_queries.task_rows(document, trial=True)
    bound = queries.provisions_proposed(document)
    with_provision = next(row for row in waiting if row.uid in bound)
    without = next(row for row in waiting if row.uid not in bound)
    typed = [TypedTask(with_provision.uid, partners="研究室"), TypedTask(without.uid, "信息处", due="年底前")]
    assert operations.accept_into_table(document, typed, actor=None) == 2
    listed = {row.uid: (row.unit_name, row.partners, row.due) for row in task_queries.task_rows(document)}
    assert listed == {with_provision.uid: ("", "研究室", ""), without.uid: ("信息处", "", "年底前")}
    assert Adoption.objects.count() >= 1
    assert Matter.objects.get().units.get().organization.name == "信息处"


def test_a_line_without_provision_and_unit_is_refused_and_nothing_is_listed(office):
    document = issued(office)
    bound = queries.provisions_proposed(document)
    rows = task_queries.task_rows(document, trial=True)
    with pytest.raises(BadInput, match="列为任务须有责任单位"):
        operations.accept_into_table(document, [TypedTask(row.uid) for row in rows], actor=None)
    assert any(row.uid not in bound for row in rows)
    assert task_queries.task_rows(document) == []


def test_lines_of_a_text_from_the_web_are_not_accepted(office):
    document = register(office)
    make_organization(office, "department", "信息处")
    rows = task_queries.task_rows(document, trial=True)
    with pytest.raises(NotPossible, match="尚不能采纳"):
        operations.accept_into_table(document, [TypedTask(row.uid, "信息处") for row in rows], actor=None)
    assert Matter.objects.count() == 0
