"""What is in flight: a matter, the units and people it concerns, and each step it took."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tongxin.activities.models import Activity
from tongxin.core.models import Identified
from tongxin.core.privacy import PersonSees, declare
from tongxin.matters.enums import LinkNature, MatterKind, PersonRole, UnitRole
from tongxin.registry.models import OfficeOwned, Organization, Person, StoredFile


class Matter(OfficeOwned):
    """A task, request, report or manuscript.  Requests and reports keep a neutral title and no body.

    ``step_count`` is how many steps were taken: a step is taken only by who has seen them all.
    ``addressee`` is the body to which a request or report goes.
    """

    kind = models.CharField("类型", max_length=20, choices=MatterKind.choices)
    number = models.CharField("编号", max_length=60, blank=True)
    title = models.CharField("标题", max_length=200)
    state = models.CharField("状态", max_length=30)
    step_count = models.PositiveIntegerField(default=0)
    day = models.DateField("登记日期")
    due_on = models.DateField("期限", null=True, blank=True)
    due_text = models.CharField("时限原文", max_length=100, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    topic = models.CharField("事项类别", max_length=60, blank=True)
    addressee = models.CharField("主送机关", max_length=120, blank=True)
    on_behalf = models.CharField("代录说明", max_length=120, blank=True)

    privacy = declare(
        open="kind number state step_count day due_on due_text closed_on topic addressee", restricted="title on_behalf"
    )

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = "事项"
        indexes = [models.Index(fields=["office", "kind", "state"]), models.Index(fields=["office", "due_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "number"], condition=~models.Q(number=""), name="matters_matter_one_number"
            )
        ]

    def __str__(self) -> str:
        return self.title


class BodyRevision(OfficeOwned):
    """One wording of a matter's body; earlier wordings stay."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="revisions")
    text = models.TextField("正文")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    privacy = declare(open="matter", restricted="text file")


class MatterUnit(models.Model):
    """A unit that works on a matter."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="units")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="matters")
    role = models.CharField("分工", max_length=10, choices=UnitRole.choices)

    privacy = declare(open="matter organization role")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "organization"], name="matters_matterunit_once")]


class MatterPerson(models.Model):
    """A person who stands in a matter."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="matters")
    role = models.CharField("身份", max_length=12, choices=PersonRole.choices)

    privacy = declare(open="matter person role")
    person_sees = PersonSees.NOW

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "person", "role"], name="matters_matterperson_once")]


class Step(Identified):
    """One transition that a matter took: from, to, who, when, why; append-only.

    ``by`` is the user who entered it, ``person`` who in fact acted (a reviewer; the leader whose signed paper
    was entered), ``on_behalf`` how that is known.  ``reference`` is the number of a paper, ``due_on`` a date set anew.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="steps")
    transition = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    day = models.DateField("日期")
    at = models.DateTimeField("登记时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="matter_steps", verbose_name="办理人"
    )
    on_behalf = models.CharField("代录说明", max_length=120, blank=True)
    reason = models.CharField("说明", max_length=500, blank=True)
    reference = models.CharField("文号", max_length=60, blank=True)
    due_on = models.DateField("新期限", null=True, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    privacy = declare(
        open="matter transition from_state to_state day at by person reference due_on",
        restricted="on_behalf reason file",
    )
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["id"]


class MatterLink(models.Model):
    """A matter grew out of another, or out of an activity (contact → need, decision → task)."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="origins")
    origin_matter = models.ForeignKey(Matter, null=True, blank=True, on_delete=models.CASCADE, related_name="offspring")
    origin_activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.CASCADE, related_name="matters_raised"
    )
    nature = models.CharField(max_length=30, choices=LinkNature.choices)

    privacy = declare(open="matter origin_matter origin_activity nature")
