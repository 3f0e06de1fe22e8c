#!/usr/bin/env python3
"""How long reading takes, by size: prints a table of sizes, milliseconds and microseconds a character.

usage: python bench/read.py [--seed N] [--largest CHARACTERS]

The text is made up here from a fixed seed: headings, task sentences, dates, menus. Reading is
linear when the last column stays level.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from tongxin.documents.reading import read_text

VERBS = ("完善", "开展", "建立", "加强", "组织", "落实", "推进", "制定", "规范", "做好")
THINGS = (
    "委员联系制度",
    "专题调研工作",
    "提案办理机制",
    "支部活动安排",
    "学习计划",
    "协商议题清单",
    "信息报送流程",
    "履职档案",
)
WHO = ("各专委会", "办公室", "各党支部", "全体委员", "有关部门")
WHEN = ("每月", "6月底前", "及时", "本年度", "定期")
NUMERALS = "一二三四五六七八九十"


def make_text(characters: int, seed: int) -> str:
    """A made-up work plan of about ``characters`` code points."""
    rng = random.Random(seed)
    lines = ["首页 > 通知公告", "关于印发年度工作计划的通知", "2025-01-10 09:00 来源：办公室", "各单位："]
    size = sum(map(len, lines))
    section = 0
    while size < characters:
        section += 1
        lines.append(f"{NUMERALS[section % 10]}、{rng.choice(VERBS)}{rng.choice(THINGS)}")
        for number in range(1, 5):
            sentences = [f"（{NUMERALS[number]}）{rng.choice(VERBS)}{rng.choice(THINGS)}。"]
            for _ in range(6):
                verbs = rng.sample(VERBS, 3)
                things = rng.sample(THINGS, 3)
                opening = rng.choice((rng.choice(WHO) + "要", "", "要", rng.choice(WHEN)))
                sentences.append(opening + "，".join(f"{v}{t}" for v, t in zip(verbs, things, strict=True)) + "。")
            lines.append("".join(sentences))
            size += len(lines[-1])
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--largest", type=int, default=1_000_000)
    options = parser.parse_args()
    read_text(make_text(5_000, options.seed))
    print(f"{'characters':>12} {'ms':>10} {'µs/char':>9} {'requirements':>13}")
    size = 1_000
    while size <= options.largest:
        text = make_text(size, options.seed)
        times = []
        for _ in range(5 if size <= 100_000 else 1):
            started = time.perf_counter()
            reading = read_text(text)
            times.append(time.perf_counter() - started)
        best = min(times)
        print(f"{len(text):>12,} {best * 1000:>10.1f} {best * 1e6 / len(text):>9.3f} {len(reading.requirements):>13,}")
        size *= 10
    one_line = make_text(min(100_000, options.largest), options.seed).replace("\n", "")
    for label, text in (
        ("one line", one_line),
        ("10,000 headings", "\n".join(f"{number}.事项{number}" for number in range(1, 10_001))),
        ("only 、", "、" * 1_000_000),
        ("only （", "（" * 1_000_000),
        ("only 要", "要" * 1_000_000),
        ("only 一是", "一是" * 500_000),
        ("only X", "X" * 1_000_000),
        ("only 组织", "各组织" * 300_000),
    ):
        started = time.perf_counter()
        read_text(text)
        took = time.perf_counter() - started
        print(f"{label:>16} {len(text):>10,} {took * 1000:>10.1f} ms {took * 1e6 / len(text):>9.3f} µs/char")


if __name__ == "__main__":
    main()
