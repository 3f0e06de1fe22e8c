"""Who: offices, terms, people, organizations, dated memberships, contacts, grants; files and number series."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tongxin.core.models import Dated, Identified
from tongxin.core.privacy import PersonSees, declare
from tongxin.registry.enums import (
    AffiliationCode,
    MembershipReason,
    OfficeLevel,
    OrganizationKind,
    PostCode,
    Role,
    Sex,
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
        indexes = [models.Index(fields=["office", "name"])]

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
    precedence = models.PositiveIntegerField("排序号", default=1000)

    privacy = declare(
        open="kind name short_name parent based_on purpose founding_reference founding_file approved_on "
        "closing_reference precedence"
    )

    class Meta(Dated.Meta):
        ordering = ["precedence", "id"]
        verbose_name = "组织"
        indexes = [models.Index(fields=["office", "kind"])]

    def __str__(self) -> str:
        return self.short_name or self.name


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
    """A role of a user in an office, or in one unit of it, for a span of days."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=30, choices=Role.choices)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.CASCADE, related_name="grants", verbose_name="所限单位"
    )

    privacy = declare(open="user role organization")

    class Meta(Dated.Meta):
        verbose_name = "授权"
        indexes = [models.Index(fields=["user", "office"])]
