"""Seven papers written with their answers before the rules of the last day: no rule was or may be changed for them.

A speech with stripped words, work points of a Party branch, a notice with terms, minutes of a Party group, a
district's government report, lines of a State Council paper as PDF, a page of a school; run-in levels in six of them.
Counted only in total while rules were mended (see ``docs/reference/reading.md``); the floors here only tell when
reading gets worse. A paper for which a rule is changed moves to ``unseen``.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.documents.reading.marked import compare, f1, parse
from tongxin.documents.reading import read_text

FOLDER = Path(__file__).resolve().parent / "held_out"
FLOORS = {
    "numbered": 1.0,
    "run-in": 1.0,
    "chrome": 0.97,
    "requirements": 0.91,
    "subject": 0.95,
    "time": 0.91,
    "institution": 0.88,
    "placeholders": 1.0,
    "elisions": 1.0,
    "repairs": 0.33,
}


def test_papers_for_which_no_rule_was_changed():
    sums: dict[str, Counter[str]] = {}
    papers = sorted(FOLDER.glob("*.txt"))
    for path in papers:
        gold = parse(path.read_text(encoding="utf-8"))
        for key, (hit, found, right) in compare(read_text(gold.text), gold).items():
            sums.setdefault(key, Counter()).update(hit=hit, found=found, right=right)
    figures = {key: f1(value["hit"], value["found"], value["right"]) for key, value in sums.items()}
    assert len(papers) == 7
    assert {key: figures[key] for key, floor in FLOORS.items() if figures[key] < floor} == {}


def test_stripped_words_are_no_part_of_the_text():
    gold = parse("各‸党‸支部")
    assert gold.text == "各支部"
    assert gold.stripped == {(1, "党")}
