"""Who may adopt provisions and rule on findings.  Small predicates over a standing; no effects."""

from __future__ import annotations

from tongxin.provisions.enums import RulingBasis, RulingKind, SubjectKind
from tongxin.provisions.keys import FindingKey
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role


def may_adopt(standing: Standing) -> bool:
    """Tell whether provisions may be adopted, adapted and ended."""
    return standing.has(Role.PARTY_CLERK)


def is_bound(standing: Standing, key: FindingKey) -> bool:
    """Tell whether the user acts for the unit, or is the person, that the finding binds."""
    if key.subject_kind in (SubjectKind.ORGANIZATION, SubjectKind.EVENT):
        return key.organization_id != 0 and key.organization_id in standing.unit_ids
    return key.person_id in standing.person_ids or key.other_person_id in standing.person_ids


def may_see_finding(standing: Standing, key: FindingKey) -> bool:
    """Tell whether a finding may be opened: a unit's by whoever reads the board or the unit itself, a person's
    by that person and by the responsible clerk."""
    if key.subject_kind in (SubjectKind.PERSON, SubjectKind.PAIR):
        return is_bound(standing, key) or standing.has(Role.PARTY_CLERK)
    return is_bound(standing, key) or standing.has(Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER)


def may_rule(standing: Standing, key: FindingKey, kind: str, basis: str = "", *, on_behalf: str = "") -> bool:
    """Tell whether the user may rule so on a finding.

    ``missed``: only the unit or person that is bound (a clerk enters it on their behalf, naming whose word it is;
    a superior may ask and never set it).  ``excused`` as approved: the Party-affairs clerk, who has the approval;
    as the unit's own explanation, and ``done``: the bound unit or person, or the clerk on their behalf.
    """
    if kind == RulingKind.EXTENDED:
        return may_extend(standing, key)
    if is_bound(standing, key):
        return not (kind == RulingKind.EXCUSED and basis == RulingBasis.APPROVED)
    if not standing.has(Role.PARTY_CLERK):
        return False
    if kind == RulingKind.EXCUSED and basis == RulingBasis.APPROVED:
        return True
    return bool(on_behalf.strip())


def may_extend(standing: Standing, key: FindingKey) -> bool:
    """Tell whether the user may enter an approved extension: the Party-affairs clerk, who has the approval.

    The bound unit asks for it and never grants it to itself.
    """
    return standing.has(Role.PARTY_CLERK)


def may_ask(standing: Standing, key: FindingKey) -> bool:
    """Tell whether the user may ask the unit about a finding: who oversees units, about one that is not their own."""
    if key.subject_kind in (SubjectKind.PERSON, SubjectKind.PAIR) or not key.organization_id:
        return False
    return standing.has(Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER) and not is_bound(standing, key)


def may_answer(standing: Standing, organization_id: int, *, on_behalf: str = "") -> bool:
    """Tell whether the user may answer for a unit: the unit itself, or the clerk naming whose word it is."""
    if organization_id in standing.unit_ids:
        return True
    return standing.has(Role.PARTY_CLERK) and bool(on_behalf.strip())
