"""Full export of one person or one office in open formats: CSV and JSON in one zip, as a stream.

Nothing is gathered in memory or on disk: the zip is produced while it is read.  ``columns.csv`` says what each
column means and how private it is.  Rows are named by ``uid`` where they have one; secrets (passwords, keys,
hashes of tokens) never leave.  The audit entry is written before the first byte.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import QuerySet

from tongxin.accounts.models import User
from tongxin.core import audit, clock, dossier
from tongxin.core.errors import BadInput
from tongxin.core.spreadsheets import harmless
from tongxin.registry.models import Office, OfficeOwned, Person, StoredFile

FORMAT_VERSION = 1
#: How many rows are read at a time.
ROWS_AT_A_TIME = 500
#: Columns that never leave, by model label and field.
SECRETS = {
    ("accounts.user", "password"),
    ("accounts.invitation", "token_hash"),
    ("accounts.usersession", "key_hash"),
    ("core.subjectkey", "secret"),
    ("core.auditvalue", "ciphertext"),
}
PURPOSE_LIMIT = 200


@dataclass(frozen=True)
class Column:
    """One column: name in the file, Chinese title, class of privacy, and the lookup that fetches it."""

    name: str
    title: str
    privacy: str
    lookup: str


class Pipe:
    """What the zip is written into; :meth:`take` hands out what has gathered since."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Gather ``data``."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is nothing below."""

    def take(self) -> bytes:
        """Return what has gathered and forget it."""
        gathered = b"".join(self._parts)
        self._parts.clear()
        return gathered


def columns_of(model: type[models.Model]) -> tuple[Column, ...]:
    """Return the columns of a model that may leave, in the order of its fields."""
    classes: Mapping[str, Any] = getattr(model, "privacy", {})
    found = []
    for column in model._meta.concrete_fields:
        if (model._meta.label_lower, column.name) in SECRETS:
            continue
        lookup, name = column.attname, column.name
        if isinstance(column, models.ForeignKey):
            target = column.related_model
            named = isinstance(target, type) and any(field.name == "uid" for field in target._meta.concrete_fields)
            lookup, name = (f"{column.name}__uid", f"{column.name}_uid") if named else (lookup, f"{column.name}_id")
        found.append(Column(name, str(column.verbose_name), str(classes.get(column.name, "")), lookup))
    return tuple(found)


def office_tables() -> tuple[tuple[type[models.Model], str], ...]:
    """Return every model that belongs to an office, with the lookup that leads to the office's id.

    A table is found by its own column or by following required relations upwards, so that a new one cannot be
    forgotten.
    """
    found = []
    for model in apps.get_models():
        if model.__module__.startswith("tongxin."):
            path = _path_to_office(model, ())
            if path is not None:
                found.append((model, path))
    return tuple(sorted(found, key=lambda pair: pair[0]._meta.label_lower))


def export_office(office: Office, *, actor: Any, purpose: str, files: bool = True) -> Iterator[bytes]:
    """Return the zip of everything that belongs to ``office``, piece by piece.

    ``files``: with the stored files themselves.  Raises BadInput without a purpose, before anything is written.
    """
    text = _purpose(purpose)
    with transaction.atomic():
        audit.record(office_id=office.pk, actor=actor, action="registry.export_office", subject=office, purpose=text)
    return _stream(_office_members(office, files=files), f"{office.name}全部数据", text)


def export_person(person: Person, *, actor: Any, purpose: str) -> Iterator[bytes]:
    """Return the zip of everything held on ``person`` that the person may see now, piece by piece.

    ``dossier.json`` and ``dossier.csv`` hold the lines as the person's own page shows them, with what is
    withheld; the tables hold the same rows column by column.  Raises BadInput without a purpose.
    """
    text = _purpose(purpose)
    with transaction.atomic():
        audit.record(
            office_id=person.office_id,
            actor=actor,
            action="registry.export_person",
            subject=person,
            purpose=text,
            person_ids=[person.pk],
        )
    return _stream(_person_members(person), f"{person.name}的全部信息", text)


Member = tuple[str, Callable[[], Iterator[bytes]]]


def _office_members(office: Office, *, files: bool) -> Iterator[Member]:
    tables = office_tables()
    used: list[tuple[str, Sequence[Column]]] = []
    for model, path in tables:
        columns = columns_of(model)
        rows = model._default_manager.filter(**{path: office.pk}).order_by("pk")
        used.append((model._meta.label_lower, columns))
        yield from _table(model._meta.label_lower, columns, rows)
    people = User.objects.filter(models.Q(grants__office=office) | models.Q(persons__office=office)).distinct()
    columns = columns_of(User)
    used.append((User._meta.label_lower, columns))
    yield from _table(User._meta.label_lower, columns, people.order_by("pk"))
    yield "columns.csv", lambda: _csv(("file", "column", "title", "privacy"), _described(used))
    if files:
        for stored in StoredFile.objects.filter(office=office).order_by("pk").iterator(ROWS_AT_A_TIME):
            yield f"files/{stored.uid}", lambda stored=stored: _content(stored)  # type: ignore[misc]


def _person_members(person: Person) -> Iterator[Member]:
    sections = dossier.sections(person.pk, person.office_id)
    yield "dossier.json", lambda: iter([json.dumps(_as_json(sections), ensure_ascii=False, indent=1).encode()])
    heads = ("section", "day", "text", "recorded_by", "recorded_at")
    yield "dossier.csv", lambda: _csv(heads, _as_rows(sections))
    used: list[tuple[str, Sequence[Column]]] = []
    for holding in dossier.holdings():
        columns = columns_of(holding.model)
        if holding.model._meta.label_lower == "core.auditentry":
            # Who looked is told by role; names of others who stand in the same entry are not this person's.
            continue
        rows = holding.rows(person.pk, person.office_id)
        shown = holding.shown(rows) if holding.shown is not None else rows
        used.append((holding.code, columns))
        yield from _table(holding.code, columns, shown)
    yield "columns.csv", lambda: _csv(("file", "column", "title", "privacy"), _described(used))


def _table(name: str, columns: Sequence[Column], rows: QuerySet[Any]) -> Iterator[Member]:
    """Yield a table twice: as CSV for spreadsheets, as JSON with the exact values."""
    heads = [column.name for column in columns]
    wanted = rows.values_list(*[column.lookup for column in columns])
    yield f"{name}.csv", lambda: _csv(heads, wanted.iterator(ROWS_AT_A_TIME))
    yield f"{name}.json", lambda: _json(heads, wanted.iterator(ROWS_AT_A_TIME))


def _stream(members: Iterator[Member], title: str, purpose: str) -> Iterator[bytes]:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        about = {
            "title": title,
            "format_version": FORMAT_VERSION,
            "exported_at": clock.now().isoformat(),
            "purpose": purpose,
            "columns": "columns.csv",
            "encoding": "UTF-8; CSV carries a byte order mark; an apostrophe guards cells that begin like a formula",
        }
        archive.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1))
        for name, pieces in members:
            with archive.open(name, "w", force_zip64=True) as target:
                for piece in pieces():
                    target.write(piece)
                    if gathered := pipe.take():
                        yield gathered
            if gathered := pipe.take():
                yield gathered
    yield pipe.take()


def _csv(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(heads)
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, start=1):
        writer.writerow([_cell(value) for value in row])
        if number % ROWS_AT_A_TIME == 0:
            yield _drain(buffer)
    yield _drain(buffer)


def _json(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    buffer.write("[")
    for number, row in enumerate(rows):
        buffer.write(",\n" if number else "\n")
        # dumps, not dump: only the former runs in C.
        buffer.write(json.dumps(dict(zip(heads, row, strict=True)), ensure_ascii=False, default=_plain))
        if number % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1:
            yield _drain(buffer)
    buffer.write("\n]\n")
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _content(stored: StoredFile) -> Iterator[bytes]:
    with stored.file.open("rb") as source:
        yield from source.chunks()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, dict | list):
        return harmless(json.dumps(value, ensure_ascii=False))
    return harmless(_plain(value))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _described(used: Iterable[tuple[str, Sequence[Column]]]) -> Iterator[tuple[str, str, str, str]]:
    for name, columns in used:
        for column in columns:
            yield name, column.name, column.title, column.privacy


def _as_json(sections: Iterable[dossier.Section]) -> list[dict[str, object]]:
    return [
        {
            "code": section.code,
            "title": section.title,
            "lines": [
                {
                    "day": line.day.isoformat() if line.day else None,
                    "text": line.text,
                    "recorded_by": line.recorded_by,
                    "recorded_at": line.recorded_at.isoformat() if line.recorded_at else None,
                }
                for line in section.lines
            ],
            "withheld": [{"what": item.what, "until": item.until, "law": item.law} for item in section.withheld],
            "on_erasure": section.on_erasure.value,
            "law": section.law,
        }
        for section in sections
    ]


def _as_rows(sections: Iterable[dossier.Section]) -> Iterator[tuple[object, ...]]:
    for section in sections:
        for line in section.lines:
            yield section.title, line.day, line.text, line.recorded_by, line.recorded_at
        for item in section.withheld:
            yield section.title, None, f"未显示：{item.what}（至{item.until}）；{item.law}", "", None


def _purpose(purpose: str) -> str:
    text = purpose.strip()
    if not 1 <= len(text) <= PURPOSE_LIMIT:
        raise BadInput(
            "registry.export_purpose", "请写明导出的用途（200字以内）。", hint="用途会记入查阅情况。", field="purpose"
        )
    return text


def _path_to_office(model: type[models.Model], seen: tuple[type[models.Model], ...]) -> str | None:
    """Return the shortest lookup from a model to its office's id, through relations that are never empty."""
    if model is Office:
        return "pk"
    if issubclass(model, OfficeOwned) or any(field.attname == "office_id" for field in model._meta.concrete_fields):
        return "office_id"
    paths = []
    for field in model._meta.concrete_fields:
        target = field.related_model
        if isinstance(field, models.ForeignKey) and not field.null and isinstance(target, type):
            if target in seen or not target.__module__.startswith("tongxin."):
                continue
            rest = _path_to_office(target, (*seen, model))
            if rest is not None:
                paths.append(f"{field.name}__{rest}")
    return min(paths, key=lambda path: path.count("__"), default=None)
