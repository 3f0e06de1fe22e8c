"""Number series: numbers issued without gaps, inside the writing transaction."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from tongxin.registry.models import Office, Series


def next_number(office: Office | int, code: str, year: int) -> int:
    """Issue the next number, from 1, of the office's series ``code`` in ``year``.

    Must be called inside a transaction: the series' row stays locked until it ends, so that two writers never
    get one number, and a transaction rolled back gives its number back.  Raises TransactionManagementError
    outside one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a number is issued inside the transaction that uses it")
    office_id = office.pk if isinstance(office, Office) else office
    row = Series.objects.filter(office_id=office_id, code=code, year=year)
    # The update locks the row; what is read after it is our own value on SQLite and PostgreSQL alike.
    if not row.update(next=F("next") + 1):
        Series.objects.get_or_create(office_id=office_id, code=code, year=year)
        row.update(next=F("next") + 1)
    return row.values_list("next", flat=True).get() - 1


def skip_to(office: Office | int, code: str, year: int, number: int) -> None:
    """Let the series go on with ``number`` where it lies further on; a series never goes back.

    For a series that was set back by hand and would issue numbers that are in use.
    """
    office_id = office.pk if isinstance(office, Office) else office
    Series.objects.filter(office_id=office_id, code=code, year=year, next__lt=number).update(next=number)
