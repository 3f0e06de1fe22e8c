"""Who: offices, terms, people, organizations, dated memberships, contacts, grants; files and number series."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from tongxin.core.models import Dated, Identified
from tongxin.core.privacy import PersonSees, declare
from tongxin.registry.enums import (
    AffiliationCode,
    DraftState,
    MembershipReason,
    OfficeLevel,
    OrganizationKind,
    PartySide,
    PostCode,
    ProposalState,
    Role,
    Sex,
    SuggestionKind,
)


class Office(Identified):
    """One CPPCC committee with its office: the root of everything it owns.

    ``start_day`` (启用日期): nothing before it is judged.
    """

    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=50)
    document_code = models.CharField("发文机关代字", max_length=20, blank=True)
    level = models.CharField("层级", max_length=10, choices=OfficeLevel.choices)
    area_code = models.CharField("行政区划代码", max_length=6)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    start_day = models.DateField("启用日期")

    privacy = declare(open="name short_name document_code level area_code parent start_day")

    class Meta:
        ordering = ["area_code", "id"]
        verbose_name = "机关"
        constraints = [models.UniqueConstraint(fields=["area_code"], name="registry_office_one_per_area")]

    def __str__(self) -> str:
        return self.name


class OfficeOwned(Identified):
    """A row that belongs to one office, with who entered it and when."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class StoredFile(OfficeOwned):
    """A file kept outside the web root; it is handed out only through the row that refers to it."""

    file = models.FileField("文件", upload_to="%Y/%m")
    original_name = models.CharField("原文件名", max_length=255)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小(字节)")
    sha256 = models.CharField(max_length=64, db_index=True)

    privacy = declare(restricted="file original_name media_type size sha256")

    class Meta:
        verbose_name = "文件"


class Series(models.Model):
    """A number series of one office and year; numbers are issued inside the writing transaction."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=50)
    year = models.PositiveIntegerField()
    next = models.PositiveIntegerField(default=1)

    privacy = declare(open="code year next")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "code", "year"], name="registry_series_one")]


class Term(OfficeOwned):
    """One term of a committee: 第六届, ``starts <= day < ends``."""

    ordinal = models.PositiveIntegerField("届次")
    starts = models.DateField("开始")
    ends = models.DateField("结束(不含)")

    privacy = declare(open="ordinal starts ends")

    class Meta:
        ordering = ["office", "ordinal"]
        verbose_name = "届"
        constraints = [
            models.UniqueConstraint(fields=["office", "ordinal"], name="registry_term_one_ordinal"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="registry_term_dates_in_order"),
        ]

    def __str__(self) -> str:
        return gettext("第%(ordinal)s届") % {"ordinal": self.ordinal}


class Person(OfficeOwned):
    """A person as one office knows them.  No religion, no health, no free text about a person."""

    name = models.CharField("姓名", max_length=60)
    pinyin_key = models.CharField("拼音序", max_length=200, blank=True, db_index=True)
    stroke_key = models.CharField("笔画序", max_length=400, blank=True, db_index=True)
    precedence = models.PositiveIntegerField("排序号", null=True, blank=True)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    ethnic_group = models.CharField("民族代码", max_length=2, blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    employer = models.CharField("工作单位", max_length=150, blank=True)
    position = models.CharField("职务", max_length=150, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="persons"
    )

    privacy = declare(
        open="name pinyin_key stroke_key precedence sex employer position user",
        restricted="birth_date phone email",
        sensitive="ethnic_group",
    )
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["pinyin_key", "id"]
        verbose_name = "人员"
        indexes = [
            models.Index(fields=["office", "name"]),
            # The order of the lists: a page of thirty thousand is read off without sorting them.
            models.Index(fields=["office", "precedence", "pinyin_key", "id"], name="registry_person_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class Affiliation(OfficeOwned, Dated):
    """A person's political affiliation (GB/T 4762) for a span of days; sensitive."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="affiliations")
    code = models.CharField("政治面貌", max_length=2, choices=AffiliationCode.choices)

    privacy = declare(open="person", sensitive="code")
    person_sees = PersonSees.NOW

    class Meta(Dated.Meta):
        verbose_name = "政治面貌"
        indexes = [models.Index(fields=["person", "code"])]


class Organization(OfficeOwned, Dated):
    """A body, unit or group; founded on ``valid_from``, gone on ``valid_until``."""

    kind = models.CharField("类型", max_length=30, choices=OrganizationKind.choices)
    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    based_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="units_based_here", verbose_name="依托"
    )
    purpose = models.CharField("宗旨", max_length=300, blank=True)
    founding_reference = models.CharField("成立批复", max_length=120, blank=True)
    founding_file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_on = models.DateField("批复日期", null=True, blank=True)
    closing_reference = models.CharField("撤销依据", max_length=120, blank=True)
    closing_approved_on = models.DateField("撤销批复日期", null=True, blank=True)
    precedence = models.PositiveIntegerField("排序号", default=1000)

    privacy = declare(
        open="kind name short_name parent based_on purpose founding_reference founding_file approved_on "
        "closing_reference closing_approved_on precedence"
    )

    class Meta(Dated.Meta):
        ordering = ["precedence", "id"]
        verbose_name = "组织"
        indexes = [models.Index(fields=["office", "kind"])]

    def __str__(self) -> str:
        return self.short_name or self.name


class OrganizationName(OfficeOwned, Dated):
    """A name that an organization bore before, on the days ``valid_from <= day < valid_until`` (Popolo other_names)."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField("曾用名", max_length=120)
    short_name = models.CharField("曾用简称", max_length=60, blank=True)
    basis = models.CharField("更名依据", max_length=200, blank=True)

    privacy = declare(open="organization name short_name basis")

    class Meta(Dated.Meta):
        ordering = ["-valid_until", "-id"]
        verbose_name = "组织曾用名"
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(valid_until__isnull=False), name="registry_organizationname_is_over"),
        ]


class Post(OfficeOwned):
    """A post within a kind of organization; ``precedence`` gives the official order of names."""

    organization_kind = models.CharField("组织类型", max_length=30, choices=OrganizationKind.choices)
    code = models.CharField("职务代码", max_length=40)
    name = models.CharField("职务", max_length=60)
    precedence = models.PositiveIntegerField("排序号", default=1000)

    privacy = declare(open="organization_kind code name precedence")

    class Meta:
        ordering = ["organization_kind", "precedence", "id"]
        verbose_name = "职务"
        constraints = [
            models.UniqueConstraint(fields=["office", "organization_kind", "code"], name="registry_post_one_code")
        ]

    def __str__(self) -> str:
        return self.name

    def is_officer(self) -> bool:
        """Tell whether the post sits on a branch committee."""
        return self.code in {
            PostCode.PARTY_SECRETARY,
            PostCode.PARTY_DEPUTY_SECRETARY,
            PostCode.BRANCH_COMMITTEE_MEMBER,
        }


class Membership(OfficeOwned, Dated):
    """A person in an organization, with post and term, on the days ``valid_from <= day < valid_until``.

    An unknown beginning is NULL.  ``home`` marks the one Party unit to which the person formally belongs.
    Membership of a Party unit tells affiliation and is guarded like it.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    term = models.ForeignKey(Term, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    home = models.BooleanField("组织关系所在", default=False)
    begin_reason = models.CharField("开始原因", max_length=20, choices=MembershipReason.choices, blank=True)
    end_reason = models.CharField("结束原因", max_length=20, choices=MembershipReason.choices, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)

    privacy = declare(open="person post term begin_reason end_reason basis", restricted="organization home")
    person_sees = PersonSees.NOW

    class Meta(Dated.Meta):
        verbose_name = "任职"
        indexes = [
            models.Index(fields=["organization", "valid_from", "valid_until"]),
            models.Index(fields=["person", "organization"]),
        ]


class ContactAssignment(OfficeOwned, Dated):
    """Who keeps contact with whom, since when and on what basis.  Contacts themselves are activities."""

    contact = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contacts_kept", verbose_name="联系人")
    target = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contacts_from", verbose_name="联系对象")
    basis = models.CharField("依据", max_length=200, blank=True)

    privacy = declare(open="contact target basis")
    person_sees = PersonSees.NOW

    class Meta(Dated.Meta):
        verbose_name = "联系安排"
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~Q(contact=F("target")), name="registry_contactassignment_two_people"),
        ]


class RoleGrant(OfficeOwned, Dated):
    """A role of a user in an office, or in one unit of it, for a span of days.

    ``delegated_by``: the grant whose holder passed it on; it never lasts longer than that one.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=30, choices=Role.choices)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.CASCADE, related_name="grants", verbose_name="所限单位"
    )
    delegated_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="delegations", verbose_name="委托自"
    )

    privacy = declare(open="user role organization delegated_by")

    class Meta(Dated.Meta):
        verbose_name = "授权"
        indexes = [models.Index(fields=["user", "office"])]


class TermDraft(OfficeOwned):
    """The draft of a new term: seats and quotas first, names once the list is published, then one opening.

    ``revision`` counts every change; a writer names the revision it saw and is refused when it has moved on.
    ``names_basis``: the published list, or who permitted names to be entered before it.
    """

    ordinal = models.PositiveIntegerField("届次")
    starts = models.DateField("拟开始")
    ends = models.DateField("拟结束(不含)")
    autonomous_area = models.BooleanField("民族自治地方", default=False)
    state = models.CharField("状态", max_length=10, choices=DraftState.choices, default=DraftState.QUOTAS)
    names_basis = models.CharField("名单依据", max_length=200, blank=True)
    published_on = models.DateField("名单公布日期", null=True, blank=True)
    opened_on = models.DateField("换届日期", null=True, blank=True)
    term = models.ForeignKey(Term, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField("修改次数", default=0)

    privacy = declare(
        open="ordinal starts ends autonomous_area state published_on opened_on term revision", restricted="names_basis"
    )

    class Meta:
        ordering = ["office", "-ordinal", "id"]
        verbose_name = "换届方案"
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="registry_termdraft_dates_in_order"),
            models.UniqueConstraint(
                fields=["office", "ordinal"],
                condition=~Q(state=DraftState.WITHDRAWN),
                name="registry_termdraft_one_at_a_time",
            ),
        ]


class DraftVersion(OfficeOwned):
    """One version of a draft; only the newest, which has no ``closed_at``, is worked on."""

    draft = models.ForeignKey(TermDraft, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("版次")
    note = models.CharField("说明", max_length=200, blank=True)
    closed_at = models.DateTimeField("定稿时间", null=True, blank=True)

    privacy = declare(open="draft number note closed_at")

    class Meta:
        ordering = ["draft", "number"]
        verbose_name = "换届方案版次"
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="registry_draftversion_one_number")]


class SectorQuota(OfficeOwned):
    """How many seats a sector has in a version; ``reserved`` of them are kept free at the opening.

    ``sector`` is the sector of the term before, where it goes on; without it the opening founds a new one.
    """

    version = models.ForeignKey(DraftVersion, on_delete=models.CASCADE, related_name="quotas")
    sector = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("界别", max_length=120)
    precedence = models.PositiveIntegerField("排序号", default=1000)
    quota = models.PositiveIntegerField("名额")
    reserved = models.PositiveIntegerField("预留", default=0)

    privacy = declare(open="version sector name precedence quota reserved")

    class Meta:
        ordering = ["version", "precedence", "id"]
        verbose_name = "界别名额"
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="registry_sectorquota_one_name"),
            models.CheckConstraint(condition=Q(reserved__lte=F("quota")), name="registry_sectorquota_reserved_within"),
        ]


class DraftSeat(OfficeOwned):
    """One seat of a version: what is planned for it, and whom the published list puts there.

    ``lineage`` is the same in all versions, so that a change can be named.  What is planned tells affiliation
    as soon as the seat has a name, and is guarded like it.
    """

    version = models.ForeignKey(DraftVersion, on_delete=models.CASCADE, related_name="seats")
    quota = models.ForeignKey(SectorQuota, on_delete=models.CASCADE, related_name="seats")
    lineage = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.CharField("职务", max_length=40, choices=PostCode.choices, default=PostCode.MEMBER)
    planned_side = models.CharField("中共/非中共", max_length=10, choices=PartySide.choices, blank=True)
    planned_sex = models.CharField("性别", max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    planned_renewed = models.BooleanField("连任", null=True, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    privacy = declare(
        open="version quota lineage position planned_sex planned_renewed", restricted="person", sensitive="planned_side"
    )
    person_sees = PersonSees.AFTER_PUBLICATION

    class Meta:
        ordering = ["version", "quota__precedence", "id"]
        verbose_name = "席位"
        constraints = [
            models.UniqueConstraint(fields=["version", "lineage"], name="registry_draftseat_one_lineage"),
            models.UniqueConstraint(fields=["version", "person"], name="registry_draftseat_person_once"),
        ]


class Suggestion(OfficeOwned):
    """A complaint or suggestion about a page, with the answer.  Without a sender, ``uid`` is the only receipt."""

    kind = models.CharField("类别", max_length=12, choices=SuggestionKind.choices)
    page = models.CharField("页面", max_length=200, blank=True)
    text = models.TextField("内容")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer = models.TextField("答复", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    privacy = declare(open="kind page answered_by answered_at", restricted="text sender answer")

    class Meta:
        ordering = ["-id"]
        verbose_name = "投诉与建议"


class CorrectionProposal(OfficeOwned):
    """A person's own proposal to correct one field of their own data; the office confirms or declines it.

    ``seen_value`` is what stood there when it was proposed, so that a change in between is noticed.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="correction_proposals")
    field = models.CharField("项目", max_length=20)
    seen_value = models.CharField("原值", max_length=200, blank=True)
    proposed_value = models.CharField("应为", max_length=200, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=ProposalState.choices, default=ProposalState.PROPOSED)
    answer = models.CharField("说明", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)

    privacy = declare(
        open="person field state decided_by decided_at",
        restricted="basis answer",
        sensitive="seen_value proposed_value",
    )
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["-id"]
        verbose_name = "更正申请"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "field"],
                condition=Q(state=ProposalState.PROPOSED),
                name="registry_correctionproposal_one_open",
            )
        ]


class Objection(OfficeOwned):
    """A person disputes an entry about them, named by type and id; the office answers, the entry stays readable."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="objections")
    subject_type = models.CharField("异议对象", max_length=80)
    subject_id = models.BigIntegerField()
    statement = models.CharField("本人说明", max_length=500)
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    privacy = declare(open="person subject_type subject_id answered_by answered_at", restricted="statement answer")
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["-id"]
        verbose_name = "异议"
        indexes = [models.Index(fields=["subject_type", "subject_id"])]


class AccountPolicy(OfficeOwned):
    """What an office asks of its accounts; one row an office.

    ``second_factor_roles``: roles whose holders must have set up a one-time password.
    """

    second_factor_roles = models.JSONField("须用动态口令的角色", default=list, blank=True)

    privacy = declare(open="second_factor_roles")

    class Meta:
        verbose_name = "账号要求"
        constraints = [models.UniqueConstraint(fields=["office"], name="registry_accountpolicy_one_per_office")]


class PublishedCounts(OfficeOwned):
    """The count tables that an office published for a day, as they stood then; the office above reads these only.

    ``tables``: code, title, heads, lines and notes of each table, small counts hidden; no names, never re-reckoned.
    ``checksum``: that of the file by which they came from another installation; empty for what was published here.
    """

    day = models.DateField("截至")
    members = models.PositiveIntegerField("在任委员")
    tables = models.JSONField("统计表")
    checksum = models.CharField("来文校验值", max_length=64, blank=True)

    privacy = declare(open="day members tables checksum")

    class Meta:
        ordering = ["office", "-day"]
        verbose_name = "公布的统计"
        constraints = [models.UniqueConstraint(fields=["office", "day"], name="registry_publishedcounts_once_a_day")]
