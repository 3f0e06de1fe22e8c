"""An office's own provision, put together from the answers of a guided form.  Pure; imports no models.

The answers give a definition in the shape of the catalogue, so that an own provision is checked, judged and
explained like any other.  What an office may set stays a parameter: it can be adapted without a new definition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tongxin.core.errors import BadInput
from tongxin.provisions import catalogue, selectors
from tongxin.provisions.occurrences import FACT_NAMES

#: Ids of own provisions begin so; the rest is a number.
PREFIX = "own.rule_"
#: What the guided form can express: kind → what people call it.
KINDS: Mapping[str, str] = {
    "periodic": "每个周期若干次",
    "per_event": "某项活动之后",
    "deadline": "限期完成",
    "term": "任期届满换届",
    "procedure": "按步骤办理",
    "document": "应有材料",
    "plan": "按计划开展",
    "coverage": "全部覆盖",
    "threshold": "人数标准",
    "ratio": "占比",
}
#: Kinds that a guided form can bind units to only, and those that have the occasion itself as subject.
UNITS_ONLY = frozenset({"per_event", "term", "plan"})
#: So many steps of a procedure are asked for.
STEPS = 5
#: Whom the guided form can bind: word of ``binds`` that has a selector → its label.
SUBJECTS: Mapping[str, str] = {
    word: selectors.WORDS[word].label
    for word in selectors.WORDS
    if selectors.WORDS[word].selector and selectors.KINDS[selectors.WORDS[word].selector] in ("organization", "person")
}
MEASURES: Mapping[str, str] = {"count": "次", "hours": "学时", "topics": "个不同主题"}


SCOPES: Mapping[str, str] = {"own": "本单位（本人）自己的", "office": "本机关任何单位的"}
LIMIT_UNITS: Mapping[str, str] = {"days": "日", "workdays": "个工作日", "months": "个月"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered; each kind reads its own.

    ``subject``: a key of SUBJECTS ('' for procedure, which binds who held the occasion); ``facts``: what counts;
    ``period``: how often; ``events``: what sets it off, and ``scope``: whose.  ``limit`` is in ``limit_unit``, of a
    term in months; ``extension``: by how much an approval may move it.  ``steps``: of a procedure, in order.
    ``coverage`` (of ``base``): a counted relation, ``least`` to ``most`` (0: no limit) of it, or ``share``.
    """

    name: str
    rule: str
    theme: str
    kind: str
    subject: str
    facts: tuple[str, ...] = ()
    period: str = "quarter"
    times: int = 1
    measure: str = "count"
    grace_days: int = 10
    events: tuple[str, ...] = ()
    within_days: int = 15
    scope: str = "office"
    limit: int = 30
    limit_unit: str = "days"
    extension: int = 0
    lead_days: int = 90
    steps: tuple[str, ...] = ()
    distinct_people: bool = False
    within_months: int = 0
    coverage: str = ""
    base: str = ""
    least: int = 1
    most: int = 0
    share: str = "1/2"
    share_rule: str = "at_least"
    at_start: bool = False
    institution: str = ""
    source: str = ""
    year: int | None = None
    article: str = ""


def kind_of_word(word: str) -> str:
    """Return whether a key of SUBJECTS binds an ``organization`` or a ``person``."""
    return selectors.KINDS[selectors.WORDS[word].selector]


def next_id(taken: Iterable[str]) -> str:
    """Return the id of the next own provision, after those ``taken``."""
    numbers = [int(match[1]) for each in taken if (match := re.fullmatch(rf"{re.escape(PREFIX)}(\d+)", each))]
    return f"{PREFIX}{max(numbers, default=0) + 1}"


def definition(provision_id: str, answers: Answers) -> dict[str, Any]:
    """Return the definition in the shape of the catalogue; raises BadInput that names the answer at fault."""
    if answers.kind not in KINDS:
        raise BadInput("provisions.own_kind", "没有这种判定办法。", hint="请从列表中选择。", field="kind")
    if answers.kind == "procedure":
        binds, selector = "unit", "event"
    else:
        if answers.subject not in SUBJECTS:
            raise BadInput("provisions.own_subject", "没有这种约束对象。", hint="请从列表中选择。", field="subject")
        binds, selector = answers.subject, selectors.WORDS[answers.subject].selector
    if answers.kind in UNITS_ONLY and selectors.KINDS[selector] != "organization":
        raise BadInput(
            "provisions.own_subject", f"“{KINDS[answers.kind]}”的要求只约束单位。", hint="请改选单位。", field="subject"
        )
    check, parameters = _CHECKS[answers.kind](answers, selector)
    source: dict[str, Any] = {
        "regulation": answers.source or "本机关自订",
        "article": answers.article,
        "article_seen": True,
        "status": "verified",
        "level": "practice",
    }
    if answers.year is not None:
        source["year"] = answers.year
    made = {
        "id": provision_id,
        "name": answers.name,
        "name_en": answers.name,
        "theme": answers.theme,
        "institution": answers.institution or answers.name,
        "rule": answers.rule,
        "kind": answers.kind,
        "modality": "local",
        "enabled": False,
        "binds": [binds],
        "cadence": "event" if answers.kind in catalogue.OCCASION_KINDS else answers.period,
        "source": source,
        "parameters": parameters,
        "check": [{"kind": answers.kind, "selector": selector} | check],
    }
    entry = catalogue.parse(made, origin="自订要求")
    entry.settings()
    return made


Made = tuple[dict[str, Any], dict[str, Any]]


def _integer(label: str, default: int, low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "label": label, "default": default, "min": low, "max": high}


def _records(answers: Answers) -> list[str]:
    if not answers.facts or any(fact not in FACT_NAMES for fact in answers.facts):
        raise BadInput("provisions.own_facts", "没有写明哪些记录计入。", hint="请至少选择一种。", field="facts")
    return list(answers.facts)


def _events(answers: Answers) -> list[str]:
    if not answers.events or any(event not in FACT_NAMES for event in answers.events):
        raise BadInput("provisions.own_events", "没有写明由什么活动引起。", hint="请至少选择一种。", field="events")
    return list(answers.events)


def _rounds(answers: Answers) -> Made:
    """Return the parts that every kind judged by periods has: the period, and days left for entering."""
    return {"window": "period", "grace": "grace_days"}, {
        "period": {"type": "period", "label": "周期", "default": answers.period},
        "grace_days": _integer("登记期（日）", answers.grace_days, 0, 60),
    }


def _periodic(answers: Answers, selector: str) -> Made:
    check, parameters = _rounds(answers)
    parameters["times"] = _integer("至少数量", answers.times, 1, 366)
    return check | {"facts": _records(answers), "required": "times", "measure": answers.measure}, parameters


def _document(answers: Answers, selector: str) -> Made:
    check, parameters = _rounds(answers)
    parameters["times"] = _integer("至少份数", answers.times, 1, 366)
    parameters["within_months"] = _integer("期初几个月内（0为全期）", answers.within_months, 0, 12)
    return check | {"facts": _records(answers), "required": "times", "within": "within_months"}, parameters


def _plan(answers: Answers, selector: str) -> Made:
    check, parameters = _rounds(answers)
    # as many as were planned: the plan itself says how many
    return check | {"facts": _records(answers), "required": 0}, parameters


def _per_event(answers: Answers, selector: str) -> Made:
    check = {
        "facts": _records(answers),
        "events": _events(answers),
        "event_scope": _scope(answers),
        "relation": "near",
        "limit": "within_days",
        "late": "late_days",
    }
    return check, {
        "within_days": _integer("期限（日）", answers.within_days, 1, 180),
        "late_days": _integer("逾期仍计入（日）", 60, 0, 180),
    }


def _deadline(answers: Answers, selector: str) -> Made:
    if answers.limit_unit not in LIMIT_UNITS:
        raise BadInput("provisions.own_unit", "没有这种计算单位。", hint="请从列表中选择。", field="limit_unit")
    if selectors.KINDS[selector] == "person" and answers.scope != "own":
        raise BadInput(
            "provisions.own_scope", "约束个人的限期要求只看本人的事项。", hint="请改选“本人自己的”。", field="scope"
        )
    unit = LIMIT_UNITS[answers.limit_unit].removeprefix("个")
    check = {
        "facts": _records(answers),
        "events": _events(answers),
        "event_scope": _scope(answers),
        "relation": "near",
        "limit": "limit",
        "limit_unit": answers.limit_unit,
        "extension": "extension",
        "late": 3650,
    }
    return check, {
        "limit": _integer(f"期限({unit})", answers.limit, 1, 366),
        "extension": _integer(f"最多延期({unit})", answers.extension, 0, 366),
    }


def _term(answers: Answers, selector: str) -> Made:
    check = {
        "facts": _records(answers),
        "events": _events(answers),
        "event_scope": "own",
        "relation": "near",
        "limit": "term_months",
        "limit_unit": "months",
        "lead": "lead_days",
        "extension": "extension_months",
        "late": 3650,
    }
    return check, {
        "term_months": _integer("任期（月）", answers.limit, 1, 120),
        "lead_days": _integer("提前提示（日）", answers.lead_days, 0, 365),
        "extension_months": _integer("最多延期（月）", answers.extension, 0, 24),
    }


def _procedure(answers: Answers, selector: str) -> Made:
    steps = list(answers.steps)
    if len(steps) < 2 or any(step not in FACT_NAMES for step in steps):
        raise BadInput("provisions.own_steps", "程序至少有两步。", hint="请依次选择各步骤。", field="step_1")
    if len(set(steps)) != len(steps):
        raise BadInput("provisions.own_steps", "同一步骤写了两次。", hint="请各选一次。", field="step_1")
    return {
        "events": _events(answers),
        "steps": steps,
        "relation": "same",
        "distinct_people": answers.distinct_people,
    }, {}


def _scope(answers: Answers) -> str:
    if answers.scope not in SCOPES:
        raise BadInput("provisions.own_scope", "没有写明看谁的活动。", hint="请从列表中选择。", field="scope")
    return answers.scope


def _gauge(answers: Answers, selector: str) -> Made:
    check, parameters = _rounds(answers)
    return check | {"coverage": _relation(answers.coverage, "coverage", selector)}, parameters


def _relation(name: str, field: str, selector: str) -> str:
    """Return a counted relation that fits the subject; raises BadInput for another."""
    if selectors.COVERAGES.get(name) != selectors.KINDS[selector]:
        raise BadInput(
            "provisions.own_coverage",
            "所选的核对内容与约束对象不相应。",
            hint="约束个人的选个人的内容，约束单位的选单位的内容。",
            field=field,
        )
    return name


def _threshold(answers: Answers, selector: str) -> Made:
    check, parameters = _gauge(answers, selector)
    if not answers.least and not answers.most:
        raise BadInput("provisions.own_bounds", "没有写明下限或者上限。", hint="请至少填写一项。", field="least")
    if answers.most and answers.least > answers.most:
        raise BadInput("provisions.own_bounds", "下限大于上限。", hint="请核对两个数。", field="most")
    parameters["least"] = _integer("不少于", answers.least, 0, 9999)
    parameters["most"] = _integer("不超过（0为不限）", answers.most, 0, 9999)
    return check | {"required": "least", "maximum": "most"}, parameters


def _ratio(answers: Answers, selector: str) -> Made:
    check, parameters = _gauge(answers, selector)
    parameters["share"] = {
        "type": "fraction",
        "label": "比例",
        "default": answers.share,
        "rule": answers.share_rule,
    }
    check |= {"base": _relation(answers.base, "base", selector), "share": "share"}
    return check | ({"measured_at": "start"} if answers.at_start else {}), parameters


_CHECKS: Mapping[str, Callable[[Answers, str], Made]] = {
    "periodic": _periodic,
    "document": _document,
    "plan": _plan,
    "per_event": _per_event,
    "deadline": _deadline,
    "term": _term,
    "procedure": _procedure,
    "coverage": _gauge,
    "threshold": _threshold,
    "ratio": _ratio,
}


def answered(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that the guided form would have taken for a definition, by name, as far as it asks them.

    The parameters are those of the definition; what an adoption adapted is the caller's to put over them.
    """
    (check, *_rest) = definition["check"]
    told = {name: each.get("default") for name, each in definition.get("parameters", {}).items()}
    source = definition.get("source", {})
    found: dict[str, Any] = {
        "name": definition["name"],
        "rule": definition["rule"],
        "theme": definition["theme"],
        "kind": definition["kind"],
        "subject": definition["binds"][0],
        "source": source.get("regulation", ""),
        "year": source.get("year"),
        "article": source.get("article", ""),
        "facts": check.get("facts", []),
        "events": check.get("events", []),
        "scope": check.get("event_scope", ""),
        "limit_unit": check.get("limit_unit", "days"),
        "measure": check.get("measure", "count"),
        "coverage": check.get("coverage", ""),
        "base": check.get("base", ""),
        "at_start": check.get("measured_at") == "start",
        "distinct_people": check.get("distinct_people", False),
        "share_rule": definition.get("parameters", {}).get("share", {}).get("rule", "at_least"),
        **{f"step_{place}": step for place, step in enumerate(check.get("steps", []), 1)},
    }
    renamed = {"term_months": "limit", "extension_months": "extension"}
    return found | {renamed.get(name, name): value for name, value in told.items()}
