"""The manual's references are whole: every setting, every command, every permission; and the pages it names exist."""

from __future__ import annotations

import re

from django.core.management import get_commands

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


def test_permissions_are_as_declared():
    assert _told("permissions") == page(), "renew it: tongxin permissions > docs/reference/permissions.md"


def test_files_named_in_the_security_page_exist():
    named = set(
        re.findall(
            r"`((?:tests|scripts|bench|deploy|src)/[\w./-]+)`",
            (DOCS / "explanation" / "security.md").read_text("utf-8"),
        )
    )
    assert len(named) > 20
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_reading_settings_finds_both_ways_of_asking():
    found = {
        first or second
        for first, second in READ.findall('env.str("TONGXIN_A", default="")\nsecret("TONGXIN_B")\nenv("DATABASE_C")')
    }
    assert found == {"TONGXIN_A", "TONGXIN_B", "DATABASE_C"}
    assert SOURCE.is_dir()


def test_main_pages_are_there_in_english_with_as_many_parts():
    """A part added to the Chinese page is missed in the English one; its words are for readers to compare."""
    for name in ("index", "goals", "tutorial/first-hour", "howto/accounts", "explanation/architecture"):
        chinese, english = ((DOCS / f"{name}{end}").read_text("utf-8") for end in (".md", ".en.md"))
        assert chinese.count("\n## ") == english.count("\n## "), name
        assert not re.search(r"[\u4e00-\u9fff]{12}", english), name
