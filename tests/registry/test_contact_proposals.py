from __future__ import annotations

import itertools
import random
import sys

import pytest

from tongxin.core.errors import BadInput, NotPossible
from tongxin.registry.contact_proposals import (
    Candidate,
    Demand,
    GivenUp,
    Ground,
    Link,
    Load,
    Place,
    bounds,
    employer_key,
    leads_employer,
    optimiser_is_there,
    propose,
)

SECTOR, COMMITTEE, GROUP = (
    Place(body, ground) for body, ground in ((1, Ground.SECTOR), (2, Ground.COMMITTEE), (3, Ground.GROUP))
)


def person(number: int, *places: Place, **more) -> Candidate:
    return Candidate(number, f"甲{number}", places=places, **more)


def demand(contacts, targets, **more) -> Demand:
    return Demand(Link.PARTY_TO_NONPARTY, tuple(contacts), tuple(targets), **more)


def pairs(proposal) -> list[tuple[int, int]]:
    return [(pair.contact_id, pair.target_id) for pair in proposal.pairs]


def test_a_shared_sector_weighs_more_than_a_shared_committee_and_that_more_than_a_group():
    contacts = [person(1, SECTOR), person(2, COMMITTEE), person(3, GROUP)]
    targets = [person(11, GROUP), person(12, COMMITTEE), person(13, SECTOR)]
    proposal = propose(demand(contacts, targets))
    assert [(p.contact_id, p.target_id, p.reason) for p in proposal.pairs] == [
        (1, 13, "同界别"),
        (2, 12, "同专委会"),
        (3, 11, "同履职小组"),
    ]
    one = propose(demand([person(1)], [person(11, SECTOR)]))
    assert [p.reason for p in one.pairs] == ["均衡各联系人的人数"]


def test_the_pairs_of_the_year_before_are_kept():
    contacts, targets = [person(1, SECTOR), person(2)], [person(11, SECTOR), person(12)]
    proposal = propose(demand(contacts, targets, kept=frozenset({(2, 11)})))
    assert pairs(proposal) == [(1, 12), (2, 11)]
    assert [(p.kept, p.reason) for p in proposal.pairs] == [(False, "均衡各联系人的人数"), (True, "沿用原有联系")]


def test_loads_are_as_even_as_numbers_allow_and_stand_in_the_given_order():
    proposal = propose(demand([person(3), person(1), person(2)], [person(n) for n in range(11, 18)]))
    assert (proposal.minimum, proposal.maximum) == (2, 3)
    assert [load.contact_id for load in proposal.loads] == [3, 1, 2]
    assert sorted(load.targets for load in proposal.loads) == [2, 2, 3]


def test_loads_are_even_within_wide_bounds_too():
    contacts = [person(1, SECTOR, COMMITTEE, GROUP), person(2)]
    targets = [person(n, SECTOR, COMMITTEE, GROUP) for n in range(11, 15)]
    proposal = propose(demand(contacts, targets), minimum=0, maximum=4)
    assert [load.targets for load in proposal.loads] == [2, 2]


def test_a_superior_and_a_subordinate_of_one_employer_are_never_paired():
    head = person(1, employer="澄江市第一中学", leads=True)
    proposal = propose(demand([head], [person(11, employer="澄江市 第一中学"), person(12, employer="澄江市医院")]))
    assert pairs(proposal) == [(1, 12)]
    assert [(u.target_id, u.code) for u in proposal.uncovered] == [(11, "excluded")]
    turned = propose(demand([person(1, employer="甲单位")], [person(11, employer="甲单位", leads=True)]))
    assert (pairs(turned), turned.uncovered[0].code) == ([], "excluded")
    equals = propose(demand([person(1, employer="甲单位")], [person(11, employer="甲单位")]))
    assert pairs(equals) == [(1, 11)]
    nowhere = propose(demand([person(1, leads=True)], [person(11)]))
    assert pairs(nowhere) == [(1, 11)]


@pytest.mark.parametrize(
    ("one", "other", "allowed"),
    [(None, None, True), (10, None, False), (None, 10, False), (10, 20, False), (20, 20, True)],
)
def test_an_officer_of_a_body_is_not_paired_with_those_below(one, other, allowed):
    proposal = propose(
        demand([person(1, Place(7, Ground.COMMITTEE, one))], [person(11, Place(7, Ground.COMMITTEE, other))])
    )
    assert pairs(proposal) == ([(1, 11)] if allowed else [])


def test_a_declined_pair_is_not_proposed_again_even_if_kept():
    proposal = propose(demand([person(1)], [person(11)], kept=frozenset({(1, 11)}), declined=frozenset({(1, 11)})))
    assert pairs(proposal) == []
    assert [u.reason for u in proposal.uncovered] == ["与全部1名可选联系人都有上下级关系，或已按要求不再联系。"]
    assert [(g.contact_id, g.target_id, g.code) for g in proposal.given_up] == [(1, 11, "excluded")]


def test_who_cannot_be_covered_is_named_with_the_reason():
    none = propose(demand([], [person(11)]))
    assert [(u.target, u.code, u.reason) for u in none.uncovered] == [("甲11", "nobody", "没有可以担任联系人的人员。")]
    full = propose(demand([person(1)], [person(11), person(12), person(13)]), maximum=2)
    assert [(u.code, u.reason) for u in full.uncovered] == [("full", "可选的1名联系人都已达到每人至多2名的上限。")]
    assert len(full.pairs) == 2


def test_coverage_goes_before_the_pairs_of_the_year_before():
    head = person(1, employer="甲单位", leads=True)
    proposal = propose(
        demand([head, person(2)], [person(11), person(12, employer="甲单位")], kept=frozenset({(2, 11)})), maximum=1
    )
    assert pairs(proposal) == [(1, 11), (2, 12)]
    assert proposal.given_up == (
        GivenUp(2, "甲2", 11, "甲11", "balance", "为使更多人有联系人、各联系人人数均衡而调整。"),
    )


def test_a_contact_who_cannot_reach_the_minimum_is_shown():
    proposal = propose(demand([person(1), person(2)], [person(11)]), minimum=1)
    assert sorted(load.short for load in proposal.loads) == [False, True]


def test_an_old_contact_who_left_is_named():
    proposal = propose(demand([person(1)], [person(11)], kept=frozenset({(9, 11), (9, 99)})))
    assert [(g.contact_id, g.target_id, g.code) for g in proposal.given_up] == [(9, 11, "left")]


def test_nobody_is_paired_with_themselves():
    assert pairs(propose(demand([person(1), person(2)], [person(1), person(2)]))) == [(1, 2), (2, 1)]


def test_the_same_people_in_another_order_give_the_same_pairs():
    source = random.Random(5)
    contacts = [person(n, Place(n % 5, Ground.SECTOR)) for n in range(20)]
    targets = [person(n, Place(n % 5, Ground.SECTOR)) for n in range(100, 150)]
    first = pairs(propose(demand(contacts, targets)))
    for _ in range(3):
        source.shuffle(contacts)
        source.shuffle(targets)
        assert pairs(propose(demand(contacts, targets))) == first


def _best_by_trying(problem: Demand, least: int, most: int) -> tuple[int, int, int]:
    """Return (covered, minimum seats filled, weight) of the best of all assignments."""
    best = (-1, -1, -(10**9))
    for choice in itertools.product([None, *range(len(problem.contacts))], repeat=len(problem.targets)):
        loads = [choice.count(row) for row in range(len(problem.contacts))]
        if max(loads) > most:
            continue
        best = max(best, _worth(problem, choice, loads, least))
    return best


def _worth(problem, choice, loads, least):
    weight = 0
    for column, row in enumerate(choice):
        if row is None:
            continue
        one, other = problem.contacts[row], problem.targets[column]
        shared = {p.ground for p in one.places for q in other.places if p.body == q.body}
        weight += 1000 * ((one.id, other.id) in problem.kept)
        weight += sum({Ground.SECTOR: 40, Ground.COMMITTEE: 30, Ground.GROUP: 20}[ground] for ground in shared)
    weight -= sum(100 * step for load in loads for step in range(least + 1, load + 1))
    return sum(row is not None for row in choice), sum(min(load, least) for load in loads), weight


@pytest.mark.parametrize("seed", range(12))
def test_the_answer_is_as_good_as_the_best_found_by_trying_all(seed):
    source = random.Random(seed)
    bodies = [
        Place(body, ground)
        for body, ground in zip(
            range(6), itertools.cycle((Ground.SECTOR, Ground.COMMITTEE, Ground.GROUP)), strict=False
        )
    ]
    contacts = [person(n, *source.sample(bodies, 2)) for n in range(3)]
    targets = [person(n, *source.sample(bodies, 2)) for n in range(10, 15)]
    kept = frozenset((source.randrange(3), target.id) for target in targets if source.random() < 0.6)
    problem = demand(contacts, targets, kept=kept)
    least, most = source.choice([(0, 2), (1, 2), (1, 3), (0, 4), (2, 2), (1, 1)])
    proposal = propose(problem, minimum=least, maximum=most)
    row = {(p.target_id): p.contact_id for p in proposal.pairs}
    choice = tuple(row.get(target.id) for target in targets)
    loads = [choice.count(contact.id) for contact in contacts]
    assert _worth(problem, choice, loads, least) == _best_by_trying(problem, least, most)


def test_no_fact_about_belief_or_origin_can_come_in():
    assert list(Candidate.__slots__) == ["id", "name", "employer", "leads", "places"]


def test_without_the_optimiser_the_refusal_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools.graph.python", None)
    assert optimiser_is_there() is False
    with pytest.raises(NotPossible) as refusal:
        propose(demand([person(1)], [person(11)]))
    assert (refusal.value.code, refusal.value.hint) == (
        "registry.optimiser_missing",
        "请由系统管理员安装可选组件“optimise”；也可以逐人登记联系安排。",
    )


def test_with_the_optimiser_a_page_may_say_so():
    assert optimiser_is_there() is True


@pytest.mark.parametrize(
    ("least", "most", "field"),
    [(-1, None, "minimum"), (None, -2, "maximum"), (3, 2, "minimum"), (True, None, "minimum"), (1.5, None, "minimum")],
)
def test_impossible_bounds_are_refused(least, most, field):
    with pytest.raises(BadInput) as refusal:
        bounds(3, 9, least, most)
    assert (refusal.value.code, refusal.value.field) == ("registry.contact_bounds", field)


def test_default_bounds():
    assert [bounds(3, 7, None, None), bounds(0, 7, None, None), bounds(5, 2, None, None), bounds(3, 7, None, 1), bounds(3, 7, 4, None)] == [
        (2, 3), (0, 0), (0, 1), (1, 1), (4, 4),
    ]  # fmt: skip


def test_somebody_named_twice_is_refused():
    with pytest.raises(BadInput) as refusal:
        propose(demand([person(1), person(1)], [person(11)]))
    assert (refusal.value.code, refusal.value.field) == ("registry.contact_twice", "contacts")


def test_a_leading_post_is_told_from_a_title():
    words = (
        "局长",
        "副主任",
        "总经理",
        "主任医师",
        "副主任医师",
        "院长、主任医师",
        "教师",
        "主任科员",
        "秘书长",
        "主席助理",
        "董事长秘书",
        "",
    )
    assert [leads_employer(word) for word in words] == [
        True, True, True, False, False, True, False, False, True, False, False, False,
    ]  # fmt: skip


def test_an_employer_is_the_same_in_either_width():
    assert employer_key("市局（一）") == employer_key("市 局（一）")


def test_the_title_and_the_undecided_go_with_the_proposal():
    proposal = propose(demand([], [], undecided=("乙",)))
    assert (proposal.title, proposal.undecided, proposal.pairs, proposal.loads) == (
        "党员委员联系党外委员",
        ("乙",),
        (),
        (),
    )
    assert propose(demand([person(1)], [])).loads == (Load(1, "甲1", 0, 0, False),)
