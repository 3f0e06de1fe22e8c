"""Totals of a register and whether enough were there."""

from __future__ import annotations

import datetime as dt

import pytest

from tongxin.activities.attendance import Line, Totals, entered_late, totals
from tongxin.activities.kinds import Quorum

HALF = Quorum(1, 2, True, "entitled")


def lines(*presences: str, entitled: bool = True) -> list[Line]:
    return [Line("member", presence, True, entitled=entitled) for presence in presences]


def test_totals_tell_excused_unknown_and_guests_apart():
    register = [
        Line("chair", "present", True, entitled=True),
        Line("member", "present", True, late=True, entitled=True),
        Line("member", "unknown", True, reply="leave", entitled=True),
        Line("member", "unknown", True, entitled=True),
        Line("member", "absent", True),
        Line("speaker", "present", False),
        Line("observer", "present", False),
        Line("observer", "unknown", False),
        Line("invited", "present", False, left_early=True),
    ]
    assert totals(register) == Totals(
        expected=5, present=2, leave=1, absent=1, unknown=1, late=1, left_early=1, observers=1, invited=1,
        entitled=4, entitled_present=2, entitled_unknown=1, kept=True,
    )  # fmt: skip


def test_totals_of_nobody():
    assert totals([]) == Totals()


@pytest.mark.parametrize(
    ("presences", "open_", "closed"),
    [
        (["unknown"] * 4, None, None),
        (["present"] * 3 + ["absent"], True, True),
        (["present"] * 2 + ["absent"] * 2, False, False),
        (["present", "absent", "unknown", "unknown"], None, False),
        (["absent", "absent", "unknown", "unknown"], False, False),
    ],
)
def test_quorum_unknown_is_not_absent_until_the_register_is_confirmed(presences, open_, closed):
    counted = totals(lines(*presences))
    assert counted.quorum_reached(HALF, closed=False) is open_
    assert counted.quorum_reached(HALF, closed=True) is closed


def test_quorum_counts_those_with_a_vote_only():
    register = lines("present", "present", "absent") + lines("absent", "absent", "absent", entitled=False)
    counted = totals(register)
    assert counted.quorum_reached(HALF, closed=True) is True
    assert counted.quorum_reached(Quorum(1, 2, True, "expected"), closed=True) is False
    assert counted.quorum_reached(None, closed=True) is None


def test_entered_late_after_a_week():
    assert entered_late(dt.date(2026, 3, 1), dt.date(2026, 3, 8)) is False
    assert entered_late(dt.date(2026, 3, 1), dt.date(2026, 3, 9)) is True


@pytest.mark.parametrize(
    ("lines", "deserted"),
    [
        ([], False),
        ([Line("member", "absent", expected=True)], True),
        ([Line("member", "absent", expected=True), Line("member", "unknown", expected=True, reply="leave")], True),
        ([Line("member", "absent", expected=True), Line("member", "unknown", expected=True)], False),
        ([Line("member", "absent", expected=True), Line("member", "present", expected=True)], False),
        ([Line("observer", "present")], False),
    ],
)
def test_nobody_came_only_where_everybody_is_known_to_be_away(lines, deserted):
    assert totals(lines).deserted is deserted
