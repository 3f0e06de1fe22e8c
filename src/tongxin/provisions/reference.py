"""The catalogue as data and as a page of reference.  Pure; imports no models."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongxin.core.errors import BadInput
from tongxin.core.vocabulary import said
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
    """Return the reference page of the catalogue, in the active language; regulations keep their Chinese titles."""
    lines = [
        f"# {_('制度目录')}",
        "",
        _(
            "本页由 `tongxin provisions --markdown` 生成，请勿手工修改；内容取自 `src/tongxin/provisions/catalogue/*.toml`。"
        ),
        _("目录版本：%(version)s。条文待核的，不印入正式公文。") % {"version": VERSION},
        "",
    ]
    theme = ""
    for entry in entries:
        if entry.theme != theme:
            theme = entry.theme
            lines += [f"## {said(theme)}", ""]
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
    heads = (
        pgettext("provision", "编号"),
        _("名称"),
        _("如何判定"),
        _("用例文件（用例数）"),
        _("默认"),
        _("出处"),
        _("条文"),
    )
    lines = [
        f"# {_('制度一览表')}",
        "",
        _("本页由 `tongxin provisions --table --cases tests/provisions/cases` 生成，请勿手工修改。"),
        _(
            "目录版本：%(version)s。共 %(all)s 项：判定 %(judged)s 项，指引 %(guidance)s 项；"
            "默认采用 %(enabled)s 项；见到条文 %(seen)s 项，条文待核 %(unseen)s 项。"
        )
        % {
            "version": VERSION,
            "all": len(every),
            "judged": len(judged),
            "guidance": len(every) - len(judged),
            "enabled": sum(entry.enabled for entry in every),
            "seen": seen,
            "unseen": len(every) - seen,
        },
        "",
        f"| {' | '.join(heads)} |",
        "|---|---|---|---|---|---|---|",
    ]
    for entry in every:
        files = cases.get(entry.id, {})
        told = _("、").join(
            _("%(name)s（%(number)s）") % {"name": name, "number": number} for name, number in sorted(files.items())
        )
        cells = (
            f"`{entry.id}`",
            entry.label,
            _how(entry),
            told or ("—" if entry.judged else _("不作判定")),
            pgettext("provision", "采用") if entry.enabled else _("由机关决定"),
            f"{entry.source.regulation}{f'（{entry.source.year}年）' if entry.source.year else ''}{entry.source.article}",
            _("已见") if entry.source.article_seen else _("待核"),
        )
        lines.append(f"| {' | '.join(cell.replace('|', '｜') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _how(entry: Provision) -> str:
    """Return the kinds of an entry's checks, or the form, workflow or check of the program that holds it."""
    wired = _("；").join(said(WIRES[wire]) for wire in entry.wired_to)
    if not entry.judged:
        return _("指引：%(wired)s") % {"wired": wired}
    kinds = _("、").join(dict.fromkeys(said(KIND_NAMES[check.kind]) for check in entry.checks))
    number = _("（%(number)s项）") % {"number": len(entry.checks)} if len(entry.checks) > 1 else ""
    return f"{kinds}{number}{_('；') + wired if wired else ''}"


def _entry(entry: Provision) -> list[str]:
    chinese = f"（{entry.name}）" if entry.label != entry.name else ""
    default = _("默认采用") if entry.enabled else _("默认不采用，由机关决定")
    whom = _("、").join(said(selectors.WORDS[word].label) for word in entry.binds)
    lines = [
        f"### {entry.label}{chinese} `{entry.id}`",
        "",
        said(entry.rule),
        "",
        _("- 依据：%(source)s") % {"source": entry.source.text},
        _("- 约束对象：%(whom)s") % {"whom": whom},
        _("- 类别：%(kind)s；%(default)s") % {"kind": said(KIND_NAMES[entry.kind]), "default": default},
    ]
    if entry.checks:
        lines += [_("- 判定：%(check)s") % {"check": _check(check)} for check in entry.checks]
    else:
        lines.append(_("- 判定：只作指引"))
    if entry.wired_to:
        lines.append(_("- 体现在：%(wired)s") % {"wired": _("；").join(said(WIRES[wire]) for wire in entry.wired_to)})
    for parameter in entry.parameters.values():
        bounds = f"{_('，')}{parameter.minimum}—{parameter.maximum}" if parameter.minimum is not None else ""
        told = {"name": parameter.name, "label": said(parameter.label), "default": parameter.default, "bounds": bounds}
        lines.append(_("- 参数 `%(name)s`：%(label)s，默认 %(default)s%(bounds)s") % told)
    if entry.exception:
        lines.append(_("- 例外：%(text)s") % {"text": said(entry.exception)})
    if entry.note:
        lines.append(_("- 说明：%(text)s") % {"text": said(entry.note)})
    return lines


def _number(value: int | str) -> str:
    return f"`{value}`" if isinstance(value, str) else str(value)


def _facts(facts: Iterable[str], joined: str) -> str:
    return joined.join(said(FACT_NAMES[fact]) for fact in facts)


def _check(check: Check) -> str:
    """Return what a check asks for, in one sentence that names its parameters."""
    words = {
        "who": said(selectors.LABELS[check.selector]),
        "window": check.window,
        "facts": _facts(check.facts, _("、")),
        "events": _facts(check.events, _("、")),
        "number": _number(check.required),
    }
    code = {"name": said(check.name), "code": check.code, "kind": said(KIND_NAMES[check.kind])}
    named = _("%(name)s（`%(code)s`，%(kind)s）：") % code if check.name else _("`%(code)s`：") % code
    if check.kind in GAUGED_KINDS:
        return f"{named}{_gauge(check, words)}{_structure(check)}"
    if check.kind in OCCASION_KINDS:
        return f"{named}{_occasion(check, words)}"
    if check.kind == "plan":
        return named + _("%(who)s每“%(window)s”按计划开展%(facts)s（与排入日程的次数对照）") % words
    words |= {"measure": check.measure, "within": ""}
    if check.within:
        words["within"] = _("，在期初%(number)s个月内") % {"number": _number(check.within)}
    asked = _("%(who)s每“%(window)s”%(within)s应有%(facts)s（%(number)s，%(measure)s）") % words
    return f"{named}{asked}{_structure(check)}"


def _structure(check: Check) -> str:
    if not check.structure:
        return ""
    words = {"what": said(selectors.COVERAGE_WORDS[check.structure]), "least": _number(check.structure_min)}
    if check.structure_max:
        return _("；%(what)s%(least)s至%(most)s人的适用") % {**words, "most": _number(check.structure_max)}
    return _("；%(what)s%(least)s以上人的适用") % words


def _gauge(check: Check, words: Mapping[str, str]) -> str:
    told = {**words, "what": said(selectors.COVERAGE_WORDS[check.coverage])}
    if check.kind == "coverage":
        return _("%(who)s按“%(window)s”核对是否%(what)s") % told
    if check.kind == "ratio":
        told |= {"base": said(selectors.COVERAGE_WORDS[check.base]), "share": check.share}
        if check.measured_at == "start":
            return _("%(who)s每“%(window)s”期初核对%(what)s占%(base)s的比例（`%(share)s`）") % told
        return _("%(who)s每“%(window)s”期末核对%(what)s占%(base)s的比例（`%(share)s`）") % told
    bounds = [
        *([_("不少于%(number)s") % {"number": _number(check.required)}] if check.required else []),
        *([_("不超过%(number)s") % {"number": _number(check.maximum)}] if check.maximum else []),
    ]
    return _("%(who)s按“%(window)s”核对%(what)s数，%(bounds)s") % {**told, "bounds": _("、").join(bounds)}


def _occasion(check: Check, words: Mapping[str, str]) -> str:
    units = {
        "days": pgettext("length", "日"),
        "workdays": pgettext("length", "个工作日"),
        "months": pgettext("length", "个月"),
    }
    told = {**words, "limit": _number(check.limit), "unit": units[check.limit_unit], "lead": _number(check.lead)}
    if check.kind == "procedure":
        told["steps"] = "→".join(_facts(step, _("或者")) for step in check.steps)
        people = _("，由不同的人办理") if check.distinct_people else ""
        quorum = _("，到会人数符合要求") if check.needs_quorum else ""
        return _("每次%(events)s，同一记录中依次应有%(steps)s") % told + people + quorum
    longer = ""
    if check.extension:
        longer = _("，经批准可延期%(number)s%(unit)s") % {"number": _number(check.extension), "unit": told["unit"]}
    if check.kind == "term":
        term = _("%(who)s自%(events)s起%(limit)s%(unit)s内应有%(facts)s，提前%(lead)s日提示") % told
        return term + longer
    if check.relation == "same" and check.kind == "per_event":
        return _("每次%(events)s，%(who)s同一记录中应有%(facts)s（%(number)s）") % told
    where = {"same": _("同一记录中"), "own": _("同一记录中各自")}.get(check.relation, "")
    before = _("前%(number)s日至") % {"number": _number(check.before)} if check.before else ""
    told |= {"where": where, "before": before}
    return (
        _("每次%(events)s，%(who)s%(where)s%(before)s后%(limit)s%(unit)s内应有%(facts)s（%(number)s）") % told + longer
    )
