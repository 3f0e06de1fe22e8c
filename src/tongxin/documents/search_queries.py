"""Full text of the library: the same question finds the same documents on SQLite and PostgreSQL.

Where thousands of places hold what is looked for (the pairs of its characters, wherever they stand) and more documents
match than are asked for, the newest come first; else the best ones.  The office's own scope and
the page's filters are part of the statement itself, so no hit is ever looked at that the page may not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tongxin.documents import tokens
from tongxin.documents.search_index import INDEX, TABLE
from tongxin.documents.tokens import Phrase
from tongxin.registry.models import Office

#: Above so many places with all the pairs of characters the newest come first, for to weigh them all would take long.
MANY = 1000
#: How many of the newest places are looked at one by one before all are gathered (PostgreSQL).
NEWEST = 1500
#: A few of the newest places tell how common the pairs are: from this share on they are counted row by row.
PROBED, OFTEN = 150, 0.4
#: Up to so many places with all the pairs are looked at by their numbers, newest first, so many at once (PostgreSQL).
GATHERED, PIECE = 3000, 500


@dataclass(frozen=True)
class Hit:
    """A document that was found, and the place of its best piece: where it begins in the text, how long it is."""

    document_id: int
    start: int
    length: int


@dataclass(frozen=True)
class Hits:
    """What a question found.  ``many``: more than are listed, out of thousands of places; newest first."""

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
    def match(words: str) -> str:
        return f"(scope : o{office_id}) AND {{title body}} : ({words})"

    more, values = scope.sql()
    texts = f"JOIN {TABLE} s ON s.id = {INDEX}.rowid"
    if more:
        texts += " JOIN documents_document d ON d.id = s.document_id"
    source, where = f"FROM {INDEX} {texts}", f"WHERE {INDEX} MATCH %s{more}"
    exact = match(" AND ".join(f'"{" ".join(phrase.tokens)}"{" *" if phrase.prefix else ""}' for phrase in asked))
    parts = match(" AND ".join(f'"{token}"{" *" if prefix else ""}' for token, prefix in _parts(asked)))
    counted = _rows(
        f"SELECT count(*), 0, 0 FROM (SELECT 1 FROM {INDEX} {texts if more else ''} {where} LIMIT %s)",  # noqa: S608
        [parts, *values, MANY + 1],
    )

    def listed(order: str) -> list[tuple[int, int, int]]:
        return _rows(
            f"SELECT s.document_id, s.start, s.length {source} {where} ORDER BY {order} LIMIT %s",
            [exact, *values, limit * 4],
        )

    if counted[0][0] > MANY:
        rows = listed(f"{INDEX}.rowid DESC")
        if not _is_all(rows, limit):
            return _first_of_each(rows, limit, many=True)
    return _first_of_each(listed(f"bm25({INDEX}, 0.0, 8.0, 1.0), s.id DESC"), limit, many=False)


def _parts(asked: list[Phrase]) -> list[tuple[str, bool]]:
    """The tokens of all phrases, each once, and whether it need only be how one begins."""
    return list(
        dict.fromkeys(
            (token, phrase.prefix and place == len(phrase.tokens) - 1)
            for phrase in asked
            for place, token in enumerate(phrase.tokens)
        )
    )


def _is_all(rows: list[tuple[int, int, int]], limit: int) -> bool:
    """True where ``rows``, asked for four times ``limit``, are everything that was found."""
    return len(rows) < limit * 4 and len({row[0] for row in rows}) < limit


def _postgresql(office_id: int, asked: list[Phrase], scope: Scope, limit: int) -> Hits:
    query = " & ".join(
        "(" + " <-> ".join(f"'{token}'" for token in phrase.tokens) + (":*" if phrase.prefix else "") + ")"
        for phrase in asked
    )
    parts = " & ".join(f"'{token}'{':*' if prefix else ''}" for token, prefix in _parts(asked))
    more, values = scope.sql()
    source = f"FROM {TABLE} s"
    if more:
        source += " JOIN documents_document d ON d.id = s.document_id"
    # "+ 0": by the index of offices every vector of the office would be read.
    where = f"WHERE s.office_id + 0 = %s AND s.vector @@ %s::tsquery{more}"
    columns = "s.id, s.document_id, s.start, s.length"
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner does not know that to read a row's vector is dear: left to itself it reads them all in turn.
        cursor.execute("SET LOCAL enable_seqscan = off")
        ids: list[int] = []
        met: list[tuple[int, int, int, int]] = []
        many = not more and (len(_parts(asked)) > 2 or asked[0].prefix) and _common(cursor, office_id, parts)
        if not many:
            # Counted by the index alone: that the parts follow each other, only a row's vector tells.
            cursor.execute(f"SELECT s.id {source} {where} LIMIT %s", [office_id, parts, *values, GATHERED + 1])
            ids = sorted((row[0] for row in cursor.fetchall()), reverse=True)
            many = len(ids) > MANY
        rows: list[tuple[int, int, int]] = []
        if many and 0 < len(ids) <= GATHERED:
            for start in range(0, len(ids), PIECE):
                cursor.execute(
                    f"SELECT s.id, s.document_id, s.start, s.length FROM {TABLE} s "  # noqa: S608
                    "WHERE s.id = ANY(%s) AND s.vector @@ %s::tsquery ORDER BY s.id DESC LIMIT %s",
                    [ids[start : start + PIECE], query, limit * 4 - len(rows)],
                )
                met += cursor.fetchall()
                rows = [row[1:] for row in met]
                if len(rows) >= limit * 4 or len({row[0] for row in rows}) >= limit:
                    break
            many, ids = not _is_all(rows, limit), [row[0] for row in met]
        elif many:
            rows = _newest(cursor, f"{source} WHERE s.office_id + 0 = %s{more}", [office_id, *values], query, limit)
            if len({row[0] for row in rows}) < limit:
                cursor.execute(
                    f"WITH found AS MATERIALIZED (SELECT {columns} {source} {where}) "  # noqa: S608
                    "SELECT x.document_id, x.start, x.length, x.id FROM found x ORDER BY x.id DESC LIMIT %s",
                    [office_id, query, *values, limit * 4],
                )
                found = list(cursor.fetchall())
                rows, ids = [row[:3] for row in found], [row[3] for row in found]
                many = not _is_all(rows, limit)
        if ids and not many:
            # All of them are known: only their weight is asked for, no place is looked up twice.
            cursor.execute(
                f"SELECT s.document_id, s.start, s.length FROM {TABLE} s "  # noqa: S608
                "WHERE s.id = ANY(%s) AND s.vector @@ %s::tsquery "
                "ORDER BY ts_rank(s.vector, %s::tsquery) DESC, s.id DESC LIMIT %s",
                [ids, query, query, limit * 4],
            )
            rows = list(cursor.fetchall())
        if nested:  # else the setting ends with the transaction
            cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
    return _first_of_each(rows, limit, many=many)


def _common(cursor: CursorWrapper, office_id: int, parts: str) -> bool:
    """True where the newest rows alone show that the words stand in more than ``MANY`` places.

    The index gathers every place of every pair before the first one is given out: with many pairs, each in half of the
    places, that takes longer than to look at the newest two thousand.
    """
    looked, wanted = PROBED, int(PROBED * OFTEN)
    while True:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM ("  # noqa: S608
            f"SELECT s.vector @@ %s::tsquery AS holds FROM {TABLE} s WHERE s.office_id + 0 = %s "
            "ORDER BY s.id DESC LIMIT %s) x WHERE x.holds LIMIT %s) y",
            [parts, office_id, looked, wanted],
        )
        if cursor.fetchone()[0] < wanted:
            return False
        if wanted > MANY:
            return True
        looked, wanted = int(MANY / OFTEN), MANY + 1


def _newest(
    cursor: CursorWrapper, source: str, given: list[str | int], query: str, limit: int
) -> list[tuple[int, int, int]]:
    """Return the newest places, looked at one by one from the end, until there are ``limit`` documents.

    Where the word is common, the last rows hold enough of them; how many more to look at is told by how often they
    did.  Fewer than ``limit`` documents come back where it would be dear to go on.
    """
    rows: list[tuple[int, int, int]] = []
    size, looked, before = NEWEST, 0, ""
    # Most documents are one place: few more rows than documents are wanted, and to read a row's vector is dear.
    first = limit + limit // 5
    while True:
        # The inner selection must not test the words: it would look for them in the index.  The outer one stops at
        # the last row that is wanted.
        cursor.execute(
            "SELECT x.document_id, x.start, x.length FROM ("  # noqa: S608
            f"SELECT s.id, s.document_id, s.start, s.length, s.vector @@ %s::tsquery AS holds {source}{before} "
            "ORDER BY s.id DESC LIMIT %s) x WHERE x.holds ORDER BY x.id DESC LIMIT %s",
            [query, *given, size, first or limit * 4 - len(rows)],
        )
        found = cursor.fetchall()
        documents = len({row[0] for row in rows + found})
        if first and len(found) == first and documents < limit:
            first = 0
            continue
        rows += found
        first = 0
        looked += size
        if not rows or documents >= limit or len(rows) >= limit * 4 or looked >= NEWEST * 5:
            return rows
        cursor.execute(f"SELECT s.id {source}{before} ORDER BY s.id DESC OFFSET %s LIMIT 1", [*given, size])
        following = cursor.fetchone()
        if following is None:
            return rows
        before = f" AND s.id <= {int(following[0])}"
        size = min(max(looked * (limit - documents) * 5 // (documents * 4), NEWEST), NEWEST * 5 - looked)
