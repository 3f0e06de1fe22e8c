"""What stands on the page of today: due or not recorded for one's units, waiting for a word, lately held."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongxin.provisions import queries
from tongxin.provisions.enums import OPEN_STATES, FindingState
from tongxin.provisions.models import Finding
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import owned

#: How many lines a list of today has; the rest stands on the board.
LINES = 12


@dataclass(frozen=True)
class ToDo:
    """One line: what, for whom, which state, until when."""

    key: str
    name: str
    subject: str
    state: str
    label: str
    until: dt.date | None


def for_person(person: Person, today: dt.date) -> list[ToDo]:
    """Return what is due or not recorded for a person, for that person's own page."""
    # Whether somebody is covered by a unit is for the office to settle, not for that person.
    own = {code for code, (_entry, check) in queries.checks_of(person.office).items() if check.kind != "coverage"}
    found = [
        row for row in queries.findings_of_person(person, today) if row.state in OPEN_STATES and row.provision in own
    ]
    return _lines(person.office, found[:LINES])


def _lines(office: Office, rows: list[Finding]) -> list[ToDo]:
    if not rows:
        return []
    checks = queries.checks_of(office)
    names = {
        pk: short or name
        for pk, short, name in owned(Organization, office)
        .filter(pk__in={row.organization_id for row in rows})
        .values_list("pk", "short_name", "name")
    }
    # Of a pair the other one is named: these lines are shown to the person of the pair alone.
    others = {row.other_person_id for row in rows if row.other_person_id}
    people = dict(owned(Person, office).filter(pk__in=others).values_list("pk", "name")) if others else {}
    lines = []
    for row in rows:
        entry, check = checks[row.provision]
        until = (
            row.next_change_on - dt.timedelta(days=1) if row.state == FindingState.DUE and row.next_change_on else None
        )
        lines.append(
            ToDo(
                queries.key_text(row),
                entry.called(check),
                names.get(row.organization_id, "") or people.get(row.other_person_id, ""),
                row.state,
                str(FindingState(row.state).label),
                until,
            )
        )
    return lines
