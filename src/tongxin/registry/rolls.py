"""The members in office on a day, counted by the database: no row of a person is read, however many there are.

One statement counts members by what they are (sex, age, ethnic group, affiliation, terms served), one each by sector
and by special committee.  The statistics reckon with these counts alone, and 30,000 members cost little more than 300.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Q

from tongxin.registry.enums import PARTY_MEMBER_CODES, OrganizationKind, PostCode, Sex
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import in_force, owned
from tongxin.registry.shares import Position, Seat

HAN = "01"
AGE_BANDS = (40, 50, 60)
#: The key of what is not recorded, and of who stands nowhere.
UNKNOWN = ""


class Dimension(StrEnum):
    """By what members are counted."""

    SECTOR = "sector"
    AFFILIATION = "affiliation"
    SEX = "sex"
    AGE = "age"
    ETHNIC = "ethnic"
    COMMITTEE = "committee"
    TERMS = "terms"


#: Dimensions whose values are bodies; of these alone somebody may have several.
BODIES = {
    Dimension.SECTOR: OrganizationKind.SECTOR,
    Dimension.COMMITTEE: OrganizationKind.SPECIAL_COMMITTEE,
}
Pair = tuple[Dimension, Dimension]


@dataclass(frozen=True, slots=True)
class Roll:
    """The members in office on ``day``, counted.

    ``total``: how many.  ``counts``: dimension → key → how many; of affiliation and ethnic group the groups (party,
    nonparty; han, minority) stand beside the codes.  ``pairs``: two dimensions → their keys → how many, groups only.
    ``sectors`` and ``committees``: id and name in official order.  ``several``: dimensions of which somebody has more
    than one value, so that its counts add up to more than the total.  ``seats``: as :func:`seats_in_office` returns
    them, where they were asked for.
    """

    day: dt.date
    total: int
    counts: Mapping[Dimension, Mapping[Hashable, int]]
    pairs: Mapping[Pair, Mapping[tuple[Hashable, Hashable], int]]
    sectors: tuple[tuple[int, str], ...]
    committees: tuple[tuple[int, str], ...]
    several: frozenset[Dimension] = frozenset()
    seats: tuple[Seat, ...] = ()

    def pair(self, rows: Dimension, columns: Dimension) -> Mapping[tuple[Hashable, Hashable], int]:
        """Return the counts of two dimensions; KeyError for a pair that was not read."""
        if (rows, columns) in self.pairs:
            return self.pairs[rows, columns]
        return {(row, column): count for (column, row), count in self.pairs[columns, rows].items()}


def read_roll(office: Office, day: dt.date, pairs: Iterable[Pair] = (), *, seats: bool = False) -> Roll:
    """Count the members in office on ``day`` by each dimension and by the ``pairs`` asked for.

    Four statements, and a fifth for sectors crossed with committees; the ``seats`` cost none.  Reading to count is not a
    read of a person: no entry in the audit book.
    """
    wanted = list(pairs)
    bodies = list(
        owned(Organization, office)
        .filter(
            Q(kind__in=(OrganizationKind.COMMITTEE, OrganizationKind.STANDING_COMMITTEE))
            | (in_force(day) & Q(kind__in=list(BODIES.values()))),
        )
        .order_by("precedence", "pk")
        .values_list("pk", "name", "kind")
    )
    committees = [pk for pk, _name, kind in bodies if kind == OrganizationKind.COMMITTEE]
    named = {by: tuple((pk, name) for pk, name, each in bodies if each == kind) for by, kind in BODIES.items()}
    seen = _Seen(office.pk, day, committees)
    counts: dict[Dimension, dict[Hashable, int]] = {by: defaultdict(int) for by in Dimension}
    crossed: dict[Pair, dict[tuple[Hashable, Hashable], int]] = {pair: defaultdict(int) for pair in wanted}
    plain = [pair for pair in wanted if pair[0] not in BODIES and pair[1] not in BODIES]
    total = 0
    columns = list(_PLAIN.values())
    posted: tuple[str, tuple[Any, ...]] = ("", ())
    if seats:
        standing = [pk for pk, _name, kind in bodies if kind == OrganizationKind.STANDING_COMMITTEE]
        columns, posted = [*columns, "posted.place"], _posted(committees, standing, day)
    held: list[Seat] = []
    for row in seen.select(columns, more=posted):
        keys = dict(zip(_PLAIN, row, strict=False))
        keys[Dimension.AFFILIATION] = f"{row[0]:02d}" if row[0] else UNKNOWN
        groups = {by: _grouped(by, key) for by, key in keys.items()}
        count = row[-1]
        total += count
        if seats:
            rank, terms = row[len(_PLAIN)], keys[Dimension.TERMS]
            held += [_seat(rank, keys[Dimension.SEX], groups[Dimension.AFFILIATION], terms)] * count
        for by, group in groups.items():
            counts[by][group] += count
            if keys[by] != group and by in _PARTED:
                counts[by][keys[by]] += count
        for down, across in plain:
            crossed[down, across][groups[down], groups[across]] += count
    several = set()
    for by in BODIES:
        partners = sorted({_other(pair, by) for pair in wanted if by in pair} - set(BODIES))
        placed = 0
        for row in seen.select([f"{by.value}.organization_id", *(_GROUPS[one] for one in partners)], {by: named[by]}):
            place: Hashable = UNKNOWN if row[0] is None else row[0]
            count = row[-1]
            placed += count
            counts[by][place] += count
            for partner, key in zip(partners, row[1:-1], strict=True):
                if (by, partner) in crossed:
                    crossed[by, partner][place, _grouped(partner, key)] += count
                if (partner, by) in crossed:
                    crossed[partner, by][_grouped(partner, key), place] += count
        if placed > total:
            several.add(by)
    for pair in wanted:
        if pair[0] in BODIES and pair[1] in BODIES and pair[0] is not pair[1]:
            columns = [f"{by.value}.organization_id" for by in pair]
            for one, other, count in seen.select(columns, {by: named[by] for by in pair}):
                crossed[pair][UNKNOWN if one is None else one, UNKNOWN if other is None else other] += count
    return Roll(
        day,
        total,
        counts,
        crossed,
        named[Dimension.SECTOR],
        named[Dimension.COMMITTEE],
        frozenset(several),
        tuple(held),
    )


def seats_in_office(office: Office, day: dt.date) -> list[Seat]:
    """Return the seats of the members in office on ``day``, nameless, as the shares need them; two statements.

    Positions are read from the posts in the committee and in the standing committee, the higher one counts; who is in
    the standing committee without a post is a standing member.
    """
    kinds = (OrganizationKind.COMMITTEE, OrganizationKind.STANDING_COMMITTEE)
    bodies = list(owned(Organization, office).filter(kind__in=kinds).order_by("pk").values_list("pk", "kind"))
    committees = [pk for pk, kind in bodies if kind == OrganizationKind.COMMITTEE]
    standing = [pk for pk, kind in bodies if kind == OrganizationKind.STANDING_COMMITTEE]
    columns = ["posted.place", _PLAIN[Dimension.SEX], _GROUPS[Dimension.AFFILIATION], _PLAIN[Dimension.TERMS]]
    seats: list[Seat] = []
    for place, sex, group, terms, count in _Seen(office.pk, day, committees).select(
        columns, more=_posted(committees, standing, day)
    ):
        seats += [_seat(place, sex, group, terms)] * count
    return seats


def _posted(committees: Sequence[int], standing: Sequence[int], day: dt.date) -> tuple[str, tuple[Any, ...]]:
    """Return the join that tells each member's place among the positions, and its parameters."""
    ranks = " ".join(f"WHEN '{one.value}' THEN {number}" for number, one in enumerate(Position))
    # A post that is none of the five, as deputy secretary-general, sits as an ordinary member.
    rank = (
        f"CASE COALESCE(post.code, CASE WHEN m.organization_id IN ({_listed(committees)})"
        f" THEN '{PostCode.MEMBER.value}' ELSE '{PostCode.STANDING_MEMBER.value}' END) {ranks}"
        f" ELSE {list(Position).index(Position.MEMBER)} END"
    )
    joined = (
        f" JOIN (SELECT m.person_id, MIN({rank}) AS place FROM registry_membership m"  # noqa: S608 - own words and ids
        " LEFT JOIN registry_post post ON post.id = m.post_id"
        f" WHERE m.organization_id IN ({_listed([*committees, *standing])}) AND {_IN_FORCE} GROUP BY m.person_id"
        ") posted ON posted.person_id = member.id"
    )
    return joined, (day, day)


def _seat(place: int, sex: object, group: object, terms: Any) -> Seat:
    """Return the seat of whoever has this place, sex, group of affiliation and number of terms."""
    return Seat(
        list(Position)[place],
        None if group == UNKNOWN else group == "nonparty",
        None if sex == UNKNOWN else sex == Sex.FEMALE,
        terms > 1 if terms else None,
    )


#: What is in force on a day, of a membership ``m``; two parameters.
_IN_FORCE = "(m.valid_from IS NULL OR m.valid_from <= %s) AND (m.valid_until IS NULL OR m.valid_until > %s)"
_PARTY = ", ".join(str(int(code.value)) for code in PARTY_MEMBER_CODES)
#: Dimension → its column in the relation ``member``.
_PLAIN = {
    Dimension.AFFILIATION: "member.code",
    Dimension.SEX: "member.sex",
    Dimension.AGE: "member.band",
    Dimension.ETHNIC: "member.ethnic",
    Dimension.TERMS: "member.terms",
}
_GROUPS = {
    **_PLAIN,
    Dimension.AFFILIATION: f"CASE WHEN member.code = 0 THEN '' WHEN member.code IN ({_PARTY}) THEN 'party' ELSE 'nonparty' END",
    Dimension.ETHNIC: f"CASE member.ethnic WHEN '' THEN '' WHEN '{HAN}' THEN 'han' ELSE 'minority' END",
}
#: Dimensions whose codes are counted beside their groups.
_PARTED = frozenset({Dimension.AFFILIATION, Dimension.ETHNIC})
_SEXES = ", ".join(f"'{sex.value}'" for sex in (Sex.MALE, Sex.FEMALE))


@dataclass(frozen=True)
class _Seen:
    """Whose members, on which day; ``committees`` are the bodies whose seats make a member."""

    office_id: int
    day: dt.date
    committees: Sequence[int]

    def select(
        self,
        columns: Sequence[str],
        bodies: Mapping[Dimension, Collection[tuple[int, str]]] | None = None,
        more: tuple[str, tuple[Any, ...]] = ("", ()),
    ) -> list[tuple]:
        """Return the columns and how many members have them.

        ``bodies``: joins the places of these dimensions, no row of them being a NULL.  ``more``: a further
        join and its parameters.  All names are this module's own words, all ids whole numbers.
        """
        day, office = self.day, self.office_id
        joins = more[0]
        placing: list[Any] = list(more[1])
        for by, places in (bodies or {}).items():
            joins += (
                f" LEFT JOIN (SELECT DISTINCT m.person_id, m.organization_id FROM registry_membership m"  # noqa: S608 - own words and ids
                f" WHERE m.office_id = %s AND m.organization_id IN ({_listed(pk for pk, _name in places)}) AND {_IN_FORCE}"
                f") {by.value} ON {by.value}.person_id = member.id"
            )
            placing += [office, day, day]
        words = " ".join(columns)
        parts = [
            f"seated AS (SELECT DISTINCT m.person_id FROM registry_membership m"  # noqa: S608 - own words and ids
            f" WHERE m.organization_id IN ({_listed(self.committees)}) AND {_IN_FORCE})"
        ]
        values: list[Any] = [day, day]
        joined = ""
        known = "p.id"
        if "member.sex" in words:
            known += f", CASE WHEN p.sex IN ({_SEXES}) THEN p.sex ELSE '' END AS sex"
        if "member.ethnic" in words:
            known += ", p.ethnic_group AS ethnic"
        banded: list[Any] = []
        if "member.band" in words:
            ages = sorted(AGE_BANDS, reverse=True)
            bands = " ".join(f"WHEN p.birth_date <= %s THEN {age}" for age in ages)
            known += f", CASE WHEN p.birth_date IS NULL OR p.birth_date > %s THEN -1 {bands} ELSE 0 END AS band"
            banded = [day, *(years_before(day, age) for age in ages)]
        if "member.code" in words:
            # Two affiliations in force at once are a fault of the register; the one entered last is counted.  Its
            # code rides on its id, so that one pass finds both.
            parts.append(
                "held AS (SELECT m.person_id, MAX(m.id * 100 + CAST(m.code AS INTEGER)) % 100 AS code"  # noqa: S608 - own words
                f" FROM registry_affiliation m WHERE m.office_id = %s AND {_IN_FORCE} GROUP BY m.person_id)"
            )
            values += [office, day, day]
            known += ", COALESCE(held.code, 0) AS code"
            joined += " LEFT JOIN held ON held.person_id = p.id"
        if "member.terms" in words:
            parts.append(
                "served AS (SELECT m.person_id, COUNT(DISTINCT m.term_id) AS terms FROM registry_membership m"  # noqa: S608 - own words and ids
                f" WHERE m.organization_id IN ({_listed(self.committees)})"
                " AND (m.valid_from IS NULL OR m.valid_from <= %s) GROUP BY m.person_id)"
            )
            values.append(day)
            known += ", CASE WHEN served.terms > 3 THEN 3 ELSE served.terms END AS terms"
            joined += " JOIN served ON served.person_id = p.id"
        parts.append(
            f"member AS (SELECT {known} FROM registry_person p JOIN seated ON seated.person_id = p.id{joined}"  # noqa: S608 - own words
            " WHERE p.office_id = %s)"
        )
        numbered = ", ".join(str(number) for number in range(1, len(columns) + 1))
        statement = (
            f"WITH {', '.join(parts)} SELECT {', '.join(columns)}, COUNT(*) FROM member{joins}"  # noqa: S608 - own words
            f" GROUP BY {numbered} ORDER BY {numbered}"
        ).replace(") % 100", ") %% 100")
        ordered = [*values, *banded, office, *placing]
        with connection.cursor() as cursor:
            cursor.execute(statement, ordered)
            return cursor.fetchall()


def years_before(day: dt.date, years: int) -> dt.date:
    """Return the latest birth date of somebody who has completed ``years`` on ``day``."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        # Of the 29th of February: who was born on the 1st of March has not had the birthday yet.
        return dt.date(day.year - years, 2, 28)


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(int(pk)) for pk in ids) or "NULL"


def _grouped(by: Dimension, key: object) -> Hashable:
    """Return the key under which a value of a column is counted: its group, where it has one."""
    if by is Dimension.AFFILIATION:
        if key in {UNKNOWN, "party", "nonparty"}:
            return str(key)
        return "party" if key in PARTY_MEMBER_CODES else "nonparty"
    if by is Dimension.ETHNIC:
        if key in {UNKNOWN, "han", "minority"}:
            return str(key)
        return "han" if key == HAN else "minority"
    if by is Dimension.AGE:
        return UNKNOWN if key == -1 else int(str(key))
    if by is Dimension.TERMS:
        return int(str(key)) or UNKNOWN
    return str(key)


def _other(pair: Pair, by: Dimension) -> Dimension:
    return pair[1] if pair[0] is by else pair[0]
