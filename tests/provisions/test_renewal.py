import datetime as dt

import pytest

from tests.cast import make_office, make_organization
from tongxin.provisions import evaluation, operations, renewal

pytestmark = pytest.mark.django_db


def test_warming_compiles_what_the_refresh_needs() -> None:
    office = make_office()
    make_organization(office, "branch")
    operations.adopt(office, "life.general_meeting", valid_from=dt.date(2026, 1, 1), actor=None)
    operations.adopt(office, "org.all_in_committee", valid_from=dt.date(2026, 1, 1), actor=None)
    evaluation.judgement.cache_clear()
    assert renewal.warm() == 2
    before = evaluation.judgement.cache_info().misses
    renewal.refresh(office, dt.date(2026, 6, 1))
    assert evaluation.judgement.cache_info().misses == before


def test_without_rules_there_is_nothing_to_warm() -> None:
    assert renewal.warm() == 0
