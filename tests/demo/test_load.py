"""Loading the example: repeatable, refused where it cannot be, and taken away without a trace."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from tests.cast import make_office, make_organization, make_person, make_user
from tongxin.accounts.models import User
from tongxin.activities.models import Activity, Meaning, Participation, PresenceMark
from tongxin.core import clock
from tongxin.core.errors import BadInput, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.demo import operations
from tongxin.documents.models import Requirement
from tongxin.matters.models import Matter
from tongxin.provisions.models import Adoption, Finding, Ruling
from tongxin.registry.models import (
    Affiliation,
    ContactAssignment,
    Membership,
    Office,
    Organization,
    Person,
    RoleGrant,
)

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2026, 10, 28)
TABLES = (Person, Affiliation, Organization, Membership, ContactAssignment, Activity, Participation, PresenceMark, Meaning,
          Ruling, Matter, Adoption, RoleGrant, Requirement, Finding)  # fmt: skip


@pytest.fixture
def built(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return operations.load(as_of=AS_OF, small=True)


def fingerprint() -> tuple[dict[str, int], str]:
    text = "\n".join(Person.objects.order_by("pk").values_list("name", flat=True))
    rows = Activity.objects.order_by("pk").values_list("uid", "kind", "day", "title")
    text += "\n".join(" ".join(map(str, row)) for row in rows)
    return {model.__name__: model.objects.count() for model in TABLES}, hashlib.sha256(text.encode()).hexdigest()


def test_same_seed_and_day_give_the_same_rows(built):
    first = fingerprint()
    operations.reset()
    again = operations.load(as_of=AS_OF, small=True)
    assert fingerprint() == first
    assert again.password != built.password
    operations.reset()
    operations.load(as_of=AS_OF, small=True, seed=2)
    assert fingerprint()[1] != first[1]


def test_reset_takes_the_example_and_nothing_else(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    office = make_office("政协真实市委员会")
    make_organization(office, "branch")
    make_person(office, "常客", affiliation="01")
    make_user(office, "party_clerk", username="shiji")
    before = fingerprint()
    operations.load(as_of=AS_OF, small=True)
    entries = AuditEntry.objects.count()
    assert operations.reset() > 1000
    assert fingerprint() == before
    assert list(User.objects.values_list("username", flat=True)) == ["shiji"]
    assert AuditEntry.objects.count() == entries + 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_load_refuses_twice_and_impossible_days(built):
    with pytest.raises(NotPossible) as error:
        operations.load(small=True)
    assert error.value.code == "demo.exists"
    for day in (dt.date(2021, 12, 31), clock.today() + dt.timedelta(days=1)):
        with pytest.raises(BadInput) as bad:
            operations.load(as_of=day, small=True)
        assert (bad.value.code, bad.value.field) == ("demo.as_of", "as_of")


def test_load_refuses_where_a_login_is_taken_and_writes_nothing():
    make_user(username="dangwu")
    with pytest.raises(NotPossible) as error:
        operations.load(small=True)
    assert error.value.code == "demo.usernames"
    assert Office.objects.count() == 0


@pytest.mark.parametrize("day", [dt.date(2026, 1, 5), dt.date(2025, 7, 1), dt.date(2024, 2, 29), dt.date(2025, 12, 31)])
def test_load_on_awkward_days(settings, tmp_path, day):
    settings.MEDIA_ROOT = tmp_path
    built = operations.load(as_of=day, small=True)
    assert built.as_of == day
    assert Activity.objects.filter(status="held", last_day__gt=day).count() == 0
