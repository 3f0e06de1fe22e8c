#!/usr/bin/env python3
"""How long reading takes, by size, and how long getting the text of a docx takes beside parsing its XML alone.

usage: python bench/read.py [--seed N] [--largest CHARACTERS]

The text is made up here from a fixed seed: headings, task sentences, dates, menus. Reading is
linear when the µs/char column stays level. The docx is made from the same text; its baseline is lxml parsing
``word/document.xml`` from the same bytes, measured in the same run.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from tongxin.documents.reading import read_text
from tongxin.documents.reading.docx import read_docx

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
            # Long texts get longer paragraphs, not more headings than a paper has.
            for _ in range(6 + characters // 40_000):
                verbs = rng.sample(VERBS, 3)
                things = rng.sample(THINGS, 3)
                opening = rng.choice((rng.choice(WHO) + "要", "", "要", rng.choice(WHEN)))
                sentences.append(opening + "，".join(f"{v}{t}" for v, t in zip(verbs, things, strict=True)) + "。")
            lines.append("".join(sentences))
            size += len(lines[-1])
    return "\n".join(lines)


def make_docx(text: str) -> bytes:
    """A docx with one paragraph a line, each with run and paragraph properties as Word writes them."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    look = '<w:rPr><w:rFonts w:ascii="FangSong" w:eastAsia="FangSong" w:hAnsi="FangSong"/><w:sz w:val="32"/></w:rPr>'
    parts = [f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{space}"><w:body>']
    for line in text.split("\n"):
        parts.append('<w:p><w:pPr><w:spacing w:line="580"/><w:ind w:firstLine="640"/></w:pPr>')
        # Word cuts a paragraph into runs wherever it was edited.
        for place in range(0, len(line), 40):
            parts.append(f"<w:r>{look}<w:t>{line[place : place + 40].replace('>', '&gt;')}</w:t></w:r>")
        parts.append("</w:p>")
    parts.append("</w:body></w:document>")
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "".join(parts))
    return stream.getvalue()


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds of the quickest of ``times`` runs of ``work``."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return min(took)


def parse_alone(data: bytes) -> object:
    """The least that anything reading a docx must do: unzip and parse its XML."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def compare_docx(seed: int) -> None:
    """Print how long the text of a docx takes beside parsing its XML alone."""
    print(f"{'docx, characters':>18} {'ms':>8} {'lxml alone':>11} {'times':>6}")
    for size in (10_000, 100_000):
        data = make_docx(make_text(size, seed))
        ours, alone = best_of(9, partial(read_docx, data)), best_of(9, partial(parse_alone, data))
        print(f"{size:>18,} {ours * 1000:>8.2f} {alone * 1000:>11.2f} {ours / alone:>6.2f}")


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
    compare_docx(options.seed)
    one_line = make_text(min(100_000, options.largest), options.seed).replace("\n", "")
    for label, text in (
        ("one line", one_line),
        ("5,000 headings", "\n".join(f"{number}.事项{number}" for number in range(1, 5_001))),
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
