"""The key of a finding as text for addresses: opaque, stable when findings are worked out anew.  Pure."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass
from typing import Protocol

from tongxin.core.errors import BadInput

SUBJECT_KINDS = ("organization", "person", "pair", "event")
LIMIT = 400


class Keyed(Protocol):
    """Anything that carries the columns of a finding's key; read-only, so that stored and computed ones fit."""

    @property
    def provision(self) -> str: ...  # noqa: D102 - named like the column

    @property
    def subject_kind(self) -> str: ...  # noqa: D102 - named like the column

    @property
    def organization_id(self) -> int: ...  # noqa: D102 - named like the column

    @property
    def person_id(self) -> int: ...  # noqa: D102 - named like the column

    @property
    def other_person_id(self) -> int: ...  # noqa: D102 - named like the column

    @property
    def window_start(self) -> dt.date: ...  # noqa: D102 - named like the column

    @property
    def window_end(self) -> dt.date: ...  # noqa: D102 - named like the column

    @property
    def event_type(self) -> str: ...  # noqa: D102 - named like the column

    @property
    def event_id(self) -> int: ...  # noqa: D102 - named like the column


@dataclass(frozen=True, slots=True)
class FindingKey:
    """What names a finding within an office; absent ids are 0, no event is ''."""

    provision: str
    subject_kind: str
    organization_id: int
    person_id: int
    other_person_id: int
    window_start: dt.date
    event_type: str = ""
    event_id: int = 0


def key_of(finding: Keyed) -> FindingKey:
    """Return the key of a finding, a stored one or one worked out for a day."""
    return FindingKey(
        finding.provision,
        str(finding.subject_kind),
        finding.organization_id,
        finding.person_id,
        finding.other_person_id,
        finding.window_start,
        finding.event_type,
        finding.event_id,
    )


def key_text(finding: Keyed | FindingKey) -> str:
    """Return the key of a finding as text that is safe in an address; it grants nothing by itself."""
    parts = [
        finding.provision,
        SUBJECT_KINDS.index(str(finding.subject_kind)),
        finding.organization_id,
        finding.person_id,
        finding.other_person_id,
        finding.window_start.toordinal(),
        finding.event_type,
        finding.event_id,
    ]
    written = json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def parse_key(text: str) -> FindingKey:
    """Return the key that :func:`key_text` wrote; raises BadInput for anything else."""
    fault = BadInput("provisions.key", "这个地址不是有效的依据页地址。", hint="请从落实情况一览重新进入。", field="key")
    if not text or len(text) > LIMIT:
        raise fault
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        provision, kind, organization, person, other, ordinal, event_type, event = parts
        numbers = (kind, organization, person, other, ordinal, event)
        if not all(type(number) is int and 0 <= number < 2**63 for number in numbers):
            raise fault
        if not isinstance(provision, str) or not isinstance(event_type, str):
            raise fault
        day = dt.date.fromordinal(ordinal)
        return FindingKey(provision, SUBJECT_KINDS[kind], organization, person, other, day, event_type, event)
    except (ValueError, TypeError, IndexError, OverflowError, binascii.Error) as error:
        raise fault from error
