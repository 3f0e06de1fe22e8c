"""The first hour of an office: what is there already is read from the records; nothing is ticked off by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxin.activities.models import Activity
from tongxin.documents.models import Document
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Person, RoleGrant
from tongxin.registry.queries import in_force

#: Whom the steps concern; the others come in when the office is set up.
GUIDES = (Role.ADMINISTRATOR, Role.ROSTER_CLERK, Role.PARTY_CLERK)


@dataclass(frozen=True)
class Step:
    """One step: what it is, what for, the page where it is done, who may do it, whether it is done.

    ``doing``: the address that does it, where the page is open to more people than may.
    """

    code: str
    name: Promise
    sentence: Promise
    page: str
    by: Promise | str
    done: bool
    doing: str = ""

    @property
    def right(self) -> str:
        """The address whose roles may do this step."""
        return self.doing or self.page


def steps(office: Office, day: dt.date) -> list[Step]:
    """Return the steps of an office that is being set up, in order; nothing once all are done.  One statement."""
    of_office = {"office": OuterRef("pk")}
    there = (
        Office.objects.filter(pk=office.pk)
        .annotate(
            colleagues=Exists(RoleGrant.objects.filter(in_force(day), role=Role.PARTY_CLERK, **of_office)),
            roster=Exists(Person.objects.filter(**of_office)),
            document=Exists(Document.objects.filter(**of_office)),
            activity=Exists(Activity.objects.filter(**of_office)),
        )
        .values("colleagues", "roster", "document", "activity")
        .get()
    )
    if all(there.values()):
        return []
    clerk = Role.PARTY_CLERK.label
    return [
        Step("founded", _("设立机关"), _("名称、届次、基本组织和常用职务已经建立。"), "organizations", "", True),
        Step(
            "colleagues",
            _("邀请同事"),
            _("先请一名党务工作人员进来；对方凭链接自设密码。"),
            "invite",
            Role.ADMINISTRATOR.label,
            there["colleagues"],
        ),
        Step(
            "roster",
            _("导入名册"),
            _("选一张现有的委员名册（xlsx、xls、csv 或 docx），先看方案，确认后写入。"),
            "roster_import",
            Role.ROSTER_CLERK.label,
            there["roster"],
        ),
        Step(
            "document",
            _("放入第一份文件"),
            _("一篇讲话或一份要点，逐条看出要求、责任单位和待填数据。"),
            "library",
            clerk,
            there["document"],
            "upload_document",
        ),
        Step(
            "activity",
            _("登记第一次活动"),
            _("登记一次会议，看它同时落实了哪几项要求。"),
            "record_activity",
            clerk,
            there["activity"],
        ),
    ]
