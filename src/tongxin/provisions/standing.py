"""Writes findings where they stand otherwise than before, and leaves the others alone.

Most findings of a night are those of the night before.  They are judged into a temporary table; what is gone or has
changed is taken out of the stored ones, what is new is put in.  That costs a fifth of writing all of them anew with
their indexes, and the database's log stays small.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from tongxin.core.relations import planned
from tongxin.provisions.evaluation import COLUMNS
from tongxin.provisions.models import Finding

#: The temporary table that findings are judged into.
JUDGED = "judged_findings"
#: What names one finding; unique among the stored ones.
KEY = (
    "office_id",
    "provision",
    "subject_kind",
    "organization_id",
    "person_id",
    "other_person_id",
    "window_start",
    "event_type",
    "event_id",
)
_SAID = tuple(name for name in COLUMNS if name not in KEY)


@contextmanager
def replacing(office_ids: Sequence[int], codes: Collection[str] | None = None) -> Iterator[str]:
    """Yield the name of an empty table to put findings into; after it these offices' stored findings are equal to it.

    ``codes``: only the findings of these checks.  All or nothing.
    """
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    stored = Finding._meta.db_table
    where = f"f.office_id IN ({', '.join(['%s'] * len(office_ids))})"
    values: list[int | str] = list(office_ids)
    if codes is not None:
        where += f" AND f.provision IN ({', '.join(['%s'] * len(codes)) or 'NULL'})"
        values.extend(sorted(codes))
    same = " AND ".join(f'f."{name}" = j."{name}"' for name in KEY)
    # IS DISTINCT FROM is not known to older SQLite
    other = " OR ".join(f'f."{name}" <> j."{name}" OR (f."{name}" IS NULL) <> (j."{name}" IS NULL)' for name in _SAID)
    gone = (
        f'SELECT f.id FROM "{stored}" f LEFT JOIN "{JUDGED}" j ON {same} '  # noqa: S608 - names of ours
        f"WHERE {where} AND (j.office_id IS NULL OR {other})"
    )
    told = ", ".join(f'j."{name}"' for name in COLUMNS)
    new = (
        f"SELECT {told} "  # noqa: S608 - as above
        f'FROM "{JUDGED}" j LEFT JOIN "{stored}" f ON {same} WHERE f.id IS NULL'
    )
    with transaction.atomic(), connection.cursor() as cursor:
        # a statement that fails takes the table back with the savepoint
        how = " ON COMMIT DROP" if connection.vendor == "postgresql" else ""
        cursor.execute(
            f'CREATE TEMPORARY TABLE "{JUDGED}"{how} AS SELECT {names} FROM "{stored}" WHERE 1 = 0'  # noqa: S608 - as above
        )
        yield JUDGED
        if connection.vendor == "sqlite":  # it would compare each with each where there is one office only
            key = ", ".join(f'"{name}"' for name in KEY)
            cursor.execute(f'CREATE UNIQUE INDEX temp."{JUDGED}_key" ON "{JUDGED}" ({key})')
        with planned(connection):
            cursor.execute(f'DELETE FROM "{stored}" WHERE id IN ({gone})', values)  # noqa: S608 - as above
            cursor.execute(f'INSERT INTO "{stored}" ({names}) {new}')
        cursor.execute(f'DROP TABLE "{JUDGED}"')
