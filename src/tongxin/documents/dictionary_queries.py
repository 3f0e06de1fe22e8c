"""The office's approved dictionary: what is in force on a day, and what of the seed list is not approved yet."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Q

from tongxin.core.spreadsheets import Column, Sheet
from tongxin.documents.dictionary import Entry, seed, wordings
from tongxin.documents.models import Expression
from tongxin.documents.proofreading import Phrase
from tongxin.registry.models import Office
from tongxin.registry.queries import owned


def expressions(office: Office | int, day: dt.date | None = None) -> list[Expression]:
    """Return the office's expressions in force on ``day``; without a day all that ever were, ended ones last."""
    rows = owned(Expression, office).select_related("created_by")
    if day is None:
        return sorted(rows, key=lambda row: row.valid_until is not None)
    return list(rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day))


def expression_by_uid(office: Office | int, uid: uuid.UUID | str) -> Expression:
    """Return the office's expression.  Raises Expression.DoesNotExist also for another office's."""
    return owned(Expression, office).get(uid=uid)


def approved(office: Office | int, day: dt.date) -> frozenset[str]:
    """Return the right wordings in force on ``day``; one statement."""
    rows = owned(Expression, office).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)
    return frozenset(rows.values_list("right", flat=True))


def phrases(office: Office | int, day: dt.date) -> list[Phrase]:
    """Return the dictionary for proofreading on ``day``."""
    return [Phrase(row.right, wordings(row.wrong), row.source) for row in expressions(office, day)]


def offered(office: Office | int, day: dt.date) -> list[Entry]:
    """Return the entries of the seed list that the office has not approved."""
    known = approved(office, day)
    return [entry for entry in seed() if entry.right not in known]


def sheet(office: Office | int, day: dt.date) -> Sheet:
    """Return the dictionary in force on ``day`` as a sheet that can be imported again."""
    return Sheet(
        "用语词典",
        [Column("种类", 10), Column("规范写法", 40), Column("误写", 40), Column("出处", 50)],
        [[row.get_kind_display(), row.right, row.wrong, row.source] for row in expressions(office, day)],
    )
