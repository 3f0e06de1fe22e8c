from __future__ import annotations

import argparse
import gettext
import sys
from pathlib import Path

import pytest

import tongxin.__main__ as entry
from tongxin.config.command_words import WORDS


@pytest.fixture
def _english_again():
    yield
    argparse._, argparse.ngettext = gettext.gettext, gettext.ngettext


@pytest.mark.usefixtures("_english_again")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["import-roster", "a.xlsx"], "还须给出 --office"),
        (["serve", "--port", "x"], "参数 --port：'x' 不是可用的值（须为 int）"),
        (["serve", "--port"], "参数 --port：后面须跟一个值"),
        (["audit", "mend"], "参数 what：不能是 'mend'，可用的有 'seal', 'verify'"),
        (["backup", "a", "--what"], "没有这样的参数：--what"),
    ],
)
def test_a_wrong_argument_is_answered_in_chinese(arguments, told, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["tongxin", *arguments])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 2
    shown = capsys.readouterr().err
    assert told in shown and "--help" in shown
    assert [word for word in ("error", "usage", "required", "invalid") if word in shown] == []


def test_every_sentence_is_one_of_the_readers_own():
    source = Path(argparse.__file__).read_text(encoding="utf-8").replace('"', "'")
    assert [text for text in WORDS if repr(text) not in source] == []
