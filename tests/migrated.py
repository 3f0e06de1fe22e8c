"""A migrated empty database kept between test runs, so that not each run works through every migration again.

The copy is named after this checkout and after all that a migration can depend on; a change of any of it makes a new
one and throws the old one away.  Tests see the same database either way: migrations run on top and find nothing to do.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created

ROOT = Path(__file__).resolve().parent.parent
PLACE = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]


def _content() -> str:
    files = [*ROOT.glob("src/tongxin/*/migrations/*.py"), *ROOT.glob("src/tongxin/core/*.py")]
    files += [ROOT / "requirements" / "dev.lock", ROOT / "src/tongxin/documents/search_index.py", Path(__file__)]
    told = hashlib.sha256()
    for file in sorted(files):
        told.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return told.hexdigest()[:12]


def use() -> None:
    """Let the test database begin as the kept copy, where there is one; call before it is created."""
    (_use_file if connection.vendor == "sqlite" else _use_template)()


def keep() -> None:
    """Keep the database just migrated as the copy, where there is none yet; call before any test runs."""
    (_keep_file if connection.vendor == "sqlite" else _keep_template)()


def _file() -> Path:
    return Path(tempfile.gettempdir()) / f"tongxin-migrated-{PLACE}-{_content()}.sqlite3"


def _use_file() -> None:
    kept = _file()
    if not kept.exists():
        return

    def fill(*, connection: Any, **_: Any) -> None:
        if str(connection.settings_dict["NAME"]) != str(connection.settings_dict["TEST"]["NAME"]):
            return
        connection_created.disconnect(fill)
        with sqlite3.connect(f"file:{kept}?mode=ro", uri=True) as source:
            source.backup(connection.connection)
        source.close()

    connection_created.connect(fill, weak=False)


def _keep_file() -> None:
    kept = _file()
    if kept.exists():
        return
    for old in kept.parent.glob(f"tongxin-migrated-{PLACE}-*.sqlite3"):
        old.unlink(missing_ok=True)
    fresh = kept.with_suffix(f".{os.getpid()}")
    connection.ensure_connection()
    with sqlite3.connect(fresh) as target:
        connection.connection.backup(target)
    target.close()
    fresh.replace(kept)


def _template() -> str:
    return f"tongxin_migrated_{PLACE}_{_content()}"


def _use_template() -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_template()])
        if cursor.fetchone():
            connection.settings_dict["TEST"]["TEMPLATE"] = _template()


def _keep_template() -> None:
    name, source = _template(), connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        # Two workers may come at once: the second waits, then finds the copy made.
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"tongxin_migrated_{PLACE}_"])
        there = [row[0] for row in cursor.fetchall()]
        if name not in there:
            for old in there:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
