"""Names and posts as figures: who holds a post, which posts a person holds, as of a day.

They stand in a document like a number does, and change like one.  Party units are left out: who sits there tells
affiliation, which no document needs to ask the register for.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import F, QuerySet

from tongxin.core.errors import BadInput
from tongxin.core.figures import Choice, Family, Value, register_family
from tongxin.registry.enums import PARTY_UNIT_KINDS, PostCode
from tongxin.registry.models import Membership, Person
from tongxin.registry.queries import in_force, owned

_PERSONS = Person._meta.label
#: Printed where nobody holds the post, or the person holds none.
NOBODY = "（空缺）"
#: Posts that name nobody in particular.
_ORDINARY = (PostCode.MEMBER, PostCode.CLERK)


def _seats(office_id: int, day: dt.date) -> QuerySet[Membership]:
    """Memberships with a post of note outside Party units on ``day``, in official order."""
    return (
        owned(Membership, office_id)
        .filter(in_force(day), in_force(day, "organization__"), post__isnull=False)
        .exclude(organization__kind__in=PARTY_UNIT_KINDS)
        .exclude(post__code__in=_ORDINARY)
        .select_related("person", "organization", "post")
        .order_by(
            "organization__precedence",
            "organization_id",
            "post__precedence",
            F("person__precedence").asc(nulls_last=True),
            "person__stroke_key",
            "person_id",
        )
    )


def _joined(words: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(words)) or NOBODY


def _uid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadInput(
            "figures.uid", "引用的人员或单位写错了。", hint="请从数据项列表中选择。", field="figure"
        ) from None


def _holders(office_id: int, argument: str, day: dt.date) -> Value:
    uid, _, post = argument.partition("/")
    organization = _uid(uid)
    rows = list(_seats(office_id, day).filter(organization__uid=organization, post__code=post))
    return Value(_joined(row.person.name for row in rows), day, _PERSONS, tuple(row.person_id for row in rows))


def _post_choices(office_id: int, day: dt.date) -> list[Choice]:
    found: dict[str, list[Membership]] = {}
    for row in _seats(office_id, day):
        found.setdefault(f"{row.organization.uid}/{row.post.code if row.post else ''}", []).append(row)
    return [
        Choice(
            f"post:{argument}",
            f"{rows[0].organization.name}·{rows[0].post.name if rows[0].post else ''}",
            _joined(row.person.name for row in rows),
        )
        for argument, rows in found.items()
    ]


def _posts_of(office_id: int, argument: str, day: dt.date) -> Value:
    person = owned(Person, office_id).filter(uid=_uid(argument)).first()
    if person is None:
        raise BadInput("figures.person", "名册中已没有这位人员。", hint="请另选数据项，或改为文字。", field="figure")
    rows = _seats(office_id, day).filter(person=person)
    return Value(_joined(_post_name(row) for row in rows), day, _PERSONS, (person.pk,))


def _post_name(row: Membership) -> str:
    return f"{row.organization.name}{row.post.name if row.post else ''}"


def _person_choices(office_id: int, day: dt.date) -> list[Choice]:
    found: dict[int, list[Membership]] = {}
    for row in _seats(office_id, day):
        found.setdefault(row.person_id, []).append(row)
    names: dict[str, int] = {}
    for rows in found.values():
        names[rows[0].person.name] = names.get(rows[0].person.name, 0) + 1
    return [
        Choice(
            f"posts:{rows[0].person.uid}",
            # two people of one name are told apart by their first post
            f"{rows[0].person.name}{'（' + _post_name(rows[0]) + '）' if names[rows[0].person.name] > 1 else ''}·职务",
            _joined(_post_name(row) for row in rows),
        )
        for rows in found.values()
    ]


FAMILIES = (
    Family(
        "post", "职务由谁担任", "当日担任该职务的人员姓名，按规定次序；无人时为“（空缺）”。", _holders, _post_choices
    ),
    Family("posts", "某人的职务", "此人当日在党组织以外各组织中的职务，按规定次序。", _posts_of, _person_choices),
)


def register_all() -> None:
    """Put the families on the list; called once at start-up."""
    for family in FAMILIES:
        register_family(family)
