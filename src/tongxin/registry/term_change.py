"""What a draft of a new term amounts to: shares, changes between versions, what does not fit, the list in order.

Pure; imports no models.  A published list is read here too: sector headings with names beneath, as they are printed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.registry import shares

POSITION_NAMES: Mapping[str, object] = {
    "chair": gettext_lazy("主席"),
    "vice_chair": gettext_lazy("副主席"),
    "secretary_general": gettext_lazy("秘书长"),
    "standing_member": gettext_lazy("常务委员"),
    "member": gettext_lazy("委员"),
}
#: Positions that only one seat may have.
SINGLE_POSITIONS = ("chair", "secretary_general")


@dataclass(frozen=True, slots=True)
class QuotaFacts:
    """A sector of the draft, in its order."""

    name: str
    quota: int
    reserved: int = 0

    @property
    def free(self) -> int:
        """How many seats are taken at the opening."""
        return self.quota - self.reserved


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """A seat: what is planned, and what the register says of the person who is to take it.

    The planned values count while the seat has no name, the person's own afterwards.  None: not decided or recorded.
    """

    lineage: str
    sector: str
    position: str = "member"
    planned_nonparty: bool | None = None
    planned_woman: bool | None = None
    planned_renewed: bool | None = None
    person_id: int | None = None
    name: str = ""
    precedence: int | None = None
    stroke_key: str = ""
    nonparty: bool | None = None
    woman: bool | None = None
    renewed: bool | None = None

    @property
    def counted(self) -> shares.Seat:
        """The seat as the shares count it."""
        named = self.person_id is not None
        return shares.Seat(
            shares.Position(self.position),
            self.nonparty if named else self.planned_nonparty,
            self.woman if named else self.planned_woman,
            self.renewed if named else self.planned_renewed,
            self.sector,
        )


@dataclass(frozen=True, slots=True)
class Content:
    """Quotas in order and seats of one version."""

    quotas: tuple[QuotaFacts, ...] = ()
    seats: tuple[SeatFacts, ...] = ()

    @property
    def size(self) -> int:
        """How many seats the term has, reserved ones included."""
        return sum(quota.quota for quota in self.quotas)


def running_shares(content: Content, *, formed: bool, autonomous_area: bool) -> tuple[shares.Share, ...]:
    """Return the watched shares of a version; see :func:`tongxin.registry.shares.running_shares`."""
    return shares.running_shares(
        [seat.counted for seat in content.seats], formed=formed, autonomous_area=autonomous_area
    )


def sector_lines(content: Content) -> tuple[shares.QuotaLine, ...]:
    """Return each sector against its quota."""
    return shares.sector_lines(
        [seat.counted for seat in content.seats],
        [shares.Quota(quota.name, quota.quota, quota.reserved) for quota in content.quotas],
    )


# What changed since the version before


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions, in words; ``person_ids`` are those named in it."""

    code: str
    sector: str
    words: str
    person_ids: tuple[int, ...] = ()


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """Return what changed from one version to the next: quotas first, then sector by sector in the later order."""
    found = _quota_changes(before, after)
    old = {seat.lineage: seat for seat in before.seats}
    new = {seat.lineage: seat for seat in after.seats}
    order: dict[str, int] = {}
    for quota in (*after.quotas, *before.quotas):
        order.setdefault(quota.name, len(order))
    added = Counter(seat.sector for key, seat in new.items() if key not in old and seat.person_id is None)
    removed = Counter(seat.sector for key, seat in old.items() if key not in new and seat.person_id is None)
    seats: list[Change] = []
    for sector in sorted({*added, *removed}, key=lambda name: (order.get(name, len(order)), name)):
        if added[sector]:
            words = _("增加席位%(count)s个") % {"count": added[sector]}
            seats.append(Change("seats_added", sector, words))
        if removed[sector]:
            words = _("减少席位%(count)s个") % {"count": removed[sector]}
            seats.append(Change("seats_removed", sector, words))
    for key in [*new, *(key for key in old if key not in new)]:
        seats += _seat_changes(old.get(key), new.get(key))
    seats.sort(key=lambda change: order.get(change.sector, len(order)))
    return (*found, *seats)


def _quota_changes(before: Content, after: Content) -> list[Change]:
    old = {quota.name: quota for quota in before.quotas}
    new = {quota.name: quota for quota in after.quotas}
    found = []
    for name, quota in new.items():
        earlier = old.get(name)
        if earlier is None:
            words = _("新设界别，名额%(quota)s个，预留%(reserved)s个") % {
                "quota": quota.quota,
                "reserved": quota.reserved,
            }
            found.append(Change("sector_added", name, words))
        elif (earlier.quota, earlier.reserved) != (quota.quota, quota.reserved):
            words = _("名额由%(old)s个改为%(new)s个，预留由%(old_reserved)s个改为%(new_reserved)s个") % {
                "old": earlier.quota,
                "new": quota.quota,
                "old_reserved": earlier.reserved,
                "new_reserved": quota.reserved,
            }
            found.append(Change("quota", name, words))
    found += [Change("sector_removed", name, _("不再设此界别")) for name in old if name not in new]
    return found


def _seat_changes(old: SeatFacts | None, new: SeatFacts | None) -> list[Change]:
    if old is None or new is None:
        seat = new or old
        if seat is None or seat.person_id is None:
            return []
        code, text = ("entered", _("列入%(name)s")) if new is not None else ("left", _("去掉%(name)s"))
        return [Change(code, seat.sector, text % {"name": seat.name}, (seat.person_id,))]
    found = []
    if old.person_id != new.person_id:
        names = {"old": old.name, "new": new.name}
        people = tuple(person for person in (old.person_id, new.person_id) if person is not None)
        if old.person_id is None:
            found.append(Change("entered", new.sector, _("列入%(new)s") % names, people))
        elif new.person_id is None:
            found.append(Change("left", new.sector, _("去掉%(old)s") % names, people))
        else:
            found.append(Change("replaced", new.sector, _("%(old)s改为%(new)s") % names, people))
    who = new.name or _("一个席位")
    people = () if new.person_id is None else (new.person_id,)
    if old.sector != new.sector:
        words = _("%(who)s由%(old)s转来") % {"who": who, "old": old.sector}
        found.append(Change("moved", new.sector, words, people))
    if old.position != new.position:
        words = _("%(who)s由%(old)s改为%(new)s") % {
            "who": who,
            "old": POSITION_NAMES[old.position],
            "new": POSITION_NAMES[new.position],
        }
        found.append(Change("position", new.sector, words, people))
    plans = [(s.planned_nonparty, s.planned_woman, s.planned_renewed) for s in (old, new)]
    if plans[0] != plans[1]:
        found.append(Change("plan", new.sector, _("%(who)s的计划情况有调整") % {"who": who}, people))
    return found


# What does not fit


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that keeps the term from being opened, in one sentence that names it."""

    code: str
    words: str


def faults(content: Content) -> tuple[Fault, ...]:
    """Return what does not fit in a version that is to be opened; empty when everything does."""
    found = []
    for line in sector_lines(content):
        where = {"sector": line.sector, "over": line.over, "missing": line.missing, "free": line.free}
        if line.over:
            found.append(Fault("over_quota", _("%(sector)s可安排%(free)s席，多列了%(over)s席。") % where))
        if line.missing:
            words = _("%(sector)s还差%(missing)s席；如留待以后增补，请列入预留。") % where
            found.append(Fault("below_quota", words))
        unnamed = sum(seat.sector == line.sector and seat.person_id is None for seat in content.seats)
        if unnamed:
            words = _("%(sector)s有%(count)s个席位还没有人选。") % {"sector": line.sector, "count": unnamed}
            found.append(Fault("unnamed", words))
    if not content.seats:
        found.append(Fault("empty", _("方案中没有席位。")))
    times = Counter(seat.person_id for seat in content.seats if seat.person_id is not None)
    names = {seat.person_id: seat.name for seat in content.seats}
    for person, count in times.items():
        if count > 1:
            found.append(Fault("twice", _("%(name)s列入了%(count)s个席位。") % {"name": names[person], "count": count}))
    for position in SINGLE_POSITIONS:
        holders = [seat.name or _("待定") for seat in content.seats if seat.position == position]
        if len(holders) > 1:
            words = _("%(position)s只能有一名，现列%(names)s。") % {
                "position": POSITION_NAMES[position],
                "names": "、".join(holders),
            }
            found.append(Fault("single_position", words))
    for quota in content.quotas:
        found += _plan_faults(quota.name, [seat for seat in content.seats if seat.sector == quota.name])
    return tuple(found)


def _plan_faults(sector: str, seats: Sequence[SeatFacts]) -> list[Fault]:
    """Return where the people of a sector cannot be spread over what was planned for its seats.

    Plans are numbers: who sits on which of a sector's seats does not matter.
    """
    found = []
    for code, words, planned, real in (
        ("side", _("非中共"), [s.planned_nonparty for s in seats], [s.nonparty for s in seats if s.name]),
        ("sex", _("女委员"), [s.planned_woman for s in seats], [s.woman for s in seats if s.name]),
        ("renewal", _("连任"), [s.planned_renewed for s in seats], [s.renewed for s in seats if s.name]),
    ):
        open_seats = planned.count(None)
        # Whoever is not recorded may stand on either side.
        if any(real.count(side) > planned.count(side) + open_seats for side in (True, False)):
            values = {"sector": sector, "what": words, "planned": planned.count(True), "real": real.count(True)}
            sentence = _("%(sector)s计划%(what)s%(planned)s名，名单中为%(real)s名。") % values
            found.append(Fault(f"{code}_differs", sentence))
    return found


# The list in order


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the printed list.  ``printed`` has the wide space that two-character names are set with."""

    number: int
    person_id: int
    name: str
    printed: str
    note: str
    sector: str
    position: str


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the list with its entries; ``open_seats`` have no name yet, ``reserved`` are kept free."""

    title: str
    entries: tuple[Entry, ...]
    open_seats: int
    reserved: int


@dataclass(frozen=True, slots=True)
class OrderedList:
    """The list ready to print.  ``unplaced``: names with a character outside the stroke table, set at the end.

    Whoever is unplaced needs an override (排序号) before the list is final.
    """

    groups: tuple[Group, ...]
    total: int
    unplaced: tuple[str, ...]


def numeral(number: int) -> str:
    """Return a number from 1 to 99 as it is written in the name of a term: 七, 十二, 二十."""
    if not 1 <= number <= 99:
        raise ValueError("terms are numbered 1 to 99")
    digits = " 一二三四五六七八九"
    tens, ones = divmod(number, 10)
    ten = "十" if tens == 1 else f"{digits[tens]}十" if tens else ""
    return f"{ten}{digits[ones].strip()}"


def list_title(office: str, ordinal: int) -> str:
    """Return the title of a term's list: 政协某市委员会, 7 → 政协某市第七届委员会委员名单."""
    ending = "委员会"
    place = office.removesuffix(ending)
    return f"{place}第{numeral(ordinal)}届{ending}委员名单"


def printed_name(name: str) -> str:
    """Return a name of two characters with a wide space between them, as lists are set; others unchanged."""
    return f"{name[0]}\u3000{name[1]}" if len(name) == 2 else name


def order_key(seat: SeatFacts) -> tuple[bool, int, bool, str, str, int]:
    """Return what orders names: the override first, then surname strokes; unknown characters last, by text."""
    return (
        seat.precedence is None,
        seat.precedence or 0,
        not seat.stroke_key,
        seat.stroke_key,
        seat.name,
        seat.person_id or 0,
    )


def ordered_list(content: Content, *, by: Literal["sector", "position"] = "sector") -> OrderedList:
    """Return the list under sectors, or under positions, each in the order of names; numbered through."""
    if by == "sector":
        headings: list[tuple[str, str, int]] = [(quota.name, quota.name, quota.reserved) for quota in content.quotas]
        known = {quota.name for quota in content.quotas}
        headings += [(name, name, 0) for name in sorted({seat.sector for seat in content.seats} - known)]
    else:
        headings = [(code, str(name), 0) for code, name in POSITION_NAMES.items()]
    groups = []
    number = 0
    for key, title, reserved in headings:
        here = [seat for seat in content.seats if (seat.sector if by == "sector" else seat.position) == key]
        entries = []
        for seat in sorted((seat for seat in here if seat.person_id is not None), key=order_key):
            number += 1
            note = _("女") if seat.woman else ""
            position = str(POSITION_NAMES[seat.position])
            person = seat.person_id or 0
            entries.append(Entry(number, person, seat.name, printed_name(seat.name), note, seat.sector, position))
        if here or reserved or by == "sector":
            groups.append(Group(title, tuple(entries), len(here) - len(entries), reserved))
    unplaced = tuple(
        seat.name
        for seat in sorted(content.seats, key=order_key)
        if seat.person_id is not None and seat.precedence is None and not seat.stroke_key
    )
    return OrderedList(tuple(groups), number, unplaced)


# Reading a published list


@dataclass(frozen=True, slots=True)
class PublishedName:
    """A name as it stands in a published list; ``woman`` only where the list says so."""

    sector: str
    name: str
    woman: bool
    line: int


@dataclass(frozen=True, slots=True)
class ListReading:
    """What was read: names under their sectors, and what could not be read, line by line, in words."""

    names: tuple[PublishedName, ...]
    notes: tuple[str, ...]


_OPEN, _CLOSE = r"(\uff08", r")\uff09"
_COUNT = re.compile(rf"[{_OPEN}]\s*(?:共|计)?\s*([0-9]{{1,4}})\s*[人名位席]\s*[{_CLOSE}]")
_NUMBERING = re.compile(
    rf"^(?:[一二三四五六七八九十百]+、|[{_OPEN}][一二三四五六七八九十百]+[{_CLOSE}]|[0-9]{{1,3}}[.、\uff0e])\s*"
)
_TOKEN = re.compile(
    rf"([^\s、,\uff0c;\uff1b。:\uff1a{_OPEN}{_CLOSE}]+)[ \t]*(?:[{_OPEN}]([^{_OPEN}{_CLOSE}]*)[{_CLOSE}])?"
)
_NAME = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·•]{2,30}")
_LIST_LIMIT = 200_000


def read_list(text: str, sectors: Sequence[str]) -> ListReading:
    """Read a published list: lines that name a sector, with names beneath or behind; linear in the text.

    ``sectors``: the names of the draft's sectors; a heading may add 界 or 界别, a numbering and a count in brackets,
    which is compared with the names that follow.  Raises ValueError for more than 200,000 characters.
    """
    if len(text) > _LIST_LIMIT:
        raise ValueError("the list is too long")
    by_heading = {_bare_sector(name): name for name in sectors}
    names: list[PublishedName] = []
    notes: list[str] = []
    stated: dict[str, int] = {}
    sector = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip().lstrip("\ufeff")
        if not line:
            continue
        head, rest = _split_heading(line, by_heading)
        if head:
            sector = by_heading[head]
            if count := _COUNT.search(line):
                stated[sector] = int(count[1])
            line = rest
        elif not sector:
            notes.append(_("第%(line)s行不在任何界别之下，未读入：%(text)s") % {"line": number, "text": line[:30]})
            continue
        names += _names_of(line, sector, number, notes)
    there = Counter(name.sector for name in names)
    for name, said in stated.items():
        if there[name] != said:
            words = _("%(sector)s写明%(stated)s人，读到%(read)s人。")
            notes.append(words % {"sector": name, "stated": said, "read": there[name]})
    return ListReading(tuple(names), tuple(notes))


def _bare_sector(name: str) -> str:
    bare = "".join(name.split())
    for ending in ("界别", "界"):
        if bare.endswith(ending) and len(bare) > len(ending) + 1:
            return bare[: -len(ending)]
    return bare


def _split_heading(line: str, by_heading: Mapping[str, str]) -> tuple[str, str]:
    """Return (bare sector, rest of the line) where the line begins with a heading, else two empty texts."""
    bare = _NUMBERING.sub("", line)
    stop = len(bare)
    for sign in "(\uff08:\uff1a":
        stop = min(stop, bare.find(sign) if sign in bare else stop)
    head = _bare_sector(bare[:stop])
    if head in by_heading:
        rest = _COUNT.sub("", bare[stop:], count=1).lstrip(":\uff1a \u3000")
        return head, rest
    return "", line


def _names_of(line: str, sector: str, number: int, notes: list[str]) -> list[PublishedName]:
    names = []
    waiting = ""
    for word, aside in _TOKEN.findall(line):
        if len(word) == 1 and not waiting and not aside:
            waiting = word
            continue
        whole = waiting + word
        waiting = ""
        if _NAME.fullmatch(whole):
            names.append(PublishedName(sector, whole, "女" in aside, number))
        else:
            notes.append(_("第%(line)s行有读不懂的姓名：%(text)s") % {"line": number, "text": whole[:30]})
    if waiting:
        notes.append(_("第%(line)s行有读不懂的姓名：%(text)s") % {"line": number, "text": waiting})
    return names
