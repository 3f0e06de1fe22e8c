"""An office's own provision, put together from the answers of a guided form.  Pure; imports no models.

The answers give a definition in the shape of the catalogue, so that an own provision is checked, judged and
explained like any other.  What an office may set stays a parameter: it can be adapted without a new definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tongxin.core.errors import BadInput
from tongxin.provisions import catalogue, selectors
from tongxin.provisions.occurrences import FACT_NAMES

#: Ids of own provisions begin so; the rest is a number.
PREFIX = "own.rule_"
#: What the guided form can express; everything else takes the catalogue's own schema.
KINDS = ("periodic", "per_event")
#: Whom the guided form can bind: word of ``binds`` that has a selector → its label.
SUBJECTS: Mapping[str, str] = {
    word: selectors.WORDS[word].label
    for word in selectors.WORDS
    if selectors.WORDS[word].selector and selectors.KINDS[selectors.WORDS[word].selector] in ("organization", "person")
}
MEASURES: Mapping[str, str] = {"count": "次", "hours": "学时", "topics": "个不同主题"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered.  ``subject``: a key of SUBJECTS; ``facts``: what counts; ``period``: how often, for periodic.

    ``events`` and ``within_days``: for per_event, after which occasion and within how many days.
    """

    name: str
    rule: str
    theme: str
    kind: str
    subject: str
    facts: tuple[str, ...]
    period: str = "quarter"
    times: int = 1
    measure: str = "count"
    grace_days: int = 10
    events: tuple[str, ...] = ()
    within_days: int = 15
    institution: str = ""
    source: str = ""
    year: int | None = None
    article: str = ""


def next_id(taken: Iterable[str]) -> str:
    """Return the id of the next own provision, after those ``taken``."""
    numbers = [int(match[1]) for each in taken if (match := re.fullmatch(rf"{re.escape(PREFIX)}(\d+)", each))]
    return f"{PREFIX}{max(numbers, default=0) + 1}"


def definition(provision_id: str, answers: Answers) -> dict[str, Any]:
    """Return the definition in the shape of the catalogue; raises BadInput that names the answer at fault."""
    if answers.kind not in KINDS:
        raise BadInput("provisions.own_kind", "没有这种判定办法。", hint="请从列表中选择。", field="kind")
    if answers.subject not in SUBJECTS:
        raise BadInput("provisions.own_subject", "没有这种约束对象。", hint="请从列表中选择。", field="subject")
    if not answers.facts or any(fact not in FACT_NAMES for fact in answers.facts):
        raise BadInput("provisions.own_facts", "没有写明哪些记录计入。", hint="请至少选择一种。", field="facts")
    selector = selectors.WORDS[answers.subject].selector
    check: dict[str, Any] = {"kind": answers.kind, "selector": selector, "facts": list(answers.facts)}
    parameters: dict[str, Any]
    if answers.kind == "periodic":
        check |= {"window": "period", "required": "times", "grace": "grace_days", "measure": answers.measure}
        parameters = {
            "period": {"type": "period", "label": "周期", "default": answers.period},
            "times": {"type": "integer", "label": "至少数量", "default": answers.times, "min": 1, "max": 366},
            "grace_days": {
                "type": "integer",
                "label": "登记期(日)",
                "default": answers.grace_days,
                "min": 0,
                "max": 60,
            },
        }
        cadence = answers.period
    else:
        if not answers.events or any(event not in FACT_NAMES for event in answers.events):
            raise BadInput(
                "provisions.own_events", "没有写明在什么活动之后。", hint="请至少选择一种活动。", field="events"
            )
        if selectors.KINDS[selector] != "organization":
            raise BadInput(
                "provisions.own_subject", "某项活动之后的要求只约束单位。", hint="请改选单位。", field="subject"
            )
        check |= {
            "events": list(answers.events),
            "event_scope": "office",
            "relation": "near",
            "limit": "within_days",
            "late": "late_days",
        }
        parameters = {
            "within_days": {
                "type": "integer", "label": "期限(日)", "default": answers.within_days, "min": 1, "max": 180,
            },
            "late_days": {"type": "integer", "label": "逾期仍计入(日)", "default": 60, "min": 0, "max": 180},
        }  # fmt: skip
        cadence = "event"
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
        "binds": [answers.subject],
        "cadence": cadence,
        "source": source,
        "parameters": parameters,
        "check": [check],
    }
    catalogue.parse(made, origin="自订要求")
    return made
