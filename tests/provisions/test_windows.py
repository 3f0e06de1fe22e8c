import datetime as dt

import pytest

from tongxin.core.errors import BadInput
from tongxin.provisions import windows


def test_quarter_with_grace() -> None:
    row = next(row for row in windows.rows("quarter+10") if row.start == dt.date(2026, 1, 1))
    assert row == windows.WindowRow(
        "quarter+10",
        start=dt.date(2026, 1, 1),
        end=dt.date(2026, 4, 1),
        last_day=dt.date(2026, 3, 31),
        due_end=dt.date(2026, 4, 1),
        grace_end=dt.date(2026, 4, 11),
        days=90,
    )


def test_what_is_due_early_in_the_year_ends_early_and_counts_days_up_to_then() -> None:
    row = next(row for row in windows.rows("year<2+10") if row.start == dt.date(2024, 1, 1))
    assert row == windows.WindowRow(
        "year<2+10",
        start=dt.date(2024, 1, 1),
        end=dt.date(2025, 1, 1),
        last_day=dt.date(2024, 12, 31),
        due_end=dt.date(2024, 3, 1),
        grace_end=dt.date(2024, 3, 11),
        days=60,
    )


def test_due_never_lies_beyond_the_window() -> None:
    row = next(row for row in windows.rows("month<3") if row.start == dt.date(2026, 5, 1))
    assert row.due_end == row.end == dt.date(2026, 6, 1)


def test_windows_touch_and_never_overlap() -> None:
    for key in ("month", "quarter", "half", "year"):
        laid = list(windows.rows(key))
        assert all(left.end == right.start for left, right in zip(laid, laid[1:], strict=False))


def test_february_of_a_leap_year_has_29_days() -> None:
    assert [row.days for row in windows.rows("month") if row.start in {dt.date(2024, 2, 1), dt.date(2023, 2, 1)}] == [
        28,
        29,
    ]


def test_term_windows_are_the_terms() -> None:
    laid = list(windows.rows("term:7", [(dt.date(2022, 1, 10), dt.date(2027, 1, 8))]))
    assert [(row.start, row.end) for row in laid] == [(dt.date(2022, 1, 10), dt.date(2027, 1, 8))]
    assert list(windows.rows("term:7", [])) == []


def test_keys_are_put_together_and_taken_apart() -> None:
    assert windows.key_of("quarter", 10, 7) == "quarter+10"
    assert windows.key_of("year", 0, 7) == "year"
    assert windows.key_of("term", 0, 7) == "term:7"
    assert windows.split_key("term:7+5") == ("term:7", 5)
    assert windows.key_of("year", 10, 7, within=1) == "year<1+10"
    assert windows.split_key("year<1+10") == ("year", 10)
    assert windows.months_within("term:7<3+10") == 3
    assert windows.months_within("year+10") == 0


@pytest.mark.parametrize("key", ["", "week", "term:", "term:x", "quarter+x", "month+-1", "year<x", "forever"])
def test_a_key_that_is_no_period_is_refused(key: str) -> None:
    with pytest.raises(BadInput):
        windows.split_key(key)


def test_grace_out_of_range_is_refused() -> None:
    with pytest.raises(BadInput):
        windows.key_of("month", 366, 7)


def test_labels() -> None:
    assert windows.label("quarter+10", dt.date(2026, 4, 1), dt.date(2026, 7, 1)) == "2026年第二季度"
    assert windows.label("term:7", dt.date(2022, 1, 1), dt.date(2027, 1, 1)) == "本届（2022年1月至2026年12月）"
