"""The full-text index of the library in SQL: an FTS5 table on SQLite, a tsvector on PostgreSQL.

Both stand beside ``documents_searchtext``, which keeps the tokens: SQLite's needs them to delete (version 3.40 has no
other way for a table without its own text), and both are filled by the database itself, in the writing transaction.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "documents_searchtext"
INDEX = "documents_searchtext_fts"

_SQLITE_UP = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(scope, title, body, content='{TABLE}', content_rowid='id', "
    'tokenize="unicode61 remove_diacritics 0", prefix=1)',
    f"CREATE TRIGGER {INDEX}_insert AFTER INSERT ON {TABLE} BEGIN "  # noqa: S608 - names are constants
    f"INSERT INTO {INDEX}(rowid, scope, title, body) VALUES (new.id, new.scope, new.title, new.body); END",
    f"CREATE TRIGGER {INDEX}_delete AFTER DELETE ON {TABLE} BEGIN "  # noqa: S608 - names are constants
    f"INSERT INTO {INDEX}({INDEX}, rowid, scope, title, body) "
    "VALUES ('delete', old.id, old.scope, old.title, old.body); END",
    f"CREATE TRIGGER {INDEX}_update AFTER UPDATE ON {TABLE} BEGIN "  # noqa: S608 - names are constants
    f"INSERT INTO {INDEX}({INDEX}, rowid, scope, title, body) "
    "VALUES ('delete', old.id, old.scope, old.title, old.body); "
    f"INSERT INTO {INDEX}(rowid, scope, title, body) VALUES (new.id, new.scope, new.title, new.body); END",
)
_SQLITE_DOWN = (
    f"DROP TRIGGER IF EXISTS {INDEX}_insert",
    f"DROP TRIGGER IF EXISTS {INDEX}_delete",
    f"DROP TRIGGER IF EXISTS {INDEX}_update",
    f"DROP TABLE IF EXISTS {INDEX}",
)
_POSTGRESQL_UP = (
    f"ALTER TABLE {TABLE} ADD COLUMN vector tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple'::regconfig, title), 'A') || to_tsvector('simple'::regconfig, body)) STORED",
    f"CREATE INDEX {TABLE}_vector ON {TABLE} USING gin (vector)",
)
_POSTGRESQL_DOWN = (f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS vector",)


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Create the index of this database."""
    _run(connection, _POSTGRESQL_UP if connection.vendor == "postgresql" else _SQLITE_UP)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Drop the index of this database."""
    _run(connection, _POSTGRESQL_DOWN if connection.vendor == "postgresql" else _SQLITE_DOWN)


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
