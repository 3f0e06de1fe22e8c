from __future__ import annotations

import re

import pytest

from tongxin.documents.reading.words import ACTOR_ENDS, TASK_VERBS, holds_task, starts_with_task


@pytest.mark.parametrize(
    ("clause", "verb"),
    [
        ("完善制度", "完善"),
        ("抓学习", "抓"),
        ("培训委员", "培训"),
        ("制度健全", None),
        ("培训课程一", None),
        ("治理工作办公室设在", None),
    ],
)
def test_opening_verbs(clause, verb):
    assert starts_with_task(clause) == verb


def test_verbs_anywhere():
    assert holds_task("各支部带头学习")
    assert not holds_task("三楼会议室")


def test_lists_hold_words_only():
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", verb) for verb in TASK_VERBS)
    assert re.compile(ACTOR_ENDS)
