"""Import and export of the roster: the plan is looked at first, belongs to its maker, and goes stale."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import join, make_person, make_term, make_user
from tests.web.conftest import Desk
from tongxin.core.models import AuditEntry
from tongxin.registry.enums import Role
from tongxin.registry.models import Person


def _plan(desk: Desk, client: Client, *lines: str, name: str = "名册.csv"):
    term = make_term(desk.office)
    text = "\n".join(("姓名,性别,工作单位,职务,爱好", *lines))
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse("plan_roster"), {"file": file, "term": term.uid, "declared_unclassified": "on"})


def test_plan_shows_changes_and_ignored_columns_and_writes_nothing(desk: Desk, client: Client):
    known = desk.people[0]
    known.employer = "市一中"
    known.position = "教师"
    known.save()
    address = _plan(desk, client, f"{known.name},男,市一中,校长,棋", "新人,女,市二中,教师,画")["Location"]
    page = client.get(address, {"show": "change"}).content.decode()
    assert '<span class="change__old">教师</span><span>→ 校长</span>' in page
    assert "爱好" in page
    assert Person.objects.filter(name="新人").count() == 0


def test_plan_shows_all_that_would_be_entered_of_a_new_person(desk: Desk, client: Client):
    text = "姓名,性别,出生日期,政治面貌,工作单位,政协职务\n新人,女,1981-12-02,民盟,市二中,常委\n"
    form = {
        "file": SimpleUploadedFile("a.csv", text.encode()),
        "term": make_term_once(desk),
        "declared_unclassified": "on",
    }
    address = client.post(reverse("plan_roster"), form)["Location"]
    (row,) = client.get(address, {"show": "create"}).context["rows"]
    assert [(each.change.label, each.change.new, each.hidden) for each in row.changes] == [
        ("性别", "女", False),
        ("出生日期", "1981-12-02", False),
        ("工作单位", "市二中", False),
        ("政治面貌", "民盟盟员", True),
        ("政协任职", f"{desk.committee.name} 常务委员", False),
    ]
    page = client.get(address, {"show": "create"}).content.decode()
    assert ("已填写，默认不显示" in page, "民盟" in page) == (True, False)


def test_plan_is_applied_once_and_the_result_stays_readable(desk: Desk, client: Client):
    address = _plan(desk, client, "新人,女,市二中,教师,画")["Location"]
    for _time in range(2):
        assert client.post(f"{address}apply/").status_code == 302
    assert Person.objects.filter(name="新人").count() == 1
    assert "已写入名册" in client.get(address).content.decode()


def test_changed_register_stops_the_application_and_a_new_plan_mends_it(desk: Desk, client: Client):
    address = _plan(desk, client, "新人,女,市二中,教师,画")["Location"]
    join(make_person(desk.office, "抢先"), desk.committee)
    answer = client.post(f"{address}apply/", follow=True)
    assert "名册又有变动" in answer.content.decode()
    assert Person.objects.filter(name="新人").count() == 0
    client.post(f"{address}decide/")
    client.post(f"{address}apply/")
    assert Person.objects.filter(name="新人").count() == 1


def test_row_in_conflict_names_its_column_and_stops_the_import(desk: Desk, client: Client):
    address = _plan(desk, client, "新人,外星,市二中,教师,画")["Location"]
    page = client.get(address, {"show": "conflict"}).content.decode()
    assert '<span class="tag">B列</span>' in page
    assert "还有1行有误" in client.post(f"{address}apply/", follow=True).content.decode()


def test_doubtful_row_waits_for_a_decision(desk: Desk, client: Client):
    make_person(desk.office, "周明", employer="市第一中学")
    make_person(desk.office, "周明", employer="市图书馆")
    address = _plan(desk, client, "周明,男,市剧院,演员,棋")["Location"]
    row = next(iter(client.get(address, {"show": "doubtful"}).context["rows"])).row
    client.post(f"{address}decide/", {f"row:{row.key}": "new", "row:nobody!9": "new"})
    assert {code: number for code, _name, number in client.get(address).context["counts"]}["create"] == 1


def test_plan_is_not_found_by_anybody_else(desk: Desk, client: Client):
    address = _plan(desk, client, "新人,女,市二中,教师,画")["Location"]
    client.force_login(make_user(desk.office, Role.ROSTER_CLERK))
    assert client.get(address).status_code == 404
    assert client.post(f"{address}apply/").status_code == 404


def test_unreadable_file_is_named_at_the_field(desk: Desk, client: Client):
    for name, words in (
        ("名册.xlsx", "内容不是.xlsx格式"),
        ("名册.pdf", "不是可以读取的表格文件"),
        ("机密★.csv", "密级标志"),
    ):
        answer = client.post(
            reverse("plan_roster"),
            {"file": SimpleUploadedFile(name, b"abc"), "term": make_term_once(desk), "declared_unclassified": "on"},
        )
        assert answer.status_code == 422
        assert words in "".join(answer.context["form"].errors["file"])


def make_term_once(desk: Desk) -> str:
    """Return the uid of the office's term."""
    from tongxin.registry.models import Term

    return str((Term.objects.filter(office=desk.office).first() or make_term(desk.office)).uid)


def test_affiliation_in_a_plan_shows_on_request_and_is_recorded(desk: Desk, client: Client):
    known = desk.people[0]
    term = make_term_once(desk)
    text = f"姓名,工作单位,政治面貌\n{known.name},{known.employer},群众\n"
    address = client.post(
        reverse("plan_roster"),
        {"file": SimpleUploadedFile("a.csv", text.encode()), "term": term, "declared_unclassified": "on"},
    )["Location"]
    hidden = client.get(address, {"show": "change"}).content.decode()
    assert ("默认不显示" in hidden, "中共党员" in hidden) == (True, False)
    assert "中共党员" in client.get(address, {"show": "change", "purpose": "核对"}).content.decode()
    entry = AuditEntry.objects.get(action="read")
    assert (entry.purpose, entry.person_ids) == ("核对", [known.pk])


def test_export_asks_for_a_purpose_and_is_recorded(desk: Desk, client: Client):
    assert client.post(reverse("export_roster"), {"day": desk.today, "purpose": ""}).status_code == 422
    answer = client.post(reverse("export_roster"), {"day": desk.today, "purpose": "会务"})
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert AuditEntry.objects.get(action="registry.export_roster").purpose == "会务"


def test_plan_page_costs_the_same_for_one_row_and_three(desk: Desk, client: Client):
    counts = []
    for people in (desk.people[:1], desk.people):
        lines = [f"{person.name},男,,新职务,棋" for person in people]
        if not counts:
            address = _plan(desk, client, *lines)["Location"]
        else:
            text = "\n".join(("姓名,性别,工作单位,职务,爱好", *lines))
            file = SimpleUploadedFile("b.csv", text.encode())
            form = {"file": file, "term": make_term_once(desk), "declared_unclassified": "on"}
            address = client.post(reverse("plan_roster"), form)["Location"]
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            page = client.get(address, {"show": "change"})
        assert len(page.context["rows"]) == len(people)
        counts.append(len(caught))
    assert counts[0] == counts[1]
