from __future__ import annotations

import pytest

from tongxin.documents.reading import read_text


def outline(text: str) -> list[tuple[int, str, str]]:
    return [(item.level, item.number, item.heading) for item in read_text(text).outline]


def notes(text: str) -> list[str]:
    return [note.code for note in read_text(text).notes if note.code.startswith("numbering")]


def test_own_lines_and_run_in_headings():
    text = "一、总体安排\n（一）健全制度。完善学习制度，按月检查。\n1．学习计划。制定年度计划。\n（1）各支部按时报送材料。\n①封面统一格式。\n"
    assert outline(text) == [
        (1, "一", "总体安排"),
        (2, "(一)", "健全制度"),
        (3, "1", "学习计划"),
        (4, "(1)", "各支部按时报送材料"),
        (5, "①", "封面统一格式"),
    ]


def test_a_heading_is_cut_at_sixty_characters():
    assert len(outline("1.把" + "甲" * 100 + "作为重点。\n")[0][2]) == 60


def test_a_whole_sentence_is_an_entry_and_a_requirement():
    reading = read_text("四、注意事项\n1.请各位委员带好材料。会后材料统一交至办公室。\n")
    assert [item.heading for item in reading.outline] == ["注意事项", "请各位委员带好材料"]
    assert [item.text for item in reading.requirements] == ["请各位委员带好材料", "会后材料统一交至办公室"]


def test_levels_may_be_skipped_and_numbers_may_run_on():
    text = "一、甲事\n1.甲。完善制度。\n2.乙。完善制度。\n二、乙事\n3.丙。完善制度。\n三、丙事\n（1）丁。完善制度。\n"
    assert [item[1] for item in outline(text)] == ["一", "1", "2", "二", "3", "三", "(1)"]
    assert notes(text) == []


def test_restarts_are_no_fault():
    assert notes("一、甲事\n1.甲\n2.乙\n二、乙事\n1.甲\n2.乙\n") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("（1）甲\n（2）乙\n（4）丁\n", ["numbering.skip"]),
        ("一、甲\n二、乙\n二、丙\n", ["numbering.repeat"]),
        ("一、甲\n二、乙\n三、丙\n二、丁\n", ["numbering.back"]),
        ("一、甲\n二.乙\n", ["numbering.form"]),
        ("1．甲事\n2.乙事\n", ["numbering.form"]),
        ("二、甲\n三、乙\n", ["numbering.start"]),
    ],
)
def test_faults_are_reported_and_never_mended(text, codes):
    assert notes(text) == codes
    assert len(outline(text)) == text.count("\n")


def test_a_number_without_a_dot_is_told_by_its_neighbours():
    text = "一、安排\n1.报名。填写报名表。\n2.评审。组织专家评审。\n3公示结果，接受监督。\n"
    assert [item[1] for item in outline(text)] == ["一", "1", "2", "3"]


@pytest.mark.parametrize(
    "line", ["2019年工作顺利。", "5.2%的增长来自服务业。", "1—2 换届选举", "1\t换届\t6月", "3月1日前报送。"]
)
def test_false_friends(line):
    assert outline(f"一、安排\n{line}\n") == [(1, "一", "安排")]


def test_lists_of_attachments_are_no_headings():
    text = "一、安排\n请认真落实。\n附件：1．任务分解表\n2．会议安排表\n办公室\n2025年3月1日\n"
    assert outline(text) == [(1, "一", "安排")]


def test_a_second_document_starts_anew():
    text = "关于印发方案的通知\n各处室：\n一、有关要求\n请认真落实。\n办公室\n2025年3月1日\n读书活动方案\n为做好工作，请各处室按时报送材料，不得拖延。\n一、目标\n"
    reading = read_text(text)
    assert [item.number for item in reading.outline] == ["一", "一"]
    assert [item.outline_path for item in reading.requirements] == [("一",), ()]


def test_counted_levels_inside_a_paragraph():
    found = outline(
        "一、任务\n重点抓好三件事。一是健全制度。修订学习制度，按月检查。二是抓好落实。第三，请按时报送。\n"
    )
    assert found[1:] == [(6, "一是", "一是健全制度"), (6, "二是", "二是抓好落实"), (6, "第三", "第三，请按时报送")]


def test_a_counted_level_right_after_the_mark_of_an_item():
    text = "一、总体安排\n（一）一是加强管理。按月检查台账。二是激发活力。按季开展活动。\n"
    assert outline(text) == [
        (1, "一", "总体安排"),
        (2, "(一)", "一是加强管理"),
        (6, "一是", "一是加强管理"),
        (6, "二是", "二是激发活力"),
    ]


@pytest.mark.parametrize(
    ("item", "heading"),
    [
        ("把好入口关。吸收优秀教师入党。", True),
        ("支部书记负总责，分管委员各负其责。每季度盘点一次。", False),
    ],
)
def test_a_short_duty_is_no_heading(item, heading):
    first = item.partition("。")[0]
    asked = [one.text for one in read_text(f"工作计划\n一、重点任务\n1.{item}\n").requirements]
    assert (first not in asked) is heading


def test_bare_topics():
    text = (
        "一、任务\n（一）抓好学习。要突出重点。坚持每月集中研讨，撰写心得体会。要加强考核，督促各支部按时完成任务。\n"
    )
    assert [item for item in outline(text) if item[0] == 6] == [(6, "要", "要突出重点")]


def test_accidents_of_words_are_no_levels():
    assert [
        item for item in outline("一、任务\n统一要求，落实到人。这一是非要分清。二要素齐备。\n") if item[0] == 6
    ] == []


def test_places_count_in_the_original():
    text = "\ufeff\u3000\u3000一、甲事\r\n（一）乙事。完善制度。\r\n"
    first, second = read_text(text).outline
    assert text[first.offset] == "一"
    assert text[second.offset : second.offset + 3] == "（一）"
    assert (first.line, second.line) == (1, 2)
