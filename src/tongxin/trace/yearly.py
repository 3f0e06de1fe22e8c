"""The year's reports, assembled from records: study, organisational life, proposals and social information.

Every number is a figure with its value and as-of day, so that it leads to its rows and, in a draft, stays live.
Units stand in the official order; what has no record is said to have none yet, never that it was not done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tongxin.activities import figures as held
from tongxin.activities.queries import activities_of, practices_of, themes_of
from tongxin.core.figures import Value, compute_all
from tongxin.documents.export import Block, Form, Heading, Paper, Paragraph, Part, printed_day
from tongxin.matters import figures as counted
from tongxin.matters.models import Matter
from tongxin.registry.enums import PARTY_UNIT_KINDS, STANDING_PARTY_UNIT_KINDS, OrganizationKind
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import organizations_on, owned

#: Makes the address of the page of a figure on the report's day.
Address = Callable[[str], str]
#: The reports: code → the words that name them.
REPORTS = {"study": "学习情况", "life": "组织生活情况", "matters": "提案和社情民意信息工作情况"}
#: Sessions that are told one by one; talks and contacts never are.
_TOLD = ("centre_group_session", "special_study", "training_course", "reading_activity", "lecture_hall")
_MOST_TOLD, _MOST_TOPICS = 60, 30


@dataclass(frozen=True)
class _Numbers:
    """Values of the figures of one report, as parts that lead to them."""

    values: dict[str, Value | None]
    address: Address

    def part(self, code: str, name: str) -> Part:
        value = self.values.get(code)
        return Part(value.text if value is not None else "0", self.address(code), name, code)

    def any(self, code: str) -> bool:
        value = self.values.get(code)
        return value is not None and bool(value.rows)


def yearly_report(office: Office, kind: str, year: int, day: dt.date, *, address: Address = lambda code: "") -> Paper:
    """Return the report ``kind`` of ``year`` as of ``day`` (the year's last day where that is earlier).

    A number of statements that does not grow with what is recorded.
    """
    until = min(day, dt.date(year, 12, 31))
    blocks = {"study": _study, "life": _life, "matters": _matters}[kind](office, year, until, address)
    return Paper(Form.INTERNAL, f"{year}年{REPORTS[kind]}", tuple(blocks), subtitle=(f"（截至{printed_day(until)}）",))


def _listed(numbers: _Numbers, facts: Iterable[tuple[str, str]], counter: str = "次") -> list[str | Part]:
    """Return 主题党日3次、党课2次 of those that were held; nothing where none was."""
    words: list[str | Part] = []
    for code, name in facts:
        if numbers.any(code):
            words += ["、" if words else "", name, numbers.part(code, name), counter]
    return words


def _by_unit(
    office: Office, units: Iterable[Organization], facts: tuple[str, ...], year: int, day: dt.date, address: Address
) -> list[Block]:
    """Return one paragraph a unit with what it held."""
    listed = list(units)
    codes = {(unit.pk, fact): held.code_of(fact, year, unit) for unit in listed for fact in facts}
    numbers = _Numbers(compute_all(codes.values(), office.pk, day), address)
    blocks: list[Block] = []
    for unit in listed:
        words = _listed(numbers, ((codes[unit.pk, fact], held.name_of(fact)) for fact in facts))
        blocks.append(Paragraph([f"{unit.name}：", *words, "。"] if words else f"{unit.name}：暂无记录。"))
    return blocks


def _study(office: Office, year: int, day: dt.date, address: Address) -> list[Block]:
    codes = [(held.code_of(fact, year), held.name_of(fact)) for fact in held.STUDY_FACTS]
    whole = held.code_of(held.STUDY, year)
    numbers = _Numbers(compute_all([whole, *(code for code, _ in codes)], office.pk, day), address)
    words = _listed(numbers, codes)
    blocks: list[Block] = [
        Heading(1, "总的情况"),
        Paragraph(
            [
                f"{year}年共登记学习活动",
                numbers.part(whole, "学习活动"),
                "次",
                *(["，其中", *words] if words else []),
                "。",
            ]
            + (["一次活动有几种形式的，分别计入。"] if words else [])
        ),
    ]
    topics = [topic for topic, _ in themes_of(office, year)][:_MOST_TOPICS]
    if topics:
        blocks += [Heading(1, "学习主题"), Paragraph(f"按开展的先后：{'；'.join(topics)}。")]
    told = (
        activities_of(office, since=dt.date(year, 1, 1), until=day)
        .filter(status="held", meanings__fact__in=_TOLD)
        .distinct()
        .order_by("day", "pk")
    )
    rows = list(told.prefetch_related("organizers__organization")[:_MOST_TOLD])
    if rows:
        blocks.append(Heading(1, "集体学习和培训"))
        for row in rows:
            who = "、".join(one.organization.name for one in row.organizers.all())
            blocks.append(Paragraph(f"{row.day.month}月{row.day.day}日，{who}：{row.title}。"))
    blocks.append(Heading(1, "各单位学习活动"))
    units = organizations_on(office, day, *STANDING_PARTY_UNIT_KINDS, *_GROUPS)
    blocks += _by_unit(office, units, held.STUDY_FACTS, year, day, address)
    return blocks + _practices(office, held.STUDY_FACTS, year, day, address)


#: Bodies that study besides the Party units.
_GROUPS = (OrganizationKind.PARTY_GROUP, OrganizationKind.OFFICE_PARTY_COMMITTEE, OrganizationKind.SPECIAL_COMMITTEE)


def _life(office: Office, year: int, day: dt.date, address: Address) -> list[Block]:
    codes = [(held.code_of(fact, year), held.name_of(fact)) for fact in held.LIFE_FACTS]
    numbers = _Numbers(compute_all((code for code, _ in codes), office.pk, day), address)
    words = _listed(numbers, codes)
    first: list[str | Part] = [f"{year}年登记的组织生活：", *words, "。"] if words else [f"{year}年暂无记录。"]
    own = [kind for kind in PARTY_UNIT_KINDS if kind != OrganizationKind.HOME_UNIT]  # those of other units answer there
    units = organizations_on(office, day, *own)
    return [
        Heading(1, "总的情况"),
        Paragraph([*first, "只记开展的次数，不记谈话和批评的内容。"]),
        Heading(1, "各党组织"),
        *_by_unit(office, units, held.LIFE_FACTS, year, day, address),
        *_practices(office, held.LIFE_FACTS, year, day, address),
    ]


def _practices(office: Office, facts: tuple[str, ...], year: int, day: dt.date, address: Address) -> list[Block]:
    """Return the approved lines of what was done well, each with its source before it and leading back to it."""
    rows = practices_of(office, year).filter(day__lte=day)
    blocks: list[Block] = []
    for row in rows:
        if any(meaning.fact in facts for meaning in row.meanings.all()):
            source, code = held.practice_source(row), held.practice_code(row)
            line = Part(row.practice, address(code), source, code)
            blocks.append(Paragraph([f"{source}：", line, "" if row.practice.endswith(("。", "！")) else "。"]))
    return [Heading(1, "特色做法"), *blocks] if blocks else []


def _matters(office: Office, year: int, day: dt.date, address: Address) -> list[Block]:
    codes = {sort: counted.code_of(sort, year) for sort in counted.SORTS}
    numbers = _Numbers(compute_all(codes.values(), office.pk, day), address)

    def number(sort: str) -> Part:
        return numbers.part(codes[sort], counted.SORTS[sort].name)

    themes = _listed(numbers, ((codes[sort], name) for sort, name in counted.THEMES), "件")
    keys = numbers.values.get(codes["proposals_key"])
    titles = {row.pk: row for row in owned(Matter, office).filter(pk__in=keys.rows if keys is not None else ())}
    blocks: list[Block] = [
        Heading(1, "提案工作"),
        Paragraph(
            [
                f"{year}年共提交提案", number("proposals"), "件，立案", number("proposals_filed"), "件，已答复",
                number("proposals_replied"), "件，其中办结", number("proposals_closed"), "件。",
                *(["立案提案按主题分：", *themes, "。"] if themes else []),
            ]
        ),
    ]  # fmt: skip
    if titles and keys is not None:
        blocks.append(Paragraph(["重点提案", number("proposals_key"), "件："]))
        for pk in keys.rows:
            row = titles[pk]
            blocks.append(Paragraph(f"{row.number + '：' if row.number else ''}{row.title}。"))
    return [
        *blocks,
        Heading(1, "社情民意信息工作"),
        Paragraph(
            [
                f"{year}年共收到社情民意信息", number("information"), "条，报送", number("information_sent"), "条，采用",
                number("information_adopted"), "条，获领导批示", number("information_noted"), "条。",
            ]
        ),
    ]  # fmt: skip
