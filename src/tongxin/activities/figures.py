"""What was held in a year as figures: how many activities of each sort, of the whole office or of one unit; and the
approved lines on what was done well (特色做法), each with its source.

An activity counts in every sense that it has: a theme day with a Party class is one of each.  Held ones only, up to
the day asked for.  Nothing here counts people.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from tongxin.activities.enums import ActivityStatus
from tongxin.activities.kinds import catalogue
from tongxin.activities.models import Activity, Meaning, Organizer
from tongxin.activities.queries import practices, practices_of
from tongxin.core.errors import BadInput
from tongxin.core.figures import Choice, Family, Value, register_family
from tongxin.registry.models import Organization
from tongxin.registry.queries import owned

ACTIVITIES = Activity._meta.label
PREFIX, BY_UNIT, PRACTICE = "held", "held_by", "practice"
#: Stands for every sort of study, and for every activity.
STUDY, ALL = "study", "all"
#: Facts that are study, as the year's report of it counts them.
STUDY_FACTS = (
    "first_agenda_item", "centre_group_session", "special_study", "office_study", "reading_activity", "training_course",
    "lecture_hall", "party_class", "short_course", "discipline_education",
)  # fmt: skip
#: Facts of organisational life, in the order of the regulation.
LIFE_FACTS = (
    "general_meeting", "committee_meeting", "small_group_meeting", "party_class", "theme_day", "org_life_meeting",
    "democratic_life_meeting", "appraisal", "heart_talk", "home_unit_life",
)  # fmt: skip


def code_of(fact: str, year: int, unit: Organization | None = None) -> str:
    """Return the code of the figure: how often ``fact`` was held in ``year``, by ``unit`` where one is given."""
    return f"{PREFIX}:{fact}/{year}" if unit is None else f"{BY_UNIT}:{fact}/{year}/{unit.uid.hex}"


def name_of(fact: str) -> str:
    """Return what people call the fact."""
    if fact in (STUDY, ALL):
        return "学习活动" if fact == STUDY else "各类活动"
    known = catalogue().facts.get(fact)
    return known.name if known is not None else fact


def label_of(fact: str, year: int, unit: Organization | None = None) -> str:
    """Return the words that name the figure in a document; a long unit's name is cut so that they stay usable."""
    return f"{year}年{unit.name[:24] if unit is not None else ''}{name_of(fact)}次数"


def _held(office_id: int, year: int, day: dt.date) -> QuerySet[Activity]:
    return owned(Activity, office_id).filter(
        status=ActivityStatus.HELD, day__gte=dt.date(year, 1, 1), day__lte=min(day, dt.date(year, 12, 31))
    )


def _parsed(argument: str) -> tuple[str, int, str]:
    """Return fact, year and the unit's uid as hex (empty: the whole office)."""
    fact, _, rest = argument.partition("/")
    year, _, unit = rest.partition("/")
    known = fact in catalogue().facts or fact in (STUDY, ALL)
    try:
        unit = uuid.UUID(unit).hex if unit else ""
    except ValueError:
        known = False
    if not known or not (year.isascii() and year.isdigit() and len(year) == 4 and int(year) >= 1900):
        raise BadInput("figures.held", "引用的活动次数写错了。", hint="请从数据项列表中选择。", field="figure")
    return fact, int(year), unit


def _many(office_id: int, arguments: Sequence[str], day: dt.date) -> Mapping[str, Value]:
    """Return the values; three statements for each year that is asked for."""
    asked: dict[str, tuple[str, int, str]] = {}
    for argument in arguments:
        try:
            asked[argument] = _parsed(argument)
        except BadInput:
            continue
    found: dict[str, Value] = {}
    for year in {parsed[1] for parsed in asked.values()}:
        rows = dict(_held(office_id, year, day).values_list("pk", "day"))
        facts: dict[str, set[int]] = {ALL: set(rows)}
        for fact, activity in Meaning.objects.filter(activity__in=list(rows)).values_list("fact", "activity_id"):
            facts.setdefault(fact, set()).add(activity)
        facts[STUDY] = set().union(*(facts.get(fact, set()) for fact in STUDY_FACTS))
        units: dict[str, set[int]] = {}
        if any(parsed[2] for parsed in asked.values()):
            held = Organizer.objects.filter(activity__in=list(rows))
            for uid, activity in held.values_list("organization__uid", "activity_id"):
                units.setdefault(uid.hex, set()).add(activity)
        for argument, (fact, of, unit) in asked.items():
            if of == year:
                ids = facts.get(fact, set()) & (units.get(unit, set()) if unit else facts[ALL])
                ordered = tuple(sorted(ids, key=lambda pk: (rows[pk], pk)))
                found[argument] = Value(str(len(ordered)), day, ACTIVITIES, ordered)
    return found


def _one(office_id: int, argument: str, day: dt.date) -> Value:
    _parsed(argument)
    return _many(office_id, [argument], day)[argument]


def _choices(office_id: int, day: dt.date) -> list[Choice]:
    """Return what was held this year and the year before, sorts without any left out."""
    wanted = [(fact, year) for year in (day.year, day.year - 1) for fact in (ALL, STUDY, *catalogue().facts)]
    values = _many(office_id, [f"{fact}/{year}" for fact, year in wanted], day)
    return [
        Choice(code_of(fact, year), label_of(fact, year), values[f"{fact}/{year}"].text)
        for fact, year in wanted
        if values[f"{fact}/{year}"].rows
    ]


def _naming(office_id: int, argument: str) -> str:
    try:
        fact, year, uid = _parsed(argument)
    except BadInput:
        return ""
    unit = owned(Organization, office_id).filter(uid=uuid.UUID(uid)).first() if uid else None
    return label_of(fact, year, unit)


def _unit_choices(office_id: int, day: dt.date) -> list[Choice]:
    """Return what each unit held this year, in the official order of the units; sorts without any left out."""
    rows = _held(office_id, day.year, day)
    held = Meaning.objects.filter(activity__in=rows, fact__in=(*STUDY_FACTS, *LIFE_FACTS))
    counts: dict[tuple[int, str], set[int]] = {}
    pairs = held.values_list("activity__organizers__organization_id", "fact", "activity_id")
    for unit, fact, activity in pairs:
        if unit is not None:
            counts.setdefault((unit, fact), set()).add(activity)
    units = owned(Organization, office_id).filter(pk__in={unit for unit, _ in counts}).order_by("precedence", "pk")
    return [
        Choice(code_of(fact, day.year, unit), label_of(fact, day.year, unit), str(len(counts[unit.pk, fact])))
        for unit in units
        for fact in dict.fromkeys((*STUDY_FACTS, *LIFE_FACTS))
        if (unit.pk, fact) in counts
    ]


def practice_code(activity: Activity) -> str:
    """Return the code of the figure that is the approved line of ``activity``."""
    return f"{PRACTICE}:{activity.uid.hex}"


def practice_source(activity: Activity) -> str:
    """Return where an approved line comes from: units, day and title; short enough to stand in a reference."""
    units = _short("、".join(row.organization.name for row in activity.organizers.all()), 20)
    day, title = activity.day, _short(activity.title.translate(_NO_BRACES), 30)
    return f"{units}（{day.year}年{day.month}月{day.day}日，{title}）"


#: A reference stands between braces and ends with them.
_NO_BRACES = str.maketrans("{}", "（）", "\n\r")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _lines(office_id: int, arguments: Sequence[str], day: dt.date) -> Mapping[str, Value]:
    """Return the approved lines of these activities, by uid as hex; what is not approved any more is left out."""
    asked = {uid: text for text in arguments if (uid := _uid(text)) is not None}
    rows = practices(office_id).filter(uid__in=asked, day__lte=day)
    return {asked[row.uid]: Value(row.practice, day, ACTIVITIES, (row.pk,)) for row in rows}


def _line(office_id: int, argument: str, day: dt.date) -> Value:
    found = _lines(office_id, [argument], day)
    if argument not in found:
        raise BadInput(
            "figures.practice", "这条特色做法已没有或尚未审定。", hint="请另选数据项，或改为文字。", field="figure"
        )
    return found[argument]


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _practice_choices(office_id: int, day: dt.date) -> list[Choice]:
    """Return the approved lines of this year and the year before, by day; a speech looks back on the year."""
    found: dict[str, Choice] = {}
    for year in (day.year, day.year - 1):
        for row in practices_of(office_id, year).filter(day__lte=day):
            label = first = f"特色做法·{practice_source(row)}"
            again = 1
            while label in found:
                again += 1
                label = f"{first}（{again}）"
            found[label] = Choice(practice_code(row), label, row.practice)
    return list(found.values())


def _practice_naming(office_id: int, argument: str) -> str:
    uid = _uid(argument)
    row = practices(office_id).filter(uid=uid).first() if uid is not None else None
    return f"特色做法·{practice_source(row)}" if row is not None else ""


_WHAT = "当年一月一日至截至日期已开展、已登记的活动；一次活动有几种含义就各计一次，同一种含义只计一次。"
FAMILIES = (
    Family(PREFIX, "一年的活动次数", _WHAT, _one, _choices, _many, _naming, True),
    Family(BY_UNIT, "各单位一年的活动次数", _WHAT, _one, _unit_choices, _many, _naming, True),
    Family(
        PRACTICE, "特色做法", "本单位审定的一句话特色做法，注明日期、单位和活动；只列今年和上年的。", _line, _practice_choices,
        _lines, _practice_naming, open_rows=True,
    ),
)  # fmt: skip


def register_all() -> None:
    """Put the families on the list; called once at start-up."""
    for family in FAMILIES:
        register_family(family)
