"""Background work: a queue in the database, work that comes by the clock, and one worker after another that does it.

The queue is that of django-tasks-db.  Added here is what it leaves open:

* *Regular work* is put into the queue under a number made of its name and its moment, so that of any number of workers
  with clocks that differ or jump, one puts it there and the others find it there.  A moment that was slept through is
  made up for once, not once for each.
* *A worker that dies* leaves its task marked as running.  Whether somebody runs it is asked of a lock that dies with its
  holder (PostgreSQL: of the connection that does the work; SQLite: of the process), never of a clock, so that a clock
  that jumps makes no living worker look dead.  Nobody there: the task waits again, and after ATTEMPTS has failed.
* *A task that fails* is tried again after a pause; what failed three times stays to be seen.

Every task must therefore bear being begun again: each writes in transactions of its own and looks first at what is done.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import logging
import os
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from croniter import croniter
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, get_date_max
from django_tasks_db.utils import exclusive_transaction

from tongxin.core import clock

LOGGER = logging.getLogger(__name__)
#: So often is a task begun before it counts as failed.
ATTEMPTS = 3
#: Before a task that failed is begun again.
PAUSE = dt.timedelta(minutes=2)
#: Seconds between two looks at an empty queue, and between two looks for regular work and for what a dead worker left.
LOOK_SECONDS, ROUND_SECONDS = 3, 30
#: What waits longer than this is done by nobody.
UNHEEDED = dt.timedelta(minutes=30)
#: Failures are shown this long.
SHOWN = dt.timedelta(days=7)


class Words(Protocol):
    """A text, or one that is translated when it is read."""

    def __str__(self) -> str: ...


@dataclass(frozen=True)
class Regular:
    """Work that comes by the clock: what, how it is called on a page, and when (five fields, local time)."""

    task: Task[..., Any]
    title: Words
    when: str

    def newest(self, now: dt.datetime) -> dt.datetime:
        """Return the last moment not after ``now`` at which this work came, aware."""
        local = clock.local(now)
        found: dt.datetime = croniter(self.when, local + dt.timedelta(seconds=1)).get_prev(dt.datetime)
        return found

    def next(self, now: dt.datetime) -> dt.datetime:
        """Return the next moment after ``now`` at which this work comes, aware."""
        found: dt.datetime = croniter(self.when, clock.local(now)).get_next(dt.datetime)
        return found

    def number(self, moment: dt.datetime) -> uuid.UUID:
        """Return the number under which the work of ``moment`` stands in the queue."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self.task.module_path}@{moment.astimezone(dt.UTC).isoformat()}")


_regular: list[Regular] = []


def register(work: Iterable[Regular]) -> None:
    """Name the regular work; called once, when the applications are ready."""
    _regular[:] = work


def regular() -> tuple[Regular, ...]:
    """Return the regular work, in the order in which it was named."""
    return tuple(_regular)


# --- the queue --------------------------------------------------------------------------------------------------------


def put_due(now: dt.datetime) -> None:
    """Put into the queue what has come by the clock and is not there yet; harmless from many places at once."""
    wanted = {work.number(moment): work for work in _regular for moment in [work.newest(now)]}
    known = set(DBTaskResult.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    DBTaskResult.objects.bulk_create(
        [
            DBTaskResult(
                id=number,
                args_kwargs={"args": [], "kwargs": {}},
                priority=work.task.priority,
                task_path=work.task.module_path,
                queue_name=work.task.queue_name,
                backend_name=work.task.backend,
                run_after=get_date_max(),
            )
            for number, work in wanted.items()
            if number not in known
        ],
        ignore_conflicts=True,
    )


def take_up() -> int:
    """Let the tasks wait again that are marked as running while nobody runs them; return how many there were."""
    found = 0
    for number in list(DBTaskResult.objects.running().order_by().values_list("pk", flat=True)):
        with _lock(number, wait=False) as held:
            if held:
                with transaction.atomic():
                    row = DBTaskResult.objects.running().select_for_update().filter(pk=number).first()
                    if row is not None:
                        _again(row, "执行它的进程中断了。")
                        found += 1
    return found


def _again(row: DBTaskResult, why: str, *, pause: dt.timedelta | None = None) -> None:
    """Let ``row`` wait once more, or mark it as failed where it was begun ATTEMPTS times."""
    more = len(row.worker_ids) < ATTEMPTS
    row.status = TaskResultStatus.READY if more else TaskResultStatus.FAILED
    row.finished_at = None if more else clock.now()
    row.traceback = row.traceback or why
    if more and pause is not None:
        row.run_after = clock.now() + pause
    row.save(update_fields=["status", "finished_at", "traceback", "run_after"])


@contextlib.contextmanager
def _lock(number: uuid.UUID, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a task and yield whether it was got; it goes with its holder, however that ends."""
    if connection.vendor == "postgresql":
        key = int.from_bytes(number.bytes[:8], signed=True)
        with connection.cursor() as cursor:
            if wait:
                cursor.execute("SELECT pg_advisory_lock(%s)", [key])
                held = True
            else:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
                (held,) = cursor.fetchone()
        try:
            yield held
        finally:
            if held:
                # A connection that broke took the lock with it.
                with contextlib.suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        return
    folder = settings.DATA_DIR / "work"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = os.open(folder / f"{number.hex}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            held = True
        except BlockingIOError:
            held = False
        yield held
    finally:
        os.close(opened)  # the file stays until tidy(): one taken away while somebody waits for it would guard nothing


# --- the worker -------------------------------------------------------------------------------------------------------


class _Once(Worker):
    """The library's worker, of which only the running of one task is used."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id,
            excluded_queue_names=[],
        )


class Background:
    """One worker: does one task after another until told to stop."""

    def __init__(self) -> None:
        self.name = f"{os.uname().nodename[:24]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._runner = _Once(self.name)
        self._stop = threading.Event()
        self._next_round = 0.0

    def stop(self) -> None:
        """Stop after the task at hand."""
        self._stop.set()

    def run(self) -> None:
        """Work until :meth:`stop`; a database that does not answer is waited for."""
        away = False
        while not self._stop.is_set():
            busy = False
            try:
                close_old_connections()
                self._round()
                busy = self.one()
                away = False
            except (DatabaseError, InterfaceError, OSError) as error:
                if not away:
                    LOGGER.warning("后台任务暂停，数据库或磁盘不可用：%s", error)
                away = True
                connection.close()
            if not busy:
                self._stop.wait(LOOK_SECONDS)

    def drain(self) -> int:
        """Do all that is there now, regular work included, and return how many tasks were begun."""
        self._round()
        count = 0
        while not self._stop.is_set() and self.one():
            count += 1
        return count

    def _round(self) -> None:
        if time.monotonic() >= self._next_round:
            take_up()
            put_due(clock.now())
            self._next_round = time.monotonic() + ROUND_SECONDS

    def one(self) -> bool:
        """Do the next task and tell whether there was one."""
        if not DBTaskResult.objects.ready().exists():  # a look takes no lock; SQLite has but one for all who write
            return False
        with contextlib.ExitStack() as held:
            with exclusive_transaction():
                row = DBTaskResult.objects.ready().get_locked()
                if row is None:
                    return False
                held.enter_context(_lock(row.pk))  # before anybody can see it marked as running
                row.claim(self.name)
            self._runner.run_task(row)
            if row.status == TaskResultStatus.FAILED:
                LOGGER.error("后台任务未完成：%s\n%s", title_of(row.task_path), row.traceback)
                _again(row, "", pause=PAUSE)
        return True


# --- how it stands ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How the queue stands: how many wait, run and failed of late; since when the longest waits (None: none does)."""

    waiting: int
    running: int
    failed: int
    waiting_since: dt.datetime | None

    def unheeded(self, now: dt.datetime) -> bool:
        """Tell whether nobody seems to be working."""
        return self.waiting_since is not None and now - self.waiting_since > UNHEEDED


def standing(now: dt.datetime) -> Standing:
    """Return how the queue stands."""
    waiting = [
        row.enqueued_at if row.run_after == get_date_max() else row.run_after
        for row in DBTaskResult.objects.ready().only("enqueued_at", "run_after")
    ]
    return Standing(
        waiting=len(waiting),
        running=DBTaskResult.objects.running().count(),
        failed=failures(now).count(),
        waiting_since=min(waiting, default=None),
    )


def failures(now: dt.datetime) -> Any:
    """Return the tasks that failed of late, newest first."""
    return DBTaskResult.objects.failed().filter(finished_at__gt=now - SHOWN).order_by("-finished_at")


def title_of(task_path: str) -> str:
    """Return how a task is called on a page."""
    found = next((work for work in _regular if work.task.module_path == task_path), None)
    return str(found.title) if found else task_path.rsplit(".", 1)[-1]


@dataclass(frozen=True)
class Line:
    """One regular work as a page shows it: its name, what became of it last, when it ended, and when it comes next."""

    title: str
    state: str
    ended: dt.datetime | None
    next: dt.datetime


def lines(now: dt.datetime) -> list[Line]:
    """Return one line for each regular work."""
    found = []
    for work in _regular:
        rows = DBTaskResult.objects.filter(task_path=work.task.module_path).order_by("-enqueued_at")
        last = rows.first()
        found.append(
            Line(
                title=str(work.title),
                state=str(last.status) if last else "",
                ended=last.finished_at if last else None,
                next=work.next(now),
            )
        )
    return found


def tidy(now: dt.datetime, *, days: int = 30) -> int:
    """Throw away the notes on tasks that ended more than ``days`` days ago; return how many."""
    count, _ = DBTaskResult.objects.finished().filter(finished_at__lt=now - dt.timedelta(days=days)).delete()
    left = set(DBTaskResult.objects.values_list("pk", flat=True))
    for path in (settings.DATA_DIR / "work").glob("*.lock"):
        if uuid.UUID(path.stem) not in left:
            path.unlink(missing_ok=True)
    return count
