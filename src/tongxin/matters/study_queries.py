"""What study activities led to in matters (学用结合): proposals and social information."""

from __future__ import annotations

from collections.abc import Iterable

from tongxin.activities.models import Activity
from tongxin.matters.enums import LinkNature, MatterKind
from tongxin.matters.models import Matter, MatterLink
from tongxin.matters.queries import ledger, visible
from tongxin.registry.access import Standing
from tongxin.registry.models import Office

#: What study may lead to, beside duty work.
KINDS = (MatterKind.PROPOSAL, MatterKind.INFORMATION)


def matters_of_study(study: Activity, standing: Standing) -> list[Matter]:
    """Return what a study activity led to, as far as ``standing`` may see it, oldest first."""
    links = MatterLink.objects.filter(origin_activity=study, nature=LinkNature.STUDY).values("matter_id")
    return list(visible(ledger(study.office_id).filter(pk__in=links), standing).order_by("day", "pk"))


def by_number(office: Office, standing: Standing, number: str) -> Matter | None:
    """Return the proposal or information of this number where ``standing`` may see it, else None."""
    rows = ledger(office).filter(kind__in=KINDS, number=" ".join(number.split())).exclude(number="")
    return visible(rows, standing).first()


def numbers_led_to(office: Office, studies: Iterable[int]) -> dict[int, list[str]]:
    """Return activity id → kind and number of what it led to, for the study ledger; no titles."""
    rows = MatterLink.objects.filter(
        origin_activity_id__in=list(studies), matter__office=office, nature=LinkNature.STUDY
    ).select_related("matter").order_by("matter__day", "pk")  # fmt: skip
    found: dict[int, list[str]] = {}
    for row in rows:
        words = f"{row.matter.get_kind_display()} {row.matter.number}".strip()
        found.setdefault(row.origin_activity_id or 0, []).append(words)
    return found
