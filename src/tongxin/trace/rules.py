"""Who may decide on bindings: whoever decides on requirements.  Pure predicates, no effects."""

from __future__ import annotations

from tongxin.documents import rules as document_rules
from tongxin.registry.access import Standing


def may_see_trace(standing: Standing) -> bool:
    """Tell whether the comparison of requirements with findings is open to this standing."""
    return document_rules.may_read(standing)


def may_decide(standing: Standing) -> bool:
    """Tell whether this standing may accept, dismiss or bind."""
    return document_rules.may_decide(standing)
