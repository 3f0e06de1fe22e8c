import datetime as dt

import pytest

from tests.cast import make_office, make_organization
from tongxin.provisions import evaluation, operations, renewal
from tongxin.provisions.models import Finding, Ruling

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


@pytest.mark.parametrize(("basis", "reason"), [("own", "own"), ("approved", "approved")])
def test_a_standing_excuse_is_told_by_its_own_basis(basis: str, reason: str) -> None:
    office = make_office()
    branch = make_organization(office, "branch")
    operations.adopt(office, "life.general_meeting", valid_from=dt.date(2026, 1, 1), actor=None)
    Ruling.objects.create(
        office=office,
        provision="life.general_meeting",
        subject_kind="organization",
        organization_id=branch.pk,
        excused_from=dt.date(2026, 1, 1),
        kind="excused",
        basis=basis,
        reason="离退休党员多，分散居住",
    )
    renewal.refresh(office, dt.date(2026, 2, 1))
    found = Finding.objects.get(organization_id=branch.pk, window_start=dt.date(2026, 1, 1))
    assert (found.state, found.reason) == ("excused", reason)
