from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import assign_contact, join, make_office, make_organization, make_person, make_user
from tongxin.accounts.models import User
from tongxin.core import audit, clock, dossier
from tongxin.registry.dossier import naming
from tongxin.registry.models import DraftSeat, DraftVersion, Objection, SectorQuota, TermDraft

pytestmark = pytest.mark.django_db


def texts(person, code: str) -> list[str]:
    (section,) = [s for s in dossier.sections(person.pk, person.office_id) if s.code == code]
    return [line.text for line in section.lines]


def test_the_person_sees_all_that_is_registered():
    office = make_office()
    person = make_person(office, "周明", affiliation="03", sex="1", employer="澄江一中", phone="139")
    join(person, make_organization(office, "committee", "委员会"), post="member", valid_from=dt.date(2022, 1, 1))
    join(person, make_organization(office, "sector", "教育界"), valid_from=None, valid_until=dt.date(2026, 1, 1))
    other = make_person(office, "吴敏")
    assign_contact(person, other)
    assign_contact(other, person, valid_until=dt.date(2021, 1, 1))
    assert texts(person, "registry.person") == [
        "姓名：周明；性别：男；民族：未登记；出生日期：未登记；工作单位：澄江一中；职务：未登记；电话：139；电子邮箱：未登记；排序号：无"
    ]
    assert texts(person, "registry.affiliation") == ["共青团员，2020年1月1日起"]
    assert texts(person, "registry.membership") == ["委员会 member，2022年1月1日起"]
    assert texts(person, "registry.membership_guarded") == ["教育界，起始日期不详至2025年12月31日"]
    assert texts(person, "registry.contact") == ["由吴敏联系，2020年1月1日至2020年12月31日", "联系吴敏，2020年1月1日起"]


def test_nothing_of_another_office_or_person_slips_in():
    office, elsewhere = make_office(), make_office()
    person = make_person(office, "周明", affiliation="01")
    twin = make_person(elsewhere, "周明", affiliation="12")
    make_person(office, "吴敏", affiliation="04")
    assert texts(person, "registry.affiliation") == ["中共党员，2020年1月1日起"]
    assert [len(section.lines) for section in dossier.sections(twin.pk, office.pk)] == [0] * len(dossier.holdings())


def test_naming_finds_exactly_the_entries_that_name_the_person():
    office = make_office()
    wanted = 12
    lists = [[12], [12, 34], [5, 12], [5, 12, 34], [1, 2], [112], [121, 212], [5, 120], []]
    for ids in lists:
        audit.record(office_id=office.pk, actor=None, action="read", person_ids=ids)
    assert sorted(entry.person_ids for entry in naming(wanted, office.pk)) == [[5, 12], [5, 12, 34], [12], [12, 34]]


def test_who_looked_shows_as_role_and_purpose_and_by_name_once_disputed():
    office = make_office()
    person = make_person(office)
    clerk: User = make_user(office, "roster_clerk", username="钱文")
    entry = audit.record(office_id=office.pk, actor=clerk, action="read", purpose="核对名册", person_ids=[person.pk])
    assert texts(person, "registry.reads") == ["名册管理员查阅，用途：核对名册"]
    Objection.objects.create(
        office=office, person=person, subject_type="core.auditentry", subject_id=entry.pk, statement="为何查阅"
    )
    assert texts(person, "registry.reads") == ["名册管理员 钱文查阅，用途：核对名册"]
    neighbour = make_person(office)
    audit.record(office_id=office.pk, actor=clerk, action="read", person_ids=[neighbour.pk])
    assert texts(neighbour, "registry.reads") == ["名册管理员查阅，未写明用途"]


def test_the_role_is_that_of_the_day_of_the_look():
    office = make_office()
    person, user = make_person(office), make_user(office, "roster_clerk")
    user.grants.update(valid_until=clock.today())
    audit.record(office_id=office.pk, actor=user, action="registry.export_office", purpose="x", person_ids=[person.pk])
    audit.record(office_id=office.pk, actor=None, action="read", purpose="y", person_ids=[person.pk])
    assert texts(person, "registry.reads") == ["系统命令查阅，用途：y", "工作人员导出，用途：x"]


def test_own_changes_say_so_and_reads_are_apart():
    office = make_office()
    user = make_user(office)
    person = make_person(office, user=user)
    audit.record(
        office_id=office.pk,
        actor=user,
        action="registry.propose_correction",
        subject=person,
        after={"phone": "1"},
        person_ids=[person.pk],
    )
    assert texts(person, "registry.changes") == ["本人登记或更正（名册），涉及1项"]
    assert texts(person, "registry.reads") == []


def test_a_draft_list_is_withheld_until_it_is_published_and_says_so():
    office = make_office()
    person = make_person(office)
    draft = TermDraft.objects.create(office=office, ordinal=7, starts=dt.date(2027, 1, 1), ends=dt.date(2032, 1, 1))
    version = DraftVersion.objects.create(office=office, draft=draft, number=1)
    quota = SectorQuota.objects.create(office=office, version=version, name="教育界", quota=1)
    DraftSeat.objects.create(office=office, version=version, quota=quota, person=person)
    (section,) = [s for s in dossier.sections(person.pk, office.pk) if s.code == "registry.draft_seat"]
    assert (section.lines, [item.until for item in section.withheld]) == ((), ["名单公布之日起"])
    draft.published_on = clock.today()
    draft.save()
    assert texts(person, "registry.draft_seat") == ["第7届名单（第1版）：教育界，委员"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_one_row_and_for_three(django_assert_num_queries, number):
    office = make_office()
    clerk = make_user(office, "roster_clerk")
    person = make_person(office)
    for _ in range(number):
        join(person, make_organization(office, "special_committee"), post="member")
        join(person, make_organization(office, "branch"))
        assign_contact(make_person(office), person)
        audit.record(office_id=office.pk, actor=clerk, action="read", purpose="核对", person_ids=[person.pk])
    with django_assert_num_queries(len(dossier.holdings())):
        sections = dossier.sections(person.pk, office.pk)
    assert {section.code: len(section.lines) for section in sections if section.lines} == {
        "registry.person": 1,
        "registry.membership": number,
        "registry.membership_guarded": number,
        "registry.contact": number,
        "registry.reads": number,
    }
