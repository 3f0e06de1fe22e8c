"""What every kind of matter shares beside opening and stepping: order, series, papers, notices, faults."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_person, make_user
from tongxin.core.errors import BadInput, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.matters import operations, queries, step_statement
from tongxin.matters.models import Attachment, Matter, MatterLink, MatterNotice, SavedView, StageClock, Step
from tongxin.registry.models import Organization, Series, StoredFile

PDF = b"%PDF-1.7\n...\n%%EOF"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def stored(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def task(office, title="任务", **more):
    return operations.open(office, kind="task", title=title, actor=None, **more)


def test_parts_and_order_run_in_no_circle(office):
    whole, part, piece = (task(office, title) for title in ("总任务", "分任务", "小任务"))
    operations.link(part, whole, "subtask", actor=None)
    operations.link(piece, part, "depends", actor=None)
    assert operations.link(part, whole, "subtask", actor=None) == MatterLink.objects.get(matter=part)
    for matter, origin in ((whole, piece), (whole, whole), (part, piece)):
        with pytest.raises(NotPossible) as refused:
            operations.link(matter, origin, "depends", actor=None)
        assert refused.value.code == "matters.circle"
    with pytest.raises(BadInput):
        operations.link(part, task(make_office()), "subtask", actor=None)
    with pytest.raises(BadInput):
        operations.link(part, whole, "merged", actor=None)
    assert MatterLink.objects.count() == 2


def test_a_task_is_closed_after_its_parts_and_what_comes_before_it(office):
    whole, part, first = (task(office, title) for title in ("总任务", "分任务", "先行任务"))
    operations.link(part, whole, "subtask", actor=None)
    operations.link(whole, first, "depends", actor=None)
    operations.take_step(whole, "report", actor=None, reason="已完成")
    with pytest.raises(NotPossible) as refused:
        operations.take_step(whole, "close", actor=None)
    assert refused.value.message == "还有分解任务或先行任务未办结：分任务、先行任务。"
    for matter in (part, first):
        operations.take_step(matter, "report", actor=None, reason="已完成")
        operations.take_step(matter, "close", actor=None)
    operations.take_step(whole, "close", actor=None)
    assert whole.state == "closed"


def test_a_series_set_back_by_hand_goes_on_past_what_is_in_use(office):
    for _ in range(3):
        task(office)
    Series.objects.update(next=1)
    assert [task(office).number for _ in range(2)] == ["任务2026-0004", "任务2026-0005"]
    assert AuditEntry.objects.filter(action="matters.mend_series").count() == 1
    Series.objects.update(next=10000)
    assert task(office).number == "任务2026-10000"
    Series.objects.update(next=2)
    assert task(office).number == "任务2026-10001"


def test_a_unit_dissolved_while_it_handles_is_found_and_replaced(office):
    gone, other = make_organization(office, "handling_unit", "旧局"), make_organization(office, "handling_unit", "新局")
    author = make_person(office)
    matter = operations.open(office, kind="proposal", title="例", people=[(author, "author")], actor=None)
    operations.take_step(matter, "submit", actor=None, special="submit")
    operations.take_step(matter, "file", actor=None)
    operations.set_units(matter, lead=gone, day=dt.date(2026, 6, 15))
    operations.take_step(matter, "assign", actor=None, special="assign")
    assert list(queries.of_dissolved_units(office, dt.date(2026, 6, 20))) == []
    Organization.objects.filter(pk=gone.pk).update(valid_until=dt.date(2026, 6, 20))
    assert list(queries.of_dissolved_units(office, dt.date(2026, 6, 20))) == [matter]
    operations.take_step(matter, "take_back", actor=None, reason="单位撤销", special="return")
    with pytest.raises(BadInput):
        operations.set_units(matter, lead=gone, day=dt.date(2026, 6, 20))
    operations.set_units(matter, lead=other, day=dt.date(2026, 6, 15))
    fresh = queries.matter_by_uid(office, matter.uid)
    assert [unit.organization for unit in fresh.units.all()] == [other]
    assert queries.stakes_of(fresh).units == {other.pk}


def test_killed_between_step_and_notice_nothing_is_there(office, monkeypatch):
    matter = task(office, lead=make_organization(office, "handling_unit"), due_on=dt.date(2026, 7, 1))

    class Killed(BaseException):
        pass

    def die(*args: object, **more: object) -> None:
        assert Step.objects.count() == 1  # the step is written, the notice is not
        raise Killed

    monkeypatch.setattr(step_statement, "possible", lambda: False)  # one statement has no places within
    monkeypatch.setattr(MatterNotice.objects, "bulk_create", die)
    with pytest.raises(Killed):
        operations.take_step(matter, "report", actor=None, reason="已完成")
    fresh = Matter.objects.get(pk=matter.pk)
    assert (fresh.state, fresh.step_count, Step.objects.count(), MatterNotice.objects.count()) == ("assigned", 0, 0, 0)
    assert StageClock.objects.get().stopped_on is None
    monkeypatch.undo()
    operations.take_step(fresh, "report", actor=None, reason="已完成")
    assert (Step.objects.count(), MatterNotice.objects.count()) == (1, 1)


def test_the_same_form_twice_is_one_step_even_for_who_saw_the_matter_before(office):
    matter, stale = task(office), Matter.objects.get()
    client_id = uuid.uuid4()
    first = operations.take_step(matter, "accept", actor=None, client_id=client_id)
    assert operations.take_step(stale, "accept", actor=None, client_id=client_id) == first
    assert Step.objects.count() == 1


def test_a_step_for_its_own_page_is_refused_elsewhere(office):
    matter = operations.open(office, kind="proposal", title="例", actor=None)
    for special in ("", "assign"):
        with pytest.raises(NotPossible) as refused:
            operations.take_step(matter, "submit", actor=None, special=special)
        assert refused.value.code == "matters.special"


def test_a_proposal_turned_into_information_keeps_wording_and_authors(office):
    author, other = make_person(office), make_person(office)
    matter = operations.open(
        office, kind="proposal", title="例", body="原文", people=[(author, "author"), (other, "coauthor")], actor=None
    )
    operations.take_step(matter, "submit", actor=None, special="submit")
    operations.take_step(matter, "turn", actor=None, reason="适合以信息反映")
    grown = Matter.objects.get(kind="information")
    assert (matter.state, grown.state, grown.number) == ("turned", "submitted", "信息2026-0001")
    assert [revision.text for revision in queries.bodies_of(grown)] == ["原文"]
    assert queries.stakes_of(grown).authors == {author.pk, other.pk}
    assert [(link.origin_matter, link.nature) for link in queries.origins_of(grown)] == [(matter, "turned")]


def test_attached_papers_lie_outside_and_are_told_apart(office, stored):
    matter = task(office)
    shown = operations.attach(matter, name="答复.pdf", data=PDF, actor=None, declared_unclassified=True)
    operations.attach(
        matter, name="内部.pdf", data=PDF, actor=None, declared_unclassified=True, kept_from_units=True, note="批示"
    )
    assert [row.file.original_name for row in queries.attachments_of(matter)] == ["答复.pdf", "内部.pdf"]
    assert queries.attachments_of(matter, for_unit=True) == [shown]
    assert sorted(path.suffix for path in stored.rglob("*.*")) == [".bin", ".bin"]
    assert queries.attachment_by_uid(office, shown.uid) == shown
    with pytest.raises(Attachment.DoesNotExist):
        queries.attachment_by_uid(make_office(), shown.uid)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"declared_unclassified": False}, "matters.not_declared"),
        ({"name": "机密★1年.pdf"}, "secrecy.marked"),
        ({"name": "附件.docx"}, "matters.file_lying_extension"),
    ],
)
def test_a_paper_refused_leaves_nothing(office, stored, values, code):
    given = {"name": "a.pdf", "data": PDF, "declared_unclassified": True} | values
    with pytest.raises((BadInput, NotPossible)) as refused:
        operations.attach(task(office), actor=None, **given)
    assert refused.value.code == code
    assert (Attachment.objects.count(), StoredFile.objects.count(), list(stored.rglob("*.bin"))) == (0, 0, [])


def test_a_ledger_keeps_no_papers(office, stored):
    unit = make_organization(office, "party_group")
    matter = operations.open(office, kind="request", title="关于安排的请示", lead=unit, actor=None)
    with pytest.raises(NotPossible):
        operations.attach(matter, name="a.pdf", data=PDF, actor=None, declared_unclassified=True)


def test_a_saved_view_is_its_owners(office):
    mine, other = make_user(office, "supervisor"), make_user(office, "supervisor")
    operations.save_view(office, name="在办", query="open=1", actor=mine)
    kept = operations.save_view(office, name="在办", query="open=1&kind=task", actor=mine)
    assert [(row.name, row.query) for row in queries.views_of(office, mine)] == [("在办", "open=1&kind=task")]
    assert queries.views_of(office, other) == []
    operations.drop_view(office, kept.uid, actor=other)
    assert SavedView.objects.count() == 1
    operations.drop_view(office, kept.uid, actor=mine)
    assert SavedView.objects.count() == 0
    for name, query in ((" ", ""), ("长" * 41, ""), ("x", "q" * 501)):
        with pytest.raises(BadInput):
            operations.save_view(office, name=name, query=query, actor=mine)
