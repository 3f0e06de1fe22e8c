from __future__ import annotations

from tongxin.documents.reading import read_bytes
from tongxin.documents.reading.html import read_html


def text_of(markup: str) -> str:
    return read_html(markup)[0]


PAGE = """<!DOCTYPE html><html><head><title>网页</title><script>var a = '要';</script></head><body>
<nav><ul><li>首页</li><li>通知公告</li></ul></nav><h1>关于例会的通知</h1>
<p>来源：秘书处 发布时间：2025-03-02</p><p>各处室：</p>
<p>一、有关要求</p><p>各处室要按时&nbsp;报送<b>材料</b>。</p><table><tr><td>甲</td><td>乙</td></tr></table></body></html>"""


def test_blocks_become_lines():
    assert text_of("<p>甲<b>乙</b></p><div>丙<br>丁</div>") == "甲乙\n丙\n丁"


def test_scripts_and_styles_are_left_out():
    assert text_of("<script>x</script><style>y</style><p>字</p>") == "字"


def test_cells_are_parted_by_tabs():
    assert text_of("<table><tr><td>甲</td><td>乙</td></tr></table>") == "甲\t乙"


def test_rows_keep_their_empty_cells_and_paragraphs_in_cells():
    table = "<table><tr><th>内容</th><th>时间</th></tr><tr><td></td><td><p>三月</p></td></tr></table>"
    assert text_of(table) == "内容\t时间\n\t三月"


def test_a_table_that_only_lays_out_the_page_is_none():
    page = "<table><tr><td><table><tr><td>甲</td><td>乙</td></tr></table><p>正文</p></td></tr></table>"
    assert text_of(page) == "甲\t乙\n正文"


def test_a_paper_in_the_one_cell_of_a_table_keeps_its_lines():
    page = (
        "<table><tr><td><a href=a>首页</a><br><a href=b>机构</a><br><a href=c>党建</a></td><td>站点</td></tr></table>"
        "<table><tr><td>关于报送材料的通知<br>各处室：<br>一、报送时间<br>3月底前报送。</td></tr></table>"
        "<table><tr><td>序号</td><td>任务<br>要求</td></tr></table>"
    )
    assert read_html(page)[0].split("\n") == [
        "首页",
        "机构",
        "党建",
        "站点",
        "关于报送材料的通知",
        "各处室：",
        "一、报送时间",
        "3月底前报送。",
        "序号\t任务 要求",
    ]


def test_menus_footers_and_link_lists_are_told_apart():
    page = (
        "<div class='nav'>导航</div><ul><li><a>甲栏</a></li><li><a>乙栏</a></li><li><a>丙栏</a></li></ul>"
        "<p>各处室要<a>按时</a>报送。</p><footer>某机关主办</footer>"
    )
    text, aside = read_html(page)
    assert text.split("\n") == ["导航", "甲栏", "乙栏", "丙栏", "各处室要按时报送。", "某机关主办"]
    assert aside == frozenset({1, 2, 3, 4, 6})


def test_elements_that_never_close_do_no_harm():
    assert text_of("<div><p>甲<p>乙</div></span></div>丙") == "甲\n乙\n丙"


def test_a_declared_encoding_is_used():
    page = '<html><head><meta charset="big5"></head><body><p>各單位要定期開展學習工作</p></body></html>'
    assert read_bytes(page.encode("big5"), "页.html").text == "各單位要定期開展學習工作"


def test_a_saved_web_archive_is_opened():
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
    part = "--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    reading = read_bytes((head + part + PAGE + "\r\n--x--\r\n").encode(), "页.mht")
    assert (reading.kind, reading.title) == ("html", "关于例会的通知")


def test_a_page_is_read():
    reading = read_bytes(PAGE.encode(), "页.txt")
    assert (reading.kind, reading.title, reading.source, reading.published) == (
        "html",
        "关于例会的通知",
        "秘书处",
        "2025-03-02",
    )
    assert [item.text for item in reading.requirements] == ["各处室要按时 报送材料"]
