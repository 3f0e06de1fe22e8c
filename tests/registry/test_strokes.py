from __future__ import annotations

import pytest

from tongxin.core.errors import NotPossible
from tongxin.registry.strokes import in_stroke_order, places, stroke_key, unknown_characters


def ordered(text: str) -> list[str]:
    return sorted(text.split(), key=stroke_key)


def test_surnames_stand_by_strokes_then_by_kinds_of_strokes():
    assert ordered("孔 尹 方 文 毛 王 马 万 于 丁") == "丁 于 万 马 王 毛 文 方 尹 孔".split()


def test_single_given_name_has_an_empty_middle_place():
    assert ordered("田大利 田富") == ["田富", "田大利"]


def test_compound_surname_is_compared_by_its_first_character():
    assert ordered("欧阳文 司马大光 丁一 司马光 卢一") == ["丁一", "卢一", "司马光", "司马大光", "欧阳文"]


def test_single_given_name_after_a_compound_surname_has_an_empty_place_too():
    assert stroke_key("司马光")[10:15] == "00000"
    assert stroke_key("司马大光")[10:15] == places()["大"]


@pytest.mark.parametrize("name", ["王𬭩", "李㛃", "张䶮", "赵𬍛", "钱堃喆"])
def test_rare_characters_of_names_have_a_place(name):
    assert (unknown_characters(name), bool(stroke_key(name))) == ("", True)


def test_blanks_and_signs_within_a_name_do_not_count():
    assert stroke_key("王 富") == stroke_key("王富") == stroke_key("王\u3000富")
    assert stroke_key("阿依古丽·买买提") == stroke_key("阿依古丽买买提")


def test_unknown_character_is_named_and_gives_no_key():
    assert (stroke_key("王A🙂A"), unknown_characters("王A🙂A")) == ("", "A🙂")
    assert stroke_key("") == ""


def test_ordering_stops_at_unknown_characters_and_names_them():
    with pytest.raises(NotPossible) as refusal:
        in_stroke_order(["王富", "Ivan"])
    assert refusal.value.code == "registry.stroke_unknown"
    assert refusal.value.message == "笔画表中没有这些姓名里的字：Ivan（Ivan）。"


def test_items_are_ordered_by_their_names_and_equal_names_keep_their_order():
    rows = [(1, "王富"), (2, "丁一"), (3, "王富")]
    assert in_stroke_order(rows, lambda row: row[1]) == [(2, "丁一"), (1, "王富"), (3, "王富")]


def test_no_character_stands_twice_and_keys_fit_their_column():
    assert len(set(places().values())) == len(places()) > 21_000
    assert len(stroke_key("王" * 60)) <= 400
