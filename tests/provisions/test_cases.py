"""Case files: clause, facts, day → expected findings, on the configured database and on DuckDB.

All worlds are built once, each in an office of its own, and judged in one go, each on its own day: the statements are
compiled once.  ``says``: words of the sentence that explains the finding.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.provisions.world import World, build
from tongxin.provisions import catalogue, engines, queries, renewal
from tongxin.provisions.enums import FindingState, Reason
from tongxin.provisions.queries import FindingRow

CASES: list[dict[str, Any]] = []
for path in sorted((Path(__file__).parent / "cases").glob("*.toml")):
    CASES += [{"file": path.stem, **case} for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]
NAMES = [f"{case['file']}: {case['name']}" for case in CASES]
#: What names the finding meant; everything else of an expectation is compared.
KEYS = frozenset({"unit", "person", "other", "window", "check", "event", "says"})


@dataclass
class Judged:
    """One case, built and judged: rows by the application's database and by DuckDB, sentences asked for."""

    world: World
    rows: list[FindingRow]
    elsewhere: list[FindingRow]
    says: dict[int, str]


@pytest.fixture(scope="module")
def judged(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Judged]]:
    with django_db_blocker.unblock(), transaction.atomic():
        worlds = {
            name: build({key: case[key] for key in case if key != "file"})
            for name, case in zip(NAMES, CASES, strict=True)
        }
        days = {
            worlds[name].office.pk: (case["day"], renewal.horizon(case["day"]))
            for name, case in zip(NAMES, CASES, strict=True)
        }
        here, there = by_office(queries.judged_each(days)), by_office(engines.judged_each_by_duckdb(days))
        found = {}
        for name, case in zip(NAMES, CASES, strict=True):
            world = worlds[name]
            rows = here.get(world.office.pk, [])
            says = {}
            for place, expected in enumerate(case.get("expect", [])):
                if "says" in expected:
                    row = only(world, rows, expected)
                    told = explained(world, row, case["day"])
                    says[place] = told
            found[name] = Judged(world, rows, there.get(world.office.pk, []), says)
        yield found
        transaction.set_rollback(True)


def explained(world: World, row: FindingRow, day: dt.date) -> str:
    told = queries.explain_row(world.office, row, day)
    assert told is not None
    return f"{told.sentence}{told.mend}{told.who}"


def by_office(rows: list[FindingRow]) -> dict[int, list[FindingRow]]:
    found: dict[int, list[FindingRow]] = {}
    for row in rows:
        found.setdefault(row.office_id, []).append(row)
    return found


# one marked test is enough, and needed: the database is set up only where a collected test asks for it
@pytest.mark.django_db
def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 250
    assert len(set(NAMES)) == len(NAMES)


def test_every_kind_reaches_every_state_it_can() -> None:
    reached: dict[str, set[str]] = {}
    for case in CASES:
        for expected in case.get("expect", []):
            checks = checks_of(case)
            kind = checks[expected.get("check", next(iter(checks)))].kind
            reached.setdefault(kind, set()).add(expected.get("state", ""))
    everything = {str(state) for state in FindingState}
    assert {kind: everything - reached.get(kind, set()) for kind in catalogue.JUDGED_KINDS} == {
        **{kind: set() for kind in catalogue.JUDGED_KINDS},
        # who is not set off by anything has no finding at all: nothing could be said not to apply
        "per_event": {"not_applicable"},
        "procedure": {"not_applicable"},
    }


def test_every_reason_is_given() -> None:
    reached = {expected.get("reason") for case in CASES for expected in case.get("expect", [])}
    assert {str(reason) for reason in Reason} - reached == set()


def test_every_judged_provision_has_a_case() -> None:
    told = {case["provision"] for case in CASES}
    assert [entry.id for entry in catalogue.provisions() if entry.judged and entry.id not in told] == []
    codes = {expected.get("check", case["provision"]) for case in CASES for expected in case.get("expect", [])}
    checks = {check.code for entry in catalogue.provisions() for check in entry.checks}
    assert sorted(checks - codes) == []


def checks_of(case: dict[str, Any]) -> dict[str, catalogue.Check]:
    if "own" in case:
        entry = catalogue.parse(case["own"], "case")
    else:
        found = catalogue.find(case["provision"])
        assert found is not None, case["provision"]
        entry = found
    return {check.code: check for check in entry.checks}


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, judged: dict[str, Judged]) -> None:
    case, told = CASES[NAMES.index(name)], judged[name]
    assert key_sorted(told.rows) == key_sorted(told.elsewhere)
    keys = [queries.key_of(row) for row in told.rows]
    assert len(set(keys)) == len(keys)
    assert case.get("expect") or "nothing" in case or case.get("none"), "a case that expects nothing"
    if "nothing" in case:
        unit = told.world.units[case["nothing"]].pk
        assert [row for row in told.rows if row.organization_id == unit] == []
    if case.get("none"):
        assert told.rows == []
    for place, expected in enumerate(case.get("expect", [])):
        row = only(told.world, told.rows, expected)
        wanted = {key: value for key, value in expected.items() if key not in KEYS}
        assert {key: getattr(row, key) for key in wanted} == wanted
        if "says" in expected:
            assert expected["says"] in told.says[place]


def only(world: World, rows: list[FindingRow], expected: dict[str, Any]) -> FindingRow:
    found = [row for row in rows if fits(world, row, expected)]
    assert len(found) == 1, f"{expected} fits {found} of {rows}"
    return found[0]


def fits(world: World, row: FindingRow, expected: dict[str, Any]) -> bool:
    wanted = {
        "organization_id": world.units[expected["unit"]].pk if "unit" in expected else None,
        "person_id": world.people[expected["person"]].pk if "person" in expected else None,
        "other_person_id": world.people[expected["other"]].pk if "other" in expected else None,
        "window_start": expected.get("window"),
        "provision": expected.get("check"),
        "event_id": world.records[expected["event"]].pk if "event" in expected else None,
    }
    return all(value is None or getattr(row, name) == value for name, value in wanted.items())


def key_sorted(rows: list[FindingRow]) -> list[FindingRow]:
    return sorted(rows, key=lambda row: [str(getattr(row, name)) for name in FindingRow._fields])
