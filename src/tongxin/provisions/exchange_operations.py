"""Issuing a set of requirements, receiving it, deciding on each, answering once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.provisions import adoption_queries, exchange
from tongxin.provisions.enums import SetDecisionKind
from tongxin.provisions.exchange_queries import counts_for, items_of, tasks_of
from tongxin.provisions.models import Adoption, IssuedSet, SetDecision, SetReply
from tongxin.provisions.operations import adopt
from tongxin.registry.models import Office

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None


@transaction.atomic
def issue_set(
    office: Office,
    *,
    title: str,
    day: dt.date,
    provisions: Sequence[str],
    actor: Actor,
    counties: Sequence[Office] = (),
    tasks: Sequence[Mapping[str, str]] = (),
    document: Mapping[str, str] | None = None,
) -> IssuedSet:
    """Issue a set of provisions that the office itself has adopted and return it; hand it to ``counties`` at once.

    An own provision goes with its definition, under an id that names the issuing area, so that it cannot meet an own
    provision of the county.  ``tasks`` (key, task, unit, partners, due) and the ``document`` they come from (title,
    issuer, number, day) are written into it as given.  Raises BadInput for a missing title or an empty choice,
    NotPossible for a provision that is not adopted, or a county that does not belong to the office.
    """
    if not title.strip():
        raise BadInput("provisions.set_title", "没有填写标题。", hint="请写明汇编的名称。", field="title")
    chosen = list(dict.fromkeys(provisions))
    if not chosen and not tasks:
        raise BadInput("provisions.set_empty", "没有选择任何要求。", hint="请至少选择一项。", field="provisions")
    known = {each.entry.id: each for each in adoption_queries.listed(office, clock.today())}
    items = []
    for provision in chosen:
        each = known.get(provision)
        if each is None or each.adoption is None or each.standing not in ("adopted", "coming"):
            raise NotPossible(
                "provisions.set_not_adopted", f"“{provision}”不是本机关执行中的制度，不能印发。",
                hint="请先采用。", field="provisions",
            )  # fmt: skip
        items.append(_item(office, each))
    content: dict[str, Any] = {
        "title": title.strip(),
        "day": day.isoformat(),
        "issuer": office.name,
        "code": office.area_code,
        "items": items,
    }
    if tasks:
        content |= {"tasks": [dict(task) for task in tasks]}
    if document is not None:
        content |= {"document": dict(document)}
    row, created = IssuedSet.objects.get_or_create(
        office=office,
        digest=exchange.digest_of(content),
        received=False,
        defaults={
            "created_by": _user(actor),
            "title": title.strip()[:120],
            "day": day,
            "issuer_name": office.name,
            "issuer_code": office.area_code,
            "content": content,
        },
    )
    if created:
        audit.record(
            office_id=office.pk,
            actor=actor,
            action="provisions.issue_set",
            subject=row,
            after={"provisions": chosen, "tasks": len(tasks)},
        )
    for county in counties:
        if county.parent_id != office.pk:
            raise NotPossible(
                "provisions.set_county", f"{county}不隶属于本机关。", hint="请改用文件交换。", field="counties"
            )
        receive_set(county, exchange.written(exchange.SET, content), actor=actor)
    return row


def _item(office: Office, each: adoption_queries.Listed) -> dict[str, Any]:
    entry, adoption = each.entry, each.adoption
    definition: dict[str, Any] = {}
    provision = entry.id
    if each.own and adoption is not None:
        provision = entry.id if entry.id.startswith("own.from_") else f"own.from_{office.area_code}_{entry.id[4:]}"
        definition = {**adoption.own_definition, "id": provision}
    return {
        "provision": provision,
        "name": entry.name,
        "rule": entry.rule,
        "source": entry.source.text,
        "basis": adoption.basis if adoption else "",
        "parameters": dict(adoption.parameters) if adoption else {},
        "definition": definition,
    }


@transaction.atomic
def receive_set(office: Office, data: bytes, *, actor: Actor) -> IssuedSet:
    """Take in a set from its file and return it; the same file again returns the set received before.

    Raises BadInput for a file that is none, of another kind or version, changed, or with an unknown requirement,
    NotPossible for the office's own set.
    """
    content = exchange.read(exchange.SET, data)
    if content["code"] == office.area_code:
        raise NotPossible(
            "provisions.set_own", "这是本机关印发的汇编，不必接收。", hint="请在“已印发”中查看。", field="file"
        )
    row, created = IssuedSet.objects.get_or_create(
        office=office,
        digest=exchange.digest_of(content),
        received=True,
        defaults={
            "created_by": _user(actor),
            "title": content["title"][:120],
            "day": exchange.day_of(content),
            "issuer_name": content["issuer"][:80],
            "issuer_code": content["code"][:12],
            "content": content,
        },
    )
    if created:
        audit.record(
            office_id=office.pk, actor=actor, action="provisions.receive_set", subject=row,
            after={"title": row.title, "digest": row.digest},
        )  # fmt: skip
    return row


@transaction.atomic
def decide_on(
    row: IssuedSet,
    provision: str,
    decision: str,
    *,
    actor: Actor,
    reason: str = "",
    valid_from: dt.date | None = None,
) -> SetDecision:
    """Adopt one requirement of a received set, or mark it not applicable with a reason; return the decision.

    ``valid_from``: from when on it binds, today unless given.  What the office has adopted already stays as it is and
    is only joined to the set; of a requirement of the issuing office's own the set may bring a new text: adopting it
    ends the old one on ``valid_from``, answering with a reason leaves it.  A decision may be changed until the answer
    is published.  Raises BadInput for an unknown requirement or a missing reason, Conflict after the answer, NotPossible
    for a new text from a day that does not lie after the beginning of the old one.
    """
    _still_open(row)
    item = next((each for each in items_of(row) if each.provision == provision), None)
    if item is None:
        raise _not_there()
    told = _reason_for(decision, reason, item.name)
    adoption: Adoption | None = None
    if decision == SetDecisionKind.ADOPTED and item.entry is not None and item.entry.judged:
        today = clock.today()
        adoption = item.held
        if adoption is None or item.renews:
            adoption = adopt(
                row.office,
                provision,
                valid_from=valid_from or today,
                parameters=item.parameters,
                own_definition=item.definition or None,
                basis=f"{row.issuer_name}《{row.title}》"[:300],
                actor=actor,
            )
    return _decided(row, provision, decision, told, adoption, actor)


@transaction.atomic
def adopt_held(row: IssuedSet, *, actor: Actor) -> int:
    """Answer every undecided requirement that the office carries out already, in the same words, as adopted.

    Return how many.  A new text waits for a decision of its own.  Raises Conflict after the answer.
    """
    _still_open(row)
    waiting = [item for item in items_of(row) if item.decision is None and item.held is not None and not item.renews]
    for item in waiting:
        decide_on(row, item.provision, SetDecisionKind.ADOPTED, actor=actor)
    return len(waiting)


@transaction.atomic
def decide_on_task(row: IssuedSet, key: str, decision: str, *, actor: Actor, reason: str = "") -> SetDecision:
    """Take on a task of a received set, or mark it not applicable with a reason; return the decision.

    What becomes of the task is not known here (``trace.set_operations.take_on``).  Raises as ``decide_on``.
    """
    _still_open(row)
    task = next((each for each in tasks_of(row) if each.key == key), None)
    if task is None:
        raise _not_there()
    told = _reason_for(decision, reason, f"{task.task[:20]}…")
    return _decided(row, task.provision, decision, told, None, actor)


def _still_open(row: IssuedSet) -> None:
    if not row.received or row.published_on is not None:
        raise Conflict("provisions.set_closed", "这份汇编已上报，不能再改。", hint="请联系印发机关。")


def _not_there() -> BadInput:
    return BadInput("provisions.set_item", "汇编中没有这一项。", hint="请刷新页面。", field="provision")


def _reason_for(decision: str, reason: str, name: str) -> str:
    """Return the reason as it is kept; raises BadInput for an unknown decision, or where a reason is missing."""
    if decision not in SetDecisionKind.values:
        raise _not_there()
    told = reason.strip()[:300]
    if decision == SetDecisionKind.NOT_APPLICABLE and not told:
        raise BadInput(
            "provisions.set_reason", f"“{name}”不适用，须写明理由。", hint="请用一句话说明。", field="reason"
        )
    return told


def _decided(
    row: IssuedSet, provision: str, decision: str, reason: str, adoption: Adoption | None, actor: Actor
) -> SetDecision:
    made, _created = SetDecision.objects.update_or_create(
        issued_set=row,
        provision=provision,
        defaults={
            "office": row.office,
            "created_by": _user(actor),
            "decision": decision,
            "reason": reason,
            "adoption": adoption,
        },
    )
    audit.record(
        office_id=row.office_id, actor=actor, action="provisions.decide_on_set", subject=made,
        after={"provision": provision, "decision": decision, "reason": reason},
    )  # fmt: skip
    return made


@transaction.atomic
def publish_reply(row: IssuedSet, *, actor: Actor, task_states: Mapping[str, str] | None = None) -> bytes:
    """Answer a received set, once, and return the file: decisions, and counts of units by state as of today.

    ``task_states``: how each task taken on stands by its key, ``open`` or ``done``; no names and no texts go out.
    Where the issuing office is in this installation the answer is there at once.  Raises NotPossible while something
    is undecided, Conflict where it was answered before.
    """
    open_items = [item.name for item in items_of(row) if item.decision is None]
    open_items += [f"{task.task[:20]}…" for task in tasks_of(row) if task.decision is None]
    if open_items:
        raise NotPossible(
            "provisions.set_open", f"还有{len(open_items)}项没有处理：{'、'.join(open_items[:5])}。",
            hint="请逐项采用，或写明不适用的理由。",
        )  # fmt: skip
    today = clock.today()
    if not IssuedSet.objects.filter(pk=row.pk, received=True, published_on__isnull=True).update(published_on=today):
        raise Conflict("provisions.set_published", "这份汇编已经上报过。", hint="上报只有一次，可重新下载文件。")
    row.refresh_from_db()
    content = _reply(row, today, task_states or {})
    _keep_reply(row, content, actor)
    issuer = Office.objects.filter(area_code=row.issuer_code).first()
    if issuer is not None:
        own = IssuedSet.objects.filter(office=issuer, digest=row.digest, received=False).first()
        if own is not None:
            _keep_reply(own, content, actor)
    audit.record(
        office_id=row.office_id, actor=actor, action="provisions.publish_reply", subject=row, after={"day": today}
    )
    return exchange.written(exchange.REPLY, content)


def _reply(row: IssuedSet, day: dt.date, task_states: Mapping[str, str]) -> dict[str, Any]:
    items = items_of(row)
    counts = counts_for(row.office, day, [item.provision for item in items])
    answers = [
        {
            "key": task.key,
            "decision": task.decision.decision,
            "reason": task.decision.reason,
            "state": task_states.get(task.key, ""),
        }
        for task in tasks_of(row)
        if task.decision is not None
    ]
    return ({"tasks": answers} if answers else {}) | {
        "set": row.digest,
        "replier": row.office.name,
        "code": row.office.area_code,
        "day": day.isoformat(),
        "items": [
            {
                "provision": item.provision,
                "decision": item.decision.decision if item.decision else "",
                "reason": item.decision.reason if item.decision else "",
                "counts": counts[item.provision]
                if item.decision and item.decision.decision == SetDecisionKind.ADOPTED
                else {},
            }
            for item in items
        ],
    }


def _keep_reply(row: IssuedSet, content: dict[str, Any], actor: Actor) -> SetReply:
    """Keep an answer with a set; a second one of the same office is the first."""
    reply, _created = SetReply.objects.get_or_create(
        issued_set=row,
        replier_code=content["code"][:12],
        defaults={
            "office": row.office,
            "created_by": _user(actor),
            "replier_name": content["replier"][:80],
            "day": exchange.day_of(content),
            "content": content,
        },
    )
    return reply


@transaction.atomic
def receive_reply(office: Office, data: bytes, *, actor: Actor) -> SetReply:
    """Take in a county's answer from its file and return it; the same file again changes nothing.

    Raises BadInput for a file that is none or was changed, NotPossible for the answer to a set that the office did
    not issue, Conflict for a second, different answer of the same county.
    """
    content = exchange.read(exchange.REPLY, data)
    row = IssuedSet.objects.filter(office=office, digest=content["set"], received=False).first()
    if row is None:
        raise NotPossible(
            "provisions.reply_unknown",
            "这份上报所答的汇编不是本机关印发的。",
            hint="请核对文件来自哪次印发。",
            field="file",
        )
    reply = _keep_reply(row, content, actor)
    if reply.content != content:
        raise Conflict(
            "provisions.reply_other",
            f"{reply.replier_name}已经上报，内容与这份不同。",
            hint="上报只有一次；确需更正请双方核对。",
        )
    audit.record(
        office_id=office.pk, actor=actor, action="provisions.receive_reply", subject=reply,
        after={"replier": reply.replier_name},
    )  # fmt: skip
    return reply


def _user(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None
