from __future__ import annotations

import pytest

from tongxin.documents.reading import read_text
from tongxin.documents.reading.chrome import find_frame, is_salutation, looks_like_title
from tongxin.documents.reading.folding import fold
from tongxin.documents.reading.lines import split_lines

BODY = "为做好有关工作，经研究，现将有关事项通知如下，请各单位结合实际认真抓好落实，并按时报送情况，确保取得实效。"


def frame(text: str):
    return find_frame(split_lines(fold(text)), text)


def test_a_plain_paper_has_no_chrome():
    found = frame(f"关于召开例会的通知\n各处室：\n{BODY}\n办公室\n2025年3月1日\n（此件公开发布）\n")
    assert found.chrome == set()
    assert (found.title, found.salutation, found.dated) == ("关于召开例会的通知", "各处室：", "2025年3月1日")


def test_menus_source_line_and_footer_are_chrome():
    text = (
        "首页\n机构概况\n通知公告\n当前位置：首页 > 通知公告\n关于召开例会的通知\n"
        f"来源：秘书处 发布时间：2025-03-02 08:30 点击数：12\n各处室：\n{BODY}\n办公室\n2025年3月1日\n"
        "【打印正文】\n上一篇：关于放假的通知\n网站地图\n版权所有 某市政协 ICP备0000号\n"
    )
    found = frame(text)
    assert sorted(found.chrome) == [1, 2, 3, 4, 6, 11, 12, 13, 14]
    assert (found.published, found.source) == ("2025-03-02 08:30", "秘书处")


def test_the_index_table_of_a_government_page():
    text = (
        "索 引 号：X001\t主题分类：科技\n发文机关：某市人民政府\t成文日期：2024年01月05日\n"
        "标　　题：某市人民政府关于加强图书馆建设的通知\n发文字号：某政发〔2024〕3号\t发布日期：2024年01月12日\n"
        f"某市人民政府关于加强\n图书馆建设的通知\n某政发〔2024〕3号\n各县（区）人民政府：\n{BODY}\n"
    )
    found = frame(text)
    assert sorted(found.chrome) == [1, 2, 3, 4]
    assert found.title == "某市人民政府关于加强图书馆建设的通知"
    assert (found.number, found.published, found.dated, found.source) == (
        "某政发〔2024〕3号",
        "2024年01月12日",
        "2024年01月05日",
        "某市人民政府",
    )


def test_a_repeated_title_belongs_to_the_document():
    text = f"通知公告\n关于召开例会的通知\n发布时间：2025年3月2日\n关于召开例会的通知\n各处室：\n{BODY}\n"
    found = frame(text)
    assert sorted(found.chrome) == [1, 3]
    assert found.head == {2, 4, 5}


def test_a_title_over_two_lines():
    assert frame(f"某市人民政府关于印发《社区阅读\n促进工作方案》的通知\n各区人民政府：\n{BODY}\n").title == (
        "某市人民政府关于印发《社区阅读促进工作方案》的通知"
    )


def test_page_marks_of_a_pdf_are_chrome():
    assert frame(f"关于召开例会的通知\n各处室：\n{BODY}\n— 1 —\n{BODY}\n— 2 —\n").chrome == {4, 6}


def test_the_end_of_a_preview_is_chrome():
    found = frame(f"在例会上的讲话\n同志们：\n{BODY}\n预览结束，下载全文\n请联系客服\n")
    assert found.chrome == {4, 5}
    assert found.preview_ended


def test_attachments_and_notes_are_not_chrome():
    text = f"关于召开例会的通知\n各处室：\n{BODY}\n附件：1.参会名单\n办公室\n2025年3月1日\n（此件公开发布）\n"
    assert frame(text).chrome == set()


def test_title_and_salutation_of_a_text_on_one_line():
    reading = read_text("在全市年度工作会议上的讲话（2025年1月8日）同志们：" + BODY * 6)
    assert reading.title == "在全市年度工作会议上的讲话"
    assert reading.salutation == "同志们："
    assert reading.chrome_line_numbers == ()


@pytest.mark.parametrize(
    "text",
    [
        "同志们:",
        "各支部:",
        "各位代表,各位老师:",
        "各县(区)人民政府,市政府各部门:",
        "各党总支、直属党支部:",
        "尊敬的各位委员:",
    ],
)
def test_salutations(text):
    assert is_salutation(text)


@pytest.mark.parametrize(
    "text", ["现通知如下:", "时间:", "组长:", "一、主要工作:", "要强化以下四种意识:", "附件:", "联系单位:"]
)
def test_no_salutations(text):
    assert not is_salutation(text)


@pytest.mark.parametrize(
    "text", ["关于做好换届工作的通知", "2025年工作要点", "在全体会议上的讲话", "某市志愿服务条例(征求意见稿)"]
)
def test_titles(text):
    assert looks_like_title(text)


@pytest.mark.parametrize("text", ["关于放假的通知[08-18]", "一、工作计划", "办公室。", "当前位置:首页 > 通知"])
def test_no_titles(text):
    assert not looks_like_title(text)


def test_prose_that_begins_with_a_date_is_not_of_the_page():
    text = "会议纪要\n2025年5月20日，县政协主席王明主持召\n开党组会议，专题研究近期重点工作安排，纪要如下。\n一、会议要求各委室按时报送材料。\n"
    assert read_text(text).chrome_line_numbers == ()


def test_a_page_that_sells_the_rest_of_its_text():
    text = "在例会上的讲话\n同志们:\n一、任务\n要抓好学习制度的落实，按月检查并作出新的更大 ……\n余下全文，付费后阅读\n更多范文请关注公众号\n"
    reading = read_text(text)
    assert reading.chrome_line_numbers == (5, 6)
    assert [item.text for item in reading.elisions] == ["……"]


def test_a_report_whose_title_stands_on_two_lines():
    text = (
        "政协第九届某县委员会常务委员会\n工作报告\n——2025年1月6日在政协第九届某县委员会第四次会议上\n各位委员：\n"
        "我受常务委员会委托，向大会报告工作，请予审议。\n一、2025年工作任务\n完善学习制度。\n"
    )
    reading = read_text(text)
    assert (reading.title, reading.chrome_line_numbers) == ("政协第九届某县委员会常务委员会工作报告", ())


def test_the_head_of_minutes_is_not_of_the_page():
    text = "党组会议纪要\n时间：2024年8月28日（星期三）上午9:00\n地点：三楼会议室\n一、学习会议精神\n会议要求，各支部月底前完成研讨。\n"
    assert read_text(text).chrome_line_numbers == ()


def test_a_time_of_day_is_not_taken_for_the_source():
    found = read_text(
        "在全市工作会议上的讲话\n\n2025-01-21 17:13:23\n\n同志们：\n\n一、抓好落实\n\n各单位要做好准备。\n"
    )
    assert (found.published, found.source) == ("2025-01-21 17:13:23", None)


def test_a_line_that_is_only_the_name_of_a_site_is_the_source():
    found = read_text(
        "在全市工作会议上的讲话\n某某范文网\n2025-01-21 17:13:23\n同志们：\n一、抓好落实\n各单位要做好准备。\n"
    )
    assert (found.source, found.chrome_line_numbers) == ("某某范文网", (2, 3))
