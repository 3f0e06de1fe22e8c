from __future__ import annotations

import datetime as dt

import time_machine

from tongxin.core import clock


def test_the_day_turns_at_midnight_in_shanghai():
    with time_machine.travel(dt.datetime(2026, 3, 1, 16, 30, tzinfo=dt.UTC), tick=False):
        assert clock.today() == dt.date(2026, 3, 2)
        assert clock.local_day(clock.now()) == dt.date(2026, 3, 2)
