"""Words of the declarations in the reader's language; what an office wrote stays."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from tongxin.core.vocabulary import choices, length_of, named, said


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "待审查"), ("en", "To be reviewed")])
def test_a_declared_word_is_said_in_the_readers_language(language: str, word: str):
    with override(language):
        assert said("待审查") == word
        assert said("本机关自己的说法") == "本机关自己的说法"
        assert said("") == ""


def test_a_catalogues_own_english_is_taken_where_there_is_one():
    with override("en"):
        assert named("党课", "Party class") == "Party class"
        assert named("本机关的制度", "") == "本机关的制度"
    with override("zh-hans"):
        assert named("党课", "Party class") == "党课"


def test_choices_declared_once_follow_the_reader():
    (choice,) = choices({"own": "本单位（本人）自己的"})
    with override("en"):
        assert (choice[0], str(choice[1])) == ("own", "The unit's (person's) own")
    with override("zh-hans"):
        assert str(choice[1]) == "本单位（本人）自己的"


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "5个工作日"), ("en", "5 workdays")])
def test_lengths_are_told_with_their_unit(language: str, told: str):
    with override(language):
        assert length_of(5, "个工作日") == told
