"""Every earlier released state is brought up to today's, in place, as an installation is; README.md says where from."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import ConnectionHandler, connection

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STATES = sorted(path.stem for path in HERE.glob("*.json"))
#: Tables whose rows an upgrade may change, with the reason.
MAY_CHANGE = {
    "django_migrations": "what was done is noted there",
    "auth_permission": "one for each new table",
    "django_content_type": "one for each new table",
}


def _address(state: str, place: Path) -> Iterator[str]:
    """Yield the address of a database that holds ``state``; taken away afterwards."""
    if connection.vendor == "sqlite":
        file = place / "old.sqlite3"
        file.write_bytes(gzip.decompress((HERE / f"{state}.sqlite3.gz").read_bytes()))
        yield f"sqlite:///{file}"
        return
    import psycopg

    told = connection.settings_dict
    name = f"{told['NAME']}_upgrade"
    secret = f":{told['PASSWORD']}" if told["PASSWORD"] else ""
    server = f"postgres://{told['USER']}{secret}@{told['HOST'] or '127.0.0.1'}:{told['PORT'] or 5432}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as line:
        line.execute(f'DROP DATABASE IF EXISTS "{name}"')
        line.execute(f'CREATE DATABASE "{name}"')
        try:
            with psycopg.connect(f"{server}/{name}", autocommit=True) as filling:
                filling.execute(gzip.decompress((HERE / f"{state}.sql.gz").read_bytes()))
            yield f"{server}/{name}"
        finally:
            line.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=STATES)
def upgraded(request, tmp_path) -> Iterator[tuple[dict, str]]:
    """What was kept of a state, and the address of its database after the upgrade."""
    kept = json.loads((HERE / f"{request.param}.json").read_text(encoding="utf-8"))
    for url in _address(request.param, tmp_path):
        code = (
            "import django; django.setup(); from django.core.management import call_command as c\n"
            "c('migrate', verbosity=0); c('migrate', check_unapplied=True); c('audit', 'verify')"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={
                **os.environ, "DATABASE_URL": url, "TONGXIN_DATA": str(tmp_path), "PYTHONPATH": str(ROOT / "src"),
                "DJANGO_SETTINGS_MODULE": "tongxin.config.settings", "PYTHONUTF8": "1",
                "TONGXIN_SECRET_KEY": "tests-only-not-secret-0123456789-abcdefghijklmnop",
            },
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "已封存" in done.stdout
        yield kept, url


def _columns(line) -> dict[str, list[tuple[str, bool]]]:
    """Return the columns of each table of a model, and whether each may be empty; no caches, no search tables."""
    with line.cursor() as cursor:
        return {
            table: sorted((c.name, bool(c.null_ok)) for c in line.introspection.get_table_description(cursor, table))
            for table in line.introspection.django_table_names(only_existing=True)
        }


@pytest.mark.django_db
def test_an_earlier_state_becomes_todays_and_keeps_its_rows(upgraded):
    kept, url = upgraded
    named = dict(connection.settings_dict)
    file = url.removeprefix("sqlite:///")
    handler = ConnectionHandler({"default": {**named, "NAME": file if "sqlite" in url else url.rpartition("/")[2]}})
    old = handler["default"]
    try:
        now, fresh = _columns(old), _columns(connection)
        assert now == fresh
        with old.cursor() as cursor:
            for table, rows in kept["rows"].items():
                if table in now and table not in MAY_CHANGE:
                    cursor.execute(f'SELECT count(*) FROM "{table}"')
                    assert (table, cursor.fetchone()[0]) == (table, rows)
    finally:
        old.close()


def test_there_is_a_state_for_both_databases():
    assert STATES != []
    for state in STATES:
        assert {path.name for path in HERE.glob(f"{state}.*")} == {
            f"{state}.json", f"{state}.sql.gz", f"{state}.sqlite3.gz",
        }  # fmt: skip
