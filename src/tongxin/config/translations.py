"""Compiles translations in Python, so that no machine needs gettext's own tools."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

import polib


def compile_all(folders: Iterable[str | Path]) -> int:
    """Compile every ``.po`` file below ``folders`` that is newer than its ``.mo``; return how many were.

    Where the program's folder may not be written, as under a service manager, what installing compiled stays in use.
    """
    done = 0
    for folder in folders:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                try:
                    polib.pofile(str(source)).save_as_mofile(str(target))
                except PermissionError:
                    continue
                except OSError as error:
                    if error.errno != errno.EROFS:
                        raise
                    continue
                done += 1
    return done


if __name__ == "__main__":
    compile_all([Path(__file__).resolve().parent.parent / "locale"])
