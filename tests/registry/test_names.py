from __future__ import annotations

import pytest

from tongxin.registry.names import pinyin_key, surname


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单小明", "shan4 xiao3 ming2"),
        ("曾国", "zeng1 guo2"),
        ("尉迟恭", "yu4 chi2 gong1"),
        ("欧阳明", "ou1 yang2 ming2"),
        ("张 伟", "zhang1 wei3"),
        ("阿依·古丽", "a1 yi1 gu3 li4"),
    ],
)
def test_pinyin_key(name, key):
    assert pinyin_key(name) == key


def test_a_character_without_a_reading_stays_itself():
    assert pinyin_key("张〇") != pinyin_key("张")


@pytest.mark.parametrize(("name", "expected"), [("欧阳明", "欧阳"), ("欧阳", "欧"), ("张伟", "张"), ("", "")])
def test_surname(name, expected):
    assert surname(name) == expected
