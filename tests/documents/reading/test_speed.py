"""Reading is linear: nothing a page may hold makes it slow. Processor time, since a busy machine lets the clock run."""

from __future__ import annotations

import random
import time

import pytest

from tongxin.core.errors import BadInput
from tongxin.documents.reading import read_text

UNITS = (
    "、",
    "（",
    "要",
    "一是",
    "X",
    "各组织",
    "，鼓励",
    "1.",
    "《",
    "“",
    "…",
    "学",
    "由部门",
    "2025年",
    " ",
    "a",
    "\u200b字",
    "，要",
)


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_line_of_one_thing_takes_time_in_proportion(unit):
    times = []
    for size in (20_000, 160_000):
        text = "头" + unit * (size // len(unit))
        started = time.process_time()
        read_text(text)
        times.append(time.process_time() - started)
    # Eight times the text; three times as much again is left to a busy machine.
    assert times[1] < max(24 * times[0], 1.5)


def _headings(count: int) -> str:
    return "\n".join(f"{number}.做好第{number}项工作" for number in range(1, count + 1))


def test_five_thousand_headings_are_read():
    reading = read_text(_headings(5_000))
    assert len(reading.outline) == len(reading.requirements) == 5_000


def test_ten_thousand_headings_are_refused_in_time():
    started = time.process_time()
    with pytest.raises(BadInput, match="文中有 10000 个标题"):
        read_text(_headings(10_000))
    assert time.process_time() - started < 10


def test_a_million_characters_on_one_line():
    rng = random.Random(5)
    text = "".join(rng.choice("，。；要各支部应完善制度开展活动（）一二三、") for _ in range(1_000_000))
    started = time.process_time()
    read_text(text)
    assert time.process_time() - started < 30
