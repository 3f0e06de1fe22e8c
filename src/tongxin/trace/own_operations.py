"""A sentence of a document becomes a provision of the office's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput
from tongxin.documents import operations as document_operations
from tongxin.documents.enums import RequirementState
from tongxin.documents.models import Requirement
from tongxin.provisions import operations as provision_operations
from tongxin.provisions.models import Adoption
from tongxin.registry.models import Office
from tongxin.trace.enums import BindingState
from tongxin.trace.models import Binding
from tongxin.trace.operations import basis_of


@transaction.atomic
def adopt_own(
    office: Office,
    definition: Mapping[str, Any],
    *,
    valid_from: dt.date,
    actor: User | None,
    basis: str = "",
    requirement: Requirement | None = None,
) -> Adoption:
    """Adopt an own provision and, where a sentence asked for it, accept that sentence as its source.

    In order: where there is a requirement, it is decided (its document must be an issued original, and nobody may have
    decided it before); the provision is adopted with the document as basis unless ``basis`` says otherwise; the
    requirement is bound to it, other proposals are set aside.  Raises what those operations raise; then nothing is
    written.
    """
    if requirement is not None and requirement.revision.office_id != office.pk:
        raise BadInput("trace.requirement", "没有这条要求。", hint="请从文库重新进入。", field="requirement")
    if requirement is not None:
        document_operations.decide_requirement(requirement, RequirementState.ACCEPTED, actor=actor)
    adoption = provision_operations.adopt(
        office,
        str(definition["id"]),
        valid_from=valid_from,
        own_definition=definition,
        basis=basis or (basis_of(requirement.revision.document) if requirement is not None else ""),
        actor=actor,
    )
    if requirement is None:
        return adoption
    Binding.objects.filter(requirement=requirement, state=BindingState.PROPOSED).update(
        state=BindingState.DISMISSED, decided_by=actor, decided_at=clock.now()
    )
    binding = Binding.objects.create(
        office=office,
        requirement=requirement,
        provision=adoption.provision,
        adoption=adoption,
        reason="由这条要求订立的本机关制度",
        state=BindingState.ACCEPTED,
        created_by=actor,
        decided_by=actor,
        decided_at=clock.now(),
    )
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="trace.adopt_own",
        subject=binding,
        after={"provision": adoption.provision},
    )
    return adoption
