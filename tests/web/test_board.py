"""The board shows units, never persons; each role sees its own columns; a ruling goes where it may."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse

from tests.cast import make_organization, make_user
from tests.web.conftest import Desk
from tongxin.activities import operations as activities
from tongxin.core import clock
from tongxin.core.spreadsheets import read_tables
from tongxin.matters.models import Matter, MatterUnit, Step
from tongxin.provisions import operations as provisions
from tongxin.provisions.models import Inquiry, Ruling
from tongxin.provisions.queries import Board, Unit, current_findings, findings_of_person, key_text
from tongxin.provisions.sentences import day_text
from tongxin.registry.enums import Role
from tongxin.web.board.reads import Wanted, narrowed


def _adopt(desk: Desk, *names: str) -> None:
    for name in names:
        provisions.adopt(desk.office, name, valid_from=dt.date(desk.today.year - 1, 1, 1), actor=desk.clerk)


def _units(answer) -> list[str]:
    return [unit.name for unit in answer.context["view"].units]


def test_secretary_sees_own_column_only(desk: Desk, client: Client):
    make_organization(desk.office, "branch", "机关第二党支部")
    _adopt(desk, "life.theme_day")
    assert _units(client.get(reverse("board"))) == ["机关第一党支部", "机关第二党支部"]
    client.force_login(make_user(desk.office, Role.BRANCH_SECRETARY, unit=desk.branch))
    answer = client.get(reverse("board"))
    assert _units(answer) == ["机关第一党支部"]
    assert "机关第二党支部" not in answer.content.decode()


def test_narrowing_by_unit_kind_theme_and_provision(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day", "life.general_meeting")
    themes = client.get(reverse("board")).context["themes"]
    narrowed = client.get(reverse("board"), {"provision": "life.theme_day"}).context["view"]
    assert [row.row.provision.id for _theme, rows in narrowed.themes for row in rows] == ["life.theme_day"]
    assert client.get(reverse("board"), {"kind": "party_group"}).context["view"].themes == ()
    assert [
        theme for theme, _rows in client.get(reverse("board"), {"theme": themes[0]}).context["view"].themes
    ] == themes[:1]


def test_requirements_on_persons_show_totals_and_no_names(desk: Desk, client: Client):
    _adopt(desk, "org.all_in_committee")
    answer = client.get(reverse("board"))
    (row,) = [row for _theme, rows in answer.context["view"].people for row in rows]
    assert sum(number for _state, _label, number in row.totals) == 3
    assert not any(person.name in answer.content.decode() for person in desk.people)


def test_persons_finding_is_there_for_the_clerk_and_that_person_only(desk: Desk, client: Client):
    _adopt(desk, "org.all_in_committee")
    person = desk.people[0]
    person.user = make_user()
    person.save()
    key = key_text(findings_of_person(person, desk.today)[0])
    statuses = {}
    for name, user in (
        ("clerk", desk.clerk),
        ("self", person.user),
        ("leader", make_user(desk.office, Role.LEADER)),
        ("secretary", make_user(desk.office, Role.BRANCH_SECRETARY, unit=desk.branch)),
    ):
        client.force_login(user)
        statuses[name] = client.get(reverse("finding", args=[key])).status_code
    assert statuses == {"clerk": 200, "self": 200, "leader": 404, "secretary": 404}


def _missed_key(desk: Desk) -> str:
    rows = current_findings(desk.office, desk.today).filter(organization_id=desk.branch.pk, state="not_recorded")
    return key_text(rows.order_by("window_start")[0])


def test_excuse_needs_a_reason_and_changes_the_finding(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day")
    key = _missed_key(desk)
    data = {"kind": "excused", "basis": "approved", "reason": ""}
    answer = client.post(reverse("rule_on", args=[key]), data)
    assert (answer.status_code, set(answer.context["form"].errors), Ruling.objects.count()) == (422, {"reason"}, 0)
    answer = client.post(reverse("rule_on", args=[key]), data | {"reason": "经批准推迟"})
    assert answer.status_code == 302
    shown = client.get(reverse("finding", args=[key])).context["explanation"]
    assert (shown.state, shown.ruling.reason) == ("excused", "经批准推迟")
    client.post(reverse("withdraw_ruling", args=[Ruling.objects.get().uid]), {"key": key})
    assert client.get(reverse("finding", args=[key])).context["explanation"].state == "not_recorded"


def test_superior_never_confirms_that_something_was_missed(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day")
    key = _missed_key(desk)
    client.force_login(make_user(desk.office, Role.LEADER))
    answer = client.post(reverse("rule_on", args=[key]), {"kind": "missed", "reason": "未见材料"})
    assert (answer.status_code, Ruling.objects.count()) == (422, 0)
    client.force_login(make_user(desk.office, Role.BRANCH_SECRETARY, unit=desk.branch))
    assert client.post(reverse("rule_on", args=[key]), {"kind": "missed", "reason": "当月未开展"}).status_code == 302


def test_board_of_an_earlier_day_keeps_that_day_in_its_links(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day")
    day = dt.date(desk.today.year, 1, 31).isoformat()
    page = client.get(reverse("board"), {"day": day})
    assert f"?day={day}" in page.content.decode()
    assert client.get(reverse("board"), {"day": "2026-02-30"}).context["day"] == desk.today


def test_narrowing_by_institution_keeps_its_units_only(desk: Desk, client: Client):
    make_organization(desk.office, "party_group", "政协党组")
    _adopt(desk, "life.theme_day", "study.centre_group_quarterly")
    page = client.get(reverse("board"), {"institution": "主题党日"})
    assert _units(page) == ["机关第一党支部"]
    assert page.context["institutions"] == ["理论学习中心组", "主题党日"]


def test_many_units_of_a_kind_are_one_column_until_opened(desk: Desk, client: Client):
    make_organization(desk.office, "party_group", "政协党组")
    for number in range(2, 9):
        make_organization(desk.office, "branch", f"第{number}支部")
    _adopt(desk, "life.theme_day", "study.centre_group_quarterly")
    groups = client.get(reverse("board")).context["view"].groups
    assert {(group.kind, group.folded, group.width) for group in groups} == {
        ("party_group", False, 1),
        ("branch", True, 1),
    }
    opened = client.get(reverse("board"), {"open": "branch"}).context["view"]
    assert sum(group.width for group in opened.groups) == 9


def test_two_days_side_by_side_show_what_moved(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day")
    first = desk.today.replace(day=1)
    activities.record(
        desk.office, kind="theme_day", title="主题党日", day=first, organizations=[desk.branch], actor=desk.clerk
    )
    page = client.get(reverse("compare_board"), {"against": (first - dt.timedelta(days=1)).isoformat(), "all": "1"})
    changes = [c for _theme, rows in page.context["themes_moved"] for row in rows for c in row.changes]
    assert [(change.unit.name, change.after.state) for change in changes] == [("机关第一党支部", "met")]
    same = client.get(reverse("compare_board"), {"against": desk.today.isoformat()})
    assert "两日之间没有变化" in same.content.decode()


def test_workbook_holds_units_in_columns_and_no_names(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day", "org.all_in_committee")
    answer = client.get(reverse("export_board"))
    tables = read_tables(answer.content, "board.xlsx")
    assert [table.name for table in tables] == ["落实情况一览", "涉及个人的要求"]
    assert tables[0].rows[1][4] == "机关第一党支部"
    assert tables[0].rows[2][1] == "主题党日"
    written = str([table.rows for table in tables])
    assert not any(person.name in written for person in desk.people)


def test_leader_reads_one_page_and_the_secretary_does_not(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day")
    client.force_login(make_user(desk.office, Role.LEADER))
    page = client.get(reverse("brief"))
    assert sum(number for _state, _label, number in page.context["stand"]) == 1
    assert [name for _day, name, _units in page.context["coming"]][:1] == ["主题党日"]
    client.force_login(make_user(desk.office, Role.BRANCH_SECRETARY, unit=desk.branch))
    assert client.get(reverse("brief")).status_code == 403


def test_page_of_an_activity_shows_which_cells_it_changed(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day")
    held = activities.record(
        desk.office, kind="theme_day", title="主题党日", day=desk.today, organizations=[desk.branch], actor=desk.clerk
    )
    assert reverse("changed_by", args=[held.uid]) in client.get(reverse("activity", args=[held.uid])).content.decode()
    shown = client.get(reverse("changed_by", args=[held.uid])).context
    assert [(line.unit, line.before, line.after) for line in shown["changed"]] == [("机关第一党支部", "due", "met")]
    other = make_organization(desk.office, "branch", "机关第二党支部")
    client.force_login(make_user(desk.office, Role.BRANCH_SECRETARY, unit=other))
    shown = client.get(reverse("changed_by", args=[held.uid])).context
    assert (shown["changed"], shown["elsewhere"]) == ((), 1)


def test_ruling_form_sent_twice_makes_one_ruling(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day")
    key = _missed_key(desk)
    page = client.get(reverse("finding", args=[key]))
    token = page.context["form"]["client_id"].value()
    data = {"kind": "excused", "basis": "approved", "reason": "经批准推迟", "client_id": str(token)}
    for _ in range(2):
        assert client.post(reverse("rule_on", args=[key]), data).status_code == 302
    assert Ruling.objects.count() == 1


def test_open_finding_offers_to_record_and_to_plan_with_unit_kind_and_day(desk: Desk, client: Client):
    _adopt(desk, "life.general_meeting")
    finding = current_findings(desk.office, desk.today).get(organization_id=desk.branch.pk, state="due")
    actions = client.get(reverse("finding", args=[key_text(finding)])).context["actions"]
    assert [action.words for action in actions] == ["登记支部党员大会", "安排支部党员大会"][: len(actions)]
    assert f"organization={desk.branch.uid}&kind=general_meeting&day={desk.today}" in actions[0].address
    form = client.get(actions[0].address).context["form"]
    assert (form.initial["kind"], form.initial["day"]) == ("general_meeting", desk.today)


def test_leader_asks_from_the_page_and_the_secretary_answers_there(desk: Desk, client: Client):
    _adopt(desk, "life.theme_day")
    key = _missed_key(desk)
    client.force_login(make_user(desk.office, Role.LEADER))
    assert client.post(reverse("ask_unit", args=[key]), {"sentence": ""}).status_code == 422
    assert client.post(reverse("ask_unit", args=[key]), {"sentence": "请说明安排"}).status_code == 302
    inquiry = Inquiry.objects.get()
    client.force_login(make_user(desk.office, Role.BRANCH_SECRETARY, unit=desk.branch))
    assert "请说明安排" in client.get(reverse("finding", args=[key])).content.decode()
    assert client.post(reverse("answer_inquiry", args=[inquiry.uid]), {"answer": "已定于下月"}).status_code == 302
    assert "已定于下月" in client.get(reverse("finding", args=[key])).content.decode()


def test_cell_still_due_says_for_when_it_is_planned(desk: Desk, client: Client):
    _adopt(desk, "life.general_meeting")
    day = desk.today + dt.timedelta(days=1)
    activities.record(
        desk.office, kind="general_meeting", title="大会", day=day, status="planned", organizations=[desk.branch],
        actor=desk.clerk,
    )  # fmt: skip
    view = client.get(reverse("board"), {"unit": ""}).context["view"]
    ((_theme, (row,)),) = view.themes
    assert [(place.cell.state, place.planned) for place in row.places] == [("due", day)]
    earlier = client.get(reverse("board"), {"day": (desk.today - dt.timedelta(days=1)).isoformat()})
    ((_theme, (row,)),) = earlier.context["view"].themes
    assert [place.planned for place in row.places] == [None]


def _late_reply(desk: Desk) -> str:
    unit = make_organization(desk.office, "handling_unit", "市教育局", precedence=900)
    _adopt(desk, "proposal.reply")
    assigned = desk.today - dt.timedelta(days=120)
    matter = Matter.objects.create(office=desk.office, kind="proposal", title="提案", state="handling", day=assigned)
    MatterUnit.objects.create(matter=matter, organization=unit, role="lead")
    Step.objects.create(matter=matter, transition="assign", to_state="handling", day=assigned, at=clock.now())
    return key_text(current_findings(desk.office, desk.today).get(provision="proposal.reply"))


def test_clerk_enters_an_extension_and_the_first_limit_stays_on_the_page(desk: Desk, client: Client):
    key = _late_reply(desk)
    limits = client.get(reverse("finding", args=[key])).context["limits"]
    assert (limits.open, limits.approved) == (True, None)
    data = {"last_day": str(limits.furthest + dt.timedelta(days=1)), "reason": "秘书长批准", "client_id": ""}
    answer = client.post(reverse("extend_limit", args=[key]), data)
    assert (answer.status_code, set(answer.context["extension_form"].errors)) == (422, {"last_day"})
    assert answer.context["extension_form"]["reason"].value() == "秘书长批准"
    answer = client.post(reverse("extend_limit", args=[key]), data | {"last_day": str(limits.furthest)})
    assert answer.status_code == 302
    page = client.get(reverse("finding", args=[key]))
    after = page.context["limits"]
    assert (page.context["explanation"].state, after.original, after.approved) == (
        "excused",
        limits.original,
        limits.furthest,
    )
    shown = page.content.decode()
    assert day_text(limits.original) in shown
    assert f"延至{day_text(limits.furthest)}" in shown


def test_ruling_form_refuses_a_crafted_extension(desk: Desk, client: Client):
    key = _late_reply(desk)
    assert "extended" not in dict(client.get(reverse("finding", args=[key])).context["form"].fields["kind"].choices)
    answer = client.post(reverse("rule_on", args=[key]), {"kind": "extended", "reason": "自行延期"})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"kind"})
    assert Ruling.objects.count() == 0


KINDS = {
    "party_group": 1, "office_party_committee": 1, "staff": 1, "chair_meeting": 1, "branch": 5, "small_group": 2,
    "special_committee": 9, "handling_unit": 4,
}  # fmt: skip


def _columns(*opened: str) -> dict[str, tuple[int, bool]]:
    units = tuple(
        Unit(number, str(number), kind, kind)
        for kind, count in KINDS.items()
        for number in range(len(kind) * 100, len(kind) * 100 + count)
    )
    board = Board(1, dt.date(2026, 5, 20), (), units)
    found = narrowed(board, Wanted(opened=frozenset(opened))).groups
    return {group.kind: (group.width, group.folded) for group in found}


def test_board_of_many_bodies_fits_on_a_screen():
    """Bodies of which there is one each share a column, then units outside are folded; what is opened stays open."""
    assert _columns() == {
        "single": (1, False),
        "branch": (5, False),
        "small_group": (2, False),
        "special_committee": (1, True),
        "handling_unit": (1, True),
    }
    opened = _columns("single", "handling_unit")
    assert opened["party_group"] == (1, False)
    assert (opened["handling_unit"], opened["branch"]) == ((4, False), (1, True))
    assert sum(width for width, _folded in _columns("all").values()) == sum(KINDS.values())


def test_bodies_that_share_a_column_are_named_in_its_cells(desk: Desk, client: Client):
    for kind in ("party_group", "chair_meeting", "standing_committee"):
        make_organization(desk.office, kind, f"本市{kind}")
    for number in range(2, 7):
        make_organization(desk.office, "branch", f"第{number}支部")
    for number in range(6):
        make_organization(desk.office, "small_group", f"第{number}小组")
    _adopt(desk, "life.theme_day", "life.small_group_meeting", "study.centre_group_quarterly")
    _adopt(desk, "cppcc.chair_meeting", "cppcc.standing_meeting")
    page = client.get(reverse("board"))
    shared = page.context["view"].groups[0]
    assert (shared.kind, len(shared.units)) == ("single", 3)
    assert '<span class="cell__unit">本市party_group</span>' in page.content.decode()
    assert '<span class="cell__unit">' not in client.get(reverse("board"), {"open": "single"}).content.decode()
