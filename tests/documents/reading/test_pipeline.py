"""The reading as a whole: its shape, its places, and that odd characters do no harm."""

from __future__ import annotations

import dataclasses
import json

import pytest

from tongxin.documents.reading import Reading, read_bytes, read_text

TEXT = (
    "关于例会的通知\r\n各处室：\r\n为做好工作，现通知如下：\r\n一、有关要求\r\n"
    "（一）按时报送。各处室要于３月５日前报送材料，并抓好落实。同时，认真准备发言。\r\n办公室\r\n2025年3月1日\r\n"
)


def test_a_reading_is_frozen():
    reading = read_text(TEXT)
    with pytest.raises(dataclasses.FrozenInstanceError):
        reading.title = "改"  # type: ignore[misc]


def test_the_shape_of_the_json():
    data = json.loads(json.dumps(read_text(TEXT).as_json(), ensure_ascii=False))
    assert list(data) == [
        "encoding",
        "kind",
        "title",
        "published",
        "dated",
        "source",
        "number",
        "salutation",
        "chrome_line_numbers",
        "chrome_lines",
        "elisions",
        "placeholders",
        "outline",
        "requirements",
        "repairs",
        "notes",
    ]
    assert list(data["requirements"][0]) == [
        "start",
        "end",
        "text",
        "line",
        "outline_path",
        "subject",
        "institution",
        "cadence_or_deadline",
        "role",
        "reason",
    ]
    assert list(data["outline"][0]) == ["level", "number", "heading", "line", "offset", "inline", "role"]
    assert data["requirements"][0]["outline_path"] == ["一", "(一)"]


def test_words_are_shown_as_printed():
    reading = read_text(TEXT)
    assert reading.requirements[0].text == "各处室要于３月５日前报送材料，并抓好落实"
    assert reading.requirements[0].cadence_or_deadline == "３月５日前"


def test_what_goes_on_with_the_same_body_keeps_the_subject():
    assert [item.subject for item in read_text(TEXT).requirements] == ["各处室", "各处室"]


def test_places_lead_back_to_the_text():
    for reading in (
        read_text(TEXT),
        read_bytes(TEXT.encode("gb18030"), "a.txt"),
        read_bytes(TEXT.encode("utf-16"), ""),
    ):
        assert reading.text == TEXT
        for item in reading.requirements:
            assert reading.text[item.start : item.end] == item.text
            assert reading.text.count("\n", 0, item.start) + 1 == item.line


def test_zero_width_and_right_to_left_marks_do_no_harm():
    odd = TEXT.replace("要", "\u200b要\u202e").replace("一、", "一\u2060、")
    reading = read_text(odd)
    assert [item.number for item in reading.outline] == ["一", "(一)"]
    assert len(reading.requirements) == 2
    assert "text.zero_width" in [note.code for note in reading.notes]
    assert reading.text == odd


def test_a_text_without_a_title_says_so():
    reading = read_text("各处室要按时报送材料，抓好各项工作落实，确保年底前完成全部任务，不得拖延推诿，务求实效。\n")
    assert reading.title is None
    assert "title.missing" in [note.code for note in reading.notes]


@pytest.mark.parametrize("text", ["字", "一、", "（", "……", "X", "1.", "：", "《", "\ufeff字", "👉", "a\x0cb字"])
def test_the_shortest_texts(text):
    assert isinstance(read_text(text), Reading)
