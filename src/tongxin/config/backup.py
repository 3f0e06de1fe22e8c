"""Backup and restore: everything an installation holds, in one file that either database can be filled from.

    head.json                      format, versions, the state of the migrations, which table has which columns
    rows/<app.model>/<n>.jsonl     rows in order of their key, one JSON list a line, at most ROWS_AT_A_TIME a member
    files/<name>                   stored files, as they were
    manifest.json                  the end: counts and hashes of all that stands before it, and the next numbers

A gzipped tar, written and read as a stream: nothing but one member is held in memory, and no plain copy lies on disk
where the file is encrypted (age format, to public keys; the server never holds what opens it).  A backup is taken
from one snapshot while people work.  A restore fills an empty installation in one transaction, first brought to the
backup's own state of the migrations and then forward to today's; what does not match its hash is rolled back whole.

Sign-in sessions and the cache are left out.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import io
import json
import os
import tarfile
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.fields.files import FieldFile

from tongxin.core import clock
from tongxin.core.errors import BadInput, NotPossible

FORMAT_VERSION = 1
ROWS_AT_A_TIME = 2000
#: One member of the archive is read into memory whole; a larger one is not ours.
LARGEST_MEMBER = 512 * 1024 * 1024
HEAD, MANIFEST = "head.json", "manifest.json"
#: Tables that are not carried over, with the reason.
LEFT_OUT = {
    "sessions.session": "people sign in again",
}
#: What must be empty before a restore; the rest of a new installation is filled by its migrations.
MUST_BE_EMPTY = ("registry.office", "accounts.user", "core.auditentry")

Progress = Callable[[str, int], None]


@dataclass
class Part:
    """What the manifest says of one table: its rows, and the SHA-256 over their lines."""

    rows: int = 0
    sha256: str = ""


@dataclass
class Manifest:
    """What a backup holds.  ``missing``: names of stored files that the table names and the store had not."""

    taken_at: str = ""
    vendor: str = ""
    tables: dict[str, Part] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    next_numbers: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(part.rows for part in self.tables.values())


@dataclass(frozen=True)
class Restored:
    """What a restore did.  ``other_secret``: the installation has another key than the one that was backed up."""

    manifest: Manifest
    other_secret: bool


def back_up(target: Path, *, recipients: Iterable[str] = (), progress: Progress | None = None) -> Manifest:
    """Write a backup to ``target`` and return what it holds.

    ``recipients``: public keys (``age1…``); with any, the file is encrypted to them.  ``progress`` is called with a
    table's or file's name and the number of rows written.  Written aside and put in place when it is whole.  Raises
    BadInput for a key that is none or a file that exists, NotPossible where migrations are outstanding.
    """
    if target.exists():
        raise BadInput("backup.exists", f"{target} 已经存在。", hint="请换一个文件名，或先移走原文件。")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotPossible("backup.migrations", "数据库尚未升级到当前版本。", hint="请先运行 tongxin setup。")
    keys = _recipients(recipients)
    aside = target.with_name(target.name + ".part")
    try:
        with aside.open("xb") as raw:
            os.fchmod(raw.fileno(), 0o600)
            with _encrypted(raw, keys) as sink, tarfile.open(fileobj=sink, mode="w|gz") as archive:
                manifest = _write(archive, progress or (lambda name, rows: None))
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(aside, target)
    except FileExistsError as error:
        raise BadInput(
            "backup.running", f"{aside} 已经存在。", hint="另一次备份可能正在进行；确认没有之后可删除它再试。"
        ) from error
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return manifest


def restore(source: Path, *, identities: Iterable[str] = (), progress: Progress | None = None) -> Restored:
    """Fill this empty installation from the backup ``source``; all of it or, where anything does not fit, nothing.

    ``identities``: private keys (``AGE-SECRET-KEY-…``) for an encrypted backup.  Raises NotPossible where the
    installation is not empty, BadInput where the file is none of ours, cut short, altered or newer than this version.
    """
    told = progress or (lambda name, rows: None)
    written: list[str] = []
    try:
        with (
            source.open("rb") as raw,
            _decrypted(raw, list(identities)) as stream,
            tarfile.open(fileobj=stream, mode="r|gz") as archive,
        ):
            restored = _read(archive, told, written)
    except FileNotFoundError as error:
        raise BadInput("backup.absent", f"找不到文件 {source}。", hint="请核对路径。") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        _take_back(written)
        raise BadInput(
            "backup.unreadable",
            f"{source.name} 不是完整的备份文件（{error}）。",
            hint="请换用另一份备份；没有写入任何内容。",
        ) from error
    except BaseException:
        _take_back(written)
        raise
    return restored


# --- writing ----------------------------------------------------------------------------------------------------------


def _write(archive: tarfile.TarFile, progress: Progress) -> Manifest:
    manifest = Manifest(taken_at=clock.now().isoformat(), vendor=connection.vendor)
    with _snapshot():
        loader = MigrationExecutor(connection).loader
        state = loader.project_state(loader.graph.leaf_nodes())
        tables = list(_tables(state.apps))
        head = {
            "format": FORMAT_VERSION,
            "tongxin": version("tongxin"),
            "taken_at": manifest.taken_at,
            "migrations": sorted(f"{app}.{name}" for app, name in loader.graph.leaf_nodes()),
            "secret": _fingerprint(),
            "columns": {model._meta.label_lower: [f.attname for f in _columns(model)] for model in tables},
        }
        _add(archive, HEAD, json.dumps(head, ensure_ascii=False, indent=1).encode())
        for model in tables:
            manifest.tables[model._meta.label_lower] = _write_table(archive, model, progress)
        manifest.next_numbers = _next_numbers(tables)
        for name in _stored_names(state.apps):
            _write_file(archive, name, manifest)
            progress(name, 0)
    _add(archive, MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
    return manifest


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read everything as of one moment, without holding up who writes."""
    connection.ensure_connection()
    if connection.in_atomic_block:  # a test's own transaction is a snapshot already
        yield
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        else:
            # Not atomic(): that would take SQLite's one write lock for as long as the backup lasts.
            cursor.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _tables(apps: Any) -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT:
            yield model


def _columns(model: type[models.Model]) -> list[Any]:
    return [column for column in model._meta.local_concrete_fields if not getattr(column, "generated", False)]


def _lines(model: type[models.Model]) -> Iterator[bytes]:
    """Yield each row of ``model`` as a line, in the order of its key; the same on both databases."""
    names = [column.attname for column in _columns(model)]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=ROWS_AT_A_TIME):
        line = [_plain(value) for value in row]
        yield json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> object:
    """Return ``value`` as JSON has it; instants in UTC with microseconds, bytes as base64."""
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case uuid.UUID() | Decimal():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case FieldFile():
            return value.name
        case dt.timedelta():
            return str(value)
        case _:
            return value


def _write_table(archive: tarfile.TarFile, model: type[models.Model], progress: Progress) -> Part:
    label = model._meta.label_lower
    digest, rows = hashlib.sha256(), 0
    lines = _lines(model)
    for number in range(1, 10**9):
        chunk = list(islice(lines, ROWS_AT_A_TIME))
        if not chunk:
            break
        data = b"".join(chunk)
        digest.update(data)
        rows += len(chunk)
        _add(archive, f"rows/{label}/{number:06}.jsonl", data)
        progress(label, len(chunk))
    return Part(rows, digest.hexdigest())


def _stored_names(apps: Any) -> Iterator[str]:
    """Yield the names of all stored files, each once."""
    seen: set[str] = set()
    for model in _tables(apps):
        for column in _columns(model):
            if isinstance(column, models.FileField):
                for name in model._base_manager.order_by("pk").values_list(column.attname, flat=True).iterator():
                    if name and name not in seen:
                        seen.add(name)
                        yield name


def _write_file(archive: tarfile.TarFile, name: str, manifest: Manifest) -> None:
    try:
        with default_storage.open(name) as stored:
            data = stored.read()
    except FileNotFoundError:
        manifest.missing.append(name)
        return
    manifest.files[name] = hashlib.sha256(data).hexdigest()
    _add(archive, f"files/{name}", data)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    archive.addfile(entry, io.BytesIO(data))


def _next_numbers(tables: Iterable[type[models.Model]]) -> dict[str, int]:
    """Return label → last number given out.  Numbers of deleted rows must not be given to others: audit names them."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            given = dict(cursor.fetchall())
            return {m._meta.label_lower: given[m._meta.db_table] for m in tables if m._meta.db_table in given}
        for model in tables:
            key = model._meta.pk
            if isinstance(key, models.AutoField | models.BigAutoField | models.SmallAutoField):
                cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, key.column])
                (sequence,) = cursor.fetchone()
                if sequence:
                    cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608 - the database's own name
                    found[model._meta.label_lower] = cursor.fetchone()[0]
    return found


def _fingerprint() -> str:
    """Return what tells whether two installations share their key, and nothing about it."""
    return hmac.new(settings.SECRET_KEY.encode(), b"tongxin-backup", hashlib.sha256).hexdigest()


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(archive: tarfile.TarFile, progress: Progress, written: list[str]) -> Restored:
    members = iter(archive)
    head = _head(next(members, None), archive)
    targets = [tuple(leaf.split(".", 1)) for leaf in head["migrations"]]
    executor = MigrationExecutor(connection)
    unknown = [".".join(leaf) for leaf in targets if leaf not in executor.loader.graph.nodes]
    if unknown:
        raise BadInput(
            "backup.newer",
            f"备份来自更新的版本（{head['tongxin']}），本机没有 {unknown[0]}。",
            hint="请先把程序升级到不低于该版本，再恢复。",
        )
    _require_empty(executor)
    executor.migrate(targets)
    executor.loader.build_graph()
    apps = executor.loader.project_state(targets).apps
    tables = {model._meta.label_lower: model for model in _tables(apps)}
    with transaction.atomic():
        for model in tables.values():
            _empty(model)
        for label in LEFT_OUT:
            _empty(apps.get_model(label))
        manifest = _fill(members, archive, tables, head["columns"], progress, written)
        _set_next_numbers(tables, manifest.next_numbers)
        connection.check_constraints()
        _compare(tables, manifest)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    return Restored(manifest, other_secret=head["secret"] != _fingerprint())


def _head(entry: tarfile.TarInfo | None, archive: tarfile.TarFile) -> dict[str, Any]:
    if entry is None or entry.name != HEAD:
        raise BadInput("backup.foreign", "这不是同心的备份文件。", hint="请选择由 tongxin backup 写成的文件。")
    head: dict[str, Any] = json.loads(_content(archive, entry))
    if head.get("format") != FORMAT_VERSION:
        raise BadInput(
            "backup.format",
            f"备份格式为第 {head.get('format')} 版，本机只认第 {FORMAT_VERSION} 版。",
            hint="请升级程序。",
        )
    return head


def _require_empty(executor: MigrationExecutor) -> None:
    """Refuse an installation that holds anything; one without any table yet is empty."""
    present = set(connection.introspection.table_names())
    apps = executor.loader.project_state(executor.loader.graph.leaf_nodes()).apps
    for label in MUST_BE_EMPTY:
        model = apps.get_model(label)
        if model._meta.db_table in present and model._base_manager.order_by().values_list("pk")[:1]:
            raise NotPossible(
                "backup.not_empty",
                "本机的数据库中已有数据，恢复只能写入空库。",
                hint="请用 TONGXIN_DATA 或 DATABASE_URL 指定一个新的位置，再恢复。",
            )


def _empty(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - a table of ours


def _fill(
    members: Iterator[tarfile.TarInfo],
    archive: tarfile.TarFile,
    tables: Mapping[str, type[models.Model]],
    columns: Mapping[str, list[str]],
    progress: Progress,
    written: list[str],
) -> Manifest:
    """Write rows and files as they come; return the manifest, which must be the last member."""
    for entry in members:
        kind, _, rest = entry.name.partition("/")
        data = _content(archive, entry)
        if entry.name == MANIFEST:
            told = json.loads(data)
            told["tables"] = {label: Part(**part) for label, part in told["tables"].items()}
            return Manifest(**told)
        if kind == "rows":
            label = rest.rsplit("/", 1)[0]
            if label not in tables or [c.attname for c in _columns(tables[label])] != columns.get(label):
                raise BadInput(
                    "backup.columns", f"备份中的表 {label} 与其版本不符。", hint="文件可能被改动过，请换一份。"
                )
            progress(label, _insert(tables[label], data))
        elif kind == "files":
            _store(rest, data, written)
            progress(rest, 0)
    raise EOFError("文件在中途结束")


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    taken = archive.extractfile(entry) if entry.isreg() and entry.size <= LARGEST_MEMBER else None
    if taken is None:
        raise BadInput("backup.member", f"备份中的 {entry.name} 不是普通文件或过大。", hint="请换一份备份。")
    return taken.read()


def _insert(model: type[models.Model], data: bytes) -> int:
    columns = _columns(model)
    quote = connection.ops.quote_name
    names = ", ".join(quote(column.column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 - names of ours
    rows = [[_stored(column, value) for column, value in zip(columns, json.loads(line), strict=True)]
            for line in data.splitlines()]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
    return len(rows)


def _stored(column: Any, value: object) -> Any:
    """Return ``value`` as the database takes it."""
    if isinstance(column, models.JSONField):
        if value is None and column.null:
            return None
        return connection.ops.adapt_json_value(value, column.encoder)
    if value is None:
        return None
    if isinstance(column, models.FileField):
        return value
    return column.get_db_prep_save(column.to_python(value), connection)


def _store(name: str, data: bytes, written: list[str]) -> None:
    if default_storage.exists(name):
        with default_storage.open(name) as present:
            if present.read() == data:
                return
        raise NotPossible(
            "backup.file_there", f"文件夹中已有不同内容的 {name}。", hint="请恢复到一个空的 TONGXIN_DATA 文件夹。"
        )
    given = default_storage.save(name, ContentFile(data))
    written.append(given)
    if given != name:
        raise NotPossible("backup.file_name", f"文件 {name} 不能以原名存放。", hint="请恢复到一个空的文件夹。")


def _take_back(written: Iterable[str]) -> None:
    for name in written:
        default_storage.delete(name)


def _set_next_numbers(tables: Mapping[str, type[models.Model]], given: Mapping[str, int]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in connection.ops.sequence_reset_sql(no_style(), list(tables.values())):
                cursor.execute(statement)
        for label, number in given.items():
            if label not in tables or number < 1:
                continue
            table, key = tables[label]._meta.db_table, tables[label]._meta.pk
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, key.column, number])
            else:
                cursor.execute(
                    "UPDATE sqlite_sequence SET seq = %s WHERE name = %s AND seq < %s", [number, table, number]
                )
                cursor.execute(
                    "INSERT INTO sqlite_sequence (name, seq) "
                    "SELECT %s, %s WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
                    [table, number, table],
                )


def _compare(tables: Mapping[str, type[models.Model]], manifest: Manifest) -> None:
    """Read back every table and compare it with the manifest."""
    for label, part in manifest.tables.items():
        digest, rows = hashlib.sha256(), 0
        for line in _lines(tables[label]):
            digest.update(line)
            rows += 1
        if (rows, digest.hexdigest()) != (part.rows, part.sha256):
            raise BadInput(
                "backup.mismatch",
                f"表 {label} 恢复后与备份不一致（备份 {part.rows} 行，现为 {rows} 行）。",
                hint="文件可能被改动过，请换一份；没有写入任何内容。",
            )
    for name, digest_text in manifest.files.items():
        with default_storage.open(name) as stored:
            if hashlib.sha256(stored.read()).hexdigest() != digest_text:
                raise BadInput("backup.file_mismatch", f"文件 {name} 恢复后与备份不一致。", hint="请换一份备份。")


# --- encryption -------------------------------------------------------------------------------------------------------


def new_key() -> tuple[str, str]:
    """Return a new pair (public key for backups, private key to keep apart)."""
    from pyrage import x25519  # noqa: PLC0415 - only encrypted backups need it

    identity = x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def _recipients(keys: Iterable[str]) -> list[Any]:
    from pyrage import RecipientError, x25519  # noqa: PLC0415 - only encrypted backups need it

    found = []
    for key in keys:
        try:
            found.append(x25519.Recipient.from_str(key.strip()))
        except RecipientError as error:
            raise BadInput(
                "backup.recipient",
                f"“{key[:20]}”不是公钥。",
                hint="公钥以 age1 开头，可用 tongxin backup --new-key 生成一对。",
            ) from error
    return found


@contextmanager
def _encrypted(raw: IO[bytes], recipients: list[Any]) -> Iterator[IO[bytes]]:
    """Yield what to write plain bytes into; ``raw`` receives them, encrypted where there are recipients."""
    if not recipients:
        yield raw
        return
    from pyrage import encrypt_io  # noqa: PLC0415 - only encrypted backups need it

    with _piped(lambda reader: encrypt_io(reader, raw, recipients)) as writer:
        yield writer


@contextmanager
def _piped(consume: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """Run ``consume`` on the reading end of a pipe while the caller writes to the other; its failure is raised here."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        with os.fdopen(reading, "rb") as reader:
            try:
                consume(reader)
            except BaseException as error:
                failed.append(error)
                while reader.read(65536):  # the writer must not wait for ever
                    pass

    thread = threading.Thread(target=run, name="backup-pipe")
    thread.start()
    try:
        with os.fdopen(writing, "wb") as writer:
            yield writer
    finally:
        thread.join()
    if failed:
        raise OSError(f"写入失败：{failed[0]}") from failed[0]


@contextmanager
def _decrypted(raw: IO[bytes], identities: list[str]) -> Iterator[IO[bytes]]:
    """Yield a stream of plain bytes; ``raw`` may be encrypted."""
    start = raw.read(21)
    raw.seek(0)
    if start != b"age-encryption.org/v1":
        yield raw
        return
    if not identities:
        raise BadInput("backup.locked", "备份文件已加密。", hint="请用 --identity 给出私钥文件。")
    from pyrage import DecryptError, IdentityError, decrypt_io, x25519  # noqa: PLC0415 - only encrypted backups need it

    try:
        keys = [x25519.Identity.from_str(key.strip()) for key in identities]
    except IdentityError as error:
        raise BadInput("backup.identity", "私钥文件中没有可用的私钥。", hint="私钥以 AGE-SECRET-KEY- 开头。") from error
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        with os.fdopen(writing, "wb") as writer:
            try:
                decrypt_io(raw, writer, keys)
            except BrokenPipeError:
                pass  # the reader has seen enough
            except (DecryptError, DatabaseError, OSError) as error:
                failed.append(error)

    thread = threading.Thread(target=run, name="restore-pipe")
    thread.start()
    try:
        with os.fdopen(reading, "rb") as reader:
            yield reader
            while reader.read(65536):
                pass
    except (tarfile.TarError, EOFError):
        thread.join()
        if failed:
            raise BadInput(
                "backup.wrong_key", "这把私钥打不开此备份，或文件已损坏。", hint="请换用备份时所用公钥对应的私钥。"
            ) from failed[0]
        raise
    finally:
        thread.join()
