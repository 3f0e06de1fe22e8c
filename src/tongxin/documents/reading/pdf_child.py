"""Takes the text out of a PDF, page by page, in a process of its own with bounded memory and time.

A damaged PDF can make the library ask for more memory than there is, or end the process; then the child dies, and its
death is an answer. This file is the child's program: it imports nothing of the project.
"""

from __future__ import annotations

import json
import sys

MEMORY = 1 << 30
SECONDS = 20
MAX_PAGES = 600
#: Exit codes.
DONE, DAMAGED, ENCRYPTED, TOO_LONG = 0, 3, 4, 5


def pages_of(data: bytes) -> list[str]:
    """Text of each page; raises pypdfium2's error for a damaged or protected file."""
    import pypdfium2  # noqa: PLC0415 - only the child needs it

    document = pypdfium2.PdfDocument(data)
    if len(document) > MAX_PAGES:
        raise SystemExit(TOO_LONG)
    return [page.get_textpage().get_text_range() for page in document]


def main() -> int:
    """Read a PDF from standard input and print its pages as JSON; see the exit codes above."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    data = sys.stdin.buffer.read()
    try:
        pages = pages_of(data)
    except Exception as error:
        return ENCRYPTED if "password" in str(error).lower() else DAMAGED
    sys.stdout.buffer.write(json.dumps(pages).encode("ascii"))
    return DONE


if __name__ == "__main__":
    sys.exit(main())
