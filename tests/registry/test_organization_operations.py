"""Organizations are founded, renamed, moved, corrected: with papers, without circles, by name where refused."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import join, make_office, make_organization, make_person
from tongxin.core import audit
from tongxin.core.errors import BadInput, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.registry import operations as registry
from tongxin.registry import organization_operations as operations
from tongxin.registry.queries import names_on

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 3, 1)


@pytest.fixture
def office():
    return make_office()


def _group(office, name, parent=None):
    return make_organization(office, "department", name, parent=parent)


def test_new_name_is_a_change_and_the_old_one_stays_readable(office):
    unit = make_organization(office, "special_committee", "文史委员会")
    operations.rename_organization(unit, name=" 文化文史委员会 ", reference="澄协发〔2024〕3号", actor=None)
    unit.refresh_from_db()
    entry = AuditEntry.objects.get(action="registry.rename_organization")
    assert (unit.name, entry.purpose) == ("文化文史委员会", "澄协发〔2024〕3号")
    assert audit.values_of(entry)["name"] == ("文史委员会", "文化文史委员会")


def test_a_name_is_kept_with_its_days_and_shows_for_them(office):
    unit = make_organization(office, "special_committee", "学习委员会", valid_from=dt.date(2010, 1, 1))
    other = make_organization(office, "sector", "教育")
    for name, since in (("文史委员会", dt.date(2015, 3, 1)), ("文化文史委员会", dt.date(2020, 5, 1))):
        operations.rename_organization(unit, name=name, reference="文", since=since, actor=None)
        unit.refresh_from_db()
    assert list(unit.former_names.order_by("pk").values_list("name", "valid_from", "valid_until", "basis")) == [
        ("学习委员会", dt.date(2010, 1, 1), dt.date(2015, 3, 1), "文"),
        ("文史委员会", dt.date(2015, 3, 1), dt.date(2020, 5, 1), "文"),
    ]
    days = (dt.date(2012, 1, 1), dt.date(2015, 2, 28), dt.date(2015, 3, 1), dt.date(2020, 4, 30), dt.date(2020, 5, 1))
    assert [names_on([unit, other], day) for day in days] == [
        {unit.pk: name, other.pk: "教育"}
        for name in ("学习委员会", "学习委员会", "文史委员会", "文史委员会", "文化文史委员会")
    ]


@pytest.mark.parametrize("since", [dt.date(2010, 1, 1), dt.date(2009, 1, 1), dt.date(2999, 1, 1)])
def test_a_name_that_would_not_have_lasted_a_day_or_is_to_come_is_refused(office, since):
    unit = make_organization(office, "special_committee", "学习委员会", valid_from=dt.date(2010, 1, 1))
    with pytest.raises(BadInput) as refused:
        operations.rename_organization(unit, name="文史委员会", reference="文", since=since, actor=None)
    unit.refresh_from_db()
    assert (refused.value.code, refused.value.field, unit.name, unit.former_names.count()) == (
        "registry.rename_day", "since", "学习委员会", 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reference", "code"),
    [
        ("", "文", "registry.organization_name"),
        ("文史委员会", "文", "registry.same_name"),
        ("新委员会", " ", "registry.rename_reference"),
        ("提案委员会", "文", "registry.organization_there"),
    ],
)
def test_refused_new_names(office, name, reference, code):
    make_organization(office, "special_committee", "提案委员会")
    unit = make_organization(office, "special_committee", "文史委员会")
    with pytest.raises((BadInput, NotPossible)) as refused:
        operations.rename_organization(unit, name=name, reference=reference, actor=None)
    unit.refresh_from_db()
    assert (refused.value.code, unit.name) == (code, "文史委员会")


def test_circle_in_the_tree_is_refused_by_name(office):
    top = _group(office, "甲处")
    middle = _group(office, "乙科", top)
    low = _group(office, "丙组", middle)
    for unit, parent in ((top, low), (top, top), (middle, low)):
        with pytest.raises(NotPossible) as refused:
            operations.move_organization(unit, parent=parent, reference="调整", actor=None)
        assert refused.value.code == "registry.circle"
        assert parent.name in refused.value.message
    top.refresh_from_db()
    assert top.parent_id is None
    operations.move_organization(low, parent=top, reference="调整", actor=None)
    low.refresh_from_db()
    assert low.parent_id == top.pk


def test_wrong_parents_are_refused(office):
    sector = make_organization(office, "sector", "经济界")
    branch = make_organization(office, "branch", "第一党支部")
    foreign = make_organization(make_office("政协北川市委员会"), "party_group", "党组")
    ended = make_organization(office, "party_group", "原党组", valid_until=DAY)
    codes = []
    for parent in (sector, foreign, ended):
        with pytest.raises((BadInput, NotPossible)) as refused:
            operations.move_organization(branch, parent=parent, reference="调整", actor=None)
        codes.append(refused.value.code)
    assert codes == ["registry.parent_kind", "registry.other_office", "registry.parent_dissolved"]


def test_founding_twice_under_one_name_is_refused(office):
    registry.found_organization(office, kind="sector", name="经济界", founded=DAY, actor=None)
    with pytest.raises(NotPossible, match="已有一个界别名为“经济界”"):
        registry.found_organization(office, kind="sector", name=" 经济界", founded=DAY, actor=None)


def test_organization_with_others_below_is_not_dissolved(office):
    above = make_organization(office, "office_party_committee", "机关党委")
    below = make_organization(office, "branch", "第一党支部", parent=above)
    with pytest.raises(NotPossible, match="第一党支部"):
        registry.dissolve_organization(above, on=DAY, reference="批复", actor=None)
    registry.dissolve_organization(below, on=DAY, reference="批复", approved_on=dt.date(2024, 2, 20), actor=None)
    registry.dissolve_organization(above, on=DAY, reference="批复", actor=None)
    below.refresh_from_db()
    above.refresh_from_db()
    assert (below.valid_until, below.closing_approved_on, above.valid_until) == (DAY, dt.date(2024, 2, 20), DAY)


def test_correction_has_a_reason_and_an_entry_of_its_own(office):
    unit = make_organization(office, "branch", "第一党支部", valid_from=dt.date(2021, 5, 1))
    values = {"valid_from": dt.date(2021, 4, 1), "founding_reference": "澄直党〔2021〕7号", "name": "第一党支部"}
    operations.correct_organization(unit, values, reason="批复原件", actor=None)
    unit.refresh_from_db()
    entry = AuditEntry.objects.get(action="registry.correct_organization")
    assert (unit.valid_from, unit.founding_reference) == (dt.date(2021, 4, 1), "澄直党〔2021〕7号")
    assert (entry.purpose, set(entry.digest)) == ("批复原件", {"valid_from", "founding_reference"})


def test_correction_that_would_leave_a_membership_outside_is_refused(office):
    unit = make_organization(office, "branch", "第一党支部", valid_from=dt.date(2021, 5, 1))
    join(make_person(office, "陈文远"), unit, valid_from=dt.date(2021, 6, 1))
    for values, field in (
        ({"valid_from": dt.date(2021, 7, 1)}, "valid_from"),
        ({"valid_until": dt.date(2024, 1, 1)}, "valid_until"),
    ):
        with pytest.raises(NotPossible, match="陈文远") as refused:
            operations.correct_organization(unit, values, reason="核对", actor=None)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("values", "reason", "code"),
    [
        ({"purpose": "x"}, "", "registry.correction_reason"),
        ({"purpose": "x"}, "理" * 201, "registry.correction_reason"),
        ({"purpose": ""}, "核对", "registry.nothing_changed"),
        ({"kind": "branch"}, "核对", "registry.correctable"),
        ({"name": ""}, "核对", "registry.organization_name"),
        ({"valid_until": dt.date(2019, 1, 1)}, "核对", "registry.dissolve_before_founding"),
    ],
)
def test_refused_corrections(office, values, reason, code):
    unit = make_organization(office, "sector", "经济界")
    with pytest.raises((BadInput, NotPossible)) as refused:
        operations.correct_organization(unit, values, reason=reason, actor=None)
    assert refused.value.code == code
    assert AuditEntry.objects.filter(action="registry.correct_organization").count() == 0
