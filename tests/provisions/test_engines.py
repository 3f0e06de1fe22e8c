"""Engines agree row by row on random small worlds: the configured database against DuckDB."""

from __future__ import annotations

import datetime as dt
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cast import make_office
from tests.provisions.world import build
from tongxin.core.errors import NotPossible
from tongxin.provisions import engines, operations, queries, renewal
from tongxin.provisions.models import Finding
from tongxin.provisions.queries import FindingRow

PROVISIONS = (
    "life.committee_meeting",
    "life.heart_talk",
    "study.office_follow_up",
    "study.first_agenda_item",
    "org.two_coverages",
    "org.functional_branch",
    "contact.party_to_nonparty",
    "report.scope",
)
FIRST, LAST = dt.date(2025, 6, 1), dt.date(2026, 12, 31)
days = st.dates(FIRST, LAST)
spans = st.tuples(st.none() | days, st.none() | days).filter(lambda span: None in span or span[0] < span[1])
UNITS = {
    "g": "party_group",
    "b": "branch",
    "j": "joint_branch",
    "o": "office_party_committee",
    "k": "special_committee",
    "f": "functional_branch",
    "c": "committee",
}
FACTS = (
    "general_meeting committee_meeting office_study centre_group_session party_group_meeting first_agenda_item plenary "
    "theme_day"
).split()


def dated(span, **more):
    start, end = span
    return {**more, **({"from": start} if start else {}), **({"until": end} if end else {})}


units = st.fixed_dictionaries(dict.fromkeys(UNITS, spans))
people = st.lists(
    st.fixed_dictionaries(
        {
            "affiliation": st.sampled_from(["", "01", "02", "05"]),
            "since": days,
            "seats": st.lists(st.tuples(st.sampled_from(sorted(UNITS)), spans), max_size=4),
        }
    ),
    max_size=4,
)
facts = st.lists(
    st.fixed_dictionaries(
        {
            "day": days,
            "kinds": st.lists(st.sampled_from(FACTS), min_size=1, max_size=3, unique=True),
            "units": st.lists(st.sampled_from(sorted(UNITS)), min_size=1, max_size=2, unique=True),
            "status": st.sampled_from(["held", "held", "held", "planned", "cancelled"]),
            "quorum": st.sampled_from([True, True, False]),
        }
    ),
    max_size=8,
)
talks = st.lists(
    st.tuples(days, st.integers(0, 3), st.integers(0, 3), st.sampled_from(["heart_talk", "contact"])), max_size=4
)
rulings = st.lists(
    st.tuples(
        st.sampled_from(["done", "excused", "missed"]),
        st.sampled_from(["b", "j"]),
        st.booleans(),
        spans,
        st.integers(1, 12),
    ),
    max_size=3,
)


class EnginesAgree(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(units, people, facts, talks, rulings, days, st.none() | days)
    def test_row_by_row(self, units, people, facts, talks, rulings, as_of, start_day) -> None:
        names = [f"p{number}" for number in range(len(people))]
        seats = [
            dated(span, person=name, unit=unit)
            for name, person in zip(names, people, strict=True)
            for unit, span in person["seats"]
        ]
        pairs = [(names[one % len(names)], names[two % len(names)]) for _, one, two, _ in talks] if names else []
        world = build(
            {
                "name": "random",
                "provision": "life.general_meeting",
                "parameters": {"grace_days": 5},
                "day": as_of,
                **({"start_day": start_day} if start_day else {}),
                "units": [
                    dated(span, id=name, kind=UNITS[name], **({"based_on": "k"} if name == "f" else {}))
                    for name, span in sorted(units.items(), key=lambda item: item[0] == "f")
                ],
                "people": [
                    {
                        "id": name,
                        **(
                            {"affiliation": person["affiliation"], "since": person["since"]}
                            if person["affiliation"]
                            else {}
                        ),
                    }
                    for name, person in zip(names, people, strict=True)
                ],
                "memberships": seats,
                "contacts": [{"contact": one, "target": two} for one, two in pairs if one != two],
                "facts": [
                    *facts,
                    *(
                        {"day": day, "kind": kind, "pair": pair}
                        for (day, _, _, kind), pair in zip(talks, pairs, strict=False)
                        if pair[0] != pair[1]
                    ),
                ],
                "rulings": [
                    {
                        "kind": "excused",
                        "unit": unit,
                        "from": span[0] or FIRST,
                        **({"until": span[1]} if span[1] and span[1] > (span[0] or FIRST) else {}),
                    }
                    if standing
                    else {"kind": kind, "unit": unit, "window": dt.date(2026, (month - 1) // 3 * 3 + 1, 1)}
                    for kind, unit, standing, span, month in rulings
                ],
            }
        )
        for provision in PROVISIONS:
            operations.adopt(world.office, provision, valid_from=dt.date(2025, 9, 10), actor=None)
        rows = _sorted(queries.judged([world.office.pk], as_of))
        assert rows == _sorted(engines.judged_by_duckdb([world.office.pk], as_of))
        renewal.refresh(world.office, as_of)
        stored = Finding.objects.filter(office=world.office).values_list(*FindingRow._fields)
        assert rows == _sorted([FindingRow(*values) for values in stored])
        keys = [queries.key_of(row) for row in rows]
        assert len(set(keys)) == len(keys)


def _sorted(rows: list[FindingRow]) -> list[FindingRow]:
    return sorted(rows, key=lambda row: [str(getattr(row, name)) for name in FindingRow._fields])


@pytest.mark.django_db
def test_offices_are_kept_apart_and_judged_together() -> None:
    worlds = [
        build({"name": "x", "provision": "life.theme_day", "day": None, "units": [{"id": "b", "kind": "branch"}]})
        for _ in range(2)
    ]
    ids = [world.office.pk for world in worlds]
    as_of = dt.date(2026, 5, 20)
    together = queries.judged(ids, as_of)
    apart = [row for office_id in ids for row in queries.judged([office_id], as_of)]
    assert _sorted(together) == _sorted(apart) == _sorted(engines.judged_by_duckdb(ids, as_of))
    assert {row.office_id for row in together} == set(ids)
    assert queries.judged([make_office().pk], as_of) == []


@pytest.mark.django_db
def test_without_duckdb_it_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(NotPossible) as refused:
        engines.judged_by_duckdb([1], dt.date(2026, 5, 20))
    assert refused.value.code == "provisions.no_duckdb"


@pytest.mark.django_db
def test_only_tables_of_the_judgement_are_copied() -> None:
    world = build({"name": "x", "provision": "org.all_in_committee", "day": None, "units": []})
    assert set(engines.tables_of([world.office.pk])) == {
        "core_day",
        "provisions_rule",
        "provisions_rulefact",
        "provisions_ruling",
        "provisions_window",
        "registry_membership",
        "registry_office",
        "registry_organization",
    }
