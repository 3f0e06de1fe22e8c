"""What is kept about the person who is signed in, in the parts of the page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxin.core import dossier
from tongxin.core.dossier import Line, Section
from tongxin.registry.models import Person

#: Lines of a section that show at once; the others open on request.
SHOWN = 20

#: What the person said, and what became of it.
SAID = ("registry.objection", "registry.suggestion", "registry.correction_proposal")
READS = ("registry.reads",)
CHANGES = ("registry.changes",)


@dataclass(frozen=True)
class Shown:
    """One section as the page shows it: its lines, the later part apart."""

    section: Section
    first: tuple[Line, ...]
    more: tuple[Line, ...]


@dataclass(frozen=True)
class Part:
    """One part of the page, its name in the address of the page, and its sections."""

    code: str
    title: Promise
    sections: tuple[Shown, ...]


def parts_of(person: Person) -> tuple[Part, ...]:
    """Return everything held on a person, in the order of the page; no section is left out.

    One statement a table however many rows there are.
    """
    chosen: dict[str, list[Shown]] = {"registered": [], "record": [], "changes": [], "reads": [], "said": []}
    for section in dossier.sections(person.pk, person.office_id):
        chosen[_part(section.code)].append(Shown(section, section.lines[:SHOWN], section.lines[SHOWN:]))
    # What one took part in comes before what is worked out from it.
    chosen["record"].sort(key=lambda shown: not shown.section.code.startswith("activities."))
    titles = {
        "registered": _("登记信息"),
        "record": _("履职记录"),
        "changes": _("由谁登记"),
        "reads": _("查阅情况"),
        "said": _("本人说明"),
    }
    return tuple(Part(code, titles[code], tuple(sections)) for code, sections in chosen.items())


def line_of(person: Person, subject: str, subject_id: int) -> tuple[Section, Line] | None:
    """Return the line of the page that ``subject`` and ``subject_id`` name, with its section; None if there is none."""
    for section in dossier.sections(person.pk, person.office_id):
        for line in section.lines:
            if subject and (line.subject, line.subject_id) == (subject, subject_id):
                return section, line
    return None


def _part(code: str) -> str:
    if code in SAID:
        return "said"
    if code in READS:
        return "reads"
    if code in CHANGES:
        return "changes"
    return "registered" if code.startswith("registry.") else "record"
