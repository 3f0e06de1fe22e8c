"""Relations: written once with Ibis, compiled to SQL, run on Django's own connection or on another engine.

Ibis core serves as a compiler only.  Tables come from Django models and hold integers, text and dates;
what varies from call to call (the day, the offices) comes in as small *parameter tables* put before the
compiled SQL as common table expressions, so that compiled SQL depends on structure alone and is kept.

Traps this module keeps away: SQLite has no dates (they are text; ``CAST(… AS DATE)`` would make a number
of one) and returns text; ``MAX(a, b)`` of SQLite is NULL where ``GREATEST`` of PostgreSQL is not, so ends
are filled before they are compared (:func:`far_past`, :func:`far_future`); conditions are counted with
``where=``, never cast to numbers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import ibis
from django.db import connection as django_connection
from django.db import models, transaction
from ibis.expr.types import Column, Table, Value

from tongxin.core import compiled
from tongxin.core.compiled import Compiled

#: What stands for "since always" and "for good" where a relation needs a day.
FAR_PAST = dt.date(1, 1, 1)
FAR_FUTURE = dt.date(9999, 12, 31)

#: Django's vendor name → Ibis' dialect.
DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres", "duckdb": "duckdb", "spark": "pyspark"}

_TYPES: Sequence[tuple[type[models.Field], str]] = (
    (models.BooleanField, "boolean"),
    (models.DateTimeField, "string"),  # only asked whether it is there
    (models.DateField, "date"),
    (models.IntegerField, "int64"),
    (models.CharField, "string"),
    (models.TextField, "string"),
)
_SQL_TYPES = {"int64": "BIGINT", "string": "TEXT", "date": "DATE"}


@cache
def table(model: type[models.Model]) -> Table:
    """Return the Ibis table of a Django model: its integer, boolean, text and date columns.

    Other columns (uuid, JSON, binary, decimal) are left out.  A moment (DateTimeField) is given as text of
    unspecified form and good for ``isnull`` only.
    """
    schema = {}
    for column in model._meta.concrete_fields:
        dtype = _type_of(column)
        if dtype:
            schema[column.column] = dtype
    return ibis.table(schema, name=model._meta.db_table)


def parameter_table(name: str, **schema: str) -> Table:
    """Return a table whose rows are given with each call; ``schema``: column → int64, string or date."""
    return ibis.table(schema, name=name)


def far_past(day: Column) -> Value:
    """Return ``day`` with an open beginning filled in."""
    return day.fill_null(FAR_PAST)


def far_future(day: Column) -> Value:
    """Return ``day`` with an open end filled in."""
    return day.fill_null(FAR_FUTURE)


def number_if(condition: Value) -> Value:
    """Return 1 where ``condition`` holds, else 0 (also where it is unknown)."""
    return ibis.ifelse(condition.fill_null(False), 1, 0).cast("int64")


def union_all(relations: Iterable[Table]) -> Table:
    """Return the rows of all ``relations``, which must not be none.

    Joined two by two: SQLite's parser refuses a long chain of nested unions.
    """
    level = list(relations)
    while len(level) > 1:
        level = [level[at].union(level[at + 1]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
    return level[0]


def islands(relation: Table, keys: Sequence[str], start: str, end: str) -> Table:
    """Join overlapping and touching intervals ``start <= day < end`` of equal ``keys``; keeps only these columns."""
    # equal intervals have no order of their own: an engine may take them one way here and the other way below
    relation = relation.select(*keys, start, end).distinct()
    earlier = ibis.window(group_by=list(keys), order_by=[relation[start], relation[end]], preceding=(None, 1))
    reached = relation.mutate(_reached=relation[end].max().over(earlier))
    opened = reached.mutate(_opens=ibis.ifelse(reached._reached.isnull() | (reached[start] > reached._reached), 1, 0))
    running = ibis.window(group_by=list(keys), order_by=[opened[start], opened[end]], preceding=(None, 0))
    numbered = opened.mutate(_island=opened._opens.sum().over(running))
    joined = numbered.group_by([*keys, "_island"]).agg(**{start: numbered[start].min(), end: numbered[end].max()})
    return joined.select(*keys, start, end)


@dataclass(frozen=True)
class Parameters:
    """The rows of one parameter table: its Ibis table, and tuples in the order of its columns."""

    table: Table
    rows: Sequence[tuple[object, ...]]


class Stages:
    """The named steps of a relation, each compiled for itself and computed once.

    Ibis writes a step out at every place where it is used; a stage is written once as a common table
    expression, which all engines keep where it is read more than once.
    """

    def __init__(self) -> None:
        self.steps: list[tuple[str, Table]] = []

    def add(self, name: str, expression: Table) -> Table:
        """Name a step and return the table that stands for it."""
        if name in {known for known, _ in self.steps}:
            raise ValueError(f"stage {name!r} is named twice")
        self.steps.append((name, expression))
        return ibis.table(expression.schema(), name=name)


class Relation:
    """A relation ready to run, with the stages it reads; compiled at most once per dialect.

    One made with :meth:`kept` is built only where its SQL was not kept by an earlier process.
    """

    def __init__(self, expression: Table, stages: Sequence[tuple[str, Table]] = ()) -> None:
        self._build: Callable[[], Relation] | None = None
        self._key = ""
        self._made: tuple[Table, Sequence[tuple[str, Table]]] | None = (expression, stages)
        self._compiled: dict[str, Compiled] = {}
        self._lock = Lock()

    @classmethod
    def kept(cls, key: str, build: Callable[[], Relation]) -> Relation:
        """Return the relation that ``build`` makes; ``key`` names it and everything that it depends on but the code."""
        relation = cls.__new__(cls)
        relation._build, relation._key, relation._made = build, key, None
        relation._compiled, relation._lock = {}, Lock()
        return relation

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return self._any().columns

    def compiled(self, vendor: str) -> Compiled:
        """Return the relation's SQL for a Django vendor name, ``duckdb`` or ``spark``."""
        found = self._compiled.get(vendor)
        if found is None:
            with self._lock:
                found = self._compiled.get(vendor) or self._recalled(vendor)
                self._compiled[vendor] = found
        return found

    def _recalled(self, vendor: str) -> Compiled:
        known = compiled.recall(self._key, vendor) if self._key else None
        if known is None:
            known = self._compile(vendor)
            if self._key:
                compiled.keep(self._key, vendor, known)
        return known

    def _compile(self, vendor: str) -> Compiled:
        if self._made is None:
            assert self._build is not None
            built = self._build()
            assert built._made is not None
            self._made = built._made
        expression, stages = self._made
        with _COMPILING:  # SQLGlot's generators are not safe to share while they run
            steps = tuple((name, _compile(step, vendor)) for name, step in stages)
            body = _compile(expression, vendor)
        dates = tuple(place for place, dtype in enumerate(expression.schema().types) if dtype.is_date())
        own = {name for name, _ in stages}
        tables: dict[str, dict[str, str]] = {}
        for one in (expression, *(step for _, step in stages)):
            for operation in one.op().find(ibis.expr.operations.UnboundTable):
                if operation.name not in own:
                    tables[operation.name] = {name: str(dtype) for name, dtype in operation.schema.items()}
        return Compiled(tuple(expression.columns), dates, steps, body, tables)

    def _any(self) -> Compiled:
        return next(iter(self._compiled.values()), None) or self.compiled(django_connection.vendor)

    def sql(self, vendor: str) -> tuple[str, str]:
        """Return the stages (``"a" AS (…), …``) and the body for a Django vendor name or ``duckdb``.

        Percent signs are doubled for Django; SQLite's stages are not among them (see :meth:`_laid_apart`).
        """
        known = self.compiled(vendor)
        if vendor == "sqlite":
            return "", known.body
        # DuckDB keeps what is read more than once of itself, and reads through what is not
        kept = "AS" if vendor == "duckdb" else "AS MATERIALIZED"
        return ", ".join(f'"{name}" {kept} ({text})' for name, text in known.steps), known.body

    def steps(self, vendor: str) -> list[tuple[str, str]]:
        """Return each stage with its SQL, then the relation itself under the empty name: for engines that keep views."""
        known = self.compiled(vendor)
        return [*known.steps, ("", known.body)]

    def rows(self, parameters: Iterable[Parameters] = (), *, connection: Any = None) -> list[tuple[Any, ...]]:
        """Run on Django's connection (or the one given) and return tuples with real dates.

        ``connection``: a Django connection wrapper or a DuckDB connection that holds the same tables.
        """
        target: Any = connection if connection is not None else django_connection
        vendor = vendor_of(target)
        steps, body = self.sql(vendor)
        if vendor == "sqlite":
            with self._laid_apart(target, parameters), target.cursor() as cursor:
                cursor.execute(f"SELECT * FROM ({body}) AS answer", [])  # noqa: S608 - compiled, not typed in
                return self._dated(cursor.fetchall())
        prefix, values = common_tables(parameters, vendor, steps)
        statement = f"{prefix}SELECT * FROM ({body}) AS answer"  # noqa: S608 - compiled, not typed in
        if vendor == "duckdb":
            return self._dated(target.execute(statement, values).fetchall())
        with planned(target), target.cursor() as cursor:
            cursor.execute(statement, values)
            return self._dated(cursor.fetchall())

    def insert(
        self, into: type[models.Model] | str, parameters: Iterable[Parameters] = (), *, often: bool = False
    ) -> int:
        """Write the rows into a model's table, or the one of this name, on Django's connection; return how many.

        ``often``: the same relation will be asked of this connection again, for little each time.  PostgreSQL then keeps
        its plan: some megabytes a connection against half the time of such a call.
        """
        vendor = django_connection.vendor
        steps, body = self.sql(vendor)
        if vendor == "sqlite":
            with self._laid_apart(django_connection, parameters):
                return self._insert(into, body, "", [], django_connection.cursor)
        prefix, values = common_tables(parameters, vendor, steps)
        return self._insert(into, body, prefix, values, kept_plan if often else django_connection.cursor)

    @contextmanager
    def laid(self, place: Table, parameters: Iterable[Parameters] = (), *, asked_by: str = "") -> Iterator[None]:
        """Keep the rows at hand as the temporary table ``place`` of Django's connection, for relations that read it.

        What several statements ask for is worked out once, and PostgreSQL knows how much of it there is, and how much
        for each value of the column ``asked_by``.
        """
        name, schema = place.get_name(), place.schema()
        columns = ", ".join(f'"{column}"' for column in schema.names)
        typed = ", ".join(f'"{column}" {_SQL_TYPES[str(dtype)]}' for column, dtype in schema.items())
        vendor = django_connection.vendor
        steps, body = self.sql(vendor)
        if vendor == "sqlite":
            # dates are text there: a declared type would make numbers of them
            with self._laid_apart(django_connection, parameters):
                plain = django_connection.connection
                told = f"SELECT {columns} FROM ({body.replace('%%', '%')}) AS answer"  # noqa: S608 - compiled, not typed in
                plain.execute(f'CREATE TEMP TABLE "{name}" AS {told}')
            try:
                yield
            finally:
                plain.execute(f'DROP TABLE temp."{name}"')
            return
        prefix, values = common_tables(parameters, vendor, steps)
        # a statement that fails takes the table back with the savepoint
        with transaction.atomic():
            with planned(django_connection), django_connection.cursor() as cursor:
                cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({typed}) ON COMMIT DROP')
                told = f"SELECT {columns} FROM ({body}) AS answer"  # noqa: S608 - compiled, not typed in
                cursor.execute(f'{prefix}INSERT INTO "{name}" ({columns}) {told}', values)
                cursor.execute(f'ANALYZE "{name}" ("{asked_by or schema.names[0]}")')
            yield
            with django_connection.cursor() as cursor:
                cursor.execute(f'DROP TABLE "{name}"')

    def _insert(
        self, into: type[models.Model] | str, body: str, prefix: str, values: list[Any], opened: Callable[[], Any]
    ) -> int:
        place = into if isinstance(into, str) else into._meta.db_table
        names = ", ".join(f'"{name}"' for name in self.columns)
        statement = (
            f'{prefix}INSERT INTO "{place}" ({names}) '  # noqa: S608 - compiled, not typed in
            f"SELECT {names} FROM ({body}) AS answer"
        )
        with planned(django_connection), opened() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)

    @contextmanager
    def _laid_apart(self, connection: Any, parameters: Iterable[Parameters]) -> Iterator[None]:
        """Lay parameters and stages down as temporary tables of SQLite's connection while a statement reads them.

        SQLite writes a common table out at each place that names it, however often it was to be kept: a chain of
        stages that are read twice each doubles with every step.  The tables are the connection's own and lie in memory
        or in a file of its own; nothing of the database is locked.
        """
        connection.ensure_connection()
        plain = connection.connection
        given = list(parameters)
        steps = self.compiled("sqlite").steps
        names = [*(one.table.get_name() for one in given), *(name for name, _ in steps)]
        try:
            for one in given:
                schema = one.table.schema()
                columns = ", ".join(f'"{name}"' for name in schema.names)
                plain.execute(f'CREATE TEMP TABLE "{one.table.get_name()}" ({columns})')
                marks = ", ".join("?" for _ in schema.names)
                plain.executemany(
                    f'INSERT INTO temp."{one.table.get_name()}" VALUES ({marks})',  # noqa: S608 - names of our own
                    [[cell.isoformat() if isinstance(cell, dt.date) else cell for cell in row] for row in one.rows],
                )
            for name, text in steps:
                plain.execute(f'CREATE TEMP TABLE "{name}" AS {text.replace("%%", "%")}')
            yield
        finally:
            for name in names:
                plain.execute(f'DROP TABLE IF EXISTS temp."{name}"')

    def base_tables(self) -> Mapping[str, Mapping[str, str]]:
        """Return name → {column → type} of all tables the relation reads, parameter tables among them."""
        return self._any().tables

    def _dated(self, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
        days = self._any().dates
        answer = []
        for row in rows:
            values = list(row)
            for index in days:
                if isinstance(values[index], str):
                    values[index] = dt.date.fromisoformat(values[index])
            answer.append(tuple(values))
        return answer


@contextmanager
def planned(connection: Any) -> Iterator[None]:
    """Have PostgreSQL hash and merge while a relation runs, and put its settings back after.

    It knows nothing of the size of a stage, takes it for a row or two, and compares each with each: ten times
    slower for one city.  Translating such plans to machine code (jit) takes longer than running them.
    """
    if connection.vendor != "postgresql":
        yield
        return
    # a savepoint: a statement that fails takes the settings back with it
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_SETTINGS_NOW)
        before = cursor.fetchone()
        cursor.execute(_SET, list(_PLANNING.values()))
        yield
        cursor.execute(_SET, before)


#: Settings of PostgreSQL under which relations run.  A plan that fits every call is kept with the connection.
_PLANNING = {"enable_nestloop": "off", "jit": "off", "plan_cache_mode": "force_generic_plan"}
_SETTINGS_NOW = "SELECT " + ", ".join(f"current_setting('{name}')" for name in _PLANNING)
_SET = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in _PLANNING)


def kept_plan() -> Any:
    """Return a cursor on Django's connection whose statements PostgreSQL plans once; any other database's own cursor.

    Planning a judgement takes longer than running it for what one record touches.  Where statements may not be kept
    (``DATABASE_PREPARE``) each is planned anew.
    """
    if django_connection.vendor != "postgresql":
        return django_connection.cursor()
    from tongxin.core.postgres import KeptPlanCursor  # noqa: PLC0415 - its driver is there with such a database only

    django_connection.ensure_connection()
    plain: Any = KeptPlanCursor(django_connection.connection)
    if django_connection.queries_logged:
        return django_connection.make_debug_cursor(plain)
    return django_connection.make_cursor(plain)


def vendor_of(connection: Any) -> str:
    """Return the vendor of a Django connection, or ``duckdb`` for any other."""
    return str(getattr(connection, "vendor", "duckdb"))


def common_tables(parameters: Iterable[Parameters], vendor: str, steps: str = "") -> tuple[str, list[Any]]:
    """Return ``WITH …`` and its values for the parameter tables of a call, followed by compiled ``steps``."""
    mark = "?" if vendor == "duckdb" else "%s"
    parts: list[str] = []
    values: list[Any] = []
    for given in parameters:
        schema = given.table.schema()
        columns = ", ".join(f'"{name}"' for name in schema.names)
        if vendor == "postgresql":
            # one value however many rows: the statement's text stays the same, and with it its plan
            typed = ", ".join(f'"{name}" {_SQL_TYPES[str(schema[name])]}' for name in schema.names)
            read = f"SELECT * FROM jsonb_to_recordset(CAST(%s AS JSONB)) AS given({typed})"  # noqa: S608 - own names
            parts.append(f'"{given.table.get_name()}" ({columns}) AS ({read})')
            values.append(
                json.dumps([dict(zip(schema.names, row, strict=True)) for row in given.rows], default=dt.date.isoformat)
            )
            continue
        cells = []
        for dtype in schema.types:
            sql_type = _SQL_TYPES[str(dtype)]
            # SQLite's CAST(… AS DATE) yields the year as a number: dates are bound as the text they are stored as.
            cells.append(mark if vendor == "sqlite" and sql_type == "DATE" else f"CAST({mark} AS {sql_type})")
        rows = list(given.rows)
        if rows:
            # VALUES: SQLite takes no more than 500 parts of a UNION
            line = ", ".join(cells)
            body = f"VALUES {', '.join([f'({line})'] * len(rows))}"
        else:
            body = f"SELECT {', '.join(cells)} WHERE 1 = 0"
            rows = [(None,) * len(cells)]
        for row in rows:
            values.extend(
                value.isoformat() if vendor == "sqlite" and isinstance(value, dt.date) else value for value in row
            )
        parts.append(f'"{given.table.get_name()}" ({columns}) AS ({body})')
    if steps:
        parts.append(steps)
    return (f"WITH {', '.join(parts)} " if parts else "", values)


#: SQL of stages that several relations share, by what they are.
_TEXTS: dict[tuple[Any, str], str] = {}
_COMPILING = Lock()


def _compile(expression: Table, vendor: str) -> str:
    operation = expression.op()
    text = _TEXTS.get((operation, vendor))
    if text is None:
        text = str(ibis.to_sql(expression, dialect=DIALECTS[vendor], pretty=False))
        if vendor in {"sqlite", "postgresql"}:
            text = text.replace("%", "%%")  # Django takes a percent sign for a place to be filled.
        _TEXTS[operation, vendor] = text
    return text


def _type_of(column: models.Field[Any, Any]) -> str:
    target: models.Field[Any, Any] = column
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    for field_type, dtype in _TYPES:
        if isinstance(target, field_type):
            return dtype
    return ""
