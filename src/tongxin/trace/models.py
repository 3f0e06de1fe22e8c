"""The link from a sentence to what must happen because of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongxin.activities.models import Activity
from tongxin.core.privacy import declare
from tongxin.documents.models import Document, Requirement
from tongxin.matters.models import Matter
from tongxin.provisions.models import Adoption, SetDecision
from tongxin.registry.models import OfficeOwned, Organization
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


class KeyTask(OfficeOwned):
    """One key task of the year (年度重点任务), with its date and, where it comes from a document, its sentence."""

    year = models.PositiveIntegerField("年度")
    order = models.PositiveIntegerField("序号", default=0)
    title = models.CharField("任务", max_length=200)
    due_on = models.DateField("期限", null=True, blank=True)
    lead = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="key_tasks", verbose_name="牵头单位"
    )
    requirement = models.ForeignKey(
        Requirement, null=True, blank=True, on_delete=models.SET_NULL, related_name="key_tasks", verbose_name="出处"
    )

    privacy = declare(open="year order title due_on lead requirement")

    class Meta:
        ordering = ["-year", "order", "id"]
        verbose_name = "年度重点任务"
        constraints = [
            models.UniqueConstraint(fields=["office", "year", "title"], name="trace_keytask_once"),
        ]

    def __str__(self) -> str:
        return self.title


class KeyTaskLink(OfficeOwned):
    """An activity or a matter that serves a key task."""

    task = models.ForeignKey(KeyTask, on_delete=models.CASCADE, related_name="links")
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.CASCADE, related_name="key_tasks")
    matter = models.ForeignKey(Matter, null=True, blank=True, on_delete=models.CASCADE, related_name="key_tasks")

    privacy = declare(open="task activity matter")

    class Meta:
        ordering = ["id"]
        verbose_name = "重点任务关联"
        constraints = [
            models.CheckConstraint(
                condition=Q(activity__isnull=True) ^ Q(matter__isnull=True), name="trace_keytasklink_one_target"
            ),
            models.UniqueConstraint(
                fields=["task", "activity"], condition=Q(activity__isnull=False), name="trace_keytasklink_activity_once"
            ),
            models.UniqueConstraint(
                fields=["task", "matter"], condition=Q(matter__isnull=False), name="trace_keytasklink_matter_once"
            ),
        ]


class StudyText(OfficeOwned):
    """A text to be studied (学习篇目): who issued it, when, where the authoritative wording is, and who should study it.

    ``audience``: kinds of organizations.  What has followed is read from agendas that name the text.
    """

    title = models.CharField("篇目", max_length=200)
    issuer = models.CharField("作者或印发机关", max_length=80)
    issued_on = models.DateField("日期")
    source = models.CharField("权威来源", max_length=120)
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="study_texts", verbose_name="文库"
    )
    audience = models.JSONField("学习范围", default=list)
    study_by = models.DateField("学习期限", null=True, blank=True)

    privacy = declare(open="title issuer issued_on source document audience study_by")

    class Meta:
        ordering = ["-issued_on", "-id"]
        verbose_name = "学习篇目"
        constraints = [models.UniqueConstraint(fields=["office", "title"], name="trace_studytext_once")]

    def __str__(self) -> str:
        return self.title


class SetTaskLink(OfficeOwned):
    """The task that an office opened for one task of a set it received (上下联动)."""

    decision = models.OneToOneField(SetDecision, on_delete=models.CASCADE, related_name="task_link")
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="set_tasks")

    privacy = declare(open="decision matter")

    class Meta:
        verbose_name = "上级任务对照"
