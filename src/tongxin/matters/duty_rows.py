"""What matters add to a person's duty file: proposals and social information, row by row from the register."""

from __future__ import annotations

from collections.abc import Sequence

from tongxin.activities import duty_sources
from tongxin.activities.duty_sources import DutyPart, DutyRow
from tongxin.matters.enums import MatterKind, PersonRole
from tongxin.matters.models import MatterPerson
from tongxin.matters.queries import names_of
from tongxin.matters.workflows import workflow_of
from tongxin.registry.models import Person

#: Kind → the part in which it stands.
PARTS = {MatterKind.PROPOSAL: "提案", MatterKind.INFORMATION: "社情民意信息"}


def register() -> None:
    """Put them on the list."""
    duty_sources.register("matters", of_person)


def of_person(person: Person, year: int) -> Sequence[DutyPart]:
    """Return a person's proposals and social information of a year, newest first; two statements.

    What is still a draft stands on nobody's file.
    """
    rows = MatterPerson.objects.filter(
        person=person, role__in=(PersonRole.AUTHOR, PersonRole.COAUTHOR), matter__office_id=person.office_id,
        matter__kind__in=list(PARTS), matter__day__year=year,
    ).select_related("matter__created_by").order_by("-matter__day", "-pk")  # fmt: skip
    names = names_of(person.office_id)
    found: dict[str, list[DutyRow]] = {kind: [] for kind in PARTS}
    for row in rows:
        matter, workflow = row.matter, workflow_of(row.matter.kind)
        if matter.state in workflow.private_states:
            continue
        by = matter.created_by
        found[matter.kind].append(
            DutyRow(
                day=matter.day,
                title=f"{matter.title}（{matter.number}）" if matter.number else matter.title,
                role=str(row.get_role_display()),
                state=names.state(workflow, matter.state),
                page="matter",
                uid=str(matter.uid),
                subject=row._meta.label_lower,
                subject_id=row.pk,
                recorded_by=by.get_full_name() if by is not None else "",
            )
        )
    return tuple(DutyPart(title, tuple(found[kind])) for kind, title in PARTS.items())
