#!/usr/bin/env python3
"""How long an official document of 20 pages takes to write, against packing the same bytes alone.

usage: python -m bench.export [--pages N] [--rounds N]

No database.  Times are medians; ratios are to the baseline of the same run.

baseline  the parts of the finished file packed into a new archive, nothing else
layout    the paper's lines: marks, numbers, title, signature, attachments
docx      the whole file, layout included
pdf       LibreOffice, where it is installed, once
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import statistics
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from tongxin.documents.export import (
    Column,
    Form,
    Heading,
    Paper,
    Paragraph,
    PrintingRecord,
    Signature,
    Table,
    converter,
    lay_out,
    to_pdf,
    write_docx,
)
from tongxin.documents.export.paging import filled_pages

SENTENCE = "各专门委员会要把理论学习与视察考察、调查研究结合起来，每半年至少组织一次专题交流，年底前报送情况。"


def paper(pages: int) -> Paper:
    """Return a paper that fills ``pages`` pages."""
    blocks: list = []
    number = 0
    while True:
        number += 1
        blocks += [
            Heading(1 if number % 6 == 1 else 2, f"第{number}部分工作安排"),
            *[Heading(3, "具体任务。", rest=SENTENCE * 2) for _ in range(3)],
            Paragraph(SENTENCE * 4),
        ]
        if number % 5 == 0:
            columns = (Column("序号", 1, True), Column("任务", 6), Column("责任单位", 3, True))
            blocks.append(Table(columns, tuple((str(row), SENTENCE, "办公室") for row in range(1, 6))))
        made = Paper(
            Form.GENERAL,
            "政协某市委员会办公室关于印发年度工作安排的通知",
            tuple(blocks),
            issuer="政协某市委员会办公室",
            number="某政协办〔2026〕1号",
            salutation="各县（市、区）政协",
            signature=Signature("政协某市委员会办公室", dt.date(2026, 3, 1)),
            record=PrintingRecord(("市委办公室",), "政协某市委员会办公室", dt.date(2026, 3, 1)),
        )
        if filled_pages(lay_out(made))[0] >= pages:
            return made


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Return the median of ``rounds`` runs after one that warms up."""
    work()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def main() -> int:
    """Measure and print; return 1 where the file took longer than a second."""
    options = argparse.ArgumentParser()
    options.add_argument("--pages", type=int, default=20)
    options.add_argument("--rounds", type=int, default=15)
    given = options.parse_args()
    made = paper(given.pages)
    data = write_docx(made)
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = {name: archive.read(name) for name in archive.namelist()}

    def pack() -> None:
        with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as target:
            for name, part in members.items():
                target.writestr(name, part)

    base = milliseconds(pack, given.rounds)
    whole = milliseconds(lambda: write_docx(made), given.rounds)
    rows = [("baseline", base), ("layout", milliseconds(lambda: lay_out(made), given.rounds)), ("docx", whole)]
    if converter():
        begun = time.perf_counter()
        pdf = to_pdf(data)
        rows.append(("pdf", (time.perf_counter() - begun) * 1000))
        print(f"PDF: {pdf.count(b'/Type/Page') - pdf.count(b'/Type/Pages')} pages by LibreOffice")
    print(f"{given.pages} pages estimated, {len(made.blocks)} blocks, {len(data)} bytes")
    for name, taken in rows:
        print(f"{name:10}{taken:>10.1f} ms{taken / base:>9.1f} ×")
    return 1 if whole > 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
