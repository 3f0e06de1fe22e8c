"""What is in flight: a matter, the units and people it concerns, and each step it took."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tongxin.activities.models import Activity, AgendaItem
from tongxin.core.models import Identified
from tongxin.core.privacy import PersonSees, declare
from tongxin.matters.enums import (
    CheckEvery,
    CosignState,
    LinkNature,
    MatterKind,
    NoticeCause,
    OutletKind,
    PassPurpose,
    PersonRole,
    ProposalForm,
    Satisfaction,
    SettingTarget,
    Theme,
    UnitRole,
)
from tongxin.matters.workflow import AUDIENCE_NAMES, UNIT_NAMES
from tongxin.registry.models import OfficeOwned, Organization, Person, StoredFile


class Matter(OfficeOwned):
    """A proposal, task, request, report, manuscript …  Requests and reports keep a neutral title and no body.

    ``step_count`` is how many steps were taken: a step is taken only by who has seen them all.
    ``addressee`` is the body to which a request or report goes.  ``due_on`` is the nearest date that runs, given by
    people or by a clock of the stage; ``explained_on`` when progress or a delay was last explained.
    """

    kind = models.CharField("类型", max_length=20, choices=MatterKind.choices)
    number = models.CharField("编号", max_length=60, blank=True)
    title = models.CharField("标题", max_length=200)
    state = models.CharField("状态", max_length=30)
    step_count = models.PositiveIntegerField(default=0)
    day = models.DateField("登记日期")
    due_on = models.DateField("期限", null=True, blank=True)
    due_text = models.CharField("时限原文", max_length=100, blank=True)
    explained_on = models.DateField("说明日期", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    topic = models.CharField("事项类别", max_length=60, blank=True)
    addressee = models.CharField("主送机关", max_length=120, blank=True)
    on_behalf = models.CharField("代录说明", max_length=120, blank=True)

    privacy = declare(
        open="kind number state step_count day due_on due_text explained_on closed_on topic addressee",
        restricted="title on_behalf",
    )

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = "事项"
        indexes = [
            models.Index(fields=["office", "kind", "state", "due_on"]),
            models.Index(fields=["office", "due_on"]),
            models.Index(fields=["office", "-day", "-id"], name="matters_matter_latest"),
            models.Index(fields=["office", "kind", "-day", "-id"], name="matters_matter_latest_kind"),
            models.Index(
                fields=["office", "kind", "state", "due_on", "id"],
                name="matters_matter_open",
                condition=models.Q(closed_on__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "number"], condition=~models.Q(number=""), name="matters_matter_one_number"
            )
        ]

    def __str__(self) -> str:
        return self.title


class BodyRevision(OfficeOwned):
    """One wording of a matter's body; earlier wordings stay.  ``edited``: an office's copy beside the author's."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="revisions")
    text = models.TextField("正文")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    edited = models.BooleanField("编辑稿", default=False)

    privacy = declare(open="matter edited", restricted="text file")


class MatterUnit(models.Model):
    """A unit that works on a matter; from ``released_on`` on it no longer does and no longer sees it."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="units")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="matters")
    role = models.CharField("分工", max_length=10, choices=UnitRole.choices)
    released_on = models.DateField("退出日期", null=True, blank=True)

    privacy = declare(open="matter organization role released_on")

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
    was entered), ``on_behalf`` how that is known.  ``reference`` is the number of a paper, ``due_on`` a date set anew,
    ``code`` what was chosen of the codes that the transition declares, ``unit`` for which unit it was taken.
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
    code = models.CharField("类别", max_length=40, blank=True)
    proofread = models.BooleanField("已校对", default=False)
    unit = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="办理单位"
    )
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    privacy = declare(
        open="matter transition from_state to_state day at by person reference due_on code proofread unit",
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


class StageClock(models.Model):
    """A clock of the workflow as it runs for one matter: from ``started_on`` to ``due_on``, until it is stopped.

    ``due_on`` moves by extension and by pauses, ``first_due_on`` does not.  ``explained_on``: when a delay was
    explained.  ``nearing_told`` and ``passed_told``: when the responsible were told that the day comes or has passed.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="clocks")
    code = models.CharField(max_length=30)
    started_on = models.DateField("起算")
    first_due_on = models.DateField("原定期限")
    due_on = models.DateField("期限")
    paused_on = models.DateField("暂停", null=True, blank=True)
    stopped_on = models.DateField("停止", null=True, blank=True)
    explained_on = models.DateField("说明", null=True, blank=True)
    nearing_told = models.DateField(null=True, blank=True)
    passed_told = models.DateField(null=True, blank=True)

    privacy = declare(
        open="matter code started_on first_due_on due_on paused_on stopped_on explained_on nearing_told passed_told"
    )

    class Meta:
        ordering = ["id"]
        verbose_name = "办理时限"
        indexes = [
            models.Index(
                fields=["due_on"],
                name="matters_stageclock_running",
                condition=models.Q(stopped_on__isnull=True, paused_on__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "code"],
                name="matters_stageclock_one_running",
                condition=models.Q(stopped_on__isnull=True),
            )
        ]


class MatterNotice(models.Model):
    """Something to be told, written in the transaction of what it tells; whoever hands it out marks it.

    ``organization``: the unit told, where it is a unit.  Who is told else follows from ``audience`` and the matter.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="notices")
    step = models.ForeignKey(Step, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    cause = models.CharField("事由", max_length=10, choices=NoticeCause.choices)
    audience = models.CharField("告知对象", max_length=10, choices=[(str(k), v) for k, v in AUDIENCE_NAMES.items()])
    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    text = models.CharField("内容", max_length=400)
    made_on = models.DateField("日期")
    taken_at = models.DateTimeField("送出时间", null=True, blank=True)

    privacy = declare(open="matter step cause audience organization made_on taken_at", restricted="text")

    class Meta:
        ordering = ["-id"]
        verbose_name = "事项告知"
        indexes = [
            models.Index(fields=["matter", "-id"], name="matters_notice_of_matter"),
            models.Index(fields=["id"], name="matters_notice_waiting", condition=models.Q(taken_at__isnull=True)),
        ]


class WorkflowSetting(OfficeOwned):
    """What an office calls a state, step or code, or how long it lets a clock run; the course itself is code.

    ``code``: of the state, transition or clock; for codes ``transition.code``.  ``amount`` 0 switches a clock off.
    """

    kind = models.CharField("类型", max_length=20, choices=MatterKind.choices)
    target = models.CharField("对象", max_length=12, choices=SettingTarget.choices)
    code = models.CharField(max_length=60)
    label = models.CharField("名称", max_length=60, blank=True)
    amount = models.PositiveIntegerField("时限", null=True, blank=True)
    unit = models.CharField("单位", max_length=10, choices=[(str(k), v) for k, v in UNIT_NAMES.items()], blank=True)
    month = models.PositiveSmallIntegerField("月", null=True, blank=True)
    day_of_month = models.PositiveSmallIntegerField("日", null=True, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)

    privacy = declare(open="kind target code label amount unit month day_of_month basis")

    class Meta:
        verbose_name = "流程设置"
        constraints = [
            models.UniqueConstraint(fields=["office", "kind", "target", "code"], name="matters_setting_once")
        ]


class Attachment(OfficeOwned):
    """A paper that belongs to a matter; handed out only to who may see the matter.

    ``kept_from_units``: not shown to the units that handle it.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    note = models.CharField("说明", max_length=100, blank=True)
    kept_from_units = models.BooleanField("不给承办单位看", default=False)

    privacy = declare(open="matter kept_from_units", restricted="file note")

    class Meta:
        ordering = ["id"]
        verbose_name = "附件"


class SavedView(OfficeOwned):
    """A ledger as somebody narrowed it, kept under a name for themselves (``created_by``)."""

    name = models.CharField("名称", max_length=40)
    query = models.CharField("条件", max_length=500)

    privacy = declare(open="name", restricted="query")

    class Meta:
        ordering = ["id"]
        verbose_name = "常用台账"
        constraints = [
            models.UniqueConstraint(fields=["office", "created_by", "name"], name="matters_savedview_one_name")
        ]


class Proposal(models.Model):
    """What a proposal has beside every matter: its form, theme and session, and the leader who follows a key one.

    ``organization``: the body that proposes, where it is collective.  ``cosign_until``: the last day of co-signing.
    """

    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, related_name="proposal")
    form = models.CharField("形式", max_length=12, choices=ProposalForm.choices)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="提案单位"
    )
    theme = models.CharField("主题", max_length=20, choices=Theme.choices, default=Theme.OTHER)
    in_session = models.BooleanField("全会期间", default=False)
    cosign_until = models.DateField("联名截止", null=True, blank=True)
    key = models.BooleanField("重点提案", default=False)

    privacy = declare(open="matter form organization theme in_session cosign_until key")

    class Meta:
        verbose_name = "提案"


class Cosignature(OfficeOwned):
    """Somebody asked to co-sign a proposal: whether they did, which wording they signed, how it is known.

    Whoever does not sign gives no reason.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="cosignatures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cosignatures")
    state = models.CharField("联名", max_length=10, choices=CosignState.choices, default=CosignState.INVITED)
    revision = models.ForeignKey(BodyRevision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_on = models.DateField("日期", null=True, blank=True)
    on_behalf = models.CharField("代录说明", max_length=120, blank=True)

    privacy = declare(open="matter person", restricted="state revision answered_on on_behalf")
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["id"]
        verbose_name = "联名"
        constraints = [models.UniqueConstraint(fields=["matter", "person"], name="matters_cosignature_once")]


class UnitReply(models.Model):
    """What a unit gave on a matter: a co-handler's opinion to the lead, or a reply to the authors.

    ``contact``: whom the authors may ask, with telephone, as the reply names them.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="replies")
    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="reply")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    opinion = models.BooleanField("会办意见", default=False)
    text = models.TextField("内容")
    contact = models.CharField("联系人及电话", max_length=80, blank=True)

    privacy = declare(open="matter step organization opinion", restricted="text contact")

    class Meta:
        ordering = ["id"]
        verbose_name = "答复"


class Assessment(OfficeOwned):
    """What the author thinks of how a unit handled the proposal.

    It goes to the proposals office; the unit reads it only where its author chose so (``shown_on``).  Units are told
    sums of a past year from five on.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="assessments")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assessments")
    satisfaction = models.CharField("评价", max_length=12, choices=Satisfaction.choices)
    text = models.TextField("说明", blank=True)
    day = models.DateField("日期")
    on_behalf = models.CharField("代录说明", max_length=120, blank=True)
    shown_on = models.DateField("向承办单位公开", null=True, blank=True)

    privacy = declare(
        open="matter organization person day shown_on", restricted="on_behalf", sensitive="satisfaction text"
    )
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["id"]
        verbose_name = "评价"
        constraints = [models.UniqueConstraint(fields=["matter", "organization"], name="matters_assessment_once")]


class MatterPass(OfficeOwned):
    """A link by which a unit or a leader without an account takes their step on one matter; only its hash is kept.

    ``stage``: the state of the matter for which a reviewer's link was issued; it is good for no other.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="passes")
    purpose = models.CharField("用途", max_length=10, choices=PassPurpose.choices)
    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField("阶段", max_length=30, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    privacy = declare(
        open="matter purpose organization person stage expires_at used_at revoked_at", restricted="token_hash"
    )
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["-id"]
        verbose_name = "一次性链接"


class ReviewNote(OfficeOwned):
    """A remark beside the text of a manuscript, at the words that it quotes; open until it is settled.

    ``start``: where the quotation began in ``revision``, in code points; ``before``: the words in front of it.  A new
    wording moves the note to where the same words now stand; where they are gone the page says 原文已改.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="notes")
    revision = models.ForeignKey(BodyRevision, on_delete=models.CASCADE, related_name="notes")
    start = models.PositiveIntegerField()
    quote = models.CharField("原文", max_length=300)
    before = models.CharField(max_length=40, blank=True)
    text = models.CharField("批注", max_length=500)
    answer = models.CharField("处理情况", max_length=300, blank=True)
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    privacy = declare(open="matter revision start settled_at settled_by", restricted="quote before text answer")

    class Meta:
        ordering = ["id"]
        verbose_name = "批注"


class ReviewHold(models.Model):
    """Somebody said that they are looking at a manuscript; it ends by itself, hinders nobody, and then is gone."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="holds")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    privacy = declare(open="matter user until")

    class Meta:
        verbose_name = "正在看"
        constraints = [models.UniqueConstraint(fields=["matter", "user"], name="matters_reviewhold_once")]


class Outlet(OfficeOwned):
    """A channel of the office's own, or a venue: who looks after it and how often it is checked.

    ``since``: from when checks are counted; ``closed_on``: given up on this day.
    """

    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类别", max_length=20, choices=OutletKind.choices)
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name="责任单位")
    keeper = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="outlets", verbose_name="责任人"
    )
    address = models.CharField("网址或地点", max_length=200, blank=True)
    check_every = models.CharField("检查周期", max_length=10, choices=CheckEvery.choices, default=CheckEvery.QUARTER)
    since = models.DateField("启用日期")
    closed_on = models.DateField("停用日期", null=True, blank=True)

    privacy = declare(open="name kind unit keeper address check_every since closed_on")
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["kind", "id"]
        verbose_name = "阵地"
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name"], condition=models.Q(closed_on__isnull=True), name="matters_outlet_one_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OutletCheck(OfficeOwned):
    """A channel or venue was looked at on ``day``; what was wrong stands in its faults."""

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="checks")
    day = models.DateField("检查日期")
    note = models.CharField("情况", max_length=300, blank=True)

    privacy = declare(open="outlet day note")

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = "阵地检查"
        indexes = [models.Index(fields=["outlet", "-day"], name="matters_check_latest")]


class OutletFault(OfficeOwned):
    """Something wrong with a channel or venue, found in a check, until it is mended."""

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="faults")
    found_in = models.ForeignKey(OutletCheck, on_delete=models.CASCADE, related_name="faults")
    text = models.CharField("问题", max_length=300)
    mended_on = models.DateField("整改日期", null=True, blank=True)
    mended = models.CharField("整改情况", max_length=300, blank=True)

    privacy = declare(open="outlet found_in text mended_on mended")

    class Meta:
        ordering = ["id"]
        verbose_name = "阵地问题"


class Publication(OfficeOwned):
    """A manuscript appeared somewhere: which wording, where, when, on whose approval.  Never deleted with its matter.

    ``approval``: the step by which it was approved.  ``withdrawn_on``: taken down again, the entry stays.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="publications")
    revision = models.ForeignKey(BodyRevision, on_delete=models.PROTECT, related_name="+")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="publications")
    approval = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    day = models.DateField("发布日期")
    address = models.CharField("网址或期号", max_length=300, blank=True)
    withdrawn_on = models.DateField("撤下日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤下原因", max_length=300, blank=True)

    privacy = declare(open="matter revision outlet approval day address withdrawn_on withdrawn_reason")

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = "发布记录"
        indexes = [models.Index(fields=["office", "-day"], name="matters_publication_latest")]
        constraints = [models.UniqueConstraint(fields=["matter", "outlet"], name="matters_publication_once")]


class Upward(models.Model):
    """What a request or report has beside every matter.

    ``skipped``: the body that was skipped and gets a copy, with the reason.  ``title_reason``: why a title stands
    that the check of titles would refuse.  ``told_at`` and ``told_to``: an emergency was told by word first.
    """

    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, related_name="upward")
    skipped = models.CharField("越过并抄送的机关", max_length=120, blank=True)
    skip_reason = models.CharField("越级原因", max_length=300, blank=True)
    title_reason = models.CharField("标题保留原因", max_length=300, blank=True)
    told_at = models.DateTimeField("口头报告时间", null=True, blank=True)
    told_to = models.CharField("口头报告对象", max_length=120, blank=True)

    privacy = declare(open="matter skipped skip_reason told_at told_to", restricted="title_reason")

    class Meta:
        verbose_name = "请示报告登记"


class DecisionProof(OfficeOwned):
    """For one decision of a meeting: the request that came before it, or why there was none."""

    item = models.OneToOneField(AgendaItem, on_delete=models.CASCADE, related_name="proof")
    major = models.BooleanField("重大事项")
    request = models.ForeignKey(
        Matter, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions", verbose_name="请示"
    )
    reason = models.CharField("说明", max_length=300, blank=True)

    privacy = declare(open="item major request", restricted="reason")

    class Meta:
        verbose_name = "决策前请示"
