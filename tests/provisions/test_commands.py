import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.provisions.world import build
from tongxin.provisions import catalogue

ROOT = Path(__file__).resolve().parents[2]
CASES = str(ROOT / "tests" / "provisions" / "cases")
CASE = {
    "name": "x",
    "provision": "life.theme_day",
    "units": [{"id": "甲支部", "kind": "branch"}],
    "facts": [{"kind": "theme_day", "unit": "甲支部", "day": __import__("datetime").date(2026, 4, 10)}],
}


def said(*command: str) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_provisions_are_listed() -> None:
    lines = said("provisions").splitlines()
    assert len(lines) == len(catalogue.provisions()) + 1
    assert lines[-1].startswith(f"共 {len(catalogue.provisions())} 项")


@pytest.mark.parametrize(("language", "end"), [("zh-hans", "md"), ("en", "en.md")])
def test_the_table_is_the_one_generated(language: str, end: str) -> None:
    page = ROOT / "docs" / "reference" / f"provisions-table.{end}"
    made = said("provisions", "--table", "--cases", CASES, "--language", language)
    assert page.read_text(encoding="utf-8") == made


def test_table_has_a_row_for_each_and_a_case_file_for_each_that_is_judged() -> None:
    lines = said("provisions", "--table", "--cases", CASES).splitlines()
    rows = [line.split(" | ") for line in lines if line.startswith("| `")]
    entries = catalogue.provisions()
    assert [row[0].strip("| `") for row in rows] == [entry.id for entry in entries]
    assert [row[0] for row, entry in zip(rows, entries, strict=True) if entry.judged != ("（" in row[3])] == []


def test_table_refuses_a_folder_without_cases(tmp_path) -> None:
    with pytest.raises(CommandError, match="没有用例文件"):
        said("provisions", "--table", "--cases", str(tmp_path))
    (tmp_path / "a.toml").write_text("case = 1", encoding="utf-8")
    with pytest.raises(CommandError, match="a.toml"):
        said("provisions", "--table", "--cases", str(tmp_path))


def test_provisions_as_json() -> None:
    data = json.loads(said("provisions", "--json"))
    assert [entry["id"] for entry in data] == [entry.id for entry in catalogue.provisions()]
    assert data[0]["source"]["text"] == catalogue.provisions()[0].source.text


@pytest.mark.parametrize(("language", "end"), [("zh-hans", "md"), ("en", "en.md")])
def test_the_reference_page_is_the_one_generated(language: str, end: str) -> None:
    page = ROOT / "docs" / "reference" / f"provisions.{end}"
    assert page.read_text(encoding="utf-8") == said("provisions", "--markdown", "--language", language)


@pytest.mark.django_db
def test_evaluate_says_the_same_on_both_engines() -> None:
    world = build(CASE)
    answers = [
        json.loads(said("evaluate", "--json", "--as-of", "2026-05-20", "--engine", engine))
        for engine in ("app", "duckdb")
    ]
    assert answers[0]["states"] == answers[1]["states"] == {"met": 1, "due": 1, "not_recorded": 11}
    assert "机关 1 个" in said("evaluate", "--office", world.office.area_code, "--as-of", "2026-05-20")


@pytest.mark.django_db
def test_evaluate_today_stores_findings() -> None:
    from tongxin.provisions.models import Finding

    build(CASE)
    said("evaluate")
    assert Finding.objects.count() == 13


@pytest.mark.django_db
def test_board_is_printed() -> None:
    build(CASE)
    text = said("board", "--as-of", "2026-04-20")
    assert "[1] 甲支部" in text
    assert [line.split()[:2] for line in text.splitlines() if line.startswith("主题党日")] == [["主题党日", "√(12)"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [("--as-of", "yesterday"), ("--as-of", "1900-01-01"), ("--office", "000000"), ("--as-of", "2026-02-30")],
)
def test_bad_arguments_are_named(arguments) -> None:
    build(CASE)
    with pytest.raises(CommandError):
        said("evaluate", *arguments)
