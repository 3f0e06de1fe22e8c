"""A sentence of a document becomes a provision of the office's own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, NotPossible
from tongxin.documents import operations as document_operations
from tongxin.documents.enums import RequirementState
from tongxin.documents.models import Requirement
from tongxin.provisions import operations as provision_operations
from tongxin.provisions.models import Adoption
from tongxin.registry.models import Office
from tongxin.registry.queries import owned
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
    replaces: str = "",
    client_id: uuid.UUID | None = None,
) -> Adoption:
    """Adopt an own provision and, where a sentence asked for it, accept that sentence as its source.

    ``replaces``: the id of an own provision in force whose text this is from ``valid_from`` on: it ends the day before,
    and both texts stay readable in its history, each with the sentence that asked for it.

    ``client_id`` makes repeating harmless.

    In order: where there is a requirement, it is decided (its document must be an issued original, and nobody may have
    decided it before); the provision is adopted with the document as basis unless ``basis`` says otherwise; the
    requirement is bound to it, other proposals are set aside.  Raises what those operations raise; then nothing is
    written.
    """
    known = owned(Adoption, office).filter(uid=client_id).first() if client_id is not None else None
    if known is not None:
        return known
    if requirement is not None and requirement.revision.office_id != office.pk:
        raise BadInput("trace.requirement", "没有这条要求。", hint="请从文库重新进入。", field="requirement")
    if replaces and (
        replaces != definition["id"]
        or not owned(Adoption, office)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=clock.today()), provision=replaces)
        .exclude(own_definition={})
        .exists()
    ):
        raise NotPossible(
            "trace.replaces", "没有这项执行中的自订制度，不能更新。", hint="请从制度要求重新进入。", field="name"
        )
    if requirement is not None:
        document_operations.decide_requirement(requirement, RequirementState.ACCEPTED, actor=actor)
    adoption = provision_operations.adopt(
        office,
        str(definition["id"]),
        valid_from=valid_from,
        own_definition=definition,
        basis=basis or (basis_of(requirement.revision.document) if requirement is not None else ""),
        actor=actor,
        client_id=client_id,
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
        reason="由这条要求更新的本机关制度" if replaces else "由这条要求订立的本机关制度",
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
