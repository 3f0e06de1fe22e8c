"""The English catalogue is whole: every text translated, with the same placeholders, and none of the pages left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

import polib
import pytest

from tests.house.packages import SOURCE
from tongxin.activities.kinds import catalogue as catalogue_of_kinds
from tongxin.core.dossier import holdings
from tongxin.matters.workflow import AUDIENCE_NAMES, NEED_NAMES, UNIT_NAMES
from tongxin.matters.workflows import WORKFLOWS
from tongxin.provisions.adoption_queries import STANDINGS
from tongxin.provisions.catalogue import provisions
from tongxin.provisions.occurrences import FACT_NAMES
from tongxin.provisions.own_rules import KINDS, MEASURES, SCOPES, SUBJECTS
from tongxin.provisions.reference import KIND_NAMES
from tongxin.provisions.selectors import COVERAGE_WORDS, LABELS
from tongxin.provisions.selectors import WORDS as SELECTOR_WORDS
from tongxin.provisions.wires import WIRES

CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%(?:\.\d+)?[sdifr]\b|\{\w*\}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
TAG = re.compile(r"""\{%\s*trans(?:late)?\s+(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)')""")
#: Texts that name Chinese words or marks on purpose, by how they begin.
KEEPS_CHINESE = (
    "简体中文",
    "如“×政协党组",
    "必须有“姓名”一列",
    "一行一个界别",
    "引用名册写作",
    "不含“文件”",
    "如“此件公开发布”",
    "一案一事，写作",
    "文件库中标题含“",
    "党组会议审议年度计划的记录",
    "只提醒本机关询问，从不作为对上级的评价。以“",
)


@cache
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def entries() -> list[polib.POEntry]:
    return [entry for entry in catalogue() if not entry.obsolete]


def pairs(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Return each source text of an entry with its translation: the singular with form 0, the plural with form 1."""
    if entry.msgid_plural:
        return [
            (entry.msgid, entry.msgstr_plural.get(0, "")),
            (entry.msgid_plural, entry.msgstr_plural.get(1, "")),
        ]
    return [(entry.msgid, entry.msgstr)]


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def texts_of(template: str) -> set[str]:
    """Return the texts of the translate tags in a template's source."""
    found = TAG.findall(COMMENT.sub("", template))
    return {re.sub(r"\\(.)", r"\1", double or single) for double, single in found}


def test_every_text_is_translated():
    assert [text for entry in entries() for text, english in pairs(entry) if not english.strip()] == []


def test_none_is_a_guess():
    assert [entry.msgid for entry in entries() if entry.fuzzy] == []


def test_placeholders_are_kept():
    wrong = [text for e in entries() for text, english in pairs(e) if placeholders(text) != placeholders(english)]
    assert wrong == []


def test_english_is_english():
    wrong = [
        english
        for entry in entries()
        for text, english in pairs(entry)
        if CHINESE.search(english) and not text.startswith(KEEPS_CHINESE)
    ]
    assert wrong == []


def test_header_is_plain():
    head = catalogue().metadata
    assert head["Language"] == "en"
    assert head["Content-Type"] == "text/plain; charset=UTF-8"
    assert head["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    assert {"POT-Creation-Date", "PO-Revision-Date", "Last-Translator"} & set(head) == set()


def test_pages_are_in_the_catalogue():
    known = {entry.msgid for entry in entries()}
    missing = {
        f"{path.relative_to(SOURCE)}: {text}"
        for path in SOURCE.rglob("templates/**/*")
        if path.suffix in {".html", ".txt"}
        for text in texts_of(path.read_text(encoding="utf-8")) - known
        if text
    }
    assert sorted(missing) == []


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ("{% translate \"今日\" %}{% trans '名册' as word %}", {"今日", "名册"}),
        ('{# {% translate "旧" %} #}{% comment %}{% translate "旧" %}{% endcomment %}', set()),
        ("{% translate variable %}", set()),
        ('{% translate "写成\\"某某\\"" %}', {'写成"某某"'}),
    ],
)
def test_reading_templates(template, texts):
    assert texts_of(template) == texts


def test_comparing_placeholders():
    assert placeholders("%(count)s条,%(day)s") == Counter({"%(day)s": 1, "%(count)s": 1})
    assert placeholders("%(count)s") != placeholders("%(counts)s")
    assert placeholders("100% 的 {name}") == Counter({"{name}": 1})


def vocabulary() -> list[str]:
    """Return every word that a declaration of the program holds and a page shows, in order of declaration."""
    entries = provisions()
    words = [flow.name for flow in WORKFLOWS.values()]
    for flow in WORKFLOWS.values():
        words += [each.name for each in (*flow.states, *flow.transitions, *flow.clocks)]
        words += [name for step in flow.transitions for _, name in step.codes]
        words += [flow.source, *(rule.source for rule in flow.clocks)]
    for names in (
        AUDIENCE_NAMES,
        NEED_NAMES,
        UNIT_NAMES,
        KIND_NAMES,
        FACT_NAMES,
        COVERAGE_WORDS,
        WIRES,
        SUBJECTS,
        SCOPES,
        STANDINGS,
        KINDS,
        MEASURES,
    ):
        words += names.values()
    words += LABELS.values()
    words += [word.label for word in SELECTOR_WORDS.values()]
    words += [fact.name for fact in catalogue_of_kinds().facts.values()]
    for entry in entries:
        words += [entry.theme, entry.rule, entry.exception, entry.note, *(check.name for check in entry.checks)]
        words += [parameter.label for parameter in entry.parameters.values()]
    for holding in holdings():
        words += [holding.title, holding.law]
        words += [word for item in holding.withheld for word in (item.what, item.until, item.law)]
    return list(dict.fromkeys(word for word in words if word))


def test_closed_vocabularies_are_in_the_catalogue():
    known = {entry.msgid for entry in entries()}
    assert [word for word in vocabulary() if word not in known] == []


def test_every_entry_of_the_catalogues_has_an_english_name():
    kinds = catalogue_of_kinds()
    named = [*provisions(), *kinds.kinds.values(), *kinds.agenda.values()]
    assert [entry.name for entry in named if not entry.name_en or CHINESE.search(entry.name_en)] == []


def doubled(catalogue: Iterable[polib.POEntry]) -> list[str]:
    """Return the texts that stand in a catalogue more than once, whatever their translations."""
    counted = Counter((entry.msgctxt or "", entry.msgid) for entry in catalogue)
    return [text for (_, text), number in counted.items() if number > 1]


def test_no_text_stands_twice():
    assert doubled(catalogue()) == []


def test_a_doubled_text_is_found():
    file = polib.pofile(
        'msgid "今日"\nmsgstr "Today"\n\nmsgid "今日"\nmsgstr "This day"\n\nmsgid "名册"\nmsgstr "Roster"\n'
    )
    assert doubled(file) == ["今日"]
