from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass
from itertools import combinations, permutations, product

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from tests.cast import join, make_office, make_organization, make_person
from tongxin.core.errors import BadInput
from tongxin.registry import statistics
from tongxin.registry.rolls import Dimension, Roll
from tongxin.registry.statistics import all_tables, crossed_table, open_pairs, simple_table

DAY = dt.date(2026, 3, 1)


@dataclass(frozen=True)
class Counted:
    """What is counted of one member."""

    sectors: tuple[int, ...] = ()
    committees: tuple[int, ...] = ()
    affiliation: str = ""
    sex: str = "0"
    age: int | None = None
    ethnic: str = ""
    terms: int = 0

    def keys(self, by: Dimension) -> tuple[object, ...]:
        """Under which keys the member stands; groups only."""
        if by is Dimension.AFFILIATION:
            return ("" if not self.affiliation else "party" if self.affiliation in ("01", "02") else "nonparty",)
        if by is Dimension.ETHNIC:
            return ("" if not self.ethnic else "han" if self.ethnic == "01" else "minority",)
        if by is Dimension.AGE:
            return ("" if self.age is None else self.age // 10 * 10 if 40 <= self.age < 60 else 60 * (self.age >= 60),)
        if by is Dimension.SEX:
            return (self.sex if self.sex in ("1", "2") else "",)
        if by is Dimension.TERMS:
            return (min(self.terms, 3) or "",)
        return (self.sectors if by is Dimension.SECTOR else self.committees) or ("",)


def counted(*, sectors=(), committees=(), **known) -> Counted:
    return Counted(tuple(sectors), tuple(committees), **known)


SECTORS, COMMITTEES = ((1, "教育"), (2, "经济")), ((7, "提案委员会"), (8, "经济委员会"))


def a_roll(*members: Counted, day=DAY, sectors=SECTORS, committees=COMMITTEES, pairs=None) -> Roll:
    """Count members one by one: what the database does in one statement."""
    counts = {by: Counter(key for member in members for key in member.keys(by)) for by in Dimension}
    counts[Dimension.AFFILIATION].update(member.affiliation for member in members if member.affiliation)
    counts[Dimension.ETHNIC].update(member.ethnic for member in members if member.ethnic)
    pairs = list(permutations(Dimension, 2)) if pairs is None else pairs
    crossed = {
        (one, other): Counter(both for member in members for both in product(member.keys(one), member.keys(other)))
        for one, other in pairs
    }
    several = {by for by in Dimension for member in members if len(member.keys(by)) > 1}
    return Roll(day, len(members), counts, crossed, tuple(sectors), tuple(committees), frozenset(several))


def texts(table) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.label, line.texts) for line in table.lines]


def test_a_count_by_sex_with_day_and_denominator():
    table = simple_table(a_roll(counted(sex="1"), counted(sex="2"), counted(sex="9")), Dimension.SEX, exact=True)
    assert texts(table) == [("男", ("1",)), ("女", ("1",)), ("未登记", ("1",))]
    assert (table.title, table.basis, table.heads) == ("委员性别构成", "以2026年3月1日在任委员3名计", ("性别", "人数"))
    assert table.sheet_rows == [
        ["委员性别构成"],
        ["以2026年3月1日在任委员3名计"],
        ["性别", "人数"],
        ["男", 1],
        ["女", 1],
        ["未登记", 1],
    ]


def test_age_bands():
    table = simple_table(
        a_roll(*(counted(age=age) for age in (39, 40, 49, 50, 59, 60, 85, None))), Dimension.AGE, exact=True
    )
    assert texts(table) == [
        ("不满40岁", ("1",)), ("40至49岁", ("2",)), ("50至59岁", ("2",)), ("60岁以上", ("2",)), ("未登记", ("1",)),
    ]  # fmt: skip


def test_affiliation_in_groups_with_their_parts():
    members = [counted(affiliation="01")] * 2 + [counted(affiliation="02"), counted(affiliation="05"), counted()]
    table = simple_table(a_roll(*members), Dimension.AFFILIATION, exact=True)
    shown = [(line.label, line.counts[0], line.depth) for line in table.lines if line.counts[0]]
    assert shown == [
        ("中共", 3, 0), ("中共党员", 2, 1), ("中共预备党员", 1, 1), ("非中共", 1, 0), ("民盟盟员", 1, 1), ("未登记", 1, 0),
    ]  # fmt: skip


def test_ethnic_groups_by_code_under_the_minorities():
    members = [counted(ethnic="01")] * 3 + [counted(ethnic="11"), counted(ethnic="03"), counted()]
    table = simple_table(a_roll(*members), Dimension.ETHNIC, exact=True)
    assert [(line.label, line.counts[0], line.depth) for line in table.lines] == [
        ("汉族", 3, 0), ("少数民族", 2, 0), ("回族", 1, 1), ("满族", 1, 1), ("未登记", 1, 0),
    ]  # fmt: skip


def test_terms_served():
    members = [counted(terms=number) for number in (0, 1, 2, 2, 3, 5)]
    assert texts(simple_table(a_roll(*members), Dimension.TERMS, exact=True)) == [
        ("首届任委员", ("1",)), ("任第二届", ("2",)), ("任三届以上", ("2",)), ("未登记", ("1",)),
    ]  # fmt: skip


def test_who_sits_on_two_committees_counts_in_both_and_the_table_says_so():
    table = simple_table(
        a_roll(counted(committees=(7, 8)), counted(committees=(7,)), counted()), Dimension.COMMITTEE, exact=True
    )
    assert texts(table) == [("提案委员会", ("2",)), ("经济委员会", ("1",)), ("尚未编入专委会", ("1",))]
    assert (table.several, table.notes) == (True, ("有委员编入不止一处，各行相加可能大于委员总数。",))


def test_outside_the_roster_office_a_small_count_and_its_complement_are_hidden():
    members = [counted(sex="1")] * 30 + [counted(sex="2")] * 3 + [counted()] * 8
    read = a_roll(*members)
    assert texts(simple_table(read, Dimension.SEX, exact=True)) == [("男", ("30",)), ("女", ("3",)), ("未登记", ("8",))]
    hidden = simple_table(read, Dimension.SEX, exact=False)
    assert texts(hidden) == [("男", ("30",)), ("女", ("*",)), ("未登记", ("*",))]
    assert hidden.notes == ("“*”：不足5人，或可由此推算出不足5人的数，不予显示。",)
    assert texts(simple_table(read, Dimension.SEX, exact=False, smallest=3)) == [
        ("男", ("30",)),
        ("女", ("3",)),
        ("未登记", ("8",)),
    ]


def test_a_table_of_three_people_is_withheld_outside():
    table = simple_table(a_roll(*[counted(sex="1")] * 3), Dimension.SEX, exact=False)
    assert (table.withheld, table.lines, table.notes) == (True, (), ("人数过少，为保护个人信息不予分列。",))


def test_sectors_crossed_with_sex():
    members = [counted(sectors=(1,), sex="1"), counted(sectors=(1,), sex="2"), counted(sectors=(2,), sex="2")]
    table = crossed_table(a_roll(*members), Dimension.SECTOR, Dimension.SEX, exact=True)
    assert table.heads == ("界别", "合计", "男", "女", "未登记")
    assert texts(table) == [
        ("教育", ("2", "1", "1", "0")), ("经济", ("1", "0", "1", "0")), ("尚未编入界别", ("0", "0", "0", "0")), ("合计", ("3", "1", "2", "0")),
    ]  # fmt: skip


def test_crossed_outside_nothing_is_reckoned_back_from_the_sums():
    members = [counted(sectors=(1,), sex="1")] * 10 + [counted(sectors=(1,), sex="2")] * 2
    members += [counted(sectors=(2,), sex="1")] * 20 + [counted(sectors=(2,), sex="2")] * 15
    table = crossed_table(a_roll(*members), Dimension.SECTOR, Dimension.SEX, exact=False)
    assert texts(table) == [
        ("教育", ("12", "*", "*", "0")), ("经济", ("35", "*", "*", "0")), ("尚未编入界别", ("0", "0", "0", "0")), ("合计", ("47", "30", "17", "0")),
    ]  # fmt: skip


def test_crossed_hides_the_sums_that_the_simple_table_hides():
    members = [counted(sectors=(1,), sex="1")] * 3 + [counted(sectors=(2,), sex="1")] * 20 + [counted(sex="2")] * 9
    read = a_roll(*members)
    simple = simple_table(read, Dimension.SECTOR, exact=False)
    crossed = crossed_table(read, Dimension.SECTOR, Dimension.SEX, exact=False)
    assert [line.texts[0] for line in simple.lines] == ["*", "20", "*"]
    assert [line.texts[0] for line in crossed.lines] == ["*", "20", "*", "32"]
    assert crossed.lines[0].texts[1] == "*"


def test_one_dimension_twice_and_a_senseless_limit_are_refused():
    with pytest.raises(BadInput) as refusal:
        crossed_table(a_roll(), Dimension.SEX, Dimension.SEX, exact=True)
    assert refusal.value.code == "registry.same_dimension"
    with pytest.raises(BadInput) as refusal:
        simple_table(a_roll(), Dimension.SEX, exact=False, smallest=1)
    assert (refusal.value.code, refusal.value.field) == ("registry.smallest", "smallest")


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_all_tables_take_four_statements(django_assert_num_queries, count):
    office = make_office()
    committee = make_organization(office, "committee")
    for number in range(count):
        person = make_person(office, affiliation="05", sex="2")
        join(person, committee)
        join(person, make_organization(office, "sector", f"界别{number}"))
    with django_assert_num_queries(4):
        tables = all_tables(office, DAY, exact=True)
    assert [table.code for table in tables] == [
        "sector", "affiliation", "sex", "age", "ethnic", "committee", "terms",
        "sector.affiliation", "sector.sex", "sector.age", "sector.ethnic",
        "committee.affiliation", "committee.sex", "committee.age", "committee.ethnic",
    ]  # fmt: skip
    assert {table.denominator for table in tables} == {count}


def test_where_a_group_is_hidden_for_its_parts_no_crossed_table_gives_it_back():
    members = [counted(sectors=(1,), ethnic="01")] * 40 + [counted(sectors=(2,), ethnic="11")] * 3
    read = a_roll(*members)
    assert [line.texts[0] for line in simple_table(read, Dimension.ETHNIC, exact=False).lines] == ["*", "*", "*", "0"]
    crossed = crossed_table(read, Dimension.SECTOR, Dimension.ETHNIC, exact=False)
    assert {text for line in crossed.lines[:-1] for text in line.texts[1:]} == {"*"}


def _attack(read: Roll, pairs: list[tuple[Dimension, Dimension]], smallest: int) -> list[tuple[object, int]]:
    """Return the small counts that all shown tables together give away: (what, largest count that would still fit).

    All simple tables and the crossed ones of ``pairs`` are one system of equations: a hidden sum of a simple table is
    the same unknown in every crossed table in which it stands.
    """
    model_of = pytest.importorskip("ortools.sat.python.cp_model")
    model = model_of.CpModel()
    total = read.total
    small = []

    def number(shown: int | None, true: int, what: object, least: int = 1):
        """A hidden count is known to be at least one, because zeros are shown, unless all of the inside is hidden."""
        variable = model.new_int_var(least if shown is None else 0, total, str(what))
        if shown is not None:
            model.add(variable == shown)
        if 0 < true < smallest:
            small.append((what, variable))
        return variable

    margins = {}
    for by in dict.fromkeys(one for pair in pairs for one in pair):
        table, exact = (simple_table(read, by, exact=each, smallest=smallest) for each in (False, True))
        if table.withheld:
            continue
        sums, parts = [], []
        for line, known in zip(table.lines, exact.lines, strict=True):
            variable = number(line.counts[0], known.counts[0], (table.code, line.label))
            if line.depth == 0:
                if parts:
                    model.add(sum(parts) == sums[-1])
                parts = []
                sums.append(variable)
            else:
                parts.append(variable)
        if parts:
            model.add(sum(parts) == sums[-1])
        model.add(sum(sums) == total)
        margins[by] = sums
    for rows, columns in pairs:
        crossed, inside = (crossed_table(read, rows, columns, exact=each, smallest=smallest) for each in (False, True))
        if crossed.withheld:
            continue
        closed = all(count is None for line in crossed.lines[:-1] for count in line.counts[1:])
        body = [
            [
                number(s, k, (crossed.code, line.label, i), int(not closed))
                for i, (s, k) in enumerate(zip(line.counts[1:], known.counts[1:], strict=True))
            ]
            for line, known in zip(crossed.lines[:-1], inside.lines[:-1], strict=True)
        ]
        for row, margin in zip(body, margins[rows], strict=True):
            model.add(sum(row) == margin)
        for column, margin in zip(zip(*body, strict=True), margins[columns], strict=True):
            model.add(sum(column) == margin)
    given_away = []
    for what, variable in small:
        model.maximize(variable)
        solver = model_of.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == model_of.OPTIMAL
        if solver.objective_value < smallest:
            given_away.append((what, int(solver.objective_value)))
    return given_away


TOGETHER = [
    (Dimension.SECTOR, other) for other in (Dimension.SEX, Dimension.ETHNIC, Dimension.AFFILIATION, Dimension.AGE)
]
MEMBERS = strategies.lists(
    strategies.builds(
        counted,
        sectors=strategies.sampled_from([(1,), (1,), (1,), (2,), ()]),
        sex=strategies.sampled_from("1112"),
        ethnic=strategies.sampled_from(["01"] * 6 + ["03", "11", ""]),
        affiliation=strategies.sampled_from(["01", "01", "05", "06", "12", ""]),
        age=strategies.sampled_from([35, 45, 45, 55, 65, None]),
    ),
    min_size=12,
    max_size=45,
)


@pytest.mark.parametrize("seed", [1197, 1251, 1378, 1389, 1533])
def test_two_tables_do_not_narrow_a_hidden_sum_from_both_sides(seed):
    """Registers in which the tables, each safe with the sums, gave away small counts together."""
    source = random.Random(seed)
    lopsided = [(1,)] * 8 + [(2,)] + [()]
    members = [
        counted(
            sectors=source.choice([(1,), (1,), (2,), ()]) if seed % 3 else source.choice(lopsided),
            sex=source.choice("1112"),
            ethnic=source.choice(["01"] * 6 + ["03", "11", ""][: source.randrange(4)]),
            affiliation=source.choice(["01", "01", "05", "06", "12", ""][: source.randrange(3, 7)]),
            age=source.choice([35, 45, 45, 55, 65, None]),
        )
        for _ in range(source.randrange(12, 80))
    ]
    assert _attack(a_roll(*members), TOGETHER, 4) == []


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(MEMBERS)
def test_no_small_count_follows_from_all_tables_shown_together(members):
    assert _attack(a_roll(*members), TOGETHER, 4) == []


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("columns", [Dimension.SEX, Dimension.ETHNIC, Dimension.AFFILIATION, Dimension.AGE])
def test_no_small_count_follows_from_all_that_is_shown(seed, columns):
    source = random.Random(seed)
    members = [
        counted(
            sectors=source.choice([(1,), (1,), (2,), ()]),
            sex=source.choice("1112"),
            ethnic=source.choice(["01"] * 6 + ["03", "11", ""][: source.randrange(4)]),
            affiliation=source.choice(["01", "01", "05", "06", "12", ""][: source.randrange(3, 7)]),
            age=source.choice([35, 45, 45, 55, 65, None]),
        )
        for _ in range(source.randrange(12, 70))
    ]
    assert _attack(a_roll(*members), [(Dimension.SECTOR, columns)], 4) == []


def _joint_attack(read: Roll, dimensions: tuple[Dimension, ...], smallest: int) -> list[tuple[object, int]]:
    """Return the small counts that the simple tables and the crossed ones of all ``dimensions`` give away together.

    The unknowns are the members of each combination of values: all tables are sums of one and the same register, so
    that what several tables tell together about a third one is found.
    """
    model_of = pytest.importorskip("ortools.sat.python.cp_model")
    model = model_of.CpModel()
    keys = {by: _keys_of(read, by) for by in dimensions}
    people = {kind: model.new_int_var(0, read.total, str(kind)) for kind in product(*(keys[by] for by in dimensions))}
    model.add(sum(people.values()) == read.total)
    small = []

    def tell(shown: int | None, true: int, what: object, least: int, places: dict[int, object]) -> None:
        """Say what a reader knows of the members whose values at these places are these."""
        counted_together = sum(
            unknown for kind, unknown in people.items() if all(kind[place] == key for place, key in places.items())
        )
        model.add(counted_together >= least if shown is None else counted_together == shown)
        if 0 < true < smallest:
            small.append((what, counted_together))

    for place, by in enumerate(dimensions):
        table, exact = (simple_table(read, by, exact=each, smallest=smallest) for each in (False, True))
        for key, known, shown in zip(keys[by], exact.lines, table.lines or [None] * len(exact.lines), strict=True):
            tell(None if shown is None else shown.counts[0], known.counts[0], (by, key), int(bool(shown)), {place: key})
    for (one, rows), (other, columns) in combinations(enumerate(dimensions), 2):
        table, exact = (crossed_table(read, rows, columns, exact=each, smallest=smallest) for each in (False, True))
        closed = table.withheld or all(count is None for line in table.lines[:-1] for count in line.counts[1:])
        for number, row in enumerate(keys[rows]):
            for index, column in enumerate(keys[columns], 1):
                known = exact.lines[number].counts[index]
                shown = None if table.withheld else table.lines[number].counts[index]
                tell(shown, known, (rows, row, columns, column), int(not closed), {one: row, other: column})
    given_away = []
    for what, unknown in small:
        model.maximize(unknown)
        solver = model_of.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == model_of.OPTIMAL
        if solver.objective_value < smallest:
            given_away.append((what, int(solver.objective_value)))
    return given_away


def _keys_of(read: Roll, by: Dimension) -> list[object]:
    """Return the keys of a dimension without parts, in the order of its table."""
    return {
        Dimension.SECTOR: [*(pk for pk, _name in read.sectors), ""],
        Dimension.COMMITTEE: [*(pk for pk, _name in read.committees), ""],
        Dimension.SEX: ["1", "2", ""],
        Dimension.AGE: [0, 40, 50, 60, ""],
        Dimension.TERMS: [1, 2, 3, ""],
    }[by]


CIRCLE = (Dimension.SECTOR, Dimension.SEX, Dimension.COMMITTEE, Dimension.AGE)


def _entangled(seed: int) -> Roll:
    """Return a register in which sector, committee, sex and age hang together, and nearly all margins are large."""
    source = random.Random(seed)
    sectors, bands = (1, 2, 3), (35, 45)
    members = []
    for _ in range(source.randrange(16, 48)):
        sector = source.choice(sectors)
        older = source.random() < (0.02, 0.5, 0.98)[sector - 1]
        committee = 7 if source.random() < (0.95 if older else 0.05) else 8
        woman = source.random() < (0.8 if committee == 7 else 0.2)
        members.append(counted(sectors=(sector,), committees=(committee,), sex="2" if woman else "1", age=bands[older]))
    return a_roll(*members, sectors=((1, "教育"), (2, "经济"), (3, "科技")))


@pytest.mark.parametrize("seed", range(40))
def test_no_small_count_follows_from_the_crossed_tables_of_all_pairs_together(seed):
    assert _joint_attack(_entangled(seed), CIRCLE, 3) == []


@pytest.mark.parametrize("seed", [18, 30])
def test_tables_in_a_circle_give_a_small_count_away(seed, monkeypatch):
    """What open_pairs is for: each table hides its small counts well, all six together do not."""
    read = _entangled(seed)
    every = frozenset(frozenset(pair) for pair in combinations(Dimension, 2))
    monkeypatch.setattr(statistics, "open_pairs", lambda _roll, _smallest: every)
    assert _joint_attack(read, CIRCLE, 3) != []
    monkeypatch.undo()
    assert _joint_attack(read, CIRCLE, 3) == []


def test_crossed_tables_that_close_a_circle_show_their_sums_alone_outside_the_roster_office():
    members = [
        counted(sectors=(sector,), committees=(committee,), sex=sex, age=age, terms=1)
        for sector, committee, sex, age in product((1, 2), (7, 8), "12", (35, 45))
        for _ in range(6)
    ]
    read = a_roll(*members)
    sector, committee = Dimension.SECTOR, Dimension.COMMITTEE
    names = (Dimension.AFFILIATION, Dimension.SEX, Dimension.AGE, Dimension.ETHNIC)
    assert open_pairs(read) == {
        *(frozenset((sector, by)) for by in names),
        frozenset((committee, Dimension.AFFILIATION)),
        frozenset((sector, Dimension.TERMS)),
    }
    shown, exact = (crossed_table(read, committee, Dimension.SEX, exact=each) for each in (False, True))
    assert texts(shown)[0] == ("提案委员会", ("48", "*", "*", "*"))
    assert texts(exact)[0] == ("提案委员会", ("48", "24", "24", "0"))
    assert shown.notes


@pytest.mark.parametrize(
    ("members", "open_"),
    [
        ([counted(sectors=(1,), sex="1")] * 9 + [counted(sectors=(2,), sex="2")] * 9, True),
        ([counted(sectors=(1,), sex="1")] * 9 + [counted(sectors=(1, 2), sex="2")] * 9, False),
        ([counted(sectors=(1,), sex="1")] * 9 + [counted(sectors=(2,), sex="2")] * 3, False),
    ],
)
def test_hidden_sums_and_people_in_two_places_keep_the_inside_closed(members, open_):
    assert (frozenset((Dimension.SECTOR, Dimension.SEX)) in open_pairs(a_roll(*members))) is open_


@pytest.mark.parametrize(
    "members",
    [
        # Four people in all have a place: no committee has more than four.
        [counted(committees=(7, 8))] * 4 + [counted()] * 20,
        # All but two sit on the one committee: no more than two sit nowhere.
        [counted(committees=(7,))] * 20 + [counted(committees=(7, 8))] * 8 + [counted()] * 2,
    ],
)
def test_who_sits_nowhere_and_who_sits_twice_do_not_give_each_other_away(members):
    assert simple_table(a_roll(*members), Dimension.COMMITTEE, exact=False).withheld
