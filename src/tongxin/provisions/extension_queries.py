"""By how much a limit may still be moved, and what was approved before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongxin.core.models import Day
from tongxin.core.periods import add_months
from tongxin.provisions.enums import OPEN_STATES, FindingState, Reason, RulingKind
from tongxin.provisions.models import Finding, Rule, Ruling
from tongxin.provisions.queries import FindingRow
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

#: Kinds whose limit an approval may move.
EXTENDABLE = ("deadline", "term")


@dataclass(frozen=True, slots=True)
class Extendable:
    """The last days of a limit: by the clause itself, by the newest approval (None: there is none), and at most.

    ``open``: whether it may be moved as the finding stands now.
    """

    original: dt.date
    approved: dt.date | None
    furthest: dt.date
    open: bool


def extendable(office: Office, finding: Finding | FindingRow) -> Extendable | None:
    """Return how far the limit of a finding may be moved; None where its clause knows no extension.

    The clause allows so many days, workdays or months more than its limit, counted from what set it off.  A limit may
    be moved while the finding is open or rests on an earlier extension.
    """
    rule = Rule.objects.filter(
        office=office, provision=finding.provision, adoption_id=finding.adoption_id, kind__in=EXTENDABLE
    ).first()
    if rule is None or not rule.extension_limit:
        return None
    furthest = shifted(finding.window_start, rule.limit_days + rule.extension_limit, rule.limit_unit)
    if furthest is None:
        return None
    newest = approvals(office, finding)[:1]
    return Extendable(
        original=finding.window_end - dt.timedelta(days=1),
        approved=newest[0].excused_until - dt.timedelta(days=1) if newest and newest[0].excused_until else None,
        furthest=furthest,
        open=finding.state in OPEN_STATES
        or (finding.state == FindingState.EXCUSED and finding.reason == Reason.EXTENDED),
    )


def approvals(office: Office, finding: Finding | FindingRow) -> list[Ruling]:
    """Return the extensions approved of a finding and not withdrawn, the newest, which counts, first."""
    return list(
        owned(Ruling, office)
        .filter(
            provision=finding.provision,
            subject_kind=finding.subject_kind,
            organization_id=finding.organization_id,
            person_id=finding.person_id,
            other_person_id=finding.other_person_id,
            window_start=finding.window_start,
            event_type=finding.event_type,
            event_id=finding.event_id,
            kind=RulingKind.EXTENDED,
            withdrawn_at__isnull=True,
        )
        .order_by("-pk")
    )


def shifted(start: dt.date, amount: int, unit: str) -> dt.date | None:
    """Return the day ``amount`` days, workdays or months after ``start``, as ``evaluation`` counts them.

    None where the day table ends before it.
    """
    if unit == "months":
        return add_months(start, amount)
    if unit == "workdays":
        first = Day.objects.filter(day=start).first()
        if first is None:
            return None
        wanted = Day.objects.filter(is_workday=True, workday_number=first.workday_number + amount)
        return wanted.values_list("day", flat=True).first()
    return start + dt.timedelta(days=amount)
