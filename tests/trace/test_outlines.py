from __future__ import annotations

import pytest

from tests.trace.test_queries import TODAY, _own_folder, _today, by_words, issued, office  # noqa: F401 - fixtures
from tongxin.documents.export import Heading, Paragraph, Part, lay_out, plain
from tongxin.provisions.operations import refresh
from tongxin.trace import operations, queries
from tongxin.trace.outlines import report_text, standing_report

pytestmark = pytest.mark.django_db


def report(document):
    return standing_report(
        queries.trace_of(document, TODAY),
        board=lambda provision: f"/board/?provision={provision}",
        task=lambda uid: f"/matters/{uid}/",
    )


def test_nothing_confirmed_is_said_and_nothing_is_reported(office):  # noqa: F811
    paper = report(issued(office))
    assert [block for block in paper.blocks if isinstance(block, Heading)] == []
    assert plain(paper.blocks[-1].text).endswith("条要求待确认，未列入。")
    assert "共提出并确认要求0条" in plain(paper.blocks[0].text)


def test_each_requirement_has_its_sentence_and_every_number_leads_to_the_board(office):  # noqa: F811
    document = issued(office)
    meetings = by_words(queries.trace_of(document, TODAY), "三会一课")
    operations.accept(meetings.row, actor=None)
    refresh(office, TODAY)
    paper = report(document)
    headings = [block.text for block in paper.blocks if isinstance(block, Heading) and block.level == 3]
    assert [text.rstrip("。") for text in headings] == [meetings.text.rstrip("。")]
    sentences = [block for block in paper.blocks if isinstance(block, Paragraph)][1:-1]
    assert sentences and all(plain(block.text).startswith("对应") for block in sentences)
    numbers = [part for block in sentences for part in block.text if isinstance(part, Part)]
    assert numbers and all(part.href.startswith("/board/?provision=life.") and part.text.isdigit() for part in numbers)
    assert any("应落实2个单位" in plain(block.text) for block in sentences)
    assert not any("未开展" in plain(block.text) for block in sentences)  # no record is never "not done"


def test_a_task_is_named_with_owner_and_state(office):  # noqa: F811
    document = issued(office)
    task = by_words(queries.trace_of(document, TODAY), "工作办法")
    matter = operations.turn_into_task(task.row, owner=None, due_on=TODAY, actor=None)
    paper = report(document)
    (sentence,) = [block for block in paper.blocks[:-1] if isinstance(block, Paragraph)][1:]
    first = sentence.text[0]
    assert (first.text, first.href) == (f"任务〔{matter.number}〕", f"/matters/{matter.uid}/")
    assert "责任单位待定，2026年6月15日前：" in plain(sentence.text)


def test_the_text_for_a_draft_holds_every_word_below_the_title(office):  # noqa: F811
    paper = report(issued(office))
    text = report_text(paper)
    assert paper.title not in text
    assert all(part.text in text for line in lay_out(paper) for part in line.parts if not part.figure)
    # a number of the register stands as a reference to it
    figures = [part.figure for line in lay_out(paper) for part in line.parts if part.figure]
    assert figures and all(f"{{{{{figure}}}}}" in text for figure in figures)
    assert "{{要求数}}" in report_text(paper, {figures[0]: "要求数"})
