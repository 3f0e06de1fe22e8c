"""Which official forms a matter has, and each as a paper."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from tongxin.documents.export import Paper
from tongxin.matters import outlines, proposal_queries, queries
from tongxin.matters.enums import MatterKind
from tongxin.matters.models import Matter
from tongxin.matters.workflows import workflow_of

#: Kind of matter → the form that every matter of it has, with its name.
FORMS: dict[str, tuple[str, str]] = {
    MatterKind.PROPOSAL: ("proposal", "提案表"),
    MatterKind.REQUEST: ("request", "请示稿头"),
    MatterKind.MANUSCRIPT: ("review", "审核单"),
    MatterKind.INFORMATION: ("information", "社情民意信息"),
}
#: Steps that decide on a submitted proposal, and steps of a manuscript that its sheet has a row for.
_DECISIONS = ("file", "not_file", "merge", "turn")
_STAGES = ("pass_first", "pass_second", "pass_third", "clear_secrecy", "publish")


@dataclass(frozen=True)
class FormOffer:
    """A form that can be printed: its code, its name and, of a reply, the unit that gave it."""

    code: str
    name: str
    unit: uuid.UUID | None = None


def forms_of(matter: Matter) -> list[FormOffer]:
    """Return the forms of a matter; of a proposal also the reply of each unit, in order of replying."""
    found = [FormOffer(*FORMS[matter.kind])] if matter.kind in FORMS else []
    if matter.kind == MatterKind.MANUSCRIPT:
        found.append(FormOffer("text", "稿件正文"))
    if matter.kind == MatterKind.PROPOSAL:
        units = {
            row.organization.uid: row.organization for row in proposal_queries.replies_of(matter) if not row.opinion
        }
        found += [FormOffer("reply", f"答复函（{unit}）", uid) for uid, unit in units.items()]
    return found


def form_paper(matter: Matter, code: str, *, unit: str = "", for_unit: bool = False) -> Paper:
    """Return one form of a matter.  ``unit``: uid of the unit whose latest reply is meant, the last one unless given.

    ``for_unit``: as a handling unit may read it, without the remarks meant for others.  Raises LookupError for a form
    that the matter does not have.
    """
    if all(offer.code != code for offer in forms_of(matter)):
        raise LookupError(code)
    office_name = matter.office.name
    workflow = workflow_of(matter.kind)
    names = queries.names_of(matter.office_id)
    steps = queries.steps_of(matter)
    if code == "reply":
        replies = [row for row in proposal_queries.replies_of(matter) if not row.opinion]
        wanted = [row for row in replies if not unit or str(row.organization.uid) == unit]
        if not wanted:
            raise LookupError(code)
        outcomes = dict(names.codes(workflow, workflow.transition("reply")))
        return outlines.reply_paper(
            matter, wanted[-1], outcome=outcomes.get(wanted[-1].step.code, ""), office_name=office_name
        )
    if code == "proposal":
        decided = next((step for step in reversed(steps) if step.transition in _DECISIONS), None)
        return outlines.proposal_paper(
            matter,
            proposal_queries.detail_of(matter),
            proposal_queries.parts_now(queries.bodies_of(matter)),
            proposal_queries.cosignatures_of(matter),
            office_name=office_name,
            decision=names.step(workflow, decided.transition) if decided else "",
            reason=decided.reason if decided and not for_unit else "",
        )
    if code == "request":
        sent = next((step for step in reversed(steps) if step.transition == "submit"), None)
        return outlines.request_paper(
            matter, number=sent.reference if sent else "", day=sent.day if sent else None, office_name=office_name
        )
    if code == "review":
        return outlines.review_paper(
            matter,
            steps,
            stages=[(stage, names.step(workflow, stage)) for stage in _STAGES],
            names={step.code: names.step(workflow, step.code) for step in workflow.transitions},
            restarts=[step.code for step in workflow.transitions if step.restarts],
        )
    if code == "text":
        return outlines.manuscript_paper(matter, queries.bodies_of(matter))
    sent = next((step for step in reversed(steps) if step.transition == "send"), None)
    fates = dict(names.codes(workflow, workflow.transition("fate")))
    told = [f"{fates.get(step.code, '')}（{step.reason}）" for step in steps if step.transition == "fate"]
    return outlines.information_paper(matter, queries.bodies_of(matter), office_name=office_name, sent=sent, fates=told)
