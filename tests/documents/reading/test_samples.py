"""Whole papers written for these tests, annotated by hand in the shape of the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tongxin.documents.reading import Reading, read_bytes

SAMPLES = Path(__file__).resolve().parent / "samples"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))


def read(name: str) -> tuple[Reading, dict]:
    gold = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return read_bytes((SAMPLES / gold["doc"]).read_bytes(), gold["doc"]), gold


def test_there_are_samples():
    assert NAMES == ["notice", "pdf", "report", "speech", "workpoints"]


@pytest.mark.parametrize("name", NAMES)
def test_head_and_chrome(name):
    reading, gold = read(name)
    found = reading.as_json()
    for key in (
        "title",
        "published",
        "source",
        "number",
        "salutation",
        "chrome_line_numbers",
        "elisions",
        "placeholders",
    ):
        assert found[key] == gold[key], key


@pytest.mark.parametrize("name", NAMES)
def test_outline(name):
    reading, gold = read(name)
    assert [{key: value for key, value in item.as_json().items() if key != "role"} for item in reading.outline] == [
        {key: item[key] for key in ("level", "number", "heading", "line", "offset", "inline")}
        for item in gold["outline"]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_requirements(name):
    reading, gold = read(name)
    keys = ("start", "end", "text", "line", "outline_path", "subject", "institution", "cadence_or_deadline")
    found = [{key: item.as_json()[key] for key in keys} for item in reading.requirements]
    assert found == [{key: item[key] for key in keys} for item in gold["requirements"]]


def test_repairs_of_the_stripped_speech():
    reading, gold = read("speech")
    assert [{"offset": item.offset, "inserted": item.inserted} for item in reading.repairs] == gold["repairs"]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("notice", ["numbering.skip", "numbering.form"]),
        ("speech", ["numbering.start", "placeholders.open", "elisions.present"]),
        ("workpoints", ["numbering.form"]),
        ("report", []),
        ("pdf", []),
    ],
)
def test_what_is_noticed(name, codes):
    assert [note.code for note in read(name)[0].notes] == codes
