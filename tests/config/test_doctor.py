from __future__ import annotations

import datetime as dt
from collections import namedtuple

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django_tasks_db.models import DBTaskResult

from tests.cast import make_office, make_user
from tongxin.config import doctor, regular_work
from tongxin.config.doctor import Found, Level
from tongxin.core import audit, clock
from tongxin.core.models import AuditEntry
from tongxin.registry.models import StoredFile

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def place(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MEDIA_ROOT = tmp_path / "files"
    tmp_path.chmod(0o700)
    return tmp_path


def test_a_folder_that_others_can_read_is_a_warning(place):
    assert doctor.folder() == Found(Level.FINE, f"数据文件夹 {place}")
    place.chmod(0o755)
    assert (doctor.folder().level, doctor.folder().mend) == (Level.WARNING, f"请运行 chmod o-rwx {place}。")


def test_little_space_is_a_warning(place, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: Usage(10, 10, 1024**3))
    assert doctor.space() == Found(Level.WARNING, "可用空间 1.0 GB", "不足 2 GB，请清理或扩容。")


@pytest.mark.parametrize(
    ("debug", "https", "hosts", "level"),
    [
        (False, False, ["127.0.0.1"], Level.FINE),
        (False, False, ["zx.example"], Level.FAULT),
        (False, True, ["zx.example"], Level.FINE),
        (True, True, ["zx.example"], Level.FAULT),
    ],
)
def test_a_name_for_others_needs_https(settings, debug, https, hosts, level):
    settings.DEBUG, settings.HTTPS, settings.ALLOWED_HOSTS = debug, https, hosts
    assert doctor.guarded().level == level


def test_requests_from_outside_are_to_be_logged_where_a_restart_leaves_the_log(settings, tmp_path, monkeypatch):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    assert doctor.logs().what == "访问日志：仅本机访问，不要求"
    settings.ALLOWED_HOSTS = ["zx.example"]
    assert (doctor.logs().level, doctor.logs().what) == (Level.WARNING, "没有记录访问日志")
    settings.LOG_REQUESTS = True
    monkeypatch.setattr(doctor, "SYSTEMD", tmp_path)
    monkeypatch.setattr(doctor, "JOURNAL", tmp_path / "journal")
    assert doctor.logs().what.startswith("访问日志写在内存里")
    (tmp_path / "journal").mkdir()
    assert doctor.logs().level == Level.FINE


def test_static_files_are_looked_for(place):
    assert doctor.static().level == Level.FAULT
    (place / "static").mkdir()
    (place / "static" / "staticfiles.json").write_text("{}")
    assert doctor.static().level == Level.FINE


def test_an_office_without_administrator_is_named():
    assert doctor.administrators().level == Level.ADVICE
    office = make_office("政协甲市委员会")
    make_user(office, "party_clerk")
    assert (doctor.administrators().level, doctor.administrators().what) == (
        Level.WARNING,
        "政协甲市委员会 没有系统管理员",
    )
    make_user(office, "administrator")
    assert doctor.administrators().level == Level.FINE


def test_entries_not_sealed_for_a_day_are_counted(monkeypatch):
    office = make_office()
    audit.record(office_id=office.pk, actor=None, action="test.now")
    assert doctor.audit_tail().level == Level.FINE
    AuditEntry.objects.update(at=clock.now() - dt.timedelta(hours=27))
    assert doctor.audit_tail().what == "有 1 条审计记录超过一天未封存"
    audit.seal()
    assert doctor.audit_tail().level == Level.FINE


def test_work_that_nobody_does_and_work_that_failed_are_named():
    assert doctor.background() == Found(Level.FINE, "后台任务：等待 0 项，进行中 0 项")
    regular_work.judge.enqueue()
    assert doctor.background() == Found(Level.FINE, "后台任务：等待 1 项，进行中 0 项")
    began = clock.now()
    with time_machine.travel(began + dt.timedelta(minutes=31), tick=False):
        found = doctor.background()
    assert (found.level, found.what.split("，")[0], found.mend) == (
        Level.WARNING,
        "有 1 项后台任务在等待",
        "请启动 tongxin serve（不带 --without-work）或 tongxin work。",
    )
    DBTaskResult.objects.update(status="FAILED", finished_at=began)
    assert doctor.background().what == "近七天有 1 项后台任务未完成，最近一项是“更新落实情况”"


def test_a_lost_file_is_a_fault(place):
    office = make_office()
    StoredFile.objects.create(office=office, file="2026/x.bin", original_name="x", media_type="", size=1, sha256="")
    assert (doctor.stored_files().level, doctor.stored_files().what) == (Level.FAULT, "缺少 1 个附件，如 2026/x.bin")


def test_a_check_that_fails_is_a_finding_and_ends_what_needs_the_database(place, monkeypatch):
    def broken() -> Found:
        """数据库."""
        raise DatabaseError("no answer")

    monkeypatch.setattr(doctor, "database", broken)
    found = list(doctor.examine())
    assert (found[-1].level, found[-1].what) == (Level.FAULT, "数据库：检查未能完成（no answer）")
    assert len(found) == len(doctor.MACHINE) + 1


def test_the_command_ends_with_one_where_something_must_be_mended(place, capsys):
    with pytest.raises(CommandError, match="项须处理"):
        call_command("doctor")
    assert "✗ 静态文件未收集。请运行 tongxin setup。" in capsys.readouterr().out
