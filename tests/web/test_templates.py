"""Templates hold no inline script or style, and every sentence in them can be translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

import tongxin.web

FOLDER = Path(tongxin.web.__file__).parent / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
TAGS = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def test_there_is_no_inline_script_or_style():
    found = {str(path.relative_to(FOLDER)): INLINE.findall(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_every_chinese_word_is_wrapped_for_translation():
    found = {
        str(path.relative_to(FOLDER)): CHINESE.findall(TAGS.sub("", path.read_text(encoding="utf-8")))
        for path in TEMPLATES
    }
    assert {name: words for name, words in found.items() if words} == {}


def test_no_colour_red_tells_a_state():
    tokens = (FOLDER.parent / "static" / "tongxin" / "tokens.css").read_text(encoding="utf-8")
    shades = re.findall(r"--tx-(?:met|due|missed|excused|blank)(?:-soft)?:\s*#(\w\w)(\w\w)(\w\w)", tokens)
    assert len(shades) == 20
    for red, green, blue in shades:
        assert not (int(red, 16) > 2 * int(green, 16) and int(red, 16) > 2 * int(blue, 16))


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "told"), [("zh-CN", "zh-hans"), ("en", "en")])
def test_a_page_says_in_which_language_it_is(asked: str, told: str, client: Client):
    for address in ("/accounts/login/", "/no-such-page/"):
        page = client.get(address, headers={"accept-language": asked}).content.decode()
        assert f'<html lang="{told}"' in page
