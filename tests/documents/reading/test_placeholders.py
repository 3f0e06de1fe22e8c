from __future__ import annotations

import pytest

from tongxin.documents.reading import read_text

FRAME = "在例会上的讲话\n同志们：\n{}\n"


def marks(text: str) -> list[str]:
    reading = read_text(FRAME.format(text))
    for item in reading.placeholders:
        assert reading.text[item.offset : item.offset + len(item.text)] == item.text
    return [item.text for item in reading.placeholders]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("委员XXX名，占比XXX%。", ["XXX", "XXX"]),
        ("在×××同志主持下，××市政协", ["×××", "××"]),
        ("**市政协第X届委员会", ["**", "X"]),
        ("讲好xx故事，20XX年", ["xx", "XX"]),
        ("建设＊＊新区", ["＊＊"]),
        ("现代化新*的征程", ["*"]),
        ("3×4 米，X光机，IPv6，XL号，www.xxx.com", []),
        ("第一〇〇条", []),
    ],
)
def test_placeholders(text, expected):
    assert marks(text) == expected


def test_chrome_is_not_searched():
    reading = read_text(FRAME.format("要抓好落实，确保完成任务。") + "上一篇：XX讲话\n")
    assert reading.placeholders == ()


@pytest.mark.parametrize("gap", ["……略……", "……（略）……", "（此处省略500字）", "此处隐藏512个字", "……（未完）"])
def test_elisions(gap):
    reading = read_text(FRAME.format(f"要抓好落实。{gap}要按时报送有关情况，不得拖延。"))
    assert [item.text for item in reading.elisions] == [gap]


def test_the_end_of_a_preview_is_an_elision():
    reading = read_text(FRAME.format("要抓好落实，按时报送。效能是 ……") + "预览结束，下载全文\n")
    assert [(item.text, reading.text[item.offset]) for item in reading.elisions] == [("……", "…")]


@pytest.mark.parametrize("text", ["要抓好学习、调研……等工作。", "他说：“难啊……”", "附件从略事项另行通知。"])
def test_dots_of_the_author_are_none(text):
    assert read_text(FRAME.format(text)).elisions == ()
