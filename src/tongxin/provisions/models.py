"""What must happen: adopted provisions, the rules compiled from them, findings and rulings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongxin.core.models import Dated
from tongxin.core.privacy import PersonSees, declare
from tongxin.provisions.enums import (
    FactRole,
    FindingState,
    ProvisionKind,
    RulingBasis,
    RulingKind,
    SetDecisionKind,
    SubjectKind,
)
from tongxin.registry.models import Office, OfficeOwned, Organization


class Adoption(OfficeOwned, Dated):
    """An office holds itself bound by a provision of the catalogue, with its own parameters and dates."""

    provision = models.CharField("制度要求", max_length=60)
    parameters = models.JSONField("参数", default=dict, blank=True)
    catalogue_version = models.CharField(max_length=20, blank=True)
    basis = models.CharField("依据", max_length=300, blank=True)
    own_definition = models.JSONField("自订内容", default=dict, blank=True)

    privacy = declare(open="provision parameters catalogue_version basis own_definition")

    class Meta(Dated.Meta):
        verbose_name = "采用"
        indexes = [models.Index(fields=["office", "provision"])]


class Rule(models.Model):
    """An adoption compiled into columns, so that one relation judges all rules of a kind.

    Rebuilt from catalogue and adoptions; never edited.  ``provision`` is the code of a check, e.g.
    ``org.two_coverages/party``.  ``window_key`` names rows of :class:`Window`.
    ``measure``: count (records), hours, topics or persons.  ``relation``: how a response belongs to its
    event, within the same record (``same``), there by the same unit (``own``), or by its day (``near``: from
    ``before_days`` before to
    ``limit_days`` after in ``limit_unit``, late for ``late_days`` more).  ``event_scope``: whose event
    binds the subject, its own (``own``), any of the office (``office``), or the event is itself the subject.
    ``bound_from`` and ``bound_until`` span the unbroken run of adoptions of the same provision;
    ``in_force_from`` and ``in_force_until`` are this adoption's own days.

    A number read from the registry lies between ``required`` and ``maximum`` (0: no upper limit), or reaches
    ``share_over/share_under`` of another (``share_more``: more than it); ``measured_at`` is ``start`` where the
    first day of the window counts.  ``lead_days``: how long before its limit a term is due.
    ``extension_limit``: by how much, in ``limit_unit``, an approved extension may move a limit.
    ``distinct_people``: the steps of a procedure are taken by different people.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+")
    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="rules")
    provision = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=ProvisionKind.choices)
    selector = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    window_key = models.CharField(max_length=40)
    required = models.IntegerField(default=1)
    measure = models.CharField(max_length=10, default="count")
    needs_quorum = models.IntegerField(default=0)
    structure = models.CharField(max_length=40, blank=True)
    structure_min = models.IntegerField(default=0)
    structure_max = models.IntegerField(default=0)
    maximum = models.IntegerField(default=0)
    share_over = models.IntegerField(default=0)
    share_under = models.IntegerField(default=0)
    share_more = models.IntegerField(default=0)
    measured_at = models.CharField(max_length=10, blank=True)
    lead_days = models.IntegerField(default=0)
    extension_limit = models.IntegerField(default=0)
    distinct_people = models.IntegerField(default=0)
    event_scope = models.CharField(max_length=10, blank=True)
    relation = models.CharField(max_length=12, blank=True)
    before_days = models.IntegerField(default=0)
    limit_days = models.IntegerField(default=0)
    limit_unit = models.CharField(max_length=10, blank=True)
    late_days = models.IntegerField(default=0)
    bound_from = models.DateField()
    bound_until = models.DateField()
    in_force_from = models.DateField()
    in_force_until = models.DateField()

    privacy = declare(
        open="adoption provision kind selector subject_kind window_key required measure needs_quorum structure "
        "structure_min structure_max maximum share_over share_under share_more measured_at lead_days extension_limit "
        "distinct_people event_scope relation before_days limit_days limit_unit late_days "
        "bound_from bound_until in_force_from in_force_until"
    )

    class Meta:
        indexes = [models.Index(fields=["office", "kind"])]


class RuleFact(models.Model):
    """What a rule looks for: a fact that counts, one that nearly counts, the event, an extension, or what covers.

    ``position`` is the place of a step in its procedure, counted from 1.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="facts")
    role = models.CharField(max_length=8, choices=FactRole.choices)
    fact = models.CharField(max_length=60)
    position = models.IntegerField(default=0)

    privacy = declare(open="rule role fact position")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "role", "fact"], name="provisions_rulefact_once")]


class Window(models.Model):
    """One round of a period: ``start <= day < end``; from ``grace_end`` on, what is missing is 暂无记录.

    ``due_end`` is the day after the last one on which something is in time: the end, unless the requirement is due
    early in the period.  ``days`` are those up to it.
    """

    key = models.CharField(max_length=40)
    start = models.DateField()
    end = models.DateField()
    last_day = models.DateField()
    due_end = models.DateField()
    grace_end = models.DateField()
    days = models.IntegerField()

    privacy = declare(open="key start end last_day due_end grace_end days")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "start"], name="provisions_window_once")]


class Finding(models.Model):
    """What comparing a provision with the record says today; rebuilt, never typed.

    The key is (office, provision, subject kind and ids, window start, event); absent ids are 0.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+")
    provision = models.CharField(max_length=60)
    adoption_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    organization_id = models.BigIntegerField(default=0)
    person_id = models.BigIntegerField(default=0)
    other_person_id = models.BigIntegerField(default=0)
    window_start = models.DateField()
    window_end = models.DateField()
    event_type = models.CharField(max_length=20, blank=True)
    event_id = models.BigIntegerField(default=0)
    state = models.CharField(max_length=16, choices=FindingState.choices)
    late = models.IntegerField(default=0)
    count = models.IntegerField(default=0)
    near_count = models.IntegerField(default=0)
    required = models.IntegerField(default=0)
    reason = models.CharField(max_length=40, blank=True)
    ruling_id = models.BigIntegerField(default=0)
    next_change_on = models.DateField(null=True, db_index=True)

    privacy = declare(
        open="provision adoption_id subject_kind organization_id window_start window_end event_type event_id state late "
        "count near_count required reason ruling_id next_change_on",
        restricted="person_id other_person_id",
    )
    person_sees = PersonSees.NOW

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "office",
                    "provision",
                    "subject_kind",
                    "organization_id",
                    "person_id",
                    "other_person_id",
                    "window_start",
                    "event_type",
                    "event_id",
                ],
                name="provisions_finding_one_key",
            )
        ]
        indexes = [
            models.Index(fields=["office", "organization_id", "provision"]),
            models.Index(fields=["office", "person_id"]),
        ]


class Ruling(OfficeOwned):
    """What a person said of a finding: done by word, excused, or confirmed missed; an input to the judgement.

    It names a finding by its key.  A standing excuse has no ``window_start`` but days of its own.
    A record that counts always beats a ruling, which stays readable.
    """

    provision = models.CharField("制度要求", max_length=60)
    subject_kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    organization_id = models.BigIntegerField(default=0)
    person_id = models.BigIntegerField(default=0)
    other_person_id = models.BigIntegerField(default=0)
    window_start = models.DateField(null=True, blank=True)
    event_type = models.CharField(max_length=20, blank=True)
    event_id = models.BigIntegerField(default=0)
    excused_from = models.DateField("说明适用自", null=True, blank=True)
    excused_until = models.DateField("说明适用至(不含)", null=True, blank=True)
    kind = models.CharField("认定", max_length=10, choices=RulingKind.choices)
    basis = models.CharField("依据", max_length=10, choices=RulingBasis.choices, blank=True)
    reason = models.CharField("理由", max_length=300)
    on_behalf = models.CharField("代录说明", max_length=120, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    privacy = declare(
        open="provision subject_kind organization_id window_start event_type event_id excused_from excused_until kind basis "
        "reason withdrawn_at",
        restricted="person_id other_person_id on_behalf",
    )
    person_sees = PersonSees.NOW

    class Meta:
        verbose_name = "认定"
        indexes = [models.Index(fields=["office", "provision", "organization_id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(window_start__isnull=False) | Q(excused_from__isnull=False),
                name="provisions_ruling_has_days",
            )
        ]


class Freshness(models.Model):
    """For which day an office's findings were worked out, and what changed since.

    ``stale``: everything is to be judged anew; ``changed_facts``: only what looks for these facts is, and only for the
    ``touched`` units and people (ids under ``units`` and ``people``; None: for everybody).
    ``next_change_on``: the first day on which anything may stand otherwise though nothing is recorded.
    """

    office = models.OneToOneField(Office, on_delete=models.CASCADE, related_name="freshness")
    as_of = models.DateField(null=True)
    stale = models.BooleanField(default=True)
    changed_facts = models.JSONField(default=list)
    touched = models.JSONField(null=True, default=None)
    next_change_on = models.DateField(null=True)

    privacy = declare(open="as_of stale changed_facts next_change_on", restricted="touched")


class Inquiry(OfficeOwned):
    """A person asks a unit about one finding, with a sentence; the unit answers.  It never sets a state."""

    provision = models.CharField("制度要求", max_length=60)
    subject_kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="inquiries", verbose_name="单位"
    )
    window_start = models.DateField()
    event_type = models.CharField(max_length=20, blank=True)
    event_id = models.BigIntegerField(default=0)
    sentence = models.CharField("提请说明", max_length=300)
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf = models.CharField("代录说明", max_length=120, blank=True)

    privacy = declare(
        open="provision subject_kind organization window_start event_type event_id sentence answer answered_at answered_by",
        restricted="on_behalf",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = "提请说明"
        indexes = [models.Index(fields=["office", "organization", "answered_at"])]


class IssuedSet(OfficeOwned):
    """A set of requirements that a city issues and a county receives, by file or within one installation.

    ``content`` is what the file holds, ``digest`` its checksum: the same set received twice is one row.  ``received``
    tells the county's copy from the city's own; ``published_on`` is the day of the county's answer, given once.
    """

    title = models.CharField("标题", max_length=120)
    day = models.DateField("日期")
    issuer_name = models.CharField("印发机关", max_length=80)
    issuer_code = models.CharField("印发机关区划代码", max_length=12)
    content = models.JSONField("内容")
    digest = models.CharField("校验值", max_length=64)
    received = models.BooleanField("收到的", default=False)
    published_on = models.DateField("上报日期", null=True, blank=True)

    privacy = declare(open="title day issuer_name issuer_code content digest received published_on")

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = "要求汇编"
        constraints = [
            models.UniqueConstraint(fields=["office", "digest", "received"], name="provisions_issuedset_once")
        ]

    def __str__(self) -> str:
        return self.title


class SetDecision(OfficeOwned):
    """What a county decided on one requirement of a set: adopted, or not applicable with a reason."""

    issued_set = models.ForeignKey(IssuedSet, on_delete=models.CASCADE, related_name="decisions")
    provision = models.CharField("制度要求", max_length=60)
    decision = models.CharField("决定", max_length=16, choices=SetDecisionKind.choices)
    reason = models.CharField("理由", max_length=300, blank=True)
    adoption = models.ForeignKey(Adoption, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    privacy = declare(open="issued_set provision decision reason adoption")

    class Meta:
        verbose_name = "汇编处理"
        constraints = [models.UniqueConstraint(fields=["issued_set", "provision"], name="provisions_setdecision_once")]


class SetReply(OfficeOwned):
    """A county's answer to a set as the city holds it: decisions and counts of units by state, no names."""

    issued_set = models.ForeignKey(IssuedSet, on_delete=models.CASCADE, related_name="replies")
    replier_name = models.CharField("上报机关", max_length=80)
    replier_code = models.CharField("上报机关区划代码", max_length=12)
    day = models.DateField("截至")
    content = models.JSONField("内容")

    privacy = declare(open="issued_set replier_name replier_code day content")

    class Meta:
        ordering = ["replier_code"]
        verbose_name = "上报情况"
        constraints = [models.UniqueConstraint(fields=["issued_set", "replier_code"], name="provisions_setreply_once")]
