from __future__ import annotations

import pytest

from tests.documents.reading.marked import parse
from tongxin.documents.reading import read_text
from tongxin.documents.reading.institutions import INSTITUTIONS, find_institution


@pytest.mark.parametrize(
    ("text", "institution"),
    [
        ("落实“三会一课”、谈心谈话和民主评议党员等制度", "三会一课、谈心谈话、民主评议党员"),
        ("落实“三会一课”和民主评议员制度", "三会一课、民主评议党员"),
        ("健全组理论学中心组学制度", "理论学习中心组"),
        ("参加双重组织生活会", "双重组织生活"),
        ("严格执行重大事项请示报告制度", "重大事项请示报告"),
        ("落实“一岗双责”", "一岗双责"),
        ("镇级河长落实河长制", "河长制"),
        ("要落实领导干部接访下访制度", "领导干部接访下访制度"),
        ("落实领导干部外出报备制度", "领导干部外出报备制度"),
        ("内容实行三审三校", "三审三校"),
        ("学校食堂实行校领导陪餐制", "校领导陪餐制"),
        ("围绕营商环境开展民主监督", "民主监督"),
        ("完善考勤制度", None),
        ("落实各项规章制度", None),
        ("制定学习成绩公示制度", None),
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


def test_a_run_in_level_names_the_institution_of_what_follows():
    text = parse(
        "关于抓好支部工作的意见\n各支部：\n一、工作任务\n要开好组织生活会。会前，支部书记与每名党员都要谈一次话，会后公布问题整改情况。"
    ).text
    assert [item.institution for item in read_text(text).requirements] == ["组织生活会"]
