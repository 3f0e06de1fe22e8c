from __future__ import annotations

import random

import pytest
from django.db import connection

from tests.cast import make_office
from tongxin.documents import operations, queries, search_queries
from tongxin.documents.models import Document, SearchText
from tongxin.documents.search_operations import index_documents
from tongxin.documents.search_queries import Scope, search
from tongxin.documents.tokens import occurs

pytestmark = pytest.mark.django_db

TEXTS = {
    "讲话": "在会议上的讲话\n\n同志们：\n要加强政治学习，落实第一议题制度，2026年6月底前完成。",
    "工作要点": "工作要点\n\n各支部每月开展主题党日，组织委员学习调研。",
    "通知": "关于视察的通知\n\n定于3月2日组织提案督办视察，请各位委员参加。党\n",
}


def fill(office, texts=TEXTS):
    return {
        name: operations.register(
            office, name=f"{name}.txt", data=text.encode(), declared_unclassified=True, actor=None
        )
        for name, text in texts.items()
    }


def names(office, question, **scope):
    by_pk = {document.pk: document.title for document in Document.objects.all()}
    return {by_pk[pk] for pk in search(office, question, Scope(**scope)).documents}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("学习", {"在会议上的讲话", "工作要点"}),
        ("治学", {"在会议上的讲话"}),  # two characters across two words
        ("第一议题制度", {"在会议上的讲话"}),
        ("议题制度第一", set()),
        ("2026年6月底", {"在会议上的讲话"}),
        ("6月", {"在会议上的讲话"}),
        ("党", {"工作要点", "关于视察的通知"}),
        ("委员 视察", {"关于视察的通知"}),
        ("委员视察", set()),
        ("工作要点", {"工作要点"}),
        ("学习，落实", {"在会议上的讲话"}),
        ("没有", set()),
        ("。", set()),
        ("\"' OR 1=1 * NEAR(", set()),
    ],
)
def test_words_are_found_inside_sentences(question, found):
    office = make_office()
    fill(office)
    assert names(office, question) == found


def test_another_office_is_never_searched_and_filters_hold():
    office, other = make_office(), make_office()
    fill(office)
    fill(other, {"别处的学习": "别处的学习\n\n组织学习。"})
    assert names(office, "学习") == {"在会议上的讲话", "工作要点"}
    assert names(other, "学习") == {"别处的学习"}
    assert names(office, "学习", kind="speech") == {"在会议上的讲话"}
    assert names(office, "学习", source_status="issued") == set()
    assert names(office, "委员", year=1999) == set()


def test_a_title_weighs_more_than_a_text():
    office = make_office()
    fill(office, {"一": "关于读书的通知\n\n请参加。", "二": "安排\n\n读书，" + "其他事项。" * 30})
    assert [Document.objects.get(pk=pk).title for pk in search(office, "读书").documents][0] == "关于读书的通知"


def test_where_thousands_match_the_newest_come_first(monkeypatch):
    monkeypatch.setattr(search_queries, "MANY", 2)
    office = make_office()
    documents = fill(office)
    for name in ("甲", "乙"):
        documents |= fill(office, {name: f"{name}文\n\n组织委员学习。"})
    holding = sorted((row.pk for name, row in documents.items() if name != "讲话"), reverse=True)
    for newest, probed in ((1, 1000), (2, 1000), (1500, 1), (2, 1)):  # looked at in one go, or step by step
        monkeypatch.setattr(search_queries, "NEWEST", newest)
        monkeypatch.setattr(search_queries, "PROBED", probed)
        monkeypatch.setattr(search_queries, "GATHERED", 2)
        found = search(office, "委员", limit=3)
        assert found.many is True
        assert list(found.documents) == holding[:3]


def test_few_matches_are_all_found_however_common_their_parts_are(monkeypatch):
    monkeypatch.setattr(search_queries, "MANY", 2)
    office = make_office()
    texts = {f"文{number}": f"文{number}\n\n委员学习，员学交流。" for number in range(4)}
    documents = fill(office, texts | {"题": "委员学交\n\n正文。", "后": "后文\n\n委员学交流。"})
    # PostgreSQL counts row by row or by the index, and looks at known places piece by piece or at the newest rows.
    for newest, gathered, probed in ((1, 2, 1000), (1500, 2, 1000), (1, 3000, 1000), (1, 2, 1), (1500, 2, 2)):
        monkeypatch.setattr(search_queries, "NEWEST", newest)
        monkeypatch.setattr(search_queries, "GATHERED", gathered)
        monkeypatch.setattr(search_queries, "PIECE", 2)
        monkeypatch.setattr(search_queries, "PROBED", probed)
        found = search(office, "委员学交")
        assert (found.many, set(found.documents)) == (False, {documents["题"].pk, documents["后"].pk})


def test_writing_anew_and_deleting_leave_nothing_behind():
    office = make_office()
    document = fill(office)["讲话"]
    assert index_documents([document]) == 1
    assert SearchText.objects.filter(document=document).count() == 1
    assert names(office, "政治") == {"在会议上的讲话"}
    SearchText.objects.filter(document=document).update(body="另文")
    assert names(office, "政治") == set()
    SearchText.objects.filter(document=document).delete()
    assert names(office, "另文") == set()


def test_a_phrase_far_into_a_long_text_is_found():
    office = make_office()
    random.seed(1)
    filler = "".join(random.choice("甲乙丙丁戊己庚辛壬癸，") for _ in range(30_000))
    text = f"长文\n\n{filler}末尾的远处词语{filler[:50]}"
    fill(office, {"长文": text})
    for question in ("远处词语", "远处", filler[20_000:20_006].strip("，")):
        assert occurs(text, question)
        assert names(office, question) == {"长文"}


def test_the_library_shows_the_best_first_with_a_snippet(django_assert_num_queries):
    office = make_office()
    fill(office)
    # two of the search and the list; a server is told how to plan them, inside a savepoint
    with django_assert_num_queries(7 if connection.vendor == "postgresql" else 3):
        found = list(queries.library(office, queries.LibraryFilter(words="学习")))
    assert {document.title for document in found} == {"在会议上的讲话", "工作要点"}
    with django_assert_num_queries(1):
        shown = queries.page_snippets(found, "学习")
    assert all("学习" in [one.text for one in shown[document.pk] if one.hit] for document in found)
    assert queries.page_snippets(found, "") == {}
