"""``tongxin serve``: answer on one address until stopped, and do the background work beside it.

The background worker is a process of its own, so that a task that fails or fills the memory takes no page with it.  It
is begun again where it ends, and ends by itself where this process is gone, however that came about.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
import subprocess
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection

from tongxin.config.preload import preload


class Command(BaseCommand):
    """See the module docstring."""

    help = "启动服务。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read address, port and number of workers."""
        parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1）")
        parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
        parser.add_argument("--workers", type=int, default=2, help="工作进程数（默认 2）")
        parser.add_argument("--without-work", action="store_true", help="不带后台进程（另有 tongxin work 在运行时）")
        parser.add_argument("--check", action="store_true", help="只检查端口是否空闲")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        refuse_busy_port(host, port)
        if options["check"]:
            return
        from granian import Granian  # noqa: PLC0415 - only this command needs the server
        from granian.constants import Interfaces  # noqa: PLC0415
        from granian.log import LogLevels  # noqa: PLC0415

        if settings.METRICS_FOLDER:
            for old in settings.METRICS_FOLDER.glob("*.db"):
                old.unlink(missing_ok=True)
        # More than one blocking thread a worker only adds waiting for SQLite's one writer.
        threads = 1 if connection.vendor == "sqlite" else 2
        preload()
        self.stdout.write(f"请打开 http://{host}:{port}/ （按 Ctrl+C 停止）", ending="\n")
        self.stdout.flush()
        server = Granian(
            "tongxin.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=options["workers"],
            blocking_threads=threads,
            websockets=False,
            log_access=False,
            log_level=LogLevels.warning,
            # A request that hangs must not keep a stopping or restarting server waiting for ever.
            workers_kill_timeout=30,
            # A worker process that dies is replaced; without this one death ends the whole server.
            respawn_failed_workers=True,
        )
        with contextlib.nullcontext() if options["without_work"] else _background():
            server.serve()


@contextlib.contextmanager
def _background() -> Iterator[None]:
    """Keep a background worker running while the block runs; it has half a minute to end the task at hand."""
    stopping = threading.Event()
    present: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stopping.is_set():
            command = [sys.executable, "-m", "tongxin", "work", "--until-input-ends"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own command
            present[:] = [process]
            process.wait()
            if not stopping.is_set():
                logging.getLogger(__name__).error("后台进程意外结束（%s），五秒后重新启动。", process.returncode)
                stopping.wait(5)

    keeper = threading.Thread(target=keep, name="background", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for process in present:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def refuse_busy_port(host: str, port: int) -> None:
    """Raise CommandError where ``port`` cannot be had, with the way out."""
    if not 0 < port < 65536:
        raise CommandError(f"端口 {port} 不存在，请用 1 至 65535 之间的数。")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"端口 {port} 已被占用。请换一个端口，例如:make demo PORT={port % 65000 + 17}"
                ) from error
            raise CommandError(f"不能在 {host}:{port} 上监听：{error.strerror}。请换一个地址或端口。") from error
