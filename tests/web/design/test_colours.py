"""Every pair of colours that pages use is legible in light and in dark; the measure itself is checked against WCAG's."""

from __future__ import annotations

import pytest

from tongxin.web.design import colours


@pytest.mark.parametrize(
    ("front", "back", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#767676", "#ffffff", 4.54), ("#777777", "#ffffff", 4.48)],
)  # fmt: skip
def test_contrast_of_known_pairs(front: str, back: str, ratio: float):
    assert round(colours.contrast(front, back), 2) == ratio
    assert round(colours.contrast(back, front), 2) == ratio


def test_every_pair_is_legible_in_light_and_in_dark():
    faint = [
        (pair.front, pair.back, light.contrast, dark.contrast)
        for pair, light, dark in colours.measured()
        if not (light.enough and dark.enough)
    ]
    assert faint == []


def test_a_faint_pair_is_found(monkeypatch: pytest.MonkeyPatch):
    sheet = ":root { --tx-ink: #999999; --tx-surface: #ffffff; } @media (prefers-color-scheme: dark) { :root { --tx-ink: #ffffff; --tx-surface: #000000; } }"
    light, dark = colours.schemes(sheet)
    monkeypatch.setattr(colours, "schemes", lambda: (light, dark))
    monkeypatch.setattr(colours, "PAIRS", (colours.Pair("x", "ink", "surface"),))  # type: ignore[arg-type]
    ((_pair, in_light, in_dark),) = colours.measured()
    assert (in_light.contrast, in_light.enough, in_dark.contrast, in_dark.enough) == (2.8, False, 21.0, True)


def test_the_dark_scheme_takes_over_what_it_does_not_say():
    sheet = (
        ":root { --tx-a: #111111; --tx-b: #222222; } @media (prefers-color-scheme: dark) { :root { --tx-a: #333333; } }"
    )
    assert colours.schemes(sheet) == ({"a": "#111111", "b": "#222222"}, {"a": "#333333", "b": "#222222"})


def test_every_colour_of_a_pair_is_in_the_sheet_in_both_schemes():
    text = colours.SHEET.read_text(encoding="utf-8")
    light, _mark, dark = text.partition("@media (prefers-color-scheme: dark)")
    names = {name for pair in colours.PAIRS for name in (pair.front, pair.back)}
    assert [name for name in sorted(names) if f"--tx-{name}:" not in light or f"--tx-{name}:" not in dark] == []


def test_sizes_are_read_from_the_sheets():
    assert colours.sizes() == [
        ("h1", 1.5),
        ("h2", 1.0625),
        ("h3", 0.9375),
        ("size", 0.9375),
        ("size-table", 0.875),
        ("size-small", 0.8125),
    ]
