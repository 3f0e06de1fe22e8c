from __future__ import annotations

import pytest

from tests.cast import make_office
from tongxin.documents.models import Document, Requirement
from tongxin.provisions.catalogue import find
from tongxin.trace import operations, theme_queries
from tongxin.trace.models import Binding

pytestmark = pytest.mark.django_db

TEXT = "关于组织生活的通知\n\n各党支部要严格执行“三会一课”制度，每季度召开一次支部党员大会。\n"


def _registered(office) -> Document:
    return operations.register_document(
        office, name="通知.txt", data=TEXT.encode(), declared_unclassified=True, actor=None
    )


def test_a_document_has_the_themes_of_the_provisions_it_is_bound_to():
    office, other = make_office(), make_office("乙市政协")
    document = _registered(office)
    bound = [row.provision for row in Binding.objects.exclude(provision="")]
    themes = {find(provision).theme for provision in bound}
    used = theme_queries.themes_in_use(office)
    assert set(used) == set(bound) and set(used.values()) == themes
    assert theme_queries.themes_of(office, [document.pk], used) == {document.pk: tuple(theme_queries.names(used))}
    for theme in themes:
        assert theme_queries.documents_on(office, theme, used) == {document.pk}
    assert theme_queries.documents_on(office, "没有的专题", used) == frozenset()
    assert theme_queries.themes_in_use(other) == {}
    assert theme_queries.documents_on(other, next(iter(themes)), used) == frozenset()


def test_what_was_dismissed_gives_no_theme():
    office = make_office()
    document = _registered(office)
    operations.dismiss(Requirement.objects.get(), actor=None)
    assert theme_queries.themes_in_use(office) == {}
    assert theme_queries.themes_of(office, [document.pk], {}) == {}


def test_names_come_in_the_order_of_the_catalogue_and_own_ones_last():
    assert theme_queries.names({"x.a": "本机关专题", "life.theme_day": "组织生活", "report.scope": "党的领导"}) == [
        "党的领导",
        "组织生活",
        "本机关专题",
    ]
