"""Activities as facts that provisions are judged by: one relational expression, no iteration.

See :mod:`tongxin.provisions.occurrences` for what a fact is.  Held activities count; planned ones nearly count
(``planned:``), as does 第一议题 in another place than the first (``misplaced:``).  One to which by its register nobody
came does not count (``unattended:``).  The shares of the quorums stand
in the catalogue of kinds and enter the expression as integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr.types import IntegerValue, Table

from tongxin.activities.enums import ActivityStatus, ParticipantRole, Presence, Reply
from tongxin.activities.kinds import CountsFor, Quorum, catalogue
from tongxin.activities.models import Activity, AgendaItem, Meaning, Organizer, Participation
from tongxin.core.relations import table
from tongxin.provisions import occurrences

SOURCE = "activity"
#: Facts about two people.
PAIRS = ("heart_talk", "contact")


def register() -> None:
    """Register this package's facts; called once at start-up."""
    known = catalogue()
    occurrences.register_source(
        "activities",
        facts_of_units,
        lambda *touched: _for_units(_touched(*touched)),
        single=lambda ids: _for_units(_single(ids)),
        kinds=[*known.facts, *(item.code for item in known.agenda.values() if item.first_only)],
    )
    occurrences.register_source(
        "participations",
        facts_of_people,
        lambda *touched: _for_people(_touched(*touched)),
        single=lambda ids: _for_people(_single(ids)),
        kinds=[*_codes(CountsFor.PRESENT), *_codes(CountsFor.SPEAKER), *PAIRS],
        people=True,
    )


def facts() -> Table:
    """Return all facts of all offices, columns as in ``FACT_SCHEMA``."""
    return facts_of_units().union(facts_of_people())


def facts_of_units() -> Table:
    """Return what units held."""
    return _for_units(_Records(table(Activity), table(Participation)))


def facts_of_people() -> Table:
    """Return who was there, who spoke, who talked with whom."""
    return _for_people(_Records(table(Activity), table(Participation)))


def _touched(units: Table, people: Table) -> _Records:
    """Return the activities that some of these units held or some of these people took part in."""
    organizer, part = table(Organizer), table(Participation)
    held = organizer.filter(organizer.organization_id.isin(units.organization_id)).select("activity_id")
    joined = part.filter(part.person_id.isin(people.person_id)).select("activity_id")
    ids = held.union(joined, distinct=True)
    activity = table(Activity)
    return _Records(
        activity.filter(activity.id.isin(ids.activity_id)), part.filter(part.activity_id.isin(ids.activity_id))
    )


def _single(ids: Table) -> _Records:
    """Return the activities with these ids (column organization_id of ``ids``)."""
    activity, part = table(Activity), table(Participation)
    return _Records(
        activity.filter(activity.id.isin(ids.organization_id)), part.filter(part.activity_id.isin(ids.organization_id))
    )


@dataclass(frozen=True, slots=True)
class _Records:
    """The activities told of, and who took part in them."""

    activity: Table
    participation: Table


def _for_units(records: _Records) -> Table:
    return _for_organizations(records).union(_misplaced(records).union(_ordered(records)))


def _for_people(records: _Records) -> Table:
    return _for_those_there(records).union(_for_pairs(records))


def _codes(counts_for: CountsFor) -> list[str]:
    return [fact.code for fact in catalogue().facts.values() if fact.counts_for is counts_for]


def _registers(records: _Records) -> Table:
    """Return per activity how many were expected or had a vote, were there, and of how many nobody said anything."""
    p = records.participation
    there = p.presence == Presence.PRESENT.value
    unsaid = (p.presence == Presence.UNKNOWN.value) & (p.reply != Reply.LEAVE.value)
    return p.group_by("activity_id").aggregate(
        expected=p.count(where=p.expected),
        expected_there=p.count(where=p.expected & there),
        expected_unsaid=p.count(where=p.expected & unsaid),
        entitled=p.count(where=p.entitled),
        entitled_there=p.count(where=p.entitled & there),
        entitled_unsaid=p.count(where=p.entitled & unsaid),
        marked=p.count(where=p.expected & (p.presence != Presence.UNKNOWN.value)),
    )


def _too_few(joined: Table, quorum: Quorum) -> ibis.expr.types.BooleanValue:
    """Return the condition that a register shows too few; NULL, hence false, where there is no register."""
    by_vote = quorum.of == "entitled"
    base = joined.entitled if by_vote else joined.expected
    there = joined.entitled_there if by_vote else joined.expected_there
    unsaid = joined.entitled_unsaid if by_vote else joined.expected_unsaid
    # Until the register is confirmed those of whom nobody said anything may still have been there.
    counted = ibis.cases((joined.register_closed_at.notnull(), there), else_=there + unsaid)
    left, right = counted * quorum.denominator, base * quorum.numerator
    missed = left <= right if quorum.more_than else left < right
    return (base > 0) & (joined.marked > 0) & missed


def _quorum_ok(joined: Table) -> IntegerValue:
    cases = [
        ((joined.fact == fact.code) & _too_few(joined, fact.quorum), 0)
        for fact in catalogue().facts_with_quorum()
        if fact.quorum is not None
    ]
    return ibis.cases(*cases, else_=1)


def _meanings(records: _Records) -> Table:
    """Return activity × meaning, cancelled activities left out, with the register's counts where there is one."""
    a, m = records.activity, table(Meaning)
    standing = a.filter(a.status != ActivityStatus.CANCELLED.value)
    chosen = standing.select(
        "office_id", "day", "quantity", "topic", "status", "register_closed_at", activity_id=standing.id
    )
    return chosen.join(m.select("activity_id", "fact"), "activity_id")


def _for_organizations(records: _Records) -> Table:
    o = table(Organizer)
    joined = _meanings(records).join(o.select("activity_id", "organization_id"), "activity_id")
    joined = joined.left_join(_registers(records), "activity_id")
    held = joined.status == ActivityStatus.HELD.value
    # Somebody of whom nothing was said may have been there: unknown is never taken for absent.
    deserted = (joined.expected > 0) & (joined.expected_there == 0) & (joined.expected_unsaid == 0)
    return occurrences.fact(
        joined,
        office_id=joined.office_id,
        kind=ibis.cases(
            (held & deserted, ibis.literal("unattended:") + joined.fact),
            (held, joined.fact),
            else_=ibis.literal("planned:") + joined.fact,
        ),
        organization_id=joined.organization_id,
        day=joined.day,
        quantity=joined.quantity,
        quorum_ok=_quorum_ok(joined),
        topic=joined.topic,
        source_type=SOURCE,
        source_id=joined.activity_id,
    )


def _misplaced(records: _Records) -> Table:
    """Return agenda items that count in the first place only and stand elsewhere."""
    codes = [item.code for item in catalogue().agenda.values() if item.first_only]
    a, g, o = records.activity, table(AgendaItem), table(Organizer)
    held = a.filter(a.status == ActivityStatus.HELD.value)
    items = g.filter(g.kind.isin(codes) & (g.order > 1)).select("activity_id", item=g.kind).distinct()
    joined = held.select("office_id", "day", "quantity", "topic", activity_id=held.id).join(items, "activity_id")
    joined = joined.join(o.select("activity_id", "organization_id"), "activity_id")
    return occurrences.fact(
        joined,
        office_id=joined.office_id,
        kind=ibis.literal("misplaced:") + joined.item,
        organization_id=joined.organization_id,
        day=joined.day,
        quantity=joined.quantity,
        topic=joined.topic,
        source_type=SOURCE,
        source_id=joined.activity_id,
    )


def _ordered(records: _Records) -> Table:
    """Return agenda items that are steps of a procedure, with their place on the agenda as quantity."""
    fact_of = {item.code: item.facts[0] for item in catalogue().agenda.values() if item.ordered}
    a, g, o = records.activity, table(AgendaItem), table(Organizer)
    held = a.filter(a.status == ActivityStatus.HELD.value)
    items = g.filter(g.kind.isin(list(fact_of))).select("activity_id", "order", item=g.kind)
    joined = held.select("office_id", "day", "topic", activity_id=held.id).join(items, "activity_id")
    joined = joined.join(o.select("activity_id", "organization_id"), "activity_id")
    return occurrences.fact(
        joined,
        office_id=joined.office_id,
        kind=ibis.cases(*((joined.item == code, fact) for code, fact in fact_of.items()), else_=""),
        organization_id=joined.organization_id,
        day=joined.day,
        quantity=joined.order,
        topic=joined.topic,
        source_type=SOURCE,
        source_id=joined.activity_id,
    )


def _people(records: _Records, facts: list[str]) -> Table:
    """Return held activity × meaning (of ``facts``) × participant."""
    p = records.participation
    held = _meanings(records)
    held = held.filter((held.status == ActivityStatus.HELD.value) & held.fact.isin(facts))
    return held.join(p.select("activity_id", "person_id", "role", "presence"), "activity_id")


def _person_facts(rows: Table, other: ibis.expr.types.Value | int = 0) -> Table:
    """Return facts about people; they count for them and not for the unit that held the activity."""
    return occurrences.fact(
        rows,
        office_id=rows.office_id,
        kind=rows.fact,
        person_id=rows.person_id,
        other_person_id=other,
        day=rows.day,
        quantity=rows.quantity,
        topic=rows.topic,
        source_type=SOURCE,
        source_id=rows.activity_id,
    )


def _for_those_there(records: _Records) -> Table:
    """Return who was present or, for a lecture, who gave it: a speaker not marked absent was there."""
    present, speaking = _codes(CountsFor.PRESENT), _codes(CountsFor.SPEAKER)
    rows = _people(records, [*present, *speaking])
    there = rows.fact.isin(present) & (rows.presence == Presence.PRESENT.value)
    speaks = (rows.role == ParticipantRole.SPEAKER.value) & (rows.presence != Presence.ABSENT.value)
    return _person_facts(rows.filter(there | (rows.fact.isin(speaking) & speaks)))


def _others(records: _Records) -> Table:
    p = records.participation
    return p.select("activity_id", other_id=p.person_id, other_role=p.role)


def _for_pairs(records: _Records) -> Table:
    """Return a talk twice, once for each of the two; a contact once, from who keeps it to whom it is kept with."""
    rows = _people(records, list(PAIRS))
    talk, contact = rows.fact == "heart_talk", rows.fact == "contact"
    rows = rows.filter(talk | (contact & (rows.role == ParticipantRole.CONTACT.value)))
    rows = rows.join(_others(records), "activity_id")
    of_talk = (rows.fact == "heart_talk") & (rows.person_id != rows.other_id)
    rows = rows.filter(of_talk | ((rows.fact == "contact") & (rows.other_role == ParticipantRole.TARGET.value)))
    return _person_facts(rows, other=rows.other_id)
