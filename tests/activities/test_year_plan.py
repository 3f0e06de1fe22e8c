"""The plan needs as few occasions as trying everything does, keeps its limits, and says what it cannot meet."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import sys

import pytest

from tongxin.activities import year_plan
from tongxin.activities.year_plan import Demand, Offer, propose
from tongxin.core.errors import NotPossible

JAN, FEB, MAR, APR = (dt.date(2027, month, 1) for month in (1, 2, 3, 4))


def weekdays(start: dt.date, end: dt.date) -> list[dt.date]:
    days = [start + dt.timedelta(days=number) for number in range((end - start).days)]
    return [day for day in days if day.weekday() < 5]


def demand(fact: str, start=JAN, end=APR, count=1) -> Demand:
    return Demand(fact, fact, "", frozenset({fact}) if isinstance(fact, str) else fact, start, end, count)


def offer(kind: str, facts=(), **items) -> Offer:
    return Offer(kind, kind, frozenset(facts), {item: frozenset(added) for item, added in items.items()})


def tried(demands, offers, months, load, items):
    """Return the fewest occasions by trying all of them: months × choices of kind and items."""
    choices = []
    for each in offers:
        for size in range(min(items, len(each.items)) + 1):
            for some in itertools.combinations(each.items, size):
                choices.append(each.facts.union(*(each.items[item] for item in some)))
    shapes = [shape for size in range(load + 1) for shape in itertools.combinations_with_replacement(choices, size)]
    best = None
    for year in itertools.product(shapes, repeat=len(months)):
        total = sum(map(len, year))
        if best is not None and total >= best:
            continue
        if all(
            sum(
                bool(facts & each.facts)
                for month, shape in zip(months, year, strict=True)
                for facts in shape
                if each.start <= month < each.end
            )
            >= each.count
            for each in demands
        ):
            best = total
    return best


def keeps(plan, demands, offers, load, items):
    """Check a plan against what was asked, from its occasions alone."""
    known = {each.kind: each for each in offers}
    for number, each in enumerate(demands):
        if number in plan.unmet:
            continue
        counted = [
            one
            for one in plan.occasions
            if each.start <= one.day < each.end
            and each.facts & known[one.kind].facts.union(*(known[one.kind].items[item] for item in one.items))
        ]
        assert len(counted) >= each.count
    months = [(one.day.year, one.day.month) for one in plan.occasions]
    assert all(months.count(month) <= load for month in months)
    assert all(len(one.items) <= items and one.day.weekday() < 5 for one in plan.occasions)


def test_one_meeting_carries_what_may_stand_on_one_agenda():
    offers = [offer("theme_day", ["theme_day"], meeting=["general_meeting"], lesson=["party_class"])]
    plan = propose(
        [demand("theme_day"), demand("general_meeting"), demand("party_class")],
        offers,
        weekdays(JAN, APR),
        load=2,
        items=3,
    )
    (one,) = plan.occasions
    assert (one.kind, set(one.items), one.serves, plan.bound, plan.best) == (
        "theme_day",
        {"meeting", "lesson"},
        (0, 1, 2),
        1,
        True,
    )


def test_what_cannot_be_joined_takes_an_occasion_of_its_own():
    offers = [offer("theme_day", ["theme_day"]), offer("committee", ["committee_meeting"])]
    plan = propose([demand("theme_day"), demand("committee_meeting")], offers, weekdays(JAN, APR), load=2, items=3)
    assert (sorted(one.kind for one in plan.occasions), plan.bound) == (["committee", "theme_day"], 2)


def test_monthly_rounds_each_have_their_own_day():
    rounds = [demand("theme_day", *window) for window in ((JAN, FEB), (FEB, MAR), (MAR, APR))]
    plan = propose(rounds, [offer("theme_day", ["theme_day"])], weekdays(JAN, APR), load=1, items=3)
    assert [one.day.month for one in plan.occasions] == [1, 2, 3]


def test_no_agenda_item_more_than_is_needed():
    offers = [offer("theme_day", ["theme_day"], reading=["reading"], lesson=["party_class"])]
    plan = propose([demand("theme_day"), demand("party_class")], offers, weekdays(JAN, APR), load=2, items=3)
    assert [one.items for one in plan.occasions] == [("lesson",)]


def test_demand_nobody_can_meet_is_named_and_the_rest_is_planned():
    demands = [demand("theme_day"), demand("plenary"), demand("theme_day", dt.date(2028, 1, 1), dt.date(2028, 2, 1))]
    plan = propose(demands, [offer("theme_day", ["theme_day"])], weekdays(JAN, APR), load=1, items=3)
    assert (len(plan.occasions), plan.unmet) == (1, (1, 2))


def test_load_that_is_too_small_is_refused_with_what_to_change():
    with pytest.raises(NotPossible) as error:
        propose(
            [demand("theme_day", JAN, FEB, 3)], [offer("theme_day", ["theme_day"])], weekdays(JAN, APR), load=2, items=1
        )
    assert (error.value.code, error.value.field) == ("activities.load_too_small", "load")


def test_nothing_asked_needs_nothing():
    assert propose([], [], weekdays(JAN, APR), load=1, items=1).occasions == ()


def test_missing_solver_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)
    assert not year_plan.installed()
    with pytest.raises(NotPossible) as error:
        propose([demand("theme_day")], [offer("theme_day", ["theme_day"])], weekdays(JAN, APR), load=1, items=1)
    assert error.value.code == "activities.no_solver"


@pytest.mark.parametrize("seed", range(12))
def test_as_few_as_trying_everything(seed):
    source = random.Random(seed)
    facts = ["a", "b", "c", "d"]
    offers = []
    for number in range(source.randint(1, 2)):
        base = source.sample(facts, source.randint(0, 1))
        offers.append(
            offer(f"k{number}", base, **{f"i{fact}": [fact] for fact in source.sample(facts, source.randint(0, 2))})
        )
    offers.append(offer("all", [], **{f"i{fact}": [fact] for fact in facts}))
    windows = [(JAN, FEB), (FEB, MAR), (JAN, MAR)]
    demands = [
        Demand(
            str(n),
            "",
            "",
            frozenset(source.sample(facts, source.randint(1, 2))),
            *source.choice(windows),
            source.randint(1, 2),
        )
        for n in range(source.randint(1, 4))
    ]
    load, items = 2, source.randint(1, 2)
    expected = tried(demands, offers, [JAN, FEB], load, items)
    if expected is None:
        with pytest.raises(NotPossible):
            propose(demands, offers, weekdays(JAN, MAR), load=load, items=items)
        return
    plan = propose(demands, offers, weekdays(JAN, MAR), load=load, items=items)
    assert (len(plan.occasions), plan.bound) == (expected, expected)
    keeps(plan, demands, offers, load, items)
