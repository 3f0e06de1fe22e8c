"""Founding, renaming, moving and correcting organizations.  Ending stands in :mod:`operations`.

A new name is a change: the old one stays readable in the organization's history.  A correction says that what was
registered had been wrong from the beginning.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q

from tongxin.accounts.models import User
from tongxin.core import audit, changes, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Membership, Office, Organization, OrganizationName
from tongxin.registry.queries import owned
from tongxin.registry.trees import closes_circle, may_stand_under

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None

REASON_LIMIT = 200
#: What a correction may say anew of an organization.
CORRECTABLE = (
    "short_name", "purpose", "founding_reference", "approved_on", "closing_reference", "closing_approved_on",
    "valid_from", "valid_until",
)  # fmt: skip


@transaction.atomic
def rename_organization(
    organization: Organization,
    *,
    name: str,
    reference: str,
    actor: Actor,
    short_name: str = "",
    since: dt.date | None = None,
) -> Organization:
    """Give an organization a new name from the day ``since`` (today) on the basis ``reference`` and return it.

    The old name is kept with its days: papers of those days show it.  Raises BadInput without a name or a basis, for
    the name it bears already, and for a day to come or not after the one since which it bears the old name;
    NotPossible where another organization of the kind bears the new one or this one has ended.
    """
    organization = _locked(organization)
    clean, short = name.strip(), short_name.strip()
    if not clean:
        raise BadInput("registry.organization_name", "组织名称没有填写。", hint="请填写全称。", field="name")
    if (clean, short) == (organization.name, organization.short_name):
        raise BadInput("registry.same_name", "名称没有变动。", hint="请填写新的名称。", field="name")
    if not reference.strip():
        raise BadInput(
            "registry.rename_reference", "更名依据没有填写。", hint="请写文件名称和文号。", field="reference"
        )
    if organization.valid_until is not None:
        raise NotPossible(
            "registry.dissolved", f"“{organization.name}”已撤销，不再更名。", hint="如名称有误，请用“更正”。"
        )
    refuse_same_name(organization.office_id, organization.kind, clean, but=organization.pk)
    since = clock.today() if since is None else since
    borne_since = _borne_since(organization)
    if since > clock.today() or (borne_since is not None and since <= borne_since):
        raise BadInput(
            "registry.rename_day",
            "更名日期不能在今天以后，也不能早于现名称启用之后的一天。",
            hint="请按文件上的日期填写。",
            field="since",
        )
    OrganizationName.objects.create(
        office_id=organization.office_id,
        created_by=actor if isinstance(actor, User) else None,
        organization=organization,
        name=organization.name,
        short_name=organization.short_name,
        valid_from=borne_since,
        valid_until=since,
        basis=reference.strip()[:REASON_LIMIT],
    )
    before = {"name": organization.name, "short_name": organization.short_name}
    organization.name, organization.short_name = clean, short
    organization.save(update_fields=["name", "short_name"])
    audit.record(
        office_id=organization.office_id,
        actor=actor,
        action="registry.rename_organization",
        subject=organization,
        before=before,
        after={"name": clean, "short_name": short, "since": since},
        purpose=reference.strip()[:REASON_LIMIT],
    )
    changes.announce(organization.office_id, registry=True, organizations=[organization.pk])
    return organization


@transaction.atomic
def move_organization(
    organization: Organization, *, parent: Organization | None, reference: str, actor: Actor
) -> Organization:
    """Put an organization under another, or at the root (None), and return it.

    Raises BadInput without a basis, for a parent of another office, or of a kind under which it does not stand;
    NotPossible where a circle would close.
    """
    # The office row serialises two people who would put two organizations under each other at the same moment.
    Office.objects.select_for_update().get(pk=organization.office_id)
    organization = _locked(organization)
    if not reference.strip():
        raise BadInput("registry.move_reference", "调整依据没有填写。", hint="请写文件名称和文号。", field="reference")
    if parent is not None:
        check_parent(organization.office_id, organization.kind, parent)
        parents = dict(owned(Organization, organization.office_id).values_list("pk", "parent_id"))
        if closes_circle(organization.pk, parent.pk, parents):
            raise NotPossible(
                "registry.circle",
                f"“{parent.name}”本身在“{organization.name}”之下，不能再作它的上级。",
                hint="请选择其他上级组织。",
                field="parent",
            )
    before = organization.parent_id
    organization.parent = parent
    organization.save(update_fields=["parent"])
    audit.record(
        office_id=organization.office_id,
        actor=actor,
        action="registry.move_organization",
        subject=organization,
        before={"parent": before},
        after={"parent": parent.pk if parent else None},
        purpose=reference.strip()[:REASON_LIMIT],
    )
    changes.announce(organization.office_id, registry=True, organizations=[organization.pk])
    return organization


@transaction.atomic
def correct_organization(
    organization: Organization, values: dict[str, str | dt.date | None], *, reason: str, actor: Actor
) -> Organization:
    """Correct what is registered of an organization (see ``CORRECTABLE``, and the name) and return it.

    Raises BadInput without a reason, for an unknown field and where nothing changes; NotPossible where the
    organization would end before it begins, or where a membership would lie outside its life.
    """
    organization = _locked(organization)
    clean_reason = reason_of(reason)
    unknown = set(values) - {*CORRECTABLE, "name"}
    if unknown:
        raise BadInput("registry.correctable", f"{'、'.join(sorted(unknown))}不能更正。", hint="请重新选择。")
    before, after = {}, {}
    for field, value in values.items():
        new = value.strip() if isinstance(value, str) else value
        if new != getattr(organization, field):
            before[field], after[field] = getattr(organization, field), new
            setattr(organization, field, new)
    if not after:
        raise BadInput("registry.nothing_changed", "没有任何变动。", hint="请修改需要更正的内容，或取消。")
    if not organization.name:
        raise BadInput("registry.organization_name", "组织名称没有填写。", hint="请填写全称。", field="name")
    if "name" in after:
        refuse_same_name(organization.office_id, organization.kind, organization.name, but=organization.pk)
    _refuse_impossible_life(organization)
    if "valid_until" in after and organization.valid_until is None:
        organization.closing_reference = ""
    organization.save()
    audit.record(
        office_id=organization.office_id,
        actor=actor,
        action="registry.correct_organization",
        subject=organization,
        before=before,
        after=after,
        purpose=clean_reason,
    )
    changes.announce(organization.office_id, registry=True, organizations=[organization.pk])
    return organization


def check_parent(office_id: int, kind: str, parent: Organization) -> None:
    """Refuse a parent of another office, one that has ended, and one of a kind that does not fit."""
    if parent.office_id != office_id:
        raise BadInput("registry.other_office", "所选组织不属于本机关。", hint="请重新选择。", field="parent")
    if not may_stand_under(kind, parent.kind):
        own, other = OrganizationKind(kind).label, OrganizationKind(parent.kind).label
        raise BadInput(
            "registry.parent_kind", f"{own}不设在{other}之下。", hint="请选择合适的上级组织，或留空。", field="parent"
        )
    if parent.valid_until is not None:
        raise NotPossible(
            "registry.parent_dissolved", f"“{parent.name}”已撤销。", hint="请选择现有组织。", field="parent"
        )


def refuse_same_name(office_id: int, kind: str, name: str, *, but: int | None = None) -> None:
    """Refuse a name that an organization of the same kind bears that has not ended."""
    same = owned(Organization, office_id).filter(kind=kind, name=name, valid_until__isnull=True)
    if any(pk != but for pk in same.values_list("pk", flat=True)):
        raise NotPossible(
            "registry.organization_there",
            f"已有一个{OrganizationKind(kind).label}名为“{name}”。",
            hint="请核对是否已登记；确属两个组织的，请用全称区别。",
            field="name",
        )


def reason_of(reason: str) -> str:
    """Return the reason of a correction.  Raises BadInput without one or for one that is too long."""
    clean = " ".join(reason.split())
    if not clean:
        raise BadInput(
            "registry.correction_reason", "更正理由没有填写。", hint="请写明依据什么材料更正。", field="reason"
        )
    if len(clean) > REASON_LIMIT:
        raise BadInput(
            "registry.correction_reason", f"更正理由超过了{REASON_LIMIT}个字。", hint="请删减。", field="reason"
        )
    return clean


def _borne_since(organization: Organization) -> dt.date | None:
    """Return since when an organization bears its present name; None: not known."""
    ends = owned(OrganizationName, organization.office_id).filter(organization=organization)
    last = ends.aggregate(last=Max("valid_until"))["last"]
    return organization.valid_from if last is None else last


def _locked(organization: Organization) -> Organization:
    found = Organization.objects.select_for_update(of=("self",)).filter(pk=organization.pk).first()
    if found is None:
        raise Conflict("registry.organization_gone", "这个组织已不在名册中。", hint="请返回列表查看最新情况。")
    return found


def _refuse_impossible_life(organization: Organization) -> None:
    begin, end = organization.valid_from, organization.valid_until
    if begin is not None and end is not None and end <= begin:
        raise NotPossible(
            "registry.dissolve_before_founding", "撤销日期必须晚于成立日期。", hint="请核对日期。", field="valid_until"
        )
    outside = Q(pk__in=[])
    if begin is not None:
        outside |= Q(valid_from__lt=begin)
    if end is not None:
        outside |= Q(valid_until__isnull=True) | Q(valid_until__gt=end)
    row = (
        owned(Membership, organization.office_id)
        .filter(outside, organization=organization)
        .select_related("person")
        .order_by("pk")
        .first()
    )
    if row is not None:
        field = (
            "valid_from"
            if begin is not None and row.valid_from is not None and row.valid_from < begin
            else "valid_until"
        )
        raise NotPossible(
            "registry.membership_outside",
            f"{row.person.name}在“{organization.name}”的任职超出了所填的存续期间。",
            hint="请先更正或结束这段任职。",
            field=field,
        )
