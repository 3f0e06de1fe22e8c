"""Writes of what an office calls and measures its own way in a workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.core.audit import record
from tongxin.core.errors import BadInput
from tongxin.matters.enums import SettingTarget
from tongxin.matters.models import WorkflowSetting
from tongxin.matters.workflow import ClockUnit, Workflow
from tongxin.matters.workflows import workflow_of
from tongxin.registry.models import Office

if TYPE_CHECKING:
    from tongxin.accounts.models import User

#: The longest clock that makes sense, in its own unit.
LONGEST = 1100


def set_name(office: Office, kind: str, target: str, code: str, label: str, *, actor: User | None) -> None:
    """Let an office call a state, step or code its own way; an empty ``label`` goes back to the declared name.

    Raises BadInput for what the workflow does not have, and for a name over 60 characters.
    """
    workflow = workflow_of(kind)
    if target not in (SettingTarget.STATE, SettingTarget.TRANSITION, SettingTarget.CODE) or code not in known_codes(
        workflow, target
    ):
        raise BadInput("matters.setting", "流程中没有这一项。", hint="请从列表中选择。", field="code")
    label = label.strip()
    if len(label) > 60:
        raise BadInput("matters.setting_label", f"名称有{len(label)}字，超过60字。", field="label")
    with transaction.atomic():
        rows = WorkflowSetting.objects.filter(office=office, kind=kind, target=target, code=code)
        if label:
            WorkflowSetting.objects.update_or_create(
                office=office,
                kind=kind,
                target=target,
                code=code,
                defaults={"label": label},
                create_defaults={"label": label, "created_by": actor},
            )
        else:
            rows.delete()
        record(
            office_id=office.pk,
            actor=actor,
            action="matters.set_name",
            subject=office,
            after={"kind": kind, "target": target, "code": code, "label": label},
        )


def set_clock(
    office: Office,
    kind: str,
    code: str,
    *,
    amount: int | None,
    unit: str,
    actor: User | None,
    month: int | None = None,
    day_of_month: int | None = None,
    basis: str = "",
) -> None:
    """Let an office's clock run otherwise than declared, from the next start on; running ones keep their date.

    ``amount`` in ``unit`` (days, workdays, months); 0 switches the clock off; None goes back to the declaration.
    ``fixed`` takes a month and a day of it.  Raises BadInput naming the field.
    """
    workflow = workflow_of(kind)
    if code not in known_codes(workflow, SettingTarget.CLOCK) or workflow.clock(code).unit is ClockUnit.GIVEN:
        raise BadInput("matters.setting", "流程中没有这个时限。", hint="请从列表中选择。", field="code")
    if unit not in (ClockUnit.DAYS, ClockUnit.WORKDAYS, ClockUnit.MONTHS, ClockUnit.FIXED):
        raise BadInput("matters.setting_unit", "没有这种时限单位。", hint="请从列表中选择。", field="unit")
    if amount is not None and not 0 <= amount <= LONGEST:
        raise BadInput("matters.setting_amount", f"时限应为0至{LONGEST}。", hint="填0停用。", field="amount")
    if unit == ClockUnit.FIXED and not (month and day_of_month and 1 <= month <= 12 and 1 <= day_of_month <= 31):
        raise BadInput("matters.setting_day", "固定日期须填月和日。", hint="请填写月、日。", field="month")
    with transaction.atomic():
        if amount is None and unit != ClockUnit.FIXED:
            WorkflowSetting.objects.filter(office=office, kind=kind, target=SettingTarget.CLOCK, code=code).delete()
        else:
            values = {
                "amount": None if unit == ClockUnit.FIXED else amount,
                "unit": unit,
                "month": month if unit == ClockUnit.FIXED else None,
                "day_of_month": day_of_month if unit == ClockUnit.FIXED else None,
                "basis": basis.strip()[:200],
            }
            WorkflowSetting.objects.update_or_create(
                office=office,
                kind=kind,
                target=SettingTarget.CLOCK,
                code=code,
                defaults=values,
                create_defaults=values | {"created_by": actor},
            )
        record(
            office_id=office.pk,
            actor=actor,
            action="matters.set_clock",
            subject=office,
            after={"kind": kind, "clock": code, "amount": amount, "unit": unit, "basis": basis},
        )


def known_codes(workflow: Workflow, target: str) -> list[str]:
    """Return what of a workflow may be named or measured: codes of its states, steps, choices or clocks."""
    match target:
        case SettingTarget.STATE:
            return [state.code for state in workflow.states]
        case SettingTarget.TRANSITION:
            return [step.code for step in workflow.transitions]
        case SettingTarget.CODE:
            return [f"{step.code}.{code}" for step in workflow.transitions for code, _ in step.codes]
        case SettingTarget.REVIEWER:
            return []  # named one by one (reviewer_operations)
        case _:
            return [rule.code for rule in workflow.clocks]
