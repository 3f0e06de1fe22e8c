"""The template of minutes, what a text lacks, excerpts; without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tongxin.activities.attendance import Totals
from tongxin.activities.minutes import (
    Sitting,
    changed_lines,
    excerpt,
    numeral,
    template,
    warnings,
    with_host,
    with_outcomes,
    with_recorder,
)

SITTING = Sitting(
    title="第一党支部三月党员大会",
    day=dt.date(2026, 3, 5),
    last_day=dt.date(2026, 3, 5),
    place="一楼会议室",
    starts_at=dt.time(9),
    ends_at=dt.time(11, 5),
    host="安平",
    agenda=(("第一议题", "学习全会精神", ""), ("议事决策", "年度计划", "一致通过")),
    totals=Totals(expected=4, present=2, leave=1, unknown=1),
    present=("安平", "白川"),
    on_leave=("陈南",),
    unknown=("丁立",),
    asks_first_item=True,
)


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")]
)
def test_numerals(number: int, words: str):
    assert numeral(number) == words


def test_template_fills_in_what_is_known_and_invents_nothing():
    assert template("record", SITTING) == (
        "时间：2026年3月5日（星期四）9:00—11:05\n"
        "地点：一楼会议室\n"
        "主持人：安平\n"
        "记录人：\n"
        "应到4人，实到2人\n"
        "出席：安平、白川\n"
        "请假：陈南\n"
        "未到（原因待核）：丁立\n"
        "\n"
        "一、第一议题：学习全会精神\n"
        "\n"
        "二、议事决策：年度计划\n"
        "决定：一致通过\n"
    )


def test_template_of_a_summary_has_no_recorder_and_several_days_no_hours():
    text = template("summary", replace(SITTING, last_day=dt.date(2026, 3, 7)))
    assert text.splitlines()[0] == "时间：2026年3月5日至2026年3月7日"
    assert "记录人" not in text


def test_filled_template_lacks_only_the_recorder():
    text = template("record", SITTING)
    assert [each.code for each in warnings("record", text, SITTING)] == ["no_recorder"]
    assert warnings("record", text.replace("记录人：", "记录人：丁立"), SITTING) == []


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("2026年3月5日", "", ["no_day"]),
        ("2026年3月5日", "2026年3月6日", ["other_day"]),
        ("2026年3月5日", "2026年2月30日", ["impossible_day", "no_day"]),
        ("主持人：安平", "主持人：", ["no_host"]),
        ("主持人：安平", "主持人：白川", ["other_host"]),
        ("实到2人", "实到4人", ["other_number"]),
        ("应到4人，实到2人", "", ["no_number"]),
        ("第一议题：学习全会精神", "学习全会精神", ["no_first_item"]),
        ("年度计划", "计划", ["item_missing"]),
    ],
)
def test_each_gap_is_named(before: str, after: str, codes: list[str]):
    text = template("summary", SITTING)
    assert before in text
    assert [each.code for each in warnings("summary", text.replace(before, after), SITTING)] == codes


def test_host_line_does_not_take_the_next_line_for_a_name():
    found = warnings("summary", "2026年3月5日\n主持人：\n实到2人\n", replace(SITTING, agenda=(), asks_first_item=False))
    assert [each.code for each in found] == ["no_host"]


def test_excerpt_is_one_heading_with_its_text():
    text = "开头\n一、学习\n内容一\n\n二、计划\n内容二\n三、其他\n内容三"
    assert excerpt(text, 2) == "二、计划\n内容二"
    assert excerpt(text, 3) == "三、其他\n内容三"
    assert excerpt(text, 4) == ""


def test_changed_lines_name_both_wordings():
    assert changed_lines("一\n二", "一\n三") == [("-", "二"), ("+", "三")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("主持人：\n下一行", "主持人：安平\n下一行"),
        ("主持人：白川", "主持人：白川"),
        ("没有这一行", "没有这一行"),
        ("", ""),
    ],
)
def test_a_name_fills_an_empty_line_only(before: str, after: str):
    assert with_host(before, "安平") == after
    assert with_recorder(before.replace("主持人", "记录人"), "安平") == after.replace("主持人", "记录人")


@pytest.mark.parametrize(
    ("text", "outcomes", "after"),
    [
        ("一、学习\n谈体会\n\n二、讨论", {1: ("", "写心得")}, "一、学习\n谈体会\n决定：写心得\n\n二、讨论"),
        ("一、学习\n\n二、讨论\n", {2: ("", "赴社区")}, "一、学习\n\n二、讨论\n决定：赴社区\n"),
        ("一、学习\n决定：写心得", {1: ("写心得", "谈体会")}, "一、学习\n决定：谈体会"),
        ("一、学习\n会上决定写心得。", {1: ("", "写心得")}, "一、学习\n会上决定写心得。"),
        ("一、学习\n决定：写心得", {1: ("写心得", "")}, "一、学习\n决定：写心得"),
        ("没有标题", {1: ("", "写心得")}, "没有标题"),
    ],
)
def test_a_decision_is_written_under_its_heading_once(text, outcomes, after):
    assert with_outcomes(text, outcomes) == after
