import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import translation

DAY = dt.date(2026, 3, 1)
AT = dt.datetime(2026, 2, 28, 17, 5, tzinfo=dt.UTC)  # 1 March, 01:05 in China


@pytest.mark.parametrize(
    ("language", "name", "value", "written"),
    [
        ("zh-hans", "day", DAY, "2026年3月1日"),
        ("zh-hans", "short_day", DAY, "3月1日"),
        ("zh-hans", "month", DAY, "2026年3月"),
        ("zh-hans", "day", AT, "2026年3月1日"),
        ("zh-hans", "moment", AT, "2026年3月1日 01:05"),
        ("zh-hans", "short_moment", AT, "3月1日 01:05"),
        ("zh-hans", "last_day", DAY, "2026年2月28日"),
        ("en", "day", DAY, "1 March 2026"),
        ("en", "short_day", DAY, "1 Mar"),
        ("en", "month", DAY, "March 2026"),
        ("en", "moment", AT, "1 March 2026, 01:05"),
        ("en", "short_moment", AT, "1 Mar, 01:05"),
        ("en", "day", None, ""),
        ("zh-hans", "moment", None, ""),
    ],
)
def test_days_and_moments_are_written_for_the_reader(language: str, name: str, value, written: str) -> None:
    page = Template("{% load pages %}{{ value|" + name + " }}")
    with translation.override(language):
        assert page.render(Context({"value": value})) == written
