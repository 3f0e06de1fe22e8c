"""The office's own drafts: written in the system, referring to the register, frozen once issued."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from tongxin.core import clock, figures
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.documents import live, queries
from tongxin.documents.draft_queries import codes_by_label
from tongxin.documents.enums import PlaceholderKind, PlaceholderState, SourceStatus
from tongxin.documents.models import LONGEST_VALUE, Document, Placeholder, Revision
from tongxin.documents.operations import kind_of_title, write_parts
from tongxin.documents.reading import read_text
from tongxin.documents.search_operations import index_document
from tongxin.documents.secrecy import refuse_marked
from tongxin.registry.models import Office, StoredFile

if TYPE_CHECKING:
    from tongxin.accounts.models import User
    from tongxin.documents.reading import Reading

_LONGEST = 200_000


def write_draft(
    office: Office,
    *,
    title: str,
    text: str,
    actor: User | None,
    document: Document | None = None,
    based_on: int | None = None,
    client_id: uuid.UUID | None = None,
) -> Document:
    """Write a draft of the office, or its next state, and return it.

    References ``{{…}}`` in ``text`` are looked up on the list of figures; each is kept with value, day and the rows
    counted today.  An office's own count given for a figure before stays.  ``document``: the draft to go on with;
    ``based_on``: number of the state that the writer saw.  The same words again change nothing.  ``client_id``: what a
    new draft's form was given; the same form sent twice is one draft.

    Raises BadInput for an empty title or text, an unknown or unfinished reference; NotPossible for an issued document
    or a secrecy mark; Conflict where somebody else wrote meanwhile.
    """
    title = " ".join(title.split())
    text = text.replace("\r\n", "\n").strip("\n")
    if not title:
        raise BadInput("drafts.title", "缺少标题。", hint="请填写标题。", field="title")
    if len(title) > 300:
        raise BadInput("drafts.title", "标题超过300字。", hint="请缩短标题。", field="title")
    if not text.strip():
        raise BadInput("drafts.text", "正文是空的。", hint="请填写正文。", field="text")
    if len(text) > _LONGEST:
        raise BadInput("drafts.long", "正文超过20万字。", hint="请分成几篇。", field="text")
    refuse_marked(title, field="title")
    whole = f"{title}\n\n{text}\n"
    today = clock.today()
    found = live.resolve(live.references(whole), codes_by_label(office, today))
    reading = read_text(whole)
    if document is None and client_id is not None:
        document = Document.objects.filter(office=office, uid=client_id).first()
    try:
        return _write(office, title, whole, found, reading, actor, document, based_on, client_id)
    except IntegrityError:
        known = Document.objects.filter(office=office, uid=client_id).first() if client_id is not None else None
        if document is not None or known is None:
            raise
        return known  # the same form arrived twice at the same moment


def _write(
    office: Office,
    title: str,
    whole: str,
    found: list[tuple[live.Reference, str]],
    reading: Reading,
    actor: User | None,
    document: Document | None,
    based_on: int | None,
    client_id: uuid.UUID | None,
) -> Document:
    today = clock.today()
    with transaction.atomic():
        before: Revision | None = None
        if document is not None:
            document = Document.objects.select_for_update().get(pk=document.pk)
            if document.source_status != SourceStatus.DRAFT:
                raise NotPossible(
                    "drafts.frozen", f"《{document.title}》不是内部稿，不能改写。", hint="正式印发的文件原样保存。"
                )
            before = queries.latest_revision(document)
            if based_on is not None and before.pk != based_on:
                raise Conflict(
                    "drafts.changed", "这篇稿子已由他人改过。", hint="请先查看新稿，再把您的改动并入。", field="text"
                )
            if before.text.rstrip("\n") == whole.rstrip("\n"):
                return document
        data = _unused_bytes(office, whole)
        stored = StoredFile(
            office=office,
            created_by=actor,
            original_name=f"{title[:200]}.txt",
            media_type="text/plain",
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        stored.file.save(f"{stored.uid.hex}.bin", ContentFile(data), save=False)
        stored.save()
        if document is None:
            document = Document.objects.create(
                office=office,
                created_by=actor,
                title=title,
                kind=kind_of_title(title),
                source_status=SourceStatus.DRAFT,
                year=today.year,
                source_note="本机关撰写",
                **({"uid": client_id} if client_id is not None else {}),
            )
        elif document.title != title:
            document.title = title
            document.save(update_fields=["title"])
        revision = Revision.objects.create(
            office=office,
            created_by=actor,
            document=document,
            file=stored,
            sha256=stored.sha256,
            encoding="utf-8",
            text=data.decode("utf-8"),
            reading=reading.as_json(),
            chrome_line_numbers=[],
        )
        write_parts(revision, reading)
        _keep_uses(revision, before, found)
        index_document(document)
        record(
            office_id=office.pk,
            actor=actor,
            action="documents.write_draft",
            subject=document,
            after={"title": title, "sha256": stored.sha256, "figures": [code for _, code in found]},
        )
    return document


def _unused_bytes(office: Office, text: str) -> bytes:
    """Return the text's bytes; going back to earlier words adds an empty line, for bytes are registered once."""
    while True:
        data = text.encode("utf-8")
        if queries.document_with_bytes(office, hashlib.sha256(data).hexdigest()) is None:
            return data
        text += "\n"


def _keep_uses(revision: Revision, before: Revision | None, found: list[tuple[live.Reference, str]]) -> None:
    """Write each reference with what the register says today; overrides of the state before are carried over."""
    kept: dict[str, Placeholder] = {}
    if before is not None:
        for place in Placeholder.objects.filter(revision=before, kind=PlaceholderKind.LIVE).exclude(override=""):
            kept.setdefault(place.figure, place)
    today = clock.today()
    values = figures.compute_all((code for _, code in found), revision.office_id, today)
    rows = []
    for reference, code in found:
        value, own = values[code], kept.get(code)
        if value is None:
            raise BadInput(
                "live.gone", f"“{reference.label}”现在没有数值。", hint="请另选数据项，或改为文字。", field="text"
            )
        rows.append(
            Placeholder(
                revision=revision,
                kind=PlaceholderKind.LIVE,
                offset=reference.start,
                text=revision.text[reference.start : reference.end],
                figure=code,
                value=value.text[:LONGEST_VALUE],
                as_of=today,
                rows_of=value.rows_of,
                rows=list(value.rows),
                override=own.override if own else "",
                override_reason=own.override_reason if own else "",
                state=PlaceholderState.FILLED,
            )
        )
    Placeholder.objects.bulk_create(rows, batch_size=500)
