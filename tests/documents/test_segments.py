"""The original cut into runs: nothing lost, nothing shown twice."""

from __future__ import annotations

import time

from tongxin.documents.segments import (
    CHROME,
    ELISION,
    HEADING,
    PLACEHOLDER,
    PLAIN,
    REPAIR,
    Mark,
    RequirementMark,
    cut,
    line_spans,
    pages,
    pieces,
)


def test_line_spans_leave_out_line_ends_of_every_kind():
    assert [(s.number, s.start, s.end) for s in line_spans("甲\r\n\n乙")] == [(1, 0, 1), (2, 3, 3), (3, 4, 5)]
    assert [(s.start, s.end) for s in line_spans("甲\r乙")] == [(0, 1), (2, 3)]
    assert [(s.start, s.end) for s in line_spans("")] == [(0, 0)]


def test_pages_hold_so_many_lines_or_characters():
    assert pages(line_spans("甲\n" * 900), 400) == [(0, 400), (400, 800), (800, 901)]
    assert pages(line_spans("甲乙丙\n" * 5), 400, 6) == [(0, 2), (2, 4), (4, 6)]
    assert pages(line_spans("甲" * 50), 400, 6) == [(0, 1)]
    assert pages(line_spans("")) == [(0, 1)]


def test_very_long_line_goes_on_in_pieces_of_its_number():
    lines = pieces(line_spans("甲乙丙丁戊\n己"), 2)
    assert [(line.number, line.start, line.end) for line in lines] == [(1, 0, 2), (1, 2, 4), (1, 4, 5), (2, 6, 7)]


def test_cut_shows_open_place_and_repair_inside_a_requirement():
    text = "页首\n一、任务\n要办好XXX件实事。完"
    lines = cut(
        text,
        line_spans(text),
        chrome_lines=[1],
        marks=[
            Mark(3, 7, HEADING, level=1),
            Mark(11, 14, PLACEHOLDER, "p"),
            Mark(9, 9, REPAIR, "r"),
        ],
        requirements=[RequirementMark(8, 17, "q")],
    )
    runs = [[(run.text, run.kind, run.ref, run.requirement, run.opens) for run in line.runs] for line in lines]
    assert runs == [
        [("页首", CHROME, "", "", False)],
        [("一、任务", HEADING, "", "", False)],
        [
            ("要", PLAIN, "", "q", True),
            ("", REPAIR, "r", "q", False),
            ("办好", PLAIN, "", "q", False),
            ("XXX", PLACEHOLDER, "p", "q", False),
            ("件实事", PLAIN, "", "q", False),
            ("。完", PLAIN, "", "", False),
        ],
    ]
    assert [line.chrome for line in lines] == [True, False, False]
    assert lines[1].runs[0].level == 1


def test_cut_runs_joined_are_the_lines_whatever_overlaps():
    text = "甲乙丙丁戊己庚辛\n壬癸子丑寅卯\n\n辰巳"
    marks = [
        Mark(1, 5, HEADING, "h", 2),
        Mark(3, 7, ELISION, "e"),
        Mark(7, 12, PLACEHOLDER, "p"),
        Mark(17, 17, REPAIR, "x"),
    ]
    requirements = [RequirementMark(0, 4, "a"), RequirementMark(2, 11, "b"), RequirementMark(17, 19, "c")]
    spans = line_spans(text)
    lines = cut(text, spans, marks=marks, requirements=requirements)
    assert ["".join(run.text for run in line.runs) for line in lines] == text.split("\n")
    opened = [run.requirement for line in lines for run in line.runs if run.opens]
    assert opened == ["a", "b", "c"]
    for line in lines:
        places = [(run.start, run.end) for run in line.runs]
        assert all(first[1] == second[0] for first, second in zip(places, places[1:], strict=False))


def test_cut_of_a_long_text_takes_time_in_proportion():
    unit = "要认真抓好各项工作落实到位不折不扣\n"
    requirement = [RequirementMark(n * len(unit), (n + 1) * len(unit) - 1, str(n)) for n in range(40_000)]

    def seconds(count: int) -> float:
        text = unit * count
        spent = []
        for _ in range(3):  # the best of three: other work on the machine only ever adds
            begun = time.perf_counter()
            cut(text, line_spans(text), requirements=requirement[:count])
            spent.append(time.perf_counter() - begun)
        return min(spent)

    assert seconds(40_000) < 40 * max(seconds(4_000), 0.005)
