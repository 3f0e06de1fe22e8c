"""An official document as a page, a docx file or a PDF: what every area that writes one shares."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

from tongxin.documents.export import MEDIA_TYPE, Paper, lay_out, to_pdf, write_docx


def paper_context(paper: Paper) -> dict[str, Any]:
    """Return what ``parts/paper.html`` needs: ``paper`` and its ``lines``."""
    return {"paper": paper, "lines": lay_out(paper)}


def paper_response(paper: Paper, kind: str) -> HttpResponse:
    """Return the file; ``kind``: ``docx`` or ``pdf``.  Raises NotPossible where a PDF cannot be made."""
    data = write_docx(paper)
    if kind == "pdf":
        return file_response(to_pdf(data), f"{paper.title}.pdf", "application/pdf")
    return file_response(data, f"{paper.title}.docx", MEDIA_TYPE)


def file_response(data: bytes, name: str, media_type: str) -> HttpResponse:
    """Return a download under a name that may hold Chinese characters."""
    clean = re.sub(r'[\\/:*?"<>|\s]+', "", name)[-80:] or "file"
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(clean)}"
    return response
