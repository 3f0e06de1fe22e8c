"""The catalogue as data and as a page of reference.  Pure; imports no models."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tongxin.core.errors import BadInput
from tongxin.provisions import selectors
from tongxin.provisions.catalogue import GAUGED_KINDS, OCCASION_KINDS, VERSION, Check, Provision
from tongxin.provisions.occurrences import FACT_NAMES
from tongxin.provisions.wires import WIRES

KIND_NAMES = {
    "periodic": "定期",
    "per_event": "随事",
    "coverage": "覆盖",
    "deadline": "限期",
    "threshold": "标准",
    "ratio": "比例",
    "term": "任期",
    "procedure": "程序",
    "document": "材料",
    "plan": "计划",
    "guidance": "指引",
}


def as_data(entry: Provision) -> dict[str, Any]:
    """Return an entry as plain data, for ``tongxin provisions --json``."""
    data = asdict(entry)
    data["judged"] = entry.judged
    data["source"]["text"] = entry.source.text
    return data


def as_markdown(entries: Iterable[Provision]) -> str:
    """Return the reference page of the catalogue."""
    lines = [
        "# 制度目录",
        "",
        "本页由 `tongxin provisions --markdown` 生成，请勿手工修改；内容取自 `src/tongxin/provisions/catalogue/*.toml`。",
        f"目录版本：{VERSION}。条文待核的，不印入正式公文。",
        "",
    ]
    theme = ""
    for entry in entries:
        if entry.theme != theme:
            theme = entry.theme
            lines += [f"## {theme}", ""]
        lines += [*_entry(entry), ""]
    return "\n".join(lines).rstrip() + "\n"


def cases_in(folder: Path) -> dict[str, dict[str, int]]:
    """Return provision → case file → number of its cases, of the case files in ``folder``.

    Raises BadInput where there are none, or one is not what a case file is.
    """
    found: dict[str, dict[str, int]] = {}
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise BadInput("provisions.no_cases", f"“{folder}”里没有用例文件。", hint="请指明 tests/provisions/cases。")
    for path in paths:
        try:
            named = [case["provision"] for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
            raise BadInput(
                "provisions.case_file", f"“{path.name}”不是用例文件：{error}。", hint="请更正后重试。"
            ) from error
        for provision in named:
            files = found.setdefault(provision, {})
            files[path.stem] = files.get(path.stem, 0) + 1
    return found


def as_table(entries: Iterable[Provision], cases: Mapping[str, Mapping[str, int]]) -> str:
    """Return the table of all provisions as a page: how each is judged, its cases, default, whether its source was seen.

    ``cases``: provision → case file → number of cases.
    """
    every = list(entries)
    judged = [entry for entry in every if entry.judged]
    seen = sum(entry.source.article_seen for entry in every)
    lines = [
        "# 制度一览表",
        "",
        "本页由 `tongxin provisions --table --cases tests/provisions/cases` 生成，请勿手工修改。",
        f"目录版本：{VERSION}。共 {len(every)} 项：判定 {len(judged)} 项，指引 {len(every) - len(judged)} 项；"
        f"默认采用 {sum(entry.enabled for entry in every)} 项；见到条文 {seen} 项，条文待核 {len(every) - seen} 项。",
        "",
        "| 编号 | 名称 | 如何判定 | 用例文件（用例数） | 默认 | 出处 | 条文 |",
        "|---|---|---|---|---|---|---|",
    ]
    for entry in every:
        files = cases.get(entry.id, {})
        told = "、".join(f"{name}（{number}）" for name, number in sorted(files.items()))
        cells = (
            f"`{entry.id}`",
            entry.name,
            _how(entry),
            told or ("—" if entry.judged else "不作判定"),
            "采用" if entry.enabled else "由机关决定",
            f"{entry.source.regulation}{f'（{entry.source.year}年）' if entry.source.year else ''}{entry.source.article}",
            "已见" if entry.source.article_seen else "待核",
        )
        lines.append(f"| {' | '.join(cell.replace('|', '｜') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _how(entry: Provision) -> str:
    """Return the kinds of an entry's checks, or the form, workflow or check of the program that holds it."""
    wired = "；".join(WIRES[wire] for wire in entry.wired_to)
    if not entry.judged:
        return f"指引：{wired}"
    kinds = "、".join(dict.fromkeys(KIND_NAMES[check.kind] for check in entry.checks))
    number = f"（{len(entry.checks)}项）" if len(entry.checks) > 1 else ""
    return f"{kinds}{number}{f'；{wired}' if wired else ''}"


def _entry(entry: Provision) -> list[str]:
    lines = [
        f"### {entry.name} `{entry.id}`",
        "",
        entry.rule,
        "",
        f"- 依据：{entry.source.text}",
        f"- 约束对象：{'、'.join(selectors.WORDS[word].label for word in entry.binds)}",
        f"- 类别：{KIND_NAMES[entry.kind]}；{'默认采用' if entry.enabled else '默认不采用，由机关决定'}",
    ]
    if entry.checks:
        lines += [f"- 判定：{_check(check)}" for check in entry.checks]
    else:
        lines.append("- 判定：只作指引")
    if entry.wired_to:
        lines.append(f"- 体现在：{'；'.join(WIRES[wire] for wire in entry.wired_to)}")
    for parameter in entry.parameters.values():
        bounds = f"，{parameter.minimum}—{parameter.maximum}" if parameter.minimum is not None else ""
        lines.append(f"- 参数 `{parameter.name}`：{parameter.label}，默认 {parameter.default}{bounds}")
    if entry.exception:
        lines.append(f"- 例外：{entry.exception}")
    if entry.note:
        lines.append(f"- 说明：{entry.note}")
    return lines


def _number(value: int | str) -> str:
    return f"`{value}`" if isinstance(value, str) else str(value)


def _check(check: Check) -> str:
    who = selectors.LABELS[check.selector]
    named = f"{check.name}（`{check.code}`，{KIND_NAMES[check.kind]}）：" if check.name else f"`{check.code}`："
    if check.kind in GAUGED_KINDS:
        return f"{named}{_gauge(check, who)}{_structure(check)}"
    facts = "、".join(FACT_NAMES[fact] for fact in check.facts)
    if check.kind in OCCASION_KINDS:
        return f"{named}{_occasion(check, who, facts)}"
    within = f"，在期初{_number(check.within)}个月内" if check.within else ""
    if check.kind == "plan":
        return f"{named}{who}每“{check.window}”按计划开展{facts}（与排入日程的次数对照）"
    return f"{named}{who}每“{check.window}”{within}应有{facts}（{_number(check.required)}，{check.measure}）{_structure(check)}"


def _structure(check: Check) -> str:
    if not check.structure:
        return ""
    most = f"至{_number(check.structure_max)}" if check.structure_max else "以上"
    return f"；{selectors.COVERAGE_WORDS[check.structure]}{_number(check.structure_min)}{most}人的适用"


def _gauge(check: Check, who: str) -> str:
    word = selectors.COVERAGE_WORDS[check.coverage]
    if check.kind == "coverage":
        return f"{who}按“{check.window}”核对是否{word}"
    if check.kind == "ratio":
        when = "期初" if check.measured_at == "start" else "期末"
        return (
            f"{who}每“{check.window}”{when}核对{word}占{selectors.COVERAGE_WORDS[check.base]}的比例（`{check.share}`）"
        )
    bounds = [
        *([f"不少于{_number(check.required)}"] if check.required else []),
        *([f"不超过{_number(check.maximum)}"] if check.maximum else []),
    ]
    return f"{who}按“{check.window}”核对{word}数，{'、'.join(bounds)}"


def _occasion(check: Check, who: str, facts: str) -> str:
    events = "、".join(FACT_NAMES[fact] for fact in check.events)
    unit = {"days": "日", "workdays": "个工作日", "months": "个月"}[check.limit_unit]
    if check.kind == "procedure":
        steps = "→".join("或者".join(FACT_NAMES[fact] for fact in step) for step in check.steps)
        people = "，由不同的人办理" if check.distinct_people else ""
        quorum = "，到会人数符合要求" if check.needs_quorum else ""
        return f"每次{events}，同一记录中依次应有{steps}{people}{quorum}"
    longer = f"，经批准可延期{_number(check.extension)}{unit}" if check.extension else ""
    if check.kind == "term":
        return f"{who}自{events}起{_number(check.limit)}{unit}内应有{facts}，提前{_number(check.lead)}日提示{longer}"
    if check.relation == "same" and check.kind == "per_event":
        return f"每次{events}，{who}同一记录中应有{facts}（{_number(check.required)}）"
    where = {"same": "同一记录中", "own": "同一记录中各自"}.get(check.relation, "")
    before = f"前{_number(check.before)}日至" if check.before else ""
    return f"每次{events}，{who}{where}{before}后{_number(check.limit)}{unit}内应有{facts}（{_number(check.required)}）{longer}"
