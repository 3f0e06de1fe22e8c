"""Pages of a change of term, and of single memberships."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import join, make_organization, make_term
from tests.web.conftest import Desk
from tongxin.core.models import AuditEntry
from tongxin.registry import term_operations as operations
from tongxin.registry.models import DraftSeat, Membership, Term, TermDraft
from tongxin.registry.term_operations import QuotaEntry, SectorPlan
from tongxin.registry.term_queries import content_of, newest_version
from tongxin.web.terms import reads


@pytest.fixture
def draft(desk: Desk) -> TermDraft:
    """Return the draft of the next term with one sector of three seats."""
    term = make_term(desk.office, ends=desk.today + dt.timedelta(days=1))
    begun = operations.draft_term(
        desk.office,
        ordinal=term.ordinal + 1,
        starts=desk.today,
        ends=desk.today + dt.timedelta(days=1800),
        from_register=False,
        actor=desk.clerk,
    )
    return operations.set_quotas(begun, [QuotaEntry("经济界", 3)], revision=begun.revision, actor=desk.clerk)


def _address(name: str, draft: TermDraft) -> str:
    return reverse(name, args=[draft.uid])


def test_draft_is_begun_and_a_wrong_ordinal_named(desk: Desk, client: Client):
    term = make_term(desk.office)
    form = {"ordinal": term.ordinal, "starts": "2027-01-10", "last_day": "2032-01-09"}
    refused = client.post(reverse("draft_term"), form)
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"ordinal"})
    assert client.post(reverse("draft_term"), form | {"ordinal": term.ordinal + 1}).status_code == 302
    assert TermDraft.objects.get().ends == dt.date(2032, 1, 10)


def test_preview_counts_what_is_typed_and_writes_nothing(desk: Desk, client: Client, draft: TermDraft):
    page = client.post(_address("preview_draft", draft), {"revision": draft.revision, "s0-nonparty": 2})
    assert [(share.part, share.whole) for share in page.context["shares"]][0] == (2, 3)
    assert DraftSeat.objects.filter(planned_side="nonparty").count() == 0


def test_preview_spreads_as_saving_does(desk: Desk, draft: TermDraft):
    plan = SectorPlan(party=1, nonparty=2, women=1, renewed=1, standing=1)
    before = content_of(newest_version(draft), draft)
    preview = reads.with_plans(before, {"经济界": plan})
    draft = operations.plan_sector(draft, "经济界", plan, revision=draft.revision, actor=desk.clerk)
    assert preview == content_of(newest_version(draft), draft)
    assert reads.sector_rows(preview)[0].plan == plan


def test_plan_is_saved_and_a_stale_one_refused_with_what_was_typed(desk: Desk, client: Client, draft: TermDraft):
    form = {"revision": draft.revision, "s0-nonparty": 2, "s0-women": 1}
    assert client.post(_address("plan_draft", draft), form).status_code == 302
    assert DraftSeat.objects.filter(planned_side="nonparty").count() == 2
    stale = client.post(_address("plan_draft", draft), form | {"s0-nonparty": 3})
    assert stale.status_code == 422
    assert "换届方案刚由他人改动" in stale.content.decode()
    assert stale.context["plan"]["s0-nonparty"].value() == "3"


def test_more_than_there_are_seats_is_named_at_the_field(desk: Desk, client: Client, draft: TermDraft):
    answer = client.post(_address("plan_draft", draft), {"revision": draft.revision, "s0-women": 9})
    assert (answer.status_code, set(answer.context["plan"].errors)) == (422, {"s0-women"})


def test_quotas_are_saved_and_wrong_ones_named(desk: Desk, client: Client, draft: TermDraft):
    form = {"revision": draft.revision, "q0-name": "经济界", "q0-quota": 2, "q0-reserved": 5, "q1-name": "教育界"}
    wrong = client.post(_address("set_draft_quotas", draft), form)
    assert (wrong.status_code, set(wrong.context["quotas"].errors)) == (422, {"q0-reserved", "q1-quota"})
    good = form | {"q0-reserved": 1, "q1-quota": 1}
    assert client.post(_address("set_draft_quotas", draft), good).status_code == 302
    assert DraftSeat.objects.count() == 2


def test_names_enter_from_the_published_list_and_the_term_opens(desk: Desk, client: Client, draft: TermDraft):
    names = "、".join(person.name for person in desk.people)
    listed = {"text": f"经济界（3名）\n{names}", "step": "read"}
    page = client.post(_address("draft_names", draft), listed)
    assert [line.state for line in page.context["plan"].lines] == ["matched"] * 3
    admitted = {"revision": draft.revision, "basis": "公告第1号", "published_on": desk.today}
    assert client.post(_address("admit_names", draft), admitted).status_code == 302
    draft.refresh_from_db()
    chosen = {f"n{index}-who": person.pk for index, person in enumerate(desk.people)}
    positions = {f"n{index}-position": "member" for index in range(3)}
    entering = listed | chosen | positions | {"step": "enter", "revision": draft.revision}
    assert client.post(_address("draft_names", draft), entering).status_code == 302
    assert "陈文远" in client.get(_address("draft_list", draft)).content.decode()

    draft.refresh_from_db()
    shown = client.get(_address("open_term", draft))
    assert (len(shown.context["plan"].continuing), shown.context["plan"].faults) == (3, ())
    form = {"revision": draft.revision, "on": draft.starts}
    unread = client.post(_address("open_term", draft), form)
    assert (unread.status_code, set(unread.context["form"].errors)) == (422, {"read"})
    stale = client.post(_address("open_term", draft), form | {"read": "on", "revision": 0})
    assert (stale.status_code, Term.objects.count()) == (422, 1)
    assert client.post(_address("open_term", draft), form | {"read": "on"}).status_code == 302
    assert Membership.objects.filter(term__ordinal=draft.ordinal, organization=desk.committee).count() == 3


def test_names_do_not_enter_before_the_list_is_published(desk: Desk, client: Client, draft: TermDraft):
    entering = {"text": "经济界\n陈文远", "step": "enter", "revision": draft.revision}
    entering |= {"n0-who": desk.people[0].pk, "n0-position": "member"}
    answer = client.post(_address("draft_names", draft), entering)
    assert (answer.status_code, "名单尚未公布" in answer.content.decode()) == (422, True)
    assert DraftSeat.objects.filter(person__isnull=False).count() == 0


def test_unreadable_list_is_named(desk: Desk, client: Client, draft: TermDraft):
    answer = client.post(_address("draft_names", draft), {"text": "今天天气好", "step": "read"})
    assert (answer.status_code, "没有读到姓名" in answer.content.decode()) == (422, True)


def test_draft_page_costs_the_same_for_one_sector_and_three(desk: Desk, client: Client, draft: TermDraft):
    counts = []
    for names in (("经济界",), ("经济界", "教育界", "科技界")):
        entries = [QuotaEntry(name, 3) for name in names]
        draft = operations.set_quotas(draft, entries, revision=draft.revision, actor=desk.clerk)
        client.get(_address("term_draft", draft))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(_address("term_draft", draft)).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_membership_is_entered_moved_and_ended(desk: Desk, client: Client):
    person = desk.people[0]
    one = make_organization(desk.office, "special_committee", "提案委员会")
    other = make_organization(desk.office, "special_committee", "经济委员会")
    form = {"organization": one.uid, "since": "2026-01-05"}
    assert client.post(reverse("enrol_person", args=[person.uid]), form).status_code == 302
    row = Membership.objects.get(organization=one)
    early = client.post(reverse("transfer_membership", args=[row.uid]), {"to": other.uid, "on": "2026-01-05"})
    assert (early.status_code, set(early.context["form"].errors)) == (422, {"on"})
    moved = client.post(reverse("transfer_membership", args=[row.uid]), {"to": other.uid, "on": "2026-02-01"})
    assert moved.status_code == 302
    row = Membership.objects.get(organization=other)
    assert (
        client.post(
            reverse("leave_membership", args=[row.uid]), {"last_day": "2026-03-31", "reason": "resigned"}
        ).status_code
        == 302
    )
    row.refresh_from_db()
    assert (row.valid_until, row.end_reason) == (dt.date(2026, 4, 1), "resigned")


def test_timeline_hides_party_units_until_asked(desk: Desk, client: Client):
    address = reverse("person_timeline", args=[desk.people[0].uid])
    assert "机关第一党支部" not in client.get(address).content.decode()
    assert "机关第一党支部" in client.get(address, {"purpose": "核对"}).content.decode()


@pytest.mark.parametrize(("name", "words"), [("", "必填"), ("甲" * 61, "超过了60个字")])
def test_wrong_name_is_named_at_the_field(name: str, words: str, desk: Desk, client: Client):
    answer = client.post(reverse("enter_person"), {"name": name, "sex": "0", "employer": "市一中"})
    assert answer.status_code == 422
    assert words in "".join(answer.context["form"].errors["name"])
    assert 'value="市一中"' in answer.content.decode()


def test_timeline_costs_the_same_for_one_row_and_three(desk: Desk, client: Client):
    counts = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            join(desk.people[0], make_organization(desk.office, "sector", f"界别{number}"))
        client.get(reverse("person_timeline", args=[desk.people[0].uid]))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("person_timeline", args=[desk.people[0].uid])).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_list_is_handed_out_as_a_word_document_and_recorded(draft: TermDraft, desk: Desk, client: Client):
    answer = client.post(reverse("download_draft_list", args=[draft.uid]), {"by": "position"})
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert answer["Content-Disposition"] == f'attachment; filename="term-{draft.ordinal}-list.docx"'
    entry = AuditEntry.objects.get(action="registry.export_term_list")
    assert (entry.subject_id, entry.actor_id) == (draft.pk, desk.clerk.pk)
    assert client.post(reverse("download_draft_list", args=[draft.uid]), {"version": "99"}).status_code == 404
