"""The manual's references are whole: every setting, every command, every permission; and the pages it names exist."""

from __future__ import annotations

import re

import pytest
from django.core.management import get_commands
from django.utils.translation import override

from tests.house.packages import ROOT, SOURCE, python_files
from tongxin.web.permissions import page

DOCS = ROOT / "docs"
READ = re.compile(
    r"""env(?:iron)?(?:\.\w+)?[(\[]\s*["']((?:TONGXIN|DATABASE)_[A-Z_]+)["']|secret\(["'](TONGXIN_[A-Z_]+)["']\)"""
)
NAMED = re.compile(r"`((?:TONGXIN|DATABASE)_[A-Z_]+)`")
#: Read by the tests only.
OF_TESTS = {"TONGXIN_TEST_POSTGRES", "TONGXIN_CORPUS"}


def _told(name: str) -> str:
    return (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")


def test_every_setting_is_told_and_every_told_one_is_read():
    text = "\n".join(path.read_text(encoding="utf-8") for path in python_files())
    read = {first or second for first, second in READ.findall(text)}
    rows = "\n".join(line.split("|")[1] for line in _told("settings").splitlines() if line.startswith("|"))
    assert read - set(NAMED.findall(rows)) == set()
    whole = {name for name in NAMED.findall(rows) if name not in OF_TESTS and f'"{name}"' not in text}
    assert whole == set()


def test_every_command_is_told_and_every_told_one_is_there():
    own = {name.replace("_", "-") for name, app in get_commands().items() if str(app).startswith("tongxin.")}
    told = set(re.findall(r"`tongxin ([a-z-]+)", _told("commands")))
    assert own - told == set()
    assert told - own == set()


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "permissions"), ("en", "permissions.en")])
def test_permissions_are_as_declared(language: str, name: str):
    with override(language):
        assert _told(name) == page(), "renew it: tongxin permissions --language … > docs/reference/permissions….md"


NAMED_FILE = re.compile(r"`((?:tests|scripts|bench|deploy|src)/[\w./-]+?)(?:::(\w+))?`")


def unknown(text: str) -> list[str]:
    """Return the files and tests that a page names and that are not there."""
    missing = []
    for name, test in NAMED_FILE.findall(text):
        path = ROOT / name
        if not path.exists() or (test and f"\ndef {test}(" not in path.read_text("utf-8")):
            missing.append(f"{name}::{test}" if test else name)
    return missing


@pytest.mark.parametrize("name", ["security.md", "security.en.md"])
def test_files_and_tests_named_in_the_security_page_exist(name: str):
    text = (DOCS / "explanation" / name).read_text("utf-8")
    assert len(NAMED_FILE.findall(text)) > 80
    assert unknown(text) == []


def test_a_file_or_test_that_is_not_there_is_found():
    here = "`tests/house/test_manual.py::test_a_file_or_test_that_is_not_there_is_found`"
    gone = "`tests/house/test_manual.py::test_gone`, `tests/gone.py`"
    assert unknown(f"{here}, {gone}") == ["tests/house/test_manual.py::test_gone", "tests/gone.py"]


def test_reading_settings_finds_both_ways_of_asking():
    found = {
        first or second
        for first, second in READ.findall('env.str("TONGXIN_A", default="")\nsecret("TONGXIN_B")\nenv("DATABASE_C")')
    }
    assert found == {"TONGXIN_A", "TONGXIN_B", "DATABASE_C"}
    assert SOURCE.is_dir()


CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: What the English of a generated page names besides.
OF_LANGUAGE = {"--language", "en", "language"}
#: Where an English page quotes Chinese: code, a regulation's title, the name of a provision, a sentence of a document.
QUOTED = re.compile(r"^```.*?^```|^- Source: .*?$|^### .*?$|^\| `[a-z]+\..*?$|^\| [\u4e00-\u9fff].*?$", re.M | re.S)
CODE = re.compile(r"`([^`\n]+)`")


def _pages() -> dict[str, tuple[str, str]]:
    """Return each page → its Chinese and its English text; '' where one is not there."""
    names = {re.sub(r"(\.en)?\.md$", "", str(path.relative_to(DOCS))) for path in DOCS.rglob("*.md")}
    files = {name: (DOCS / f"{name}.md", DOCS / f"{name}.en.md") for name in sorted(names)}
    return {
        name: tuple(path.read_text("utf-8") if path.exists() else "" for path in both) for name, both in files.items()
    }


def _names(text: str) -> set[str]:
    """Return what a page names as code: settings, commands, options, functions; not what stands for a word (FILE)."""
    words = {word for code in CODE.findall(text) for word in re.findall(r"[A-Za-z_-][A-Za-z0-9_./-]+", code)}
    return {word.replace(".en.md", ".md") for word in words if not re.fullmatch(r"[A-Z/-]+", word)} - OF_LANGUAGE


def differences(chinese: str, english: str) -> list[str]:
    """Return what the English of a page lacks or has beyond the Chinese; its sentences are for readers to compare."""
    if not chinese or not english:
        return ["no Chinese page" if not chinese else "no English page"]
    found = []
    for what, form in (
        ("headings", r"^#+ "),
        ("rows of tables", r"^\|"),
        ("blocks of code", r"^```"),
        ("pictures", r"^ *!\["),
        ("steps", r"^\d+\. "),
    ):
        counts = [len(re.findall(form, text, re.MULTILINE)) for text in (chinese, english)]
        if counts[0] != counts[1]:
            found.append(f"{counts[0]} and {counts[1]} {what}")
    named = [_names(text) for text in (chinese, english)]
    found += [f"only in Chinese: {name}" for name in sorted(named[0] - named[1])]
    found += [f"only in English: {name}" for name in sorted(named[1] - named[0])]
    links = [set(re.findall(r"\]\(([^)#\s]+)", text)) for text in (chinese, english)]
    found += [f"linked in one only: {link}" for link in sorted(links[0] ^ links[1])]
    if len(CHINESE.findall(chinese)) * 5 < len(re.sub(r"`[^`]+`|\]\([^)]+\)", "", chinese)):
        found.append("the Chinese page is not in Chinese")
    if run := re.search(r"[\u4e00-\u9fff]{12,}", QUOTED.sub("", english)):
        found.append(f"not English: {run[0]}")
    return found


def test_every_page_is_there_in_both_languages_and_says_as_much():
    told = {name: differences(*both) for name, both in _pages().items()}
    assert {name: found for name, found in told.items() if found} == {}
    assert len(told) > 40


@pytest.mark.parametrize(
    ("english", "fault"),
    [
        ("", "no English page"),
        ("# Page\n\nThe `a_flag`.\n\n| a |\n|---|\n", "3 and 2 rows of tables"),
        ("# Page\n\nThe `OTHER`.\n\n| a |\n|---|\n| b |\n", "only in Chinese: a_flag"),
        ("# Page\n\n## Part\n\n`a_flag`\n\n| a |\n|---|\n| b |\n", "1 and 2 headings"),
        (
            "# Page\n\n这一页其实还没有译成英文呢。`a_flag`\n\n| a |\n|---|\n| b |\n",
            "not English: 这一页其实还没有译成英文呢",
        ),
        ("# Page\n\nThe [`a_flag`](x.md).\n\n| a |\n|---|\n| b |\n", "linked in one only: x.md"),
    ],
)
def test_what_an_english_page_lacks_is_named(english: str, fault: str):
    chinese = "# 页面\n\n这里说明一个设置 `a_flag` 起什么作用。\n\n| 甲 |\n|---|\n| 乙 |\n"
    assert fault in differences(chinese, english)


def test_an_english_page_under_a_chinese_name_is_found():
    english = "# Page\n\nWritten in English only, whatever its name says.\n"
    assert differences(english, english) == ["the Chinese page is not in Chinese"]
