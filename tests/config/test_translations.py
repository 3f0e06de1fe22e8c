from __future__ import annotations

import gettext

from tongxin.config.translations import compile_all

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "今日"\nmsgstr "Today"\n'


def test_a_translation_is_compiled_once(tmp_path):
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    assert compile_all([tmp_path]) == 1
    assert gettext.translation("django", str(tmp_path), ["en"]).gettext("今日") == "Today"
    assert compile_all([tmp_path]) == 0
