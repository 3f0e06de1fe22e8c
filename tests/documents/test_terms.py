from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office
from tongxin.core.errors import BadInput
from tongxin.core.models import AuditEntry
from tongxin.documents import operations, queries
from tongxin.documents.models import Document

pytestmark = pytest.mark.django_db


def document(office, title="通知", kind="notice", year=2026):
    return Document.objects.create(office=office, title=title, kind=kind, year=year)


def test_expiry_and_retention_are_two_days_and_kept_apart():
    shown = document(make_office())
    operations.set_terms(shown, expires_on=dt.date(2026, 12, 31), retain_until=dt.date(2036, 12, 31), actor=None)
    operations.set_terms(shown, expires_on=dt.date(2026, 12, 31), retain_until=dt.date(2036, 12, 31), actor=None)
    shown.refresh_from_db()
    assert (shown.expires_on, shown.retain_until) == (dt.date(2026, 12, 31), dt.date(2036, 12, 31))
    assert AuditEntry.objects.filter(action="documents.set_terms").count() == 1
    operations.set_terms(shown, expires_on=None, retain_until=None, actor=None)
    assert (shown.expires_on, shown.retain_until) == (None, None)


def test_what_is_in_force_cannot_be_let_go():
    shown = document(make_office())
    with pytest.raises(BadInput, match="保管期限2026-01-01早于失效日期2026-12-31"):
        operations.set_terms(shown, expires_on=dt.date(2026, 12, 31), retain_until=dt.date(2026, 1, 1), actor=None)
    assert shown.expires_on is None


def test_related_documents_are_of_the_same_kind_or_year_of_this_office(django_assert_num_queries):
    office = make_office()
    shown = document(office)
    both, year = document(office, "同类同年"), document(office, "同年", kind="plan")
    kind = document(office, "同类", year=2020)
    document(office, "无关", kind="plan", year=2020)
    document(make_office(), "别处")
    with django_assert_num_queries(1):
        assert queries.related(shown) == [both, kind, year]
    assert queries.related(shown, limit=1) == [both]
