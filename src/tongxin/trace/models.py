"""The link from a sentence to what must happen because of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongxin.core.privacy import declare
from tongxin.documents.models import Requirement
from tongxin.matters.models import Matter
from tongxin.provisions.models import Adoption
from tongxin.registry.models import OfficeOwned
from tongxin.trace.enums import BindingState


class Binding(OfficeOwned):
    """A requirement is bound to a provision, or becomes a task; with the reason and who decided.

    A binding without ``provision`` is a task, proposed or (with ``matter``) opened.  ``created_by`` is empty
    where the system proposed it.
    """

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="bindings")
    provision = models.CharField("对应制度", max_length=60, blank=True)
    adoption = models.ForeignKey(Adoption, null=True, blank=True, on_delete=models.SET_NULL, related_name="bindings")
    matter = models.ForeignKey(Matter, null=True, blank=True, on_delete=models.SET_NULL, related_name="bindings")
    reason = models.CharField("理由", max_length=300)
    state = models.CharField("状态", max_length=12, choices=BindingState.choices, default=BindingState.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    privacy = declare(open="requirement provision adoption matter reason state decided_by decided_at")

    class Meta:
        verbose_name = "要求落实对照"
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "provision"], condition=~Q(provision=""), name="trace_binding_once"
            ),
            models.UniqueConstraint(fields=["requirement"], condition=Q(provision=""), name="trace_binding_one_task"),
        ]
