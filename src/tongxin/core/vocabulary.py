"""Closed vocabularies in the reader's language: what the program calls things, never what an office wrote.

Declarations (workflows, catalogues) hold the Chinese word; it is translated where it is shown, so that what is stored,
compared or put into an official paper stays as declared.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext

#: In which languages the generated pages of the manual are written, the first one by default.
LANGUAGES = ("zh-hans", "en")


def said(word: str) -> str:
    """Return a declared Chinese ``word`` in the reader's language; the word itself where there is no translation."""
    return gettext(word) if word else ""


def length_of(number: int, unit: str) -> str:
    """Return a length of time, such as 30日, in the reader's language; ``unit`` is 日, 个工作日 or 个月."""
    return gettext("%(number)s%(unit)s") % {"number": number, "unit": pgettext("length", unit)}


def named(chinese: str, english: str) -> str:
    """Return the name of a catalogue's entry that holds both, by the reader's language; Chinese where in doubt."""
    return english if english and (get_language() or "").startswith("en") else chinese


def choices(words: Mapping[str, str]) -> list[tuple[str, Promise]]:
    """Return code → word as choices of a form that is declared once and shown in any language."""
    return [(code, gettext_lazy(word)) for code, word in words.items()]
