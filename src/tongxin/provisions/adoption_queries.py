"""Which provisions an office has adopted or could adopt, with what each adoption changed and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tongxin.core.vocabulary import said
from tongxin.provisions import catalogue
from tongxin.provisions.catalogue import Parameter, Provision
from tongxin.provisions.models import Adoption
from tongxin.provisions.queries import provision_of
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

#: What a period is called, from the shortest to the longest.
PERIOD_NAMES = {"month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年", "term": "每届"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One provision as it stands for an office.

    ``standing``: adopted, coming, ended, available, or guidance (shown and never judged).  ``adoption`` is the one in
    force, else the next, else the last.
    """

    entry: Provision
    standing: str
    adoption: Adoption | None
    own: bool

    @property
    def settings(self) -> list[tuple[str, object, bool]]:
        """(label, value, whether it differs from the default) of each parameter."""
        chosen = self.adoption.parameters if self.adoption else {}
        return [
            (parameter.label, chosen.get(name, parameter.default), name in chosen)
            for name, parameter in self.entry.parameters.items()
        ]


#: How a provision stands for an office, in the order in which lists are narrowed to it.
STANDINGS = {
    "adopted": "执行中",
    "coming": "将执行",
    "ended": "已停用",
    "available": "可采用",
    "guidance": "指引",
}


def listed(office: Office, day: dt.date) -> tuple[Listed, ...]:
    """Return all provisions of the catalogue and of the office itself, in the order of the catalogue, own ones last."""
    adoptions: dict[str, list[Adoption]] = {}
    for row in owned(Adoption, office).select_related("created_by").order_by("valid_from", "pk"):
        adoptions.setdefault(row.provision, []).append(row)
    entries = {entry.id: (entry, False) for entry in catalogue.provisions()}
    for provision, rows in adoptions.items():
        if provision not in entries:
            entry = provision_of(rows[-1])
            if entry is not None:
                entries[provision] = (entry, True)
    return tuple(_listed(entry, own, adoptions.get(provision, []), day) for provision, (entry, own) in entries.items())


def _listed(entry: Provision, own: bool, rows: Iterable[Adoption], day: dt.date) -> Listed:
    adoptions = list(rows)
    now = next((row for row in adoptions if _begun(row, day) and not _ended(row, day)), None)
    if now is not None:
        latest = provision_of(now) if own else entry
        return Listed(latest or entry, "adopted", now, own)
    coming = next((row for row in adoptions if not _begun(row, day)), None)
    if coming is not None:
        return Listed(entry, "coming", coming, own)
    if adoptions:
        return Listed(entry, "ended", adoptions[-1], own)
    return Listed(entry, "available" if entry.judged else "guidance", None, own)


def _begun(row: Adoption, day: dt.date) -> bool:
    return row.valid_from is None or row.valid_from <= day


def _ended(row: Adoption, day: dt.date) -> bool:
    return row.valid_until is not None and row.valid_until <= day


def listed_one(office: Office, provision: str, day: dt.date) -> Listed | None:
    """Return one provision as it stands for an office; None where neither catalogue nor office has it."""
    return next((each for each in listed(office, day) if each.entry.id == provision), None)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One adoption in the history of a provision: its days, basis, who entered it, what differs from the one before."""

    adoption: Adoption
    changed: tuple[str, ...]


def history(office: Office, provision: str) -> tuple[Chapter, ...]:
    """Return the adoptions of a provision, newest first, each with what it changed."""
    rows = list(
        owned(Adoption, office).filter(provision=provision).select_related("created_by").order_by("valid_from", "pk")
    )
    chapters = []
    before: Adoption | None = None
    for row in rows:
        chapters.append(Chapter(row, _changes(before, row)))
        before = row
    return tuple(reversed(chapters))


def _changes(before: Adoption | None, after: Adoption) -> tuple[str, ...]:
    entry = provision_of(after)
    if entry is None:
        return ()
    now = entry.settings(after.parameters)
    if before is None:
        return tuple(
            f"{said(one.label)}:{_value(one, now[one.name])}"
            for one in map(entry.parameters.get, after.parameters)
            if one
        )
    earlier = provision_of(before)
    was = earlier.settings(before.parameters) if earlier else {}
    told = [
        f"{said(entry.parameters[name].label)}:{_value(entry.parameters[name], was.get(name, '—'))} → "
        f"{_value(entry.parameters[name], value)}"
        for name, value in now.items()
        if was.get(name) != value
    ]
    if earlier is not None and earlier.rule != entry.rule:
        told.append(f"内容：{earlier.rule} → {entry.rule}")
    return tuple(told)


def _value(parameter: Parameter, value: object) -> str:
    """Return the value of a parameter in words."""
    if parameter.type == "period":
        return said(PERIOD_NAMES.get(str(value), str(value)))
    return str(value)
