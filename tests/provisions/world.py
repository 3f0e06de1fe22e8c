"""Builds the small world of a case file: real rows, so that the facts come the way they come in an office."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from tests.cast import assign_contact, join, make_office, make_organization, make_person, make_term
from tongxin.activities.models import Activity, AgendaItem, Meaning, Organizer, Participation
from tongxin.core import clock
from tongxin.matters.models import Matter, MatterUnit, Step
from tongxin.provisions import operations
from tongxin.provisions.models import Ruling
from tongxin.registry.models import Affiliation, Office, Organization, Person

CASE_KEYS = frozenset(
    "name clause provision day adopted parameters later start_day term units people memberships contacts facts rulings "
    "expect nothing".split()
)
LONG_AGO = dt.date(2020, 1, 1)


@dataclass
class World:
    office: Office
    units: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    records: dict[str, Activity | Matter] = field(default_factory=dict)


def build(case: dict[str, Any]) -> World:
    unknown = set(case) - CASE_KEYS
    assert not unknown, f"{case['name']}: unknown keys {unknown}"
    world = World(make_office(start_day=case.get("start_day", LONG_AGO)))
    office = world.office
    if "term" in case:
        make_term(office, starts=case["term"][0], ends=case["term"][1])
    for unit in case.get("units", []):
        _unit(world, **unit)
    for person in case.get("people", []):
        _person(world, **person)
    for seat in case.get("memberships", []):
        join(
            world.people[seat["person"]],
            world.units[seat["unit"]],
            valid_from=seat.get("from", LONG_AGO),
            valid_until=seat.get("until"),
            post=seat.get("post"),
            home=seat.get("home", False),
        )
    for pair in case.get("contacts", []):
        assign_contact(
            world.people[pair["contact"]],
            world.people[pair["target"]],
            valid_from=pair.get("from", LONG_AGO),
            valid_until=pair.get("until"),
        )
    for number, fact in enumerate(case.get("facts", [])):
        _fact(world, number, **fact)
    operations.adopt(
        office,
        case["provision"],
        valid_from=case.get("adopted", LONG_AGO),
        parameters=case.get("parameters"),
        actor=None,
    )
    for later in case.get("later", []):
        operations.adopt(
            office, case["provision"], valid_from=later["from"], parameters=later.get("parameters"), actor=None
        )
    for ruling in case.get("rulings", []):
        _ruling(world, case["provision"], **ruling)
    return world


def _unit(world: World, id: str, kind: str, full: int = 0, based_on: str = "", **dates: dt.date) -> None:
    unit = make_organization(
        world.office,
        kind,
        id,
        valid_from=dates.pop("from", LONG_AGO),
        valid_until=dates.pop("until", None),
        based_on=world.units[based_on] if based_on else None,
    )
    assert not dates
    world.units[id] = unit
    for number in range(full):
        join(make_person(world.office, f"{id}的党员{number}", affiliation="01"), unit)


def _person(
    world: World, id: str, affiliation: str = "", since: dt.date = LONG_AGO, then: dict[str, Any] | None = None
) -> None:
    person = make_person(world.office, id)
    world.people[id] = person
    if affiliation:
        until = then["since"] if then else None
        Affiliation.objects.create(
            office=world.office, person=person, code=affiliation, valid_from=since, valid_until=until
        )
    if then:
        Affiliation.objects.create(
            office=world.office, person=person, code=then["affiliation"], valid_from=then["since"]
        )


def _fact(
    world: World,
    number: int,
    day: dt.date,
    kinds: list[str] | None = None,
    kind: str = "",
    units: list[str] | None = None,
    unit: str = "",
    present: list[str] = (),
    speaker: str = "",
    pair: list[str] = (),
    status: str = "held",
    quorum: bool = True,
    misplaced: str = "",
    hours: int = 0,
    topic: str = "",
    last_day: dt.date | None = None,
    reviewers: list[str] = (),
    id: str = "",
) -> None:
    office = world.office
    meanings = kinds or [kind]
    organizers = units or ([unit] if unit else [])
    if meanings[0] in {"report_submitted", "report_annual", "request_submitted", "manuscript_published"}:
        world.records[id or str(number)] = _matter(world, meanings[0], day, organizers, reviewers)
        return
    activity = Activity.objects.create(
        office=office,
        kind=meanings[0],
        title=f"活动{number}",
        day=day,
        last_day=last_day or day,
        status=status,
        quantity=hours,
        topic=topic,
    )
    world.records[id or str(number)] = activity
    for fact in meanings:
        Meaning.objects.create(activity=activity, fact=fact)
    for index, name in enumerate(organizers):
        Organizer.objects.create(activity=activity, organization=world.units[name], lead=index == 0)
    if misplaced:
        AgendaItem.objects.create(activity=activity, order=1, kind="other", title="其他")
        AgendaItem.objects.create(activity=activity, order=2, kind=misplaced, title="学习")
    for name in present:
        Participation.objects.create(activity=activity, person=world.people[name], presence="present", expected=True)
    if speaker:
        Participation.objects.create(activity=activity, person=world.people[speaker], role="speaker")
    if pair:
        for name, role in zip(pair, ("contact", "target"), strict=True):
            Participation.objects.create(activity=activity, person=world.people[name], role=role)
    if not quorum:
        for index, presence in enumerate(("present", "absent", "absent", "absent")):
            Participation.objects.create(
                activity=activity,
                person=make_person(office, f"到会{number}-{index}"),
                presence=presence,
                expected=True,
                entitled=True,
            )
        activity.register_closed_at = clock.now()
        activity.save()


def _matter(world: World, fact: str, day: dt.date, organizers: list[str], reviewers: list[str]) -> Matter:
    kind = {"manuscript_published": "manuscript", "request_submitted": "request"}.get(fact, "report")
    matter = Matter.objects.create(
        office=world.office,
        kind=kind,
        title="事项",
        state="done",
        day=day,
        topic="annual" if fact == "report_annual" else "",
    )
    for name in organizers:
        MatterUnit.objects.create(matter=matter, organization=world.units[name], role="lead")
    for order, name in enumerate(reviewers):
        review = ("first_review", "second_review", "third_review")[order % 3]
        Step.objects.create(
            matter=matter, transition=_review_code(order, review), to_state="x", day=day, at=clock.now(),
            person=world.people[name],
        )  # fmt: skip
    Step.objects.create(
        matter=matter,
        transition="publish" if kind == "manuscript" else "submit",
        to_state="done",
        day=day,
        at=clock.now(),
    )
    return matter


def _review_code(order: int, default: str) -> str:
    from tongxin.matters.workflows.manuscript import MANUSCRIPT

    codes = [transition.code for transition in MANUSCRIPT.transitions if transition.review]
    return codes[order % len(codes)] if codes else default


def _ruling(world: World, provision: str, kind: str, unit: str = "", person: str = "", **more: Any) -> None:
    record = world.records.get(more.pop("event", ""))
    Ruling.objects.create(
        office=world.office,
        provision=more.pop("check", provision),
        subject_kind=more.pop("subject_kind", "person" if person else "organization"),
        organization_id=world.units[unit].pk if unit else 0,
        person_id=world.people[person].pk if person else 0,
        window_start=more.pop("window", None),
        event_type=type(record).__name__.lower() if record else "",
        event_id=record.pk if record else 0,
        excused_from=more.pop("from", None),
        excused_until=more.pop("until", None),
        kind=kind,
        basis=more.pop("basis", "approved" if kind == "excused" else ""),
        reason="测试",
        withdrawn_at=clock.now() if more.pop("withdrawn", False) else None,
    )
    assert not more
