"""The public subset: what is published and what never, as clients of OParl 1.1 read it."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import uuid
from pathlib import Path

import jsonschema_rs
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import join, make_office, make_organization, make_person, make_term
from tongxin.activities import operations as activities
from tongxin.activities.drafts import Item
from tongxin.activities.models import Activity
from tongxin.api.models import PublishedObject
from tongxin.api.oparl.serving import LISTS
from tongxin.api.oparl_operations import Publication, publish
from tongxin.core.errors import NotPossible
from tongxin.core.models import AuditEntry
from tongxin.registry.models import Membership

pytestmark = pytest.mark.django_db

ROOT = "http://testserver/oparl/1.1/"
#: What OParl 1.1 asks of every object and, beyond that, of each type (chapter 3).
EVERYWHERE = {"id", "type", "created", "modified"}
ASKED = {
    "System": {"oparlVersion", "body"},
    "Body": {"name", "organization", "person", "meeting", "paper", "legislativeTerm"},
    "AgendaItem": {"order"},
}


class Town:
    """An office with a committee, its standing committee, a branch, two people and a public meeting."""

    def __init__(self) -> None:
        self.office = make_office()
        self.term = make_term(self.office)
        self.committee = make_organization(self.office, "committee", "政协澄江市委员会")
        self.standing = make_organization(self.office, "standing_committee", "常务委员会", parent=self.committee)
        self.branch = make_organization(self.office, "branch", "机关第一党支部")
        self.person = make_person(
            self.office, "陈文远", sex="1", affiliation="01", phone="13800000000", employer="市某某局"
        )
        self.seat = join(self.person, self.committee, post="chair")
        self.hidden = join(self.person, self.branch)
        self.meeting = self.hold("standing_committee_meeting", "第二十次常务委员会会议", self.standing)
        self.inner = self.hold("general_meeting", "支部党员大会", self.branch)

    def hold(self, kind: str, title: str, unit, **more) -> Activity:
        return activities.record(
            self.office, kind=kind, title=title, day=dt.date(2026, 3, 2), organizations=[unit], place="市政协会议室",
            starts_at=dt.time(9, 30), agenda=[Item("other", "审议工作要点")], actor=None, **more,
        )  # fmt: skip


@pytest.fixture
def town(settings) -> Town:
    made = Town()
    settings.OPARL_OFFICES = [made.office.area_code]
    return made


@pytest.fixture
def client() -> Client:
    return Client()


def _get(client: Client, address: str, **query):
    return client.get(address.removeprefix("http://testserver"), query).json()


def _everything(client: Client) -> list[dict]:
    """Return every object that a client finds by following addresses from the system."""
    system = _get(client, f"{ROOT}system")
    bodies = _get(client, system["body"])["data"]
    lists = [_get(client, body[name]) for body in bodies for name in LISTS]
    return [system, *bodies, *(one for told in lists for one in told["data"])]


def test_off_unless_the_set_up_names_the_office(client, settings):
    town = Town()
    assert client.get("/oparl/1.1/system").status_code == 404
    with pytest.raises(NotPossible) as refused:
        publish(town.office)
    assert (refused.value.code, PublishedObject.objects.count()) == ("api.not_public", 0)
    settings.OPARL_OFFICES = [town.office.area_code]
    publish(town.office)
    settings.OPARL_OFFICES = ["110000"]
    assert _get(client, f"{ROOT}body")["data"] == []
    assert client.get(f"/oparl/1.1/person/{town.person.uid}").status_code == 404


def test_nothing_is_told_before_it_is_published(town, client):
    assert _get(client, f"{ROOT}body")["data"] == []


def test_public_facts_and_nothing_else(town, client):
    publish(town.office)
    told = json.dumps(_everything(client), ensure_ascii=False)
    assert [word in told for word in ("陈文远", "第二十次常务委员会会议", "审议工作要点")] == [True] * 3
    secret = [
        str(town.branch.uid), str(town.hidden.uid), str(town.inner.uid), "党支部", "支部党员大会", "13800000000",
        "市某某局", "affiliation", "participant",
    ]  # fmt: skip
    assert [word for word in secret if word in told] == []


def test_objects_as_oparl_has_them(town, client):
    publish(town.office)
    person = _get(client, f"{ROOT}person/{town.person.uid}")
    assert {name: value for name, value in person.items() if name not in ("created", "modified", "membership")} == {
        "id": f"{ROOT}person/{town.person.uid}",
        "type": "https://schema.oparl.org/1.1/Person",
        "body": f"{ROOT}body/{town.office.uid}",
        "name": "陈文远",
        "gender": "male",
    }
    assert [(one["organization"], one["role"], one["startDate"]) for one in person["membership"]] == [
        (f"{ROOT}organization/{town.committee.uid}", "chair", "2020-01-01")
    ]
    meeting = _get(client, f"{ROOT}meeting/{town.meeting.uid}")
    assert (meeting["name"], meeting["start"], meeting["cancelled"]) == (
        "第二十次常务委员会会议",
        "2026-03-02T09:30:00+08:00",
        False,
    )
    assert meeting["location"]["description"] == "市政协会议室"
    assert [(item["order"], item["name"], item["public"]) for item in meeting["agendaItem"]] == [
        (1, "审议工作要点", True)
    ]


def test_every_object_has_what_oparl_asks_for(town, client):
    publish(town.office)
    lacking = []
    for one in _everything(client):
        kind = one["type"].rsplit("/", 1)[1]
        asked = ASKED.get(kind, set()) | (EVERYWHERE if kind != "System" else {"id", "type"})
        lacking += [f"{kind}: {name}" for name in asked - one.keys()]
        lacking += [f"{kind}: {name} is empty" for name, value in one.items() if value in (None, "")]
    assert lacking == []


def test_objects_fit_the_specifications_own_schemas(town, client):
    place = os.environ.get("TONGXIN_OPARL_SCHEMAS", "")
    if not place:
        pytest.skip("TONGXIN_OPARL_SCHEMAS does not name a folder with the specification's schemas")
    publish(town.office)
    schemas = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in Path(place).glob("*.json")}
    faults = []
    for one in _everything(client):
        kind = one["type"].rsplit("/", 1)[1]
        checker = jsonschema_rs.validator_for(schemas[kind])
        faults += [f"{kind}: {fault.message}" for fault in checker.iter_errors(one)]
    assert faults == []


def test_the_same_again_changes_nothing(town, client):
    first = publish(town.office)
    told = _everything(client)
    assert publish(town.office) == Publication(0, 0, 0)
    assert (_everything(client), first.added > 5) == (told, True)
    assert AuditEntry.objects.filter(action="api.publish").count() == 1


def test_what_changed_is_found_by_its_day(town, client):
    with time_machine.travel(dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)):
        publish(town.office)
    town.person.name = "陈文渊"
    town.person.save()
    with time_machine.travel(dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC)):
        assert publish(town.office) == Publication(0, 1, 0)
    people = f"{ROOT}body/{town.office.uid}/person"
    asked = {
        since: [one["name"] for one in _get(client, people, modified_since=since)["data"]]
        for since in ("2026-03-15T00:00:00+08:00", "2026-04-02T00:00:00+08:00")
    }
    assert list(asked.values()) == [["陈文渊"], []]
    assert _get(client, people, created_since="2026-03-15T00:00:00+08:00")["data"] == []
    assert len(_get(client, people, created_until="2026-03-15T00:00:00+08:00")["data"]) == 1


def test_what_is_gone_leaves_a_row_that_says_so(town, client):
    with time_machine.travel(dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)):
        publish(town.office)
    Membership.objects.filter(pk=town.seat.pk).delete()
    with time_machine.travel(dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC)):
        done = publish(town.office)
    assert done.withdrawn == 2
    answer = client.get(f"/oparl/1.1/person/{town.person.uid}")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": f"{ROOT}person/{town.person.uid}",
            "type": "https://schema.oparl.org/1.1/Person",
            "created": "2026-03-01T12:00:00+08:00",
            "modified": "2026-04-01T12:00:00+08:00",
            "deleted": True,
        },
    )
    people = f"{ROOT}body/{town.office.uid}/person"
    assert _get(client, people)["data"] == []
    assert [one["deleted"] for one in _get(client, people, modified_since="2026-03-15T00:00:00+08:00")["data"]] == [
        True
    ]
    assert "陈文远" not in json.dumps(list(PublishedObject.objects.values("body")), ensure_ascii=False)


def test_what_comes_back_is_no_longer_gone(town, client):
    publish(town.office)
    kept = Membership.objects.filter(pk=town.seat.pk)
    kept.update(organization=town.branch)
    publish(town.office)
    kept.update(organization=town.committee)
    publish(town.office)
    assert "deleted" not in _get(client, f"{ROOT}person/{town.person.uid}")


def test_a_plan_is_the_offices_own_until_it_is_announced(town, client):
    planned = town.hold("plenary", "明年全会", town.committee, status="planned")
    publish(town.office)
    assert client.get(f"/oparl/1.1/meeting/{planned.uid}").status_code == 404


def test_lists_come_in_pages_with_their_links(town, client, monkeypatch):
    monkeypatch.setattr("tongxin.api.oparl.serving.PAGE", 2)
    for number in range(4):
        join(make_person(town.office, f"委员{number}"), town.committee)
    publish(town.office)
    address = f"{ROOT}body/{town.office.uid}/person"
    page, seen = _get(client, address), []
    assert page["pagination"] == {"totalElements": 5, "elementsPerPage": 2, "currentPage": 1, "totalPages": 3}
    assert page["links"] == {
        "first": address, "self": address, "last": f"{address}?page=3", "next": f"{address}?page=2",
    }  # fmt: skip
    while True:
        seen += [one["name"] for one in page["data"]]
        if "next" not in page["links"]:
            break
        page = _get(client, page["links"]["next"])
    assert sorted(seen) == ["委员0", "委员1", "委员2", "委员3", "陈文远"]
    assert page["links"]["prev"] == f"{address}?page=2"


@pytest.mark.parametrize(
    ("query", "status"),
    [({"page": "0"}, 404), ({"page": "x"}, 404), ({"page": "9" * 30}, 404), ({"modified_since": "gestern"}, 400),
     ({"modified_since": "2026-03-01"}, 400), ({"created_until": "2026-13-01T00:00:00+08:00"}, 400)],
)  # fmt: skip
def test_a_wrong_query_is_refused(town, client, query, status):
    publish(town.office)
    answer = client.get(f"/oparl/1.1/body/{town.office.uid}/person", query)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_head_is_answered_and_nothing_else_is_taken(town, client):
    publish(town.office)
    asked = client.head("/oparl/1.1/system")
    assert (asked.status_code, asked.content, asked["Access-Control-Allow-Origin"]) == (200, b"", "*")
    assert [getattr(client, method)("/oparl/1.1/system").status_code for method in ("post", "put", "delete")] == [
        405
    ] * 3
    assert client.get(f"/oparl/1.1/person/{uuid.uuid4()}").status_code == 404
    assert "Set-Cookie" not in client.get("/oparl/1.1/system").headers


def test_a_list_takes_as_many_statements_whatever_its_length(town, client):
    counts = []
    for _ in range(2):
        for _ in range(3):
            join(make_person(town.office), town.committee)
        publish(town.office)
        with CaptureQueriesContext(connection) as asked:
            _get(client, f"{ROOT}body/{town.office.uid}/person")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_command_publishes_and_says_how_much(town, settings):
    told = io.StringIO()
    call_command("publish", stdout=told)
    assert told.getvalue().startswith(f"{town.office.short_name}:新增 ")
    for wrong, sentence in (([], "没有机关开通"), (["000000"], "没有代码为 000000 的机关")):
        settings.OPARL_OFFICES = wrong
        with pytest.raises(CommandError, match=sentence):
            call_command("publish")
