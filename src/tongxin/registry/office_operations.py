"""An office begins: its term, its root bodies, the usual posts, and the first person who may let others in."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction

from tongxin.core import audit
from tongxin.core.errors import BadInput, NotPossible
from tongxin.registry import account_operations
from tongxin.registry.account_operations import Issued
from tongxin.registry.enums import OfficeLevel, OrganizationKind, Role
from tongxin.registry.models import Office, Organization, Post, Term
from tongxin.registry.posts import STANDARD_POSTS

#: Bodies without which nothing can be entered: seats are memberships of the first, staff of the second.
ROOTS = (
    (OrganizationKind.COMMITTEE, "{place}政协"),
    (OrganizationKind.STAFF, "{place}政协机关"),
    (OrganizationKind.STANDING_COMMITTEE, "常务委员会"),
    (OrganizationKind.CHAIR_MEETING, "主席会议"),
    (OrganizationKind.PARTY_GROUP, "政协党组"),
)
_AREA = re.compile(r"[0-9]{6}")
_LONGEST_TERM_YEARS = 8


@transaction.atomic
def found_office(
    name: str,
    *,
    short_name: str,
    level: str,
    area_code: str,
    start_day: dt.date,
    term: tuple[int, dt.date, dt.date],
    administrator: tuple[str, str],
    document_code: str = "",
    parent: Office | None = None,
) -> tuple[Office, Issued]:
    """Found an office and return it with the invitation of its first administrator.

    ``term``: ordinal, first day, and the day after the last.  ``start_day``: nothing before it is judged.
    ``administrator``: user name and the name shown; the account also keeps the register until others are invited.
    In order: check, write the office, its current term, its root bodies and usual posts, the account, the invitation.

    Raises BadInput for a name, code or day that cannot be right, NotPossible where the area has an office already.
    """
    ordinal, starts, ends = term
    name, short_name = name.strip(), short_name.strip()
    if not name or not short_name:
        raise BadInput(
            "registry.office_name", "机关须有名称和简称。", hint="例如“政协青澜市委员会”“青澜市政协”。", field="name"
        )
    if level not in OfficeLevel.values:
        raise BadInput(
            "registry.office_level", f"层级“{level}”不在列表中。", hint="请用 province、city 或 county。", field="level"
        )
    if not _AREA.fullmatch(area_code):
        raise BadInput(
            "registry.office_area",
            f"行政区划代码“{area_code}”不是六位数字。",
            hint="请查 GB/T 2260 的六位代码。",
            field="area",
        )
    if Office.objects.filter(area_code=area_code).exists():
        raise NotPossible(
            "registry.office_there", f"代码 {area_code} 的机关已经存在。", hint="同一行政区划只设一个机关。"
        )
    if ordinal < 1 or not starts < ends or ends > starts.replace(year=starts.year + _LONGEST_TERM_YEARS, day=1):
        raise BadInput(
            "registry.office_term",
            f"第 {ordinal} 届的起止日期 {starts} 至 {ends} 不合理。",
            hint="一届一般五年；请填首日和届满次日。",
            field="term",
        )
    office = Office.objects.create(
        name=name,
        short_name=short_name,
        document_code=document_code,
        level=level,
        area_code=area_code,
        parent=parent,
        start_day=start_day,
    )
    Term.objects.create(office=office, ordinal=ordinal, starts=starts, ends=ends)
    place = name.removeprefix("政协").removeprefix("中国人民政治协商会议").removesuffix("委员会")
    for kind, pattern in ROOTS:
        Organization.objects.create(office=office, kind=kind, name=pattern.format(place=place), valid_from=None)
    Post.objects.bulk_create(
        Post(office=office, organization_kind=kind, code=code, name=label, precedence=precedence)
        for kind, posts in STANDARD_POSTS.items()
        for code, label, precedence in posts
    )
    audit.record(
        office_id=office.pk,
        actor=None,
        action="registry.found_office",
        subject=office,
        after={"name": name, "area_code": area_code, "start_day": start_day},
    )
    username, shown = administrator
    issued = account_operations.invite(
        office,
        username=username,
        display_name=shown,
        actor=None,
        roles=[(Role.ADMINISTRATOR, None), (Role.ROSTER_CLERK, None)],
    )
    return office, issued
