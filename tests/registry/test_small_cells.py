from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxin.registry.small_cells import Cell, could_be, to_hide


def listed(counts, total_shown=True) -> list[Cell]:
    cells = [Cell(index, count, "sum", "all") for index, count in enumerate(counts)]
    return [*cells, Cell("total", sum(counts), "all", "sum", fixed=total_shown)]


def crossed(rows) -> list[Cell]:
    cells = [Cell((r, c), n, f"r{r}", f"c{c}") for r, row in enumerate(rows) for c, n in enumerate(row)]
    cells += [Cell(f"row{r}", sum(row), "all rows", f"r{r}") for r, row in enumerate(rows)]
    cells += [
        Cell(f"column{c}", sum(column), f"c{c}", "all columns") for c, column in enumerate(zip(*rows, strict=True))
    ]
    return [*cells, Cell("total", sum(map(sum, rows)), "all columns", "all rows", fixed=True)]


def test_a_small_count_takes_its_smallest_neighbour_along():
    assert to_hide(listed([3, 40, 9, 100])) == {0, 2}


def test_zeros_are_shown_and_hide_nobody():
    assert to_hide(listed([0, 40, 9])) == set()
    assert to_hide(listed([0, 3, 40, 0])) == {1, 2}


def test_two_small_counts_whose_sum_gives_them_away_take_a_third():
    assert to_hide(listed([1, 1, 7, 50])) == {0, 1, 2}


def test_two_small_counts_whose_sum_leaves_room_suffice():
    assert to_hide(listed([4, 4, 50])) == {0, 1}


@pytest.mark.parametrize("counts", [[3], [3, 0], [1, 1, 1, 1, 1, 1], [4, 0, 0]])
def test_a_table_that_cannot_be_protected_is_withheld(counts):
    assert to_hide(listed(counts)) is None


def test_in_a_crossed_table_the_complements_close_a_circle():
    rows = [[3, 20, 30], [15, 25, 8], [9, 12, 40]]
    hidden = to_hide(crossed(rows))
    assert (0, 0) in hidden
    assert all(isinstance(key, tuple) for key in hidden)
    for r in range(3):
        assert sum((r, c) in hidden for c in range(3)) != 1
        assert sum((c, r) in hidden for c in range(3)) != 1


def test_what_another_table_hides_is_hidden_here():
    assert to_hide(listed([40, 9, 100]), also={1, "unknown"}) == {1}


def test_groups_and_their_parts():
    cells = [
        Cell("han", 90, "groups", "all"),
        Cell("minority", 10, "groups", "parts"),
        Cell("03", 8, "parts", "all"),
        Cell("11", 2, "parts", "all"),
        Cell("total", 100, "all", "groups", fixed=True),
    ]
    assert to_hide(cells) == {"03", "11"}
    tiny = [
        Cell("han", 97, "groups", "all"),
        Cell("minority", 3, "groups", "parts"),
        Cell("03", 3, "parts", "all"),
        Cell("total", 100, "all", "groups", fixed=True),
    ]
    assert to_hide(tiny) == {"han", "minority", "03"}


@pytest.mark.parametrize(
    ("cells", "smallest"),
    [([Cell(1, -1, "a", "b")], 5), ([Cell(1, 1, "a", "b"), Cell(1, 2, "a", "b")], 5), ([Cell(1, 1, "a", "b")], 0)],
)
def test_nonsense_is_refused(cells, smallest):
    with pytest.raises(ValueError, match="counts are not negative"):
        to_hide(cells, smallest)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8), st.integers(1, 6))
def test_in_a_list_no_small_count_can_be_told_by_subtraction(counts, smallest):
    hidden = to_hide(listed(counts), smallest)
    if hidden is None:
        return
    known = sum(counts) - sum(count for index, count in enumerate(counts) if index not in hidden)
    for index, count in enumerate(counts):
        if 0 < count < smallest:
            assert index in hidden
            assert known - (len(hidden) - 1) >= smallest  # the others are at least one each


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=3), min_size=2, max_size=3).filter(
        lambda rows: len({len(r) for r in rows}) == 1
    )
)
def test_in_a_crossed_table_trying_all_that_fits_tells_no_small_count(rows):
    smallest = 2
    cells = crossed(rows)
    hidden = to_hide(cells, smallest)
    if hidden is None:
        return
    inside = [cell for cell in cells if isinstance(cell.key, tuple)]
    margins_hidden = [key for key in hidden if not isinstance(key, tuple)]
    for cell in inside:
        if 0 < cell.count < smallest:
            assert cell.key in hidden
            assert could_be(cell.key, cells, hidden, smallest) >= smallest
    if margins_hidden:
        return
    free = [cell for cell in inside if cell.key in hidden]
    if not free or len(free) > 5:
        return
    fitting = []
    for guess in itertools.product(range(1, 9), repeat=len(free)):
        values = {cell.key: cell.count for cell in inside} | {cell.key: n for cell, n in zip(free, guess, strict=True)}
        table = [[values[r, c] for c in range(len(rows[0]))] for r in range(len(rows))]
        if [sum(r) for r in table] == [sum(r) for r in rows] and [sum(c) for c in zip(*table, strict=True)] == [
            sum(c) for c in zip(*rows, strict=True)
        ]:
            fitting.append(values)
    for cell in inside:
        if 0 < cell.count < smallest:
            assert max(values[cell.key] for values in fitting) >= smallest
