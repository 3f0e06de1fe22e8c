"""A migration newer than the last kept state lets the earlier code go on working while it is there.

Of two application nodes one still runs the earlier version while the other migrates.  What that version reads or writes
must not vanish under it, and what it does not know of must not be demanded from it.
"""

from __future__ import annotations

import json

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from tests.house.packages import ROOT

VANISHES = (
    migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel,
    migrations.AlterModelTable,
)  # fmt: skip


def faults(operations: list, made_here: set[str] = frozenset()) -> list[str]:
    """Return what is wrong with these operations, in words; ``made_here`` names models that the migration creates."""
    made, found = set(made_here), []
    for operation in operations:
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        elif isinstance(operation, VANISHES):
            found.append(f"{operation.describe()}: the earlier code still uses it; do it a release later, see two_step")
        elif isinstance(operation, migrations.AddField) and operation.model_name_lower not in made:
            field = operation.field
            if not (field.null or field.has_db_default() or field.many_to_many):
                found.append(f"{operation.describe()}: the earlier code does not fill it; give it null or db_default")
    return found


def _later() -> list:
    kept: set[tuple[str, str]] = set()
    for path in (ROOT / "tests" / "upgrades").glob("*.json"):
        kept |= {(app, name) for app, name in json.loads(path.read_text(encoding="utf-8"))["migrations"]}
    loader = MigrationLoader(None)
    return [
        migration
        for key, migration in sorted(loader.disk_migrations.items())
        if key not in kept and migration.__module__.startswith("tongxin.")
    ]


def test_later_migrations_let_the_earlier_code_work():
    """``two_step`` in the migration's class says since which release nothing uses what goes."""
    found = {
        f"{migration.app_label}.{migration.name}": told
        for migration in _later()
        if not getattr(migration, "two_step", "")
        for told in [faults(migration.operations)]
        if told
    }
    assert found == {}


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        (migrations.RemoveField("person", "name"), 1),
        (migrations.DeleteModel("person"), 1),
        (migrations.RenameField("person", "name", "names"), 1),
        (migrations.AddField("person", "more", models.CharField(max_length=9, default="")), 1),
        (migrations.AddField("person", "more", models.CharField(max_length=9, db_default="")), 0),
        (migrations.AddField("person", "more", models.IntegerField(null=True)), 0),
        (migrations.CreateModel("other", [("id", models.BigAutoField(primary_key=True))]), 0),
    ],
    ids=str,
)
def test_what_breaks_the_earlier_code_is_found(operation, told):
    assert len(faults([operation])) == told
    if isinstance(operation, migrations.AddField):
        assert faults([migrations.CreateModel("person", []), operation]) == []
