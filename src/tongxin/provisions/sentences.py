"""What a finding says in words: what was asked, what is there, what would mend it, who may.  Pure; no models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tongxin.provisions.catalogue import Check, Provision
from tongxin.provisions.enums import OPEN_STATES, FindingState, Reason, SubjectKind
from tongxin.provisions.occurrences import FACT_NAMES
from tongxin.provisions.selectors import COVERAGE_UNITS, COVERAGE_WORDS

_UNITS = {"days": "日", "workdays": "个工作日", "months": "个月"}
_MEASURES = {"count": "次", "hours": "学时", "topics": "个主题", "persons": "人"}


class Told(Protocol):
    """What is told of a finding."""

    @property
    def state(self) -> str: ...  # noqa: D102 - named like the column

    @property
    def reason(self) -> str: ...  # noqa: D102

    @property
    def late(self) -> int: ...  # noqa: D102

    @property
    def count(self) -> int: ...  # noqa: D102

    @property
    def near_count(self) -> int: ...  # noqa: D102

    @property
    def required(self) -> int: ...  # noqa: D102

    @property
    def subject_kind(self) -> str: ...  # noqa: D102

    @property
    def window_start(self) -> dt.date: ...  # noqa: D102

    @property
    def window_end(self) -> dt.date: ...  # noqa: D102

    @property
    def next_change_on(self) -> dt.date | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of a procedure as recorded: its place, when, where on the agenda, by whom (0: not known)."""

    position: int
    day: dt.date
    order: int = 0
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """What a sentence needs besides the finding.

    ``window``: its name.  ``limits``: numbers of the rule (maximum, structure_min, structure_max, limit_days).
    ``steps``: those recorded.  ``numbers``: counted relations on the day that counts, ``now``: on the day of reading.
    ``ruled``: what somebody said.  ``provisional``: the workdays of the period were not yet published.
    """

    window: str
    limits: Mapping[str, int] = field(default_factory=dict)
    limit_unit: str = ""
    steps: tuple[StepTaken, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    now: Mapping[str, int] = field(default_factory=dict)
    ruled: str = ""
    provisional: bool = False


def day_text(day: dt.date) -> str:
    """Return a day as people write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def day_before(day: dt.date) -> str:
    """Return the day before, the last one that an exclusive end still holds."""
    return day_text(day - dt.timedelta(days=1))


def names_of(facts: Iterable[str], most: int = 3) -> str:
    """Return the names of facts joined, with 等 where there are more than ``most``."""
    told = list(facts)
    return "、".join(FACT_NAMES[fact] for fact in told[:most]) + ("等" if len(told) > most else "")


def step_name(check: Check, position: int) -> str:
    """Return what a step of the check is called."""
    return "或者".join(FACT_NAMES[fact] for fact in check.steps[position - 1])


def missing_steps(check: Check, taken: Sequence[StepTaken]) -> tuple[int, ...]:
    """Return the places of steps that nobody recorded, in order."""
    there = {step.position for step in taken}
    return tuple(place for place in range(1, len(check.steps) + 1) if place not in there)


def last_steps(taken: Iterable[StepTaken]) -> list[StepTaken]:
    """Return of each place the step taken last, in order; the same choice as the judgement makes."""
    last: dict[int, StepTaken] = {}
    for step in taken:
        known = last.get(step.position)
        if known is None or (step.day, step.order, step.person_id) > (known.day, known.order, known.person_id):
            last[step.position] = step
    return [last[place] for place in sorted(last)]


def misordered_steps(taken: Iterable[StepTaken]) -> tuple[tuple[int, int], ...]:
    """Return pairs (earlier place, later place) of which the later was taken first."""
    steps = last_steps(taken)
    return tuple(
        (left.position, right.position)
        for left, right in zip(steps, steps[1:], strict=False)
        if left.day > right.day or (left.day == right.day and left.order > right.order > 0)
    )


def same_people(taken: Iterable[StepTaken]) -> tuple[tuple[int, int], ...]:
    """Return pairs of places taken by one and the same person."""
    first: dict[int, int] = {}
    pairs = []
    for step in last_steps(taken):
        if not step.person_id:
            continue
        if step.person_id in first:
            pairs.append((first[step.person_id], step.position))
        else:
            first[step.person_id] = step.position
    return tuple(pairs)


def things(check: Check) -> str:
    """Return what a check asks for, in a few words."""
    if check.coverage:
        return COVERAGE_WORDS[check.coverage]
    if check.steps:
        return "、".join(step_name(check, place) for place in range(1, len(check.steps) + 1))
    return names_of(check.facts)


def _asked(finding: Told, check: Check, around: Around) -> tuple[str, str]:
    """Return what was asked and is there, worded for when it is there and for when it is not."""
    match check.kind:
        case "coverage":
            return f"已{things(check)}", f"尚未{things(check)}"
        case "threshold":
            told = _bounds(finding, check, around)
        case "ratio":
            told = _share(finding, check, around)
        case "per_event":
            told = (
                f"{around.window}的活动应有{things(check)}{finding.required}{_MEASURES[check.measure]}，"
                f"已有{finding.count}{_MEASURES[check.measure]}"
            )
        case "deadline":
            limit = around.limits.get("limit_days", 0)
            within = (
                f"在{limit}{_UNITS[around.limit_unit or 'days']}内(到{day_before(finding.window_end)})"
                if limit
                else (f"不晚于{day_before(finding.window_end)}")
            )
            told = f"{around.window}{names_of(check.events)}，应{within}有{things(check)}，已有{finding.count}次"
        case "term":
            told = f"{around.window}起的任期到{day_before(finding.window_end)}"
        case "procedure" if _asks_for_quorum_only(check):
            there = "符合" if finding.count else "按现有登记尚不符合"
            told = f"{around.window}的{names_of(check.events)}到会人数应符合要求，{there}"
        case "procedure":
            told = f"{around.window}的{names_of(check.events)}应依次有{things(check)}，符合的{finding.count}项"
        case "plan":
            told = f"{around.window}计划{things(check)}{finding.required}次，已开展{finding.count}次"
        case "document":
            told = f"{around.window}应有{things(check)}{finding.required}份，已有{finding.count}份"
        case _:
            unit = _MEASURES[check.measure]
            told = f"{around.window}应有{things(check)}{finding.required}{unit}，已有{finding.count}{unit}"
    return told, told


def _bounds(finding: Told, check: Check, around: Around) -> str:
    unit = COVERAGE_UNITS.get(check.coverage, "人")
    most = around.limits.get("maximum", 0)
    if most and finding.required:
        asked = f"应为{finding.required}至{most}{unit}"
    elif most:
        asked = f"不超过{most}{unit}"
    else:
        asked = f"不少于{finding.required}{unit}"
    return f"{around.window}{things(check)}{asked}，登记的有{finding.count}{unit}"


def _share(finding: Told, check: Check, around: Around) -> str:
    base = around.numbers.get(check.base)
    whole = f"{COVERAGE_WORDS[check.base]}{base}人中，" if base is not None else ""
    told = f"{day_text(finding.window_start)}{whole}{things(check)}{finding.count}人，达到比例需{finding.required}人"
    part, all_now = around.now.get(check.coverage), around.now.get(check.base)
    if part is None or all_now is None:
        return told
    return f"{told}（目前{all_now}人中{part}人，供参考）"


def sentence(finding: Told, check: Check, around: Around) -> str:
    """Return one Chinese sentence: what was asked, what is there, and what follows."""
    here, missing = _asked(finding, check, around)
    said = f"：{around.ruled.removesuffix('。')}" if around.ruled else ""
    by = day_before(finding.next_change_on or finding.window_end)
    told = _conclusion(finding, check, around, here, missing, said, by)
    if around.provisional and finding.state in OPEN_STATES:
        told += "期限所涉年份的工作日安排尚未公布，暂按周一至周五推算。"
    return told


def _conclusion(finding: Told, check: Check, around: Around, here: str, missing: str, said: str, by: str) -> str:
    match finding.reason:
        case Reason.RECORDED if check.kind == "term":
            return f"{here}，{'逾期' if finding.late else '已按期'}{things(check)}。"
        case Reason.RECORDED:
            return f"{here}，{'逾期完成' if finding.late else '已落实'}。"
        case Reason.WITHIN_TERM:
            return f"{here}，任期之内；自{day_text(finding.next_change_on or finding.window_end)}起提示。"
        case Reason.BY_WORD:
            return f"{missing}；据说明已开展{said}。"
        case Reason.WINDOW_OPEN:
            return f"{missing}，{_open_until(check)}{by}。"
        case Reason.IN_GRACE:
            return f"{missing}，登记期到{by}。"
        case Reason.EXTENDED:
            return f"{missing}；经批准延期到{by}{said}。"
        case Reason.TOO_FEW:
            return f"{missing}，{'人数不足' if check.kind in ('threshold', 'ratio') else '记录不足'}。"
        case Reason.TOO_MANY:
            return f"{missing}，超过上限。"
        case Reason.MISSING_STEP:
            absent = "、".join(step_name(check, place) for place in missing_steps(check, around.steps))
            return f"{missing}；缺少{absent or '步骤'}。"
        case Reason.MISORDERED:
            pairs = "；".join(
                f"{step_name(check, right)}在{step_name(check, left)}之前"
                for left, right in misordered_steps(around.steps)
            )
            return f"{missing}；次序不符：{pairs}。"
        case Reason.SAME_PERSON:
            pairs = "；".join(
                f"{step_name(check, left)}与{step_name(check, right)}为同一人"
                for left, right in same_people(around.steps)
            )
            return f"{missing}；应由不同的人办理：{pairs}。"
        case Reason.NEARLY:
            return f"{missing}，另有{finding.near_count}条相近记录未计入。"
        case Reason.NOTHING:
            return f"{missing}，暂无记录。"
        case Reason.APPROVED | Reason.OWN:
            return f"{missing}；{Reason(finding.reason).label}{said}。"
        case Reason.CONFIRMED:
            return f"{missing}；本单位确认未开展{said}。"
        case Reason.BEFORE_START:
            return f"{around.window}在本机关启用日期之前，或者启用后的天数不足一半，不作判定。"
        case Reason.BEFORE_ADOPTION:
            return f"{around.window}内采用这项要求的天数不足一半，不作判定。"
        case Reason.PART_PERIOD:
            return f"{around.window}内适用的天数不足一半，不作判定。"
        case Reason.STRUCTURE:
            return _not_asked_for(check, around)
        case Reason.NO_LONGER_BOUND:
            return f"{around.window}内已不再适用，不作判定。"
        case Reason.NO_PLAN:
            return f"{around.window}的计划中没有安排{things(check)}，本项不适用。"
        case Reason.NO_BASE:
            return f"{around.window}没有登记可计的人数，不作判定。"
    return f"{missing}。"


def _open_until(check: Check) -> str:
    if check.kind in {"coverage", "threshold"}:
        return "本期核对到"
    return "任期将满，应换届，期限到" if check.kind == "term" else "期限到"


def _not_asked_for(check: Check, around: Around) -> str:
    least, most = around.limits.get("structure_min", 0), around.limits.get("structure_max", 0)
    there = around.numbers.get(check.structure)
    if check.structure == "full_members" and not most:
        return f"正式党员不足{least}人，不设支部委员会，本项不适用。"
    asked = f"{least}至{most}人" if least and most else (f"不少于{least}人" if least else f"不超过{most}人")
    now = f"现有{there}人，" if there is not None else ""
    return f"{COVERAGE_WORDS[check.structure]}{asked}的才适用；{now}本项不适用。"


def mend(finding: Told, check: Check, entry: Provision, around: Around) -> str:
    """Return what would settle the finding, '' where nothing is asked of anybody."""
    if finding.state not in (*OPEN_STATES, FindingState.MISSED):
        return ""
    exception = f"例外：{entry.exception}" if entry.exception else ""
    match check.kind:
        case "coverage":
            return "在名册中登记相应的编入或者安排。"
        case "threshold" if finding.reason == Reason.TOO_MANY:
            return f"核对名册；确已超过的，调整设置或者说明原因。{exception}"
        case "threshold":
            return f"核对名册，补登成员；确实不足的，调整设置或者说明原因。{exception}"
        case "ratio":
            return f"核对名册中的政治面貌；届初确未达到的，说明原因。{exception}"
        case "procedure":
            return _mend_steps(check, around)
        case "term":
            return "登记换届选举；经上级批准延期的，登记批复。"
        case "plan":
            return f"登记已开展的{names_of(check.facts)}，或者调整计划。"
    if "superior_party_org" in entry.binds:
        return "可以向上级再次询问；已有答复的，登记答复。"
    if check.relation in ("same", "own"):
        return f"在该次记录中补登{names_of(check.facts)}；如属例外，请说明原因。"
    verb = "入库" if check.kind == "document" else "登记已开展的"
    done = f"{verb}{names_of(check.facts)}"
    if finding.state == FindingState.DUE:
        return f"{done}，或者先行安排。"
    return f"{done}（补录不追究）；确有原因的，请说明。{exception}"


def _asks_for_quorum_only(check: Check) -> bool:
    """Tell whether a procedure is but one step that enough people be there for."""
    return check.needs_quorum and len(check.steps) == 1


def _mend_steps(check: Check, around: Around) -> str:
    if _asks_for_quorum_only(check):
        return "核对该次会议的参会登记，到会的补登；人数确实不足的，说明原因。"
    missing = missing_steps(check, around.steps)
    if missing:
        names = "、".join(step_name(check, place) for place in missing)
        return f"在该次记录中补登{names}；如属例外，请说明原因。"
    if same_people(around.steps) and check.distinct_people:
        return "核对各步骤的办理人，更正登记或者说明原因。"
    return "核对各步骤的日期和次序，更正登记或者说明原因。"


def who(finding: Told, subject: str) -> str:
    """Return who may settle it."""
    if finding.state not in (*OPEN_STATES, FindingState.MISSED):
        return ""
    if finding.subject_kind in (SubjectKind.PERSON, SubjectKind.PAIR):
        return "本人，或者由党务工作人员代为登记。"
    return f"{subject or '主办单位'}可以登记、说明或者确认；党务工作人员可以代为登记。"
