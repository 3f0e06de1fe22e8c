"""The same judgement on another engine: DuckDB in memory, loaded from the application's own database.

Only tables and columns that the judgement reads are copied, and only the offices asked for.  DuckDB is an
optional extra (``tongxin[analytics]``).
"""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from tongxin.core.errors import NotPossible
from tongxin.provisions import evaluation, renewal
from tongxin.provisions.queries import FindingRow, judged_each

_TYPES = {"int64": "BIGINT", "boolean": "BOOLEAN", "string": "TEXT", "date": "DATE"}
#: Stands for NULL in the files between the engines; no text of ours is this.
_NULL = "\\N"


def judged_by_duckdb(office_ids: Sequence[int], as_of: dt.date, *, since: dt.date | None = None) -> list[FindingRow]:
    """Work out the findings of these offices on DuckDB; equal row by row to :func:`queries.judged`.

    Raises NotPossible where DuckDB is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415 - optional extra
    except ImportError as error:
        raise NotPossible(
            "provisions.no_duckdb", "没有安装 DuckDB。", hint="请安装 tongxin[analytics] 后重试。"
        ) from error
    days = dict.fromkeys(office_ids, (as_of, since or renewal.horizon(as_of)))
    return _judged_each(duckdb, days)


def judged_each_by_duckdb(days: Mapping[int, tuple[dt.date, dt.date]]) -> list[FindingRow]:
    """Work out the findings of each office for its own day on DuckDB; equal to :func:`queries.judged_each`."""
    import duckdb  # noqa: PLC0415 - optional extra

    return _judged_each(duckdb, days)


def _judged_each(duckdb: Any, days: Mapping[int, tuple[dt.date, dt.date]]) -> list[FindingRow]:
    with duckdb.connect(":memory:") as engine, tempfile.TemporaryDirectory() as folder:
        load(engine, tables_of(list(days)), list(days), Path(folder))
        return judged_each(days, connection=engine)


def tables_of(office_ids: Sequence[int]) -> dict[str, Mapping[str, str]]:
    """Return name → {column → type} of the tables that judging these offices reads."""
    found: dict[str, Mapping[str, str]] = {}
    given = {parameter.table.get_name() for parameter in evaluation.parameters(dt.date.min, dt.date.min, [], [])}
    for kind in evaluation.KINDS:
        shape = renewal.shape_of(kind, office_ids)
        if shape is not None:
            found.update(evaluation.judgement(shape).compiled("duckdb").tables)
    return {name: schema for name, schema in found.items() if name not in given}


def load(engine: Any, tables: Mapping[str, Mapping[str, str]], office_ids: Sequence[int], folder: Path) -> None:
    """Copy ``tables`` from Django's database into ``engine`` through files in ``folder``."""
    for name, schema in tables.items():
        columns = ", ".join(f'"{column}"' for column in schema)
        where, values = "", list(office_ids)
        if "office_id" in schema:
            marks = ", ".join(["%s"] * len(values))
            where = f' WHERE "office_id" IN ({marks})'
        else:
            values = []
        path = folder / f"{name}.csv"
        with connection.cursor() as cursor, path.open("w", encoding="utf-8", newline="") as file:
            cursor.execute(f'SELECT {columns} FROM "{name}"{where}', values)  # noqa: S608 - names of our own tables
            writer = csv.writer(file)
            for row in _batches(cursor):
                writer.writerow(_NULL if value is None else value for value in row)
        typed = ", ".join(f"'{column}': '{_TYPES[dtype]}'" for column, dtype in schema.items())
        engine.execute(
            f"CREATE TABLE \"{name}\" AS SELECT * FROM read_csv(?, header=false, nullstr='{_NULL}', "  # noqa: S608 - as above
            f"delim=',', quote='\"', escape='\"', columns={{{typed}}}, auto_detect=false)",
            [str(path)],
        )


def _batches(cursor: Any) -> Iterable[tuple[Any, ...]]:
    while rows := cursor.fetchmany(5000):
        yield from rows
