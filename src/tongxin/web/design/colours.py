"""The colours of the style sheet, in light and in dark, and the contrast of each pair that pages use (WCAG 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHEET = Path(__file__).resolve().parent.parent / "static" / "tongxin" / "tokens.css"
_COLOUR = re.compile(r"--tx-([a-z0-9-]+):\s*(#[0-9a-f]{6})\s*;")
_DARK = "@media (prefers-color-scheme: dark)"
#: Text (WCAG 1.4.3), and what is no text: borders of fields, the ring of the focus (1.4.11, 2.4.13).
TEXT, SHAPE = 4.5, 3.0


@dataclass(frozen=True)
class Pair:
    """A colour upon another, what for, and the least contrast that it must have."""

    use: Promise
    front: str
    back: str
    least: float = TEXT


PAIRS: tuple[Pair, ...] = (
    Pair(_("正文"), "ink", "surface"),
    Pair(_("正文"), "ink", "ground"),
    Pair(_("次要文字"), "ink-2", "surface"),
    Pair(_("次要文字"), "ink-2", "ground"),
    Pair(_("辅助文字"), "ink-3", "surface"),
    Pair(_("辅助文字"), "ink-3", "ground"),
    Pair(_("表头"), "ink-3", "sunken"),
    Pair(_("链接"), "accent", "surface"),
    Pair(_("链接"), "accent", "ground"),
    Pair(_("主按钮"), "on-accent", "accent"),
    Pair(_("主按钮，指向时"), "on-accent", "accent-strong"),
    Pair(_("次按钮"), "accent-strong", "surface"),
    Pair(_("次按钮，指向时"), "accent-strong", "accent-soft"),
    Pair(_("顶栏"), "band-ink", "band"),
    Pair(_("顶栏次要文字"), "band-ink-2", "band"),
    Pair(_("提示框"), "ink", "accent-soft"),
    Pair(_("提醒框"), "ink", "mark"),
    Pair(_("已落实"), "met", "met-soft"),
    Pair(_("期内待办"), "due", "due-soft"),
    Pair(_("确认未开展"), "missed", "missed-soft"),
    Pair(_("已说明"), "excused", "excused-soft"),
    Pair(_("暂无记录"), "blank", "blank-soft"),
    Pair(_("输入框边线"), "field", "surface", SHAPE),
    Pair(_("输入框边线"), "field", "ground", SHAPE),
    Pair(_("填错的输入框"), "mark-rule", "surface", SHAPE),
    Pair(_("焦点"), "focus", "surface", SHAPE),
    Pair(_("焦点"), "focus", "ground", SHAPE),
    Pair(_("顶栏上的焦点"), "band-ink", "band", SHAPE),
)


@dataclass(frozen=True)
class Measured:
    """One scheme's colours of a pair and their contrast, rounded down to a tenth."""

    front: str
    back: str
    contrast: float
    enough: bool


def schemes(sheet: str | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """Return name → colour of the light and of the dark scheme; what the dark one does not say it takes over."""
    text = SHEET.read_text(encoding="utf-8") if sheet is None else sheet
    light_part, _mark, dark_part = text.partition(_DARK)
    light = dict(_COLOUR.findall(light_part))
    return light, light | dict(_COLOUR.findall(dark_part))


def contrast(front: str, back: str) -> float:
    """Return the contrast ratio of two colours written #rrggbb, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def measured() -> Iterator[tuple[Pair, Measured, Measured]]:
    """Yield each pair with its contrast in light and in dark."""
    light, dark = schemes()
    for pair in PAIRS:
        yield pair, _measure(pair, light), _measure(pair, dark)


def _measure(pair: Pair, colours: dict[str, str]) -> Measured:
    front, back = colours[pair.front], colours[pair.back]
    ratio = contrast(front, back)
    return Measured(front, back, int(ratio * 10) / 10, ratio >= pair.least)


#: Where sizes of type are said: in the tokens and at the headings.
_SIZES = re.compile(r"--tx-(size(?:-[a-z]+)?): ([\d.]+)rem")
_HEADINGS = re.compile(r"^(h[123]) \{[^}]*?font-size: ([\d.]+)rem", re.MULTILINE)


def sizes() -> list[tuple[str, float]]:
    """Return name → size in rem of the headings and of the tokens of type, largest first."""
    base = SHEET.with_name("base.css").read_text(encoding="utf-8")
    found = [*_HEADINGS.findall(base), *_SIZES.findall(SHEET.read_text(encoding="utf-8"))]
    return sorted(((name, float(size)) for name, size in found), key=lambda pair: (-pair[1], pair[0]))
