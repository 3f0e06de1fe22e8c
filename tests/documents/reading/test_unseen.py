"""Papers of many kinds, written with their answers before the reader had seen them: the figures must not fall.

The answers lie in the texts (see ``marked.py``); each paper was read once before any rule was changed for it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.documents.reading.marked import compare, f1, parse
from tongxin.documents.reading import read_text

FOLDER = Path(__file__).resolve().parent / "unseen"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))
FLOORS = {
    "numbered": 0.98,
    "run-in": 0.95,
    "chrome": 0.97,
    "requirements": 0.93,
    "subject": 0.88,
    "time": 0.9,
    "institution": 0.88,
}


def totals(names: list[str]) -> dict[str, float]:
    sums: dict[str, Counter[str]] = {}
    for name in names:
        gold = parse((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
        for key, (hit, found, right) in compare(read_text(gold.text), gold).items():
            sums.setdefault(key, Counter()).update(hit=hit, found=found, right=right)
    return {key: f1(value["hit"], value["found"], value["right"]) for key, value in sums.items()}


def test_all_papers_together():
    found = totals(NAMES)
    assert {key: found[key] for key, floor in FLOORS.items() if found[key] < floor} == {}


@pytest.mark.parametrize("name", NAMES)
def test_no_paper_falls_far_below(name):
    found = totals([name])
    assert found["requirements"] >= 0.85
    assert found["numbered"] >= 0.95


def test_the_answers_are_read_from_the_marks():
    gold = parse("~首页\n‹1›一、任务\n⟦各组要学习⟧{S:各组|T:每月}。")
    assert gold.text == "首页\n一、任务\n各组要学习。"
    assert gold.chrome == {1}
    assert gold.outline == [(2, 1, "一")]
    assert gold.requirements == [(8, 13, {"subject": "各组", "time": "每月"})]
