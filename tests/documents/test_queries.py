"""The library and the pages of a document."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.cast import join, make_office, make_organization, make_person
from tests.documents.test_operations import SPEECH, with_more
from tongxin.documents import operations, queries
from tongxin.documents.models import Document, Placeholder, Repair, Requirement, Revision

DAY = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office(db):
    return make_office()


def register(office, text=SPEECH, **more):
    return operations.register(
        office, name="讲话.txt", data=text.encode(), declared_unclassified=True, actor=None, **more
    )


@pytest.mark.parametrize("count", [1, 3])
def test_library_is_one_statement(office, count, django_assert_num_queries):
    for number in range(count):
        register(office, SPEECH + f"第{number}份\n")
    with django_assert_num_queries(1):
        rows = [(row.title, row.requirement_count, row.undecided_count) for row in queries.library(office)]
    assert len(rows) == count
    assert all(total == undecided > 0 for _, total, undecided in rows)


def test_library_filters_and_scope(office):
    speech = register(office)
    notice = register(
        office, "关于做好2024年有关工作的通知\n\n各支部：\n\n一、要按时开展主题党日活动。\n", kind="notice"
    )
    register(make_office())

    def found(**filters):
        return set(queries.library(office, queries.LibraryFilter(**filters)))

    assert found() == {speech, notice}
    assert found(kind="notice") == found(words="主题党日") == found(year=2024) == {notice}
    assert found(words="第一议题 理论武装") == {speech}
    assert found(source_status="issued") == found(words="查无此词") == set()
    assert queries.library_years(office) == [2025, 2024]
    for requirement in Requirement.objects.filter(revision__document=speech):
        operations.dismiss_requirement(requirement, actor=None)
    assert speech not in found(undecided=True)


def test_rows_of_another_office_are_not_found(office):
    theirs = register(make_office())
    revision = queries.latest_revision(theirs)
    for finder, row, missing in (
        (queries.document_by_uid, theirs, Document.DoesNotExist),
        (queries.revision_by_uid, revision, Revision.DoesNotExist),
        (queries.requirement_by_uid, revision.requirements.first(), Requirement.DoesNotExist),
        (queries.placeholder_by_uid, revision.placeholders.first(), Placeholder.DoesNotExist),
        (queries.repair_by_uid, revision.repairs.first(), Repair.DoesNotExist),
    ):
        assert finder(theirs.office, row.uid) == row
        with pytest.raises(missing):
            finder(office, row.uid)
        with pytest.raises(missing):
            finder(office, uuid.uuid4())


def test_document_page_shows_the_whole_original(office):
    page = queries.document_page(register(office), day=DAY)
    assert "\n".join("".join(run.text for run in line.runs) for line in page.lines) == SPEECH
    assert (page.page, page.pages, page.line_count) == (1, 1, SPEECH.count("\n") + 1)
    runs = [run for line in page.lines for run in line.runs]
    assert {run.kind for run in runs} >= {"plain", "chrome", "heading", "placeholder", "elision"}
    assert {run.requirement for run in runs} - {""} == set(page.requirements)
    for ref, requirement in page.requirements.items():
        assert "".join(run.text for run in runs if run.requirement == ref) == requirement.text
        assert [run.opens for run in runs if run.requirement == ref].count(True) == 1
    headings = ["".join(run.text for run in line.runs if run.kind == "heading") for line in page.lines]
    assert "二、聚焦重点任务,全面提高建设质量" in headings


def test_figures_of_the_register_stand_beside_the_original(office):
    committee = make_organization(office, "committee")
    for code in ("01", "01", "05", "12", "12"):
        join(make_person(office, affiliation=code), committee)
    page = queries.document_page(register(office), day=DAY)
    shown = [(place.text, place.figure, place.value, place.as_of) for place in page.places.values() if place.figure]
    assert shown == [
        ("XXX", "members.total", "5", DAY),
        ("XXX", "members.nonparty", "3", DAY),
        ("XXX", "members.nonparty_share", "60.0", DAY),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_document_page_costs_the_same_however_much_is_in_it(office, count, django_assert_num_queries):
    document = register(office, with_more("  要认真落实工作,确保完成。\n" * count))
    # revision, blocks, requirements, open places, repairs, dictionary, counts; members, non-party, non-party share
    with django_assert_num_queries(7 + 1 + 2 + 3):
        queries.document_page(document, day=DAY)


def test_long_document_is_paged_by_lines(office):
    text = SPEECH + "".join(f"要认真落实第{number}项工作。\n" for number in range(1000))
    document = register(office, text)
    first, last = (queries.document_page(document, day=DAY, page=number) for number in (1, 99))
    assert (first.pages, last.page, len(first.lines)) == (7, 7, 150)
    assert first.lines[-1].number == 150
    assert last.lines[0].number == 901
    assert {entry.page for entry in last.outline} == {1}
    for page in (first, last):
        assert "\n".join("".join(run.text for run in line.runs) for line in page.lines) == "\n".join(
            text.split("\n")[page.lines[0].number - 1 : page.lines[-1].number]
        )


def test_dismissed_requirement_is_no_longer_marked(office):
    document = register(office)
    requirement = Requirement.objects.first()
    operations.dismiss_requirement(requirement, actor=None)
    page = queries.document_page(document, day=DAY)
    assert str(requirement.uid) not in {run.requirement for line in page.lines for run in line.runs}
    assert page.counts["dismissed"] == 1


def test_very_long_line_is_shown_in_pieces_over_pages(office):
    text = "工作要点\n\n一、任务\n\n" + "要认真落实各项工作任务。" * 10_000
    document = register(office, text)
    whole = [queries.document_page(document, day=DAY, page=number) for number in (1, 2, 3)]
    assert [page.pages for page in whole] == [3, 3, 3]
    assert "".join(run.text for page in whole for line in page.lines for run in line.runs) == text.replace("\n", "")
    assert all(page.end - page.start <= 60_100 for page in whole)
    assert {line.number for line in whole[2].lines} == {5}


@pytest.mark.parametrize("count", [1, 3])
def test_changed_figures_are_listed_with_old_and_new(office, count, django_assert_num_queries):
    committee = make_organization(office, "committee")
    join(make_person(office, affiliation="01"), committee)
    for number in range(count):
        document = register(office, with_more(f"  第{number}份。\n"))
        place = queries.latest_revision(document).placeholders.first()
        operations.fill_placeholder(place, figure="members.total", as_of=dt.date(2026, 6, 1), actor=None)
    assert queries.changed_figures(office, DAY) == []
    join(make_person(office, affiliation="05"), committee)
    with django_assert_num_queries(2):
        changed = queries.changed_figures(office, DAY)
    assert [(item.figure_name, item.then, item.now) for item in changed] == [("在任委员数", "1", "2")] * count
    assert changed[-1].document == document
    operations.confirm_source(document, issuer="市政协", number="1号", day=dt.date(2025, 3, 12), actor=None)
    assert len(queries.changed_figures(office, DAY)) == count - 1
    assert queries.changed_figures(make_office(), DAY) == []
