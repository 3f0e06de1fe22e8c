"""Foreign keys count as imports: they point downwards or stay at home."""

from __future__ import annotations

from tests.house.packages import LEVEL, own_models


def _package(model) -> str:
    return model.__module__.split(".")[1]


def test_no_relation_points_upwards_or_beside():
    wrong = []
    for model in own_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or target is None or not target.__module__.startswith("tongxin."):
                continue
            here, there = _package(model), _package(target)
            if here != there and LEVEL[there] >= LEVEL[here]:
                wrong.append(f"{model.__name__}.{field.name} → {target.__name__}")
    assert wrong == []
