"""What happened: recorded once by whoever organised it, counted for every provision that it serves."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tongxin.activities.enums import (
    ActivityStatus,
    LeaveDecision,
    LeaveReason,
    MarkSource,
    MinutesForm,
    MinutesStatus,
    ParticipantRole,
    Presence,
    Reply,
    StationKind,
)
from tongxin.core.models import Identified
from tongxin.core.privacy import PersonSees, declare
from tongxin.registry.models import OfficeOwned, Organization, Person, StoredFile


class Activity(OfficeOwned):
    """One meeting, study, visit, talk or other occasion.  Its own start day decides its window.

    ``planned_day``: the day for which it first stood in a plan; empty for what came about without one.  ``month_only``:
    the plan names the month, ``day`` is then its last day.  ``kind`` is a code of the activity catalogue.  ``last_day`` is inclusive.  ``quantity`` is class
    hours, where the kind has them.  ``part_of`` joins an occasion to the one within which it was held.
    """

    kind = models.CharField("类型", max_length=40)
    title = models.CharField("名称", max_length=200)
    day = models.DateField("日期")
    last_day = models.DateField("结束日期")
    starts_at = models.TimeField("开始时间", null=True, blank=True)
    ends_at = models.TimeField("结束时间", null=True, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    status = models.CharField("状态", max_length=12, choices=ActivityStatus.choices, default=ActivityStatus.HELD)
    topic = models.CharField("主题", max_length=200, blank=True)
    quantity = models.PositiveIntegerField("学时", default=0)
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    register_closed_at = models.DateTimeField("登记确认时间", null=True, blank=True)
    on_behalf = models.CharField("代录说明", max_length=120, blank=True)
    practice = models.CharField("特色做法", max_length=300, blank=True)
    practice_approved_by = models.CharField("特色做法审定", max_length=60, blank=True)
    planned_day = models.DateField("计划日期", null=True, blank=True)
    month_only = models.BooleanField("只定到月", default=False)
    cancelled_because = models.CharField("取消原因", max_length=200, blank=True)
    notified_at = models.DateTimeField("通知时间", null=True, blank=True)
    notice = models.CharField("通知事项", max_length=600, blank=True)
    reply_by = models.DateField("回复期限", null=True, blank=True)

    privacy = declare(
        open="kind title day last_day starts_at ends_at place status topic quantity part_of register_closed_at practice "
        "practice_approved_by planned_day month_only cancelled_because notified_at notice reply_by",
        restricted="on_behalf",
    )

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = "活动"
        verbose_name_plural = "活动"
        indexes = [
            models.Index(fields=["office", "day"]),
            models.Index(fields=["office", "kind", "day"]),
            models.Index(fields=["office", "status", "day"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("day")), name="activities_activity_dates_in_order")
        ]

    def __str__(self) -> str:
        return self.title


class Organizer(models.Model):
    """An organization that held the activity; the activity counts for each of them."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="organizers")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="activities_held")
    lead = models.BooleanField("牵头", default=False)

    privacy = declare(open="activity organization lead")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "organization"], name="activities_organizer_once")]


class AgendaItem(Identified):
    """One item of the agenda.  Its kind may satisfy a provision by itself, e.g. 第一议题 in first place."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="agenda")
    order = models.PositiveIntegerField("序号")
    kind = models.CharField("类型", max_length=40)
    title = models.CharField("议题", max_length=200)
    outcome = models.CharField("结果", max_length=300, blank=True)
    papers = models.ManyToManyField(StoredFile, blank=True, related_name="+")

    privacy = declare(open="activity order kind title outcome papers")

    class Meta:
        ordering = ["activity", "order"]
        constraints = [models.UniqueConstraint(fields=["activity", "order"], name="activities_agendaitem_one_place")]


class Meaning(models.Model):
    """What an activity counts as; derived from its kind and its agenda, never typed.

    One activity has as many rows as it has meanings: a theme day with a general meeting and a class has three.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="meanings")
    fact = models.CharField(max_length=40)

    privacy = declare(open="activity fact")

    class Meta:
        indexes = [models.Index(fields=["fact", "activity"])]
        constraints = [models.UniqueConstraint(fields=["activity", "fact"], name="activities_meaning_once")]


class Participation(models.Model):
    """One person at one activity.  Unknown presence is never taken for absence.

    ``expected``: belonged on the day to those who ought to be there (应到), in whatever capacity they took part.
    ``entitled``: belonged to those of them with a vote.  ``agrees_to_show``: of the two of a talk or contact, this one
    agrees that others of the office see that it took place; it shows only where both do.  ``presence_at``, ``late_at``,
    ``left_early_at``: the instant of the mark that settles the fact, so that marks in any order settle alike.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    role = models.CharField("身份", max_length=12, choices=ParticipantRole.choices, default=ParticipantRole.MEMBER)
    reply = models.CharField("回复", max_length=12, choices=Reply.choices, blank=True)
    leave_reason = models.CharField("请假事由", max_length=20, choices=LeaveReason.choices, blank=True)
    leave_approved_by = models.CharField("准假人", max_length=60, blank=True)
    leave_decision = models.CharField("准假情况", max_length=10, choices=LeaveDecision.choices, blank=True)
    substitute = models.CharField("受委托人", max_length=60, blank=True)
    replied_at = models.DateTimeField("回复时间", null=True, blank=True)
    reply_on_behalf = models.CharField("代录说明", max_length=120, blank=True)
    presence = models.CharField("到会", max_length=8, choices=Presence.choices, default=Presence.UNKNOWN)
    late = models.BooleanField("迟到", default=False)
    left_early = models.BooleanField("早退", default=False)
    expected = models.BooleanField("应到", default=False)
    entitled = models.BooleanField("有表决权", default=False)
    agrees_to_show = models.BooleanField("同意公开", default=False)
    presence_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    left_early_at = models.DateTimeField(null=True, blank=True)

    privacy = declare(
        open="activity person role reply presence late left_early expected replied_at leave_decision agrees_to_show "
        "presence_at late_at left_early_at",
        restricted="leave_approved_by entitled substitute reply_on_behalf",
        sensitive="leave_reason",
    )
    person_sees = PersonSees.NOW

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "person"], name="activities_participation_once")]
        indexes = [models.Index(fields=["person", "activity"])]


class Station(OfficeOwned):
    """A link of one meeting that works without signing in: a door where its marks are taken, or a screen of totals.

    Only the hash of the secret in its address is kept.  It ends at ``expires_at`` or when the clerk revokes it.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="stations")
    kind = models.CharField("用途", max_length=8, choices=StationKind.choices, default=StationKind.DOOR)
    name = models.CharField("名称", max_length=40)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField("有效至")
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    privacy = declare(open="activity kind name expires_at revoked_at", sensitive="token_hash")

    class Meta:
        ordering = ["id"]
        verbose_name = "登记台"

    def __str__(self) -> str:
        return self.name


class Badge(models.Model):
    """A printed badge of one person for one meeting; the clerk's scanner reads its code, nobody scans it themselves.

    The code is drawn at random and says nothing.  A lost badge is revoked; its code is refused from then on.
    """

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="badges")
    code = models.CharField("编码", max_length=16, unique=True)
    issued_at = models.DateTimeField("制作时间")
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    privacy = declare(open="participation issued_at revoked_at", restricted="code")

    class Meta:
        verbose_name = "参会凭证"
        constraints = [
            models.UniqueConstraint(
                fields=["participation"], condition=Q(revoked_at__isnull=True), name="activities_badge_one_valid"
            )
        ]


class PresenceMark(models.Model):
    """One mark in the register, append-only; sent twice with the same ``client_id`` it is one mark.

    A mark says what it says and no more: an empty ``presence``, a null ``late`` or ``left_early`` leaves that fact
    alone.  ``at`` is the mark's own instant; ``received_at`` when it arrived, where it waited (a network gap) or was
    written on paper first.  ``undoes``: the mark that it takes back.  ``station``: the door, if it came from one.
    """

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="marks")
    client_id = models.UUIDField(unique=True)
    presence = models.CharField(max_length=8, choices=Presence.choices, blank=True)
    late = models.BooleanField(null=True)
    left_early = models.BooleanField(null=True)
    source = models.CharField(max_length=12, choices=MarkSource.choices)
    at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True)
    undoes = models.UUIDField(null=True, blank=True)
    station = models.ForeignKey(Station, null=True, blank=True, on_delete=models.PROTECT, related_name="marks")
    by_id = models.BigIntegerField(null=True)

    privacy = declare(
        open="participation client_id presence late left_early source at received_at undoes station", restricted="by_id"
    )

    class Meta:
        ordering = ["id"]


class Minutes(OfficeOwned):
    """What was written of an activity: draft, comments of those present, approval.

    A record (记录) is completed by the ``recorder`` and checked by the ``host``; a summary (纪要) is signed.  Names
    stand here as they stand on paper.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="minutes")
    form = models.CharField("形式", max_length=10, choices=MinutesForm.choices, default=MinutesForm.RECORD)
    status = models.CharField("状态", max_length=12, choices=MinutesStatus.choices, default=MinutesStatus.DRAFT)
    text = models.TextField("正文", blank=True)
    recorder = models.CharField("记录人", max_length=60, blank=True)
    host = models.CharField("核对人", max_length=60, blank=True)
    checked_on = models.DateField("核对日期", null=True, blank=True)
    signed_by = models.CharField("签发人", max_length=60, blank=True)
    signed_on = models.DateField("签发日期", null=True, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    privacy = declare(open="activity form status recorder host checked_on signed_by signed_on", restricted="text file")

    class Meta:
        verbose_name = "会议记录"
        constraints = [models.UniqueConstraint(fields=["activity", "form"], name="activities_minutes_one_each")]


class MinutesVersion(OfficeOwned):
    """One wording of minutes, kept whatever comes after it; the newest is the text of the minutes."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("版次")
    text = models.TextField("正文", blank=True)

    privacy = declare(open="minutes number", restricted="text")

    class Meta:
        ordering = ["minutes", "-number"]
        verbose_name = "会议记录版次"
        constraints = [models.UniqueConstraint(fields=["minutes", "number"], name="activities_minutesversion_number")]


class MinutesComment(OfficeOwned):
    """What somebody who was present says about a draft of minutes, and what came of it.

    ``on_behalf``: entered for them from paper or by word.  ``answer``: how it was dealt with.
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="comments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.CharField("意见", max_length=500)
    on_behalf = models.CharField("代录说明", max_length=120, blank=True)
    answer = models.CharField("采纳情况", max_length=200, blank=True)

    privacy = declare(open="minutes person", restricted="text on_behalf answer")
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["id"]
        verbose_name = "会议记录意见"


class StudyUse(models.Model):
    """What was studied led to this duty work (学用结合): a visit, research, a consultation."""

    study = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="uses")
    duty = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="studied_in")

    privacy = declare(open="study duty")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "duty"], name="activities_studyuse_once")]


class AppraisalCount(OfficeOwned):
    """What an appraisal of Party members came to: paper ballots, counted by hand, totals typed in; no names.

    ``issued`` ballots were handed out, ``returned`` came back; the four others say how many members had which outcome.
    """

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="appraisal")
    issued = models.PositiveIntegerField("发出测评票")
    returned = models.PositiveIntegerField("收回测评票")
    excellent = models.PositiveIntegerField("优秀")
    qualified = models.PositiveIntegerField("合格")
    basic = models.PositiveIntegerField("基本合格")
    unqualified = models.PositiveIntegerField("不合格")

    privacy = declare(open="activity", restricted="issued returned", sensitive="excellent qualified basic unqualified")

    class Meta:
        verbose_name = "民主评议结果"


class TemporaryBody(models.Model):
    """A temporary body that lives and ends with an activity (临时党支部)."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, related_name="temporary_for")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="temporary_bodies")

    privacy = declare(open="organization activity")


class YearPlan(OfficeOwned):
    """A unit's plan of a year as a person adopted it; its occasions are planned activities.

    ``bound``: with how few occasions it could have been done, as worked out when it was proposed.  A plan that was
    replaced keeps its row and says when.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="year_plans", verbose_name="单位"
    )
    year = models.PositiveIntegerField("年度")
    bound = models.PositiveIntegerField("最少次数")
    replaced_at = models.DateTimeField("更换时间", null=True, blank=True)
    activities = models.ManyToManyField(Activity, related_name="year_plans", blank=True, verbose_name="安排")

    privacy = declare(open="organization year bound replaced_at activities")

    class Meta:
        ordering = ["-year", "-id"]
        verbose_name = "年度安排"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                condition=Q(replaced_at__isnull=True),
                name="activities_yearplan_one_in_force",
            )
        ]
