from __future__ import annotations

from tongxin.accounts.adapter import ClosedAdapter


def test_nobody_signs_up_alone(rf):
    assert ClosedAdapter().is_open_for_signup(rf.get("/")) is False
