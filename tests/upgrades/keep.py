"""Keep the present state of the database as an earlier one for times to come; see README.md beside this file."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SERVER = os.environ.get("TONGXIN_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")

#: An office, people with dates, a meeting with its register, an audited and sealed change, a stored file, a queued task.
FILL = """
import django; django.setup()
import datetime as dt
from tests import cast
from tongxin.activities import operations, register_operations
from tongxin.config import regular_work
from tongxin.core import audit
from tongxin.core.models import Day
from tongxin.registry.models import StoredFile
office = cast.make_office("政协澄江市委员会", start_day=dt.date(2026, 1, 1))
cast.make_term(office)
unit = cast.make_organization(office, "special_committee", "提案委员会")
people = [cast.make_person(office, name, affiliation="01") for name in ("王小明", "𬭩㛃", "欧阳一")]
for person in people:
    cast.join(person, unit)
clerk = cast.make_user(office, "party_clerk")
meeting = operations.record(office, kind="special_committee_meeting", title="第一次全体会议", day=dt.date(2026, 3, 4),
                            organizations=[unit], actor=clerk)
register_operations.mark_all_present(meeting, actor=clerk)
audit.record(office_id=office.pk, actor=clerk, action="test.change", subject=people[0], before={"name": "甲"}, after={})
audit.seal()
StoredFile.objects.create(office=office, file="2026/03/x.bin", original_name="x", media_type="", size=1, sha256="0" * 64)
regular_work.judge.enqueue()
# the long table of days is not what an upgrade is rehearsed for
Day.objects.exclude(day__year__in=(2025, 2026, 2027)).delete()
"""


def _run(code: str, url: str, place: str) -> None:
    environment = {
        **os.environ, "DATABASE_URL": url, "TONGXIN_DATA": place, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tongxin.config.settings", "PYTHONUTF8": "1",
        "TONGXIN_SECRET_KEY": "tests-only-not-secret-0123456789-abcdefghijklmnop",
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)


def _tongxin(*arguments: str) -> str:
    return f"import sys; sys.argv = {['tongxin', *arguments]!r}; import tongxin.__main__ as m; m.main()"


def main() -> None:
    """Write the three files of the state named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="version, e.g. 0.2.0")
    name = parser.parse_args().name
    if any(HERE.glob(f"{name}.*")):
        raise SystemExit(f"{name} is kept already; a kept state is never written anew")
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "state.sqlite3"
        url = f"sqlite:///{file}"
        _run(_tongxin("migrate", "--verbosity", "0"), url, place)
        _run(FILL, url, place)
        _run(_tongxin("backup", f"{place}/state.tgz"), url, place)
        with sqlite3.connect(file) as line:
            line.execute("PRAGMA journal_mode=DELETE")
            line.execute("VACUUM")
            tables = [row[0] for row in line.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counts = {
                table: line.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
                for table in sorted(tables)
                if not table.startswith("sqlite_")
            }
            migrations = [list(row) for row in line.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")]
        (HERE / f"{name}.sqlite3.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
        server, _, _ = SERVER.rpartition("/")
        with psycopg.connect(SERVER, autocommit=True) as line:
            line.execute("CREATE DATABASE tongxin_keep_state")
        try:
            _run(_tongxin("restore", f"{place}/state.tgz"), f"{server}/tongxin_keep_state", f"{place}/pg")
            command = ["pg_dump", "--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=500"]
            dump = subprocess.run(
                [*command, f"{server}/tongxin_keep_state"], check=True, capture_output=True, text=True
            )
        finally:
            with psycopg.connect(SERVER, autocommit=True) as line:
                line.execute("DROP DATABASE tongxin_keep_state")
    # What begins with a backslash speaks to psql, not to the server.
    lines = [text for text in dump.stdout.splitlines() if not text.startswith(("\\", "--"))]
    (HERE / f"{name}.sql.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    told = {"rows": counts, "migrations": migrations}
    (HERE / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
