"""SQL compiled before, kept in files beside the data, so that a new process need not build it again.

    DATA/compiled/<fingerprint of the code>/<digest of key and dialect>.json

A file is good for exactly the code that wrote it.  The folder holds nothing of anybody's and may be deleted at any
time; what cannot be read is built anew, what cannot be written is not kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

import tongxin


@dataclass(frozen=True, slots=True)
class Compiled:
    """A relation as SQL: columns in order, places of those that are dates, steps and body, tables with their types."""

    columns: tuple[str, ...]
    dates: tuple[int, ...]
    steps: tuple[tuple[str, str], ...]
    body: str
    tables: dict[str, dict[str, str]]


@cache
def fingerprint() -> str:
    """Return what changes whenever the code does: a digest of our sources and of the versions of what compiles them."""
    digest = hashlib.sha256()
    root = Path(tongxin.__file__).parent
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.toml")]):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    for name in ("ibis-framework", "sqlglot", "django"):
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()[:32]


def recall(key: str, dialect: str) -> Compiled | None:
    """Return what was kept under ``key`` for a dialect by this very code; None where there is nothing whole."""
    path = _path(key, dialect)
    if path is None:
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("key") != key:
            return None
        return Compiled(
            tuple(told["columns"]),
            tuple(told["dates"]),
            tuple((name, text) for name, text in told["steps"]),
            str(told["body"]),
            dict(told["tables"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def keep(key: str, dialect: str, compiled: Compiled) -> None:
    """Keep ``compiled``; files of other code go when the first one of this code is written."""
    path = _path(key, dialect)
    if path is None:
        return
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for other in path.parent.parent.iterdir():
                if other != path.parent:
                    shutil.rmtree(other, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", suffix=".part", delete=False) as aside:
            json.dump({"key": key, **asdict(compiled)}, aside, ensure_ascii=False)
        os.replace(aside.name, path)  # whole or not at all
    except OSError:
        return


def _path(key: str, dialect: str) -> Path | None:
    folder = settings.COMPILED_ROOT
    if folder is None:
        return None
    name = hashlib.sha256(f"{dialect}\n{key}".encode()).hexdigest()[:32]
    return Path(folder) / fingerprint() / f"{name}.json"
