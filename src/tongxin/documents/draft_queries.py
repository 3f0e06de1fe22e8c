"""What a draft may refer to, and which open documents the register has overtaken."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongxin.core import figures
from tongxin.core.figures import Choice
from tongxin.documents import queries
from tongxin.documents.enums import PlaceholderKind
from tongxin.documents.models import Document, Placeholder
from tongxin.registry.models import Office


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices of one sort, under the words that say what they are."""

    name: str
    choices: tuple[Choice, ...]


def _office_id(office: Office | int) -> int:
    return office.pk if isinstance(office, Office) else office


def choices(office: Office | int, day: dt.date) -> list[ChoiceGroup]:
    """Return everything a draft may refer to, each with its value on ``day``: figures first, then posts and people."""
    office_id = _office_id(office)
    plain = tuple(
        Choice(figure.code, figure.name, figure.compute(office_id, day).text)
        for figure in figures.all_figures().values()
    )
    groups = [ChoiceGroup("数据", plain)]
    groups += [ChoiceGroup(family.name, tuple(found)) for family, found in figures.family_choices(office_id, day)]
    return [group for group in groups if group.choices]


def codes_by_label(office: Office | int, day: dt.date) -> dict[str, str]:
    """Return label → code, and code → code, of everything a draft may refer to on ``day``."""
    found: dict[str, str] = {}
    for figure in figures.all_figures().values():
        found[figure.name] = found[figure.code] = figure.code
    for _, listed in figures.family_choices(_office_id(office), day):
        for choice in listed:
            found.setdefault(choice.label, choice.code)
            found[choice.code] = choice.code
    return found


def body_of(document: Document) -> tuple[str, int]:
    """Return the text of a draft below its title, for editing, and the number of its newest state."""
    revision = queries.latest_revision(document)
    first, _, rest = revision.text.partition("\n")
    body = rest if first.strip() == document.title else revision.text
    return body.strip("\n"), revision.pk


@dataclass(frozen=True)
class PaperToCheck:
    """An open document with the places where the register now says something else."""

    document: Document
    changes: tuple[queries.ChangedFigure, ...]


def papers_to_check(office: Office | int, day: dt.date) -> list[PaperToCheck]:
    """Return the open documents that the register has overtaken, each with old and new (house decision 31)."""
    found: dict[int, list[queries.ChangedFigure]] = {}
    for change in queries.changed_figures(office, day):
        found.setdefault(change.document.pk, []).append(change)
    return [PaperToCheck(changes[0].document, tuple(changes)) for changes in found.values()]


def uses_of(document: Document) -> list[Placeholder]:
    """Return the references in the newest text of ``document``, in order."""
    revision = queries.latest_revision(document)
    return list(Placeholder.objects.filter(revision=revision, kind=PlaceholderKind.LIVE))
