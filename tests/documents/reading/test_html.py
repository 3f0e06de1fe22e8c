from __future__ import annotations

from tongxin.documents.reading import read_bytes
from tongxin.documents.reading.html import text_of_html

PAGE = """<!DOCTYPE html><html><head><title>网页</title><script>var a = '要';</script></head><body>
<nav><ul><li>首页</li><li>通知公告</li></ul></nav><h1>关于例会的通知</h1>
<p>来源：秘书处 发布时间：2025-03-02</p><p>各处室：</p>
<p>一、有关要求</p><p>各处室要按时&nbsp;报送<b>材料</b>。</p><table><tr><td>甲</td><td>乙</td></tr></table></body></html>"""


def test_blocks_become_lines():
    assert text_of_html("<p>甲<b>乙</b></p><div>丙<br>丁</div>") == "甲乙\n丙\n丁"


def test_scripts_and_styles_are_left_out():
    assert text_of_html("<script>x</script><style>y</style><p>字</p>") == "字"


def test_cells_are_parted_by_tabs():
    assert text_of_html("<table><tr><td>甲</td><td>乙</td></tr></table>") == "甲\t乙"


def test_a_page_is_read():
    reading = read_bytes(PAGE.encode(), "页.txt")
    assert (reading.kind, reading.title, reading.source, reading.published) == (
        "html",
        "关于例会的通知",
        "秘书处",
        "2025-03-02",
    )
    assert [item.text for item in reading.requirements] == ["各处室要按时 报送材料"]
