from __future__ import annotations

import pytest

from tongxin.documents.reading.roles import ROLE_NAMES, Role, inherited, role_of_heading


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("2024年工作回顾", Role.REVIEW),
        ("取得的主要成绩", Role.REVIEW),
        ("存在的主要问题和不足", Role.REVIEW),
        ("充分认识做好这项工作的重要意义", Role.REASONS),
        ("指导思想", Role.GUIDING),
        ("工作目标。", Role.GUIDING),
        ("时间地点", Role.FACTS),
        ("参加人员", Role.FACTS),
        ("重点任务", Role.TASKS),
        ("下一步工作打算", Role.TASKS),
        ("总结经验做法", Role.TASKS),
        ("解决突出问题", Role.TASKS),
        ("全面提高机关工作质量", Role.TASKS),
        ("保障措施", Role.TASKS),
        ("组织领导", Role.SAFEGUARDS),
        ("注意事项", Role.SAFEGUARDS),
        ("课程设置", None),
    ],
)
def test_the_words_of_a_heading_tell_its_part(heading, role):
    assert role_of_heading(heading) == role


def test_an_earlier_year_looks_back():
    assert role_of_heading("2023年主要工作", 2024) == Role.REVIEW
    assert role_of_heading("2024年和过去几年工作", 2025) == Role.REVIEW
    assert role_of_heading("2024年主要工作", 2024) == Role.TASKS


def test_a_look_back_colours_what_is_below():
    assert inherited(Role.REVIEW, Role.TASKS) == Role.REVIEW
    assert inherited(Role.GUIDING, None) == Role.GUIDING
    assert inherited(Role.TASKS, None) == Role.TASKS
    assert inherited(Role.TASKS, Role.FACTS) == Role.FACTS
    assert inherited(None, Role.TASKS) == Role.TASKS


def test_every_role_has_a_name():
    assert set(ROLE_NAMES) == set(Role)
