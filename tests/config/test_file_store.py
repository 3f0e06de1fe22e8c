from __future__ import annotations

import builtins

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto import mock_aws

from tests.cast import make_office
from tests.config.test_backup import _clear
from tongxin.config import backup, doctor, environment
from tongxin.config.doctor import Level
from tongxin.registry.models import StoredFile

NAME = "2026/11/纪要 一.bin"


@pytest.fixture
def named(monkeypatch):
    for name, value in (("BUCKET", "tongxin"), ("ACCESS_KEY", "key"), ("SECRET_KEY", "secret"), ("FOLDER", "city")):
        monkeypatch.setenv(f"TONGXIN_S3_{name}", value)


@pytest.fixture
def bucket(named, settings):
    """An S3 store in memory, in use for attachments."""
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="tongxin")
        settings.STORAGES = {**settings.STORAGES, "default": environment.file_store()}
        yield client


def _names(client) -> list[str]:
    return [row["Key"] for row in client.list_objects_v2(Bucket="tongxin").get("Contents", [])]


def test_without_a_bucket_the_data_folder_is_used():
    assert environment.file_store() == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def test_a_bucket_without_keys_is_refused(monkeypatch):
    monkeypatch.setenv("TONGXIN_S3_BUCKET", "tongxin")
    with pytest.raises(ImproperlyConfigured, match="TONGXIN_S3_ACCESS_KEY"):
        environment.file_store()


def test_a_bucket_without_the_extra_names_what_to_install(named, monkeypatch):
    real = builtins.__import__

    def absent(name, *rest, **more):
        if name.startswith("botocore"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(ImproperlyConfigured, match=r"tongxin\[s3\]"):
        environment.file_store()


@pytest.mark.django_db
def test_attachments_in_a_bucket_are_backed_up_and_restored_there_or_in_a_folder(bucket, settings, tmp_path):
    office = make_office()
    given = default_storage.save(NAME, ContentFile(b"\x00paper"))
    assert (given, _names(bucket)) == (NAME, [f"city/{NAME}"])
    StoredFile.objects.create(office=office, file=NAME, original_name="纪要", media_type="", size=6, sha256="0" * 64)
    assert (doctor.store().what, doctor.stored_files().level) == ("附件存放：存储桶 tongxin", Level.FINE)
    held = backup.back_up(tmp_path / "b.tgz")
    assert (list(held.files), held.missing) == ([NAME], [])

    _clear()
    default_storage.delete(NAME)
    assert _names(bucket) == []
    backup.restore(tmp_path / "b.tgz")
    assert default_storage.open(StoredFile.objects.get().file.name).read() == b"\x00paper"

    _clear()
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    backup.restore(tmp_path / "b.tgz")
    assert (tmp_path / "files" / NAME).read_bytes() == b"\x00paper"


@pytest.mark.django_db
def test_a_file_that_the_bucket_lacks_is_said_and_an_absent_bucket_is_a_fault(bucket, tmp_path):
    office = make_office()
    StoredFile.objects.create(office=office, file=NAME, original_name="纪要", media_type="", size=6, sha256="0" * 64)
    assert backup.back_up(tmp_path / "b.tgz").missing == [NAME]
    assert doctor.stored_files().what == f"缺少 1 个附件，如 {NAME}"
    bucket.delete_bucket(Bucket="tongxin")
    assert (doctor.store().level, doctor.stored_files().what) == (Level.FAULT, "附件是否齐全未能核对")
