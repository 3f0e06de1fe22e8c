"""All writes to documents: register, confirm the source, judge what was read out of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from tongxin.core import clock, figures
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.documents import queries, rules
from tongxin.documents.dates import parse_day, parse_year
from tongxin.documents.dictionary_queries import approved
from tongxin.documents.enums import (
    DocumentKind,
    PlaceholderKind,
    PlaceholderState,
    RepairState,
    RequirementState,
    SourceStatus,
)
from tongxin.documents.models import LONGEST_VALUE, Block, Document, Placeholder, Repair, Requirement, Revision
from tongxin.documents.reading import read_bytes
from tongxin.documents.reading.repairs import find_phrase_repairs, named_in
from tongxin.documents.search_operations import index_document
from tongxin.documents.secrecy import refuse_marked
from tongxin.registry.models import Office, StoredFile

if TYPE_CHECKING:
    from tongxin.accounts.models import User
    from tongxin.documents.reading.result import Reading

_MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "txt": "text/plain",
}
_KIND_WORDS = (
    (DocumentKind.SPEECH, re.compile(r"讲话|致辞|发言|报告会上的")),
    (DocumentKind.WORK_POINTS, re.compile(r"工作要点|工作重点")),
    (DocumentKind.NOTICE, re.compile(r"通知")),
    (DocumentKind.SCHEME, re.compile(r"方案")),
    (DocumentKind.PLAN, re.compile(r"计划|规划|安排")),
    (DocumentKind.OPINION, re.compile(r"意见")),
    (DocumentKind.REGULATION, re.compile(r"条例|规则|规定|办法|制度|细则|准则")),
    (DocumentKind.REPORT, re.compile(r"报告|总结")),
)
#: What parts two requirements and belongs to neither.
_BETWEEN = frozenset("，,。；;、：: \t\u3000\n\r")
#: How long a title may be in the library; the reading keeps the whole.
_TITLE_LENGTH = 300


def register(
    office: Office,
    *,
    name: str,
    data: bytes,
    declared_unclassified: bool = False,
    source_status: str = SourceStatus.REFERENCE,
    kind: str | None = None,
    source_note: str = "",
    actor: User | None,
    then: Callable[[Revision], object] | None = None,
) -> Document:
    """Read a file, store it with everything the reading found, and return its document.

    In order: the declaration is asked for; the file is read (whatever cannot be read, or bears a secrecy mark, is
    refused before any byte is stored); bytes that the office already has lead to the document that exists;
    then the file, document, revision, outline, proposed requirements, open places and repairs are written.

    ``data``: the bytes of the file; ``name``: its name; ``kind``: one of DocumentKind, guessed from the title
    where it is None; ``then``: what is done with the new revision inside the same transaction.  Raises BadInput for what cannot be read, NotPossible without the declaration.
    """
    if not declared_unclassified:
        raise NotPossible(
            "documents.not_declared",
            "尚未声明文件不涉密，未保存任何内容。",
            hint="请确认文件不含国家秘密和工作秘密后，勾选“本文件不涉密”。",
            field="declared_unclassified",
        )
    if source_status not in SourceStatus.values:
        raise BadInput("documents.source_status", f"没有“{source_status}”这种来源。", field="source_status")
    if kind is not None and kind not in DocumentKind.values:
        raise BadInput("documents.kind", f"没有“{kind}”这种文件类型。", field="kind")
    name = "".join(char for char in name if char.isprintable())
    refuse_marked(name, field="file")
    reading = read_bytes(data, name)
    sha256 = hashlib.sha256(data).hexdigest()
    known = queries.document_with_bytes(office, sha256)
    if known is not None:
        return known
    title = (reading.title or name.rsplit(".", 1)[0] or "无标题文件")[:_TITLE_LENGTH]
    day = parse_day(reading.dated) or parse_day(reading.published)
    stored = StoredFile(
        office=office,
        created_by=actor,
        original_name=name[-255:] or "无文件名",
        media_type=_MEDIA_TYPES.get(reading.kind, "application/octet-stream"),
        size=len(data),
        sha256=sha256,
    )
    try:
        with transaction.atomic():
            # The name on disk says nothing: no title, no extension that a server might act on.
            stored.file.save(f"{stored.uid.hex}.bin", ContentFile(data), save=False)
            stored.save()
            document = Document.objects.create(
                office=office,
                created_by=actor,
                title=title,
                kind=kind or kind_of_title(title),
                source_status=source_status,
                number=(reading.number or "")[:60],
                published=(reading.published or "")[:60],
                document_day=day,
                year=parse_year(title) or (day.year if day else None),
                source_note=(source_note or reading.source or "")[:200],
            )
            revision = Revision.objects.create(
                office=office,
                created_by=actor,
                document=document,
                file=stored,
                sha256=sha256,
                encoding=reading.encoding,
                text=reading.text,
                reading=reading.as_json(),
                chrome_line_numbers=list(reading.chrome_line_numbers),
            )
            write_parts(revision, reading)
            index_document(document)
            if then is not None:
                then(revision)
            record(
                office_id=office.pk,
                actor=actor,
                action="documents.register",
                subject=document,
                after={"title": title, "source_status": source_status, "sha256": sha256, "unclassified": True},
            )
    except IntegrityError:
        _forget_file(stored)
        known = queries.document_with_bytes(office, sha256)
        if known is None:
            raise
        return known  # somebody registered the same bytes at the same moment
    except BaseException:
        _forget_file(stored)
        raise
    return document


def _forget_file(stored: StoredFile) -> None:
    """Take a file off the disk whose row was rolled back; nothing to do where it was not yet written."""
    if stored.file.name:
        stored.file.storage.delete(stored.file.name)


def kind_of_title(title: str) -> DocumentKind:
    """Guess from the words of a title what sort of text it is; the last word that names a kind decides."""
    best, place = DocumentKind.OTHER, -1
    for kind, words in _KIND_WORDS:
        for found in words.finditer(title):
            if found.start() > place:
                best, place = kind, found.start()
    return best


def write_parts(revision: Revision, reading: Reading) -> None:
    """Write rows for what the reading found, in a fixed number of statements."""
    Block.objects.bulk_create(
        [
            Block(
                revision=revision,
                order=order,
                level=heading.level,
                number=heading.number[:20],
                heading=heading.heading[:200],
                line=heading.line,
                offset=heading.offset,
                inline=heading.inline,
            )
            for order, heading in enumerate(reading.outline)
        ],
        batch_size=500,
    )
    Requirement.objects.bulk_create(
        [
            Requirement(
                revision=revision,
                order=order,
                start=item.start,
                end=item.end,
                text=item.text,
                line=item.line,
                outline_path=list(item.outline_path),
                subject=(item.subject or "")[:120],
                institution=(item.institution or "")[:120],
                cadence=(item.cadence_or_deadline or "")[:120],
                reason=item.reason[:200],
            )
            for order, item in enumerate(reading.requirements)
        ],
        batch_size=500,
    )
    marks = [(PlaceholderKind.PLACEHOLDER, mark) for mark in reading.placeholders]
    marks += [(PlaceholderKind.ELISION, mark) for mark in reading.elisions]
    Placeholder.objects.bulk_create(
        [
            Placeholder(revision=revision, kind=kind, offset=mark.offset, text=mark.text[:60])
            for kind, mark in sorted(marks, key=lambda pair: pair[1].offset)
        ],
        batch_size=500,
    )
    repairs = list(reading.repairs)
    if repairs:  # a text that a site stripped: the office's own expressions may tell more of it
        places = {item.offset for item in repairs}
        phrases = approved(revision.office_id, clock.today())
        more = find_phrase_repairs(reading.text, frozenset(reading.chrome_line_numbers), phrases)
        repairs += [item for item in more if item.offset not in places]
    Repair.objects.bulk_create(
        [
            Repair(revision=revision, offset=item.offset, inserted=item.inserted[:60], confidence=item.confidence[:10])
            for item in repairs
        ],
        batch_size=500,
    )


def confirm_source(
    document: Document,
    *,
    issuer: str,
    number: str,
    day: dt.date,
    actor: User | None,
    unnumbered: bool = False,
    purpose: str = "",
) -> Document:
    """Make a reference copy or draft an issued document: checked against the original by ``actor``.

    ``issuer``: issuing body; ``number``: document number as printed; ``unnumbered``: said outright that the
    original bears none, as a speech handed out at a meeting does not; ``day``: date of the document, not in
    the future.  Raises BadInput naming the field at fault.  The same confirmation again changes nothing.
    """
    issuer, number = issuer.strip(), number.strip()
    if not issuer:
        raise BadInput("documents.issuer", "缺少发文机关。", hint="请按原件填写发文机关全称。", field="issuer")
    if unnumbered and number:
        raise BadInput(
            "documents.number",
            "填写了发文字号，又勾选了“原件没有文号”。",
            hint="请对照原件，保留其中一项。",
            field="number",
        )
    if not number and not unnumbered:
        raise BadInput(
            "documents.number",
            "缺少发文字号。",
            hint="请按原件填写，如“×政协党组〔2025〕1号”；原件没有的（如会议上印发的讲话），请勾选“原件没有文号”。",
            field="number",
        )
    if number and not re.search(r"\d", number):
        raise BadInput(
            "documents.number", f"发文字号“{number[:30]}”中没有序号。", hint="请按原件填写年份和序号。", field="number"
        )
    refuse_marked(number, field="number")
    if day > clock.today():
        raise BadInput("documents.day", f"成文日期{day:%Y-%m-%d}晚于今天。", hint="请核对原件落款日期。", field="day")
    after = {"source_status": SourceStatus.ISSUED, "issuer": issuer[:120], "number": number[:60], "document_day": day}
    before = {name: getattr(document, name) for name in after}
    if before == after:
        return document
    with transaction.atomic():
        for name, value in after.items():
            setattr(document, name, value)
        document.year = document.year or day.year
        document.save(update_fields=[*after, "year"])
        index_document(document)
        record(
            office_id=document.office_id,
            actor=actor,
            action="documents.confirm_source",
            subject=document,
            before=before,
            after=after,
            purpose=purpose,
        )
    return document


def restore_chrome_line(revision: Revision, line: int, *, actor: User | None) -> Revision:
    """Show ``line`` (from 1) as part of the document again; what the reading proposed stays readable."""
    return _set_chrome(revision, line, chrome=False, actor=actor)


def set_aside_line(revision: Revision, line: int, *, actor: User | None) -> Revision:
    """Show ``line`` (from 1) as page chrome, no part of the document."""
    return _set_chrome(revision, line, chrome=True, actor=actor)


def _set_chrome(revision: Revision, line: int, *, chrome: bool, actor: User | None) -> Revision:
    if not 1 <= line <= revision.text.count("\n") + 1:
        raise BadInput("documents.line", f"正文没有第{line}行。", field="line")
    with transaction.atomic():
        revision = Revision.objects.select_for_update().get(pk=revision.pk)
        before = list(revision.chrome_line_numbers)
        after = sorted({*before, line}) if chrome else [number for number in before if number != line]
        if before != after:
            revision.chrome_line_numbers = after
            revision.save(update_fields=["chrome_line_numbers"])
            record(
                office_id=revision.office_id,
                actor=actor,
                action="documents.set_aside_line" if chrome else "documents.restore_chrome_line",
                subject=revision,
                before={"chrome_line_numbers": before},
                after={"chrome_line_numbers": after},
            )
    return revision


def dismiss_requirement(requirement: Requirement, *, actor: User | None, reason: str = "") -> Requirement:
    """Set a proposed sentence aside as no requirement.  Raises Conflict where it was decided meanwhile."""
    return decide_requirement(requirement, RequirementState.DISMISSED, actor=actor, purpose=reason)


def reopen_requirement(requirement: Requirement, *, actor: User | None) -> Requirement:
    """Take a dismissal back.  Raises Conflict where the requirement is not dismissed."""
    return decide_requirement(
        requirement, RequirementState.PROPOSED, actor=actor, allowed_from=(RequirementState.DISMISSED,)
    )


def decide_requirement(
    requirement: Requirement,
    state: str,
    *,
    actor: User | None,
    allowed_from: Iterable[str] = (RequirementState.PROPOSED,),
    purpose: str = "",
) -> Requirement:
    """Move a requirement to ``state`` if it still stands in one of ``allowed_from``.

    Accepting (accepted, task) asks for an issued original.  Raises NotPossible for a reference copy, Conflict
    where somebody else decided meanwhile.
    """
    document = requirement.revision.document
    if state in (RequirementState.ACCEPTED, RequirementState.TASK):
        refusal = rules.why_not_acceptable(document)
        if refusal is not None:
            raise refusal
    before = requirement.state
    with transaction.atomic():
        changed = Requirement.objects.filter(pk=requirement.pk, state__in=list(allowed_from)).update(state=state)
        if not changed:
            raise Conflict(
                "documents.requirement_decided",
                "这条要求已由他人处理。",
                hint="请刷新页面，查看现在的状态。",
            )
        requirement.state = state
        record(
            office_id=document.office_id,
            actor=actor,
            action="documents.decide_requirement",
            subject=requirement,
            before={"state": before},
            after={"state": state},
            purpose=purpose,
        )
    return requirement


def edit_requirement(
    requirement: Requirement,
    *,
    actor: User | None,
    start: int | None = None,
    end: int | None = None,
    subject: str | None = None,
    institution: str | None = None,
    cadence: str | None = None,
) -> Requirement:
    """Correct the span or the attributes of a proposed requirement; the text follows the span.

    ``start``, ``end``: code points into the revision's text, half-open; the span must lie in the text and hold
    more than blanks.  None leaves a value as it is.  Raises BadInput for the span, Conflict once decided.
    """
    text = requirement.revision.text
    new_start = requirement.start if start is None else start
    new_end = requirement.end if end is None else end
    if not 0 <= new_start < new_end <= len(text):
        raise BadInput(
            "documents.span",
            f"起止位置{new_start}—{new_end}不在正文之内（正文共{len(text)}字）。",
            hint="请在原文中重新选取。",
            field="start" if not 0 <= new_start < len(text) else "end",
        )
    words = text[new_start:new_end]
    if not words.strip():
        raise BadInput("documents.span_blank", "选取的位置没有文字。", hint="请在原文中重新选取。", field="start")
    after: dict[str, object] = {
        "start": new_start,
        "end": new_end,
        "text": words,
        "line": text.count("\n", 0, new_start) + 1,
    }
    for name, typed in (("subject", subject), ("institution", institution), ("cadence", cadence)):
        if typed is not None:
            if len(typed) > 120:
                raise BadInput("documents.too_long", "内容超过120字。", hint="请只填原文中的说法。", field=name)
            after[name] = typed.strip()
    before = {name: getattr(requirement, name) for name in after}
    if before == after:
        return requirement
    with transaction.atomic():
        changed = Requirement.objects.filter(pk=requirement.pk, state=RequirementState.PROPOSED).update(**after)
        if not changed:
            raise _decided()
        for name, value in after.items():
            setattr(requirement, name, value)
        record(
            office_id=requirement.revision.office_id,
            actor=actor,
            action="documents.edit_requirement",
            subject=requirement,
            before=before,
            after=after,
        )
    return requirement


def split_requirement(requirement: Requirement, *, at: int, actor: User | None) -> tuple[Requirement, Requirement]:
    """Cut a proposed requirement in two at ``at`` (code point of the text); return both, the first keeps its row.

    The mark before the cut and blanks around it belong to neither part. Each part must hold words. The second part
    takes the outline path over; its attributes are left open where the first part's words name them.
    Raises BadInput for a place outside or beside all words, Conflict once decided.
    """
    text = requirement.revision.text
    first_end, second_start = at, at
    while first_end > requirement.start and text[first_end - 1] in _BETWEEN:
        first_end -= 1
    while second_start < requirement.end and text[second_start] in _BETWEEN:
        second_start += 1
    if (
        not requirement.start < at < requirement.end
        or first_end <= requirement.start
        or second_start >= requirement.end
    ):
        raise BadInput(
            "documents.split",
            "拆分的位置不在这条要求的文字中间。",
            hint="请选择第二条要求开头的文字。",
            field="at",
        )
    end = requirement.end
    first_words, second_words = text[requirement.start : first_end], text[second_start:end]
    with transaction.atomic():
        kept = {name: getattr(requirement, name) for name in ("subject", "institution", "cadence")}
        mine = {
            name: value if value in first_words or value not in second_words else "" for name, value in kept.items()
        }
        rest = {name: value if value in second_words else "" for name, value in kept.items()}
        _change_proposed(requirement, {"end": first_end, "text": first_words, **mine})
        second = Requirement.objects.create(
            revision=requirement.revision,
            order=requirement.order,
            start=second_start,
            end=end,
            text=second_words,
            line=text.count("\n", 0, second_start) + 1,
            outline_path=requirement.outline_path,
            reason="由人拆分",
            **rest,
        )
        _renumber(requirement.revision)
        record(
            office_id=requirement.revision.office_id,
            actor=actor,
            action="documents.split_requirement",
            subject=requirement,
            before={"text": first_words + second_words},
            after={"first": first_words, "second": second_words},
        )
    requirement.refresh_from_db()
    second.refresh_from_db()
    return requirement, second


def join_requirements(first: Requirement, second: Requirement, *, actor: User | None) -> Requirement:
    """Make one proposed requirement of two that follow each other in the text; return it (the first row).

    What stands between them belongs to it then. Attributes that the first lacks come from the second.
    Raises BadInput where they are not neighbours in one text, Conflict where one is decided.
    """
    if first.revision_id != second.revision_id or first.pk == second.pk:
        raise BadInput("documents.join", "只能合并同一文件中相邻的两条要求。", hint="请选择相邻的要求。", field="other")
    if first.start > second.start:
        first, second = second, first
    between = Requirement.objects.filter(
        revision=first.revision, start__gt=first.start, start__lt=second.start
    ).exclude(state=RequirementState.DISMISSED)
    if between.exclude(pk__in=(first.pk, second.pk)).exists():
        raise BadInput(
            "documents.join", "两条要求之间还有别的要求，不能合并。", hint="请选择相邻的要求。", field="other"
        )
    text = first.revision.text
    end = max(first.end, second.end)
    with transaction.atomic():
        if second.state != RequirementState.PROPOSED:
            raise _decided()
        taken = {name: getattr(first, name) or getattr(second, name) for name in ("subject", "institution", "cadence")}
        before = {"first": first.text, "second": second.text}
        _change_proposed(first, {"end": end, "text": text[first.start : end], **taken})
        deleted, _rows = Requirement.objects.filter(pk=second.pk, state=RequirementState.PROPOSED).delete()
        if not deleted:
            raise _decided()
        _renumber(first.revision)
        record(
            office_id=first.revision.office_id,
            actor=actor,
            action="documents.join_requirements",
            subject=first,
            before=before,
            after={"text": text[first.start : end]},
        )
    first.refresh_from_db()
    return first


def _change_proposed(requirement: Requirement, after: dict[str, object]) -> None:
    if not Requirement.objects.filter(pk=requirement.pk, state=RequirementState.PROPOSED).update(**after):
        raise _decided()


def _decided() -> Conflict:
    return Conflict(
        "documents.requirement_decided", "这条要求已由他人处理，不能再改。", hint="请刷新页面，查看现在的状态。"
    )


def _renumber(revision: Revision) -> None:
    """Number the requirements of a revision in the order of the text."""
    rows = list(Requirement.objects.filter(revision=revision).order_by("start", "id"))
    moved = []
    for order, row in enumerate(rows):
        if row.order != order:
            row.order = order
            moved.append(row)
    Requirement.objects.bulk_update(moved, ["order"], batch_size=500)


def decide_repair(repair: Repair, *, accept: bool, actor: User | None) -> Repair:
    """Accept or dismiss one suggested repair; the original text stays as it is.

    Raises Conflict where somebody decided otherwise meanwhile; the same decision again changes nothing.
    """
    state = RepairState.ACCEPTED if accept else RepairState.DISMISSED
    if repair.state == state:
        return repair
    with transaction.atomic():
        named = named_in(repair.inserted) if accept else ""
        if named and named not in approved(repair.revision.office_id, clock.today()):
            raise NotPossible(
                "documents.not_in_dictionary",
                f"“{named}”不在本机关的用语词典中，不能采纳。",
                hint="请先在用语词典中认可。",
            )
        changed = Repair.objects.filter(pk=repair.pk, state=RepairState.SUGGESTED).update(state=state)
        if not changed:
            raise Conflict("documents.repair_decided", "这处疑似脱字已由他人处理。", hint="请刷新页面。")
        before = repair.state
        repair.state = state
        record(
            office_id=repair.revision.office_id,
            actor=actor,
            action="documents.decide_repair",
            subject=repair,
            before={"state": before},
            after={"state": state},
        )
    return repair


def fill_placeholder(
    placeholder: Placeholder,
    *,
    figure: str,
    as_of: dt.date,
    actor: User | None,
    override: str = "",
    override_reason: str = "",
) -> Placeholder:
    """Put the register's figure beside an open place, frozen with its day.

    ``figure``: code of the list of figures; ``as_of``: local day.  ``override``: the office's own count, with its
    source and reason in ``override_reason``; the register's value is kept beside it.  Raises BadInput for an
    unknown figure or an override without reason, NotPossible for an elision.
    """
    if placeholder.kind == PlaceholderKind.ELISION:
        raise NotPossible("documents.elision", "原文省略处不能填数。", hint="请查找原文全文。")
    document = placeholder.revision.document
    if placeholder.kind == PlaceholderKind.LIVE and document.source_status == SourceStatus.ISSUED:
        raise NotPossible(
            "documents.frozen", f"《{document.title}》已正式印发，其中的数据不再改动。", hint="如有错误，请另行更正。"
        )
    override, override_reason = override.strip(), override_reason.strip()
    if override and not override_reason:
        raise BadInput(
            "documents.override_reason",
            "填写本机关数时缺少来源与理由。",
            hint="请写明数据来源，如“组织部门统计，口径为…”。",
            field="override_reason",
        )
    if as_of > clock.today():
        raise BadInput("documents.as_of", f"截至日期{as_of:%Y-%m-%d}晚于今天。", field="as_of")
    office_id = placeholder.revision.office_id
    value = figures.compute(figure, office_id, as_of)
    return _set_placeholder(
        placeholder,
        "documents.fill_placeholder",
        {
            "figure": figure,
            "value": value.text[:LONGEST_VALUE],
            "as_of": as_of,
            "rows_of": value.rows_of,
            "rows": list(value.rows),
            "override": override[:80],
            "override_reason": override_reason[:200] if override else "",
            "state": PlaceholderState.FILLED,
        },
        actor,
    )


def leave_blank(placeholder: Placeholder, *, actor: User | None) -> Placeholder:
    """Say that an open place stays blank on purpose; no figure is proposed for it any more."""
    return _set_placeholder(
        placeholder,
        "documents.leave_blank",
        {
            "figure": "",
            "value": "",
            "as_of": None,
            "rows_of": "",
            "rows": [],
            "override": "",
            "override_reason": "",
            "state": PlaceholderState.LEFT_BLANK,
        },
        actor,
    )


def _set_placeholder(
    placeholder: Placeholder, action: str, after: dict[str, object], actor: User | None
) -> Placeholder:
    before = {name: getattr(placeholder, name) for name in after}
    if before == after:
        return placeholder
    with transaction.atomic():
        for name, value in after.items():
            setattr(placeholder, name, value)
        placeholder.save(update_fields=list(after))
        record(
            office_id=placeholder.revision.office_id,
            actor=actor,
            action=action,
            subject=placeholder,
            before=before,
            after=after,
        )
    return placeholder


def note_export(document: Document, kind: str, *, actor: User | None) -> None:
    """Keep in the audit book that ``document`` was written out as a file of ``kind`` (docx, pdf, xlsx)."""
    record(
        office_id=document.office_id,
        actor=actor,
        action="documents.export",
        subject=document,
        after={"kind": kind},
    )


def set_terms(
    document: Document, *, expires_on: dt.date | None, retain_until: dt.date | None, actor: User | None
) -> Document:
    """Keep from which day a document is no longer in force, and until when it must be kept; None: not settled.

    The two are apart: what has expired is kept on.  Nothing is deleted by them.  Raises BadInput where the document
    would be let go while it is still in force.
    """
    if expires_on is not None and retain_until is not None and retain_until < expires_on:
        raise BadInput(
            "documents.terms",
            f"保管期限{retain_until:%Y-%m-%d}早于失效日期{expires_on:%Y-%m-%d}。",
            hint="有效的文件不能先行销毁，请核对。",
            field="retain_until",
        )
    after = {"expires_on": expires_on, "retain_until": retain_until}
    before = {name: getattr(document, name) for name in after}
    if before == after:
        return document
    with transaction.atomic():
        document.expires_on, document.retain_until = expires_on, retain_until
        document.save(update_fields=list(after))
        record(
            office_id=document.office_id,
            actor=actor,
            action="documents.set_terms",
            subject=document,
            before=before,
            after=after,
        )
    return document
