"""Full text of the library: the same question finds the same documents on SQLite and PostgreSQL.

Where thousands of places match, the newest documents come first; below that the best ones.  The office's own scope and
the page's filters are part of the statement itself, so no hit is ever looked at that the page may not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from tongxin.documents import tokens
from tongxin.documents.search_index import INDEX, TABLE
from tongxin.documents.tokens import Phrase
from tongxin.registry.models import Office

#: Above so many matching places the newest come first, for to weigh them all would take long.
MANY = 1000
#: How many of the newest places are looked at one by one before all are gathered (PostgreSQL).
NEWEST = 1500


@dataclass(frozen=True)
class Hit:
    """A document that was found, and the place of its best piece: where it begins in the text, how long it is."""

    document_id: int
    start: int
    length: int


@dataclass(frozen=True)
class Hits:
    """What a question found.  ``many``: thousands of places match and the list is by day, newest first."""

    rows: tuple[Hit, ...] = ()
    many: bool = False

    @property
    def documents(self) -> tuple[int, ...]:
        """The documents' numbers in the order of the list."""
        return tuple(hit.document_id for hit in self.rows)


@dataclass(frozen=True)
class Scope:
    """What a search is narrowed to besides the office; empty values narrow nothing."""

    kind: str = ""
    year: int | None = None
    source_status: str = ""
    issuer: str = ""
    #: Numbers of documents; None narrows nothing, no number at all finds nothing.
    among: frozenset[int] | None = None

    def sql(self) -> tuple[str, list[str | int]]:
        """Return further conditions on the document ``d`` and their parameters."""
        found, values = "", list[str | int]()
        for column, value in (
            ("kind", self.kind),
            ("year", self.year),
            ("source_status", self.source_status),
            ("issuer", self.issuer),
        ):
            if value is not None and value != "":
                found += f" AND d.{column} = %s"
                values.append(value)
        if self.among is not None:  # one parameter however many documents
            numbers = ",".join(map(str, sorted(self.among)))
            if connection.vendor == "postgresql":
                found += " AND d.id = ANY(%s::bigint[])"
                values.append(f"{{{numbers}}}")
            else:
                found += " AND d.id IN (SELECT value FROM json_each(%s))"
                values.append(f"[{numbers}]")
        return found, values


def search(office: Office | int, question: str, scope: Scope | None = None, *, limit: int = 200) -> Hits:
    """Return the office's documents that hold every word of ``question``, at most ``limit`` of them.

    A word is found wherever it stands, two characters inside a sentence as well; one character finds where it stands,
    too.  Words may stand in different places of one piece of the text (about 4,000 characters) or in its title.
    """
    asked = tokens.phrases(question)
    if not asked:
        return Hits()
    office_id = office.pk if isinstance(office, Office) else office
    return (_postgresql if connection.vendor == "postgresql" else _sqlite)(office_id, asked, scope or Scope(), limit)


def _rows(sql: str, values: Sequence[str | int]) -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _first_of_each(rows: list[tuple[int, int, int]], limit: int, *, many: bool) -> Hits:
    found: dict[int, Hit] = {}
    for document_id, start, length in rows:
        if document_id not in found:
            if len(found) == limit:
                break
            found[document_id] = Hit(document_id, start, length)
    return Hits(tuple(found.values()), many)


def _sqlite(office_id: int, asked: list[Phrase], scope: Scope, limit: int) -> Hits:
    words = " AND ".join(f'"{" ".join(phrase.tokens)}"{" *" if phrase.prefix else ""}' for phrase in asked)
    match = f"(scope : o{office_id}) AND {{title body}} : ({words})"
    more, values = scope.sql()
    texts = f"JOIN {TABLE} s ON s.id = {INDEX}.rowid"
    if more:
        texts += " JOIN documents_document d ON d.id = s.document_id"
    source, where = f"FROM {INDEX} {texts}", f"WHERE {INDEX} MATCH %s{more}"
    counted = _rows(
        f"SELECT count(*), 0, 0 FROM (SELECT 1 FROM {INDEX} {texts if more else ''} {where} LIMIT %s)",  # noqa: S608
        [match, *values, MANY + 1],
    )
    many = counted[0][0] > MANY
    order = f"{INDEX}.rowid DESC" if many else f"bm25({INDEX}, 0.0, 8.0, 1.0), s.id DESC"
    rows = _rows(
        f"SELECT s.document_id, s.start, s.length {source} {where} ORDER BY {order} LIMIT %s",
        [match, *values, limit * 4],
    )
    return _first_of_each(rows, limit, many=many)


def _postgresql(office_id: int, asked: list[Phrase], scope: Scope, limit: int) -> Hits:
    query = " & ".join(
        "(" + " <-> ".join(f"'{token}'" for token in phrase.tokens) + (":*" if phrase.prefix else "") + ")"
        for phrase in asked
    )
    more, values = scope.sql()
    source = f"FROM {TABLE} s"
    if more:
        source += " JOIN documents_document d ON d.id = s.document_id"
    # "+ 0": by the index of offices every vector of the office would be read.
    where = f"WHERE s.office_id + 0 = %s AND s.vector @@ %s::tsquery{more}"
    given: list[str | int] = [office_id, query, *values]
    columns = "s.id, s.document_id, s.start, s.length"
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner does not know that to read a row's vector is dear: left to itself it reads them all in turn.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"SELECT {columns} {source} {where} LIMIT %s", [*given, MANY + 1])
        first: list[tuple[int, int, int, int]] = list(cursor.fetchall())
        many = len(first) > MANY
        if many:
            # The newest places first: where the word is common, the last rows hold enough of them.
            cursor.execute(
                f"SELECT x.document_id, x.start, x.length FROM (SELECT {columns}, s.vector @@ %s::tsquery AS holds "  # noqa: S608
                f"{source} WHERE s.office_id + 0 = %s{more} ORDER BY s.id DESC LIMIT %s) x WHERE x.holds ORDER BY x.id DESC LIMIT %s",
                [query, office_id, *values, NEWEST, limit * 4],
            )
            rows = list(cursor.fetchall())
            if len({row[0] for row in rows}) < limit:
                cursor.execute(
                    f"WITH found AS MATERIALIZED (SELECT {columns} {source} {where}) "  # noqa: S608
                    "SELECT x.document_id, x.start, x.length FROM found x ORDER BY x.id DESC LIMIT %s",
                    [*given, limit * 4],
                )
                rows = list(cursor.fetchall())
        elif first:
            # All of them are known: only their weight is asked for, no place is looked up twice.
            cursor.execute(
                f"SELECT s.document_id, s.start, s.length FROM {TABLE} s WHERE s.id = ANY(%s) "  # noqa: S608
                "ORDER BY ts_rank(s.vector, %s::tsquery) DESC, s.id DESC LIMIT %s",
                [[row[0] for row in first], query, limit * 4],
            )
            rows = list(cursor.fetchall())
        else:
            rows = []
        if nested:  # else the setting ends with the transaction
            cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
    return _first_of_each(rows, limit, many=many)
