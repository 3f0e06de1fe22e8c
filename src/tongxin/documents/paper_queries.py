"""A document of the library as an official document: its newest text, its open places filled as they stand."""

from __future__ import annotations

from collections.abc import Callable

from tongxin.documents import queries
from tongxin.documents.enums import PlaceholderState
from tongxin.documents.export import Form, HeadingAt, Paper, Part, paper_from_text
from tongxin.documents.models import Block, Document, Placeholder

#: Makes the address of the page that explains a filled place.
AddressOf = Callable[[Placeholder], str]


def paper_of(document: Document, *, form: Form = Form.INTERNAL, address_of: AddressOf | None = None) -> Paper:
    """Return ``document`` as a paper of ``form``; four statements.

    Filled places stand with the value they were given (the office's own count before the register's), open ones
    as the original has them.
    """
    revision = queries.latest_revision(document)
    text = revision.text
    filled = list(Placeholder.objects.filter(revision=revision, state=PlaceholderState.FILLED).order_by("offset"))
    blocks = Block.objects.filter(revision=revision, inline=False, level__lte=5)

    def parts_of(start: int, end: int) -> list[Part]:
        found: list[Part] = []
        at = start
        for place in filled:
            if not start <= place.offset < end:
                continue
            found.append(Part(text[at : place.offset]))
            day = f"{place.as_of:%Y-%m-%d}" if place.as_of else ""
            found.append(Part(place.shown, address_of(place) if address_of else "", day))
            at = place.end
        found.append(Part(text[at:end]))
        return [part for part in found if part.text]

    return paper_from_text(
        text,
        title=document.title,
        headings=[HeadingAt(block.level, block.number, block.heading, block.line, block.offset) for block in blocks],
        salutation=str(revision.reading.get("salutation") or ""),
        chrome_lines=revision.chrome_line_numbers,
        form=form,
        parts_of=parts_of,
    )
