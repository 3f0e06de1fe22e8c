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
from tongxin.core.vocabulary import named, said
from tongxin.provisions import selectors
from tongxin.provisions.occurrences import FACT_NAMES
from tongxin.provisions.wires import WIRES

#: Changes when an entry changes its meaning; adoptions keep the version they were made under.
VERSION: Final = "2026.3"
FOLDER: Final = Path(__file__).parent / "catalogue"

MODALITIES: Final = frozenset(
    {"must", "at_least", "generally", "regularly", "planned", "encouraged", "may", "local", "practice"}
)
STATUSES: Final = frozenset({"verified", "partly", "memory"})
LEVELS: Final = frozenset({"central_party", "cppcc_national", "law", "local_example", "practice"})
COUNTED_KINDS: Final = frozenset({"periodic", "document", "plan"})
OCCASION_KINDS: Final = frozenset({"per_event", "deadline", "term", "procedure"})
GAUGED_KINDS: Final = frozenset({"coverage", "threshold", "ratio"})
JUDGED_KINDS: Final = COUNTED_KINDS | OCCASION_KINDS | GAUGED_KINDS
KINDS: Final = JUDGED_KINDS | {"guidance"}
PERIODS: Final = frozenset({*Period, "term"})
MEASURES: Final = frozenset({"count", "hours", "topics", "persons"})
UNITS: Final = frozenset({"days", "workdays", "months"})

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
        year = f"（{self.year}年）" if self.year else ""
        article = (
            self.article if self.article_seen else (f"{self.article}（条文待核）" if self.article else "（条文待核）")
        )
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
                    raise _fault(where, self.name, f'比例应写成分数文本（如 "2/3"），不能用小数，现为 {value!r}')
                if Fraction(value) > 1:
                    raise _fault(where, self.name, f"比例不能大于 1,现为 {value}")
                return value
            case _:
                if not isinstance(value, str) or value not in self.choices:
                    raise _fault(where, self.name, f"应为 {'、'.join(self.choices)} 之一，现为 {value!r}")
                return value


@dataclass(frozen=True, slots=True)
class Share:
    """A share as two whole numbers; ``more``: more than it, else at least it."""

    over: int
    under: int
    more: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which a provision is judged, with its parameters not yet filled in.

    ``int | str`` values are whole numbers, or the name of a parameter that holds one; so is ``share``, a fraction as
    text.  ``within``: due in the first so many months of the window.  ``coverage`` (and ``base`` of a ratio,
    ``structure`` of any) name a relation of ``selectors.COVERAGES`` that is counted on the day that counts.
    ``steps``: the places of a procedure in order, each with the facts that fill it.
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
    structure_max: int | str = 0
    within: int | str = 0
    maximum: int | str = 0
    base: str = ""
    share: str = ""
    measured_at: str = ""
    lead: int | str = 0
    extends: tuple[str, ...] = ()
    extension: int | str = 0
    steps: tuple[tuple[str, ...], ...] = ()
    distinct_people: bool = False
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
    wired_to: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return its name in the reader's language."""
        return named(self.name, self.name_en)

    def called(self, check: Check) -> str:
        """Return what pages call one of its checks, in the reader's language."""
        return said(check.name) or self.label

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
        settings = {
            name: parameter.checked(given.get(name, parameter.default), self.id)
            for name, parameter in self.parameters.items()
        }
        for check in self.checks:
            _fits_together(check, settings)
        return settings


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
    "note terms cadence wired_to".split()
)
_SOURCE_KEYS = frozenset({"regulation", "year", "article", "article_seen", "status", "level"})
_PARAMETER_KEYS = frozenset({"type", "label", "default", "min", "max", "choices", "rule"})
_CHECK_KEYS = frozenset(
    "code name kind selector facts events coverage window grace required measure needs_quorum structure structure_min "
    "structure_max within maximum base share measured_at lead extends extension steps distinct_people "
    "event_scope relation before limit limit_unit late".split()
)


def parse(raw: Mapping[str, Any], origin: str) -> Provision:
    """Return the provision that ``raw`` describes; raises BadInput that names ``origin``, entry and key."""
    where = f"{origin} {raw.get('id', '（无编号）')}"
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
    wired_to = _texts(raw, "wired_to", where)
    for wire in wired_to:
        if wire not in WIRES:
            raise _fault(where, "wired_to", f"没有名为“{wire}”的表单、流程或者检查")
    if kind == "guidance" and not wired_to:
        raise _fault(where, "wired_to", "指引类应写明它体现在哪个表单、流程或者检查上")
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
        wired_to=wired_to,
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

    facts, events, extends = (_texts(raw, key, place) for key in ("facts", "events", "extends"))
    steps = _steps(raw, place)
    for key, told in (("facts", facts), ("events", events), ("extends", extends), ("steps", sum(steps, ()))):
        for fact in told:
            if fact not in FACT_NAMES:
                raise _fault(place, key, f"没有名为“{fact}”的记录类型")
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
        structure=str(raw.get("structure", "")),
        structure_min=_number(raw, "structure_min", 0, parameters, place),
        structure_max=_number(raw, "structure_max", 0, parameters, place),
        within=_number(raw, "within", 0, parameters, place),
        maximum=_number(raw, "maximum", 0, parameters, place),
        base=str(raw.get("base", "")),
        share=_share(raw, parameters, place),
        measured_at=_one_of(raw, "measured_at", frozenset({"", "start"}), place, default=""),
        lead=_number(raw, "lead", 0, parameters, place),
        extends=extends,
        extension=_number(raw, "extension", 0, parameters, place),
        steps=steps,
        distinct_people=_flag(raw, "distinct_people", place, default=False),
        event_scope=_one_of(raw, "event_scope", frozenset({"", "own", "office"}), place, default=""),
        relation=_one_of(raw, "relation", frozenset({"", "same", "own", "near"}), place, default=""),
        before=_number(raw, "before", 0, parameters, place),
        limit=_number(raw, "limit", 0, parameters, place),
        limit_unit=_one_of(raw, "limit_unit", UNITS, place, default="days"),
        late=_number(raw, "late", 0, parameters, place),
    )
    _agrees(check, known, parameters, place)
    return check


def _steps(raw: Mapping[str, Any], place: str) -> tuple[tuple[str, ...], ...]:
    """Return the places of a procedure, each with the facts that fill it; a place may be one word or a list."""
    value = raw.get("steps", [])
    if not isinstance(value, list):
        raise _fault(place, "steps", "应为步骤列表")
    return tuple(_texts({"steps": [step] if isinstance(step, str) else step}, "steps", place) for step in value)


def _share(raw: Mapping[str, Any], parameters: Mapping[str, Parameter], place: str) -> str:
    """Return the name of the parameter that holds a share."""
    value = raw.get("share", "")
    if value and (value not in parameters or parameters[value].type != "fraction"):
        raise _fault(place, "share", f"没有名为“{value}”的比例参数")
    return str(value)


#: What each family of kinds reads besides its own; anything else would be set without effect.
_OF_OCCASIONS = (
    "events",
    "event_scope",
    "relation",
    "before",
    "limit",
    "late",
    "lead",
    "extends",
    "extension",
    "steps",
)
_OF_GAUGES = ("coverage", "maximum", "base", "share", "measured_at")
_OF_WINDOWS = ("window", "grace", "within", "structure", "structure_min", "structure_max")
_UNSET: Final = ("", 0, (), False)


def _agrees(check: Check, subject_kind: str, parameters: Mapping[str, Parameter], place: str) -> None:
    """Refuse a check whose parts contradict each other."""
    if check.kind in OCCASION_KINDS:
        _agrees_as_occasion(check, subject_kind, place)
        return
    _without(check, _OF_OCCASIONS, place, "只用于由一件事引起的要求")
    if subject_kind == "event":
        raise _fault(place, "selector", "只有由一件事引起的要求可以约束活动本身")
    if check.distinct_people:
        raise _fault(place, "distinct_people", "只用于程序类")
    if not check.window:
        raise _fault(place, "window", "应写明周期")
    window = parameters.get(check.window)
    if window is None and check.window not in PERIODS:
        raise _fault(place, "window", f"没有名为“{check.window}”的周期或周期参数")
    if window is not None and window.type != "period":
        raise _fault(place, "window", f"参数“{check.window}”不是周期")
    if check.structure:
        if selectors.COVERAGES.get(check.structure) != subject_kind:
            raise _fault(place, "structure", f"没有与约束对象相应的组织设置条件“{check.structure}”")
        if check.structure_min in _UNSET and check.structure_max in _UNSET:
            raise _fault(place, "structure_min", "应写明组织设置条件的下限或者上限")
    elif (check.structure_min, check.structure_max) != (0, 0):
        raise _fault(place, "structure", "写了界限，没有写组织设置条件")
    if check.kind in GAUGED_KINDS:
        _agrees_as_gauge(check, subject_kind, place)
        return
    _without(check, _OF_GAUGES, place, "只用于覆盖、标准和比例")
    if not check.facts:
        raise _fault(place, "facts", "应写明计入的记录(facts)")
    if check.measure == "persons":
        raise _fault(place, "measure", "人数只用于随事类")
    if check.kind == "plan" and check.measure != "count":
        raise _fault(place, "measure", "计划类只比较次数")


def _agrees_as_gauge(check: Check, subject_kind: str, place: str) -> None:
    if check.facts:
        raise _fault(place, "facts", "覆盖、标准和比例不看活动记录")
    for key, name in (("coverage", check.coverage), ("base", check.base)):
        if key == "base" and check.kind != "ratio":
            if name:
                raise _fault(place, "base", "基数只用于比例")
            continue
        if name not in selectors.COVERAGES:
            raise _fault(place, key, f"没有名为“{name}”的覆盖关系")
        if selectors.COVERAGES[name] != subject_kind:
            raise _fault(place, key, "覆盖关系与约束对象不是同一类")
    if (check.kind == "ratio") != bool(check.share):
        raise _fault(place, "share", "比例类（且只有比例类）应写明比例参数")
    if check.kind != "threshold" and check.maximum not in _UNSET:
        raise _fault(place, "maximum", "上限只用于标准类")
    if check.kind == "threshold" and check.required in _UNSET and check.maximum in _UNSET:
        raise _fault(place, "maximum", "标准类应写明下限或者上限")


def _agrees_as_occasion(check: Check, subject_kind: str, place: str) -> None:
    _without(check, (*_OF_WINDOWS, *_OF_GAUGES), place, "由一件事引起的要求不按周期判定")
    if not check.events:
        raise _fault(place, "events", "应写明由什么事引起(events)")
    if check.kind == "procedure":
        if check.facts or len(check.steps) < 1:
            raise _fault(place, "steps", "程序类应写明依次的步骤(steps)，不写 facts")
        if check.relation != "same":
            raise _fault(place, "relation", "程序类只看同一记录(same)")
    else:
        if not check.facts:
            raise _fault(place, "facts", "应写明应有的记录(facts)")
        if check.steps or check.distinct_people:
            raise _fault(place, "steps", "步骤只用于程序类")
    if not check.relation:
        raise _fault(place, "relation", "应写明是同一记录(same)、同一记录中本单位自己(own)还是前后若干日(near)")
    if (subject_kind == "event") != (check.event_scope == ""):
        raise _fault(place, "event_scope", "约束对象为活动本身时不写，其他应写 own 或 office")
    if subject_kind == "pair" or (subject_kind == "person" and check.kind != "deadline"):
        raise _fault(place, "selector", "只有限期类可以约束个人")
    if check.kind not in {"deadline", "term"} and (check.extends or check.extension not in _UNSET):
        raise _fault(place, "extends", "延期只用于限期类和任期类")
    if check.extends and check.extension in _UNSET:
        raise _fault(place, "extension", "应写明最多延期多少")
    if check.kind != "term" and check.lead not in _UNSET:
        raise _fault(place, "lead", "提前提示只用于任期类")
    if check.kind == "term" and (check.relation != "near" or check.limit in _UNSET):
        raise _fault(place, "limit", "任期类应写明任期(limit)，并按日期(near)判定")
    if check.limit_unit == "months" and check.kind not in {"deadline", "term"}:
        raise _fault(place, "limit_unit", "按月计算只用于限期类和任期类")


def _without(check: Check, keys: Iterable[str], place: str, why: str) -> None:
    for key in keys:
        if getattr(check, key) not in _UNSET:
            raise _fault(place, key, why)


def _fits_together(check: Check, settings: Mapping[str, int | str | bool]) -> None:
    """Refuse parameters that each fit and together ask for what cannot be."""
    least, most = number_of(check.required, settings), number_of(check.maximum, settings)
    if most and least > most:
        raise _fault(check.code, "maximum", f"下限 {least} 大于上限 {most}")
    least, most = number_of(check.structure_min, settings), number_of(check.structure_max, settings)
    if most and least > most:
        raise _fault(check.code, "structure_max", f"适用条件的下限 {least} 大于上限 {most}")


def number_of(value: int | str, settings: Mapping[str, int | str | bool]) -> int:
    """Return a check's whole number, looked up in the settings where it names a parameter."""
    return int(settings[value]) if isinstance(value, str) else value


def share_of(check: Check, parameters: Mapping[str, Parameter], settings: Mapping[str, int | str | bool]) -> Share:
    """Return the share that a check asks for, all 0 where it asks for none."""
    if not check.share:
        return Share(0, 0, False)
    value = Fraction(str(settings[check.share]))
    return Share(value.numerator, value.denominator, parameters[check.share].rule == "more_than")


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
