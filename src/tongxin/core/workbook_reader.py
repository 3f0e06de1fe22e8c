"""Reads a workbook with calamine, here or in a process of its own.

calamine is fast, but a damaged .xls can make it ask for more memory than there is, and that ends the whole process,
not only the call.  What cannot be bounded beforehand is therefore read in a child with bounded memory, whose death is
an answer.  This file is also the child's program: it imports nothing of the project.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
from typing import Any

import python_calamine

#: Bounds of the child: bytes of address space, seconds.
MEMORY = 1 << 30
TIMEOUT = 60
#: The child's exit codes.
DONE, DAMAGED, ENCRYPTED = 0, 3, 4

Found = list[tuple[str, list[list[Any]], list[tuple[int, int, int, int]]]]


class Damaged(Exception):
    """The workbook cannot be read."""


class Encrypted(Exception):
    """The workbook asks for a password."""


def read_here(data: bytes) -> Found:
    """Return (name, rows, merged areas) of every visible sheet; raises Damaged or Encrypted."""
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(data))
        found: Found = []
        for sheet in workbook.sheets_metadata:
            is_visible = sheet.visible == python_calamine.SheetVisibleEnum.Visible
            if is_visible and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                content = workbook.get_sheet_by_name(sheet.name)
                merged = [(*first, *last) for first, last in content.merged_cell_ranges or ()]
                found.append((sheet.name, content.to_python(skip_empty_area=False), merged))
    except python_calamine.PasswordError as error:
        raise Encrypted from error
    except (python_calamine.CalamineError, OSError, ValueError, MemoryError) as error:
        raise Damaged from error
    except BaseException as error:
        # A panic of the reader arrives as a BaseException of its own; what stops the program passes.
        if type(error).__name__ != "PanicException":
            raise
        raise Damaged from error
    return found


def read_apart(data: bytes) -> Found:
    """Return what :func:`read_here` does, read in a child; raises Damaged also where the child dies or hangs."""
    try:
        child = subprocess.run(  # noqa: S603 - this very file, run by this very Python
            [sys.executable, "-I", __file__], input=data, capture_output=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Damaged from error
    if child.returncode == ENCRYPTED:
        raise Encrypted
    if child.returncode != DONE:
        raise Damaged
    sheets = json.loads(child.stdout, object_hook=_from_plain)
    return [(name, rows, [tuple(area) for area in merged]) for name, rows, merged in sheets]


def _to_plain(value: object) -> dict[str, str | float]:
    if isinstance(value, dt.datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, dt.time):
        return {"time": value.isoformat()}
    if isinstance(value, dt.timedelta):
        return {"seconds": value.total_seconds()}
    raise TypeError(type(value).__name__)


def _from_plain(value: dict[str, Any]) -> dt.date | dt.time | dt.timedelta:
    ((kind, content),) = value.items()
    match kind:
        case "datetime":
            return dt.datetime.fromisoformat(content)
        case "date":
            return dt.date.fromisoformat(content)
        case "time":
            return dt.time.fromisoformat(content)
        case _:
            return dt.timedelta(seconds=content)


def _bound_memory() -> None:
    """Bound the memory of this process where the system knows such bounds."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> int:
    """Read a workbook from standard input and print its sheets as JSON; see the exit codes above."""
    _bound_memory()
    try:
        found = read_here(sys.stdin.buffer.read())
    except Encrypted:
        return ENCRYPTED
    except Damaged:
        return DAMAGED
    sys.stdout.buffer.write(json.dumps(found, default=_to_plain).encode())
    return DONE


if __name__ == "__main__":
    sys.exit(main())
