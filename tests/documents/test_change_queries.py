from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office
from tests.documents.tasks import issued
from tongxin.core import clock
from tongxin.core.models import AuditEntry
from tongxin.documents import operations
from tongxin.documents.change_queries import changed_since
from tongxin.documents.models import Document, Requirement
from tongxin.documents.queries import LibraryFilter, library

pytestmark = pytest.mark.django_db

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def _later() -> dt.datetime:
    return AuditEntry.objects.order_by("-at").values_list("at", flat=True)[0] + dt.timedelta(microseconds=1)


def test_a_document_put_in_has_changed_and_one_of_another_office_is_not_told():
    office, other = make_office(), make_office("乙市政协")
    document = issued(office)
    issued(other)
    assert set(changed_since(office, LONG_AGO)) == {document.pk}
    assert changed_since(office, _later()) == {}


def test_a_decision_on_a_sentence_changes_its_document():
    office = make_office()
    document, since = issued(office), _later()
    item = Requirement.objects.order_by("-start")[0]
    operations.decide_requirement(item, "dismissed", actor=None)
    found = changed_since(office, since)
    assert set(found) == {document.pk}
    assert since <= found[document.pk] <= clock.now()


def test_handing_out_is_no_change():
    office = make_office()
    document, since = issued(office), _later()
    operations.note_export(document, "docx", actor=None)
    assert changed_since(office, since) == {}


def test_narrowing_to_documents_holds_for_the_list_and_for_words():
    office = make_office()
    document = issued(office)
    other = Document.objects.create(office=office, title="别的通知")
    for words in ("", "学习"):
        every = LibraryFilter(words=words)
        assert document in library(office, every)
        assert list(library(office, LibraryFilter(words=words, among=frozenset({document.pk})))) == [document]
        assert list(library(office, LibraryFilter(words=words, among=frozenset()))) == []
    assert list(library(office, LibraryFilter(words="学习", among=frozenset({other.pk})))) == []
