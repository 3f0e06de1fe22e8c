"""No score, points, rank, streak or online time; no list of people or units ordered by a count."""

from __future__ import annotations

import ast
import re

from tests.house.packages import own_models, python_files

FORBIDDEN = re.compile(
    r"(^|_)(score|scores|points|rank|ranking|rating|streak|online|duration|leaderboard|likes|views_count)(_|$)"
)
AGGREGATES = {"Count", "Sum", "Avg", "Max", "Min"}

#: Orderings by something counted that are no ranking, each with its reason.
ALLOWED_ORDERINGS: dict[str, str] = {}


def test_no_field_is_named_after_a_score():
    assert [
        f"{m.__name__}.{f.name}" for m in own_models() for f in m._meta.get_fields() if FORBIDDEN.search(f.name)
    ] == []


def test_the_pattern_finds_what_it_should():
    assert [
        bool(FORBIDDEN.search(name)) for name in ("score", "member_rank", "online_time", "precedence", "viewpoints")
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]


def _annotated_names(tree: ast.AST) -> set[str]:
    return {
        keyword.arg
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg and isinstance(keyword.value, ast.Call) and getattr(keyword.value.func, "id", "") in AGGREGATES
    }


def orderings_by_count(source: str) -> list[str]:
    """Return the names of counted values by which a source file orders rows."""
    tree = ast.parse(source)
    counted = _annotated_names(tree)
    found = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "order_by":
            for argument in call.args:
                for node in ast.walk(argument):
                    name = (
                        node.value.lstrip("-") if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
                    )
                    if name in counted or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in AGGREGATES):
                        found.append(name or "aggregate")
    return found


def test_no_query_orders_by_a_count():
    wrong = {
        f"{path.name}: {name}": None
        for path in python_files()
        for name in orderings_by_count(path.read_text(encoding="utf-8"))
        if f"{path.name}: {name}" not in ALLOWED_ORDERINGS
    }
    assert list(wrong) == []


def test_the_search_finds_an_ordering_by_a_count():
    assert orderings_by_count("rows.annotate(n=Count('x')).order_by('-n')") == ["n"]
