"""All writes to the approved dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tongxin.core import clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, Conflict
from tongxin.core.spreadsheets import plain_text, read_tables
from tongxin.documents.dictionary import Entry, checked, from_rows, from_text, seed
from tongxin.documents.dictionary_queries import approved
from tongxin.documents.models import Expression
from tongxin.documents.reading.decoding import decode
from tongxin.registry.models import Office

if TYPE_CHECKING:
    from tongxin.accounts.models import User

#: Most expressions of one office, and most bytes of an imported list.
MOST = 5000
_MOST_BYTES = 5 * 1024 * 1024


def approve(office: Office, entries: Iterable[Entry], *, actor: User | None) -> int:
    """Approve ``entries`` from today on and return how many were new; those in force already are passed over.

    Raises BadInput for an entry that is not whole or where the office would have more than 5,000; nothing is
    written then.
    """
    today = clock.today()
    unique: dict[str, Entry] = {}
    for entry in entries:
        good = checked(entry)
        unique.setdefault(good.right, good)
    try:
        with transaction.atomic():
            known = approved(office, today)
            new = [entry for entry in unique.values() if entry.right not in known]
            if len(known) + len(new) > MOST:
                raise BadInput("dictionary.many", f"词典超过{MOST}条。", hint="请先停用不再用的条目。", field="file")
            if not new:
                return 0
            Expression.objects.bulk_create(
                [
                    Expression(
                        office=office,
                        created_by=actor,
                        kind=entry.kind,
                        right=entry.right,
                        wrong="；".join(entry.wrong),
                        source=entry.source,
                        valid_from=today,
                    )
                    for entry in new
                ],
                batch_size=500,
            )
            record(
                office_id=office.pk,
                actor=actor,
                action="documents.approve_expressions",
                subject=office,
                after={"expressions": [f"{entry.right}（{entry.source}）" for entry in new]},
            )
    except IntegrityError:
        raise Conflict("dictionary.twice", "其中有的条目刚由他人认可。", hint="请刷新页面后再试。") from None
    return len(new)


def approve_seed(office: Office, rights: Iterable[str], *, actor: User | None) -> int:
    """Approve the entries of the seed list whose wordings are in ``rights``; raises BadInput where none is."""
    wanted = set(rights)
    chosen = [entry for entry in seed() if entry.right in wanted]
    if not chosen:
        raise BadInput("dictionary.none", "没有勾选用语。", hint="请勾选本机关认可的条目。", field="right")
    return approve(office, chosen, actor=actor)


def end_expression(expression: Expression, *, actor: User | None) -> Expression:
    """End ``expression`` today: from today on nothing is suggested from it; the row stays readable.  Twice is once.

    One that was approved today leaves the list altogether, for it was in force on no day.
    """
    today = clock.today()
    with transaction.atomic():
        row = Expression.objects.select_for_update().filter(pk=expression.pk).first()
        if row is None or row.valid_until is not None:
            return row or expression
        record(
            office_id=row.office_id,
            actor=actor,
            action="documents.end_expression",
            subject=row,
            before={"right": row.right, "source": row.source},
        )
        if row.valid_from == today:
            row.delete()
        else:
            row.valid_until = today
            row.save(update_fields=["valid_until"])
    return row


def import_list(office: Office, name: str, data: bytes, *, actor: User | None) -> int:
    """Approve every entry of a list (.txt, .csv, .xlsx, .xls, .docx table) and return how many were new.

    Raises BadInput for what cannot be read, naming the line; nothing is written then.
    """
    if len(data) > _MOST_BYTES:
        raise BadInput("dictionary.large", "文件超过5MB。", hint="请只留用语一张表。", field="file")
    if name.lower().endswith(".txt"):
        text, _, _ = decode(data)
        entries = from_text(text)
    else:
        rows = (row for table in read_tables(data, name) for row in table.rows)
        entries = from_rows([plain_text(cell) for cell in row] for row in rows)
    return approve(office, entries, actor=actor)
