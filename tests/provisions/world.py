"""Builds the small world of a case file: real rows, so that the facts come the way they come in an office."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from tests.cast import assign_contact, join, make_office, make_organization, make_person, make_term
from tongxin.activities.models import Activity, AgendaItem, Meaning, Organizer, Participation
from tongxin.core import clock
from tongxin.documents.models import Document
from tongxin.matters.models import Matter, MatterPerson, MatterUnit, Step
from tongxin.provisions import operations
from tongxin.provisions.models import Ruling
from tongxin.registry.models import Affiliation, Office, Organization, Person

CASE_KEYS = frozenset(
    "name clause provision day adopted until parameters later start_day term terms units people memberships contacts facts "
    "rulings matters papers expect nothing none own".split()
)
LONG_AGO = dt.date(2020, 1, 1)


@dataclass
class World:
    office: Office
    units: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)


def build(case: dict[str, Any]) -> World:
    unknown = set(case) - CASE_KEYS
    assert not unknown, f"{case['name']}: unknown keys {unknown}"
    world = World(make_office(start_day=case.get("start_day", LONG_AGO)))
    office = world.office
    if "term" in case:
        make_term(office, starts=case["term"][0], ends=case["term"][1])
    for ordinal, (starts, ends) in enumerate(case.get("terms", []), 1):
        world.records[f"term{ordinal}"] = make_term(office, ordinal=ordinal, starts=starts, ends=ends)
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
    for number, matter in enumerate(case.get("matters", [])):
        _matter_of(world, number, **matter)
    for number, paper in enumerate(case.get("papers", [])):
        world.records[paper.get("id", f"paper{number}")] = Document.objects.create(
            office=office,
            title=paper["title"],
            document_day=paper.get("day"),
            source_status=paper.get("status", "issued"),
        )
    operations.adopt(
        office,
        case["provision"],
        valid_from=case.get("adopted", LONG_AGO),
        valid_until=case.get("until"),
        parameters=case.get("parameters"),
        own_definition=case.get("own"),
        actor=None,
    )
    for later in case.get("later", []):
        operations.adopt(
            office, case["provision"], valid_from=later["from"], parameters=later.get("parameters"), actor=None
        )
    for ruling in case.get("rulings", []):
        _ruling(world, case["provision"], **ruling)
    return world


def _unit(
    world: World,
    id: str,
    kind: str,
    full: int = 0,
    probationary: int = 0,
    others: int = 0,
    unknown: int = 0,
    posts: tuple[str, ...] | list[str] = (),
    based_on: str = "",
    **dates: dt.date,
) -> None:
    """``full``, ``probationary``, ``others``, ``unknown``: so many people of that affiliation; the first take ``posts``."""
    unknown_day = dates.pop("undated", False)
    unit = make_organization(
        world.office,
        kind,
        id,
        valid_from=None if unknown_day else dates.pop("from", LONG_AGO),
        valid_until=dates.pop("until", None),
        based_on=world.units[based_on] if based_on else None,
    )
    assert not dates
    world.units[id] = unit
    world.records[f"unit {id}"] = unit
    left = list(posts)
    for code, number in (("01", full), ("02", probationary), ("05", others), (None, unknown)):
        if number:
            people = [
                Person(office=world.office, name=f"{id}{code}-{place}", employer="甲单位") for place in range(number)
            ]
            Person.objects.bulk_create(people)
            if code:
                Affiliation.objects.bulk_create(
                    Affiliation(office=world.office, person=person, code=code, valid_from=LONG_AGO) for person in people
                )
            for person in people:
                join(person, unit, post=left.pop(0) if left else None)


def _person(
    world: World,
    id: str,
    affiliation: str = "",
    since: dt.date = LONG_AGO,
    then: dict[str, Any] | None = None,
    employer: str = "",
) -> None:
    person = make_person(world.office, id, employer=employer)
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
    agenda: list[str] = (),
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
    for order, item in enumerate(agenda, 1):
        AgendaItem.objects.create(activity=activity, order=order, kind=item, title=item)
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
    """A matter whose last step is the fact; ``reviewers`` take the reviews in order on the same day."""
    kind = {"manuscript_published": "manuscript", "request_submitted": "request"}.get(fact, "report")
    steps = [
        [code, day, name] for code, name in zip(("pass_first", "pass_second", "pass_third"), reviewers, strict=False)
    ]
    return _matter_of(
        world,
        0,
        kind=kind,
        day=day,
        topic="annual" if fact == "report_annual" else "",
        lead=organizers,
        steps=[*steps, ["publish" if kind == "manuscript" else "submit", day]],
    )


def _matter_of(
    world: World,
    number: int,
    kind: str,
    day: dt.date,
    topic: str = "",
    due: dt.date | None = None,
    lead: list[str] = (),
    co: list[str] = (),
    separate: list[str] = (),
    authors: list[str] = (),
    steps: list[list[Any]] = (),
    state: str = "open",
    id: str = "",
) -> Matter:
    """``steps``: [transition, day], [transition, day, person] or [transition, day, "", unit]."""
    matter = Matter.objects.create(
        office=world.office, kind=kind, title="事项", state=state, day=day, topic=topic, due_on=due
    )
    world.records[id or f"matter{number}"] = matter
    for role, names in (("lead", lead), ("co", co), ("separate", separate)):
        for name in names:
            MatterUnit.objects.create(matter=matter, organization=world.units[name], role=role)
    for name in authors:
        MatterPerson.objects.create(matter=matter, person=world.people[name], role="author")
    for transition, taken_on, *by in steps:
        Step.objects.create(
            matter=matter,
            transition=transition,
            to_state="x",
            day=taken_on,
            at=clock.now(),
            person=world.people[by[0]] if by and by[0] else None,
            unit=world.units[by[1]] if len(by) > 1 else None,
        )
    return matter


def _ruling(world: World, provision: str, kind: str, unit: str = "", person: str = "", **more: Any) -> None:
    record = world.records.get(more.pop("event", ""))
    more.pop("note", None)
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
