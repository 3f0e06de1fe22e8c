from __future__ import annotations

import gettext

import polib

from tongxin.config.translations import compile_all

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "今日"\nmsgstr "Today"\n'


def test_a_translation_is_compiled_once(tmp_path):
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    assert compile_all([tmp_path]) == 1
    assert gettext.translation("django", str(tmp_path), ["en"]).gettext("今日") == "Today"
    assert compile_all([tmp_path]) == 0


def test_where_nothing_may_be_written_what_was_compiled_stays(tmp_path, monkeypatch):
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")

    def refuse(self: polib.POFile, path: str) -> None:
        raise PermissionError(13, "not here", path)

    monkeypatch.setattr(polib.POFile, "save_as_mofile", refuse)
    assert compile_all([tmp_path]) == 0
