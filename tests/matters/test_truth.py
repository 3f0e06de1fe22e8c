"""Every state × transition × actor of every workflow: what is offered, what the inbox waits for, what is refused."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from tests.cast import make_office, make_organization, make_person, make_user
from tests.matters.truth import ACTORS, SIZES, STANDING_IN, TRUTH
from tongxin.core.errors import NotAllowed, Refusal
from tongxin.matters import operations, queries
from tongxin.matters.models import Matter, MatterPerson, MatterUnit, Step
from tongxin.matters.workflows import WORKFLOWS
from tongxin.registry.access import standing
from tongxin.registry.enums import UNIT_ROLES

UNIT_OF = {"lead": 11, "co": 12, "separate": 13}
PERSON_OF = {"author": 21, "coauthor": 22, "invited": 23, "responsible": 24, "person_leader": 25}


def standing_of(actor: str):
    """Return the standing of an actor towards the matter of :func:`matter_in`."""
    if actor in UNIT_OF:
        return standing(1, [("handling_unit", UNIT_OF[actor])], [])
    if actor in PERSON_OF:
        return standing(1, [], [PERSON_OF[actor]])
    if actor == "member":
        return standing(1, [], [99])
    return standing(1, [(actor, 99 if actor in UNIT_ROLES else None)], [])


def matter_in(kind: str, state: str) -> Matter:
    """Return a matter in which every capacity is held by somebody; nothing is written."""
    matter = Matter(pk=1, kind=kind, state=state)
    people = [MatterPerson(person_id=pk, role=role.removeprefix("person_")) for role, pk in PERSON_OF.items()]
    units = [MatterUnit(organization_id=pk, role=role) for role, pk in UNIT_OF.items()]
    matter._prefetched_objects_cache = {"units": units, "people": people}
    return matter


@pytest.mark.parametrize("kind", sorted(WORKFLOWS))
def test_what_is_offered_in_each_state_to_each_actor(kind: str):
    workflow, truth = WORKFLOWS[kind], TRUTH[kind]
    cells = 0
    wrong = []
    for state in workflow.states:
        matter = matter_in(kind, state.code)
        for actor in ACTORS:
            offered = {step.code for step in queries.steps_open_to(matter, standing_of(actor))}
            for step in workflow.transitions:
                cells += 1
                states, actors = truth[step.code]
                expected = state.code in states.split() and actor in actors.split()
                if (step.code in offered) is not expected:
                    wrong.append((state.code, step.code, actor, step.code in offered))
    assert wrong == []
    assert {step.code for step in workflow.transitions} == set(truth)
    assert cells == SIZES[kind] == len(workflow.states) * len(workflow.transitions) * len(ACTORS)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(WORKFLOWS))
def test_who_may_not_is_refused_by_the_operation_itself(kind: str):
    office = make_office()
    units = {role: make_organization(office, "department") for role in UNIT_OF}
    people = {role: make_person(office) for role in PERSON_OF}
    matter = operations.open(
        office,
        kind=kind,
        title="例",
        actor=None,
        lead=units["lead"],
        co=[units["co"]],
        separate=[units["separate"]],
        people=[(person, role.removeprefix("person_")) for role, person in people.items()],
    )
    stranger = make_organization(office, "handling_unit")
    users = {}
    for actor in ACTORS:
        if actor in UNIT_OF:
            users[actor] = make_user(office, "handling_unit", unit=units[actor])
        elif actor in STANDING_IN:
            users[actor] = people[actor].user = make_user()
            people[actor].save()
        elif actor == "member":
            users[actor] = make_user()
            make_person(office, user=users[actor])
        else:
            users[actor] = make_user(office, actor, unit=stranger if actor in UNIT_ROLES else None)
    got: dict[str, set[str]] = {}
    for step in WORKFLOWS[kind].transitions:
        Matter.objects.filter(pk=matter.pk).update(state=step.sources[0])
        for actor, user in users.items():
            fresh = queries.ledger(office).get(pk=matter.pk)
            if step.needs:  # what is needed is missing, so that who may is refused for another reason
                values = {}
            else:  # nothing is needed: a step from a state that was left meanwhile
                fresh.step_count, values = 99, {}
            with pytest.raises(Refusal) as refused:
                operations.take_step(fresh, step.code, actor=user, special=step.special, **values)
            if not isinstance(refused.value, NotAllowed):
                got.setdefault(step.code, set()).add(actor)
    assert got == {code: set(actors.split()) for code, (_, actors) in TRUTH[kind].items()}
    assert Step.objects.count() == 0


@pytest.mark.parametrize("kind", sorted(WORKFLOWS))
def test_diagram_names_every_state_and_step_once(kind: str):
    from tongxin.matters.diagram import diagram

    workflow = WORKFLOWS[kind]
    drawn = diagram(workflow, queries.Names())
    assert sorted(box.code for box in drawn.boxes) == sorted(state.code for state in workflow.states)
    ways = [(arrow.code, arrow.source, arrow.target) for arrow in drawn.arrows]
    assert len(set(ways)) == len(ways)
    assert set(ways) == {
        (step.code, source, step.leads_to(source)) for step in workflow.transitions for source in step.sources
    }


def test_names_in_a_box_are_parted_between_words():
    from tongxin.matters.diagram import diagram

    with override("en"):
        drawn = diagram(WORKFLOWS["proposal"], queries.Names())
    shown = {box.code: box.lines for box in drawn.boxes}
    assert shown["submitted"] == ("To be reviewed",)
    assert shown["filed"] == ("Filed", "to be assigned")
    assert shown["turned"] == ("Turned into social", "information")


@pytest.mark.parametrize("kind", sorted(WORKFLOWS))
def test_no_way_of_the_diagram_runs_behind_a_box(kind: str):
    from tongxin.matters.diagram import HEIGHT, WIDTH, diagram

    drawn = diagram(WORKFLOWS[kind], queries.Names())
    at = {box.code: box for box in drawn.boxes}
    column = min((box.x for box in drawn.boxes if box.x > drawn.boxes[0].x), default=0) - drawn.boxes[0].x
    for arrow in drawn.arrows:
        start, end = at[arrow.source], at[arrow.target]

        if end.x - start.x > column:
            run = re.fullmatch(r"M\d+ \d+ C[\d ]+ (\d+) (\d+) H(\d+) C[\d ]+", arrow.path)
            left, height, right = map(int, run.groups())
            behind = [
                b.code for b in drawn.boxes if b.x < right and b.x + WIDTH > left and b.y <= height <= b.y + HEIGHT
            ]
            assert (arrow.code, behind) == (arrow.code, [])
            assert start.x + WIDTH < left < start.x + column
            assert end.x - column + WIDTH < right < end.x
        else:
            assert "H" not in arrow.path, arrow.code
    assert all(box.y > 0 and box.y + HEIGHT < drawn.height and box.x + WIDTH < drawn.width for box in drawn.boxes)
