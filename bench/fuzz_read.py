#!/usr/bin/env python3
"""Mutated files of all kinds against the reader: none may crash, hang over 5 s, or take more than 1 GB.

usage: python bench/fuzz_read.py [--files 10000] [--seed 1] [--kinds txt,docx,…]

From a fixed seed: a sound file of each kind is mutated (bytes flipped, cut, doubled, moved, parts of other files put
in; for packed kinds also inside their members) and read. Prints, by kind, how many were read, how many refused with a
message, and whatever was neither, and the slowest by processor time (a busy machine lets the clock run on). Exit code 1 where anything crashed, hung or took too much memory.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import FrameType

import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from tests.documents.reading.test_pdf import PAGES, as_pdf

from bench.read import make_docx, make_text
from tongxin.core.errors import Refusal
from tongxin.documents.reading import read_bytes

SECONDS = 5
MEMORY = 1 << 30
STRANGE = (
    "\u202e",
    "\u200b",
    "\ufeff",
    "\x00",
    "\ud7ff",
    "一是",
    "（",
    "《",
    "“",
    "附件",
    "第一条",
    "\t\t\t",
    "……略……",
    "XXX",
    "１．",
    "秘密★",
)


class Hung(BaseException):
    """The reader took longer than allowed; no handler of the reader's may swallow it."""


def html_of(text: str) -> bytes:
    """A page with menus around the text, tables and some markup."""
    rows = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    menu = "".join(f"<li><a href='#'>{name}</a></li>" for name in ("首页", "公告", "专题", "互动"))
    table = "<table><tr><th>内容</th><th>时间</th></tr><tr><td>开会</td><td>3月</td></tr></table>"
    return f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body><ul>{menu}</ul>{rows}{table}</body></html>".encode()


def xlsx_of() -> bytes:
    """A workbook of tasks with merged cells."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["类别", "任务内容", "时限", "牵头"])
    sheet.merge_range("A2:A5", "协商议政")
    for row in range(1, 5):
        sheet.write_row(row, 1, [f"召开第{row}次协商会", f"{row}月", "办公室"])
    book.close()
    return stream.getvalue()


def sound_files(seed: int) -> dict[str, bytes]:
    """One sound file of each kind."""
    text = (
        make_text(1_500, seed) + "\n附件：1．任务表\n序号\t内容\t时间\n1\t开会\t3月\n临水市政协办公室\n2025年3月1日\n"
    )
    page = html_of(text)
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return {
        "txt": text.encode(),
        "gb18030": text.encode("gb18030"),
        "utf-16": text.encode("utf-16"),
        "html": page,
        "mht": head + page + b"\r\n--x--\r\n",
        "docx": make_docx(text),
        "xlsx": xlsx_of(),
        "pdf": as_pdf(PAGES),
    }


def mutate_bytes(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """One to six random changes of bytes."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        if not changed:
            break
        place = rng.randrange(len(changed))
        size = min(rng.choice((1, 2, 7, 60, 900)), len(changed) - place)
        match rng.randrange(7):
            case 0:
                changed[place] ^= 1 << rng.randrange(8)
            case 1:
                del changed[place : place + size]
            case 2:
                changed[place:place] = changed[place : place + size] * rng.choice((1, 3, 40))
            case 3:
                changed[place : place + size] = rng.randbytes(size)
            case 4:
                begin = rng.randrange(len(other))
                changed[place:place] = other[begin : begin + size]
            case 5:
                changed[place:place] = rng.choice(STRANGE).encode("utf-8", "surrogatepass") * rng.choice((1, 2, 500))
            case 6:
                del changed[place:]
    return bytes(changed)


def mutate_members(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """A packed file with one member changed, dropped or doubled, packed anew."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = rng.choice(names)
        for name in names:
            content = old.read(name)
            if name == chosen:
                if rng.random() < 0.1:
                    continue
                content = mutate_bytes(content, other, rng)
            new.writestr(name, content)
    return stream.getvalue()


def limited(work: Callable[[], object]) -> None:
    """Run ``work`` and raise ``Hung`` after the processor time allowed, or a minute by the clock where it only waits."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Hung

    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGPROF, stop)
    signal.alarm(60)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def used() -> float:
    """Processor seconds of this process and of those it waited for: what a machine without other work would take."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def main() -> int:
    """Mutate, read, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default="")
    options = parser.parse_args()
    files = sound_files(options.seed)
    kinds = options.kinds.split(",") if options.kinds else list(files)
    # A PDF is read in a process of its own, which costs a third of a second each: they are fewer.
    weights = [1 if kind == "pdf" else 6 for kind in kinds]
    rng = random.Random(options.seed)
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    codes: Counter[str] = Counter()
    taken: list[tuple[float, float, str, int, int]] = []
    bad = 0
    for number in range(options.files):
        kind = rng.choices(kinds, weights)[0]
        other = files[rng.choice(list(files))]
        packed = kind in ("docx", "xlsx") and rng.random() < 0.6
        data = (mutate_members if packed else mutate_bytes)(files[kind], other, rng)
        name = f"文件.{kind if kind in ('html', 'mht', 'docx', 'xlsx', 'pdf') else 'txt'}"
        started, before = time.perf_counter(), used()
        try:
            limited(lambda data=data, name=name: read_bytes(data, name))
            counts[kind]["read"] += 1
        except Refusal as refusal:
            counts[kind]["refused"] += 1
            codes[refusal.code] += 1
        except Hung:
            counts[kind]["hung"] += 1
            bad += 1
            print(f"hung: {kind}, file {number}")
        except Exception:
            counts[kind]["crashed"] += 1
            bad += 1
            if bad <= 5:
                print(f"crashed: {kind}, file {number}\n{traceback.format_exc(limit=-4)}")
        taken = sorted([*taken, (used() - before, time.perf_counter() - started, kind, number, len(data))])[-5:]
    print(f"{'kind':>8} {'read':>7} {'refused':>8} {'hung':>5} {'crashed':>8}")
    for kind, count in counts.items():
        print(f"{kind:>8} {count['read']:>7} {count['refused']:>8} {count['hung']:>5} {count['crashed']:>8}")
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024
    print("refusals:", ", ".join(f"{code} {count}" for code, count in codes.most_common()))
    for cpu, seconds, kind, number, size in reversed(taken):
        print(f"slow: {kind}, file {number}, {size} bytes, {cpu:.2f} s of processor time, {seconds:.2f} s by the clock")
    slowest = taken[-1][0] if taken else 0.0
    print(
        f"slowest {slowest:.2f} s of processor time (limit {SECONDS}), peak memory {peak / 1048576:.0f} MB (limit {MEMORY // 1048576})"
    )
    return 1 if bad or slowest > SECONDS or peak > MEMORY else 0


if __name__ == "__main__":
    sys.exit(main())
