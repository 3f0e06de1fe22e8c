"""Case files: clause, facts, day → expected findings, on the configured database and on DuckDB."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.provisions.world import World, build
from tongxin.provisions import engines, queries, renewal
from tongxin.provisions.models import Finding
from tongxin.provisions.queries import FindingRow

CASES: list[dict[str, Any]] = []
for path in sorted((Path(__file__).parent / "cases").glob("*.toml")):
    CASES += [{"file": path.stem, **case} for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]


def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 40
    assert len({(case["file"], case["name"]) for case in CASES}) == len(CASES)


def test_all_six_states_are_reached() -> None:
    reached = {expected["state"] for case in CASES for expected in case.get("expect", [])}
    assert reached == {"met", "due", "missed", "excused", "not_applicable", "not_recorded"}


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}: {case['name']}")
def test_case(case: dict[str, Any]) -> None:
    given = dict(case)
    given.pop("file")
    world = build(given)
    day = given["day"]
    rows = queries.judged([world.office.pk], day)
    assert {"application": _key_sorted(rows)} == {
        "application": _key_sorted(engines.judged_by_duckdb([world.office.pk], day))
    }
    renewal.refresh(world.office, day)
    names = list(FindingRow.__dataclass_fields__)
    stored = [FindingRow(*values) for values in Finding.objects.filter(office=world.office).values_list(*names)]
    assert _key_sorted(stored) == _key_sorted(rows)
    if "nothing" in given:
        unit = world.units[given["nothing"]].pk
        assert [row for row in rows if row.organization_id == unit] == []
    for expected in given.get("expect", []):
        found = [row for row in rows if _fits(world, row, expected)]
        assert len(found) == 1, f"{expected} fits {found} of {rows}"
        told = {
            name: value
            for name, value in expected.items()
            if name not in {"unit", "person", "other", "window", "check", "event"}
        }
        assert {name: getattr(found[0], name) for name in told} == told


def _fits(world: World, row: FindingRow, expected: dict[str, Any]) -> bool:
    wanted = {
        "organization_id": world.units[expected["unit"]].pk if "unit" in expected else None,
        "person_id": world.people[expected["person"]].pk if "person" in expected else None,
        "other_person_id": world.people[expected["other"]].pk if "other" in expected else None,
        "window_start": expected.get("window"),
        "provision": expected.get("check"),
        "event_id": world.records[expected["event"]].pk if "event" in expected else None,
    }
    return all(value is None or getattr(row, name) == value for name, value in wanted.items())


def _key_sorted(rows: list[FindingRow]) -> list[FindingRow]:
    return sorted(rows, key=lambda row: [str(getattr(row, name)) for name in FindingRow.__dataclass_fields__])
