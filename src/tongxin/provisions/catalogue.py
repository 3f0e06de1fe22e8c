"""The catalogue of provisions: read from TOML, checked whole, refused with the place of the fault.

    Provision           one rule with its source: whom it binds, how strictly it speaks, how it is judged
    ├── Source          regulation, year, article, whether the article was seen
    ├── Parameter       what an office may set: whole number, period, fraction, choice, yes or no
    └── Check           one relation that judges it; a provision may have several, or none (guidance)

Pure; imports no models.  ``catalogue/*.toml`` holds the entries; an office's own provision has the same shape.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tongxin.core.errors import BadInput
from tongxin.core.periods import Period
from tongxin.provisions import selectors
from tongxin.provisions.occurrences import FACT_NAMES

#: Changes when an entry changes its meaning; adoptions keep the version they were made under.
VERSION: Final = "2026.1"
FOLDER: Final = Path(__file__).parent / "catalogue"

MODALITIES: Final = frozenset(
    {"must", "at_least", "generally", "regularly", "planned", "encouraged", "may", "local", "practice"}
)
STATUSES: Final = frozenset({"verified", "partly", "memory"})
LEVELS: Final = frozenset({"central_party", "cppcc_national", "law", "local_example", "practice"})
JUDGED_KINDS: Final = frozenset({"periodic", "per_event", "coverage"})
#: Kinds whose judgement does not exist yet; their provisions are shown as guidance and say so.
LATER_KINDS: Final = frozenset({"deadline", "threshold", "ratio", "term", "procedure", "document", "plan"})
KINDS: Final = JUDGED_KINDS | LATER_KINDS | {"guidance"}
PERIODS: Final = frozenset({*Period, "term"})
MEASURES: Final = frozenset({"count", "hours", "topics", "persons"})
STRUCTURES: Final = frozenset({"full_members"})

_ID = re.compile(r"[a-z]+\.[a-z][a-z0-9_]*")
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_SHARE = re.compile(r"([1-9]\d*)/([1-9]\d*)|1")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a provision is written.  An article not yet seen shows 条文待核 and is never printed in documents."""

    regulation: str
    year: int | None
    article: str
    article_seen: bool
    status: str
    level: str

    @property
    def text(self) -> str:
        """Regulation, year and article as people cite them."""
        named = (
            f"《{self.regulation}》" if self.level in {"central_party", "law", "cppcc_national"} else self.regulation
        )
        year = f"({self.year}年)" if self.year else ""
        article = self.article if self.article_seen else (f"{self.article}(条文待核)" if self.article else "(条文待核)")
        return f"{named}{year}{article}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an office may set.  ``type``: integer, period, fraction, choice or flag."""

    name: str
    type: str
    label: str
    default: int | str | bool
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    rule: str = ""

    def checked(self, value: object, where: str = "参数") -> int | str | bool:
        """Return ``value`` if it fits, else raise BadInput that names the parameter."""
        match self.type:
            case "integer":
                if isinstance(value, bool) or not isinstance(value, int):
                    raise _fault(where, self.name, f"应为整数，现为 {value!r}")
                if (self.minimum is not None and value < self.minimum) or (
                    self.maximum is not None and value > self.maximum
                ):
                    raise _fault(where, self.name, f"应在 {self.minimum} 到 {self.maximum} 之间，现为 {value}")
                return value
            case "flag":
                if not isinstance(value, bool):
                    raise _fault(where, self.name, f"应为 true 或 false,现为 {value!r}")
                return value
            case "fraction":
                if isinstance(value, float) or not isinstance(value, str) or not _SHARE.fullmatch(value):
                    raise _fault(where, self.name, f'比例应写成分数文本(如 "2/3"),不能用小数，现为 {value!r}')
                if Fraction(value) > 1:
                    raise _fault(where, self.name, f"比例不能大于 1,现为 {value}")
                return value
            case _:
                if not isinstance(value, str) or value not in self.choices:
                    raise _fault(where, self.name, f"应为 {'、'.join(self.choices)} 之一，现为 {value!r}")
                return value


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which a provision is judged, with its parameters not yet filled in.

    ``int | str`` values are whole numbers, or the name of a parameter that holds one.
    """

    code: str
    name: str
    kind: str
    selector: str
    facts: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    coverage: str = ""
    window: str = ""
    grace: int | str = 0
    required: int | str = 1
    measure: str = "count"
    needs_quorum: bool = False
    structure: str = ""
    structure_min: int | str = 0
    event_scope: str = ""
    relation: str = ""
    before: int | str = 0
    limit: int | str = 0
    limit_unit: str = "days"
    late: int | str = 0


@dataclass(frozen=True, slots=True)
class Provision:
    """One entry of the catalogue."""

    id: str
    name: str
    name_en: str
    theme: str
    institution: str
    rule: str
    kind: str
    modality: str
    enabled: bool
    source: Source
    binds: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    checks: tuple[Check, ...]
    evidence: tuple[str, ...] = ()
    exception: str = ""
    note: str = ""
    terms: tuple[str, ...] = ()
    cadence: str = ""

    @property
    def judged(self) -> bool:
        """Tell whether findings are worked out for it."""
        return bool(self.checks)

    def check_codes(self) -> tuple[str, ...]:
        """Return what findings call its checks: the id, or ``id/check`` where there are several."""
        return tuple(check.code for check in self.checks)

    def settings(self, chosen: Mapping[str, object] | None = None) -> dict[str, int | str | bool]:
        """Return all parameters with ``chosen`` ones filled in; raises BadInput for one unknown or out of range."""
        given = dict(chosen or {})
        unknown = sorted(set(given) - set(self.parameters))
        if unknown:
            raise _fault(self.id, unknown[0], "没有这个参数", hint=f"可设参数：{'、'.join(self.parameters) or '无'}。")
        return {
            name: parameter.checked(given.get(name, parameter.default), self.id)
            for name, parameter in self.parameters.items()
        }


def provisions() -> tuple[Provision, ...]:
    """Return all provisions of the catalogue that ships, by theme and id."""
    return _shipped()


def find(provision_id: str) -> Provision | None:
    """Return a provision of the shipped catalogue by id, None where there is none."""
    return next((entry for entry in _shipped() if entry.id == provision_id), None)


def find_check(code: str) -> tuple[Provision, Check] | None:
    """Return provision and check of a finding's ``provision`` code, None where the catalogue has none."""
    return _shipped_checks().get(code)


@lru_cache(maxsize=1)
def _shipped_checks() -> dict[str, tuple[Provision, Check]]:
    return {check.code: (entry, check) for entry in _shipped() for check in entry.checks}


@lru_cache(maxsize=1)
def _shipped() -> tuple[Provision, ...]:
    return load(sorted(FOLDER.glob("*.toml")))


def load(paths: Iterable[Path]) -> tuple[Provision, ...]:
    """Read catalogue files and return their entries; raises BadInput that names file, entry and key."""
    found: dict[str, Provision] = {}
    for path in paths:
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise _fault(path.name, "", f"不是有效的 TOML 文件：{error}") from error
        extra = sorted(set(data) - {"theme", "provision"})
        if extra:
            raise _fault(path.name, extra[0], "没有这个键")
        theme = data.get("theme")
        if not isinstance(theme, str) or not theme:
            raise _fault(path.name, "theme", "应写明专题名称")
        for raw in data.get("provision", []):
            entry = parse({"theme": theme, **raw}, origin=path.name)
            if entry.id in found:
                raise _fault(f"{path.name} {entry.id}", "id", "编号重复")
            found[entry.id] = entry
    return tuple(found.values())


_PROVISION_KEYS = frozenset(
    "id name name_en theme institution rule kind modality enabled source binds parameters check evidence exception "
    "note terms cadence".split()
)
_SOURCE_KEYS = frozenset({"regulation", "year", "article", "article_seen", "status", "level"})
_PARAMETER_KEYS = frozenset({"type", "label", "default", "min", "max", "choices", "rule"})
_CHECK_KEYS = frozenset(
    "code name kind selector facts events coverage window grace required measure needs_quorum structure structure_min "
    "event_scope relation before limit limit_unit late".split()
)


def parse(raw: Mapping[str, Any], origin: str) -> Provision:
    """Return the provision that ``raw`` describes; raises BadInput that names ``origin``, entry and key."""
    where = f"{origin} {raw.get('id', '(无编号)')}"
    _known(raw, _PROVISION_KEYS, where)
    identifier = _text(raw, "id", where)
    if not _ID.fullmatch(identifier):
        raise _fault(where, "id", "编号应形如 life.theme_day")
    kind = _one_of(raw, "kind", KINDS, where)
    binds = _texts(raw, "binds", where)
    if not binds:
        raise _fault(where, "binds", "应写明约束对象")
    for word in binds:
        if word not in selectors.WORDS:
            raise _fault(where, "binds", f"不认识约束对象“{word}”")
    parameters = {
        name: _parameter(name, settings, where) for name, settings in _table(raw, "parameters", where).items()
    }
    checks_raw = raw.get("check", [])
    if not isinstance(checks_raw, list):
        raise _fault(where, "check", "应为 [[provision.check]] 列表")
    if kind in JUDGED_KINDS and not checks_raw:
        raise _fault(where, "check", f"{kind} 类应至少有一项判定办法")
    if kind == "guidance" and checks_raw:
        raise _fault(where, "check", "指引类不作判定，不应有判定办法")
    checks = tuple(_check(item, identifier, len(checks_raw), parameters, where) for item in checks_raw)
    codes = [check.code for check in checks]
    if len(set(codes)) != len(codes):
        raise _fault(where, "check.code", "判定办法代码重复")
    return Provision(
        id=identifier,
        name=_text(raw, "name", where),
        name_en=_text(raw, "name_en", where),
        theme=_text(raw, "theme", where),
        institution=str(raw.get("institution", raw["name"])),
        rule=_text(raw, "rule", where),
        kind=kind,
        modality=_one_of(raw, "modality", MODALITIES, where),
        enabled=_flag(raw, "enabled", where),
        source=_source(_table(raw, "source", where), where),
        binds=binds,
        parameters=parameters,
        checks=checks,
        evidence=_texts(raw, "evidence", where),
        exception=str(raw.get("exception", "")),
        note=str(raw.get("note", "")),
        terms=_texts(raw, "terms", where),
        cadence=_one_of(raw, "cadence", PERIODS | {"event", ""}, where, default=""),
    )


def _source(raw: Mapping[str, Any], where: str) -> Source:
    _known(raw, _SOURCE_KEYS, f"{where} source")
    year = raw.get("year")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int) or not 1949 <= year <= 2100):
        raise _fault(f"{where} source", "year", f"年份不合理：{year!r}")
    return Source(
        regulation=_text(raw, "regulation", where),
        year=year,
        article=str(raw.get("article", "")),
        article_seen=_flag(raw, "article_seen", where, default=False),
        status=_one_of(raw, "status", STATUSES, where),
        level=_one_of(raw, "level", LEVELS, where),
    )


def _parameter(name: str, raw: Any, where: str) -> Parameter:
    place = f"{where} parameters.{name}"
    if not isinstance(raw, Mapping):
        raise _fault(place, name, "应为一张表，写明 type、label、default")
    _known(raw, _PARAMETER_KEYS, place)
    kind = _one_of(raw, "type", frozenset({"integer", "period", "fraction", "choice", "flag"}), place)
    choices = tuple(raw.get("choices", sorted(PERIODS) if kind == "period" else ()))
    if kind == "period" and not set(choices) <= PERIODS:
        raise _fault(place, "choices", f"周期只能是 {'、'.join(sorted(PERIODS))}")
    if kind == "choice" and not choices:
        raise _fault(place, "choices", "应列出可选值")
    rule = ""
    if kind == "fraction":
        rule = _one_of(raw, "rule", frozenset({"at_least", "more_than"}), place)
    minimum, maximum = raw.get("min"), raw.get("max")
    if kind == "integer":
        if not isinstance(minimum, int) or not isinstance(maximum, int):
            raise _fault(place, "min/max", "整数参数应写明取值范围")
        if minimum > maximum:
            raise _fault(place, "min", "下限大于上限")
    if "default" not in raw:
        raise _fault(place, "default", "应写明默认值")
    parameter = Parameter(name, kind, _text(raw, "label", place), raw["default"], minimum, maximum, choices, rule)
    parameter.checked(raw["default"], place)
    return parameter


def _check(raw: Any, provision_id: str, count: int, parameters: Mapping[str, Parameter], where: str) -> Check:
    if not isinstance(raw, Mapping):
        raise _fault(where, "check", "应为一张表")
    place = f"{where} check.{raw.get('code', '')}".rstrip(".")
    _known(raw, _CHECK_KEYS, place)
    code = str(raw.get("code", ""))
    if code and not _CODE.fullmatch(code):
        raise _fault(place, "code", "代码应为小写字母")
    if count > 1 and not code:
        raise _fault(place, "code", "有多项判定办法时，每项应有代码")
    kind = _one_of(raw, "kind", JUDGED_KINDS, place)
    selector = _text(raw, "selector", place)
    known = selectors.KINDS.get(selector)
    if known is None:
        raise _fault(place, "selector", f"没有名为“{selector}”的约束对象")

    facts, events = _texts(raw, "facts", place), _texts(raw, "events", place)
    for fact in (*facts, *events):
        if fact not in FACT_NAMES:
            raise _fault(place, "facts", f"没有名为“{fact}”的记录类型")
    check = Check(
        code=f"{provision_id}/{code}" if code else provision_id,
        name=str(raw.get("name", "")),
        kind=kind,
        selector=selector,
        facts=facts,
        events=events,
        coverage=str(raw.get("coverage", "")),
        window=str(raw.get("window", "")),
        grace=_number(raw, "grace", 0, parameters, place),
        required=_number(raw, "required", 1, parameters, place),
        measure=_one_of(raw, "measure", MEASURES, place, default="count"),
        needs_quorum=_flag(raw, "needs_quorum", place, default=False),
        structure=_one_of(raw, "structure", STRUCTURES | {""}, place, default=""),
        structure_min=_number(raw, "structure_min", 0, parameters, place),
        event_scope=_one_of(raw, "event_scope", frozenset({"", "own", "office"}), place, default=""),
        relation=_one_of(raw, "relation", frozenset({"", "same", "near"}), place, default=""),
        before=_number(raw, "before", 0, parameters, place),
        limit=_number(raw, "limit", 0, parameters, place),
        limit_unit=_one_of(raw, "limit_unit", frozenset({"days", "workdays"}), place, default="days"),
        late=_number(raw, "late", 0, parameters, place),
    )
    _agrees(check, known, parameters, place)
    return check


def _agrees(check: Check, subject_kind: str, parameters: Mapping[str, Parameter], place: str) -> None:
    """Refuse a check whose parts contradict each other."""
    if check.kind == "per_event":
        if not check.events or not check.facts:
            raise _fault(place, "events", "随事类应写明起因(events)和应有的记录(facts)")
        if check.window or check.coverage:
            raise _fault(place, "window", "随事类不按周期判定")
        if not check.relation:
            raise _fault(place, "relation", "应写明是同一记录(same)还是前后若干日(near)")
        if (subject_kind == "event") != (check.event_scope == ""):
            raise _fault(place, "event_scope", "约束对象为活动本身时不写，其他应写 own 或 office")
        if subject_kind in {"person", "pair"}:
            raise _fault(place, "selector", "随事类不约束个人")
        return
    if subject_kind == "event":
        raise _fault(place, "selector", "只有随事类可以约束活动本身")
    if not check.window:
        raise _fault(place, "window", "应写明周期")
    window = parameters.get(check.window)
    if window is None and check.window not in PERIODS:
        raise _fault(place, "window", f"没有名为“{check.window}”的周期或周期参数")
    if window is not None and window.type != "period":
        raise _fault(place, "window", f"参数“{check.window}”不是周期")
    if check.kind == "coverage":
        if check.coverage not in selectors.COVERAGES:
            raise _fault(place, "coverage", f"没有名为“{check.coverage}”的覆盖关系")
        if selectors.COVERAGES[check.coverage] != subject_kind:
            raise _fault(place, "coverage", "覆盖关系与约束对象不是同一类")
        if check.facts or check.events:
            raise _fault(place, "facts", "覆盖类不看活动记录")
    elif not check.facts or check.events or check.coverage:
        raise _fault(place, "facts", "定期类应写明计入的记录(facts),且只写这一项")
    if check.structure and subject_kind != "organization":
        raise _fault(place, "structure", "组织设置条件只适用于组织")
    if check.measure == "persons":
        raise _fault(place, "measure", "人数只用于随事类")


def number_of(value: int | str, settings: Mapping[str, int | str | bool]) -> int:
    """Return a check's whole number, looked up in the settings where it names a parameter."""
    return int(settings[value]) if isinstance(value, str) else value


def _number(
    raw: Mapping[str, Any], key: str, default: int, parameters: Mapping[str, Parameter], place: str
) -> int | str:
    value = raw.get(key, default)
    if isinstance(value, str):
        if value not in parameters or parameters[value].type != "integer":
            raise _fault(place, key, f"没有名为“{value}”的整数参数")
        return value
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _fault(place, key, f"应为不小于 0 的整数，现为 {value!r}")
    return value


def _known(raw: Mapping[str, Any], keys: frozenset[str], where: str) -> None:
    unknown = sorted(set(raw) - keys)
    if unknown:
        raise _fault(where, unknown[0], "没有这个键")


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _fault(where, key, "没有填写")
    return value


def _texts(raw: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _fault(where, key, "应为文本列表")
    return tuple(value)


def _table(raw: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    value = raw.get(key, {})
    if not isinstance(value, Mapping):
        raise _fault(where, key, "应为一张表")
    return value


def _flag(raw: Mapping[str, Any], key: str, where: str, default: bool | None = None) -> bool:
    value = raw.get(key, default)
    if not isinstance(value, bool):
        raise _fault(where, key, "应为 true 或 false")
    return value


def _one_of(raw: Mapping[str, Any], key: str, allowed: frozenset[str], where: str, default: str | None = None) -> str:
    value = raw.get(key, default)
    if not isinstance(value, str) or value not in allowed:
        listed = "、".join(sorted(item for item in allowed if item))
        raise _fault(where, key, f"应为 {listed} 之一，现为 {value!r}")
    return value


def _fault(where: str, key: str, what: str, hint: str = "请更正后重试。") -> BadInput:
    place = f"{where} 的“{key}”" if key else where
    return BadInput("provisions.catalogue", f"制度目录 {place}:{what}。", hint=hint, field=key or None)
