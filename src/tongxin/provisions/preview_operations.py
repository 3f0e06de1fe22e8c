"""What a provision would say today if it were adopted: judged inside a savepoint that is rolled back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tongxin.core import clock
from tongxin.provisions import queries, renewal
from tongxin.provisions.board_queries import in_words
from tongxin.provisions.models import Adoption, Rule
from tongxin.provisions.operations import adopt
from tongxin.provisions.queries import FindingRow, state_label, window_label
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One unit in its newest round, and how many earlier rounds of the last twelve months stand in each state."""

    unit: str
    unit_kind: str
    window: str
    state: str
    label: str
    late: bool
    count: int
    required: int
    earlier: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a provision would say: units one by one, people as totals of their newest round."""

    since: dt.date
    lines: tuple[PreviewLine, ...]
    people: tuple[tuple[str, str, int], ...]
    window: str

    @property
    def empty(self) -> bool:
        """Tell whether nobody would be bound."""
        return not self.lines and not self.people


def preview(
    office: Office,
    provision_id: str,
    *,
    parameters: Mapping[str, object] | None = None,
    own_definition: Mapping[str, Any] | None = None,
) -> Preview:
    """Return what a provision with these parameters would say today, as if it had been in force for twelve months.

    In order, all inside a savepoint: take away the adoptions of the same provision, adopt it from the first day that
    is judged at all, compile, judge its checks, roll back.  Nothing is written.  Raises what ``operations.adopt``
    raises for a definition or parameters that do not fit.
    """
    today = clock.today()
    since = max(office.start_day, renewal.horizon(today))
    with transaction.atomic():
        mark = transaction.savepoint()
        try:
            owned(Adoption, office).filter(provision=provision_id).delete()
            adoption = adopt(
                office,
                provision_id,
                valid_from=since,
                parameters=parameters,
                own_definition=own_definition,
                actor=None,
            )
            keys = dict(Rule.objects.filter(adoption=adoption).values_list("provision", "window_key"))
            found = queries.judged([office.pk], today, checks=list(keys))
        finally:
            transaction.savepoint_rollback(mark)
    return _told(office, found, keys, since)


def _told(office: Office, found: list[FindingRow], keys: Mapping[str, str], since: dt.date) -> Preview:
    by_unit: dict[tuple[str, int], list[FindingRow]] = {}
    people: list[FindingRow] = []
    for row in found:
        if row.subject_kind in renewal.PEOPLE:
            people.append(row)
        else:
            by_unit.setdefault((row.provision, row.organization_id), []).append(row)
    order = {unit.pk: unit for unit in owned(Organization, office).order_by("precedence", "pk")}
    lines = []
    for unit_id, unit in order.items():
        for code in keys:
            rows = sorted(by_unit.get((code, unit_id), ()), key=lambda row: (row.window_start, row.event_id))
            if rows:
                lines.append(_line(unit, rows, keys[code]))
    newest = max((row.window_start for row in people), default=None)
    now = [row for row in people if row.window_start == newest]
    window = window_label(now[0], keys[now[0].provision]) if now else ""
    return Preview(since, tuple(lines), in_words(Counter(str(row.state) for row in now)), window)


def _line(unit: Organization, rows: list[FindingRow], window_key: str) -> PreviewLine:
    last = rows[-1]
    return PreviewLine(
        unit=str(unit),
        unit_kind=unit.kind,
        window=window_label(last, window_key),
        state=str(last.state),
        label=state_label(str(last.state), late=bool(last.late), reason=last.reason),
        late=bool(last.late),
        count=last.count,
        required=last.required,
        earlier=in_words(Counter(str(row.state) for row in rows[:-1])),
    )
