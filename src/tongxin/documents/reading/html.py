"""HTML to text: visible text with a line for each block; menus stay in and are told apart later as chrome."""

from __future__ import annotations

from html.parser import HTMLParser

_BLOCKS = frozenset(
    "p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article header footer nav aside form title dd dt dl blockquote pre hr".split()
)
_HIDDEN = frozenset("script style noscript template head svg select".split())
_CELLS = frozenset({"td", "th"})


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(" ".join(data.replace("\xa0", " ").split("\n")))


def text_of_html(markup: str) -> str:
    """Visible text of ``markup``, one line for each block, cells of a table parted by tabs."""
    collector = _Collector()
    collector.feed(markup)
    collector.close()
    lines = [line.strip(" \t") for line in "".join(collector.parts).split("\n")]
    return "\n".join(line for line in lines if line)
