"""A city taken through its faults: two nodes behind nginx, PostgreSQL with a synchronous standby, a background worker.

    python -m bench.faults [drill …]         all drills, or those named (kill, worker, restart, standby, backup, disk, clock,
                                             gap, task, lost, single)

Everything runs on this machine in a folder of its own, on ports of its own, and is taken down at the end.  While a fault
lasts, four doors send marks of a meeting through nginx (each again, under its own id, until it is answered) and a reader
opens a page.  After each drill every mark that was answered is looked for in the database.  Prints the table that stands
in docs/explanation/faults.md.  Needs nginx, PostgreSQL's programs and openssl; the full disk needs root (a small tmpfs),
the clock faketime; what is not there is said and left out.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
DOORS = 4
PEOPLE = 60
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found else Path(shutil.which("initdb") or "/usr/bin/initdb").parent


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until(what: Callable[[], bool], seconds: float, why: str) -> None:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise RuntimeError(why)
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
        line.request("GET", "/health/alive/", headers={"Host": "127.0.0.1", "X-Forwarded-Proto": "https"})
        return line.getresponse().status == 200
    return False


class Cluster:
    """One PostgreSQL server in a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name, self.port = folder / name, name, _port()
        self.log = folder / f"{name}.log"

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_owner, str(_programs() / program), *arguments]
        return subprocess.run(command, check=check, capture_output=True, text=True, cwd="/")

    def make(self) -> None:
        """Initialise a primary."""
        self.run("initdb", "-D", str(self.folder), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale")
        self.configure("wal_level = replica", "max_wal_size = 128MB", "min_wal_size = 32MB", "wal_keep_size = 64MB")

    def follow(self, primary: Cluster) -> None:
        """Become a standby of ``primary``."""
        self.run(
            "pg_basebackup", "-D", str(self.folder), "-R", "-X", "stream", "-c", "fast",
            "-d", f"host=127.0.0.1 port={primary.port} user=postgres application_name={self.name}",
        )  # fmt: skip
        self.configure()

    def configure(self, *lines: str) -> None:
        """Add settings to those that every server has."""
        own = [f"port = {self.port}", "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''",
               "shared_buffers = 64MB", f"cluster_name = '{self.name}'", *lines]  # fmt: skip
        with (self.folder / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join(own) + "\n")

    def start(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder), "-l", str(self.log), "-w", "-t", "60", "start")

    def stop(self, how: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder), "-m", how, "-w", "stop", check=False)

    def sql(self, *statements: str) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres", autocommit=True, connect_timeout=5
        ) as line:
            for statement in statements:
                done = line.execute(statement)
                rows = done.fetchall() if done.description else []
        return rows


class Process:
    """One process of ours that may be killed and started again."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str], log: Path, port: int = 0) -> None:
        self.name, self.arguments, self.environment, self.log, self.port = name, arguments, environment, log, port
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.arguments, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        if self.port:
            _until(lambda: _answers(self.port), 90, f"{self.name} did not start; see {self.log}")

    def children(self) -> list[int]:
        assert self.running is not None
        told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.running.pid)], capture_output=True, text=True)
        return [int(word) for word in told.stdout.split()]

    def end(self, number: int = signal.SIGKILL) -> None:
        if self.running is not None and self.running.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, number)
            self.running.wait(60)


class City:
    """The whole of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first, self.second = Cluster(folder / "pg", "node_a"), Cluster(folder / "pg", "node_b")
        self.https = _port()
        self.clock = folder / "clock"
        hosts = f"127.0.0.1:{self.first.port},127.0.0.1:{self.second.port}"
        self.address = f"postgres://postgres@{hosts}/tongxin?target_session_attrs=read-write&connect_timeout=3"
        self.nodes: list[Process] = []
        self.worker: Process
        self.proxy: Process

    def environment(self, name: str) -> dict[str, str]:
        place = self.folder / name
        place.mkdir(exist_ok=True)
        told = {
            **{key: value for key, value in os.environ.items() if not key.startswith("TONGXIN_")},
            "DATABASE_URL": self.address, "TONGXIN_DATA": str(place), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "tongxin.config.settings", "PYTHONUTF8": "1",
            "TONGXIN_SECRET_KEY": "drill-only-not-secret-0123456789-abcdefghijklmnopqrstuvwxyz",
            "TONGXIN_HTTPS": "1", "TONGXIN_BEHIND_PROXY": "1", "TONGXIN_HOSTS": "127.0.0.1",
            "TONGXIN_ORIGINS": f"https://127.0.0.1:{self.https}",
        }  # fmt: skip
        if name == "node2" and FAKETIME:
            told |= {
                "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(self.clock), "FAKETIME_NO_CACHE": "1",
                "DONT_FAKE_MONOTONIC": "1",
            }  # fmt: skip
        return told

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tongxin", *arguments],
            cwd=ROOT, env=self.environment("node1"), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"tongxin {' '.join(arguments)}: {done.stderr or done.stdout}")
        return done.stdout

    def build(self) -> None:
        """Bring everything up; the first server is the primary, the second follows it synchronously."""
        (self.folder / "pg").mkdir()
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder / "pg", owner.pw_uid, owner.pw_gid)
            self.folder.chmod(0o755)
        self.clock.write_text("+0\n")
        self.first.make()
        self.first.start()
        self.first.sql("CREATE DATABASE tongxin")
        self.command("setup")
        self.command("work", "--once")
        self.second.follow(self.first)
        self.second.start()
        self.first.sql("ALTER SYSTEM SET synchronous_standby_names = 'node_b'", "SELECT pg_reload_conf()")
        _until(self.synchronous, 30, "the standby does not follow")
        for number in (1, 2):
            port = _port()
            arguments = [
                sys.executable,
                "-m",
                "tongxin",
                "serve",
                "--port",
                str(port),
                "--workers",
                "2",
                "--without-work",
            ]
            log = self.folder / f"node{number}.log"
            (self.folder / f"node{number}" / "static").mkdir(parents=True, exist_ok=True)
            if number == 2:
                shutil.copytree(self.folder / "node1/static", self.folder / "node2/static", dirs_exist_ok=True)
            self.nodes.append(Process(f"node{number}", arguments, self.environment(f"node{number}"), log, port))
        self.worker = Process(
            "worker", [sys.executable, "-m", "tongxin", "work"], self.environment("work"), self.folder / "work.log"
        )
        for each in (*self.nodes, self.worker):
            each.start()
        self._proxy()

    def _proxy(self) -> None:
        place = self.folder / "nginx"
        place.mkdir()
        name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name,
             "-keyout", str(place / "key.pem"), "-out", str(place / "fullchain.pem")],
            check=True, capture_output=True,
        )  # fmt: skip
        shutil.copy(ROOT / "deploy/nginx/away.html", place)
        text = (ROOT / "deploy/nginx/city.conf").read_text(encoding="utf-8")
        for old, new in (
            ("10.0.0.11:8000", f"127.0.0.1:{self.nodes[0].port}"), ("10.0.0.12:8000", f"127.0.0.1:{self.nodes[1].port}"),
            ("listen 80;", f"listen 127.0.0.1:{_port()};"), ("listen 443 ssl", f"listen 127.0.0.1:{self.https} ssl"),
            ("zx.example.gov.cn", "127.0.0.1"), ("/etc/ssl/tongxin", str(place)), ("/etc/nginx/tongxin", str(place)),
        ):  # fmt: skip
            if old not in text:
                raise RuntimeError(f"deploy/nginx/city.conf lacks {old}")
            text = text.replace(old, new)
        temp = "".join(
            f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (place / "nginx.conf").write_text(
            f"daemon off; pid {place}/pid; error_log {place}/error.log; {'user root;' if os.geteuid() == 0 else ''}"
            f"events {{}} http {{ {temp} access_log {place}/access.log; {text} }}",
            encoding="utf-8",
        )
        self.proxy = Process(
            "nginx", ["nginx", "-c", str(place / "nginx.conf"), "-e", str(place / "error.log")], dict(os.environ),
            place / "out.log",
        )  # fmt: skip
        self.proxy.start()
        _until(lambda: self.get("/health/ready/")[0] == 200, 30, f"nginx does not answer; see {place}")

    def line(self, seconds: float = 20) -> http.client.HTTPSConnection:
        trusted = ssl.create_default_context(cafile=str(self.folder / "nginx/fullchain.pem"))
        return http.client.HTTPSConnection("127.0.0.1", self.https, timeout=seconds, context=trusted)

    def get(self, path: str, seconds: float = 20) -> tuple[int, str]:
        try:
            line = self.line(seconds)
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, type(error).__name__

    def synchronous(self) -> bool:
        with contextlib.suppress(psycopg.Error):  # it may be recovering still
            return self.first.sql("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'") != []
        return False

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Read from whichever server may be written to."""
        hosts = f"host=127.0.0.1,127.0.0.1 port={self.first.port},{self.second.port}"
        with psycopg.connect(
            f"{hosts} user=postgres dbname=tongxin target_session_attrs=read-write connect_timeout=5", autocommit=True
        ) as line:
            return line.execute(statement).fetchall()

    def meeting(self) -> tuple[list[str], list[str]]:
        """Make a meeting with doors; return the people's uids and the doors' tokens."""
        script = (
            "import django, json; django.setup()\n"
            "from tests import cast\nfrom tongxin.activities import operations, register_operations as r\n"
            "from tongxin.core import clock\n"
            "office = cast.make_office(); unit = cast.make_organization(office, 'special_committee')\n"
            f"people = [cast.make_person(office) for _ in range({PEOPLE})]\n"
            "[cast.join(person, unit) for person in people]\n"
            "made = operations.record(office, kind='special_committee_meeting', title='演练', day=clock.today(),\n"
            "                         organizations=[unit], actor=None)\n"
            f"doors = [r.open_station(made, name=f'{{n}}号门', actor=None).token for n in range({DOORS})]\n"
            "print(json.dumps([[p.uid.hex for p in people], doors]))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=self.environment("node1"), capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        people, doors = json.loads(done.stdout.splitlines()[-1])
        return people, doors

    def take_down(self) -> None:
        for each in (*self.nodes, *([self.worker, self.proxy] if hasattr(self, "proxy") else [])):
            each.end()
        for cluster in (self.first, self.second):
            if (cluster.folder / "postmaster.pid").exists():
                cluster.stop("immediate")


@dataclass
class Rush:
    """Four doors and a reader, while something happens."""

    city: City
    people: list[str]
    doors: list[str]
    acknowledged: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    slowest_page: float = 0.0
    lose_answers: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        self._threads = [threading.Thread(target=self._door, args=(number,)) for number in range(len(self.doors))]
        self._threads.append(threading.Thread(target=self._reader))
        for each in self._threads:
            each.start()
        # The fault comes into a rush that is under way.
        _until(lambda: len(self.acknowledged) >= 30, 60, f"no rush came about: {self.refused}")

    def end(self) -> None:
        # What was held back is sent until it is answered.
        at = len(self.acknowledged)
        _until(lambda: len(self.acknowledged) >= at + 20, 90, f"the doors were not answered again: {self.refused}")
        self._stop.set()
        for each in self._threads:
            each.join(90)

    def _door(self, number: int) -> None:
        line: http.client.HTTPSConnection | None = None
        count = 0
        while not self._stop.is_set():
            count += 1
            key = uuid.uuid4().hex
            mark = {"id": key, "person": self.people[(number * 17 + count) % PEOPLE], "presence": "present",
                    "late": count % 3 == 0}  # fmt: skip
            lost = 0
            while True:
                try:
                    if line is None:
                        line = self.city.line()
                    line.request(
                        "POST", f"/door/{self.doors[number]}/marks/", json.dumps(mark),
                        {"Content-Type": "application/json"},
                    )  # fmt: skip
                    if self.lose_answers and lost < 2:
                        # The network goes between the question and its answer: whether it arrived is not known.
                        time.sleep(0.01 * (count % 4))
                        lost += 1
                        line.close()
                        line = None
                        self.refused["answer thrown away"] += 1
                        continue
                    answer = line.getresponse()
                    body = answer.read()
                    if answer.status == 200 and json.loads(body)["marks"][0]["ok"]:
                        self.acknowledged.append(key)
                        self.moments.append(time.monotonic())
                        break
                    self.refused[str(answer.status)] += 1
                except (OSError, http.client.HTTPException) as error:
                    self.refused[type(error).__name__] += 1
                    line = None
                if self._stop.is_set():
                    return  # not answered: nothing is claimed of it
                time.sleep(0.3)

    def _reader(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            status, page = self.city.get("/accounts/login/", 70)
            self.slowest_page = max(self.slowest_page, time.monotonic() - began)
            told = "（说明页）" if status == 503 and "暂时不能使用" in page else ""
            self.pages[f"{status or page}{told}"] += 1
            time.sleep(0.25)

    def gap(self) -> float:
        """Return the longest time in seconds in which no mark was answered."""
        return max((b - a for a, b in zip(self.moments, self.moments[1:], strict=False)), default=0.0)


ROWS: list[tuple[str, ...]] = []


def _judge(name: str, rush: Rush, more: str = "") -> None:
    """Look for every answered mark in the database, and for effects that are there twice."""
    city = rush.city
    city.ask("SELECT 1")
    kept = Counter(str(row[0]).replace("-", "") for row in city.ask("SELECT client_id FROM activities_presencemark"))
    lost = [key for key in rush.acknowledged if key not in kept]
    doubled = [key for key, count in kept.items() if count > 1]
    entries = city.ask("SELECT count(*) FROM core_auditentry WHERE action = 'activities.mark_presence'")[0][0]
    assert isinstance(entries, int)
    excess = entries - sum(kept.values())
    told = "；".join(f"{what}×{count}" for what, count in sorted(rush.refused.items())) or "无"
    pages = "；".join(f"{what}×{count}" for what, count in sorted(rush.pages.items()))
    ROWS.append(
        (name, str(len(rush.acknowledged)), str(len(lost)), str(len(doubled) + abs(excess)), f"{rush.gap():.1f}", told,
         f"{pages}；最慢 {rush.slowest_page:.1f} 秒", more)
    )  # fmt: skip
    print("| " + " | ".join(ROWS[-1]) + " |", flush=True)


@contextlib.contextmanager
def _rush(city: City, name: str, *, lose_answers: bool = False) -> Iterator[list[str]]:
    """Run the block in the middle of a rush, then judge; what the block appends to the list is told with it."""
    rush = Rush(city, *PLACE, lose_answers=lose_answers)
    more: list[str] = []
    rush.begin()
    try:
        yield more
        rush.end()
    finally:
        rush._stop.set()
    _judge(name, rush, "；".join(more))


PLACE: tuple[list[str], list[str]] = ([], [])


def kill(city: City) -> None:
    with _rush(city, "整个应用节点被 kill -9，5 秒后重新启动") as more:
        city.nodes[0].end()
        time.sleep(5)
        city.nodes[0].start()
        more.append("另一节点接着答")
    with _rush(city, "两个应用节点同时被 kill -9，5 秒后重新启动"):
        for node in city.nodes:
            node.end()
        time.sleep(5)
        for node in city.nodes:
            node.start()


def worker(city: City) -> None:
    with _rush(city, "一个节点的一个工作进程被 kill -9") as more:
        victim = city.nodes[0].children()[0]
        os.kill(victim, signal.SIGKILL)
        _until(lambda: victim not in city.nodes[0].children(), 20, "still there")
        _until(lambda: len(city.nodes[0].children()) >= 2, 20, "the process was not replaced")
        more.append("自动补上")
        time.sleep(2)


def restart(city: City) -> None:
    for how, name in (("fast", "数据库正常重启"), ("immediate", "数据库崩溃（不写检查点）后重启")):
        with _rush(city, name):
            city.first.stop(how)
            time.sleep(3)
            city.first.start()
            _until(city.synchronous, 60, "the standby does not follow")


def standby(city: City) -> None:
    with _rush(city, "备库离开 8 秒（同步复制，无人处置）") as more:
        city.second.stop("fast")
        began = time.monotonic()
        time.sleep(8)
        city.second.start()
        _until(city.synchronous, 60, "the standby does not follow")
        more.append(f"备库离开 {time.monotonic() - began:.0f} 秒，写入等到它回来才答复")
    with _rush(city, "备库离开，管理员改为不等备库，回来后再改回") as more:
        city.second.stop("fast")
        time.sleep(2)
        city.first.sql("ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()")
        time.sleep(4)
        city.second.start()
        city.first.sql("ALTER SYSTEM SET synchronous_standby_names = 'node_b'", "SELECT pg_reload_conf()")
        _until(city.synchronous, 60, "the standby does not follow")
        more.append("改设置后写入随即继续")


def _fill(ballast: Path) -> None:
    """Write until the file system is full."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(2**16))


def disk(city: City) -> None:
    """The disk of the primary fills up; its write-ahead log lies on a small file system."""
    if os.geteuid() != 0:
        print("disk: needs root for a small tmpfs; left out", flush=True)
        return
    city.first.stop("fast")
    small, wal = city.folder / "pg" / "small", city.first.folder / "pg_wal"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size=300m,uid={pwd.getpwnam('postgres').pw_uid},mode=700",
                    "none", str(small)], check=True)  # fmt: skip
    try:
        shutil.copytree(wal, small / "pg_wal")
        subprocess.run(["chown", "-R", "postgres:", str(small)], check=True)
        wal.rename(wal.with_name("pg_wal.before"))
        wal.symlink_to(small / "pg_wal")
        city.first.start()
        _until(city.synchronous, 60, "the standby does not follow")
        with _rush(city, "数据库的盘写满 10 秒，腾出后继续") as more:
            _fill(small / "ballast")
            # What was set aside for the log is used up at once, so that the lack is felt while the drill lasts.
            for _ in range(40):
                with contextlib.suppress(psycopg.Error):
                    city.first.sql("SELECT txid_current()", "SELECT pg_switch_wal()")
            time.sleep(10)
            still = city.first.run("pg_ctl", "-D", str(city.first.folder), "status", check=False).returncode == 0
            (small / "ballast").unlink()
            if not still:
                city.first.start()
            more.append("数据库" + ("一直在" if still else "自行停机，腾出空间后启动"))
            _until(city.synchronous, 60, "the standby does not follow")
    finally:
        city.first.stop("fast")
        shutil.rmtree(wal.with_name("pg_wal.before"), ignore_errors=True)
        if wal.is_symlink():
            wal.unlink()
            shutil.copytree(small / "pg_wal", wal)
            subprocess.run(["chown", "-R", "postgres:", str(wal)], check=True)
        subprocess.run(["umount", str(small)], check=False)
        city.first.start()
        _until(city.synchronous, 60, "the standby does not follow")


def clock(city: City) -> None:
    """The second node's clock jumps in the middle: a day ahead, then back, then two hours behind."""
    if not FAKETIME:
        print("clock: needs faketime; left out", flush=True)
        return
    with _rush(city, "一个节点的时钟跳前一天、跳回、再退后两小时") as more:
        for jump in ("+86400", "+0", "-7200", "+0"):
            city.clock.write_text(f"{jump}\n")
            time.sleep(3)
        ahead = city.ask("SELECT count(*) FROM activities_presencemark WHERE at > now() + interval '1 hour'")[0][0]
        assert isinstance(ahead, int) and ahead > 0, "the clock did not jump"
        more.append(f"经该节点登记的 {ahead} 条，时间随它的时钟偏到明天；不丢不重，时间要人更正")


def gap(city: City) -> None:
    with _rush(city, "客户端断网：每次登记发出后两次收不到答复，再发", lose_answers=True):
        time.sleep(8)


def task(city: City) -> None:
    """The background worker is killed in the middle of a task; another takes it up, and the effect is there once."""
    city.worker.end()
    city.ask("SELECT 1")
    hosts = f"host=127.0.0.1,127.0.0.1 port={city.first.port},{city.second.port}"
    days = "SELECT note FROM core_day WHERE number = 1"
    (before,) = city.ask(days)[0]
    subprocess.run(
        [sys.executable, "-c", "import django; django.setup(); from tests.core.halfway import note; note.enqueue('x')"],
        cwd=ROOT, env=city.environment("work"), check=True,
    )  # fmt: skip
    state = "SELECT status, jsonb_array_length(worker_ids) FROM django_tasks_database_dbtaskresult WHERE task_path LIKE '%halfway.note' ORDER BY enqueued_at DESC LIMIT 1"
    with psycopg.connect(
        f"{hosts} user=postgres dbname=tongxin target_session_attrs=read-write", autocommit=False
    ) as held:
        held.execute("SELECT 1 FROM core_day WHERE number = 1 FOR UPDATE")  # the task waits for this in its middle
        city.worker.start()
        _until(lambda: city.ask(state)[0] == ("RUNNING", 1), 60, "the task was not begun")
        time.sleep(1)
        city.worker.end()
        held.rollback()
    began = time.monotonic()
    city.worker.start()
    _until(lambda: city.ask(state)[0] == ("SUCCESSFUL", 2), 90, f"not taken up: {city.ask(state)}")
    (after,) = city.ask(days)[0]
    effect = str(after).count("x") - str(before).count("x")
    ROWS.append(
        ("后台进程在任务中途被 kill -9", "–", "0" if effect == 1 else "1", str(effect - 1),
         f"{time.monotonic() - began:.1f}", "无", "–", "重新启动后接着做，第二次完成，效果一次")
    )  # fmt: skip
    print("| " + " | ".join(ROWS[-1]) + " |", flush=True)


def lost(city: City) -> None:
    """The primary is gone for good; the standby is promoted by hand.  Comes last: the city has one database after it."""
    with _rush(city, "主库消失，备库升为主库（人工）") as more:
        city.first.stop("immediate")
        time.sleep(3)
        began = time.monotonic()
        # Nobody follows the new primary yet; else it would wait for a standby that is not there.
        city.second.run("pg_ctl", "-D", str(city.second.folder), "-w", "promote")
        city.second.sql("ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()")
        more.append(f"升主用 {time.monotonic() - began:.1f} 秒；应用不改设置、不重启，自行连到新主库")
        time.sleep(3)


def backup(city: City) -> None:
    """A backup taken in the middle of the rush, encrypted, is restored into an empty place on both databases."""
    place = city.folder / "backup"
    place.mkdir()
    public, private = (line.rpartition("：")[2] for line in city.command("backup", "--new-key").splitlines())
    (place / "key").write_text(private + "\n")
    with _rush(city, "登记高峰中加密备份，恢复到 SQLite 和 PostgreSQL 空库") as more:
        before = city.ask("SELECT count(*) FROM activities_presencemark")[0][0]
        began = time.monotonic()
        city.command("backup", str(place / "b.age"), "--recipient", public)
        more.append(f"备份 {time.monotonic() - began:.0f} 秒，开始时已有登记 {before} 条")
        after = city.ask("SELECT count(*) FROM activities_presencemark")[0][0]
    city.first.sql("CREATE DATABASE restored")
    counts = []
    for name, url in (
        ("SQLite", f"sqlite:///{place / 'restored.sqlite3'}"),
        ("PostgreSQL", f"postgres://postgres@127.0.0.1:{city.first.port}/restored"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "tongxin", "restore", str(place / "b.age"), "--identity", str(place / "key")],
            cwd=ROOT, env={**city.environment("restored"), "DATABASE_URL": url}, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        if name == "SQLite":
            with contextlib.closing(sqlite3.connect(place / "restored.sqlite3")) as line:
                (count,) = line.execute("SELECT count(*) FROM activities_presencemark").fetchone()
        else:
            with psycopg.connect(f"host=127.0.0.1 port={city.first.port} user=postgres dbname=restored") as line:
                (count,) = line.execute("SELECT count(*) FROM activities_presencemark").fetchone()  # type: ignore[misc]
        counts.append(count)
        print(f"{name}: {done.stdout.splitlines()[0]} {done.stdout.splitlines()[1]}", flush=True)
    assert counts[0] == counts[1] and before <= counts[0] <= after, (before, counts, after)
    city.first.sql("DROP DATABASE restored")


def single(city: City) -> None:
    """One small server on SQLite whose disk fills up in the middle of a rush; apart from the city."""
    if os.geteuid() != 0:
        print("single: needs root for a small tmpfs; left out", flush=True)
        return
    small = city.folder / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(small)], check=True)
    server = None
    try:
        environment = {
            **city.environment("single"),
            "TONGXIN_DATA": str(small),
            "DATABASE_URL": "",
            "TONGXIN_HTTPS": "0",
        }
        alone = Alone(city, environment, small / "tongxin.sqlite3", _port())
        set_up = [sys.executable, "-m", "tongxin", "setup"]
        subprocess.run(set_up, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        PLACE[0][:], PLACE[1][:] = alone.meeting()
        command = [sys.executable, "-m", "tongxin", "serve", "--port", str(alone.port), "--workers", "2"]
        server = Process("single", command, environment, city.folder / "single.log", alone.port)
        server.start()
        with _rush(alone, "一台服务器（SQLite）的盘写满 10 秒，腾出后继续") as more:
            _fill(small / "ballast")
            time.sleep(10)
            (small / "ballast").unlink()
        with contextlib.closing(sqlite3.connect(alone.file)) as line:
            more.append(f"integrity_check：{line.execute('PRAGMA integrity_check').fetchone()[0]}")
        print(more[-1], flush=True)
    finally:
        if server is not None:
            server.end()
        subprocess.run(["umount", "-l", str(small)], check=False)


class Alone(City):
    """A server on SQLite, asked over plain HTTP; only what a rush needs of a city."""

    def __init__(self, city: City, environment: dict[str, str], file: Path, port: int) -> None:
        self.folder, self.file, self.port, self._environment = city.folder, file, port, environment

    def environment(self, name: str) -> dict[str, str]:
        return self._environment

    def line(self, seconds: float = 20) -> http.client.HTTPConnection:  # type: ignore[override]
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.file, timeout=30)) as line:
            return line.execute(statement).fetchall()


DRILLS = (kill, worker, restart, standby, backup, disk, clock, gap, task, lost, single)
HEAD = ("演练", "已确认的登记", "丢失", "重复", "最长无答复（秒）", "未成的尝试", "其间打开登录页", "说明")


def main() -> int:
    """Run the drills named on the command line, or all; return 1 where anything was lost or doubled."""
    lacking = [name for name in ("nginx", "openssl") if shutil.which(name) is None]
    if lacking or not (_programs() / "initdb").exists():
        print("faults: left out, this machine lacks " + ", ".join(lacking or ["PostgreSQL's initdb"]))
        return 0
    # Told to end, it takes down what it built.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    names = sys.argv[1:] or [drill.__name__ for drill in DRILLS]
    chosen = [drill for drill in DRILLS if drill.__name__ in names]
    with tempfile.TemporaryDirectory(prefix="tongxin-drill-", ignore_cleanup_errors=True) as place:
        city = City(Path(place))
        try:
            began = time.monotonic()
            if chosen != [single]:
                city.build()
                PLACE[0][:], PLACE[1][:] = city.meeting()
            print(f"ready after {time.monotonic() - began:.0f} s; {time.strftime('%F %R', time.gmtime())} UTC, "
                  f"load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
            print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
            for drill in chosen:
                drill(city)
            if chosen != [single]:
                city.command("audit", "seal")
                print("\n" + city.command("audit", "verify").strip(), flush=True)
        except BaseException:
            for log in sorted(Path(place).rglob("*.log")):
                print(f"== {log.name}", *log.read_text(errors="replace").splitlines()[-12:], sep="\n", file=sys.stderr)
            raise
        finally:
            city.take_down()
    return 1 if any(row[2] != "0" or row[3] != "0" for row in ROWS) else 0


if __name__ == "__main__":
    sys.exit(main())
