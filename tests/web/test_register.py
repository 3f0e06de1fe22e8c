"""The pages of the register: tick list, doors, paper, badges, screen, print and export."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import uuid

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from python_calamine import CalamineWorkbook

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.activities import operations, register_operations, register_queries
from tongxin.activities.drafts import Attendee
from tongxin.activities.models import Participation, PresenceMark
from tongxin.core.models import AuditEntry
from tongxin.registry.models import Person
from tongxin.web.access import declared
from tongxin.web.register import doorway, pages

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 15)
NAMES = ("陈文远", "李若兰", "赵明德")


class Hall:
    """A meeting with three people, one of them on leave, an observer, and its clerk signed in."""

    def __init__(self, client: Client, kind: str = "special_committee", people: int = 3) -> None:
        self.client = client
        self.office = make_office()
        self.unit = make_organization(self.office, kind)
        names = [*NAMES, *(f"委员{n}" for n in range(people - 3))]
        self.people = [make_person(self.office, name) for name in names]
        for person in self.people:
            join(person, self.unit)
        self.guest = make_person(self.office, "高远")
        kinds = {"special_committee": "special_committee_meeting", "branch": "theme_day"}
        self.activity = operations.record(
            self.office, kind=kinds[kind], title="专委会全体会议", day=DAY, organizations=[self.unit], actor=None,
            participants=[
                Attendee(self.people[1].pk, leave=True, leave_reason="abroad"),
                Attendee(self.guest.pk, "observer"),
            ],
        )  # fmt: skip
        self.clerk = make_user(self.office, "party_clerk")
        client.force_login(self.clerk)

    def address(self, name: str) -> str:
        return reverse(name, args=[self.activity.uid])

    def get(self, name: str, **query):
        return self.client.get(self.address(name), query)

    def post_marks(self, address: str, *marks, client: Client | None = None):
        body = json.dumps({"marks": marks})
        return (client or self.client).post(address, body, content_type="application/json")

    def presence(self) -> dict[str, str]:
        return dict(Participation.objects.filter(activity=self.activity).values_list("person__name", "presence"))


@pytest.fixture
def hall(client):
    with time_machine.travel(NOW, tick=False):
        yield Hall(client)


def mark(person, **more) -> dict[str, object]:
    return {"id": uuid.uuid4().hex, "person": person.uid.hex, "presence": "present", **more}


def door(hall, kind="door"):
    return register_operations.open_station(hall.activity, name="东门", kind=kind, actor=None)


def test_the_page_lists_everybody_with_totals_and_a_plain_form(hall) -> None:
    page = hall.get("register")
    text = page.content.decode()
    assert [row.name for row in page.context["page"].object_list] == [*NAMES, "高远"]
    assert (page.context["totals"].expected, page.context["totals"].leave) == (3, 1)
    assert f'name="mark_{hall.people[0].uid.hex}" value="present"' in text
    assert "出国" not in text


def test_lines_are_found_by_name_initials_and_pinyin(hall) -> None:
    found = {
        q: [row.name for row in hall.get("register", q=q).context["page"].object_list]
        for q in ("若兰", "cwy", "ZHAO", "xyz")
    }
    assert found == {"若兰": ["李若兰"], "cwy": ["陈文远"], "ZHAO": ["赵明德"], "xyz": []}
    only = {
        code: [row.name for row in hall.get("register", only=code).context["page"].object_list]
        for code in ("leave", "guests", "unmarked")
    }
    assert only == {"leave": ["李若兰"], "guests": ["高远"], "unmarked": ["陈文远", "赵明德", "高远"]}


def test_a_form_sent_twice_is_one_mark(hall) -> None:
    page = hall.get("register")
    person = hall.people[0].uid.hex
    fields = {
        "nonce": str(page.context["nonce"]),
        f"was_{person}": "unknown00",
        f"mark_{person}": "present",
        f"late_{person}": "on",
        "query": "q=cwy",
    }
    answers = [hall.client.post(hall.address("mark_register"), fields) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [hall.address("register") + "?q=cwy"] * 2
    assert [(row.presence, row.late, row.left_early) for row in PresenceMark.objects.all()] == [("present", True, None)]


def test_steps_of_the_register(hall) -> None:
    save = hall.address("mark_register")
    hall.client.post(save, {"step": "all_present"})
    assert hall.presence() == {"陈文远": "present", "李若兰": "unknown", "赵明德": "present", "高远": "unknown"}
    hall.client.post(save, {"step": "close"})
    refused = hall.client.post(
        save, {f"was_{hall.people[1].uid.hex}": "unknown00", f"mark_{hall.people[1].uid.hex}": "present"}, follow=True
    )
    assert "登记已经确认" in refused.content.decode()
    hall.client.post(save, {"step": "reopen", "reason": ""})
    assert register_open(hall) is False
    hall.client.post(save, {"step": "reopen", "reason": "漏登一人"})
    assert register_open(hall) is True
    added = hall.client.post(save, {"step": "add", "person": "没有此人", "role": "observer"}, follow=True)
    assert "名册中没有这个人" in added.content.decode()
    newcomer = make_person(hall.office, "新客人")
    hall.client.post(save, {"step": "add", "person": "新客人", "role": "invited"})
    line = Participation.objects.get(person=newcomer)
    assert (line.role, line.presence, line.expected) == ("invited", "present", False)


def register_open(hall) -> bool:
    hall.activity.refresh_from_db()
    return hall.activity.register_closed_at is None


def test_a_plan_is_begun_on_its_day_from_the_page(client) -> None:
    with time_machine.travel(NOW, tick=False):
        hall = Hall(client)
        planned = operations.record(
            hall.office,
            kind="special_committee_meeting",
            title="计划中的会",
            day=DAY,
            organizations=[hall.unit],
            status="planned",
            actor=None,
        )
        page = client.get(reverse("register", args=[planned.uid])).content.decode()
        assert "开始登记" in page
        client.post(reverse("mark_register", args=[planned.uid]), {"step": "begin"})
        planned.refresh_from_db()
        assert planned.status == "held"


def test_the_whole_list_for_the_script_and_the_states_without_names(hall) -> None:
    register_operations.issue_badges(hall.activity, actor=None)
    whole = hall.get("register_lines").json()
    assert [(row[1], row[2], row[4], len(row[5])) for row in whole["lines"]] == [
        ("陈文远", "cwy", 0, 10), ("李若兰", "lrl", 0, 10), ("赵明德", "zmd", 0, 10), ("高远", "gy", 1, 10),
    ]  # fmt: skip
    assert (whole["states"], whole["open"], whole["totals"]["leave"]) == ("00100000", True, 1)
    hall.post_marks(hall.address("register_marks"), mark(hall.people[0], late=True))
    states = hall.get("register_lines", states="1").json()
    assert (states["states"], "lines" in states) == ("05100000", False)


def test_the_script_learns_which_badges_are_void_and_that_one_was_replaced(hall) -> None:
    register_operations.issue_badges(hall.activity, actor=None)
    before = hall.get("register_lines").json()
    lost = before["lines"][0][5]
    hall.client.post(hall.address("badges"), {"lost": str(hall.people[0].uid)})
    states = hall.get("register_lines", states="1").json()
    after = hall.get("register_lines").json()
    assert (before["void"], before["badges"]) == ([], 4)
    assert (states["badges"], after["badges"], after["void"]) == (5, 5, [lost])
    assert after["lines"][0][5] != lost


def test_marks_by_the_script_are_answered_one_by_one(hall) -> None:
    good, bad = mark(hall.people[0], source="badge"), mark(hall.people[1], presence="there")
    answer = hall.post_marks(hall.address("register_marks"), good, bad, "\x1d]C1rubbish")
    assert answer.status_code == 200
    told = answer.json()["marks"]
    assert told[0] == {"id": str(uuid.UUID(good["id"])), "ok": True}
    assert [(each["ok"], each["code"]) for each in told[1:]] == [(False, "activities.mark_unreadable")] * 2
    assert PresenceMark.objects.get().by_id == hall.clerk.pk


def test_marks_by_the_clerks_script_need_the_forms_token(hall) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(hall.clerk)
    assert hall.post_marks(hall.address("register_marks"), mark(hall.people[0]), client=strict).status_code == 403
    assert PresenceMark.objects.count() == 0


def test_a_door_works_without_signing_in_and_only_for_its_meeting(hall) -> None:
    token, nobody = door(hall).token, Client(enforce_csrf_checks=True)
    page = nobody.get(reverse("station", args=[token]))
    assert [row.name for row in page.context["page"].object_list] == [*NAMES, "高远"]
    assert "csrfmiddlewaretoken" not in page.content.decode()
    answer = hall.post_marks(reverse("station_marks", args=[token]), mark(hall.people[0]), client=nobody)
    assert answer.json()["marks"][0]["ok"] is True
    assert (PresenceMark.objects.get().station.name, PresenceMark.objects.get().by_id) == ("东门", None)
    key = hall.people[2].uid.hex
    nobody.post(reverse("station", args=[token]), {f"was_{key}": "unknown00", f"mark_{key}": "present"})
    assert hall.presence()["赵明德"] == "present"


def test_a_doors_marks_take_the_short_way_and_nothing_else_does(hall, monkeypatch, settings) -> None:
    token = door(hall).token
    address = reverse("station_marks", args=[token])
    assert doorway.station_marks is resolve(address).func
    assert declared(doorway.station_marks).open
    went: list[str] = []
    monkeypatch.setattr(doorway, "station_marks", lambda request, key: went.append(key) or HttpResponse("{}"))
    nobody = Client()
    nobody.post(address)
    assert went == [token]
    nobody.get(address)
    for other in ("station", "station_lines", "screen"):
        nobody.post(reverse(other, args=[token]))
    nobody.post(hall.address("register_marks"))
    nobody.post(f"/door/{token}/marks/more/")
    assert went == [token]
    assert nobody.post(address, headers={"host": "elsewhere.example"}).status_code == 400
    assert went == [token]
    assert nobody.post(address).headers["X-Content-Type-Options"] == "nosniff"
    settings.SECURE_SSL_REDIRECT = True
    assert Client().post(address).status_code == 301


def test_a_door_in_another_language_writes_the_book_in_chinese(hall) -> None:
    address = reverse("station_marks", args=[door(hall).token])
    Client().get(reverse("account_login"), headers={"accept-language": "en"})
    hall.post_marks(address, mark(hall.people[0]), client=Client(headers={"accept-language": "en"}))
    entry = AuditEntry.objects.get(action="activities.mark_presence")
    assert (entry.actor_label, entry.purpose) == ("登记台：东门", "名单勾选、东门")


def test_a_dead_door_says_so_on_every_path(hall) -> None:
    new = door(hall)
    hall.client.post(reverse("revoke_station", args=[new.station.uid]))
    nobody = Client()
    page, lines = (nobody.get(reverse(name, args=[new.token])) for name in ("station", "station_lines"))
    marks = hall.post_marks(reverse("station_marks", args=[new.token]), mark(hall.people[0]), client=nobody)
    assert [answer.status_code for answer in (page, lines, marks)] == [404, 404, 404]
    assert "已经停用或到期" in page.content.decode()
    assert marks.json()["code"] == lines.json()["code"] == "activities.station_ended"
    assert nobody.get(reverse("screen", args=[new.token])).status_code == 404


def test_a_new_doors_address_is_shown_once_and_listed_without_it(hall) -> None:
    page = hall.client.post(hall.address("register_stations"), {"name": "东门", "kind": "door"})
    address = page.context["address"]
    assert address.startswith("http://testserver/door/")
    again = hall.get("register_stations").content.decode()
    assert "东门" in again
    assert address.rsplit("/", 2)[1] not in again
    wrong = hall.client.post(hall.address("register_stations"), {"name": "", "kind": "door"})
    assert wrong.status_code == 422


def test_the_halls_screen_shows_totals_and_no_name(hall) -> None:
    hall.post_marks(hall.address("register_marks"), mark(hall.people[0]))
    token = door(hall, "screen").token
    for page in (hall.get("hall"), Client().get(reverse("screen", args=[token]))):
        text = page.content.decode()
        assert [name for name in (*NAMES, "高远") if name in text] == []
        assert (page.context["totals"].expected, page.context["totals"].present) == (3, 1)
    part = Client().get(reverse("screen", args=[token]), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()


def test_paper_is_typed_in_with_its_own_time_and_overrides_nothing_later(hall) -> None:
    hall.post_marks(hall.address("register_marks"), mark(hall.people[0], presence="absent"))
    keys = [person.uid.hex for person in (hall.people[0], hall.people[2])]
    fields = {f"was_{key}": "unknown00" for key in keys} | {f"mark_{key}": "present" for key in keys}
    early = hall.client.post(hall.address("register_paper"), {**fields, "day": "2026-06-14", "time": "09:00"})
    assert (early.status_code, PresenceMark.objects.count()) == (422, 1)
    hall.client.post(hall.address("register_paper"), {**fields, "day": "2026-06-15", "time": "09:00"})
    assert hall.presence()["陈文远"] == "absent"
    assert hall.presence()["赵明德"] == "present"
    row = PresenceMark.objects.get(participation__person=hall.people[2])
    assert (row.source, row.at, row.received_at) == ("paper", dt.datetime(2026, 6, 15, 1, tzinfo=dt.UTC), NOW)


def test_history_names_who_marked_and_narrows_to_one_person(hall) -> None:
    first = mark(hall.people[0])
    hall.post_marks(hall.address("register_marks"), first, mark(hall.people[2]))
    hall.post_marks(hall.address("register_marks"), mark(hall.people[0], presence="unknown", undoes=first["id"]))
    page = hall.get("register_history", person=str(hall.people[0].uid))
    assert [(line.name, line.mark.presence, line.undone) for line in page.context["lines"]] == [
        ("陈文远", "unknown", False), ("陈文远", "present", True),
    ]  # fmt: skip
    assert "后已撤销" in page.content.decode()


def test_badges_are_printed_in_order_with_a_code_that_says_nothing(hall) -> None:
    assert hall.get("badges").context["printed"] == []
    hall.client.post(hall.address("badges"))
    page = hall.get("badges")
    assert [line.name for line, _code, _picture in page.context["printed"]] == [*NAMES, "高远"]
    assert page.content.decode().count("<svg") == 4
    before = dict(page.context["page"].object_list)
    hall.client.post(hall.address("badges"), {"lost": str(hall.people[0].uid)})
    after = {line.name: code for line, code in hall.get("badges").context["page"].object_list}
    changed = [line.name for line, code in before.items() if after[line.name] != code]
    assert changed == ["陈文远"]


def test_the_printed_register_keeps_the_excused_apart_and_no_reason(hall) -> None:
    hall.post_marks(hall.address("register_marks"), mark(hall.people[0], late=True))
    page = hall.get("print_register")
    sections = [[row.name for row in page.context[name]] for name in ("regular", "excused", "others")]
    assert sections == [["陈文远", "赵明德"], ["李若兰"], ["高远"]]
    assert "出国" not in page.content.decode()


def test_the_workbook_has_presence_columns_and_no_reason(hall) -> None:
    hall.post_marks(hall.address("register_marks"), mark(hall.people[0], late=True))
    answer = hall.client.post(hall.address("export_register"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(sheets) == ["参会人员", "请假", "列席受邀"]
    assert [row[:7] for row in sheets["参会人员"][2:4]] == [
        [1.0, "陈文远", "", "参会人员", "实到", "是", ""], [2.0, "赵明德", "", "参会人员", "未到（原因待核）", "", ""],
    ]  # fmt: skip
    assert sheets["请假"][2][4] == "请假"
    assert "出国" not in str(sheets)
    assert AuditEntry.objects.filter(action="export", subject_id=hall.activity.pk).count() == 1


def test_reading_the_register_of_a_party_unit_leaves_a_trace(client) -> None:
    with time_machine.travel(NOW, tick=False):
        hall = Hall(client, "branch")
        token = door(hall).token
        Client().get(reverse("station_lines", args=[token]))
        Client().get(reverse("station_lines", args=[token]), {"states": "1"})
        hall.get("register")
    entries = AuditEntry.objects.filter(action="read").order_by("pk")
    everybody = sorted([*(person.pk for person in hall.people), hall.guest.pk])
    assert [(entry.purpose, entry.person_ids) for entry in entries] == [
        ("查看参会登记（东门）", everybody), ("查看参会登记", everybody),
    ]  # fmt: skip


@pytest.mark.parametrize("people", [3, 5])
@pytest.mark.parametrize(
    ("name", "statements"),
    [("register", 12), ("register_lines", 10), ("print_register", 9), ("badges", 10), ("hall", 9)],
)
def test_pages_cost_the_same_for_few_and_for_more(client, django_assert_num_queries, people, name, statements) -> None:
    with time_machine.travel(NOW, tick=False):
        hall = Hall(client, people=people)
        hall.client.get(hall.address(name))
        with django_assert_num_queries(statements):
            hall.client.get(hall.address(name))


def test_a_large_meeting_is_paged_and_keeps_its_size(client) -> None:
    with time_machine.travel(NOW, tick=False):
        hall = Hall(client, people=130)
        page = hall.get("register")
        assert len(page.context["page"].object_list) == 100
        assert len(re.findall(r'<th scope="row">', page.content.decode())) == 100
        second = hall.get("register", page="2")
        assert len(second.context["page"].object_list) == 31


def test_pages_are_cut_in_the_official_order_and_know_namesakes_of_other_pages(client, monkeypatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    with time_machine.travel(NOW, tick=False):
        hall = Hall(client)
        namesake = make_person(hall.office, "赵明德", employer="市一中")
        Person.objects.filter(pk=hall.people[0].pk).update(employer="市二中")
        join(hall.people[2], hall.unit, post="director")
        operations.correct(hall.activity, participants=[Attendee(namesake.pk, "invited")], actor=None)
        shown = [hall.get("register", page=str(number)) for number in (1, 2)]
    whole = [line.uid for line in register_queries.register_lines(hall.activity)]
    assert [line.uid for page in shown for line in page.context["page"].object_list] == whole
    assert whole[0] == hall.people[2].uid  # who holds a post comes first
    assert [set(page.context["alike"]) for page in shown] == [{"赵明德"}, {"赵明德"}]
    assert "市一中" in shown[1].content.decode()
    assert "市二中" not in shown[0].content.decode()


def test_the_plain_forms_rows_escape_what_people_are_called(hall) -> None:
    Person.objects.filter(pk=hall.people[0].pk).update(name="<b>甲&乙")
    text = hall.get("register").content.decode()
    assert '<th scope="row">&lt;b&gt;甲&amp;乙</th>' in text
    assert 'aria-label="&lt;b&gt;甲&amp;乙 实到"' in text
    assert "<b>甲" not in text
