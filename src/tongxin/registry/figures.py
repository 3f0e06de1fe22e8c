"""Figures of the register: how many members, units and shares on a day, each with the rows behind it.

"Member" (委员) is a person with a membership in an organization of kind *committee* in force on the day.  Party
member: affiliation 01 or 02 of GB/T 4762 on the day.  A person without a recorded affiliation is in neither the
Party nor the non-Party figure; ``members.affiliation_unknown`` says how many those are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from tongxin.core.figures import Figure, Value, register
from tongxin.registry.enums import PARTY_MEMBER_CODES, OrganizationKind, PostCode, Sex
from tongxin.registry.models import Affiliation, Membership, Organization, Person
from tongxin.registry.queries import in_force, owned

_PERSONS = Person._meta.label
_ORGANIZATIONS = Organization._meta.label
#: Printed for a share of nothing.
NO_SHARE = "—"

Rows = Callable[[int, dt.date], Sequence[int]]


def percent(part: int, whole: int) -> str:
    """Return ``part`` of ``whole`` in per cent with one decimal, halves rounded up (``"60.3"``); integers only.

    ``"—"`` where ``whole`` is 0.
    """
    if whole == 0:
        return NO_SHARE
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def fraction(part: int, whole: int) -> str:
    """Return the share as a fraction in text (``"229/380"``), ``"—"`` of nothing."""
    return f"{part}/{whole}" if whole else NO_SHARE


def _members(office_id: int, day: dt.date, **conditions: object) -> list[int]:
    """Ids of the members in office on ``day``, ascending; ``conditions`` are on the membership."""
    found = owned(Membership, office_id).filter(
        in_force(day), organization__kind=OrganizationKind.COMMITTEE, **conditions
    )
    return list(found.order_by("person_id").values_list("person_id", flat=True).distinct())


def _members_total(office_id: int, day: dt.date) -> list[int]:
    return _members(office_id, day)


def _affiliated(office_id: int, day: dt.date, codes: Iterable[str] | None) -> list[int]:
    """Ids of members whose affiliation on ``day`` is one of ``codes`` (None: any)."""
    held = owned(Affiliation, office_id).filter(in_force(day))
    if codes is not None:
        held = held.filter(code__in=list(codes))
    return _members(office_id, day, person__in=held.values("person_id"))


def _party(office_id: int, day: dt.date) -> list[int]:
    return _affiliated(office_id, day, PARTY_MEMBER_CODES)


def _nonparty(office_id: int, day: dt.date) -> list[int]:
    party = set(_party(office_id, day))
    return [person for person in _affiliated(office_id, day, None) if person not in party]


def _affiliation_unknown(office_id: int, day: dt.date) -> list[int]:
    known = set(_affiliated(office_id, day, None))
    return [person for person in _members(office_id, day) if person not in known]


def _women(office_id: int, day: dt.date) -> list[int]:
    return _members(office_id, day, person__sex=Sex.FEMALE)


def _standing(office_id: int, day: dt.date) -> list[int]:
    """Members of the standing committee; where it is kept as a post of the committee, holders of that post."""
    seated = owned(Membership, office_id).filter(in_force(day))
    by_body = seated.filter(organization__kind=OrganizationKind.STANDING_COMMITTEE)
    by_post = seated.filter(organization__kind=OrganizationKind.COMMITTEE, post__code=PostCode.STANDING_MEMBER)
    people = set(by_body.values_list("person_id", flat=True)) | set(by_post.values_list("person_id", flat=True))
    return sorted(people)


def _standing_nonparty(office_id: int, day: dt.date) -> list[int]:
    held = owned(Affiliation, office_id).filter(in_force(day), person__in=_standing(office_id, day))
    party = set(held.filter(code__in=PARTY_MEMBER_CODES).values_list("person_id", flat=True))
    return sorted(set(held.values_list("person_id", flat=True)) - party)


def _units(*kinds: str) -> Rows:
    def rows(office_id: int, day: dt.date) -> list[int]:
        found = owned(Organization, office_id).filter(in_force(day), kind__in=kinds)
        return list(found.order_by("pk").values_list("pk", flat=True))

    return rows


def _count(code: str, name: str, description: str, rows: Rows, rows_of: str = _PERSONS) -> Figure:
    def compute(office_id: int, day: dt.date) -> Value:
        ids = tuple(rows(office_id, day))
        return Value(str(len(ids)), day, rows_of, ids)

    return Figure(code, name, description, compute)


def _share(code: str, name: str, description: str, part: Rows, whole: Rows, text: Callable[[int, int], str]) -> Figure:
    def compute(office_id: int, day: dt.date) -> Value:
        ids = tuple(part(office_id, day))
        return Value(text(len(ids), len(whole(office_id, day))), day, _PERSONS, ids)

    return Figure(code, name, description, compute)


_Kind = OrganizationKind
FIGURES: tuple[Figure, ...] = (
    _count("members.total", "在任委员数", "当日在政协委员会任职的委员人数。", _members_total),
    _count("members.party", "中共党员委员数", "在任委员中政治面貌为中共党员、预备党员的人数。", _party),
    _count("members.nonparty", "非中共党员委员数", "在任委员中已登记政治面貌且不是中共党员、预备党员的人数。", _nonparty),
    _count("members.affiliation_unknown", "政治面貌未登记的委员数", "在任委员中当日没有政治面貌登记的人数。", _affiliation_unknown),
    _share("members.party_share", "中共党员委员占比(%)", "中共党员委员占在任委员的百分比，保留一位小数。", _party, _members_total, percent),
    _share("members.party_fraction", "中共党员委员占比（分数）", "中共党员委员数/在任委员数。", _party, _members_total, fraction),
    _share("members.nonparty_share", "非中共党员委员占比(%)", "非中共党员委员占在任委员的百分比，保留一位小数。", _nonparty, _members_total, percent),
    _share("members.nonparty_fraction", "非中共党员委员占比（分数）", "非中共党员委员数/在任委员数。", _nonparty, _members_total, fraction),
    _count("members.women", "女委员数", "在任委员中的女委员人数。", _women),
    _share("members.women_share", "女委员占比(%)", "女委员占在任委员的百分比，保留一位小数。", _women, _members_total, percent),
    _count("standing_members.total", "常务委员数", "当日在任的常务委员人数。", _standing),
    _count("standing_members.nonparty", "非中共党员常务委员数", "常务委员中已登记政治面貌且不是中共党员的人数。", _standing_nonparty),
    _share("standing_members.nonparty_share", "非中共党员常务委员占比(%)", "非中共党员常务委员占常务委员的百分比，保留一位小数。", _standing_nonparty, _standing, percent),
    _count("special_committees.total", "专门委员会数", "当日存在的专门委员会个数。", _units(_Kind.SPECIAL_COMMITTEE), _ORGANIZATIONS),
    _count("sectors.total", "界别数", "当日存在的界别个数。", _units(_Kind.SECTOR), _ORGANIZATIONS),
    _count("member_groups.total", "委员履职小组数", "当日存在的委员履职小组个数。", _units(_Kind.MEMBER_GROUP), _ORGANIZATIONS),
    _count("branches.total", "党支部数", "当日存在的党支部（含联合党支部）个数，不含功能型和临时党支部。", _units(_Kind.BRANCH, _Kind.JOINT_BRANCH), _ORGANIZATIONS),
    _count("functional_branches.total", "功能型党支部数", "当日存在的功能型党支部个数。", _units(_Kind.FUNCTIONAL_BRANCH), _ORGANIZATIONS),
    _count("temporary_branches.total", "临时党支部数", "当日存在的临时党支部个数。", _units(_Kind.TEMPORARY_BRANCH), _ORGANIZATIONS),
    _count("small_groups.total", "党小组数", "当日存在的党小组个数。", _units(_Kind.SMALL_GROUP), _ORGANIZATIONS),
)  # fmt: skip


def register_all() -> None:
    """Put the register's figures on the list; called once at start-up."""
    for figure in FIGURES:
        register(figure)
