"""Two papers written with their answers before the last rules: no rule was or may be changed for them.

They are what is left of a set of five (see ``docs/reference/reading.md``); the floors only tell when reading gets
worse. A paper for which a rule is changed moves to ``unseen``.
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
    "chrome": 1.0,
    "requirements": 0.88,
    "subject": 0.85,
    "time": 0.8,
}


def test_papers_for_which_no_rule_was_changed():
    sums: dict[str, Counter[str]] = {}
    papers = sorted(FOLDER.glob("*.txt"))
    for path in papers:
        gold = parse(path.read_text(encoding="utf-8"))
        for key, (hit, found, right) in compare(read_text(gold.text), gold).items():
            sums.setdefault(key, Counter()).update(hit=hit, found=found, right=right)
    figures = {key: f1(value["hit"], value["found"], value["right"]) for key, value in sums.items()}
    assert len(papers) == 2
    assert {key: figures[key] for key, floor in FLOORS.items() if figures[key] < floor} == {}


def test_stripped_words_are_no_part_of_the_text():
    gold = parse("各‸党‸支部")
    assert gold.text == "各支部"
    assert gold.stripped == {(1, "党")}
