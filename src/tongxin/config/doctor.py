"""What a set-up lacks, and what to do about it.  Reads only; ``tongxin doctor`` prints it.

Each check returns one :class:`Found`; a check that itself fails is a finding, never a crash.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tongxin.accounts.models import User
from tongxin.core import clock, work
from tongxin.core.models import AuditEntry, AuditSeal, Day
from tongxin.matters import number_queries
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, RoleGrant, StoredFile

#: Less than this is a warning: an upgrade copies the environment, a backup the data.
FREE_BYTES = 2 * 1024**3
#: How far the database's clock may be from ours.
CLOCK_SECONDS = 5
#: Audit entries older than this should have been sealed.
UNSEALED_HOURS = 26
#: There where systemd runs the machine; and where its log lies if it outlasts a restart.
SYSTEMD, JOURNAL = Path("/run/systemd/system"), Path("/var/log/journal")


class Level(StrEnum):
    """How bad it is."""

    FINE = "✓"
    ADVICE = "·"
    WARNING = "⚠"
    FAULT = "✗"


@dataclass(frozen=True)
class Found:
    """One line of the report: how bad, what, and what to do (empty where nothing is to be done)."""

    level: Level
    what: str
    mend: str = ""


def examine() -> Iterator[Found]:
    """Yield what each check found, in order; those that need the database are left out where it does not answer."""
    for check in MACHINE:
        yield _held(check)
    answers = _held(database)
    yield answers
    if answers.level is Level.FAULT:
        return
    migrated = _held(migrations)
    yield migrated
    if migrated.level is Level.FAULT:
        return
    for check in INSTALLATION:
        yield _held(check)


def _held(check: Callable[[], Found]) -> Found:
    try:
        return check()
    except (DatabaseError, OSError, subprocess.SubprocessError) as error:
        return Found(
            Level.FAULT, f"{(check.__doc__ or '').split('.')[0]}：检查未能完成（{error}）", "请按提示排除后再运行。"
        )


# --- the machine ------------------------------------------------------------------------------------------------------


def python() -> Found:
    """Python."""
    told = f"Python {sys.version.split()[0]}，SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < (3, 37):
        return Found(Level.FAULT, told, "SQLite 须 3.37 以上，请换用系统自带的较新 Python。")
    return Found(Level.FINE, told)


def folder() -> Found:
    """数据文件夹."""
    place = settings.DATA_DIR
    if not place.is_dir():
        return Found(Level.FAULT, f"数据文件夹 {place} 不存在", "请运行 tongxin setup。")
    if place.stat().st_mode & 0o007:
        return Found(Level.WARNING, f"数据文件夹 {place} 对本机其他用户可见", f"请运行 chmod o-rwx {place}。")
    return Found(Level.FINE, f"数据文件夹 {place}")


def space() -> Found:
    """磁盘空间."""
    free = shutil.disk_usage(settings.DATA_DIR if settings.DATA_DIR.is_dir() else "/").free
    told = f"可用空间 {free / 1024**3:.1f} GB"
    return Found(Level.WARNING, told, "不足 2 GB，请清理或扩容。") if free < FREE_BYTES else Found(Level.FINE, told)


def guarded() -> Found:
    """对外设置."""
    outside = _outside()
    if settings.DEBUG:
        return Found(Level.FAULT, "调试方式已打开", "请去掉 TONGXIN_DEBUG。")
    if outside and not settings.HTTPS:
        return Found(
            Level.FAULT,
            f"对外主机名 {outside[0]} 未经 https",
            "请配置 TLS 并设置 TONGXIN_HTTPS=1（见“安装到一台服务器”）。",
        )
    return Found(Level.FINE, "对外设置：" + ("https" if settings.HTTPS else "仅本机访问"))


def _outside() -> list[str]:
    return [host for host in settings.ALLOWED_HOSTS if host not in {"127.0.0.1", "localhost", "[::1]"}]


def logs() -> Found:
    """访问日志."""
    if not _outside():
        return Found(Level.FINE, "访问日志：仅本机访问，不要求")
    if not settings.LOG_REQUESTS:
        return Found(
            Level.WARNING, "没有记录访问日志", "网络安全法要求留存不少于六个月：请设置 TONGXIN_LOG_REQUESTS=1。"
        )
    if SYSTEMD.is_dir() and not JOURNAL.is_dir():
        return Found(
            Level.WARNING,
            f"访问日志写在内存里，重启就没有了（没有 {JOURNAL}）",
            "请把 deploy/journald/tongxin.conf 放到 /etc/systemd/journald.conf.d/，并重启 systemd-journald。",
        )
    return Found(Level.FINE, "访问日志已记录；留存期限由 journald 的设置决定（样例为 200 天）")


def static() -> Found:
    """静态文件."""
    if not (settings.STATIC_ROOT / "staticfiles.json").is_file():
        return Found(Level.FAULT, "静态文件未收集", "请运行 tongxin setup。")
    return Found(Level.FINE, "静态文件已收集")


def helpers() -> Found:
    """可选程序."""
    lacking = []
    if shutil.which("soffice") is None and shutil.which("libreoffice") is None:
        lacking.append("LibreOffice（读 doc/wps、生成 PDF）")
    for module, use in (("ortools", "联系安排与统筹安排建议"), ("duckdb", "大规模重算")):
        if importlib.util.find_spec(module) is None:
            lacking.append(f"{module}（{use}）")
    if lacking:
        return Found(Level.ADVICE, "未安装：" + "、".join(lacking), "不影响其他功能；需要时再装。")
    return Found(Level.FINE, "可选程序齐全")


def fonts() -> Found:
    """中文字体."""
    lister = shutil.which("fc-list")
    if lister is None:
        return Found(Level.ADVICE, "未能检查中文字体（没有 fc-list）")
    command = [lister, ":lang=zh", "family"]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout  # noqa: S603 - found on the path
    if not listed.strip():
        return Found(Level.ADVICE, "本机没有中文字体", "只影响在本机生成 PDF；Debian 可装 fonts-noto-cjk。")
    return Found(Level.FINE, "本机有中文字体")


# --- the installation ---------------------------------------------------------------------------------------------------


def database() -> Found:
    """数据库."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return Found(Level.FINE, f"数据库：SQLite {cursor.fetchone()[0]}")
        cursor.execute("SELECT version(), now()")
        told, there = cursor.fetchone()
    apart = abs((clock.now() - there).total_seconds())
    if apart > CLOCK_SECONDS:
        return Found(Level.WARNING, f"本机与数据库服务器的时钟相差 {apart:.0f} 秒", "请在两台机器上启用时间同步。")
    return Found(Level.FINE, "数据库：" + " ".join(told.split()[:2]))


def migrations() -> Found:
    """数据库版本."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Found(Level.FAULT, f"数据库尚有 {len(plan)} 步升级未做", "请先备份，再运行 tongxin setup。")
    return Found(Level.FINE, "数据库已是当前版本")


def administrators() -> Found:
    """系统管理员."""
    today = clock.today()
    grants = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True, valid_from__lte=today)
    held = set(grants.exclude(valid_until__lte=today).values_list("office_id", flat=True))
    bare = list(Office.objects.exclude(pk__in=held).order_by("pk").values_list("name", flat=True))
    if not User.objects.exists():
        return Found(
            Level.ADVICE, "还没有账号", "试用可运行 tongxin demo load；正式使用请运行 tongxin office 设立机关。"
        )
    if bare:
        return Found(
            Level.WARNING,
            f"{bare[0]} 没有系统管理员",
            "请让本系统的其他管理员邀请一位；设立机关时会自动生成第一位的邀请。",
        )
    return Found(Level.FINE, "每个机关都有系统管理员")


def audit_tail() -> Found:
    """审计封存."""
    sealed = AuditSeal.objects.order_by().values("office_id").values_list("office_id", "last_entry_id")
    last: dict[int, int] = {}
    for office_id, entry_id in sealed:
        last[office_id] = max(last.get(office_id, 0), entry_id)
    limit = clock.now() - dt.timedelta(hours=UNSEALED_HOURS)
    late = sum(
        AuditEntry.objects.filter(office_id=office_id, pk__gt=last.get(office_id, 0), at__lt=limit).count()
        for office_id in AuditEntry.objects.order_by().values_list("office_id", flat=True).distinct()
    )
    if late:
        return Found(
            Level.WARNING, f"有 {late} 条审计记录超过一天未封存", "请看“后台任务”一项；也可运行 tongxin audit seal。"
        )
    return Found(Level.FINE, "审计记录按时封存")


def workdays() -> Found:
    """工作日表."""
    today = clock.today()
    year = today.year + (1 if today.month >= 11 else 0)
    days = Day.objects.filter(day__year=year)
    if not days.exists():
        return Found(Level.FAULT, f"没有 {year} 年的工作日表", "请运行 tongxin setup。")
    if days.filter(provisional=True).exists():
        return Found(
            Level.ADVICE, f"{year} 年的放假安排尚未录入，按周一至周五暂计", "通知公布后用 tongxin workdays 录入。"
        )
    return Found(Level.FINE, f"工作日表已到 {year} 年")


def store() -> Found:
    """附件存放."""
    where = getattr(default_storage, "bucket_name", None)
    if where is None:
        return Found(Level.FINE, "附件存放：数据文件夹")
    try:
        default_storage.connection.meta.client.head_bucket(Bucket=where)  # type: ignore[attr-defined] # an S3 store
    except Exception as error:  # no key, no bucket, no network: each of a kind of the library's own
        return Found(
            Level.FAULT,
            f"附件存储桶 {where} 不可用（{error}）",
            "请核对 TONGXIN_S3_ 开头的设置、存储桶是否已建、网络是否可达。",
        )
    return Found(Level.FINE, f"附件存放：存储桶 {where}")


def stored_files() -> Found:
    """附件."""
    if store().level is Level.FAULT:
        return Found(Level.ADVICE, "附件是否齐全未能核对")
    lost = [
        name
        for name in StoredFile.objects.order_by("pk").values_list("file", flat=True).iterator()
        if name and not default_storage.exists(name)
    ]
    if lost:
        return Found(Level.FAULT, f"缺少 {len(lost)} 个附件，如 {lost[0]}", "请从备份中找回。")
    return Found(Level.FINE, f"附件齐全（{StoredFile.objects.count()} 个）")


MACHINE: tuple[Callable[[], Found], ...] = (python, folder, space, guarded, logs, static, helpers, fonts)


def numbers() -> Found:
    """事项编号."""
    faults = list(number_queries.series_faults())
    if not faults:
        return Found(Level.FINE, "事项编号连续")
    told = "；".join(fault.words for fault in faults[:3]) + (f"，等{len(faults)}处" if len(faults) > 3 else "")
    return Found(
        Level.WARNING, f"编号不连续：{told}", "编号由系统发放，请核对是谁、为何改动；落后的序列在下次登记时自动越过。"
    )


def background() -> Found:
    """后台任务."""
    now = clock.now()
    stands = work.standing(now)
    if stands.unheeded(now):
        since = clock.local(stands.waiting_since)  # type: ignore[arg-type] # somebody waits
        return Found(
            Level.WARNING,
            f"有 {stands.waiting} 项后台任务在等待，最早的自 {since:%m-%d %H:%M} 起，没有进程在做",
            "请启动 tongxin serve（不带 --without-work）或 tongxin work。",
        )
    if stands.failed:
        last = work.failures(now)[0]
        return Found(
            Level.WARNING,
            f"近七天有 {stands.failed} 项后台任务未完成，最近一项是“{work.title_of(last.task_path)}”",
            "请运行 tongxin work --list 看原因；例行任务下次到时会再做。",
        )
    return Found(Level.FINE, f"后台任务：等待 {stands.waiting} 项，进行中 {stands.running} 项")


INSTALLATION: tuple[Callable[[], Found], ...] = (
    administrators,
    background,
    audit_tail,
    workdays,
    store,
    stored_files,
    numbers,
)
