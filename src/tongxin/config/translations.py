"""Compiles translations in Python, so that no machine needs gettext's own tools."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polib


def compile_all(folders: Iterable[str | Path]) -> int:
    """Compile every ``.po`` file below ``folders`` that is newer than its ``.mo``; return how many were."""
    done = 0
    for folder in folders:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                polib.pofile(str(source)).save_as_mofile(str(target))
                done += 1
    return done
