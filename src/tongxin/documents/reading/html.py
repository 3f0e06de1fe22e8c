"""HTML to text: a line for each block of the page; what the page's own structure shows as menu is told apart.

The decoded text, into which all offsets point, is defined so: the character data of the page in the order of the
markup, references resolved; a line end at the start and end of every block element and at ``br``; a tab before every
table cell; blanks and line ends inside the data folded to one blank; lines without blanks at both ends, empty lines
left out. Scripts, styles, templates and form lists are no text. Menus stay in the text; their lines are named.
"""

from __future__ import annotations

import email
import email.policy
import logging
import re
from html.parser import HTMLParser

from readability import Document

from .chrome import NUMBER, is_date_line, is_salutation, looks_like_title
from .folding import fold

_BLOCKS = frozenset(
    "p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article header footer nav aside form title dd dt dl blockquote pre hr main figure figcaption center caption".split()
)
_HIDDEN = frozenset("script style noscript template head svg select iframe object canvas".split())
_CELLS = frozenset({"td", "th"})
_VOID = frozenset("br hr img input meta link area base col embed source track wbr".split())
# Elements and names of elements by which pages mark what is not their text.
_OUTSIDE = frozenset({"nav", "footer", "aside"})
_OUTSIDE_NAMES = re.compile(
    r"(?i)(?:^|[\s_-])(?:nav|navbar|navigation|menu|topbar|top-?bar|footer?|foot|bottom|copyright|crumbs?|breadcrumbs?|location|position|sidebar|side|share|bdshare|related|recommend|hot|links?|toolbar|tools?|print|fontsize|pager|paging|prevnext|login|search|banner|qrcode|ewm)(?:$|[\s_-]|\d)"
)
# Readability is quadratic on some markup; larger pages are told apart by the other rules alone.
_READABLE = 600_000
_LONGEST_ASIDE = 60
_LONGEST_CELL = 400


class _Cells(HTMLParser):
    """Which cells of the page, in order, hold data; others only lay the page out.

    Data stands in short cells without a table inside and with fewer than three links, in tables that have a row of
    more than one cell: old sites put a whole paper or a menu into the one cell of a table.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sizes: list[int] = []
        self.laying: set[int] = set()
        self.links: list[int] = []
        self.open: list[int] = []
        # For each open table its cells, the cells of its row, and whether a row had more than one.
        self.tables: list[tuple[list[int], list[int], list[bool]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.laying.update(self.open)
            self.tables.append(([], [], []))
        elif tag == "tr" and self.tables:
            self.tables[-1][1].clear()
        elif tag in _CELLS:
            if self.tables:
                cells, row, several = self.tables[-1]
                cells.append(len(self.sizes))
                row.append(len(self.sizes))
                if len(row) == 2:
                    several.append(True)
            self.open.append(len(self.sizes))
            self.sizes.append(0)
            self.links.append(0)
        elif tag == "a" and self.open:
            self.links[self.open[-1]] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS and self.open:
            self.open.pop()
        elif tag == "table" and self.tables:
            self._end_table()

    def _end_table(self) -> None:
        cells, _, several = self.tables.pop()
        if not several:
            self.laying.update(cells)

    def close(self) -> None:
        super().close()
        while self.tables:
            self._end_table()

    def handle_data(self, data: str) -> None:
        # Only the innermost cells matter: an outer one is known by the table in it.
        if self.open:
            self.sizes[self.open[-1]] += len(data.strip())

    def holds_data(self, number: int) -> bool:
        """True where the cell with this number (from 0) is one of a table of data."""
        return (
            number < len(self.sizes)
            and number not in self.laying
            and self.sizes[number] <= _LONGEST_CELL
            and self.links[number] < 3
        )


class _Collector(HTMLParser):
    """Lines with what their elements tell: whether they stand outside the text, and how much of them is links."""

    def __init__(self, cells: _Cells) -> None:
        super().__init__(convert_charrefs=True)
        self.cells = cells
        self.cell_number = -1
        self.in_cell = 0
        self.in_row = False
        self.lines: list[tuple[str, bool, int]] = []
        self.parts: list[str] = []
        self.linked = 0
        self.hidden = 0
        self.in_link = 0
        self.open: list[tuple[str, bool]] = []
        self.outside = 0

    def _end_line(self) -> None:
        # A row keeps its empty first cells, so that columns stay in their places.
        text = "".join(self.parts)
        text = "\t".join(cell.strip() for cell in text.split("\t")).rstrip("\t") if self.in_row else text.strip(" \t")
        if text:
            self.lines.append((text, self.outside > 0, self.linked))
        self.parts = []
        self.linked = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _CELLS:
            self.cell_number += 1
            if self.cells.holds_data(self.cell_number):
                if self.in_row:
                    self.parts.append("\t")
                else:
                    self._end_line()
                self.in_row, self.in_cell = True, 1
            else:
                self._end_line()
                self.in_cell = 0
        elif tag in _BLOCKS and not (self.in_cell and tag not in ("tr", "table")):
            self._end_line()
            self.in_row = False
        elif tag in _BLOCKS and self.parts:
            self.parts.append(" ")
        if tag in _VOID:
            return
        names = " ".join(value or "" for name, value in attrs if name in ("class", "id", "role"))
        outside = tag in _OUTSIDE or bool(names and tag not in ("body", "html") and _OUTSIDE_NAMES.search(names))
        self.open.append((tag, outside))
        self.outside += outside
        self.hidden += tag in _HIDDEN
        self.in_link += tag == "a"

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS:
            self.in_cell = 0
        elif tag in _BLOCKS and not self.in_cell:
            self._end_line()
            self.in_row = self.in_row and tag != "tr"
        # An end tag closes the nearest element of its name; one without a beginning closes nothing.
        for place in range(len(self.open) - 1, max(-1, len(self.open) - 40), -1):
            if self.open[place][0] == tag:
                for name, outside in self.open[place:]:
                    self.outside -= outside
                    self.hidden -= name in _HIDDEN
                    self.in_link -= name == "a"
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        text = re.sub(r"[ \n\r\f]+", " ", data.replace("\xa0", " "))
        if text == " " and (not self.parts or self.in_cell):
            return
        self.parts.append(text)
        if self.in_link:
            self.linked += len(text.strip())

    def close(self) -> None:
        super().close()
        self._end_line()


def read_html(markup: str) -> tuple[str, frozenset[int]]:
    """Text of a page and the numbers (from 1) of the lines that its structure shows to be menus and the like."""
    lines = _lines(markup)
    outside = {number for number, (text, aside, _) in enumerate(lines, 1) if aside and len(text) <= _LONGEST_ASIDE}
    outside |= _link_lists(lines)
    if len(outside) > 0.9 * len(lines):
        # The names of the elements mean something else on this page.
        outside = set()
    main = _main_part(markup)
    if main:
        outside |= {
            number for number, (text, _, _) in enumerate(lines, 1) if _bare(text) not in main and _may_be_aside(text)
        }
    return "\n".join(text for text, _, _ in lines), frozenset(outside)


def _lines(markup: str) -> list[tuple[str, bool, int]]:
    cells = _Cells()
    cells.feed(markup)
    cells.close()
    collector = _Collector(cells)
    collector.feed(markup)
    collector.close()
    return collector.lines


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _link_lists(lines: list[tuple[str, bool, int]]) -> set[int]:
    """Three or more short lines in a row that are nothing but links."""
    result: set[int] = set()
    run: list[int] = []
    for number, (text, _, linked) in enumerate([*lines, ("", False, 0)], 1):
        if text and linked >= 0.8 * len(_bare(text)) and len(text) <= _LONGEST_ASIDE:
            run.append(number)
            continue
        if len(run) >= 3:
            result.update(run)
        run = []
    return result


def _may_be_aside(text: str) -> bool:
    """A short line that is no part of a paper's frame may be the page's own."""
    shown = fold(text).strip()
    return len(shown) <= 30 and not (
        looks_like_title(shown)
        or NUMBER.fullmatch(shown)
        or is_date_line(shown)
        or is_salutation(shown)
        or re.match(r"^(?:[一二三四五六七八九十]+、|\(|\d+[.、]|第.{1,4}[章条]|附)", shown)
    )


def _main_part(markup: str) -> frozenset[str]:
    """Lines of what readability takes for the text of the page; empty where it finds too little to trust."""
    if len(markup) > _READABLE:
        return frozenset()
    # The library logs a traceback for markup that is none, before it raises; that is no fault of ours to report.
    logging.getLogger("readability").setLevel(logging.CRITICAL)
    try:
        summary = Document(markup).summary(html_partial=True)
    except Exception:
        # The library raises errors of several kinds on markup that is none; the other rules then decide alone.
        return frozenset()
    lines = [_bare(text) for text, _, _ in _lines(summary)]
    return frozenset(lines) if sum(map(len, lines)) >= 200 else frozenset()


def unpack_saved_page(data: bytes) -> bytes | None:
    """The page inside a saved web archive (mht, mhtml), or None where ``data`` is none."""
    head = data[:2000].lower()
    if b"mime-version:" not in head or b"multipart/related" not in head:
        return None
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else None
    return None
