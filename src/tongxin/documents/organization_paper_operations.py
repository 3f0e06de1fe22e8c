"""Papers of organizations: attached as a document of the library or as a scan, and taken off where that was a mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.db import transaction

from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.documents.enums import PaperEvent
from tongxin.documents.models import Document, OrganizationPaper
from tongxin.registry.models import Organization, StoredFile

_TITLE_LENGTH = 300


@transaction.atomic
def attach_paper(
    organization: Organization,
    *,
    event: str,
    actor: User | None,
    document: Document | None = None,
    store: Callable[[], StoredFile] | None = None,
    title: str = "",
    number: str = "",
    approved_on: dt.date | None = None,
) -> OrganizationPaper:
    """Attach the paper of an ``event`` in the life of an organization and return it.

    Either ``document`` of the library, whose title, number and day are taken, or ``store``, which keeps a file and
    returns it, with its ``title``.  The same document is attached to one event once: the second time returns the
    first.  Raises BadInput for an unknown event, for neither or both, for a document of another office, without a
    title, and for an approval to come.
    """
    if event not in PaperEvent.values:
        raise BadInput("documents.paper_event", "没有选择文件对应的事项。", hint="请从列表中选择。", field="event")
    if (document is None) == (store is None):
        raise BadInput(
            "documents.paper_source",
            "没有选择文件，或同时选择了两种。" if document is None else "同时选择了文件库的文件和上传的文件。",
            hint="请从文件库选择一份，或上传一份，二者取一。",
            field="file",
        )
    if document is not None and document.office_id != organization.office_id:
        raise BadInput("documents.other_office", "所选文件不属于本机关。", hint="请重新选择。", field="document")
    clean = title.strip() if document is None else document.title
    if not clean:
        raise BadInput("documents.paper_title", "文件名称没有填写。", hint="请照文件标题填写。", field="title")
    if approved_on is not None and approved_on > clock.today():
        raise BadInput(
            "documents.paper_day", "批复日期不能在今天以后。", hint="请按文件上的日期填写。", field="approved_on"
        )
    # The row of the organization serialises two who attach one document at the same moment.
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if document is not None:
        known = OrganizationPaper.objects.filter(organization=organization, event=event, document=document).first()
        if known is not None:
            return known
    paper = OrganizationPaper.objects.create(
        office_id=organization.office_id,
        created_by=actor,
        organization=organization,
        event=event,
        document=document,
        file=store() if store is not None else None,
        title=clean[:_TITLE_LENGTH],
        number=(number.strip() or (document.number if document else ""))[:60],
        approved_on=approved_on or (document.document_day if document else None),
    )
    record(
        office_id=organization.office_id,
        actor=actor,
        action="documents.attach_organization_paper",
        subject=organization,
        after={"event": event, "title": paper.title, "number": paper.number, "approved_on": paper.approved_on},
    )
    return paper


@transaction.atomic
def detach_paper(paper: OrganizationPaper, *, reason: str, actor: User | None) -> None:
    """Take a paper off that was attached by mistake; a scan goes with it, a document stays in the library.

    Raises NotPossible without a reason, Conflict where somebody took it off already.
    """
    if not reason.strip():
        raise NotPossible("documents.detach_reason", "没有填写撤下的理由。", hint="请写明为什么撤下。", field="reason")
    found = OrganizationPaper.objects.select_for_update().filter(pk=paper.pk).first()
    if found is None:
        raise Conflict("documents.paper_gone", "这份文件已被撤下。", hint="请返回查看最新情况。")
    stored = paper.file
    record(
        office_id=found.office_id,
        actor=actor,
        action="documents.detach_organization_paper",
        subject=found.organization,
        before={"event": found.event, "title": found.title, "number": found.number},
        purpose=reason.strip()[:200],
    )
    found.delete()
    if stored is not None:
        storage, name = stored.file.storage, str(stored.file.name)
        stored.delete()
        transaction.on_commit(partial(storage.delete, name))
