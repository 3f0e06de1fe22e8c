"""Writes of proposals: draft and co-signing, submission, merging, opinions, replies with promises, assessments."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tongxin.core import clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.documents.secrecy import refuse_marked
from tongxin.matters import operations, proposal_queries, queries
from tongxin.matters.enums import (
    ANSWERING_ROLES,
    CosignState,
    LinkNature,
    MatterKind,
    PersonRole,
    ProposalForm,
    Satisfaction,
    TaskSource,
    Theme,
    UnitRole,
)
from tongxin.matters.models import (
    Assessment,
    Cosignature,
    Matter,
    MatterLink,
    MatterPerson,
    Proposal,
    Step,
    UnitReply,
)
from tongxin.matters.predicates import PREDICATES
from tongxin.matters.proposal_text import Parts
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import standing_of

if TYPE_CHECKING:
    from tongxin.accounts.models import User

TEXT_LENGTH = 20_000


def write(
    office: Office,
    *,
    title: str,
    parts: Parts,
    author: Person,
    actor: User | None,
    theme: str = Theme.OTHER,
    in_session: bool = False,
    organization: Organization | None = None,
    on_behalf: str = "",
    client_id: uuid.UUID | None = None,
) -> Matter:
    """Begin the draft of a proposal and return it; only its author and those asked to co-sign see it.

    ``organization``: the body that proposes; ``author`` is then who signs for it.  A member writes for themselves;
    the proposals office enters on behalf and says how it is known.  Raises BadInput, NotAllowed.
    """
    if theme not in Theme.values:
        raise BadInput("proposals.theme", "没有这个主题。", hint="请从列表中选择。", field="theme")
    if actor is not None:
        standing = standing_of(actor, office, clock.today())
        # A body's paper is written by its own office; everybody else writes for themselves.
        own_body = organization is not None and organization.pk in standing.unit_ids
        if author.pk not in standing.person_ids and not standing.has(Role.PROPOSALS_OFFICE) and not own_body:
            raise NotAllowed("proposals.not_yours", "不能以他人名义起草提案。", hint="请由本人起草，或由提案办代录。")
        if author.pk not in standing.person_ids and not on_behalf.strip():
            raise BadInput(
                "proposals.on_behalf", "代录须写明依据。", hint="请写明纸质提案或本人委托。", field="on_behalf"
            )
    _check_text(parts)
    with transaction.atomic():
        matter = operations.open(
            office,
            kind=MatterKind.PROPOSAL,
            title=title,
            actor=actor,
            people=[(author, PersonRole.AUTHOR)],
            body=parts.text,
            on_behalf=on_behalf,
            client_id=client_id,
        )
        Proposal.objects.get_or_create(
            matter=matter,
            defaults={
                "form": ProposalForm.COLLECTIVE if organization is not None else ProposalForm.INDIVIDUAL,
                "organization": organization,
                "theme": theme,
                "in_session": in_session,
            },
        )
    return matter


def revise(
    matter: Matter, *, title: str, parts: Parts, actor: User | None, theme: str = "", in_session: bool | None = None
) -> None:
    """Write the draft anew; who signed an earlier wording has to sign again.  Raises NotAllowed for strangers."""
    _check_author(matter, actor)
    if matter.state != "draft":
        raise NotPossible("proposals.fixed", "提交后不能修改。", hint="请联系提案办退回修改。")
    title = title.strip()
    if not title or len(title) > operations.TITLE_LENGTH:
        raise BadInput("matters.title", "缺少案由，或案由过长。", hint="请填写案由。", field="title")
    refuse_marked(title, field="title")
    _check_text(parts)
    if theme and theme not in Theme.values:
        raise BadInput("proposals.theme", "没有这个主题。", hint="请从列表中选择。", field="theme")
    with transaction.atomic():
        changed = Matter.objects.filter(pk=matter.pk, state="draft").update(title=title)
        if not changed:
            raise Conflict("matters.faster", "此提案已提交，不能再改。", hint="请刷新页面。")
        matter.title = title
        last = queries.bodies_of(matter)[-1:]
        if not last or last[0].text != parts.text:
            operations.revise_body(matter, parts.text, actor=actor)
        values: dict[str, object] = {"theme": theme} if theme else {}
        if in_session is not None:
            values["in_session"] = in_session
        if values:
            Proposal.objects.filter(matter=matter).update(**values)


def invite(matter: Matter, people: Iterable[Person], *, until: dt.date | None, actor: User | None) -> int:
    """Ask members to co-sign a draft until a day (included); return how many were newly asked.

    Somebody who did not sign before may be asked again.  Raises BadInput for a past day, the author, or a stranger.
    """
    _check_author(matter, actor)
    if matter.state != "draft":
        raise NotPossible("proposals.fixed", "提交后不能再邀请联名。")
    if until is not None and until < clock.today():
        raise BadInput("proposals.until", "联名截止日期已过。", hint="请填写今天或以后的日期。", field="until")
    people = list(people)
    authors = queries.stakes_of(matter).of_people((PersonRole.AUTHOR,))
    for person in people:
        if person.office_id != matter.office_id:
            raise BadInput("matters.person", "没有这个人员。", field="people")
        if person.pk in authors:
            raise BadInput("proposals.own", f"{person.name}是提案人，不必联名。", field="people")
    asked = 0
    with transaction.atomic():
        Proposal.objects.filter(matter=matter).update(cosign_until=until)
        for person in people:
            row, created = Cosignature.objects.get_or_create(
                office_id=matter.office_id, matter=matter, person=person, defaults={"created_by": actor}
            )
            if row.state == CosignState.SIGNED or (row.state == CosignState.INVITED and not created):
                continue
            row.state, row.answered_on = CosignState.INVITED, None
            row.save(update_fields=["state", "answered_on"])
            MatterPerson.objects.get_or_create(matter=matter, person=person, role=PersonRole.INVITED)
            asked += 1
        record(
            office_id=matter.office_id,
            actor=actor,
            action="proposals.invite",
            subject=matter,
            after={"asked": asked, "until": until},
            person_ids=[person.pk for person in people],
        )
    return asked


def answer_invitation(
    matter: Matter, person: Person, *, sign: bool, actor: User | None, on_behalf: str = ""
) -> Cosignature:
    """Sign the wording as it stands, or do not take part; no reason is asked.  Until submission it may be changed.

    Raises NotAllowed for anybody but the person and the proposals office on their behalf, NotPossible after the last
    day and after submission.
    """
    row = Cosignature.objects.filter(matter=matter, person=person).first()
    if row is None:
        raise BadInput("proposals.not_asked", "没有这个联名邀请。", field="person")
    if actor is not None:
        standing = standing_of(actor, matter.office, clock.today())
        if person.pk not in standing.person_ids:
            if not standing.has(Role.PROPOSALS_OFFICE):
                raise NotAllowed("proposals.not_yours", "只能由本人联名。", hint="可由提案办据签名纸件代录。")
            if not on_behalf.strip():
                raise BadInput("proposals.on_behalf", "代录须写明依据。", field="on_behalf")
    until = Proposal.objects.filter(matter=matter).values_list("cosign_until", flat=True).first()
    if matter.state != "draft" or (until is not None and clock.today() > until):
        raise NotPossible("proposals.cosign_over", "联名已经截止。", hint="请与提案人联系。")
    with transaction.atomic():
        row.state = CosignState.SIGNED if sign else CosignState.DECLINED
        row.revision = queries.bodies_of(matter)[-1] if sign else None
        row.answered_on, row.on_behalf = clock.today(), on_behalf.strip()[:120]
        row.save(update_fields=["state", "revision", "answered_on", "on_behalf"])
        MatterPerson.objects.filter(
            matter=matter, person=person, role__in=(PersonRole.INVITED, PersonRole.COAUTHOR)
        ).delete()
        if sign:
            MatterPerson.objects.create(matter=matter, person=person, role=PersonRole.COAUTHOR)
        _set_form(matter)
        record(
            office_id=matter.office_id,
            actor=actor,
            action="proposals.answer_invitation",
            subject=matter,
            after={"signed": sign},
            on_behalf=on_behalf,
            person_ids=[person.pk],
        )
    return row


def submit(
    matter: Matter,
    *,
    actor: User | None,
    on_behalf: str = "",
    day: dt.date | None = None,
    client_id: uuid.UUID | None = None,
) -> Step:
    """Hand a draft in; open invitations lapse.

    Raises BadInput for a draft without suggestion, NotPossible where somebody signed an earlier wording: they sign
    again or are left out by themselves, never silently.
    """
    known = Step.objects.filter(uid=client_id, matter=matter).first() if client_id is not None else None
    if known is not None:
        return known
    bodies = queries.bodies_of(matter)
    parts = proposal_queries.parts_now(bodies)
    if not parts.suggestion.strip():
        raise BadInput("proposals.no_suggestion", "还没有写建议。", hint="请写明具体建议后再提交。", field="suggestion")
    rows = list(Cosignature.objects.filter(matter=matter).select_related("person"))
    stale = [row.person.name for row in rows if row.state == CosignState.SIGNED and row.revision_id != bodies[-1].pk]
    if stale:
        raise NotPossible(
            "proposals.signed_earlier",
            f"{'、'.join(stale)}联名之后文本有改动。",
            hint="请他们对现在的文本重新联名，或恢复原来的文本。",
        )
    with transaction.atomic():
        step = operations.take_step(
            matter, "submit", actor=actor, day=day, on_behalf=on_behalf, special="submit", client_id=client_id
        )
        MatterPerson.objects.filter(matter=matter, role=PersonRole.INVITED).delete()
        Cosignature.objects.filter(matter=matter, state=CosignState.INVITED).update(state=CosignState.DECLINED)
        _set_form(matter)
    return step


def merge(
    matter: Matter, into: Matter, *, reason: str = "", actor: User | None, client_id: uuid.UUID | None = None
) -> Step:
    """Let a submitted proposal be handled with another one; both wordings stay, its authors join the other's.

    Raises BadInput where ``into`` is itself, of another office or not under way.
    """
    if into.office_id != matter.office_id or into.pk == matter.pk or into.kind != MatterKind.PROPOSAL:
        raise BadInput("proposals.merge", "不能并入这件提案。", hint="请填写另一件提案的编号。", field="into")
    if into.state not in ("submitted", "filed", "assigned", "handling"):
        raise BadInput(
            "proposals.merge_state", "对方不在办理中，不能并入。", hint="请另选一件在办的提案。", field="into"
        )
    with transaction.atomic():
        step = operations.take_step(matter, "merge", actor=actor, reason=reason, special="merge", client_id=client_id)
        MatterLink.objects.get_or_create(matter=into, origin_matter=matter, nature=LinkNature.MERGED)
        there = queries.stakes_of(Matter.objects.prefetch_related("people", "units").get(pk=into.pk)).people
        for one in MatterPerson.objects.filter(matter=matter, role__in=(PersonRole.AUTHOR, PersonRole.COAUTHOR)):
            if one.person_id not in there:
                MatterPerson.objects.create(matter=into, person_id=one.person_id, role=PersonRole.COAUTHOR)
        _set_form(into)
    return step


def give_opinion(
    matter: Matter,
    unit: Organization,
    text: str,
    *,
    actor: User | None,
    on_behalf: str = "",
    day: dt.date | None = None,
    client_id: uuid.UUID | None = None,
) -> UnitReply:
    """Keep a co-handling unit's opinion for the lead; given again, the later one holds beside the earlier."""
    _check_own_unit(matter, unit, (UnitRole.CO,), actor)
    with transaction.atomic():
        step = operations.take_step(
            matter,
            "opinion",
            actor=actor,
            unit=unit,
            on_behalf=on_behalf,
            day=day,
            special="opinion",
            client_id=client_id,
        )
        return _keep_reply(matter, step, unit, text, opinion=True)


def reply(
    matter: Matter,
    unit: Organization,
    *,
    outcome: str,
    reference: str,
    text: str,
    actor: User | None,
    promises: Sequence[tuple[str, dt.date]] = (),
    contact: str = "",
    on_behalf: str = "",
    day: dt.date | None = None,
    client_id: uuid.UUID | None = None,
) -> UnitReply:
    """Keep a unit's reply; the matter counts as answered when every unit that answers for itself has.

    ``promises``: what the unit promises and by when; each becomes a task of the unit that outlives the proposal.
    ``contact``: whom the authors may ask, with telephone.
    Raises NotPossible where this unit answered already, and as :func:`operations.take_step` (the authors are heard
    before the reply).
    """
    known = UnitReply.objects.filter(step__uid=client_id, matter=matter).first() if client_id is not None else None
    if known is not None:
        return known
    _check_own_unit(matter, unit, ANSWERING_ROLES, actor)
    answered = proposal_queries.answered_units(matter)
    if unit.pk in answered:
        raise NotPossible("proposals.answered", f"{unit}已经答复。", hint="如需再次办理，请联系提案办。")
    today = clock.today()
    for what, due_on in promises:
        if not what.strip() or due_on <= today:
            raise BadInput(
                "proposals.promise",
                "承诺须写明事项和今天以后的日期。",
                hint="请补全，或删去这一条。",
                field="promise_on",
            )
    waiting = queries.stakes_of(matter).of_units(ANSWERING_ROLES) - answered - {unit.pk}
    with transaction.atomic():
        step = operations.take_step(
            matter,
            "reply_part" if waiting else "reply",
            actor=actor,
            unit=unit,
            code=outcome,
            reference=reference,
            on_behalf=on_behalf,
            day=day,
            special="reply",
            client_id=client_id,
        )
        kept = _keep_reply(matter, step, unit, text, opinion=False, contact=contact)
        for what, due_on in promises:
            operations.open(
                matter.office,
                kind=MatterKind.TASK,
                title=what,
                actor=None,
                lead=unit,
                due_on=due_on,
                topic=TaskSource.PROMISE,
                origin_matter=matter,
                nature=LinkNature.PROMISE,
                on_behalf=f"提案{matter.number}答复中的承诺",
            )
    return kept


def assess(
    matter: Matter,
    unit: Organization,
    person: Person,
    *,
    satisfaction: str,
    text: str = "",
    actor: User | None,
    on_behalf: str = "",
) -> Assessment:
    """Keep what an author thinks of a unit's handling; it goes to the proposals office and to nobody else.

    Within the same year it may be changed.  It moves nothing in the course of the proposal, so that no unit can read
    it there.  Raises NotAllowed for anybody but the first author and the office on their behalf.
    """
    if satisfaction not in Satisfaction.values:
        raise BadInput("proposals.satisfaction", "请选择评价。", field="satisfaction")
    if person.pk not in queries.stakes_of(matter).of_people((PersonRole.AUTHOR,)):
        raise NotAllowed("proposals.not_yours", "只有提案人可以评价。")
    if actor is not None:
        standing = standing_of(actor, matter.office, clock.today())
        if person.pk not in standing.person_ids:
            if not standing.has(Role.PROPOSALS_OFFICE):
                raise NotAllowed("proposals.not_yours", "只有提案人可以评价。")
            if not on_behalf.strip():
                raise BadInput("proposals.on_behalf", "代录须写明依据。", field="on_behalf")
    if matter.state not in ("replied", "closed") and unit.pk not in proposal_queries.answered_units(matter):
        raise NotPossible("proposals.no_reply", f"{unit}尚未答复。", hint="收到答复后再评价。")
    if unit.pk not in proposal_queries.answering_units(matter):
        raise BadInput("proposals.unit", "这个单位没有答复本提案。", field="unit")
    today = clock.today()
    with transaction.atomic():
        row = Assessment.objects.select_for_update().filter(matter=matter, organization=unit).first()
        if row is not None and row.day.year != today.year:
            raise NotPossible("proposals.assessment_fixed", "上年的评价已计入统计，不能修改。")
        if row is None:
            row = Assessment(office_id=matter.office_id, matter=matter, organization=unit, created_by=actor)
        row.person, row.satisfaction, row.text = person, satisfaction, text.strip()[:2000]
        row.day, row.on_behalf, row.shown_on = today, on_behalf.strip()[:120], None
        row.save()
        record(
            office_id=matter.office_id,
            actor=actor,
            action="proposals.assess",
            subject=row,
            after={"satisfaction": satisfaction},
            on_behalf=on_behalf,
            person_ids=[person.pk],
        )
    return row


def show_assessment(assessment: Assessment, *, shown: bool, actor: User) -> None:
    """Let the unit read an assessment, or not any more; only its author decides.  Raises NotAllowed for others."""
    standing = standing_of(actor, assessment.office, clock.today())
    if assessment.person_id not in standing.person_ids:
        raise NotAllowed("proposals.not_yours", "是否公开由提案人本人决定。")
    with transaction.atomic():
        assessment.shown_on = clock.today() if shown else None
        assessment.save(update_fields=["shown_on"])
        record(
            office_id=assessment.office_id,
            actor=actor,
            action="proposals.show_assessment",
            subject=assessment,
            after={"shown_on": assessment.shown_on},
            person_ids=[assessment.person_id],
        )


def read_assessments(matter: Matter, *, actor: User) -> list[Assessment]:
    """Return all assessments of a proposal for the proposals office; the reading leaves an entry.

    Raises NotAllowed for anybody else: the author reads their own, the unit what was shown to it.
    """
    standing = standing_of(actor, matter.office, clock.today())
    if not standing.has(Role.PROPOSALS_OFFICE):
        raise NotAllowed("proposals.not_yours", "评价只送提案办。")
    found = list(Assessment.objects.filter(matter=matter).select_related("organization", "person"))
    if found:
        record(
            office_id=matter.office_id,
            actor=actor,
            action="proposals.read_assessment",
            subject=matter,
            purpose="查看提案评价",
            person_ids=[row.person_id for row in found],
        )
    return found


def set_key(matter: Matter, leader: Person | None, *, actor: User | None) -> None:
    """Make a filed proposal a key one that ``leader`` follows, or (None) an ordinary one again."""
    if actor is not None and not PREDICATES["decides_proposal"](
        standing_of(actor, matter.office, clock.today()), queries.stakes_of(matter)
    ):
        raise NotAllowed("matters.not_allowed", "您没有确定重点提案的权限。")
    if leader is not None and leader.office_id != matter.office_id:
        raise BadInput("matters.person", "没有这个人员。", field="leader")
    if matter.state in ("draft", "submitted"):
        raise NotPossible("proposals.not_filed_yet", "立案后才能列为重点提案。")
    with transaction.atomic():
        Proposal.objects.filter(matter=matter).update(key=leader is not None)
        MatterPerson.objects.filter(matter=matter, role=PersonRole.LEADER).delete()
        if leader is not None:
            MatterPerson.objects.create(matter=matter, person=leader, role=PersonRole.LEADER)
        record(
            office_id=matter.office_id,
            actor=actor,
            action="proposals.set_key",
            subject=matter,
            after={"key": leader is not None},
            person_ids=[leader.pk] if leader is not None else [],
        )


def _check_author(matter: Matter, actor: User | None) -> None:
    if actor is not None and not PREDICATES["writes_proposal"](
        standing_of(actor, matter.office, clock.today()), queries.stakes_of(matter)
    ):
        raise NotAllowed("proposals.not_yours", "只有提案人可以修改。")


def _check_text(parts: Parts) -> None:
    for name in ("situation", "analysis", "suggestion"):
        text = getattr(parts, name)
        if len(text) > TEXT_LENGTH:
            raise BadInput(
                "proposals.text_long", f"有{len(text)}字，超过{TEXT_LENGTH}字。", hint="请精简。", field=name
            )
        refuse_marked(text[:200], field=name)
    if not parts.text:
        raise BadInput("proposals.empty", "还没有写内容。", hint="请至少写明情况。", field="situation")


def _check_own_unit(matter: Matter, unit: Organization, roles: Sequence[str], actor: User | None) -> None:
    """Raise where ``unit`` does not handle the matter in one of ``roles``, or the actor does not work for it."""
    if unit.pk not in queries.stakes_of(matter).of_units(tuple(roles)):
        raise BadInput("proposals.unit", "这个单位不承办本提案。", hint="请选择承办单位。", field="unit")
    if actor is not None:
        standing = standing_of(actor, matter.office, clock.today())
        if unit.pk not in standing.unit_ids and not standing.has(Role.PROPOSALS_OFFICE):
            raise NotAllowed("matters.not_allowed", "不能代其他单位办理。")


def _keep_reply(
    matter: Matter, step: Step, unit: Organization, text: str, *, opinion: bool, contact: str = ""
) -> UnitReply:
    text = text.strip()
    if not text or len(text) > TEXT_LENGTH:
        raise BadInput("proposals.reply_text", "内容为空或过长。", hint="请填写内容。", field="text")
    refuse_marked(text[:200], field="text")
    try:
        with transaction.atomic():
            return UnitReply.objects.create(
                matter=matter, step=step, organization=unit, opinion=opinion, text=text, contact=contact.strip()[:80]
            )
    except IntegrityError:
        return UnitReply.objects.get(step=step)  # the same form sent twice


def _set_form(matter: Matter) -> None:
    """Let the form follow from who signed: with co-signers it is joint; a body's stays collective."""
    joint = MatterPerson.objects.filter(matter=matter, role=PersonRole.COAUTHOR).exists()
    form = ProposalForm.JOINT if joint else ProposalForm.INDIVIDUAL
    Proposal.objects.filter(matter=matter).exclude(form=ProposalForm.COLLECTIVE).update(form=form)
