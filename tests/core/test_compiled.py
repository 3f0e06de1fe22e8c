"""SQL compiled before is kept for the very code that wrote it, and never trusted when it is not whole."""

from __future__ import annotations

import ibis
import pytest

from tongxin.core import compiled
from tongxin.core.relations import Relation, Stages, parameter_table

ONE = parameter_table("one", number="int64", day="date")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.COMPILED_ROOT = tmp_path / "compiled"
    return settings.COMPILED_ROOT


def built() -> Relation:
    stages = Stages()
    doubled = stages.add("doubled", ONE.mutate(number=ONE.number * 2))
    return Relation(doubled.filter(doubled.number > 2), stages.steps)


def never() -> Relation:
    raise AssertionError("was built again")


def test_a_second_process_builds_nothing(folder):
    first = Relation.kept("x", built).compiled("sqlite")
    again = Relation.kept("x", never)
    assert again.compiled("sqlite") == first
    assert (again.columns, first.dates, again.base_tables()) == (
        ("number", "day"),
        (1,),
        {"one": {"number": "int64", "day": "date"}},
    )
    assert [name for name, _ in first.steps] == ["doubled"]
    assert len(list(folder.rglob("*.json"))) == 1


def test_each_dialect_and_each_key_is_kept_apart(folder):
    told = {
        Relation.kept(key, built).compiled(vendor).steps[0][1]
        for key, vendor in (("x", "sqlite"), ("x", "postgresql"), ("y", "sqlite"))
    }
    assert (len(told), len(list(folder.rglob("*.json")))) == (1, 3)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": "y"}', '{"key": "x", "columns": 1}'])
def test_what_is_not_whole_is_built_anew(folder, text):
    whole = Relation.kept("x", built).compiled("sqlite")
    (path,) = folder.rglob("*.json")
    path.write_text(text)
    assert compiled.recall("x", "sqlite") is None
    assert Relation.kept("x", built).compiled("sqlite") == whole
    assert compiled.recall("x", "sqlite") == whole


def test_other_code_does_not_use_it_and_takes_it_away(folder, monkeypatch):
    Relation.kept("x", built).compiled("sqlite")
    monkeypatch.setattr(compiled, "fingerprint", lambda: "other")
    assert compiled.recall("x", "sqlite") is None
    Relation.kept("x", built).compiled("sqlite")
    assert [path.name for path in folder.iterdir()] == ["other"]


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(settings, tmp_path):
    (tmp_path / "file").write_text("x")
    settings.COMPILED_ROOT = tmp_path / "file" / "compiled"
    assert Relation.kept("x", built).compiled("sqlite").columns == ("number", "day")
    settings.COMPILED_ROOT = None
    assert Relation.kept("x", built).compiled("sqlite").columns == ("number", "day")


def test_a_relation_without_a_key_is_not_kept(folder):
    assert Relation(ibis.table({"a": "int64"}, name="t")).compiled("sqlite").columns == ("a",)
    assert not folder.exists()
