"""Running shares of a list of members: fractions as text, compared by whole numbers.  Pure; imports no models.

The shares bind when a term is formed; afterwards they are shown for information.  Nobody whose affiliation is not
recorded is counted on either side: such seats are in the denominator and are named beside the share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import gcd

from django.utils.translation import gettext_lazy as _

_FRACTION = re.compile(r"([0-9]{1,9})/([1-9][0-9]{0,8})")

#: Where the 60, 65 and 50 % come from.
SOURCE = _("《中国新型政党制度》白皮书（国务院新闻办公室，2021年）第九部分；中央关于统一战线工作的规定")
#: A count that no central rule bounds.
NO_RULE = _("没有统一比例规定，按本地换届方案掌握")


class Bound(StrEnum):
    """How a share is held against its fraction."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"


class Position(StrEnum):
    """What a seat is; values are the codes of the committee's posts."""

    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    SECRETARY_GENERAL = "secretary_general"
    STANDING_MEMBER = "standing_member"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, order=True)
class Fraction:
    """A share as two whole numbers, in lowest terms; no floats anywhere."""

    over: int
    under: int

    @classmethod
    def parse(cls, text: str) -> Fraction:
        """Read ``"3/5"``.  Raises ValueError for anything else: decimals, per cent, signs, a zero below."""
        found = _FRACTION.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise ValueError(f"not a fraction: {text!r}")
        over, under = int(found[1]), int(found[2])
        divisor = gcd(over, under)
        return cls(over // divisor, under // divisor)

    def __str__(self) -> str:
        return f"{self.over}/{self.under}"

    def needed(self, whole: int, bound: Bound) -> int:
        """Return the least number out of ``whole`` that satisfies the bound; 0 of nothing.

        ``more_than`` 1/1 cannot be satisfied: the answer is then ``whole + 1``.
        """
        if whole <= 0:
            return 0
        if bound is Bound.AT_LEAST:
            return -(-whole * self.over // self.under)
        return whole * self.over // self.under + 1


def reaches(part: int, whole: int, fraction: Fraction, bound: Bound = Bound.AT_LEAST) -> bool:
    """Tell whether ``part`` of ``whole`` reaches ``fraction``, by cross-multiplying; nothing reaches no share."""
    if whole <= 0:
        return False
    left, right = part * fraction.under, fraction.over * whole
    return left >= right if bound is Bound.AT_LEAST else left > right


@dataclass(frozen=True, slots=True)
class Seat:
    """What the shares need of one seat.  None means: not recorded, or not decided yet."""

    position: Position = Position.MEMBER
    nonparty: bool | None = None
    woman: bool | None = None
    renewed: bool | None = None
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One running share, ready to print.

    ``part`` of ``whole``; ``unknown`` of the whole are recorded on neither side.  ``fraction`` is empty where no
    rule bounds the share.  ``missing``: how many seats more would have to be on this side, the size unchanged;
    ``over``: how many could be given away.  ``reached`` is None where nothing is to be judged.  ``for_information``
    is set after the formation of the term.
    """

    code: str
    name: str
    part: int
    whole: int
    unknown: int
    fraction: str
    bound: Bound
    missing: int
    over: int
    reached: bool | None
    source: str
    for_information: bool

    @property
    def percent(self) -> str:
        """The share in per cent with one decimal, cut off, never rounded up to a bound (``"59.9"``)."""
        if self.whole == 0:
            return "—"
        tenths = self.part * 1000 // self.whole
        return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A share that is watched: which seats are counted, which of them are on the side asked for, against what.

    ``name`` and ``source`` are translated when the share is worked out.
    """

    code: str
    name: object
    positions: frozenset[Position]
    side: str
    fraction: str = ""
    bound: Bound = Bound.AT_LEAST
    source: object = ""
    outside_autonomous_areas: bool = False


_ALL = frozenset(Position)
#: The rules in the order in which they are shown.
RULES: tuple[Rule, ...] = (
    Rule("nonparty.members", _("非中共委员"), _ALL, "nonparty", "3/5", source=SOURCE),
    Rule(
        "nonparty.standing", _("非中共常务委员"), frozenset({Position.STANDING_MEMBER}), "nonparty", "13/20", source=SOURCE
    ),
    Rule(
        "nonparty.vice_chairs",
        _("非中共副主席"),
        frozenset({Position.VICE_CHAIR}),
        "nonparty",
        "1/2",
        source=SOURCE,
        outside_autonomous_areas=True,
    ),
    Rule("women.members", _("女委员"), _ALL, "woman", source=NO_RULE),
    Rule("women.standing", _("女常务委员"), frozenset({Position.STANDING_MEMBER}), "woman", source=NO_RULE),
    Rule("renewed.members", _("连任委员"), _ALL, "renewed", source=NO_RULE),
)  # fmt: skip


def measure(
    code: str,
    name: str,
    sides: Iterable[bool | None],
    *,
    fraction: str = "",
    bound: Bound = Bound.AT_LEAST,
    source: str = "",
    for_information: bool = False,
) -> Share:
    """Return the share of True among ``sides`` (None: unknown, counted in the whole only)."""
    values = list(sides)
    whole, part, unknown = len(values), values.count(True), values.count(None)
    if not fraction or whole == 0:
        return Share(code, name, part, whole, unknown, fraction, bound, 0, 0, None, source, for_information)
    limit = Fraction.parse(fraction)
    needed = limit.needed(whole, bound)
    return Share(
        code,
        name,
        part,
        whole,
        unknown,
        fraction,
        bound,
        max(0, needed - part),
        max(0, part - needed),
        reaches(part, whole, limit, bound),
        source,
        for_information,
    )


def running_shares(
    seats: Sequence[Seat], *, formed: bool, autonomous_area: bool = False, rules: Sequence[Rule] = RULES
) -> tuple[Share, ...]:
    """Return the watched shares of a list of seats.

    ``formed``: the term is in office, the shares are for information.  ``autonomous_area``: the rule on vice-chairs
    does not hold there, and is left unjudged.
    """
    shares = []
    for rule in rules:
        counted = [getattr(seat, rule.side) for seat in seats if seat.position in rule.positions]
        bound_here = not (rule.outside_autonomous_areas and autonomous_area)
        shares.append(
            measure(
                rule.code,
                str(rule.name),
                counted,
                fraction=rule.fraction if bound_here else "",
                bound=rule.bound,
                source=str(rule.source),
                for_information=formed,
            )
        )
    return tuple(shares)


@dataclass(frozen=True, slots=True)
class Quota:
    """How many seats a sector has, and how many of them are kept free."""

    sector: str
    quota: int
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """A sector against its quota.  ``seats`` planned or taken; ``free`` = quota − reserved is what may be taken now."""

    sector: str
    quota: int
    reserved: int
    seats: int
    missing: int
    over: int
    women: int
    nonparty: int

    @property
    def free(self) -> int:
        """How many seats may be taken at the opening."""
        return self.quota - self.reserved


def sector_lines(seats: Sequence[Seat], quotas: Sequence[Quota]) -> tuple[QuotaLine, ...]:
    """Return each sector against its quota in the given order; seats of a sector without a quota come last, as over.

    Raises ValueError for a quota named twice or reserving more than it has.
    """
    if len({quota.sector for quota in quotas}) != len(quotas):
        raise ValueError("a sector has two quotas")
    if any(not 0 <= quota.reserved <= quota.quota for quota in quotas):
        raise ValueError("a quota reserves more than it has")
    known = {quota.sector for quota in quotas}
    others = sorted({seat.sector for seat in seats} - known)
    lines = []
    for quota in [*quotas, *(Quota(name, 0) for name in others)]:
        here = [seat for seat in seats if seat.sector == quota.sector]
        free = quota.quota - quota.reserved
        lines.append(
            QuotaLine(
                quota.sector,
                quota.quota,
                quota.reserved,
                len(here),
                max(0, free - len(here)),
                max(0, len(here) - free),
                sum(seat.woman is True for seat in here),
                sum(seat.nonparty is True for seat in here),
            )
        )
    return tuple(lines)
