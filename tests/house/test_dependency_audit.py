"""The dependency audit passes on the locks, and finds each fault that is put before it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from scripts import audit_dependencies as audit

HASH = "--hash=sha256:" + "0" * 64
#: PYSEC-2024-70 as its database writes it: Django 4.2 before 4.2.15, 5.0 before 5.0.8.
RECORD = {
    "id": "PYSEC-2024-70",
    "summary": "column aliases",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Django"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "5.0"}, {"fixed": "5.0.8"}, {"introduced": "4.2"}, {"fixed": "4.2.15"}],
                }
            ],
        }
    ],
}


def test_locks_licences_and_advisories_are_in_order():
    assert audit.audit() == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("django>=5.2 \\\n    " + HASH, "not pinned to one version: django>=5.2 \\"),
        ("django==5.2.19", "django: no hash"),
        ("django==5.2.19 \\\n    --hash=md5:0", "django: no hash"),
        (
            "django @ https://example.org/django.whl \\\n    " + HASH,
            "an address: django @ https://example.org/django.whl \\",
        ),
        ("--index-url https://example.org/", "an address: --index-url https://example.org/"),
    ],
)
def test_a_loose_line_of_a_lock_is_named(line: str, fault: str):
    assert fault in audit.read_lock(f"asgiref==3.13.0 \\\n    {HASH}\n{line}\n")[1]


def test_a_sound_lock_is_read():
    text = f"# by hand\nPy_X[a]==1.0 ; sys_platform == 'win32' \\\n    {HASH} \\\n    {HASH}\n    # via y\nz==2 ; x < '1' \\\n    {HASH}\nz==3 ; x >= '1' \\\n    {HASH}\n"
    assert audit.read_lock(text) == ({"py-x": ["1.0"], "z": ["2", "3"]}, [])


@pytest.mark.parametrize(
    ("version", "affected"),
    [("4.1", False), ("4.2", True), ("4.2.14", True), ("4.2.15", False), ("5.0a1", False), ("5.0.7", True), ("5.0.8", False)],
)  # fmt: skip
def test_an_advisory_affects_the_versions_between_its_events(version: str, affected: bool):
    found = audit.affecting({"django": [version]}, [RECORD])
    assert found == ({"PYSEC-2024-70": f"django {version}: column aliases"} if affected else {})


def test_last_affected_listed_versions_and_withdrawn_records():
    def record(**affected: object) -> dict[str, object]:
        return {"id": "X", "affected": [{"package": {"ecosystem": "PyPI", "name": "z"}} | affected]}

    until = record(ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "2"}]}])
    assert [bool(audit.affecting({"z": [at]}, [until])) for at in ("1", "2", "2.0.1")] == [True, True, False]
    listed = record(versions=["1.5"])
    assert [bool(audit.affecting({"z": [at]}, [listed])) for at in ("1.5", "1.6")] == [True, False]
    assert audit.affecting({"z": ["1.5"]}, [listed | {"withdrawn": "2024-01-01T00:00:00Z"}]) == {}


def test_licences_unread_not_allowed_left_over_or_contradicted():
    assert audit.licence_faults({"a", "b", "django"}, {"b": "AGPL-3.0-only", "c": "MIT", "django": "MIT"}, ["MIT"]) == [
        "a: its licence has not been read; add it to audit.toml",
        "b: AGPL-3.0-only is not among the allowed licences",
        "c: in audit.toml, but not locked",
        "django: says BSD-3-Clause, audit.toml says MIT",
    ]


def test_the_audit_fails_on_a_lock_with_an_old_django(tmp_path: Path):
    """The whole way: the real files, one version turned back to one with known holes."""
    for name in (*audit.LOCKS, "audit.toml", "advisories.json"):
        shutil.copy(audit.REQUIREMENTS / name, tmp_path / name)
    pins = audit.read_lock((tmp_path / "app.lock").read_text("utf-8"))[0]
    for name in audit.LOCKS:
        text = (tmp_path / name).read_text("utf-8").replace(f"\ndjango=={pins['django'][0]} ", "\ndjango==4.2.10 ")
        (tmp_path / name).write_text(text, "utf-8")
    faults = audit.audit(tmp_path)
    assert any(fault.startswith("PYSEC-2024-70: django 4.2.10: ") for fault in faults)
    assert all("django 4.2.10" in fault for fault in faults)


def test_advisories_of_more_than_a_month_ago_are_told_and_fail_nothing():
    assert audit.stale("2026-10-25", dt.date(2026, 11, 25)) == ""
    assert audit.stale("2026-10-24", dt.date(2026, 11, 25)).startswith("! the advisories are 32 days old")


def test_a_copy_of_the_database_is_reduced_to_what_we_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in audit.LOCKS:
        (tmp_path / name).write_text(f"django==5.2.19 \\\n    {HASH}\n", "utf-8")
    monkeypatch.setattr(audit, "REQUIREMENTS", tmp_path)
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "PYSEC-1.json").write_text(json.dumps(RECORD | {"details": "long"}), "utf-8")
    other = {"id": "PYSEC-2", "affected": [{"package": {"ecosystem": "PyPI", "name": "elsewhere"}, "versions": ["1"]}]}
    (copy / "PYSEC-2.json").write_text(json.dumps(other), "utf-8")
    (copy / "PYSEC-3.yaml").write_text(
        "id: PYSEC-3\ndetails: by  hand\naffected:\n- package: {ecosystem: PyPI, name: django}\n  versions: ['1.0']\n",
        "utf-8",
    )
    assert audit.refresh(copy, "2026-01-02") == 2
    written = json.loads((tmp_path / "advisories.json").read_text("utf-8"))
    assert written == {
        "as_of": "2026-01-02",
        "records": [
            RECORD,
            {
                "id": "PYSEC-3",
                "summary": "by hand",
                "affected": [{"package": {"ecosystem": "PyPI", "name": "django"}, "versions": ["1.0"]}],
            },
        ],
    }
