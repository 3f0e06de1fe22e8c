#!/usr/bin/env python3
"""Which words of the reading's rules each annotated document alone supports, and how it reads without them.

usage: python bench/leave_one_out.py [--corpus FOLDER] [--words]

The rules are written by hand, so leaving a document out cannot mean training again. It means this: every word in a
rule or a list that occurs in that document and in none of the other documents is struck out, as if its writer had
never seen the document; then the document is read. Struck are whole alternatives (``a|b|c``) in patterns and whole
entries of lists; characters in sets (``[重主需]``) stay. This is harder than real unseen text in one way (a writer of
rules knows office words that no document has) and easier in another (the shape of a rule stays).

The folder is ``TONGXIN_CORPUS`` or ``../shared/input``, with ``gold/*.json`` and ``score.py``. ``--words`` lists the words.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.documents.reading.scoring import load  # noqa: E402

KINDS = ("outline", "requirements", "chrome", "req-subject", "req-institution", "req-deadline")
_WORD = re.compile(r"[\u4e00-\u9fff]{1,}")
_SET = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_NEVER = "(?!)"


def branches(pattern: str) -> list[tuple[int, int]]:
    """Places of the alternatives in ``pattern`` that are nothing but Chinese words, in every group."""
    found: list[tuple[int, int]] = []
    stack = [[0, 0]]  # for each open group: where the current alternative starts, and whether | was seen
    spans: list[tuple[int, int, int]] = []  # start, end, depth
    seen_bar: set[int] = set()
    groups = [0]
    place = 0
    count = 0
    while place < len(pattern):
        char = pattern[place]
        if char == "\\":
            place += 2
            continue
        if char == "[":
            whole = _SET.match(pattern, place)
            assert whole is not None
            place = whole.end()
            continue
        if char == "(":
            head = re.match(r"\((?:\?(?:P<\w+>|<[=!]|[:=!]))?", pattern[place:])
            assert head is not None
            place += head.end()
            count += 1
            groups.append(count)
            stack.append([place, 0])
            continue
        if char in "|)":
            spans.append((stack[-1][0], place, groups[-1]))
            if char == "|":
                seen_bar.add(groups[-1])
                stack[-1][0] = place + 1
            else:
                stack.pop()
                groups.pop()
        place += 1
    spans.append((stack[-1][0], len(pattern), groups[-1]))
    for start, end, group in spans:
        if group in seen_bar and _WORD.fullmatch(pattern, start, end):
            found.append((start, end))
    return found


def without(pattern: str, words: set[str]) -> str:
    """``pattern`` with the alternatives in ``words`` made to match nothing."""
    for start, end in sorted(branches(pattern), reverse=True):
        if pattern[start:end] in words:
            pattern = pattern[:start] + _NEVER + pattern[end:]
    return pattern


def modules() -> list[Any]:
    """The modules of the reading."""
    package = importlib.import_module("tongxin.documents.reading")
    names = [item.name for item in pkgutil.iter_modules(package.__path__)]
    return [importlib.import_module(f"tongxin.documents.reading.{name}") for name in names if name != "pdf_child"]


def all_words() -> set[str]:
    """Every Chinese word that stands by itself in a rule or a list of the reading."""
    words: set[str] = set()
    for module in modules():
        for value in vars(module).values():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                words.update(value.pattern[start:end] for start, end in branches(value.pattern))
            elif isinstance(value, frozenset | tuple) and all(isinstance(item, str) for item in value):
                words.update(item for item in value if _WORD.fullmatch(item))
    return words


def strike(words: set[str]) -> None:
    """Take ``words`` out of all rules and lists of this process."""
    for module in modules():
        for name, value in list(vars(module).items()):
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                changed = without(value.pattern, words)
                if changed != value.pattern:
                    setattr(module, name, re.compile(changed, value.flags))
            elif isinstance(value, frozenset | tuple) and value and all(isinstance(item, str) for item in value):
                setattr(module, name, type(value)(item for item in value if item not in words))


def own_words(texts: dict[str, str]) -> dict[str, set[str]]:
    """For each document the words of the rules that occur in it and in no other."""
    words = all_words()
    return {
        name: {
            word for word in words if word in text and not any(word in texts[other] for other in texts if other != name)
        }
        for name, text in texts.items()
    }


def figures(folder: Path, name: str, words: set[str]) -> dict[str, float]:
    """Scores of document ``name`` read without ``words``."""
    strike(words)
    from tongxin.documents.reading import read_bytes

    scorer = load(folder, "score")
    gold = json.loads((folder / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    reading = read_bytes((folder / gold["doc"]).read_bytes(), gold["doc"])
    found, shares = scorer.score(reading.as_json(), gold, reading.text)
    result = {key: scorer.prf(*values)["F1"] for key, values in found.items()}
    return result | {key: right / of for key, (right, of) in shares.items() if of}


def main() -> int:
    parser = argparse.ArgumentParser(description="每份标注文件：删去只有它才有的规则词后读得如何")
    parser.add_argument("--corpus", default=os.environ.get("TONGXIN_CORPUS") or str(ROOT.parent / "shared" / "input"))
    parser.add_argument("--words", action="store_true", help="列出各文件独有的规则词")
    parser.add_argument("--one", help=argparse.SUPPRESS)  # a process of its own for each document and state
    parser.add_argument("--struck", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = Path(options.corpus)
    if not (folder / "gold").is_dir():
        print(f"没有找到标注文件：{folder}", file=sys.stderr)
        return 2
    golds = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "gold").glob("*.json"))
    }
    golds = {name: gold for name, gold in golds.items() if isinstance(gold, dict) and "doc" in gold}
    texts = {
        name: unicodedata.normalize("NFKC", (folder / gold["doc"]).read_text(encoding="utf-8"))
        for name, gold in golds.items()
    }
    own = own_words(texts)
    if options.one:
        print(json.dumps(figures(folder, options.one, own[options.one] if options.struck else set())))
        return 0
    print(f"规则词共 {len(all_words())} 个")
    for name in golds:
        rows = []
        for struck in ([], ["--struck"]):
            run = subprocess.run(
                [sys.executable, __file__, "--corpus", str(folder), "--one", name, *struck],
                capture_output=True,
                text=True,
                check=True,
            )
            rows.append(json.loads(run.stdout))
        shown = "  ".join(f"{key} {rows[0][key]:.2f}→{rows[1][key]:.2f}" for key in KINDS if key in rows[0])
        print(f"{name}（独有 {len(own[name])} 个）  {shown}")
        if options.words:
            print("　" + " ".join(sorted(own[name])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
