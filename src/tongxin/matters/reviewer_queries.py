"""Reads of whom an office names for which review of a manuscript: roles, posts or persons that exist already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tongxin.matters.enums import MatterKind, SettingTarget
from tongxin.matters.models import WorkflowSetting
from tongxin.matters.predicates import PREDICATES
from tongxin.matters.workflows.manuscript import MANUSCRIPT
from tongxin.registry.access import Standing
from tongxin.registry.enums import OrganizationKind, Role
from tongxin.registry.models import Membership, Office, Person, Post, RoleGrant
from tongxin.registry.queries import in_force, owned

#: Steps for which an office may name who takes them, in order: the three reviews and the secrecy check.
REVIEWS = tuple(step.code for step in MANUSCRIPT.transitions if step.review or step.named)
#: Roles that may be named: those that review at all.
REVIEWING_ROLES = tuple(Role(role) for role in PREDICATES["reviews"].roles)
#: Kinds of organizations whose posts may be named; a post of a Party unit would tell affiliation.
POST_KINDS = (
    OrganizationKind.COMMITTEE,
    OrganizationKind.STAFF,
    OrganizationKind.STANDING_COMMITTEE,
    OrganizationKind.CHAIR_MEETING,
    OrganizationKind.SPECIAL_COMMITTEE,
    OrganizationKind.DEPARTMENT,
)


@dataclass(frozen=True)
class Named:
    """One that an office names for a review: ``nature`` role, post or person; ``key`` None: not there any more."""

    code: str
    nature: str
    name: str
    key: str | int | None


def named_reviewers(office: Office | int) -> dict[str, list[Named]]:
    """Return step → whom the office names for it, in order of entry; no key where it names nobody.  Three statements."""
    rows = owned(WorkflowSetting, office).filter(kind=MatterKind.MANUSCRIPT, target=SettingTarget.REVIEWER)
    codes = [(code, *code.split(":", 2)) for code in rows.order_by("id").values_list("code", flat=True)]
    if not codes:
        return {}
    known: dict[tuple[str, str], tuple[str, str | int]] = {
        ("role", str(role)): (str(role.label), str(role)) for role in REVIEWING_ROLES
    }
    posts = owned(Post, office).filter(uid__in=[value for _code, _step, nature, value in codes if nature == "post"])
    people = owned(Person, office).filter(
        uid__in=[value for _code, _step, nature, value in codes if nature == "person"]
    )
    known |= {("post", str(row.uid)): (row.name, row.pk) for row in posts}
    known |= {("person", str(row.uid)): (row.name, row.pk) for row in people}
    found: dict[str, list[Named]] = {}
    for code, step, nature, value in codes:
        name, key = known.get((nature, value), ("（已不存在）", None))
        found.setdefault(step, []).append(Named(code, nature, name, key))
    return found


def fits(named: Sequence[Named], person: Person, day: dt.date) -> bool:
    """Tell whether ``person`` is, or on ``day`` held the role or post of, one of those named; two statements at most."""
    if any(one.nature == "person" and one.key == person.pk for one in named):
        return True
    posts = [one.key for one in named if one.nature == "post" and isinstance(one.key, int)]
    if posts and Membership.objects.filter(in_force(day), person=person, post_id__in=posts).exists():
        return True
    roles = [str(one.key) for one in named if one.nature == "role"]
    if not roles or person.user_id is None:
        return False
    return owned(RoleGrant, person.office_id).filter(in_force(day), user=person.user_id, role__in=roles).exists()


def awaited_of(named: Sequence[Named], standing: Standing, day: dt.date) -> bool:
    """Tell whether a review for which an office names these waits for ``standing``; two statements at most.

    Nobody named: it waits for whoever may review.  Persons without an account only: the editor enters their paper.
    """
    if not named:
        return True
    people = [one.key for one in named if one.nature == "person"]
    if standing.person_ids.intersection(key for key in people if isinstance(key, int)):
        return True
    if standing.has(*(str(one.key) for one in named if one.nature == "role")):
        return True
    posts = [one.key for one in named if one.nature == "post" and isinstance(one.key, int)]
    held = Membership.objects.filter(in_force(day), person__in=standing.person_ids, post_id__in=posts)
    if posts and standing.person_ids and held.exists():
        return True
    if len(people) < len(named) or not standing.has(Role.EDITOR):
        return False
    return not Person.objects.filter(pk__in=[key for key in people if key is not None], user__isnull=False).exists()


def posts_to_name(office: Office) -> list[Post]:
    """Return the posts that may be named, in official order."""
    return list(owned(Post, office).filter(organization_kind__in=POST_KINDS).order_by("precedence", "id"))
