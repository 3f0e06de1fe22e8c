from __future__ import annotations

import pytest

from tongxin.documents.reading.attributes import (
    INSTITUTIONS,
    bracket_after,
    find_institution,
    find_subject,
    find_time,
    firm_time,
    opening_actor,
    subject_of_bracket,
)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("各支部要按时报送材料", "各支部"),
        ("试点地区要结合实际制定方案", "试点地区"),
        ("我们要认真学习", "我们"),
        ("希望大家抓好落实", "大家"),
        ("请各位委员提前做好准备", "各位委员"),
        ("对需要补办的事项,有关部门要及时办理", "有关部门"),
        ("由市财政局负责资金管理", "市财政局"),
        ("分别由民政部门和教育部门依法登记", "民政部门、教育部门"),
        ("每位教师制定发展规划", "每位教师"),
        ("办公室负责统计汇总", "办公室"),
        ("充分发挥党支部的战斗堡垒作用", "党支部"),
        ("以支部为单位报送材料", "支部"),
        ("每名委员固定联系3名群众,专委会主任联系1个社区", "每名委员、专委会主任"),
        ("县财政安排专项经费,由县政协办公室统筹使用", "县财政、县政协办公室"),
        ("培训费由省政协办公厅承担", "省政协办公厅"),
        ("会前由经济委员会组织调研", "经济委员会"),
        ("年底前,各支部向机关党委书面报告工作", "各支部"),
        ("做好驻村帮扶工作,办公室每月到村2次", "办公室"),
        ("各界别活动组要制定计划", "各界别活动组"),
        ("农业院校每年要拿出一定名额", "农业院校"),
        ("今后新建校舍,由县计划部门纳入基建计划", "县计划部门"),
        ("会风会纪由机关纪检组负责监督", "机关纪检组"),
        ("首议必学,党组成员牵头在读书群里领读", "党组成员"),
        ("力争增长9%,经济开发区年内完成扩区", "经济开发区"),
        ("每名支部书记全年讲党课不少于2次", "每名支部书记"),
        ("每个县至少遴选2家卫生院", "每个县"),
        ("由支部书记领誓", "支部书记"),
        ("办公室的同志尤其要严守保密纪律", "办公室的同志"),
        ("年底前向市委报送监督情况", None),
        ("新改扩建公办幼儿园18所", None),
        ("下半年就“助餐”组织专题协商", None),
        ("新建小区应按标准配建养老设施", None),
        ("完善学习制度", None),
        ("要加强统筹协调", None),
        ("履行请假手续", None),
        ("组织开展大会发言", None),
        ("更好发挥专门协商机构作用", None),
    ],
)
def test_subjects(text, subject):
    assert find_subject(text) == subject


def test_a_request_without_a_name_goes_to_the_addressee():
    assert find_subject("请认真贯彻执行", "各支部") == "各支部"
    assert find_subject("请认真贯彻执行") is None


def test_a_bracket_after_the_sentence():
    words = bracket_after("。(市教育局牵头,市财政局配合,9月底前完成)下文")
    assert subject_of_bracket(words) == "市教育局"
    assert find_time(words) == "9月底前"
    assert bracket_after("。(见附件)") == ""


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("于1月30日17:00前报送", "1月30日17:00前"),
        ("2019年6月底前完成", "2019年6月底前"),
        ("于5月底前完成规划,12月底前完成验收", "5月底前；12月底前"),
        ("从今年4月开始实施", "从今年4月开始"),
        ("全会闭幕后1个月内完成交办", "全会闭幕后1个月内"),
        ("收到提案之日起3个月内答复", "收到提案之日起3个月内"),
        ("届满前3个月启动换届", "届满前3个月"),
        ("任职半年内接受培训", "任职半年内"),
        ("会议结束后5个工作日内报送", "会议结束后5个工作日内"),
        ("到2025年,建成20个", "到2025年"),
        ("及时报送情况", "及时"),
        ("定期走访", "定期"),
        ("每季度召开一次会议", "每季度召开一次"),
        ("每月至少1次", "每月至少1次"),
        ("活动结束后统一上交", "活动结束后"),
        ("在10个工作日内答复", "10个工作日内"),
        ("精心谋划年度工作安排", "年度"),
        ("按照《2024年6月工作安排》办理", None),
        ("完善制度", None),
    ],
)
def test_times(text, time):
    assert find_time(text) == time


@pytest.mark.parametrize(
    ("text", "institution"),
    [
        ("落实“三会一课”、谈心谈话和民主评议党员等制度", "三会一课、谈心谈话、民主评议党员"),
        ("落实“三会一课”和民主评议员制度", "三会一课、民主评议党员"),
        ("健全组理论学中心组学制度", "理论学习中心组"),
        ("参加双重组织生活会", "双重组织生活"),
        ("严格执行重大事项请示报告制度", "重大事项请示报告"),
        ("完善考勤制度", None),
    ],
)
def test_institutions(text, institution):
    assert find_institution(text) == institution


def test_the_heading_names_the_institution_of_what_is_below():
    assert find_institution("支部书记报告工作", ("活动安排", "组织生活会")) == "组织生活会"
    assert find_institution("支部书记报告工作", ("活动安排",)) is None


def test_names_of_institutions_are_unique():
    names = [name for name, _ in INSTITUTIONS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("每年年底向教育部写一次报告", "每年年底"),
        ("每月20日接待群众", "每月20日"),
        ("下沉联系社区,一月两访", "一月两访"),
        ("委员会客厅逢单周五开门", "逢单周五"),
        ("调研前5个工作日送达材料", "调研前5个工作日"),
        ("任期内每位常委至少述职一次", "任期内"),
        ("要将建设纳入年度考核", None),
    ],
)
def test_times_that_come_round(text, time):
    assert find_time(text) == time


@pytest.mark.parametrize(
    ("text", "firm"),
    [("每季度召开一次", True), ("3月底前完成", True), ("一年一轮", True), ("今年持续推进", False), ("加强学习", False)],
)
def test_a_firm_time_says_by_when_or_how_often(text, firm):
    assert firm_time(text) is firm


def test_a_body_opens_a_sentence_only_where_it_acts():
    assert opening_actor("信息科3个工作日内编辑报送") == "信息科"
    assert opening_actor("推进支部规范化建设") is None
