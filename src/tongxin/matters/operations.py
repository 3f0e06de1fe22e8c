"""All writes to matters: open one, take a step, revise its body."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F

from tongxin.core import changes, clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.documents.secrecy import refuse_marked
from tongxin.matters import queries
from tongxin.matters.enums import LEDGER_ONLY_KINDS, LedgerTopic, LinkNature, MatterKind, PersonRole, UnitRole
from tongxin.matters.ledger import check_addressee, check_title
from tongxin.matters.models import BodyRevision, Matter, MatterLink, MatterPerson, MatterUnit, Step
from tongxin.matters.occurrences import FACTS_OF_OPENINGS, FACTS_OF_STEPS
from tongxin.matters.rules import PREDICATES, Stakes, check_reviewer
from tongxin.matters.workflow import NEED_NAMES, Need, Transition, Workflow
from tongxin.matters.workflows import workflow_of
from tongxin.registry.models import Office, Organization, Person, StoredFile
from tongxin.registry.queries import in_force, owned, standing_of
from tongxin.registry.series import next_number

if TYPE_CHECKING:
    from tongxin.accounts.models import User
    from tongxin.activities.models import Activity

TITLE_LENGTH = 200


def open(
    office: Office,
    *,
    kind: str,
    title: str,
    actor: User | None,
    day: dt.date | None = None,
    lead: Organization | None = None,
    co: Sequence[Organization] = (),
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
    client_id: uuid.UUID | None = None,
) -> Matter:
    """Open a matter in the first state of its workflow and issue its number.

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
    _check_actor(office, actor, workflow.opener, Stakes(), "登记")
    _check_title(kind, title)
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
    if workflow.needs_lead and lead is None:
        raise BadInput("matters.lead", f"登记{workflow.name}缺少负责单位。", hint="请选择负责单位。", field="lead")
    people = list(people)
    _check_units(office, [*([lead] if lead else []), *co], day)
    _check_people(office, people)
    _check_origin(office, origin_matter, origin_activity)
    with transaction.atomic():
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
        matter.number = f"{workflow.series}{day.year}-{next_number(office, f'matters.{kind}', day.year):04d}"
        matter.save()
        if lead is not None:
            MatterUnit.objects.create(matter=matter, organization=lead, role=UnitRole.LEAD)
        for unit in co:
            MatterUnit.objects.create(matter=matter, organization=unit, role=UnitRole.CO)
        MatterPerson.objects.bulk_create(MatterPerson(matter=matter, person=one, role=role) for one, role in people)
        if body.strip():
            BodyRevision.objects.create(office=office, created_by=actor, matter=matter, text=body)
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
    return matter


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
    client_id: uuid.UUID | None = None,
) -> Step:
    """Take one step of the matter's workflow.

    In order: the transition and what it needs are checked, then who may; the matter is moved by a conditional
    update that holds only if nobody was faster; the step is written, the audit entry, and the change announced.

    ``day``: local day on which it happened, today unless given (a later entry keeps both).  ``person``: who in
    fact acted, the actor's own person unless given or on behalf; ``on_behalf``: how it is known (signed paper,
    by word of whom).  ``client_id``: the same id sent again gives the step that exists.  Raises BadInput naming the field,
    NotPossible, NotAllowed, and Conflict where the matter changed since ``matter`` was read.
    """
    if client_id is not None:
        known = Step.objects.filter(uid=client_id, matter=matter).first()
        if known is not None:
            return known
    workflow = workflow_of(matter.kind)
    declared = _declared(workflow, matter, transition)
    stakes = queries.stakes_of(matter)
    _check_actor(matter.office, actor, declared.who, stakes, declared.name)
    today = clock.today()
    day = day or today
    if day > today:
        raise BadInput("matters.day", f"日期{day:%Y-%m-%d}晚于今天。", hint="请填写实际办理日期。", field="day")
    if day < matter.day:
        raise BadInput("matters.day", f"日期{day:%Y-%m-%d}早于登记日期。", hint="请填写实际办理日期。", field="day")
    if person is None and not on_behalf.strip():
        person = _person_of(matter.office, actor)
    if person is not None and person.office_id != matter.office_id:
        raise BadInput("matters.person", "没有这个人员。", field="person")
    given = {Need.REASON: reason.strip(), Need.REFERENCE: reference.strip(), Need.DUE_ON: due_on, Need.PERSON: person}
    for need in declared.needs:
        if not given[need]:
            raise BadInput(
                f"matters.needs_{need}",
                f"“{declared.name}”缺少{NEED_NAMES[need]}。",
                hint=f"请填写{NEED_NAMES[need]}。",
                field=str(need),
            )
    if due_on is not None and (not declared.resets_due or due_on < day):
        raise BadInput("matters.due_on", "这一步不能改为这个期限。", hint="新期限不早于办理日期。", field="due_on")
    if declared.review and person is not None:
        check_reviewer(person.pk, queries.reviewers_of_round(matter), stakes.authors)
    target = workflow.state(declared.target)
    before = {"state": matter.state, "due_on": matter.due_on}
    changed_values: dict[str, object] = {"state": target.code, "closed_on": day if target.closed else None}
    if due_on is not None:
        changed_values["due_on"] = due_on
    try:
        with transaction.atomic():
            moved = Matter.objects.filter(pk=matter.pk, state=matter.state, step_count=matter.step_count).update(
                step_count=F("step_count") + 1, **changed_values
            )
            if not moved:
                raise _faster(matter)
            step = Step.objects.create(
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
                file=file,
            )
            record(
                office_id=matter.office_id,
                actor=actor,
                action=f"matters.{matter.kind}.{declared.code}",
                subject=matter,
                before=before,
                after={"state": target.code, "due_on": due_on or matter.due_on},
                purpose=reason.strip()[:200],
                on_behalf=on_behalf.strip()[:120],
                person_ids=[person.pk] if person is not None else [],
            )
            facts = FACTS_OF_STEPS.get((matter.kind, declared.code), ())
            if facts:
                changes.announce(matter.office_id, facts=facts, organizations=stakes.units)
    except IntegrityError:
        known = Step.objects.filter(uid=client_id, matter=matter).first() if client_id is not None else None
        if known is None:
            raise
        return known
    _apply(matter, changed_values)
    return step


def revise_body(
    matter: Matter, text: str, *, actor: User | None, file: StoredFile | None = None, on_behalf: str = ""
) -> BodyRevision:
    """Write a new wording; earlier ones stay.  A manuscript is revised as a draft only, a ledger has no body."""
    if matter.kind in LEDGER_ONLY_KINDS:
        raise NotPossible("matters.ledger_only", "请示、报告只登记台账，不存正文。", field="body")
    workflow = workflow_of(matter.kind)
    if workflow.state(matter.state).closed or (
        matter.kind == MatterKind.MANUSCRIPT and matter.state != workflow.initial
    ):
        raise NotPossible(
            "matters.body_fixed", "当前状态不能修改正文。", hint="审核中的稿件请先退回修改。", field="body"
        )
    if not text.strip():
        raise BadInput("matters.body_empty", "正文为空。", field="body")
    refuse_marked(text[:200], field="body")
    with transaction.atomic():
        revision = BodyRevision.objects.create(
            office_id=matter.office_id, created_by=actor, matter=matter, text=text, file=file
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


def _person_of(office: Office, actor: User | None) -> Person | None:
    """Return the person of this office whom ``actor`` is, where that is exactly one."""
    if actor is None:
        return None
    found = list(owned(Person, office).filter(user=actor)[:2])
    return found[0] if len(found) == 1 else None


def _check_title(kind: str, title: str) -> None:
    if not title:
        raise BadInput("matters.title", "缺少标题。", field="title")
    if len(title) > TITLE_LENGTH:
        raise BadInput("matters.title_long", f"标题有{len(title)}字，超过{TITLE_LENGTH}字。", field="title")
    refuse_marked(title, field="title")
    check_title(kind, title)


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
