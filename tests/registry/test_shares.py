from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.registry.shares import (
    Bound,
    Fraction,
    Position,
    Quota,
    QuotaLine,
    Seat,
    measure,
    reaches,
    running_shares,
    sector_lines,
)


def test_a_fraction_is_read_in_lowest_terms():
    assert [str(Fraction.parse(text)) for text in ("3/5", "13/20", "60/100", "0/3", "1/1")] == [
        "3/5", "13/20", "3/5", "0/1", "1/1",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["0.6", "60%", "3/0", "-3/5", "3/-5", "", "3", "3 / 5", "３/５", 0.6, None, "3/5\n"])
def test_anything_but_a_fraction_is_refused(text):
    with pytest.raises(ValueError, match="not a fraction"):
        Fraction.parse(text)


def test_the_bound_itself_satisfies_at_least_and_not_more_than():
    half = Fraction.parse("1/2")
    assert [reaches(n, 10, half, bound) for bound in Bound for n in (4, 5, 6)] == [
        False, True, True, False, False, True,
    ]  # fmt: skip


def test_nothing_reaches_no_share():
    assert reaches(0, 0, Fraction.parse("0/1")) is False


@given(st.integers(0, 3000), st.integers(1, 40), st.integers(0, 40), st.sampled_from(Bound))
def test_what_is_needed_is_the_least_that_reaches(whole, under, over, bound):
    fraction = Fraction.parse(f"{min(over, under)}/{under}")
    needed = fraction.needed(whole, bound)
    if whole:
        assert reaches(needed, whole, fraction, bound)
        assert needed == 0 or not reaches(needed - 1, whole, fraction, bound)
    else:
        assert needed == 0


def test_a_share_says_how_many_are_missing_and_is_never_rounded_up():
    share = measure("x", "非中共委员", [True] * 599 + [False] * 401, fraction="3/5")
    assert (share.part, share.whole, share.missing, share.over, share.reached, share.percent) == (
        599, 1000, 1, 0, False, "59.9",
    )  # fmt: skip


def test_a_share_says_how_many_are_over():
    share = measure("x", "非中共委员", [True] * 195 + [False] * 105, fraction="3/5")
    assert (share.missing, share.over, share.reached) == (0, 15, True)


def test_the_unknown_are_in_the_whole_and_named():
    share = measure("x", "非中共委员", [True, True, None], fraction="3/5")
    assert (share.part, share.whole, share.unknown, share.reached) == (2, 3, 1, True)


def test_a_share_of_nothing_is_not_judged():
    share = measure("x", "非中共副主席", [], fraction="1/2")
    assert (share.reached, share.missing, share.percent) == (None, 0, "—")


def _committee() -> list[Seat]:
    return [
        Seat(Position.CHAIR, nonparty=False, woman=False, renewed=True),
        Seat(Position.VICE_CHAIR, nonparty=True, woman=True, renewed=True),
        Seat(Position.VICE_CHAIR, nonparty=False, woman=False, renewed=False),
        Seat(Position.STANDING_MEMBER, nonparty=True, woman=True),
        Seat(Position.STANDING_MEMBER, nonparty=False, woman=None),
        Seat(nonparty=True, woman=False, renewed=False),
    ]


def test_the_watched_shares_of_a_list():
    shares = running_shares(_committee(), formed=False)
    assert [(s.code, s.part, s.whole, s.unknown, s.reached, s.missing) for s in shares] == [
        ("nonparty.members", 3, 6, 0, False, 1),
        ("nonparty.standing", 1, 2, 0, False, 1),
        ("nonparty.vice_chairs", 1, 2, 0, True, 0),
        ("women.members", 2, 6, 1, None, 0),
        ("women.standing", 1, 2, 1, None, 0),
        ("renewed.members", 2, 6, 2, None, 0),
    ]
    assert {s.for_information for s in shares} == {False}


def test_the_rule_on_vice_chairs_does_not_hold_in_an_autonomous_area():
    shares = {s.code: s for s in running_shares(_committee(), formed=True, autonomous_area=True)}
    assert (shares["nonparty.vice_chairs"].fraction, shares["nonparty.vice_chairs"].reached) == ("", None)
    assert shares["nonparty.members"].reached is False
    assert {s.for_information for s in shares.values()} == {True}


def test_every_share_names_its_source():
    assert [bool(str(s.source)) for s in running_shares([], formed=False)] == [True] * 6


def test_sectors_against_quotas_and_reserved_seats():
    seats = [
        Seat(sector="教育", woman=True),
        Seat(sector="教育", nonparty=True),
        Seat(sector="经济"),
        Seat(sector="旧界别"),
    ]
    assert sector_lines(seats, [Quota("经济", 3, 1), Quota("教育", 2, 1)]) == (
        QuotaLine("经济", 3, 1, 1, 1, 0, 0, 0),
        QuotaLine("教育", 2, 1, 2, 0, 1, 1, 1),
        QuotaLine("旧界别", 0, 0, 1, 0, 1, 0, 0),
    )
    assert sector_lines([], [Quota("经济", 3, 1)])[0].free == 2


@pytest.mark.parametrize(
    "quotas", [[Quota("经济", 1), Quota("经济", 2)], [Quota("经济", 1, 2)], [Quota("经济", 1, -1)]]
)
def test_quotas_that_contradict_themselves_are_refused(quotas):
    with pytest.raises(ValueError, match="quota"):
        sector_lines([], quotas)
