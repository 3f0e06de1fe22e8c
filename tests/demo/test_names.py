"""Invented names: the same source gives the same, and nothing sensitive is among the lists."""

from __future__ import annotations

import random
from collections import Counter

from tongxin.activities.kinds import catalogue
from tongxin.demo import names
from tongxin.registry.enums import AffiliationCode


def test_names_are_repeatable_and_seldom_alike():
    first, second = (names.Names(random.Random("7")) for _ in range(2))
    told = [first.person() for _ in range(600)]
    assert told == [second.person() for _ in range(600)]
    assert 0 < sum(count - 1 for count in Counter(told).values()) < 12
    assert {len(name) for name in told} <= {2, 3, 4}


def test_lists_hold_nothing_sensitive_and_known_codes_only():
    words = "".join(name for name, _ in names.SECTORS)
    assert [word for word in ("宗教", "民族") if word in words] == []
    assert set(names.SECTOR_PARTY.values()) <= set(AffiliationCode.values)
    assert set(names.SECTOR_PARTY) <= {name for name, _ in names.SECTORS}


def test_area_codes_are_unassigned():
    assert names.CITY_CODE[:2] == "98"
    assert len(set(names.COUNTIES)) == 6


def test_diary_words_are_kinds_of_the_catalogue():
    from tongxin.demo.year import Year

    told = {word for method in vars(Year).values() if callable(method) for word in method.__code__.co_consts}
    assert {"theme_day", "party_group_meeting", "contact"} <= told & set(catalogue().kinds)
