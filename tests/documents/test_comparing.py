from __future__ import annotations

from tongxin.documents.comparing import Change, Wording, compare, likeness, nearest

LAST = [
    Wording("a", "各专委会要于2024年3月底前制定年度协商计划"),
    Wording("b", "每季度召开一次提案督办会"),
    Wording("c", "组织委员赴外地考察学习两次"),
    Wording("d", "办好机关食堂"),
]
THIS = [
    Wording("1", "各专委会要于2025年3月底前制定年度协商计划。"),
    Wording("2", "加强委员履职档案管理"),
    Wording("3", "每月召开一次重点提案督办会"),
    Wording("4", "办好机关食堂"),
]


def test_each_requirement_is_kept_changed_new_or_dropped():
    found = [
        (pair.change, pair.old.key if pair.old else None, pair.new.key if pair.new else None)
        for pair in compare(LAST, THIS)
    ]
    assert found == [
        (Change.KEPT, "a", "1"),
        (Change.NEW, None, "2"),
        (Change.CHANGED, "b", "3"),
        (Change.DROPPED, "c", None),
        (Change.KEPT, "d", "4"),
    ]


def test_each_is_paired_once():
    twice = [Wording("1", "办好机关食堂"), Wording("2", "办好机关食堂。")]
    assert [pair.change for pair in compare([LAST[3]], twice)] == [Change.KEPT, Change.NEW]


def test_years_marks_and_blanks_do_not_count():
    assert likeness("于2024年底前，完成 整改", "于2025年底前完成整改") == 1.0
    assert likeness("办好食堂", "加强学习") == 0.0


def test_the_nearest_of_other_years_is_found():
    assert [item.key for _, item in nearest("每月召开一次提案督办会", LAST)] == ["b"]
    assert nearest("开展法治宣传", LAST) == []


def test_nothing_against_nothing():
    assert compare([], []) == []
    assert [pair.change for pair in compare(LAST[:1], [])] == [Change.DROPPED]
