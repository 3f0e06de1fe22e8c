"""Registering documents and judging what was read out of them."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.documents import operations, queries
from tongxin.documents.models import Block, Document, Placeholder, Repair, Requirement, Revision
from tongxin.registry.models import StoredFile

SPEECH = """某资料网 首页

在2025年全市政协党的建设工作会议上的讲话

2025-03-12 09:18:15 某资料网

  同志们:

  目前,我市实有的XXX名协委员中,非员委员XXX名,占比XXX%。……略……

  二、聚焦重点任务,全面提高建设质量

  (一)要筑牢根本,在理论武装上提质效。要突出学重点。要严格落实“第一议题”制度,及时跟进学重要讲话精神。要认真落实“三会一课”、谈心谈话等制度。

  (二)要优化功能,在组织建设上提质效。要制定委员联系群众工作办法,于12月底前完成。

相关阅读
"""
DATA = SPEECH.encode()


def with_more(paragraphs):
    """The speech with more paragraphs before the page's tail."""
    return SPEECH.replace("相关阅读", paragraphs + "\n相关阅读")


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
    values = {"name": "讲话.txt", "data": data, "declared_unclassified": True, "actor": None, **more}
    return operations.register(office, **values)


def files_on_disk():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def everything():
    models = (Document, Revision, StoredFile, Block, Requirement, Placeholder, Repair, AuditEntry)
    return [model.objects.count() for model in models], len(files_on_disk())


def test_register_keeps_bytes_text_and_findings(office):
    user = make_user(office, "party_clerk")
    document = register(office, actor=user)
    revision = queries.latest_revision(document)
    assert (document.title, document.kind, document.source_status, document.year) == (
        "在2025年全市政协党的建设工作会议上的讲话",
        "speech",
        "reference",
        2025,
    )
    assert document.document_day == dt.date(2025, 3, 12)
    assert revision.text == SPEECH
    assert revision.sha256 == hashlib.sha256(DATA).hexdigest() == revision.file.sha256
    assert (revision.file.size, revision.file.original_name, revision.file.file.read()) == (len(DATA), "讲话.txt", DATA)
    assert [path.suffix for path in files_on_disk()] == [".bin"]
    for requirement in revision.requirements.all():
        assert requirement.text == SPEECH[requirement.start : requirement.end]
        assert requirement.state == "proposed"
    assert [place.text for place in revision.placeholders.filter(kind="placeholder")] == ["XXX", "XXX", "XXX"]
    assert [place.text for place in revision.placeholders.filter(kind="elision")] == ["……略……"]
    assert {"(一)", "(二)"} <= set(revision.blocks.values_list("number", flat=True))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.subject_id) == ("documents.register", user.pk, document.pk)


def test_same_bytes_again_are_the_same_document(office):
    first = register(office)
    before = everything()
    assert register(office, name="另一个名字.txt") == first
    assert everything() == before
    assert register(make_office()) != first


def test_name_of_the_file_is_kept_without_what_cannot_be_printed(office):
    document = register(office, name="讲\x00话\u202e.txt" + "长" * 300)
    stored = queries.latest_revision(document).file
    assert (len(stored.original_name), "\x00" in stored.original_name) == (255, False)


def test_bytes_registered_at_the_same_moment_are_one_document(office, monkeypatch):
    first = register(office)
    before = everything()
    found = iter([None, first])
    monkeypatch.setattr(queries, "document_with_bytes", lambda *_: next(found))
    assert register(office) == first
    assert everything() == before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"declared_unclassified": False}, "documents.not_declared"),
        ({"data": b""}, "reading.empty"),
        ({"data": b"\x89PNG\r\n\x1a\n" + b"\0" * 100}, "reading.image"),
        ({"data": b"abc\x00\x01\x02" * 50}, "reading.binary"),
        ({"data": b"PK\x03\x04broken", "name": "a.docx"}, "reading.docx_damaged"),
        ({"data": "机密★1年\n\n关于某事的通知\n\n请各单位做好工作。\n".encode()}, "reading.classified"),
        ({"name": "【机密】讲话.txt"}, "secrecy.marked"),
        ({"source_status": "rumour"}, "documents.source_status"),
        ({"kind": "poem"}, "documents.kind"),
        ({"data": b"a" * (21 * 1024 * 1024)}, "reading.too_large"),
    ],
)
def test_refusal_stores_nothing(office, values, code):
    with pytest.raises((BadInput, NotPossible)) as refused:
        register(office, **values)
    assert refused.value.code == code
    assert refused.value.message
    assert everything() == ([0] * 8, 0)


def test_failure_while_writing_leaves_no_row_and_no_file(office, monkeypatch):
    def fail(*_args, **_more):
        raise RuntimeError("disk full")

    monkeypatch.setattr(operations, "write_parts", fail)
    with pytest.raises(RuntimeError):
        register(office)
    assert everything() == ([0] * 8, 0)


def test_integrity_error_that_is_no_duplicate_is_not_swallowed(office, monkeypatch):
    def fail(*_args, **_more):
        raise IntegrityError("something else")

    monkeypatch.setattr(operations, "write_parts", fail)
    with pytest.raises(IntegrityError):
        register(office)
    assert everything() == ([0] * 8, 0)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("在全市政协党的建设工作会议上的讲话", "speech"),
        ("关于印发2025年工作要点的通知", "notice"),
        ("2025年工作要点", "work_points"),
        ("关于制定方案的意见", "opinion"),
        ("随笔", "other"),
    ],
)
def test_kind_of_title(title, kind):
    assert operations.kind_of_title(title) == kind


def test_confirm_source_makes_a_reference_copy_issued(office):
    document = register(office)
    operations.confirm_source(
        document, issuer="市政协党组", number="澄政协党组〔2025〕1号", day=dt.date(2025, 3, 12), actor=None
    )
    document.refresh_from_db()
    assert (document.source_status, document.number) == ("issued", "澄政协党组〔2025〕1号")
    operations.confirm_source(
        document, issuer="市政协党组", number="澄政协党组〔2025〕1号", day=dt.date(2025, 3, 12), actor=None
    )
    assert AuditEntry.objects.filter(action="documents.confirm_source").count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"issuer": " "}, "issuer"),
        ({"number": ""}, "number"),
        ({"number": "无号"}, "number"),
        ({"unnumbered": True}, "number"),
        ({"day": dt.date(2026, 6, 16)}, "day"),
    ],
)
def test_confirm_source_names_the_field_at_fault(office, values, field):
    document = register(office)
    given = {"issuer": "市政协党组", "number": "〔2025〕1号", "day": dt.date(2025, 3, 12), **values}
    with pytest.raises(BadInput) as refused:
        operations.confirm_source(document, actor=None, **given)
    assert refused.value.field == field
    assert Document.objects.get().source_status == "reference"


def test_confirm_source_takes_an_original_without_a_number_where_that_is_said(office):
    document = register(office)
    operations.confirm_source(
        document, issuer="市政协党组", number=" ", unnumbered=True, day=dt.date(2025, 3, 12), actor=None
    )
    document.refresh_from_db()
    assert (document.source_status, document.issuer, document.number) == ("issued", "市政协党组", "")


def test_chrome_line_is_restored_and_set_aside_again(office):
    revision = queries.latest_revision(register(office))
    proposed = list(revision.chrome_line_numbers)
    assert 1 in proposed
    assert operations.restore_chrome_line(revision, 1, actor=None).chrome_line_numbers == [
        n for n in proposed if n != 1
    ]
    assert operations.set_aside_line(revision, 1, actor=None).chrome_line_numbers == proposed
    assert revision.reading["chrome_line_numbers"] == proposed
    for line in (0, 1000):
        with pytest.raises(BadInput):
            operations.restore_chrome_line(revision, line, actor=None)


@pytest.fixture
def requirement(office):
    return queries.latest_revision(register(office)).requirements.get(text__contains="第一议题")


def test_dismiss_and_reopen(requirement):
    stale = Requirement.objects.get(pk=requirement.pk)
    operations.dismiss_requirement(requirement, actor=None, reason="口号")
    with pytest.raises(Conflict):
        operations.dismiss_requirement(stale, actor=None)
    operations.reopen_requirement(requirement, actor=None)
    assert Requirement.objects.get(pk=requirement.pk).state == "proposed"
    with pytest.raises(Conflict):
        operations.reopen_requirement(requirement, actor=None)


def test_accepting_asks_for_the_issued_original(requirement):
    for state in ("accepted", "task"):
        with pytest.raises(NotPossible) as refused:
            operations.decide_requirement(requirement, state, actor=None)
        assert refused.value.code == "documents.not_issued"
        assert "核对来源" in refused.value.hint
    document = requirement.revision.document
    operations.confirm_source(document, issuer="市政协", number="1号", day=dt.date(2025, 3, 12), actor=None)
    assert operations.decide_requirement(requirement, "accepted", actor=None).state == "accepted"


def test_edit_requirement_follows_the_span(requirement):
    text = requirement.revision.text
    start = requirement.start + 1
    operations.edit_requirement(requirement, start=start, subject=" 党组 ", actor=None)
    requirement.refresh_from_db()
    assert (requirement.text, requirement.subject) == (text[start : requirement.end], "党组")
    assert requirement.line == text.count("\n", 0, start) + 1


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"start": -1}, "documents.span", "start"),
        ({"end": 10**7}, "documents.span", "end"),
        ({"start": 50, "end": 50}, "documents.span", "end"),
        ({"start": SPEECH.index("\n\n"), "end": SPEECH.index("\n\n") + 2}, "documents.span_blank", "start"),
        ({"subject": "长" * 121}, "documents.too_long", "subject"),
    ],
)
def test_edit_requirement_refuses_what_lies_outside(requirement, values, code, field):
    before = Requirement.objects.values().get(pk=requirement.pk)
    with pytest.raises(BadInput) as refused:
        operations.edit_requirement(requirement, actor=None, **values)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert Requirement.objects.values().get(pk=requirement.pk) == before


def test_decided_requirement_is_not_edited(requirement):
    operations.dismiss_requirement(requirement, actor=None)
    with pytest.raises(Conflict):
        operations.edit_requirement(requirement, subject="党组", actor=None)


def test_repair_is_decided_once_and_the_text_stays(office):
    revision = queries.latest_revision(register(office))
    repair = revision.repairs.first()
    assert repair is not None
    stale = Repair.objects.get(pk=repair.pk)
    operations.decide_repair(repair, accept=True, actor=None)
    operations.decide_repair(repair, accept=True, actor=None)
    with pytest.raises(Conflict):
        operations.decide_repair(stale, accept=False, actor=None)
    assert Revision.objects.get(pk=revision.pk).text == SPEECH
    assert AuditEntry.objects.filter(action="documents.decide_repair").count() == 1


@pytest.fixture
def place(office):
    committee = make_organization(office, "committee")
    for code in ("01", "05", "12"):
        join(make_person(office, affiliation=code), committee)
    return queries.latest_revision(register(office)).placeholders.filter(kind="placeholder").first()


def test_filled_place_keeps_value_and_day(office, place):
    operations.fill_placeholder(place, figure="members.total", as_of=dt.date(2026, 6, 1), actor=None)
    join(make_person(office), make_organization(office, "committee"), valid_from=dt.date(2026, 6, 10))
    place.refresh_from_db()
    assert (place.value, place.as_of, place.shown, place.state) == ("3", dt.date(2026, 6, 1), "3", "filled")
    shown = queries.open_places(place.revision, day=dt.date(2026, 6, 15))[0]
    assert (shown.value, shown.current, shown.changed) == ("3", "4", True)


def test_own_count_stands_beside_the_registers(place):
    with pytest.raises(BadInput) as refused:
        operations.fill_placeholder(place, figure="members.total", as_of=dt.date(2026, 6, 1), override="5", actor=None)
    assert refused.value.field == "override_reason"
    operations.fill_placeholder(
        place,
        figure="members.total",
        as_of=dt.date(2026, 6, 1),
        override="5",
        override_reason="组织部门口径",
        actor=None,
    )
    place.refresh_from_db()
    assert (place.value, place.override, place.shown) == ("3", "5", "5")
    assert queries.open_places(place.revision, day=dt.date(2026, 6, 15))[0].changed is False


def test_place_left_blank_stays_blank(place):
    operations.leave_blank(place, actor=None)
    shown = queries.open_places(place.revision, day=dt.date(2026, 6, 15))[0]
    assert (shown.state, shown.figure, shown.value) == ("left_blank", "", "")


def test_place_refuses_unknown_figure_future_day_and_elision(place):
    for values, code in (
        ({"figure": "members.best", "as_of": dt.date(2026, 6, 1)}, "figures.unknown"),
        ({"figure": "members.total", "as_of": dt.date(2026, 6, 16)}, "documents.as_of"),
    ):
        with pytest.raises(BadInput) as refused:
            operations.fill_placeholder(place, actor=None, **values)
        assert refused.value.code == code
    elision = place.revision.placeholders.get(kind="elision")
    with pytest.raises(NotPossible):
        operations.fill_placeholder(elision, figure="members.total", as_of=dt.date(2026, 6, 1), actor=None)
    assert set(Placeholder.objects.values_list("state", flat=True)) == {"open"}


def test_split_cuts_at_the_mark_and_numbers_on(requirement):
    text = requirement.revision.text
    at = requirement.start + text[requirement.start : requirement.end].index(",") + 1
    end = requirement.end
    first, second = operations.split_requirement(requirement, at=at, actor=None)
    assert (first.text, second.text) == (text[first.start : at - 1], text[at:end])
    assert (second.order, second.state, second.outline_path) == (first.order + 1, "proposed", first.outline_path)


@pytest.mark.parametrize("place", ["start", "end"])
def test_split_refuses_a_place_beside_all_words(requirement, place):
    count = Requirement.objects.count()
    with pytest.raises(BadInput) as refused:
        operations.split_requirement(requirement, at=getattr(requirement, place), actor=None)
    assert (refused.value.code, Requirement.objects.count()) == ("documents.split", count)


def test_what_was_split_can_be_joined_again(requirement):
    before = (requirement.start, requirement.end, requirement.text, requirement.subject)
    at = requirement.start + requirement.text.index(",") + 1
    first, second = operations.split_requirement(requirement, at=at, actor=None)
    joined = operations.join_requirements(second, first, actor=None)
    assert (joined.start, joined.end, joined.text, joined.subject) == before
    assert not Requirement.objects.filter(pk=second.pk).exists()


def test_only_neighbours_are_joined(requirement):
    others = list(Requirement.objects.filter(revision=requirement.revision).order_by("start"))
    with pytest.raises(BadInput) as refused:
        operations.join_requirements(others[0], others[2], actor=None)
    assert refused.value.code == "documents.join"


def test_decided_requirements_are_neither_split_nor_joined(requirement):
    other = Requirement.objects.filter(revision=requirement.revision).exclude(pk=requirement.pk).first()
    operations.dismiss_requirement(requirement, actor=None)
    with pytest.raises(Conflict):
        operations.split_requirement(requirement, at=requirement.start + 4, actor=None)
    with pytest.raises((Conflict, BadInput)):
        operations.join_requirements(requirement, other, actor=None)
