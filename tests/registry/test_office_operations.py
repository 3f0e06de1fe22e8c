from __future__ import annotations

import datetime as dt

import pytest

from tongxin.core.errors import BadInput, NotPossible, Refusal
from tongxin.registry.models import Office, Organization, Post, RoleGrant, Term
from tongxin.registry.office_operations import found_office
from tongxin.registry.posts import STANDARD_POSTS

pytestmark = pytest.mark.django_db
GIVEN = {
    "short_name": "澄江市政协",
    "level": "city",
    "area_code": "990400",
    "start_day": dt.date(2026, 1, 1),
    "term": (6, dt.date(2022, 1, 10), dt.date(2027, 1, 10)),
    "administrator": ("guan", "管理员甲"),
}


def test_an_office_begins_with_what_everything_else_needs():
    office, issued = found_office("政协澄江市委员会", **GIVEN)
    assert (office.name, office.start_day) == ("政协澄江市委员会", dt.date(2026, 1, 1))
    assert list(Organization.objects.order_by("pk").values_list("kind", "name")) == [
        ("committee", "澄江市政协"),
        ("staff", "澄江市政协机关"),
        ("standing_committee", "常务委员会"),
        ("chair_meeting", "主席会议"),
        ("party_group", "政协党组"),
    ]
    assert Term.objects.get().ordinal == 6
    assert Post.objects.count() == sum(len(posts) for posts in STANDARD_POSTS.values())
    assert set(RoleGrant.objects.values_list("user__username", "role")) == {
        ("guan", "administrator"),
        ("guan", "roster_clerk"),
    }
    assert (issued.user.username, len(issued.token) > 20) == ("guan", True)


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("  ", {}, "registry.office_name"),
        ("政协甲市委员会", {"level": "village"}, "registry.office_level"),
        ("政协甲市委员会", {"area_code": "34"}, "registry.office_area"),
        ("政协甲市委员会", {"area_code": "３４００００"}, "registry.office_area"),
        ("政协甲市委员会", {"term": (0, dt.date(2022, 1, 1), dt.date(2027, 1, 1))}, "registry.office_term"),
        ("政协甲市委员会", {"term": (6, dt.date(2027, 1, 1), dt.date(2022, 1, 1))}, "registry.office_term"),
        ("政协甲市委员会", {"term": (6, dt.date(2022, 2, 28), dt.date(2042, 1, 1))}, "registry.office_term"),
        ("政协甲市委员会", {"administrator": ("", "甲")}, "accounts.username"),
    ],
)
def test_what_cannot_be_right_is_named_and_nothing_written(name, changed, code):
    with pytest.raises(BadInput) as refused:
        found_office(name, **{**GIVEN, **changed})
    assert (refused.value.code, Office.objects.count(), Term.objects.count()) == (code, 0, 0)


def test_an_area_has_one_office():
    found_office("政协澄江市委员会", **GIVEN)
    with pytest.raises(NotPossible) as refused:
        found_office("政协澄江市委员会", **{**GIVEN, "administrator": ("other", "乙")})
    assert (refused.value.code, Office.objects.count()) == ("registry.office_there", 1)


def test_a_user_name_that_is_taken_founds_nothing():
    found_office("政协澄江市委员会", **GIVEN)
    with pytest.raises(Refusal):
        found_office("政协乙县委员会", **{**GIVEN, "area_code": "990401"})
    assert Office.objects.count() == 1
