"""Which provision a requirement speaks of, in whole and in stripped text."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tongxin.provisions.catalogue import provisions
from tongxin.trace.binding import Proposal, propose, propose_task, task_title


@dataclass(frozen=True)
class Entry:
    id: str
    name: str
    terms: tuple[str, ...] = ()
    institution: str = ""


def ids(text, **more):
    return {proposal.provision for proposal in propose(text, provisions(), **more)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "认真落实“三会一课”、谈心谈话和民主评议党员等制度",
            {
                "life.general_meeting",
                "life.committee_meeting",
                "life.small_group_meeting",
                "life.party_class",
                "life.heart_talk",
                "life.appraisal",
            },
        ),
        ("严格落实“第一议题”制度", {"study.first_agenda_item"}),
        ("以党组理论学习中心组学习为引领，精心制定学习计划", {"study.centre_group_quarterly"}),
        ("依托委员读书月等载体", {"study.member_reading"}),
        ("严格执行重大事项请示报告制度", {"report.scope"}),
        ("实现党的组织的全面覆盖、有效覆盖", {"org.two_coverages"}),
        ("推进“两个全覆盖”", {"org.two_coverages"}),
        ("在落实委员“全员入委”的基础上", {"org.all_in_committee"}),
        ("参加双重组织生活", {"life.dual_life"}),
        ("按时召开组织生活会", {"life.org_life_meeting"}),
        ("开展主题党日活动", {"life.theme_day"}),
        ("严把内容的审核把关", {"edit.three_reviews"}),
        (
            "健全党组成员联系党员委员、党员委员联系党外委员机制",
            {"contact.group_to_party_member", "contact.party_to_nonparty"},
        ),
        ("完善联系机制", {"contact.group_to_party_member", "contact.party_to_nonparty"}),
        ("举办委员专题培训", {"study.member_training_term"}),
        ("推动高质量发展再上新台阶", set()),
        ("", set()),
    ],
)
def test_propose_whole_text(text, expected):
    assert ids(text) == expected


@pytest.mark.parametrize(
    ("stripped", "expected"),
    [
        (
            "健全完善组成员联系员委员、员委员联系外委员等联系机制",
            {"contact.group_to_party_member", "contact.party_to_nonparty"},
        ),
        ("以组理论学中心组学为引领", {"study.centre_group_quarterly"}),
        ("落实民主评议员制度", {"life.appraisal"}),
        ("实现组织的全面覆盖", {"org.two_coverages"}),
        ("开展主题日活动", {"life.theme_day"}),
        ("在专委会组建功能型支部", {"org.functional_branch"}),
    ],
)
def test_propose_stripped_text(stripped, expected):
    assert ids(stripped) == expected


def test_temporary_branches_of_member_groups_are_theirs():
    assert "org.member_group_branch_plan" in ids("各专委会委员履职小组临时支部要精心谋划年度工作安排")
    assert "org.temporary_branch_cppcc" in ids("视察考察时组建临时党支部")


def test_words_inside_longer_words_of_another_provision_do_not_count():
    entries = [Entry("a.x", "组织生活会", ("组织生活",)), Entry("b.y", "双重", ("双重组织生活",))]
    assert [p.provision for p in propose("参加双重组织生活", entries)] == ["b.y"]
    assert [p.provision for p in propose("参加双重组织生活，过好组织生活", entries)] == ["a.x", "b.y"]


def test_reason_shows_what_stands_there_and_what_is_meant():
    entries = [Entry("a.x", "中心组学习", ("党组理论学习中心组",))]
    assert propose("以组理论学中心组为引领", entries) == (
        Proposal("a.x", "提到“组理论学中心组”（疑为“党组理论学习中心组”），对应“中心组学习”"),
    )
    assert propose("以党组理论学习中心组为引领", entries)[0].reason == "提到“党组理论学习中心组”，对应“中心组学习”"


@pytest.mark.parametrize(
    ("text", "provision", "words"),
    [
        ("党组理论学习中心组每季度至少集中学习一次", "study.centre_group_quarterly", "党组理论学习中心组"),
        ("党组成员联系党员委员", "contact.group_to_party_member", "党组成员联系党员委员"),
    ],
)
def test_words_that_stand_in_full_are_shown_in_full_and_without_doubt(text, provision, words):
    (found,) = propose(text, [Entry(provision, "某项制度")])
    assert found.reason == f"提到“{words}”，对应“某项制度”"


def test_short_terms_are_not_found_by_what_remains_of_them():
    entries = [Entry("a.x", "党课", ("党课",))]
    assert propose("上好课堂", entries) == ()
    assert [p.provision for p in propose("讲好党课", entries)] == ["a.x"]


def test_institution_named_by_the_reading_binds_and_unknown_ones_do_not():
    entries = [Entry("a.x", "议事", institution="议事规则")]
    assert [p.provision for p in propose("照此办理", entries, institution="校务公开、议事规则")] == ["a.x"]
    assert propose("照此办理", entries, institution="校务公开") == ()


def test_nothing_is_proposed_that_the_catalogue_does_not_hold():
    assert propose("落实“三会一课”", [Entry("life.party_class", "党课")]) == (
        Proposal("life.party_class", "提到“三会一课”，对应“党课”"),
    )


def test_task_has_owner_and_date_as_far_as_the_text_goes():
    task = propose_task("各支部要制定方案", subject="各支部", cadence="3月底前")
    assert (task.title, task.owner, task.due_text) == ("各支部要制定方案", "各支部", "3月底前")
    assert task.reason == "未对应现有制度，建议转为任务（责任主体：各支部；时限：3月底前）"
    assert propose_task("做好工作").reason == "未对应现有制度，建议转为任务（责任主体待定；原文未写时限）"


def test_task_title_is_cut_at_a_clause():
    text = "聚焦现代化建设," * 10
    assert task_title(text) == "聚焦现代化建设," * 6 + "聚焦现代化建设…"
    assert task_title("一句话") == "一句话"
    assert task_title("长" * 100) == "长" * 59 + "…"


def test_a_very_long_requirement_is_bound_in_linear_time(monkeypatch) -> None:
    """Counted, not timed: no span is compared with spans that cannot hold it."""
    from tongxin.provisions.catalogue import provisions
    from tongxin.trace import binding

    once = binding.propose("要认真落实第一议题制度，", entries=tuple(provisions()))
    many = binding.propose("要认真落实第一议题制度，" * 20_000, entries=tuple(provisions()))
    assert {proposal.provision for proposal in many} == {proposal.provision for proposal in once}
