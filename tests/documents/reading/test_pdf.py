from __future__ import annotations

import subprocess

import pypdfium2
import pytest

from tongxin.core.errors import BadInput
from tongxin.documents.reading import pdf, read_bytes


def as_pdf(pages: list[list[str]]) -> bytes:
    """A PDF with the given lines, made by hand: each line a text of its own, with a font that maps to Unicode."""
    chars = sorted({char for page in pages for line in page for char in line})
    codes = {char: number + 1 for number, char in enumerate(chars)}
    mapping = "\n".join(f"<{code:04x}> <{ord(char):04x}>" for char, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(codes)} beginbfchar\n{mapping}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    objects = ["", "", "", "", "", ""]
    objects[0] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>"
    )
    objects[3] = (
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        " /Supplement 0 >> /DW 1000 /FontDescriptor 5 0 R >>"
    )
    objects[4] = (
        "<< /Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800"
        " /Descent -200 /CapHeight 700 /StemV 80 >>"
    )
    objects[5] = f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream"
    kids = []
    for page in pages:
        content = "BT /F 16 Tf 28 TL 80 780 Td " + " ".join(
            "<" + "".join(f"{codes[char]:04x}" for char in line) + "> Tj T*" for line in page
        )
        content += " ET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body = "%PDF-1.4\n" + "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return (body + "trailer << /Root 1 0 R >>\n%%EOF").encode("latin-1")


HEAD = "临水市政协文件汇编"
# Each line but the last of a paragraph is as wide as the page allows.
PAGES = [
    [HEAD, "关于做好年度总结工作的通知", "各专委会：", "一、有关要求"]
    + ["各专委会要认真总结全年工作，对照年初计划逐项", "检查协商议题、视察调研、提案督办和委员联络的", "落实情况，于十二月十五日前将总结报送办公室。"]
    + ["1"],
    [HEAD, "二、其他事项"]
    + ["办公室负责汇总各专委会材料，形成全年工作报告", "并提交主席会议研究，研究中提出的意见和建议由", "各专委会分别吸收到下一年度的工作安排里面去。"]
    + ["2"],
    [HEAD]
    + ["请各专委会高度重视，指定专人负责，确保按时保", "质完成，工作中遇到的困难和问题应当及时与办公", "室联系，办公室将安排专人协助。"]
    + ["3"],
]  # fmt: skip


def test_lines_are_joined_and_running_heads_left_out():
    reading = read_bytes(as_pdf(PAGES), "通知.pdf")
    assert (reading.kind, reading.title, reading.salutation) == ("pdf", "关于做好年度总结工作的通知", "各专委会：")
    heads = [number for number, line in enumerate(reading.text.split("\n"), 1) if line == HEAD]
    assert set(heads) <= set(reading.chrome_line_numbers)
    assert "".join(reading.requirements[0].text.split()) == (
        "各专委会要认真总结全年工作，对照年初计划逐项检查协商议题、视察调研、提案督办和委员联络的落实情况，"
        "于十二月十五日前将总结报送办公室"
    )
    assert [note.code for note in reading.notes][:1] == ["pdf.lines"]


def test_pictures_of_pages_are_refused():
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    with pytest.raises(BadInput, match="里面是图片（扫描件），没有可读的文字") as refused:
        read_bytes(_saved(document), "扫描.pdf")
    assert refused.value.code == "reading.pdf_images"


@pytest.mark.parametrize("cut", [9, 200, 900])
def test_a_damaged_pdf_is_refused(cut):
    with pytest.raises(BadInput) as refused:
        read_bytes(as_pdf(PAGES)[:cut], "通知.pdf")
    assert refused.value.code in ("reading.pdf_damaged", "reading.pdf_images")


def test_a_protected_pdf_is_refused(monkeypatch):
    monkeypatch.setattr(pdf, "_CHILD", "-c")
    done = subprocess.CompletedProcess([], pdf.pdf_child.ENCRYPTED, b"", b"")
    monkeypatch.setattr(pdf.subprocess, "run", lambda *args, **kwargs: done)
    with pytest.raises(BadInput, match="设有打开密码"):
        read_bytes(b"%PDF-1.7 x", "通知.pdf")


def test_a_pdf_that_takes_too_long_is_refused(monkeypatch):
    def slow(*args, **kwargs):
        raise subprocess.TimeoutExpired("x", 1)

    monkeypatch.setattr(pdf.subprocess, "run", slow)
    with pytest.raises(BadInput, match="PDF 文件已损坏"):
        read_bytes(b"%PDF-1.7 x", "通知.pdf")


def _saved(document: pypdfium2.PdfDocument) -> bytes:
    from io import BytesIO

    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
