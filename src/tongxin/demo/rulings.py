"""What the invented units said of the gaps in their records; each kind of ruling once or more."""

from __future__ import annotations

import datetime as dt

from tongxin.core.periods import Period, containing
from tongxin.demo.town import Town
from tongxin.demo.year import Year
from tongxin.provisions.enums import RulingBasis, RulingKind, SubjectKind
from tongxin.provisions.models import Ruling
from tongxin.registry.models import Organization

_THEME_DAY, _COMMITTEE, _CLASS = "life.theme_day", "life.committee_meeting", "life.party_class"


def tell_rulings(town: Town, year: Year) -> int:
    """Write the rulings of one office and return how many there are."""
    said = {
        "own": (RulingKind.EXCUSED, RulingBasis.OWN, "当月集中承办全体会议会务，主题党日并入次月开展。"),
        "approved": (RulingKind.EXCUSED, RulingBasis.APPROVED, "支部大部分党员外出驻村，机关党委同意延期。"),
        "missed": (RulingKind.MISSED, RulingBasis.OWN, "支部核对后确认当月未开展。"),
        "word": (RulingKind.DONE, RulingBasis.OWN, "已按期开展，纸质记录归档，支部书记口头说明。"),
    }
    rows = [
        _ruling(town, _THEME_DAY, unit, kind=kind, basis=basis, reason=reason, window_start=window_start)
        for (kind, basis, reason), (unit, window_start) in (
            (said[key], gap) for key, gap in year.gaps.items() if gap[1] < town.as_of
        )
    ]
    if town.size.retired >= 0:
        retired = town.branches[town.size.retired]
        for provision in (_THEME_DAY, _COMMITTEE, _CLASS):
            rows.append(
                _ruling(
                    town, provision, retired, kind=RulingKind.EXCUSED, basis=RulingBasis.APPROVED,
                    reason="离退休党支部，经机关党委同意按半年安排活动。",
                    excused_from=town.start, excused_until=town.term_end,
                )
            )  # fmt: skip
    quarter = containing(Period.QUARTER, town.within(0.3))
    rows.append(
        _ruling(
            town, _CLASS, town.branches[-1], kind=RulingKind.EXCUSED, basis=RulingBasis.OWN,
            reason="支部书记在外参加培训，党课顺延。", window_start=quarter.start, on_behalf="电话说明，党务工作人员代录",
        )
    )  # fmt: skip
    return len(Ruling.objects.bulk_create(rows))


def _ruling(
    town: Town,
    provision: str,
    unit: Organization,
    *,
    kind: str,
    basis: str,
    reason: str,
    window_start: dt.date | None = None,
    excused_from: dt.date | None = None,
    excused_until: dt.date | None = None,
    on_behalf: str = "",
) -> Ruling:
    return Ruling(
        office=town.office,
        uid=town.uid(),
        provision=provision,
        subject_kind=SubjectKind.ORGANIZATION,
        organization_id=unit.pk,
        window_start=window_start,
        excused_from=excused_from,
        excused_until=excused_until,
        kind=kind,
        basis=basis,
        reason=reason,
        on_behalf=on_behalf,
    )
