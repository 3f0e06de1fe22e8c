from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access.world import World
from tests.api.asking import Program
from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.accounts.token_operations import revoke_token
from tongxin.activities.models import Activity
from tongxin.api import rules
from tongxin.api.bearers import TokenBearer, TokenThrottle
from tongxin.api.interface import interface
from tongxin.api.models import GivenAnswer
from tongxin.core import clock
from tongxin.core.models import AuditEntry
from tongxin.registry.enums import Role
from tongxin.registry.models import Person, RoleGrant
from tongxin.web.access import declared
from tongxin.web.activities.views import activity as activity_page
from tongxin.web.board.views import board as board_page
from tongxin.web.figures.views import figures as figures_page
from tongxin.web.library.views import library as library_page
from tongxin.web.matters.views import matters as matters_page
from tongxin.web.roster.views import organizations as organizations_page
from tongxin.web.roster.views import roster as roster_page

pytestmark = pytest.mark.django_db

READING = ("organizations", "people", "activities", "matters", "findings", "documents", "figures")


@pytest.fixture(autouse=True)
def _no_counting_of_requests(monkeypatch):
    """Requests of other tests within the same minute are not counted against this one."""
    monkeypatch.setattr("tongxin.api.bearers.TokenThrottle.allow_request", lambda self, request: True)


@pytest.fixture
def office():
    return make_office()


def test_without_a_token_in_force_nothing_is_told(office):
    over = Program(office, Role.PARTY_CLERK)
    revoke_token(over.token, actor=over.user)
    gone = Program(office, Role.PARTY_CLERK)
    RoleGrant.objects.filter(user=gone.user).delete()
    answers = [Client().get("/api/v1/me"), over.get("me"), gone.get("me")]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert {answer["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert {answer.json()["code"] for answer in answers} == {"token"}


def test_a_member_and_a_handling_unit_have_no_programs(office):
    unit = make_organization(office, "handling_unit")
    member = make_user(office)
    make_person(office, user=member)
    asked = [Program(office, user=member), Program(office, Role.HANDLING_UNIT, unit=unit)]
    assert [program.get("me").status_code for program in asked] == [401, 401]


def test_a_program_learns_for_whom_it_speaks(office):
    program = Program(office, Role.LEADER, scopes=["figures:read"])
    told = program.get("me").json()
    assert told == {
        "office": {"uid": str(office.uid), "name": office.name, "area_code": office.area_code, "level": "city"},
        "user": program.user.display_name,
        "scopes": ["figures:read"],
        "expires_on": program.token.expires_on.isoformat(),
    }


@pytest.mark.parametrize("path", READING)
def test_a_scope_that_the_token_lacks_is_named(office, path):
    answer = Program(office, Role.PARTY_CLERK, scopes=["activities:write"]).get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_roles_are_those_that_open_the_pages():
    pages = {
        "organizations": (organizations_page, rules.ORGANIZATIONS),
        "people": (roster_page, rules.PEOPLE),
        "matters": (matters_page, rules.MATTERS),
        "findings": (board_page, rules.FINDINGS),
        "documents": (library_page, rules.LIBRARY),
        "figures": (figures_page, rules.LIBRARY),
    }
    assert {name: declared(page).roles for name, (page, _) in pages.items()} == {
        name: frozenset(roles) for name, (_, roles) in pages.items()
    }
    assert declared(activity_page) is not None


@pytest.mark.parametrize("role", [str(role) for role in Role if role not in ("member", "handling_unit")])
def test_each_role_gets_what_it_may(role):
    world = World()
    program = Program(world.office, user=world.users[role])
    allowed = {
        "organizations": rules.ORGANIZATIONS, "people": rules.PEOPLE, "activities": rules.ACTIVITIES,
        "matters": rules.MATTERS, "findings": rules.FINDINGS, "documents": rules.LIBRARY, "figures": rules.LIBRARY,
    }  # fmt: skip
    got = {path: program.get(path).status_code for path in READING}
    assert got == {path: 200 if role in allowed[path] else 403 for path in READING}


def test_another_offices_rows_are_not_found():
    world, stranger = World(), Program(make_office("政协远江市委员会"), *rules.CLERKS, Role.LEADER)
    paths = [
        f"organizations/{world.branch.uid}", f"people/{world.person.uid}", f"activities/{world.activity.uid}",
        f"matters/{world.matter.uid}", f"documents/{world.document.uid}", f"documents/{world.document.uid}/requirements",
    ]  # fmt: skip
    assert {path: stranger.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert {path: stranger.get(path).json().get("items") for path in READING if path != "figures"} == {
        **{path: [] for path in READING if path not in ("figures", "findings")},
        "findings": [],
    }


def test_what_tells_affiliation_does_not_leave():
    world = World()
    told = Program(world.office, Role.ROSTER_CLERK).get(f"people/{world.person.uid}").json()
    assert told == {
        "uid": str(world.person.uid),
        "name": "陈文远",
        "sex": "0",
        "employer": "",
        "position": "",
        "memberships": [
            {"organization": str(world.committee.uid), "post": "", "since": "2020-01-01", "until": None},
        ],
    }


def test_a_list_is_paged_by_rows_and_knows_its_next_page(office):
    names = [make_organization(office, "sector", f"界别{number}").name for number in range(5)]
    program = Program(office, Role.LEADER)
    first = program.get("organizations", kind="sector", limit=2).json()
    make_organization(office, "sector", "新增界别")
    second = program.get(first["next"]).json()
    third = program.get(second["next"]).json()
    assert [row["name"] for page in (first, second, third) for row in page["items"]] == [*names, "新增界别"]
    assert third["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": 0}, "limit"), ({"limit": 201}, "limit"), ({"limit": "x"}, "limit"), ({"after": "x"}, "after"),
     ({"as_of": "昨天"}, "as_of"), ({"as_of": "0"}, "as_of"), ({"as_of": "2026-13-01"}, "as_of"), ({"organisation": "x"}, "organisation")],
)  # fmt: skip
def test_a_wrong_query_is_named(office, query, field):
    answer = Program(office, Role.LEADER).get("organizations", **query)
    assert (answer.status_code, [fault["field"] for fault in answer.json()["errors"]]) == (422, [field])


def test_a_place_that_is_not_in_the_list_is_named(office):
    answer = Program(office, Role.LEADER).get("organizations", after=uuid.uuid4())
    assert (answer.status_code, answer.json()["code"]) == (422, "after_unknown")


def test_lists_take_as_many_statements_whatever_their_length(office):
    committee = make_organization(office, "committee")
    program = Program(office, Role.ROSTER_CLERK)
    program.get("me")  # notes the day's use
    counts = []
    for _ in range(2):
        for _ in range(3):
            join(make_person(office), committee)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert program.get("people").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_unit_sees_its_own_findings_only():
    world = World()
    own = Program(world.office, user=world.users[str(Role.BRANCH_SECRETARY)]).get("findings").json()["items"]
    assert {row["organization"] for row in own} == {str(world.branch.uid)}
    assert {(row["provision"], row["provision_name"]) for row in own} == {("life.theme_day", "主题党日")}


def _branch_with_people():
    world = World()
    body = {
        "kind": "general_meeting",
        "title": "十月支部党员大会",
        "day": clock.today().isoformat(),
        "organizers": [str(world.branch.uid)],
        "attendees": [{"person": str(world.person.uid), "present": True}],
    }
    return world, body


def test_an_activity_is_recorded_as_on_the_page():
    world, body = _branch_with_people()
    program = Program(world.office, user=world.users[str(Role.BRANCH_SECRETARY)])
    answer = program.post("activities", body)
    told = answer.json()
    assert (answer.status_code, told["title"], told["organizers"]) == (201, body["title"], body["organizers"])
    assert told["totals"] == {"expected": 1, "present": 1, "on_leave": 0, "unknown": 0}
    assert told["counts_as"]
    recorded = Activity.objects.get(uid=told["uid"])
    entry = AuditEntry.objects.get(action="activities.record", subject_id=recorded.pk)
    assert entry.actor_id == program.user.pk
    assert Program(world.office, Role.LEADER).get(f"activities/{told['uid']}").json() == told


def test_a_request_sent_twice_is_one_request():
    world, body = _branch_with_people()
    program = Program(world.office, Role.PARTY_CLERK)
    before = Activity.objects.count()
    first, again = (program.post("activities", body, key="same") for _ in range(2))
    other = program.post("activities", {**body, "title": "另一次"}, key="same")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Activity.objects.count() == before + 1


def test_what_is_refused_leaves_nothing_behind():
    world, body = _branch_with_people()
    program = Program(world.office, Role.PARTY_CLERK)
    before = Activity.objects.count()
    wrong = [
        {**body, "kind": "no_such_kind"},
        {**body, "title": "   "},
        {**body, "day": "2999-01-01"},
        {**body, "day": 1764000000},
        {**body, "organizers": [str(uuid.uuid4())]},
        {**body, "attendees": [{"person": str(uuid.uuid4())}]},
        {**body, "more": 1},
        {**body, "kind": rules.BETWEEN_TWO[0]},
    ]
    answers = [program.post("activities", each, key="one") for each in wrong]
    assert [answer.status_code for answer in answers] == [422] * len(wrong)
    assert (Activity.objects.count(), GivenAnswer.objects.count()) == (before, 0)
    assert program.post("activities", body, key="one").status_code == 201


def test_nobody_records_for_a_unit_that_is_not_theirs():
    world, body = _branch_with_people()
    other = make_organization(world.office, "branch", "机关第二党支部")
    program = Program(world.office, user=world.users[str(Role.BRANCH_SECRETARY)])
    answer = program.post("activities", {**body, "organizers": [str(other.uid)], "attendees": []})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_for_this_unit")


def test_a_writing_request_needs_a_key(office):
    program = Program(office, Role.PARTY_CLERK)
    answer = program.client.post("/api/v1/activities", {}, content_type="application/json")
    assert answer.status_code == 422
    assert "Idempotency-Key" in {fault["field"] for fault in answer.json()["errors"]}


def test_talks_between_two_are_not_told():
    world = World()
    Activity.objects.filter(pk=world.activity.pk).update(kind=rules.BETWEEN_TWO[0])
    program = Program(world.office, Role.PARTY_CLERK)
    assert program.get(f"activities/{world.activity.uid}").status_code == 404
    assert str(world.activity.uid) not in str(program.get("activities", kind=rules.BETWEEN_TWO[0]).json())


def test_a_session_of_the_pages_is_no_token(office):
    client = Client()
    client.force_login(make_user(office, Role.PARTY_CLERK))
    assert client.get("/api/v1/me").status_code == 401


def test_requests_are_counted_by_token(office, rf, monkeypatch):
    monkeypatch.undo()
    (in_force,) = interface.throttle
    assert (type(in_force), in_force.num_requests, in_force.duration) == (TokenThrottle, 600, 60)
    throttle = TokenThrottle("2/m")
    asked = []
    for _ in range(2):
        program = Program(office, Role.LEADER)
        request = rf.get("/api/v1/me")
        request.auth = TokenBearer().authenticate(request, program.secret)
        asked.append([throttle.allow_request(request) for _ in range(3)])
    assert asked == [[True, True, False]] * 2


def test_the_description_is_openapi_and_names_every_address():
    told = Client().get("/api/v1/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    undocumented = [
        f"{method} {path}"
        for path, methods in told["paths"].items()
        for method, one in methods.items()
        if not one.get("summary") or "application/problem+json" not in one["responses"]["401"]["content"]
    ]
    assert undocumented == []


def test_the_description_is_open_and_says_nothing_of_the_office(office):
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert office.name not in answer.content.decode()


def test_people_of_the_past_are_told_as_of_their_day(office):
    committee = make_organization(office, "committee")
    gone = make_person(office, "已届满")
    join(gone, committee, valid_until=dt.date(2021, 1, 1))
    program = Program(office, Role.ROSTER_CLERK)
    then, now = (program.get("people", **query).json()["items"] for query in ({"as_of": "2020-06-01"}, {}))
    assert ([row["name"] for row in then], now) == (["已届满"], [])
    assert Person.objects.count() == 1


def test_a_nul_is_refused_wherever_it_stands():
    world, body = _branch_with_people()
    program = Program(world.office, Role.PARTY_CLERK)
    answers = [
        program.client.get("/api/v1/matters?kind=%00w"),
        program.client.get("/api/v1/figures/x%00"),
        program.post("activities", {**body, "place": "a\x00b"}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "nul")] * 3
