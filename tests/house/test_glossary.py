"""Models and glossary stay together: each model has its line, each line its model."""

from __future__ import annotations

import re

from tests.house.packages import ROOT, own_models

ROW = re.compile(r"^\| ([^|]+) \| `(\w+)` \| `(\w+)` \|", re.MULTILINE)


def test_every_model_stands_in_the_glossary_under_its_package():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    listed = {(package, name) for _, name, package in ROW.findall(text)}
    models = {(model.__module__.split(".")[1], model.__name__) for model in own_models()}
    assert listed == models
