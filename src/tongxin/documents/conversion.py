"""One office file turned into another kind by LibreOffice, where it is installed.

The converter runs with a profile of its own in a directory that is gone afterwards, without a screen, with bounded
memory and not longer than a time limit; it sees the one file that it is given.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

#: Address space of the converter, in KiB: what it reserves, not what it uses.
MEMORY_KIB = 6 * 1024 * 1024
_PROGRAMS = ("soffice", "libreoffice")


class NoConverter(Exception):
    """No converter is installed."""


class NotConverted(Exception):
    """The converter gave nothing within the time limit."""


def converter() -> str | None:
    """Return the path of the converter, or None where none is installed."""
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)


def convert(data: bytes, source: str, target: str, *, time_limit: float, options: str = "") -> bytes:
    """Return ``data``, a file of the kind ``source`` (an extension such as ``doc``), as a file of the kind ``target``.

    ``options``: what follows the kind in the converter's ``--convert-to``, such as ``:filter:{…}``.
    Raises NoConverter, or NotConverted after ``time_limit`` seconds and where the converter refuses the file.
    """
    program = converter()
    if program is None:
        raise NoConverter
    with tempfile.TemporaryDirectory(prefix="tongxin-convert-") as name:
        folder = Path(name)
        given = folder / f"paper.{source}"
        given.write_bytes(data)
        out = folder / "out"
        command = [
            "/bin/sh",
            "-c",
            'ulimit -v "$0" 2>/dev/null; exec "$@"',
            str(MEMORY_KIB),
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            target + options,
            "--outdir",
            str(out),
            str(given),
        ]
        # a session of its own: what the converter starts ends with it when the time is up
        process = subprocess.Popen(  # noqa: S603 -- the program is looked up on PATH, the arguments are ours
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(time_limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        made = out / f"paper.{target}"
        if process.returncode != 0 or not made.exists():
            raise NotConverted
        return made.read_bytes()
