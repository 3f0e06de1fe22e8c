from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from tongxin.registry.code_tables import (
    affiliation_code,
    bare_heading,
    ethnic_code,
    ethnic_names,
    is_area_code,
    seat_code,
    sex_code,
)
from tongxin.registry.enums import AffiliationCode


def test_all_56_ethnic_groups_by_number_and_name():
    groups = {code: name for code, name in ethnic_names().items() if int(code) <= 56}
    assert len(groups) == 56
    for code, name in groups.items():
        assert {ethnic_code(code), ethnic_code(name), ethnic_code(name.removesuffix("族"))} == {code}
    assert [ethnic_code(text) for text in ("１", "维 吾尔", "97", "火星")] == ["01", "05", "97", None]


def test_affiliation_by_number_label_and_usual_names():
    assert {code: affiliation_code(str(label)) for code, label in AffiliationCode.choices} == {
        code: code for code in AffiliationCode.values
    }
    texts = ("中共", "1", "预备党员", "九三", "无党派民主人士", "农工党", "某党")
    assert [affiliation_code(text) for text in texts] == ["01", "01", "02", "10", "12", "08", None]


def test_sex_and_area():
    assert [sex_code(text) for text in ("男", "2", "女性", "男子")] == ["1", "2", "2", None]
    assert [is_area_code(text) for text in ("110101", "６５０１０２", "99", "010101", "990101", "11010a")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("委员", "member"),
        ("市政协常委", "standing_member"),
        ("副主席、秘书长", "vice_chair"),
        ("第六届委员", "member"),
        ("主席", "chair"),
        ("党组成员", None),
        ("副主席、顾问", None),
    ],
)
def test_seats(text, code):
    assert seat_code(text) == code


def test_no_heading_stands_in_two_lists():
    table = tomllib.loads(files("tongxin.registry").joinpath("codes/roster_headings.toml").read_text(encoding="utf-8"))
    owners: dict[str, set[str]] = {}
    for field, texts in table["fields"].items():
        for text in texts:
            owners.setdefault(bare_heading(text), set()).add(field)
    for text in table["not_kept"]:
        owners.setdefault(bare_heading(text), set()).add("not kept")
    assert {text: found for text, found in owners.items() if len(found) > 1} == {}


def test_a_reader_of_english_imports_the_same_roster():
    from django.utils import translation

    from tongxin.registry import code_tables

    code_tables._affiliation_codes.cache_clear()
    with translation.override("en"):
        assert affiliation_code("中共党员") == "01"
