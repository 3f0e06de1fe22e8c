from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documents.reading.marked import parse
from tongxin.documents.reading.folding import fold
from tongxin.documents.reading.times import ANY_TIME, find_time, firm_time, opens_with_time, without_times

PAPERS = Path(__file__).resolve().parent / "unseen"


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
        ("每季度召开一次会议", "每季度"),
        ("党小组会每季度一次", "每季度一次"),
        ("每月至少1次", "每月至少1次"),
        ("活动结束后统一上交", "活动结束后"),
        ("在10个工作日内答复", "10个工作日内"),
        ("精心谋划年度工作安排", "年度"),
        ("周四接待来访,逢双月举办讲堂", "周四；逢双月"),
        ("教案周一例会通报", "周一"),
        ("报到时交会务组", "报到时"),
        ("确需单住的,请提前说明", "提前"),
        ("提前三天送达材料", "提前三天"),
        ("须提前24小时报备", "提前24小时"),
        ("暑期组织一次研学", "暑期"),
        ("公示期不少于5个工作日", "公示期不少于5个工作日"),
        ("自收到申请之日起20个工作日内予以答复", "自收到申请之日起20个工作日内"),
        ("3月、4月、5月中旬各组织一次模拟考试", "3月、4月、5月中旬"),
        ("17日下午赴高新区观摩", "17日下午"),
        ("放假当天18:00前报告", "放假当天18:00前"),
        ("每月第三周周五下午开展活动", "每月第三周周五下午"),
        ("汛期不得离开辖区,周末和节假日加密频次", "汛期；周末和节假日"),
        ("问题清单一个月一交办", "一个月一交办"),
        ("论坛讲座一季一研判", "一季一研判"),
        ("审议后,及时报送市委", "审议后；及时"),
        ("下次常委会会议审议", "下次常委会会议"),
        ("上半年完成,下半年总结", "上半年；下半年"),
        ("对各支部记录本半年一抽查,结果公布", "半年一抽查"),
        ("对照年初下发的工作要点逐项梳理", None),
        ("落实上半年签订的责任书", None),
        ("五月底前分解到位", "五月底前"),
        ("二期工程力争七月上线", "七月"),
        ("春节、中秋等节点前发送提醒", "春节、中秋等节点前"),
        ("提交前要征求意见,公示一周", "提交前；公示一周"),
        ("清明节前后组织祭扫", "清明节前后"),
        ("统一行动", None),
        ("云溪宾馆2号楼", None),
        ("不少于3个界别", None),
        ("按照《2024年6月工作安排》办理", None),
        ("完善制度", None),
    ],
)
def test_times(text, time):
    assert find_time(text) == time


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


def test_words_of_time_are_left_out():
    assert without_times("各乡镇汛期不得离岗") == "各乡镇不得离岗"
    assert opens_with_time("会前由办公室发通知") == 2
    assert opens_with_time("办公室发通知") == 0


def test_no_time_is_passed_over_for_the_character_with_which_it_begins():
    # The first character is looked at before the rest; that must never leave out what the rest would find.
    whole = re.compile(ANY_TIME)
    for path in sorted(PAPERS.glob("*.txt"))[::6]:
        for line in fold(parse(path.read_text(encoding="utf-8")).text).split("\n"):
            assert without_times(line) == without_times(whole.sub("", line))
