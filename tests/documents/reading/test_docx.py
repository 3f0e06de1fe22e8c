from __future__ import annotations

import zipfile
from io import BytesIO

from tongxin.documents.reading import read_bytes
from tongxin.documents.reading.docx import read_docx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def make(body: str, numbering: str = "") -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
        if numbering:
            archive.writestr("word/numbering.xml", f'<w:numbering xmlns:w="{W}">{numbering}</w:numbering>')
    return buffer.getvalue()


def p(*texts: str, properties: str = "") -> str:
    return f"<w:p>{properties}" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def test_paragraphs_become_lines():
    assert read_docx(make(p("关于", "例会的通知") + "<w:p/>" + p("各处室：")))[0] == "关于例会的通知\n\n各处室："


def test_tabs_and_breaks():
    assert (
        read_docx(make("<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>"))[0]
        == "甲\t乙\n丙"
    )


def test_tables_become_rows_with_tabs():
    row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    table = "<w:tbl>" + row.format(p("序号"), p("事项")) + row.format(p("1"), p("换届") + p("选举")) + "</w:tbl>"
    assert read_docx(make(p("前") + table + p("后")))[0] == "前\n序号\t事项\n1\t换届 选举\n后"


def test_tracked_changes_are_read_as_accepted_and_said():
    body = "<w:p><w:r><w:t>按</w:t></w:r><w:del><w:r><w:delText>月</w:delText></w:r></w:del><w:ins><w:r><w:t>季</w:t></w:r></w:ins></w:p>"
    text, notes = read_docx(make(body))
    assert text == "按季"
    assert [note.code for note in notes] == ["docx.tracked"]


def test_a_file_with_white_space_between_its_tags_reads_the_same():
    pretty = "\n  <w:p>\n    <w:r>\n      <w:t>第一段</w:t>\n    </w:r>\n  </w:p>\n  <w:p>\n  <w:r><w:t>第二段</w:t></w:r></w:p>"
    assert read_docx(make(pretty))[0] == "第一段\n第二段"


def test_a_drawing_in_one_paragraph_leaves_its_numbers_out():
    drawing = "<w:p><w:r><w:drawing><pos>12700</pos></w:drawing><w:t>图下文字</w:t></w:r></w:p>"
    assert read_docx(make(p("上文") + drawing))[0] == "上文\n图下文字"


def test_content_controls_are_opened():
    assert read_docx(make(f"<w:sdt><w:sdtContent>{p('正文')}</w:sdtContent></w:sdt>"))[0] == "正文"


def test_automatic_numbers_are_put_back():
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )

    def item(text: str, level: int) -> str:
        number = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        return p(text, properties=number)

    body = item("甲", 0) + item("子", 1) + item("丑", 1) + item("乙", 0) + item("寅", 1)
    assert read_docx(make(body, numbering))[0] == "一、甲\n1.子\n2.丑\n二、乙\n1.寅"


def test_a_docx_reads_like_its_text():
    body = p("关于例会的通知") + p("各处室：") + p("一、有关要求") + p("各处室要于3月5日前报送材料。")
    reading = read_bytes(make(body), "通知.docx")
    assert (reading.kind, reading.encoding, reading.title, reading.salutation) == (
        "docx",
        "docx",
        "关于例会的通知",
        "各处室：",
    )
    assert [(item.text, item.subject, item.cadence_or_deadline) for item in reading.requirements] == [
        ("各处室要于3月5日前报送材料", "各处室", "3月5日前")
    ]
    found = reading.requirements[0]
    assert reading.text[found.start : found.end] == found.text
