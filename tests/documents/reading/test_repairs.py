from __future__ import annotations

import re

import pytest

from tongxin.documents.reading import read_text

STRIPPED = re.compile(
    "习近平新时代中国特色社会主义思想|习近平总书记|市政协党|党中央|习近平|党内|党建|市委|市政|政治|中央|中共|党|习"
)

# Fixed phrases in sentences made up for this test, strung together so that several gaps stand in one text.
WHOLE = (
    "工作提示\n各支部：\n"
    "要以习近平新时代中国特色社会主义思想为指导，深入学习贯彻习近平总书记重要讲话精神，更加紧密地团结在以习近平同志为核心的党中央周围。\n"
    "一、加强党的建设\n"
    "坚持和加强党的全面领导，发挥党组理论学习中心组学习引领作用，制定学习计划，丰富学习内容。\n"
    "教育引导党员干部和党员委员增强党性修养，旗帜鲜明讲政治，严守政治纪律和政治规矩。\n"
    "落实民主评议党员制度，办好主题党日活动，推进全面从严治党，加强党风廉政建设。\n"
    "支持各民主党派和无党派人士履行政治协商、民主监督职能。\n"
)


def strip(text: str) -> tuple[str, list[tuple[int, str]]]:
    head = text.index("\n") + 1
    kept, gaps, end = text[:head], [], head
    for hit in STRIPPED.finditer(text, head):
        kept += text[end : hit.start()]
        if gaps and gaps[-1][0] == len(kept):
            gaps[-1] = (len(kept), gaps[-1][1] + hit.group())
        else:
            gaps.append((len(kept), hit.group()))
        end = hit.end()
    return kept + text[end:], gaps


def test_stripped_words_are_found_where_they_were():
    damaged, gaps = strip(WHOLE)
    found = [(item.offset, item.inserted) for item in read_text(damaged).repairs]
    wrong = [item for item in found if item not in gaps]
    assert wrong == []
    assert len(found) / len(gaps) >= 0.9


def test_an_intact_text_gets_no_suggestion():
    assert read_text(WHOLE).repairs == ()


def test_one_gap_alone_is_a_slip_of_the_typist():
    assert (
        read_text("工作提示\n各处室：\n要深入学贯彻会议精神，认真抓好各项任务的落实，按时报送有关情况。\n").repairs
        == ()
    )


def test_the_text_is_never_altered():
    damaged, _ = strip(WHOLE)
    reading = read_text(damaged)
    assert reading.text == damaged
    for item in reading.repairs:
        assert item.found == damaged[max(0, item.offset - 6) : item.offset + 6]
        assert item.expected.replace(item.inserted, "", 1) == item.found or item.inserted in item.expected


def test_a_word_that_is_still_there_was_not_stripped():
    damaged, _ = strip(WHOLE)
    assert all("党" not in item.inserted for item in read_text(damaged + "二、党务公开\n").repairs)


@pytest.mark.parametrize(
    "text",
    [
        "科学教育和文学教育",
        "人员队伍和成员大会",
        "政协组织委员学做菜",
        "妇协委员",
        "个性锻炼",
        "消协组织",
        "消防员",
        "红色研学,写一篇",
        "县委书记",
        "原原本本学,联系实际学",
    ],
)
def test_natural_words_are_left_alone(text):
    sure = "深入学贯彻会议精神，引导员委员带头。民主评议员。"
    found = read_text(f"工作提示\n各处室：\n{sure}{text}，请认真落实有关要求，按时报送情况。\n").repairs
    assert [item.inserted for item in found] == ["习", "党", "党"]


def test_fixed_words_of_reports():
    text = (
        "工作报告\n各位代表：\n深入学贯彻会议精神，引导员委员带头。推进全面从严治责任落实，深化风廉政建设，坚持政机关惯过紧日子，"
        "配合做好生态环境保护督察，按照、国务院部署，争取预算内投资，深入贯彻法治思想。\n"
    )
    assert [item.inserted for item in read_text(text).repairs] == [
        "习", "党", "党政治", "党", "党", "习", "中央", "党中央", "中央", "习近平",
    ]  # fmt: skip


def test_a_title_left_whole_tells_more():
    text = "在全市政协党的建设推进会上的讲话\n同志们：\n今天召开全的建设推进会，要深入学贯彻会议精神，引导员委员带头，抓好落实。\n"
    assert [item.inserted for item in read_text(text).repairs] == ["市政协党", "习", "党"]
