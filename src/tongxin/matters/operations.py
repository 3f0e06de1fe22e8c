"""All writes that every kind of matter shares: open one, take a step, revise its body, link, attach, hand out notices.

What a kind has beside (co-signing, assessment, publication …) stands in the ``…_operations`` files; they call
:func:`take_step` inside their own transaction.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.db.models.functions import Length

from tongxin.core import changes, clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible, Refusal
from tongxin.documents.secrecy import refuse_marked
from tongxin.matters import queries, step_statement, upward_queries
from tongxin.matters.enums import (
    ANSWERING_ROLES,
    LEDGER_ONLY_KINDS,
    LedgerTopic,
    LinkNature,
    MatterKind,
    NoticeCause,
    PersonRole,
    TaskSource,
    UnitRole,
)
from tongxin.matters.files import checked_type
from tongxin.matters.ledger import check_addressee, check_level, check_title
from tongxin.matters.models import (
    Attachment,
    BodyRevision,
    Matter,
    MatterLink,
    MatterNotice,
    MatterPerson,
    MatterUnit,
    ReviewNote,
    SavedView,
    StageClock,
    Step,
    Upward,
)
from tongxin.matters.occurrences import FACTS_OF_OPENINGS, FACTS_OF_STEPS
from tongxin.matters.reviewer_operations import check_rank
from tongxin.matters.rules import PREDICATES, Stakes, check_reviewer
from tongxin.matters.workflow import (
    NEED_NAMES,
    UNIT_NAMES,
    Audience,
    ClockRule,
    ClockUnit,
    Grow,
    Need,
    Tell,
    Transition,
    Workflow,
)
from tongxin.matters.workflows import workflow_of
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Office, Organization, Person, StoredFile
from tongxin.registry.queries import in_force, owned, standing_of
from tongxin.registry.series import next_number, skip_to

if TYPE_CHECKING:
    from tongxin.accounts.models import User
    from tongxin.activities.models import Activity

P = ParamSpec("P")
TITLE_LENGTH = 200
_NOTICE_LENGTH = 400
#: Units whose drafts are not the office's own.
OUTSIDE_KINDS = (
    OrganizationKind.HANDLING_UNIT,
    OrganizationKind.EXTERNAL,
    OrganizationKind.HOME_UNIT,
    OrganizationKind.PARTY_OR_BODY,
)
#: Kinds whose matters may be cut into parts and put in order, and natures that may not run in a circle.
_ORDERED_NATURES = (LinkNature.SUBTASK, LinkNature.DEPENDS)


def open(
    office: Office,
    *,
    kind: str,
    title: str,
    actor: User | None,
    day: dt.date | None = None,
    lead: Organization | None = None,
    co: Sequence[Organization] = (),
    separate: Sequence[Organization] = (),
    people: Iterable[tuple[Person, str]] = (),
    due_on: dt.date | None = None,
    due_text: str = "",
    topic: str = "",
    addressee: str = "",
    body: str = "",
    on_behalf: str = "",
    origin_activity: Activity | None = None,
    origin_matter: Matter | None = None,
    nature: str = "",
    skipped: str = "",
    skip_reason: str = "",
    title_reason: str = "",
    client_id: uuid.UUID | None = None,
) -> Matter:
    """Open a matter in the first state of its workflow and issue its number (unless a later step issues it).

    ``skipped`` and ``skip_reason``: the body that a request or report skips and that gets a copy, and why;
    ``title_reason``: why a title stands that the check would refuse (:mod:`ledger`).
    ``day``: local day of registration, today unless given.  ``people``: pairs (person, PersonRole).  ``client_id``:
    the same id sent again gives the matter that exists.  ``actor`` None is a command.  Raises BadInput and
    NotPossible naming the field, NotAllowed for an actor who may not open this kind.
    """
    if client_id is not None:
        known = owned(Matter, office).filter(uid=client_id).first()
        if known is not None:
            return known
    workflow = workflow_of(kind)
    today = clock.today()
    day = day or today
    title = title.strip()
    people = list(people)
    volunteered = kind == MatterKind.TASK and topic == TaskSource.VOLUNTEERED
    _check_actor(office, actor, "volunteers" if volunteered else workflow.opener, Stakes(), "登记")
    if volunteered and actor is not None:
        _check_volunteer(office, actor, people, [*([lead] if lead else []), *co, *separate])
    _check_title(kind, title, title_reason)
    if day > today:
        raise BadInput("matters.day", f"登记日期{day:%Y-%m-%d}晚于今天。", hint="请核对日期。", field="day")
    if due_on is not None and due_on < day:
        raise BadInput(
            "matters.due_on", f"期限{due_on:%Y-%m-%d}早于登记日期{day:%Y-%m-%d}。", hint="请核对期限。", field="due_on"
        )
    if body.strip() and kind in LEDGER_ONLY_KINDS:
        raise NotPossible(
            "matters.ledger_only",
            f"{workflow.name}只登记台账，不存正文。",
            hint="请去掉正文，只填中性标题。",
            field="body",
        )
    if kind in LEDGER_ONLY_KINDS:
        topic = topic or LedgerTopic.OTHER
        if topic not in LedgerTopic.values:
            raise BadInput("matters.topic", f"没有“{topic[:30]}”这种事项类别。", hint="请从列表中选择。", field="topic")
        check_addressee(addressee)
        check_level(
            office.level,
            office.name,
            addressee,
            skipped=skipped,
            reason=skip_reason,
            chains=upward_queries.superiors_of(office, lead) if addressee.strip() else (),
        )
    if workflow.needs_lead and lead is None:
        raise BadInput("matters.lead", f"登记{workflow.name}缺少负责单位。", hint="请选择负责单位。", field="lead")
    if kind == MatterKind.TASK and topic and topic not in TaskSource.values:
        raise BadInput("matters.topic", f"没有“{topic[:30]}”这种任务来源。", hint="请从列表中选择。", field="topic")
    if kind == MatterKind.MANUSCRIPT and lead is not None and lead.kind in OUTSIDE_KINDS:
        raise BadInput(
            "matters.own_drafts_only",
            f"{lead}不是本机关的单位。",
            hint="审稿只审本机关自己的稿件，请选择本机关的单位。",
            field="lead",
        )
    _check_units(office, [*([lead] if lead else []), *co, *separate], day)
    _check_people(office, people)
    _check_origin(office, origin_matter, origin_activity)
    matter = Matter(
        office=office,
        created_by=actor,
        kind=kind,
        title=title,
        state=workflow.initial,
        day=day,
        due_on=due_on,
        due_text=due_text.strip()[:100],
        topic=topic[:60],
        addressee=addressee.strip()[:120],
        on_behalf=on_behalf.strip()[:120],
    )
    if client_id is not None:
        matter.uid = client_id
    units = [*([(lead, UnitRole.LEAD)] if lead else []), *((each, UnitRole.CO) for each in co)]
    units += [(each, UnitRole.SEPARATE) for each in separate]
    try:
        with transaction.atomic():
            _write(matter, workflow, units, people, body)
            if kind in LEDGER_ONLY_KINDS and (skipped.strip() or title_reason.strip()):
                Upward.objects.create(
                    matter=matter,
                    skipped=skipped.strip()[:120],
                    skip_reason=skip_reason.strip()[:300],
                    title_reason=title_reason.strip()[:300],
                )
            if origin_activity is not None or origin_matter is not None:
                MatterLink.objects.create(
                    matter=matter,
                    origin_matter=origin_matter,
                    origin_activity=origin_activity,
                    nature=nature or LinkNature.DECISION,
                )
            record(
                office_id=office.pk,
                actor=actor,
                action="matters.open",
                subject=matter,
                after={"kind": kind, "number": matter.number, "title": title, "due_on": due_on},
                on_behalf=on_behalf,
                person_ids=[one.pk for one, _ in people],
            )
            facts = FACTS_OF_OPENINGS.get(kind, ())
            if facts:
                changes.announce(office.pk, facts=facts)
    except IntegrityError:
        known = owned(Matter, office).filter(uid=client_id).first() if client_id is not None else None
        if known is None:
            raise
        return known  # the same form arrived twice at the same moment
    return matter


def _write(
    matter: Matter,
    workflow: Workflow,
    units: Iterable[tuple[Organization, str]],
    people: Iterable[tuple[Person, str]],
    body: str,
) -> None:
    """Write a new matter with its number, units, people, body and the clocks of its first state."""
    if not workflow.numbered_on:
        matter.number = _issue_number(matter.office, workflow, matter.day.year)
    matter.save()
    MatterUnit.objects.bulk_create(MatterUnit(matter=matter, organization=one, role=role) for one, role in units)
    MatterPerson.objects.bulk_create(MatterPerson(matter=matter, person=one, role=role) for one, role in people)
    if body.strip():
        BodyRevision.objects.create(office=matter.office, created_by=matter.created_by, matter=matter, text=body)
    for rule in _rules(matter, workflow):
        if workflow.initial in rule.states:
            _start(matter, rule, matter.day)


def _issue_number(office: Office, workflow: Workflow, year: int) -> str:
    """Return the next number of the series; one that was set back by hand is moved on past what is in use."""
    code, head = f"matters.{workflow.kind}", f"{workflow.series}{year}-"
    number = f"{head}{next_number(office, code, year):04d}"
    if owned(Matter, office).filter(number=number).exists():
        # Numbers above 9999 are longer: the longest, then the last of them in order of text, is the highest.
        used = owned(Matter, office).filter(number__startswith=head)
        longest = used.annotate(length=Length("number")).aggregate(most=Max("length"))["most"]
        last = used.annotate(length=Length("number")).filter(length=longest).aggregate(last=Max("number"))["last"]
        skip_to(office, code, year, int(last.removeprefix(head)) + 1)
        number = f"{head}{next_number(office, code, year):04d}"
        record(
            office_id=office.pk,
            actor=None,
            action="matters.mend_series",
            subject=office,
            after={"series": code, "next": number},
        )
    return number


def _sent_once(take: Callable[Concatenate[Matter, str, P], Step]) -> Callable[Concatenate[Matter, str, P], Step]:
    """Answer the same form sent again with the step that exists; one that is new is not looked for beforehand.

    Sent again, its id is taken in the database, or the matter has moved on with it.
    """

    @wraps(take)
    def taken(matter: Matter, transition: str, *args: P.args, **kwargs: P.kwargs) -> Step:
        try:
            return take(matter, transition, *args, **kwargs)
        except (IntegrityError, Refusal):
            client_id = kwargs.get("client_id")
            known = (
                Step.objects.filter(uid=client_id, matter=matter).first() if isinstance(client_id, uuid.UUID) else None
            )
            if known is None:
                raise
            return known

    return taken


@_sent_once
def take_step(
    matter: Matter,
    transition: str,
    *,
    actor: User | None,
    day: dt.date | None = None,
    person: Person | None = None,
    on_behalf: str = "",
    reason: str = "",
    reference: str = "",
    due_on: dt.date | None = None,
    file: StoredFile | None = None,
    code: str = "",
    proofread: bool = False,
    unit: Organization | None = None,
    special: str = "",
    client_id: uuid.UUID | None = None,
) -> Step:
    """Take one step of the matter's workflow.

    In order: the transition and what it needs are checked, then who may; the matter is moved by a conditional
    update that holds only if nobody was faster; then, in the same transaction, the step is written, clocks of the
    stages are started, stopped, paused or moved, what is to happen after happens, notices are put down, the audit
    entry is written and the change announced.  Killed in between, nothing of it is there.

    ``day``: local day on which it happened, today unless given (a later entry keeps both).  ``person``: who in
    fact acted, the actor's own person unless given or on behalf; ``on_behalf``: how it is known (signed paper,
    by word of whom).  ``code``: of those the transition declares.  ``unit``: for which of the matter's units it is
    taken, the actor's own unless given.  ``special``: named by the operation that fills more than a step.
    ``client_id``: the same id sent again gives the step that exists.  Raises BadInput naming the field,
    NotPossible, NotAllowed, and Conflict where the matter changed since ``matter`` was read.
    """
    workflow = workflow_of(matter.kind)
    declared = _declared(workflow, matter, transition)
    if declared.special != special:
        raise NotPossible(
            "matters.special", f"“{declared.name}”须在专门的页面办理。", hint="请从事项页面办理。", field="transition"
        )
    stakes = queries.stakes_of(matter)
    standing = standing_of(actor, matter.office, clock.today()) if actor is not None else None
    if standing is not None and not PREDICATES[declared.who](standing, stakes):
        raise NotAllowed("matters.not_allowed", f"您没有“{declared.name}”的权限。", hint="请联系负责此事项的工作人员。")
    today = clock.today()
    day = day or today
    if day > today:
        raise BadInput("matters.day", f"日期{day:%Y-%m-%d}晚于今天。", hint="请填写实际办理日期。", field="day")
    if day < matter.day:
        raise BadInput("matters.day", f"日期{day:%Y-%m-%d}早于登记日期。", hint="请填写实际办理日期。", field="day")
    if person is None and not on_behalf.strip() and standing is not None and len(standing.person_ids) == 1:
        person = owned(Person, matter.office_id).get(pk=next(iter(standing.person_ids)))
    if person is not None and person.office_id != matter.office_id:
        raise BadInput("matters.person", "没有这个人员。", field="person")
    given: dict[Need, object] = {
        Need.REASON: reason.strip(),
        Need.REFERENCE: reference.strip(),
        Need.DUE_ON: due_on,
        Need.PERSON: person,
        Need.CODE: code,
        Need.PROOF: proofread,
    }
    for need in declared.needs:
        if not given[need]:
            raise BadInput(
                f"matters.needs_{need}",
                f"“{declared.name}”缺少{NEED_NAMES[need]}。",
                hint=f"请填写{NEED_NAMES[need]}。",
                field=str(need),
            )
    if code and code not in dict(declared.codes):
        raise BadInput("matters.code", f"没有“{code[:20]}”这个类别。", hint="请从列表中选择。", field="code")
    if due_on is not None and (not declared.resets_due or due_on < day):
        raise BadInput("matters.due_on", "这一步不能改为这个期限。", hint="新期限不早于办理日期。", field="due_on")
    if (declared.review or declared.named) and person is not None:
        if actor is not None and person.user_id != actor.pk and not on_behalf.strip():
            raise BadInput(
                "matters.review_for_another",
                f"您在登记{person.name}的审核。",
                hint="请写明依据，如：据本人签字的纸质审稿单。",
                field="on_behalf",
            )
        earlier = queries.reviewers_of_round(matter) if declared.review else ()
        check_reviewer(person.pk, earlier, stakes.authors)
        check_rank(matter.office_id, declared, person, day)
    _check_before(matter, workflow, declared, day)
    if unit is None and standing is not None:
        own = sorted(stakes.units & standing.unit_ids)
        unit_id = own[0] if len(own) == 1 else None
    else:
        unit_id = unit.pk if unit is not None else None
    target = workflow.state(declared.leads_to(matter.state))
    before: dict[str, object] = {"state": matter.state, "due_on": matter.due_on}
    changed_values: dict[str, object] = {"state": target.code, "closed_on": day if target.closed else None}
    if due_on is not None and not declared.extends:
        changed_values["due_on"] = due_on
    if declared.explains:
        changed_values["explained_on"] = day
    with transaction.atomic():
        moved = Matter.objects.filter(pk=matter.pk, state=matter.state, step_count=matter.step_count).update(
            step_count=F("step_count") + 1, **changed_values
        )
        if not moved:
            raise _faster(matter)
        later: dict[str, object] = {}
        if workflow.numbered_on == declared.code and not matter.number:
            later["number"] = _issue_number(matter.office, workflow, day.year)
        if workflow.clocks:
            later |= _move_clocks(matter, workflow, declared, target.code, day, due_on)
        later = {k: v for k, v in later.items() if changed_values.get(k, getattr(matter, k)) != v}
        if later:
            Matter.objects.filter(pk=matter.pk).update(**later)
            changed_values |= later
        step = Step(
            uid=client_id or uuid.uuid4(),
            matter=matter,
            transition=declared.code,
            from_state=matter.state,
            to_state=target.code,
            day=day,
            at=clock.now(),
            by=actor,
            person=person,
            on_behalf=on_behalf.strip()[:120],
            reason=reason.strip()[:500],
            reference=reference.strip()[:60],
            due_on=due_on,
            code=code,
            proofread=proofread,
            unit_id=unit_id,
            file=file,
        )
        # The entry tells what changed; a step that leaves state and date as they were needs no values.
        differs = {name: was for name, was in before.items() if changed_values.get(name, was) != was}
        (step_statement.write if step_statement.possible() else _write_step)(
            step,
            [notice for effect in declared.after for notice in _notices(effect, workflow, declared, step, stakes)],
            actor=actor,
            action=f"matters.{matter.kind}.{declared.code}",
            before=differs,
            after={name: changed_values[name] for name in differs},
            purpose=reason.strip()[:200],
            on_behalf=on_behalf.strip()[:120],
            facts=FACTS_OF_STEPS.get((matter.kind, declared.code), ()),
            organizations=stakes.units,
        )
        for effect in declared.after:
            if isinstance(effect, Grow):
                _grow(effect, matter, actor, step.day)
    _apply(matter, changed_values)
    return step


def _check_before(matter: Matter, workflow: Workflow, declared: Transition, day: dt.date) -> None:
    """Raise NotPossible where a step that must come before was not taken, a clock ran out, or parts are still open."""
    if declared.requires and not queries.taken_since_restart(matter, declared.requires):
        names = "、".join(workflow.transition(each).name for each in declared.requires)
        raise NotPossible(
            "matters.requires", f"“{declared.name}”之前须先“{names}”。", hint=f"请先{names}。", field="transition"
        )
    if declared.within:
        ends = (
            StageClock.objects.filter(matter=matter, code=declared.within, stopped_on=None)
            .values_list("due_on", flat=True)
            .first()
        )
        if ends is not None and ends < day:
            raise NotPossible(
                "matters.too_late",
                f"{workflow.clock(declared.within).name}已于{ends:%Y-%m-%d}届满，不能“{declared.name}”。",
                hint="请联系交办的工作人员协调。",
                field="transition",
            )
    if matter.kind == MatterKind.MANUSCRIPT:
        _check_manuscript(matter, declared)
    if matter.kind == MatterKind.TASK and declared.code == "close":
        parts = MatterLink.objects.filter(origin_matter=matter, nature=LinkNature.SUBTASK).select_related("matter")
        first = MatterLink.objects.filter(matter=matter, nature=LinkNature.DEPENDS).select_related("origin_matter")
        waiting = [link.matter for link in parts] + [link.origin_matter for link in first if link.origin_matter]
        open_states = workflow.open_states
        still = [one.title for one in waiting if one.state in open_states]
        if still:
            raise NotPossible(
                "matters.parts_open",
                f"还有分解任务或先行任务未办结：{'、'.join(title[:20] for title in still[:3])}。",
                hint="请先办结这些任务。",
                field="transition",
            )


def _check_manuscript(matter: Matter, declared: Transition) -> None:
    """Raise NotPossible for a manuscript handed in without author or text, or one whose notes are still open."""
    if declared.code == "submit":
        authored = MatterPerson.objects.filter(matter=matter, role__in=(PersonRole.AUTHOR, PersonRole.COAUTHOR))
        if not authored.exists():
            raise NotPossible(
                "matters.no_author", "稿件没有登记作者。", hint="请登记作者，以便审核人与作者分开。", field="transition"
            )
        if not BodyRevision.objects.filter(matter=matter).exists():
            raise NotPossible("matters.body_empty", "稿件没有正文。", hint="请先写入正文。", field="transition")
    if declared.code in ("pass_third", "publish"):
        still = ReviewNote.objects.filter(matter=matter, settled_at=None).count()
        if still:
            raise NotPossible(
                "matters.notes_open",
                f"还有{still}条批注没有处理，不能“{declared.name}”。",
                hint="请逐条处理批注后再办。",
                field="transition",
            )


def _rules(matter: Matter, workflow: Workflow) -> list[ClockRule]:
    """Return the clocks of the workflow as the office lets them run; no statement where none is declared."""
    return list(queries.rules_of(matter.office_id, workflow).values()) if workflow.clocks else []


def _start(matter: Matter, rule: ClockRule, day: dt.date) -> StageClock | None:
    """Start a clock; None where it has no end or no unit for which it would run."""
    if (
        rule.needs_unit
        and not MatterUnit.objects.filter(matter=matter, role=rule.needs_unit, released_on=None).exists()
    ):
        return None
    ends = queries.end_of(rule, day, matter.due_on)
    if ends is None:
        return None
    return StageClock.objects.create(matter=matter, code=rule.code, started_on=day, first_due_on=ends, due_on=ends)


def _move_clocks(
    matter: Matter, workflow: Workflow, declared: Transition, target: str, day: dt.date, due_on: dt.date | None
) -> dict[str, object]:
    """Start, stop, pause, go on and extend the clocks for a step; return what changes of the matter with them."""
    moves = matter.state != target
    if not moves and due_on is None and not declared.explains:
        return {}
    clocks = StageClock.objects.filter(matter=matter, stopped_on=None)
    if not moves and due_on is None:
        # Explained where it stands: no clock starts, stops or gets another date.
        (clocks.filter(code=declared.extends) if declared.extends else clocks).update(explained_on=day)
        return {}
    running = {row.code: row for row in clocks}
    rules = _rules(matter, workflow)
    for rule in rules:
        row = running.get(rule.code)
        was, goes_on = matter.state in (*rule.states, *rule.paused_in), target in (*rule.states, *rule.paused_in)
        if row is not None and not goes_on:
            row.stopped_on = day
            row.save(update_fields=["stopped_on"])
            del running[rule.code]
        elif row is None and goes_on and not was:
            started = _start(matter, rule, day)
            if started is not None:
                running[rule.code] = started
        elif row is not None and moves:
            _pause_or_go_on(row, rule, target, day)
    own = {rule.code: rule for rule in rules}
    extended = own.get(declared.extends)
    if extended is not None and due_on is not None:
        row = running.get(extended.code)
        if row is None:
            row = StageClock.objects.create(
                matter=matter, code=extended.code, started_on=day, first_due_on=due_on, due_on=due_on
            )
            running[extended.code] = row
        _extend(row, extended, due_on)
    if declared.explains:
        # An explanation that brought a new date is used up with it; the new date is told again.
        for row in running.values():
            if due_on is None and declared.extends in ("", row.code):
                row.explained_on = day
                row.save(update_fields=["explained_on"])
    dates = [
        row.due_on for code, row in running.items() if row.paused_on is None and code in own and not own[code].beside
    ]
    given = any(rule.unit is ClockUnit.GIVEN for rule in rules)
    if dates:
        return {"due_on": min(dates)}
    return {} if given else {"due_on": None}


def _pause_or_go_on(row: StageClock, rule: ClockRule, target: str, day: dt.date) -> None:
    if target in rule.paused_in and row.paused_on is None:
        row.paused_on = day
        row.save(update_fields=["paused_on"])
    elif target in rule.states and row.paused_on is not None:
        row.due_on = queries.moved_by_pause(row.due_on, row.paused_on, day, rule.unit)
        row.paused_on = None
        row.save(update_fields=["due_on", "paused_on"])


def _extend(row: StageClock, rule: ClockRule, due_on: dt.date) -> None:
    if rule.longest is not None:
        limit = queries.day_after(row.started_on, rule.longest, rule.unit)
        if due_on > limit:
            raise NotPossible(
                "matters.too_long",
                f"{rule.name}最长{rule.longest}{UNIT_NAMES[rule.unit]}，不能晚于{limit:%Y-%m-%d}。",
                hint="请在此日期以内另定新期限。",
                field="due_on",
            )
    row.due_on, row.nearing_told, row.passed_told = due_on, None, None
    row.save(update_fields=["due_on", "nearing_told", "passed_told"])


def _write_step(
    step: Step,
    notices: Sequence[MatterNotice],
    *,
    actor: User | None,
    action: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    purpose: str,
    on_behalf: str,
    facts: Collection[str],
    organizations: Collection[int],
) -> None:
    """Write what :func:`step_statement.write` writes, on every database, in as many statements as there are tables."""
    step.save(force_insert=True)
    MatterNotice.objects.bulk_create(notices)
    record(
        office_id=step.matter.office_id,
        actor=actor,
        action=action,
        subject=step.matter,
        before=before,
        after=after,
        purpose=purpose,
        on_behalf=on_behalf,
        person_ids=[step.person_id] if step.person_id is not None else [],
    )
    if facts:
        # Noted, not announced: that locks one row of the office, and many take steps at the same moment.
        changes.note(step.matter.office_id, facts=facts, organizations=organizations)


def _notices(
    effect: Tell | Grow, workflow: Workflow, declared: Transition, step: Step, stakes: Stakes
) -> list[MatterNotice]:
    """Return what a transition declares to be told after it, a notice for each unit that is told."""
    if isinstance(effect, Grow):
        return []
    matter = step.matter
    label = dict(queries.names_of(matter.office_id).codes(workflow, declared)).get(step.code, "") if step.code else ""
    text = effect.words % {"title": matter.title, "reason": step.reason, "code": label}
    units: list[int | None] = [None]
    if effect.to is Audience.UNITS:
        units = [*sorted(stakes.units)] or [None]
    elif effect.to is Audience.LEAD:
        units = [*sorted(stakes.of_units(tuple(ANSWERING_ROLES)))] or [None]
    return [
        MatterNotice(
            matter=matter,
            step=step,
            cause=NoticeCause.STEP,
            audience=effect.to,
            organization_id=unit,
            text=text[:_NOTICE_LENGTH],
            made_on=step.day,
        )
        for unit in units
    ]


def _grow(effect: Grow, matter: Matter, actor: User | None, day: dt.date) -> Matter:
    """Open the matter that grows out of another one; the authors are the same, the wording is kept in both."""
    workflow = workflow_of(effect.kind)
    grown = Matter(
        office=matter.office,
        created_by=actor,
        kind=effect.kind,
        title=matter.title,
        state=workflow.initial,
        day=day,
        on_behalf=matter.on_behalf,
    )
    people = [
        (one.person, one.role)
        for one in MatterPerson.objects.filter(
            matter=matter, role__in=(PersonRole.AUTHOR, PersonRole.COAUTHOR)
        ).select_related("person")
    ]
    body = BodyRevision.objects.filter(matter=matter).order_by("-id").values_list("text", flat=True).first() or ""
    _write(grown, workflow, (), people, body)
    MatterLink.objects.create(matter=grown, origin_matter=matter, nature=effect.nature)
    record(
        office_id=matter.office_id,
        actor=actor,
        action="matters.open",
        subject=grown,
        after={"kind": effect.kind, "number": grown.number, "title": grown.title, "from": matter.pk},
        person_ids=[one.pk for one, _ in people],
    )
    return grown


def revise_body(
    matter: Matter,
    text: str,
    *,
    actor: User | None,
    file: StoredFile | None = None,
    on_behalf: str = "",
    edited: bool = False,
) -> BodyRevision:
    """Write a new wording; earlier ones stay.  ``edited``: an office's copy beside the author's own.

    Manuscripts and proposals are revised as drafts only, a ledger has no body.
    """
    if matter.kind in LEDGER_ONLY_KINDS:
        raise NotPossible("matters.ledger_only", "请示、报告只登记台账，不存正文。", field="body")
    workflow = workflow_of(matter.kind)
    if workflow.state(matter.state).closed or (
        matter.kind in (MatterKind.MANUSCRIPT, MatterKind.PROPOSAL) and matter.state != workflow.initial
    ):
        raise NotPossible("matters.body_fixed", "当前状态不能修改正文。", hint="请先退回修改。", field="body")
    if not text.strip():
        raise BadInput("matters.body_empty", "正文为空。", field="body")
    refuse_marked(text[:200], field="body")
    with transaction.atomic():
        revision = BodyRevision.objects.create(
            office_id=matter.office_id, created_by=actor, matter=matter, text=text, file=file, edited=edited
        )
        record(
            office_id=matter.office_id,
            actor=actor,
            action="matters.revise_body",
            subject=matter,
            after={"body_revision": revision.pk},
            on_behalf=on_behalf,
        )
    return revision


def link(matter: Matter, origin: Matter, nature: str, *, actor: User | None) -> MatterLink:
    """Say that ``matter`` is a part of ``origin``, or must wait for it (``depends``), and return the link.

    The same again is the link that exists.  Raises NotPossible where a circle would close, BadInput for another
    office's matter or another nature.
    """
    if origin.office_id != matter.office_id:
        raise BadInput("matters.origin", "没有这个来源事项。", field="origin")
    if nature not in _ORDERED_NATURES:
        raise BadInput("matters.nature", "只能登记为分解任务或先行任务。", field="nature")
    with transaction.atomic():
        # Two people who link in opposite directions at the same moment must not both find no circle.
        list(Matter.objects.select_for_update().filter(pk__in=[matter.pk, origin.pk]).order_by("pk").values_list("pk"))
        if _reaches(origin, matter.pk):
            raise NotPossible(
                "matters.circle", "这样会形成循环：对方已经以本任务为前提。", hint="请核对先后关系。", field="origin"
            )
        found, created = MatterLink.objects.get_or_create(matter=matter, origin_matter=origin, nature=nature)
        if created:
            record(
                office_id=matter.office_id,
                actor=actor,
                action="matters.link",
                subject=matter,
                after={"origin": origin.pk, "nature": nature},
            )
    return found


def _reaches(start: Matter, goal: int) -> bool:
    """Tell whether ``goal`` is ``start`` or lies on the way up from it."""
    seen: set[int] = set()
    waiting = {start.pk}
    while waiting:
        if goal in waiting:
            return True
        seen |= waiting
        links = MatterLink.objects.filter(matter__in=waiting, nature__in=_ORDERED_NATURES, origin_matter__isnull=False)
        waiting = set(links.values_list("origin_matter_id", flat=True)) - seen
    return False


def set_units(
    matter: Matter,
    *,
    lead: Organization | None = None,
    co: Sequence[Organization] = (),
    separate: Sequence[Organization] = (),
    day: dt.date,
) -> None:
    """Put these units to work on a matter and release the others; call it inside the step that assigns.

    Raises BadInput for a unit of another office, one that does not exist on ``day``, or one named twice.
    """
    # The unit in charge comes first, here and wherever the units of a matter are read.
    wanted = {lead.pk: UnitRole.LEAD} if lead is not None else {}
    wanted |= {one.pk: UnitRole.SEPARATE for one in separate} | {one.pk: UnitRole.CO for one in co}
    _check_units(matter.office, [*([lead] if lead else []), *co, *separate], day)
    rows = {row.organization_id: row for row in MatterUnit.objects.filter(matter=matter)}
    for unit_id, row in rows.items():
        if unit_id not in wanted and row.released_on is None:
            row.released_on = day
            row.save(update_fields=["released_on"])
    for unit_id, role in wanted.items():
        known = rows.get(unit_id)
        if known is None:
            MatterUnit.objects.create(matter=matter, organization_id=unit_id, role=role)
        elif known.released_on is not None or known.role != role:
            known.role, known.released_on = role, None
            known.save(update_fields=["role", "released_on"])
    getattr(matter, "_prefetched_objects_cache", {}).pop("units", None)


def store_file(office: Office, *, name: str, data: bytes, actor: User | None) -> StoredFile:
    """Check a file by its bytes and keep it outside the web root; call it inside the transaction that refers to it.

    Raises BadInput for what may not be attached (:func:`files.checked_type`) and for a name that is marked secret.
    """
    name = "".join(char for char in name if char.isprintable())[-255:] or "无文件名"
    refuse_marked(name, field="file")
    stored = StoredFile(
        office=office,
        created_by=actor,
        original_name=name,
        media_type=checked_type(data, name),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    # The name on disk says nothing: no title, no extension that a server might act on.
    stored.file.save(f"{stored.uid.hex}.bin", ContentFile(data), save=False)
    try:
        stored.save()
    except BaseException:
        stored.file.storage.delete(str(stored.file.name))
        raise
    return stored


def attach(
    matter: Matter,
    *,
    name: str,
    data: bytes,
    actor: User | None,
    declared_unclassified: bool,
    note: str = "",
    kept_from_units: bool = False,
) -> Attachment:
    """Keep a paper with a matter and return it.

    Raises NotPossible without the declaration and for a ledger, which keeps no papers; BadInput for the file.
    """
    if not declared_unclassified:
        raise NotPossible(
            "matters.not_declared",
            "尚未声明文件不涉密，未保存任何内容。",
            hint="请确认后勾选“本文件不涉密”。",
            field="declared_unclassified",
        )
    if matter.kind in LEDGER_ONLY_KINDS:
        raise NotPossible("matters.ledger_only", "请示、报告只登记台账，不存文件。", field="file")
    with transaction.atomic():
        stored = store_file(matter.office, name=name, data=data, actor=actor)
        attached = Attachment.objects.create(
            office_id=matter.office_id,
            created_by=actor,
            matter=matter,
            file=stored,
            note=note.strip()[:100],
            kept_from_units=kept_from_units,
        )
        record(
            office_id=matter.office_id,
            actor=actor,
            action="matters.attach",
            subject=matter,
            after={"file": stored.pk, "sha256": stored.sha256, "unclassified": True},
        )
    return attached


def note_form(matter: Matter, form: str, file: str, *, actor: User) -> None:
    """Leave an entry that somebody took an official form of a matter away; ``file``: page, docx or pdf."""
    with transaction.atomic():
        record(
            office_id=matter.office_id,
            actor=actor,
            action="matters.form",
            subject=matter,
            after={"form": form, "file": file},
            person_ids=[one.person_id for one in matter.people.all()],
        )


def save_view(office: Office, *, name: str, query: str, actor: User) -> SavedView:
    """Keep a narrowed ledger for ``actor`` under a name; the same name again is overwritten."""
    name = name.strip()
    if not name or len(name) > 40:
        raise BadInput("matters.view_name", "名称应为1至40个字。", hint="请填写名称。", field="name")
    if len(query) > 500:
        raise BadInput("matters.view_query", "条件过长。", hint="请减少查找条件。", field="query")
    kept, _created = SavedView.objects.update_or_create(
        office=office, created_by=actor, name=name, defaults={"query": query}
    )
    return kept


def drop_view(office: Office, uid: uuid.UUID, *, actor: User) -> None:
    """Forget a saved ledger of ``actor``; one that is not there any more is no fault."""
    owned(SavedView, office).filter(created_by=actor, uid=uid).delete()


def mark_taken(notices: Iterable[MatterNotice]) -> int:
    """Say that these notices were handed out; return how many were not yet.  The same again changes nothing."""
    ids = [notice.pk for notice in notices]
    return MatterNotice.objects.filter(pk__in=ids, taken_at=None).update(taken_at=clock.now())


def _declared(workflow: Workflow, matter: Matter, code: str) -> Transition:
    try:
        declared = workflow.transition(code)
    except KeyError:
        raise BadInput("matters.transition", f"{workflow.name}没有“{code[:30]}”这一步。", field="transition") from None
    if matter.state not in declared.sources:
        current = Matter.objects.filter(pk=matter.pk).values_list("state", flat=True).first()
        state = workflow.state(current or matter.state)
        raise NotPossible(
            "matters.not_from_here",
            f"“{state.name}”状态下不能“{declared.name}”。",
            hint="请刷新页面，查看现在可办的步骤。",
            field="transition",
        )
    return declared


def _faster(matter: Matter) -> Conflict:
    current = Matter.objects.filter(pk=matter.pk).values_list("state", flat=True).first()
    name = workflow_of(matter.kind).state(current or matter.state).name
    return Conflict("matters.faster", f"此事项已由他人办理，现为“{name}”。", hint="请刷新页面后再办。")


def _apply(matter: Matter, values: Mapping[str, object]) -> None:
    """Bring the instance that the caller holds up to what was written."""
    for name, value in values.items():
        setattr(matter, name, value)
    matter.step_count += 1


def _check_actor(office: Office, actor: User | None, who: str, stakes: Stakes, verb: str) -> None:
    """Raise NotAllowed where the predicate ``who`` refuses ``actor``; a command (None) may."""
    if actor is None:
        return
    if not PREDICATES[who](standing_of(actor, office, clock.today()), stakes):
        raise NotAllowed("matters.not_allowed", f"您没有“{verb}”的权限。", hint="请联系负责此事项的工作人员。")


def _check_volunteer(
    office: Office, actor: User, people: Sequence[tuple[Person, str]], units: Sequence[Organization]
) -> None:
    """Raise NotAllowed where somebody who does not set tasks would set one for others."""
    standing = standing_of(actor, office, clock.today())
    if PREDICATES[workflow_of(MatterKind.TASK).opener](standing, Stakes()):
        return
    if units or any(person.pk not in standing.person_ids for person, _role in people):
        raise NotAllowed("matters.not_allowed", "您只能登记自己认领的事项。", hint="代他人登记请联系党务工作人员。")


def _check_title(kind: str, title: str, reason: str = "") -> None:
    if not title:
        raise BadInput("matters.title", "缺少标题。", field="title")
    if len(title) > TITLE_LENGTH:
        raise BadInput("matters.title_long", f"标题有{len(title)}字，超过{TITLE_LENGTH}字。", field="title")
    refuse_marked(title, field="title")
    check_title(kind, title, reason)


def _check_units(office: Office, units: Sequence[Organization], day: dt.date) -> None:
    ids = [unit.pk for unit in units]
    if len(set(ids)) != len(ids):
        raise BadInput("matters.unit_twice", "同一单位选了两次。", hint="牵头和配合单位不能重复。", field="co")
    valid = set(owned(Organization, office).filter(in_force(day), pk__in=ids).values_list("pk", flat=True))
    for unit in units:
        if unit.pk not in valid:
            name = unit.name if unit.office_id == office.pk else "所选单位"
            raise BadInput(
                "matters.unit", f"{name}在{day:%Y-%m-%d}不存在或已撤销。", hint="请选择当日存在的单位。", field="lead"
            )


def _check_people(office: Office, people: Sequence[tuple[Person, str]]) -> None:
    for person, role in people:
        if person.office_id != office.pk:
            raise BadInput("matters.person", "没有这个人员。", hint="请从本机关名册中选择。", field="people")
        if role not in PersonRole.values:
            raise BadInput("matters.person_role", f"没有“{role[:20]}”这种身份。", field="people")


def _check_origin(office: Office, matter: Matter | None, activity: Activity | None) -> None:
    for origin in (matter, activity):
        if origin is not None and origin.office_id != office.pk:
            raise BadInput("matters.origin", "没有这个来源事项。", field="origin")
