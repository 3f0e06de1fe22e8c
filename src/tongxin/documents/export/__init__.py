"""Official documents after GB/T 9704-2012: a :class:`Paper` in, docx, preview and (with a converter) PDF out."""

from tongxin.documents.export.docx_writer import MEDIA_TYPE, write_docx
from tongxin.documents.export.from_text import HeadingAt, paper_from_text
from tongxin.documents.export.layout import Line, lay_out
from tongxin.documents.export.paper import (
    Attachment,
    Block,
    Column,
    Form,
    Heading,
    Names,
    Paper,
    Paragraph,
    Part,
    PrintingRecord,
    Signature,
    Table,
    Text,
    numbered,
    parts,
    plain,
    printed_day,
)
from tongxin.documents.export.pdf import converter, missing_fonts, to_pdf

__all__ = [
    "MEDIA_TYPE",
    "Attachment",
    "Block",
    "Column",
    "Form",
    "Heading",
    "HeadingAt",
    "Line",
    "Names",
    "Paper",
    "Paragraph",
    "Part",
    "PrintingRecord",
    "Signature",
    "Table",
    "Text",
    "converter",
    "lay_out",
    "missing_fonts",
    "numbered",
    "paper_from_text",
    "parts",
    "plain",
    "printed_day",
    "to_pdf",
    "write_docx",
]
