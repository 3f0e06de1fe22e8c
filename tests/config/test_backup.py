from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import tarfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.config import backup
from tongxin.core import audit
from tongxin.core.errors import BadInput, NotPossible
from tongxin.registry.models import Membership, Office, Person, StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


@pytest.fixture
def world(store):
    """An office with a person of a rare name, a membership with dates, an audited change and a stored file."""
    office = make_office("政协澄江市委员会")
    person = make_person(office, "𬭩㛃", affiliation="01")
    unit = make_organization(office, "branch", "第一党支部")
    join(person, unit, valid_from=dt.date(2024, 2, 29), valid_until=dt.date(2026, 3, 1), post="secretary")
    user = make_user(office, "party_clerk")
    audit.record(office_id=office.pk, actor=user, action="test.change", subject=person, before={"name": "甲"}, after={})
    audit.seal()
    name = default_storage.save("2026/11/paper.bin", ContentFile(b"\x00paper"))
    StoredFile.objects.create(
        office=office,
        file=name,
        original_name="纪要.bin",
        media_type="application/octet-stream",
        size=6,
        sha256="0" * 64,
    )
    return office


def _clear() -> None:
    from django.apps import apps

    for model in backup._tables(apps):
        backup._empty(model)


def _rewrite(source, target, change) -> None:
    """Copy an archive member by member; ``change`` gives other bytes, or None to leave the member out."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            data = change(entry.name, old.extractfile(entry).read())
            if data is not None:
                entry.size = len(data)
                new.addfile(entry, io.BytesIO(data))


def _told(store) -> dict[str, object]:
    person = Person.objects.get()
    membership = Membership.objects.get()
    return {
        "name": person.name,
        "uid": person.uid,
        "dates": (membership.valid_from, membership.valid_until, membership.post.code),
        "file": (default_storage.open("2026/11/paper.bin").read(), StoredFile.objects.get().original_name),
        "audit": audit.verify(),
        "value": audit.values_of(audit.AuditEntry.objects.get()),
    }


def test_what_was_backed_up_is_there_again(world, store):
    before = _told(store)
    held = backup.back_up(store / "b.tgz")
    _clear()
    default_storage.delete("2026/11/paper.bin")
    restored = backup.restore(store / "b.tgz")
    assert (_told(store), restored.other_secret, restored.manifest) == (before, False, held)
    assert (held.tables["registry.person"].rows, list(held.files), held.missing) == (1, ["2026/11/paper.bin"], [])


def test_numbers_of_deleted_rows_are_not_given_out_again(world, store):
    gone = make_person(world, "将删除")
    number = gone.pk
    gone.delete()
    backup.back_up(store / "b.tgz")
    _clear()
    backup.restore(store / "b.tgz")
    assert make_person(Office.objects.get(), "新登记").pk == number + 1


def test_an_encrypted_backup_opens_with_its_key_only(world, store):
    public, private = backup.new_key()
    _, other = backup.new_key()
    backup.back_up(store / "b.age", recipients=[public])
    assert (store / "b.age").read_bytes()[:21] == b"age-encryption.org/v1"
    _clear()
    with pytest.raises(BadInput) as locked:
        backup.restore(store / "b.age")
    with pytest.raises(BadInput) as wrong:
        backup.restore(store / "b.age", identities=[other])
    assert (locked.value.code, wrong.value.code, Office.objects.count()) == ("backup.locked", "backup.wrong_key", 0)
    backup.restore(store / "b.age", identities=[private])
    assert Person.objects.get().name == "𬭩㛃"


def test_a_public_key_that_is_none_is_named_and_nothing_written(world, store):
    with pytest.raises(BadInput) as refused:
        backup.back_up(store / "b.age", recipients=["abc"])
    assert (refused.value.code, list(store.glob("b.age*"))) == ("backup.recipient", [])


def test_an_existing_file_is_not_overwritten(world, store):
    (store / "b.tgz").write_text("x")
    with pytest.raises(BadInput) as refused:
        backup.back_up(store / "b.tgz")
    assert (refused.value.code, (store / "b.tgz").read_text()) == ("backup.exists", "x")


def test_an_installation_with_data_is_not_restored_over(world, store):
    backup.back_up(store / "b.tgz")
    with pytest.raises(NotPossible) as refused:
        backup.restore(store / "b.tgz")
    assert (refused.value.code, Office.objects.count()) == ("backup.not_empty", 1)


def test_a_file_that_the_store_lacks_is_said(world, store):
    default_storage.delete("2026/11/paper.bin")
    assert backup.back_up(store / "b.tgz").missing == ["2026/11/paper.bin"]


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def test_a_file_cut_short_writes_nothing(world, store):
    backup.back_up(store / "b.tgz")
    (store / "cut.tgz").write_bytes(_cut((store / "b.tgz").read_bytes()))
    _clear()
    with pytest.raises(BadInput) as refused:
        backup.restore(store / "cut.tgz")
    assert (refused.value.code, Office.objects.count()) == ("backup.unreadable", 0)


def _without_manifest(name: str, data: bytes) -> bytes | None:
    return None if name == "manifest.json" else data


def _other_name(name: str, data: bytes) -> bytes:
    return data.replace("𬭩㛃".encode(), "甲乙".encode()) if name.startswith("rows/registry.person/") else data


def _newer(name: str, data: bytes) -> bytes:
    if name != "head.json":
        return data
    head = json.loads(data)
    return json.dumps({**head, "migrations": [*head["migrations"], "registry.9999_later"]}).encode()


def _other_format(name: str, data: bytes) -> bytes:
    return json.dumps({**json.loads(data), "format": 99}).encode() if name == "head.json" else data


def _other_columns(name: str, data: bytes) -> bytes:
    if name != "head.json":
        return data
    head = json.loads(data)
    head["columns"]["registry.person"] = ["id"]
    return json.dumps(head).encode()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_without_manifest, "backup.unreadable"),
        (_other_name, "backup.mismatch"),
        (_newer, "backup.newer"),
        (_other_format, "backup.format"),
        (_other_columns, "backup.columns"),
        (lambda name, data: None if name == "head.json" else data, "backup.foreign"),
    ],
)
def test_an_altered_backup_is_refused_whole(world, store, change, code):
    backup.back_up(store / "b.tgz")
    _rewrite(store / "b.tgz", store / "changed.tgz", change)
    _clear()
    default_storage.delete("2026/11/paper.bin")
    with pytest.raises(BadInput) as refused:
        backup.restore(store / "changed.tgz")
    assert (refused.value.code, Person.objects.count(), default_storage.exists("2026/11/paper.bin")) == (code, 0, False)


@pytest.mark.parametrize("content", [b"", b"hello", gzip.compress(b"hello", mtime=0)], ids=["empty", "text", "gzip"])
def test_a_foreign_file_is_named(store, content):
    (store / "x").write_bytes(content)
    with pytest.raises(BadInput) as refused:
        backup.restore(store / "x")
    assert refused.value.code in {"backup.unreadable", "backup.foreign"}


def test_the_command_says_what_is_missing(store):
    with pytest.raises(CommandError, match="请给出备份文件名"):
        call_command("backup")
    with pytest.raises(CommandError, match="找不到文件"):
        call_command("restore", str(store / "absent"))


def test_check_restores_into_a_place_of_its_own(world, store, capsys):
    call_command("backup", str(store / "b.tgz"))
    call_command("restore", str(store / "b.tgz"), check=True)
    assert "核对通过" in capsys.readouterr().out
    assert connection.ensure_connection() is None
    assert Office.objects.count() == 1
