"""A docx file as PDF, by LibreOffice where it is installed.

The converter runs with a profile of its own in a directory that is gone afterwards, without a screen, and not
longer than a time limit; it sees the one file that it is given.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tongxin.core.errors import NotPossible
from tongxin.documents.export.measures import FONTS

#: Seconds after which a conversion is given up.
TIME_LIMIT = 60
_PROGRAMS = ("soffice", "libreoffice")


def converter() -> str | None:
    """Return the path of the converter, or None where none is installed."""
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)


def missing_fonts() -> tuple[str, ...]:
    """Return the faces of an official document that this machine lacks (neither name nor stand-in).

    Empty where the machine cannot say (no fontconfig).
    """
    lister = shutil.which("fc-list")
    if lister is None:
        return ()
    try:
        found = subprocess.run([lister, ":", "family"], capture_output=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ()
    installed = found.stdout.decode("utf-8", "replace")
    return tuple(font.name for font in FONTS if font.name not in installed and font.fallback not in installed)


def to_pdf(docx: bytes, *, time_limit: float = TIME_LIMIT) -> bytes:
    """Return ``docx`` as PDF.

    Raises NotPossible ``export.no_converter`` where no converter is installed, ``export.conversion`` where it gave
    no PDF within ``time_limit`` seconds.
    """
    program = converter()
    if program is None:
        raise NotPossible(
            "export.no_converter",
            "本机没有安装 LibreOffice，不能生成 PDF。",
            hint="请下载 docx，用文字处理软件另存为 PDF；或请系统管理员安装 LibreOffice。",
        )
    with tempfile.TemporaryDirectory(prefix="tongxin-pdf-") as name:
        folder = Path(name)
        source = folder / "paper.docx"
        source.write_bytes(docx)
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(source),
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
        target = folder / "paper.pdf"
        if process.returncode != 0 or not target.exists():
            raise NotPossible(
                "export.conversion",
                "没有能在规定时间内生成 PDF。",
                hint="请稍后再试，或下载 docx 后另存为 PDF。",
            )
        return target.read_bytes()
