from __future__ import annotations

import datetime as dt

import pytest

from tongxin.core import figures
from tongxin.core.errors import BadInput

DAY = dt.date(2026, 3, 1)


def _figure(code="x.count", value="3"):
    return figures.Figure(code, "数", "说明", lambda office_id, day: figures.Value(value, day))


def test_compute_gives_the_value_as_of_the_day(monkeypatch):
    monkeypatch.setattr(figures, "_figures", {})
    figures.register(_figure())
    assert figures.compute("x.count", 1, DAY) == figures.Value("3", DAY)
    assert list(figures.all_figures()) == ["x.count"]


def test_an_unknown_figure_is_refused():
    with pytest.raises(BadInput, match="没有名为“x.none”的数据项"):
        figures.compute("x.none", 1, DAY)


def test_two_figures_of_one_code_are_refused(monkeypatch):
    monkeypatch.setattr(figures, "_figures", {})
    figures.register(_figure())
    with pytest.raises(ValueError, match="registered twice"):
        figures.register(_figure())
