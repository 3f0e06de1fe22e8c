"""Notes that follow the text, holds that end, signed papers, the leader's link, publishing and its log."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
import time_machine
from django.db import connection
from django.db.models import ProtectedError

from tests.cast import ON_A_SERVER, join, make_office, make_organization, make_person, make_user
from tongxin.core.errors import BadInput, NotAllowed, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.matters import editorial_operations as editorial
from tongxin.matters import (
    editorial_queries,
    operations,
    outlet_operations,
    pass_operations,
    queries,
    task_operations,
    upward_operations,
)
from tongxin.matters.models import BodyRevision, Matter, OutletFault, Publication, ReviewHold, ReviewNote, Step
from tongxin.registry.models import StoredFile

NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)
TEXT = "委员座谈。\n会后，委员参观社区。"
PDF = b"%PDF-1.7\n...\n%%EOF"


@pytest.fixture(autouse=True)
def clock_stands():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


class Desk:
    """An office with an editor, an author and three reviewers, and a manuscript that waits for its first review."""

    def __init__(self) -> None:
        self.office = make_office()
        self.unit = make_organization(self.office, "staff", "机关")
        self.editor = make_user(self.office, "editor")
        self.author, self.first, self.second, self.third = (make_person(self.office) for _ in range(4))
        self.outlet = outlet_operations.enter(
            self.office, name="网站", kind="website", unit=self.unit, check_every="month", actor=self.editor
        )

    def begin(self, *, submit: bool = True) -> Matter:
        matter = editorial.begin(
            self.office, title="侧记", unit=self.unit, authors=[self.author], text=TEXT, actor=self.editor
        )
        if submit:
            operations.take_step(matter, "submit", actor=self.editor)
        return queries.matter_by_uid(self.office, matter.uid)

    def review(self, matter: Matter, *steps: str) -> Matter:
        people = {"pass_first": self.first, "pass_second": self.second, "pass_third": self.third}
        for step in steps:
            operations.take_step(
                matter, step, actor=None, person=people.get(step, self.third), proofread=True, on_behalf="签字"
            )
        return queries.matter_by_uid(self.office, matter.uid)

    def approved(self) -> Matter:
        return self.review(self.begin(), "pass_first", "pass_second", "pass_third", "clear_secrecy")


@pytest.fixture
def desk(db, settings, tmp_path) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk()


def test_only_the_offices_own_drafts_are_reviewed(desk):
    for kind in ("handling_unit", "external", "home_unit", "party_or_body"):
        outside = make_organization(desk.office, kind)
        with pytest.raises(BadInput) as refused:
            editorial.begin(desk.office, title="稿", unit=outside, authors=[desk.author], text="文", actor=None)
        assert refused.value.code == "matters.own_drafts_only"
    assert Matter.objects.count() == 0


def test_a_manuscript_has_an_author_a_text_and_no_mark_of_secrecy(desk):
    with pytest.raises(BadInput) as nobody:
        editorial.begin(desk.office, title="稿", unit=desk.unit, authors=[], text="文", actor=None)
    with pytest.raises(NotPossible) as marked:
        editorial.begin(desk.office, title="稿", unit=desk.unit, authors=[desk.author], text="机密★1年\n文", actor=None)
    assert (nobody.value.field, marked.value.code, Matter.objects.count()) == ("authors", "secrecy.marked", 0)
    without = operations.open(desk.office, kind="manuscript", title="稿", lead=desk.unit, body="文", actor=None)
    with pytest.raises(NotPossible) as refused:
        operations.take_step(without, "submit", actor=None)
    assert refused.value.code == "matters.no_author"
    empty = operations.open(
        desk.office, kind="manuscript", title="稿", lead=desk.unit, people=[(desk.author, "author")], actor=None
    )
    with pytest.raises(NotPossible) as refused:
        operations.take_step(empty, "submit", actor=None)
    assert refused.value.code == "matters.body_empty"


def test_a_new_wording_keeps_the_old_ones_and_is_refused_on_a_stale_one(desk):
    matter = desk.begin(submit=False)
    first = BodyRevision.objects.get()
    second = editorial.revise(matter, "新的一稿\r\n第二段", based_on=first.pk, actor=desk.editor)
    assert second.text == "新的一稿\n第二段"
    with pytest.raises(NotPossible) as refused:
        editorial.revise(matter, "另一稿", based_on=first.pk, actor=desk.editor)
    assert refused.value.code == "matters.newer_text"
    assert editorial.revise(matter, second.text, based_on=second.pk, actor=desk.editor) == second
    operations.take_step(matter, "submit", actor=desk.editor)
    with pytest.raises(NotPossible) as fixed:
        editorial.revise(matter, "审核中改", based_on=second.pk, actor=desk.editor)
    assert (fixed.value.code, BodyRevision.objects.count()) == ("matters.body_fixed", 2)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"quote": "没有的字", "text": "改"}, "matters.quote_missing"),
        ({"quote": "委员", "text": "改"}, "matters.quote_several"),
        ({"quote": "  ", "text": "改"}, "matters.quote"),
        ({"quote": "字" * 301, "text": "改"}, "matters.quote"),
        ({"quote": "座谈", "text": " "}, "matters.note_empty"),
        ({"quote": "座谈", "text": "字" * 501}, "matters.note_long"),
        ({"quote": "座谈", "text": "机密文件不得引用"}, "secrecy.marked"),
    ],
)
def test_a_note_stands_at_words_of_the_text(desk, values, code):
    with pytest.raises((BadInput, NotPossible)) as refused:
        editorial.annotate(desk.begin(), actor=desk.editor, **values)
    assert (refused.value.code, ReviewNote.objects.count()) == (code, 0)


def test_notes_follow_their_words_into_a_new_wording_or_are_told_lost(desk):
    matter, twice = desk.begin(), uuid.uuid4()
    second = editorial.annotate(
        matter, quote="委员", text="写明哪些委员", start=TEXT.index("委员参观"), actor=desk.editor, client_id=twice
    )
    assert editorial.annotate(matter, quote="委员", text="写明哪些委员", actor=desk.editor, client_id=twice) == second
    lost = editorial.annotate(matter, quote="座谈", text="何时", actor=desk.editor)
    operations.take_step(matter, "send_back", actor=desk.editor, reason="按批注改")
    fresh = queries.matter_by_uid(desk.office, matter.uid)
    last = editorial_queries.latest(fresh)
    editorial.revise(fresh, "6月，委员学习。\n会后，委员参观社区。", based_on=last.pk, actor=desk.editor)
    read = editorial_queries.reading(fresh)
    assert [each.note for each in read.lost] == [lost]
    assert [(line.paragraph.start, [each.note for each in line.notes]) for line in read.lines] == [
        (0, []),
        (9, [second]),
    ]
    assert read.open_notes == 2


def test_open_notes_stop_the_last_review_and_publication(desk):
    matter = desk.review(desk.begin(), "pass_first", "pass_second")
    note = editorial.annotate(matter, quote="座谈", text="何时", actor=desk.editor)
    with pytest.raises(NotPossible) as refused:
        desk.review(matter, "pass_third")
    assert refused.value.message == "还有1条批注没有处理，不能“三审三校通过”。"
    editorial.settle_note(note, answer="已补时间", actor=desk.editor)
    editorial.settle_note(note, answer="又一次", actor=desk.editor)
    assert ReviewNote.objects.get().answer == "已补时间"
    matter = desk.review(matter, "pass_third", "clear_secrecy")
    editorial.reopen_note(note, actor=desk.editor)
    with pytest.raises(NotPossible) as unpublished:
        editorial.publish(matter, outlets=[desk.outlet], actor=desk.editor)
    assert (unpublished.value.code, Publication.objects.count()) == ("matters.notes_open", 0)


def test_strangers_neither_annotate_nor_look(desk):
    matter = desk.begin()
    stranger = make_user(desk.office, "supervisor")
    note = editorial.annotate(matter, quote="座谈", text="何时", actor=desk.editor)
    for act in (
        lambda: editorial.annotate(matter, quote="座谈", text="何时", actor=stranger),
        lambda: editorial.hold(matter, actor=stranger),
        lambda: editorial.settle_note(note, actor=stranger),
        lambda: editorial.reopen_note(note, actor=stranger),
        lambda: editorial.revise(matter, "文", based_on=0, actor=stranger),
    ):
        with pytest.raises(NotAllowed):
            act()
    task = operations.open(desk.office, kind="task", title="任务", actor=None)
    with pytest.raises(BadInput):
        editorial.hold(task, actor=desk.editor)


def test_looking_at_it_ends_by_itself_and_hinders_nobody(desk, clock_stands):
    matter, other = desk.begin(), make_user(desk.office, "editor")
    editorial.hold(matter, actor=desk.editor)
    editorial.hold(matter, actor=desk.editor)
    assert [one.user for one in editorial_queries.looking(matter)] == [desk.editor]
    assert editorial_queries.looking(matter, desk.editor) == []
    operations.take_step(matter, "send_back", actor=other, reason="改")
    clock_stands.shift(dt.timedelta(minutes=editorial.HOLD_MINUTES))
    assert editorial_queries.looking(matter) == []
    editorial.hold(matter, actor=other)
    assert [held.user for held in ReviewHold.objects.all()] == [other]
    editorial.let_go(matter, actor=other)
    assert ReviewHold.objects.count() == 0


def test_a_signed_paper_is_a_review_and_its_scan_is_kept(desk):
    matter, twice = desk.begin(), uuid.uuid4()
    values = {"person": desk.first, "name": "签字.pdf", "data": PDF, "actor": desk.editor, "client_id": twice}
    with pytest.raises(NotPossible) as undeclared:
        editorial.sign(matter, "pass_first", declared_unclassified=False, **values)
    with pytest.raises(BadInput) as lying:
        editorial.sign(matter, "pass_first", declared_unclassified=True, **{**values, "data": b"MZ..."})
    with pytest.raises(BadInput) as other:
        editorial.sign(matter, "clear_secrecy", declared_unclassified=True, **values)
    with pytest.raises(NotPossible) as own:
        editorial.sign(matter, "pass_first", declared_unclassified=True, **{**values, "person": desk.author})
    assert (undeclared.value.code, lying.value.field, other.value.field, own.value.code) == (
        "matters.not_declared", "file", "transition", "matters.reviewer_is_author",
    )  # fmt: skip
    assert (Step.objects.filter(transition="pass_first").count(), StoredFile.objects.count()) == (0, 0)
    step = editorial.sign(matter, "pass_first", declared_unclassified=True, **values)
    assert editorial.sign(matter, "pass_first", declared_unclassified=True, **values) == step
    assert (step.person, step.proofread, step.file.original_name) == (desk.first, True, "签字.pdf")
    assert step.on_behalf == f"据{desk.first.name}签字的纸质审稿单"


def test_a_review_for_somebody_else_says_on_what_ground(desk):
    matter = desk.begin()
    with pytest.raises(BadInput) as refused:
        operations.take_step(matter, "pass_first", actor=desk.editor, person=desk.first, proofread=True)
    assert refused.value.code == "matters.review_for_another"
    mine = make_person(desk.office, user=desk.editor)
    operations.take_step(matter, "pass_first", actor=desk.editor, person=mine, proofread=True)
    assert Matter.objects.get().state == "second_review"


def test_the_leaders_link_is_for_one_stage_and_used_once(desk):
    matter = desk.review(desk.begin(), "pass_first", "pass_second")
    issued = pass_operations.issue_pass(matter, purpose="review", person=desk.third, actor=desk.editor)
    assert pass_operations.steps_of_bearer(issued.row) == ["pass_third", "send_back"]
    with pytest.raises(BadInput):
        pass_operations.act(issued.token, "send_back")  # without a sentence
    pass_operations.act(issued.token, "send_back", reason="请核实数字")
    with pytest.raises(NotPossible) as used:
        pass_operations.bearer(issued.token)
    assert (used.value.code, Matter.objects.get().state) == ("matters.pass_used", "draft")
    matter = queries.matter_by_uid(desk.office, matter.uid)
    with pytest.raises(NotPossible) as early:
        pass_operations.issue_pass(matter, purpose="review", person=desk.third, actor=desk.editor)
    assert early.value.code == "matters.no_review_due"
    operations.take_step(matter, "submit", actor=desk.editor)
    stale = pass_operations.issue_pass(matter, purpose="review", person=desk.third, actor=desk.editor)
    with pytest.raises(NotPossible):
        pass_operations.issue_pass(matter, purpose="review", person=desk.author, actor=desk.editor)
    desk.review(matter, "pass_first")
    with pytest.raises(NotPossible) as passed:
        pass_operations.act(stale.token, "pass_second", proofread=True)
    assert passed.value.code == "matters.not_from_here"


def test_published_is_only_what_was_approved_and_it_stays_in_the_log(desk):
    early = desk.review(desk.begin(), "pass_first", "pass_second", "pass_third")
    with pytest.raises(NotPossible) as refused:
        editorial.publish(early, outlets=[desk.outlet], actor=desk.editor)
    with pytest.raises(NotPossible) as around:
        operations.take_step(desk.approved(), "publish", actor=desk.editor)
    assert (refused.value.code, around.value.code) == ("matters.not_from_here", "matters.special")
    matter, twice = desk.approved(), uuid.uuid4()
    studio = outlet_operations.enter(
        desk.office, name="工作室", kind="studio", unit=desk.unit, check_every="year", actor=desk.editor
    )
    for wrong in ([], [desk.outlet, desk.outlet], [studio]):
        with pytest.raises(BadInput):
            editorial.publish(matter, outlets=wrong, actor=desk.editor)
    assert Publication.objects.count() == 0
    values = {"outlets": [desk.outlet], "address": "https://example.cn/1", "actor": desk.editor, "client_id": twice}
    step = editorial.publish(matter, **values)
    assert editorial.publish(matter, **values) == step
    row = Publication.objects.get()
    assert (row.matter, row.outlet, row.revision.text, row.approval.transition) == (
        matter, desk.outlet, TEXT, "clear_secrecy",
    )  # fmt: skip
    with pytest.raises(BadInput):
        editorial.take_down(row, reason=" ", actor=desk.editor)
    with pytest.raises(BadInput):
        editorial.take_down(row, reason="有误", day=dt.date(2026, 6, 1), actor=desk.editor)
    editorial.take_down(row, reason="数字有误", actor=desk.editor)
    editorial.take_down(row, reason="又一次", actor=desk.editor)
    assert [(one.withdrawn_on, one.withdrawn_reason) for one in editorial_queries.log(desk.office)] == [
        (dt.date(2026, 6, 15), "数字有误")
    ]
    assert AuditEntry.objects.filter(action="matters.take_down").count() == 1


def test_a_wording_written_after_the_approval_is_not_published(desk, clock_stands):
    matter = desk.approved()
    clock_stands.shift(dt.timedelta(minutes=1))
    BodyRevision.objects.create(office=desk.office, matter=matter, text="改过的正文")
    with pytest.raises(NotPossible) as refused:
        editorial.publish(matter, outlets=[desk.outlet], actor=desk.editor)
    assert (refused.value.code, Matter.objects.get().state) == ("matters.not_approved", "approved")


def test_the_log_is_found_by_words_channel_and_days(desk):
    matter = desk.approved()
    editorial.publish(matter, outlets=[desk.outlet], address="https://example.cn/1", actor=desk.editor)
    day, narrowed = dt.date(2026, 6, 15), editorial_queries.LogFilter
    for filters, count in (
        (narrowed(words="侧记"), 1), (narrowed(words="example 侧记"), 1), (narrowed(words="没有"), 0),
        (narrowed(outlet_id=desk.outlet.pk), 1), (narrowed(outlet_id=0), 0), (narrowed(since=day, until=day), 1),
        (narrowed(since=day + dt.timedelta(days=1)), 0), (narrowed(until=day - dt.timedelta(days=1)), 0),
    ):  # fmt: skip
        assert editorial_queries.log(desk.office, filters).count() == count
    assert editorial_queries.log(make_office()).count() == 0


def test_the_log_outlives_every_attempt_to_delete_what_it_names(desk):
    matter = desk.approved()
    editorial.publish(matter, outlets=[desk.outlet], actor=desk.editor)
    for row in (matter, desk.outlet, BodyRevision.objects.get(), Step.objects.get(transition="clear_secrecy")):
        with pytest.raises(ProtectedError):
            row.delete()
    assert Publication.objects.count() == 1


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_the_same_moment_is_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    desk = Desk()
    matter, waiting, person = desk.approved(), desk.begin(), make_person(desk.office, affiliation="01")
    join(person, make_organization(desk.office, "committee"))
    clerk, group = make_user(desk.office, "party_clerk"), make_organization(desk.office, "party_group")
    note, paper, look, alarm, task = (uuid.uuid4() for _ in range(5))

    def twice(act) -> None:
        barrier, faults = threading.Barrier(2), []

        def run() -> None:
            try:
                barrier.wait()
                act()
            except Exception as fault:
                faults.append(fault)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []

    twice(lambda: editorial.annotate(waiting, quote="座谈", text="何时", actor=desk.editor, client_id=note))
    twice(
        lambda: editorial.publish(
            queries.matter_by_uid(desk.office, matter.uid), outlets=[desk.outlet], actor=desk.editor, client_id=paper
        )
    )
    twice(lambda: outlet_operations.check(desk.outlet, faults=["旧"], actor=desk.editor, client_id=look))
    twice(
        lambda: upward_operations.report_emergency(
            desk.office, title="突发情况报告", lead=group, told_to="值班室", told_at=NOW, actor=clerk, client_id=alarm
        )
    )
    twice(
        lambda: task_operations.volunteer(
            desk.office, title="联系社区", person=person, on_behalf="据电话", actor=clerk, client_id=task
        )
    )
    assert (ReviewNote.objects.count(), Publication.objects.count(), OutletFault.objects.count()) == (1, 1, 1)
    assert sorted(Step.objects.exclude(matter__kind="manuscript").values_list("transition", flat=True)) == [
        "accept", "tell",
    ]  # fmt: skip
