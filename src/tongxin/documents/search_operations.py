"""Writes the full-text index: called by every operation that changes a title or a text."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tongxin.documents import tokens
from tongxin.documents.models import Document, Revision, SearchText


def entries_of(document: Document, text: str) -> list[SearchText]:
    """Return the index entries of a document's newest ``text``: one a chunk, the title with each."""
    title = " ".join(tokens.tokens(f"{document.title}\n{document.number}"))
    return [
        SearchText(
            office_id=document.office_id,
            document=document,
            chunk=place,
            start=start,
            length=len(piece),
            scope=f"o{document.office_id}",
            title=title,
            body=" ".join(tokens.tokens(piece)),
        )
        for place, (start, piece) in enumerate(tokens.chunks(text) or [(0, "")])
    ]


def index_document(document: Document) -> None:
    """Write the index entries of ``document`` anew, in the current transaction."""
    index_documents([document])


def index_documents(documents: Iterable[Document]) -> int:
    """Write the index entries of ``documents`` anew and return how many documents were written."""
    count = 0
    for document in documents:
        newest = Revision.objects.filter(document=document).order_by("-id").values_list("text", flat=True).first()
        with transaction.atomic():
            SearchText._default_manager.filter(document=document).delete()
            SearchText._default_manager.bulk_create(entries_of(document, newest or ""), batch_size=200)
        count += 1
    return count
