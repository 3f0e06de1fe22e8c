"""Database triggers that keep the audit book append-only, on SQLite and PostgreSQL."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("core_auditentry", "core_auditseal")


def statements(vendor: str) -> tuple[list[str], list[str]]:
    """Return the statements that put the triggers up and those that take them down."""
    up: list[str] = []
    down: list[str] = []
    if vendor == "postgresql":
        up.append(
            "CREATE OR REPLACE FUNCTION core_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $$"
        )
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            if vendor == "postgresql":
                up.append(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION core_audit_refuse()"
                )
                down.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            else:
                up.append(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END"
                )
                down.append(f"DROP TRIGGER IF EXISTS {name}")
    return up, down


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers."""
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor)[0]:
            cursor.execute(statement)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers; used by a reverse migration and by the test run, whose clean-up deletes rows."""
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor)[1]:
            cursor.execute(statement)
