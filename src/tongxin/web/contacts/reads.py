"""What the contact pages show, in a number of statements that does not grow with the rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongxin.registry.contact_proposals import Pair, Proposal
from tongxin.registry.contact_queries import ContactLine
from tongxin.registry.models import ContactAssignment, Office, Person
from tongxin.registry.queries import owned


def assignment_uids(office: Office, lines: Iterable[ContactLine]) -> dict[int, uuid.UUID]:
    """Return assignment id → uid for the lines of one page; one statement."""
    ids = [one.assignment_id for line in lines for one in line.contacted]
    return dict(owned(ContactAssignment, office).filter(pk__in=ids).values_list("pk", "uid"))


def uids_of(office: Office, ids: Iterable[int]) -> dict[int, uuid.UUID]:
    """Return person id → uid; one statement."""
    return dict(owned(Person, office).filter(pk__in=list(ids)).values_list("pk", "uid"))


def narrowed(lines: Sequence[ContactLine], text: str) -> list[ContactLine]:
    """Return the lines in which a name holds ``text``, of the contact person or of somebody contacted."""
    wanted = "".join(text.split())
    if not wanted:
        return list(lines)
    return [line for line in lines if wanted in line.name or any(wanted in one.name for one in line.contacted)]


def person_of(office: Office, text: str) -> Person | None:
    """Return the person of this office whose uid is ``text``; None for nobody."""
    uid = _uid(text)
    return owned(Person, office).filter(uid=uid).first() if uid else None


@dataclass(frozen=True)
class ShownPair:
    """A pair as offered: ``code`` is what the form sends back, ``contact uid:target uid``."""

    pair: Pair
    code: str


def shown_pairs(office: Office, proposal: Proposal) -> list[ShownPair]:
    """Return the pairs of a proposal in official order of the contacts, with what the form sends back."""
    order = {load.contact_id: place for place, load in enumerate(proposal.loads)}
    uids = uids_of(office, {pk for pair in proposal.pairs for pk in (pair.contact_id, pair.target_id)})
    pairs = sorted(proposal.pairs, key=lambda pair: (order[pair.contact_id], pair.target_id))
    return [ShownPair(pair, f"{uids[pair.contact_id]}:{uids[pair.target_id]}") for pair in pairs]


def pairs_of(office: Office, codes: Iterable[str]) -> list[tuple[int, int]]:
    """Return (contact id, target id) for what a form sent back; what names nobody here gets the id 0."""
    split = []
    for code in codes:
        contact, _colon, target = code.partition(":")
        split.append((_uid(contact), _uid(target)))
    wanted = {uid for pair in split for uid in pair if uid is not None}
    ids = dict(owned(Person, office).filter(uid__in=wanted).values_list("uid", "pk"))
    return [(ids.get(contact, 0) if contact else 0, ids.get(target, 0) if target else 0) for contact, target in split]


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
