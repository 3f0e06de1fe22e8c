"""What is written: documents, their revisions, and what reading took out of them.

Offsets are code points into ``Revision.text``, spans half-open; the original bytes are kept and never altered.
"""

from __future__ import annotations

from django.db import models

from tongxin.core.models import Dated, Identified
from tongxin.core.privacy import PersonSees, declare
from tongxin.documents.enums import (
    DocumentKind,
    ExpressionKind,
    PaperEvent,
    PlaceholderKind,
    PlaceholderState,
    RepairState,
    RequirementState,
    SourceStatus,
)
from tongxin.registry.models import Office, OfficeOwned, Organization, Person, StoredFile


class Document(OfficeOwned):
    """A text of the library."""

    title = models.CharField("标题", max_length=300)
    kind = models.CharField("类型", max_length=20, choices=DocumentKind.choices, default=DocumentKind.OTHER)
    source_status = models.CharField(
        "来源", max_length=12, choices=SourceStatus.choices, default=SourceStatus.REFERENCE
    )
    issuer = models.CharField("发文机关", max_length=120, blank=True)
    number = models.CharField("发文字号", max_length=60, blank=True)
    published = models.CharField("发布时间(原文)", max_length=60, blank=True)
    document_day = models.DateField("成文日期", null=True, blank=True)
    year = models.PositiveIntegerField("年度", null=True, blank=True)
    source_note = models.CharField("来源说明", max_length=200, blank=True)
    expires_on = models.DateField("失效日期", null=True, blank=True)
    retain_until = models.DateField("保管至", null=True, blank=True)

    privacy = declare(
        open="title kind source_status issuer number published document_day year source_note expires_on retain_until"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "文件"
        indexes = [models.Index(fields=["office", "kind", "year"])]

    def __str__(self) -> str:
        return self.title


class Revision(OfficeOwned):
    """One state of a document's text, as read from one file.

    ``sha256`` is that of the original bytes: the same bytes are registered once in an office.
    ``chrome_line_numbers`` (lines count from 1) is what is shown as page chrome now; ``reading`` keeps what the
    reading proposed.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="revisions")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField("编码", max_length=30, blank=True)
    text = models.TextField("正文")
    reading = models.JSONField("解析结果", default=dict)
    chrome_line_numbers = models.JSONField("网页附带内容行", default=list)

    privacy = declare(open="document file sha256 encoding text reading chrome_line_numbers")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["office", "sha256"], name="documents_revision_same_bytes_once")]


class Block(models.Model):
    """One heading of the outline; level 6 runs inside a paragraph."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="blocks")
    order = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=20, blank=True)
    heading = models.CharField(max_length=200)
    line = models.PositiveIntegerField()
    offset = models.PositiveIntegerField()
    inline = models.BooleanField(default=False)

    privacy = declare(open="revision order level number heading line offset inline")

    class Meta:
        ordering = ["revision", "order"]


class Requirement(Identified):
    """A sentence that bids somebody do something from now on, at its exact place."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="requirements")
    order = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField("原文")
    line = models.PositiveIntegerField()
    outline_path = models.JSONField(default=list)
    subject = models.CharField("责任主体", max_length=120, blank=True)
    institution = models.CharField("制度", max_length=120, blank=True)
    cadence = models.CharField("时限或频次", max_length=120, blank=True)
    reason = models.CharField("识别依据", max_length=200, blank=True)
    state = models.CharField("状态", max_length=12, choices=RequirementState.choices, default=RequirementState.PROPOSED)

    privacy = declare(open="revision order start end text line outline_path subject institution cadence reason state")

    class Meta:
        ordering = ["revision", "start"]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="documents_requirement_span")
        ]


#: Characters of a figure's value that a place keeps: a number, the holders of a post, or a whole approved line.
LONGEST_VALUE = 300


class Placeholder(Identified):
    """An open place (XXX) or an elision (……略……) of the original; a figure may stand beside it, never in it.

    ``figure`` is a code of the list of figures; ``value`` and ``as_of`` are kept as they were when it was filled.
    ``override`` is the office's own count where it differs on purpose, with its source and reason in
    ``override_reason``; the register's value stays beside it.  ``rows_of`` and ``rows`` are the rows counted then.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="placeholders")
    kind = models.CharField(max_length=12, choices=PlaceholderKind.choices, default=PlaceholderKind.PLACEHOLDER)
    offset = models.PositiveIntegerField()
    text = models.CharField(max_length=90)
    figure = models.CharField("数据项", max_length=90, blank=True)
    value = models.CharField("数值", max_length=LONGEST_VALUE, blank=True)
    as_of = models.DateField("截至", null=True, blank=True)
    override = models.CharField("本机关数", max_length=80, blank=True)
    override_reason = models.CharField("来源与理由", max_length=200, blank=True)
    rows_of = models.CharField("计入的表", max_length=80, blank=True)
    rows = models.JSONField("计入的行", default=list)
    state = models.CharField("状态", max_length=12, choices=PlaceholderState.choices, default=PlaceholderState.OPEN)

    privacy = declare(open="revision kind offset text figure value as_of override override_reason rows_of rows state")

    class Meta:
        ordering = ["revision", "offset"]

    @property
    def end(self) -> int:
        """Where the open place ends, in code points."""
        return self.offset + len(self.text)

    @property
    def shown(self) -> str:
        """What stands beside the original: the office's own count where it gave one, else the register's value."""
        return self.override or self.value


class Repair(Identified):
    """A suggestion where characters may have been stripped; the original is never altered."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="repairs")
    offset = models.PositiveIntegerField()
    inserted = models.CharField("疑似脱字", max_length=60)
    confidence = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=12, choices=RepairState.choices, default=RepairState.SUGGESTED)

    privacy = declare(open="revision offset inserted confidence state")

    class Meta:
        ordering = ["revision", "offset"]


class Duty(OfficeOwned):
    """One line of the office's table of duties: which words belong to which unit, and who leads there.

    ``keywords`` are parted by spaces; the office edits them, nothing is learned.
    """

    position = models.PositiveIntegerField("次序", default=0)
    keywords = models.CharField("职责词", max_length=300)
    unit = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+", verbose_name="责任单位")
    leader = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="牵头领导"
    )

    privacy = declare(open="position keywords unit leader")
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["position", "id"]
        verbose_name = "职责"


class TaskLine(OfficeOwned):
    """What the office settled for one requirement in 《任务分解表》: leader, unit, co-operating units, time.

    ``partners`` are names parted by 、 (units outside the register among them); ``due`` is as people write it.
    """

    requirement = models.OneToOneField(Requirement, on_delete=models.CASCADE, related_name="task_line")
    unit = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="责任单位"
    )
    leader = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="牵头领导"
    )
    partners = models.CharField("配合单位", max_length=300, blank=True)
    due = models.CharField("时限", max_length=120, blank=True)

    privacy = declare(open="requirement unit leader partners due")
    person_sees = PersonSees.NOW

    class Meta:
        verbose_name = "任务分解"


class Expression(OfficeOwned, Dated):
    """Words of the approved dictionary: a fixed expression, a name or a post as the office writes it.

    ``wrong`` holds wordings that are slips of it, parted by ；.  Suggestions for stripped names and fixed
    expressions come from rows in force only (house decision 39).
    """

    kind = models.CharField("种类", max_length=10, choices=ExpressionKind.choices, default=ExpressionKind.PHRASE)
    right = models.CharField("规范写法", max_length=60)
    wrong = models.CharField("误写", max_length=300, blank=True)
    source = models.CharField("出处", max_length=200)

    privacy = declare(open="kind right wrong source")

    class Meta(Dated.Meta):
        ordering = ["kind", "right", "id"]
        verbose_name = "用语"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["office", "right"],
                condition=models.Q(valid_until__isnull=True),
                name="documents_expression_once_in_force",
            ),
        ]

    def __str__(self) -> str:
        return self.right


class SearchText(models.Model):
    """A piece of a document's newest text as the search sees it: tokens, not words; rebuilt, never edited.

    ``start`` and ``length`` are code points of the text; ``scope`` names the office inside the index.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="search_texts")
    chunk = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    length = models.PositiveIntegerField()
    scope = models.CharField(max_length=24)
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)

    privacy = declare(open="office document chunk start length scope title body")

    class Meta:
        verbose_name = "检索文本"
        constraints = [models.UniqueConstraint(fields=["document", "chunk"], name="documents_searchtext_one_chunk")]


class Blank(OfficeOwned):
    """A superior's spreadsheet that the office fills each period; ``file`` is the empty one as it was received.

    ``retired``: it is not filled any more, its fills stay.
    """

    title = models.CharField("名称", max_length=200)
    issuer = models.CharField("下发单位", max_length=120, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    retired = models.BooleanField("停用", default=False)

    privacy = declare(open="title issuer file retired")

    class Meta:
        ordering = ["retired", "-id"]
        verbose_name = "填报表"

    def __str__(self) -> str:
        return self.title


class BlankSlot(models.Model):
    """What a cell of a blank is filled with: a figure, or from there down the rows of a list.

    ``row`` and ``column`` count from 1.  ``source``: code of a figure or of a list; a year in it is kept as its
    distance from the year of filling (``@``, ``@-1``), so that next year's sheet needs no new map.  ``columns``: for a
    list, letters of the sheet's columns → keys of the list's; ``argument`` what it is narrowed to.
    """

    blank = models.ForeignKey(Blank, on_delete=models.CASCADE, related_name="slots")
    sheet = models.CharField("工作表", max_length=60)
    row = models.PositiveIntegerField("行")
    column = models.PositiveIntegerField("列")
    is_list = models.BooleanField("清单", default=False)
    source = models.CharField("数据项", max_length=100)
    argument = models.CharField("范围", max_length=60, blank=True)
    columns = models.JSONField("各列", default=dict)

    privacy = declare(open="blank sheet row column is_list source argument columns")

    class Meta:
        ordering = ["blank", "sheet", "row", "column"]
        verbose_name = "填报位置"
        constraints = [
            models.UniqueConstraint(fields=["blank", "sheet", "row", "column"], name="documents_blankslot_one_cell")
        ]


class BlankFill(OfficeOwned):
    """A blank filled for a period: the file handed in, and where each of its values came from.

    ``entries``: for each cell sheet, cell, label, value, and the table and rows behind it; lists ``since``–``as_of``.
    """

    blank = models.ForeignKey(Blank, on_delete=models.CASCADE, related_name="fills")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    since = models.DateField("自")
    as_of = models.DateField("截至")
    entries = models.JSONField("数据来源", default=list)

    privacy = declare(open="blank file since as_of entries")

    class Meta:
        ordering = ["-id"]
        verbose_name = "填报"


class OrganizationPaper(OfficeOwned):
    """The paper by which an organization was founded, renamed, changed or ended: a document of the library or a scan.

    ``number`` and ``approved_on`` are those on the paper; with a document of the library they are its own.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="papers")
    event = models.CharField("事项", max_length=10, choices=PaperEvent.choices)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("文件名称", max_length=300)
    number = models.CharField("文号", max_length=60, blank=True)
    approved_on = models.DateField("批复日期", null=True, blank=True)

    privacy = declare(open="organization event document file title number approved_on")

    class Meta:
        ordering = ["approved_on", "id"]
        verbose_name = "组织文件依据"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(document__isnull=True) ^ models.Q(file__isnull=True),
                name="documents_organizationpaper_document_or_file",
            ),
            models.UniqueConstraint(
                fields=["organization", "event", "document"], name="documents_organizationpaper_document_once"
            ),
        ]
