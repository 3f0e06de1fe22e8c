from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import join, make_office, make_organization, make_person
from tongxin.core import clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.documents import draft_queries, operations, queries
from tongxin.documents.draft_operations import write_draft
from tongxin.documents.live import Reference, references
from tongxin.documents.models import Document, Placeholder, Revision
from tongxin.registry import operations as registry

pytestmark = pytest.mark.django_db
BODY = "全市现有政协委员{{在任委员数}}名。\n\n一、提案工作\n\n提案委员会主任{{提案委员会·director}}主持。"


@pytest.fixture
def town():
    office = make_office()
    committee = make_organization(office, "committee", office.name)
    proposals = make_organization(office, "special_committee", "提案委员会")
    people = [make_person(office, name) for name in ("甲某某", "乙某某")]
    for person in people:
        join(person, committee)
    seat = join(people[0], proposals, post="director")
    return office, committee, proposals, people, seat


def write(office, **more):
    return write_draft(office, **({"title": "工作情况汇报", "text": BODY, "actor": None} | more))


def test_references_are_found_and_half_ones_named():
    assert references("共{{ 在任委员数 }}名") == [Reference(1, 12, "在任委员数")]
    with pytest.raises(BadInput, match="没有写完整"):
        references("共{{在任委员数名\n下一行}}")


def test_each_use_keeps_value_day_and_rows(town):
    office, _, _, people, _ = town
    document = write(office)
    uses = draft_queries.uses_of(document)
    assert [(use.text, use.figure.partition(":")[0], use.value, use.as_of) for use in uses] == [
        ("{{在任委员数}}", "members.total", "2", clock.today()),
        ("{{提案委员会·director}}", "post", "甲某某", clock.today()),
    ]
    assert uses[0].rows == [person.pk for person in people]
    assert uses[1].rows == [people[0].pk]
    assert document.source_status == "draft"


def test_a_transfer_lists_every_open_draft_with_old_and_new(town, django_assert_num_queries):
    office, _, proposals, people, seat = town
    first, second = write(office), write(office, title="第二篇", text="主任{{提案委员会·director}}。")
    write(office, title="第三篇", text="界别{{界别数}}个。")
    assert draft_queries.papers_to_check(office, clock.today()) == []
    registry.leave(seat, on=clock.today(), reason="transfer", actor=None)
    join(people[1], proposals, post="director", valid_from=clock.today())
    with django_assert_num_queries(4):  # the places, and one for each of three figures in use
        found = draft_queries.papers_to_check(office, clock.today())
    assert [(paper.document, [(c.figure_name, c.then, c.now) for c in paper.changes]) for paper in found] == [
        (first, [("提案委员会·director", "甲某某", "乙某某")]),
        (second, [("提案委员会·director", "甲某某", "乙某某")]),
    ]


def test_an_issued_document_is_frozen(town):
    office, _, _, people, _ = town
    document = write(office)
    operations.confirm_source(document, issuer="政协", number="澄政协〔2026〕9号", day=dt.date(2026, 1, 5), actor=None)
    join(make_person(office, "丙某某"), town[1])
    assert draft_queries.papers_to_check(office, clock.today()) == []
    use = draft_queries.uses_of(document)[0]
    with pytest.raises(NotPossible, match="已正式印发"):
        operations.fill_placeholder(use, figure=use.figure, as_of=clock.today(), actor=None)
    with pytest.raises(NotPossible, match="不是内部稿"):
        write(office, document=document, text="另写")


def test_taking_the_new_number_or_keeping_ones_own_settles_it(town):
    office, committee, _, _, _ = town
    document = write(office)
    join(make_person(office, "丙某某"), committee)
    (paper,) = draft_queries.papers_to_check(office, clock.today())
    place = paper.changes[0].place
    operations.fill_placeholder(
        place, figure=place.figure, as_of=clock.today(), actor=None, override="4", override_reason="组织部门统计"
    )
    assert draft_queries.papers_to_check(office, clock.today()) == []
    assert (place.value, place.shown, len(place.rows)) == ("3", "4", 3)
    # the override goes with the text into its next state
    write(office, document=document, text=BODY + "补充。")
    assert draft_queries.uses_of(document)[0].shown == "4"


def test_only_the_newest_text_is_looked_at(town):
    office, committee, _, _, _ = town
    document = write(office)
    write(office, document=document, text="不再引用。")
    join(make_person(office, "丙某某"), committee)
    assert draft_queries.papers_to_check(office, clock.today()) == []
    assert Placeholder.objects.filter(kind="live").count() == 2


def test_the_same_words_change_nothing_and_earlier_words_come_back(town):
    office = town[0]
    document = write(office)
    write(office, document=document)
    assert Revision.objects.count() == 1
    write(office, document=document, text="另写。")
    write(office, document=document)
    assert Revision.objects.count() == 3
    assert draft_queries.body_of(document)[0] == BODY


def test_who_writes_on_an_older_state_is_told(town):
    office = town[0]
    document = write(office)
    seen = draft_queries.body_of(document)[1]
    write(office, document=document, text="别人写的。", based_on=seen)
    with pytest.raises(Conflict, match="已由他人改过"):
        write(office, document=document, text="我写的。", based_on=seen)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"title": " "}, "缺少标题"),
        ({"text": " \n"}, "正文是空的"),
        ({"text": "{{没有这个数}}"}, "没有名为“没有这个数”的数据项"),
        ({"text": "{{在任委员数"}, "没有写完整"),
        ({"title": "绝密★启用前"}, "密级标志"),
        ({"text": "字" * 200_001}, "超过20万字"),
    ],
)
def test_bad_drafts_are_refused_and_nothing_is_written(town, more, said):
    with pytest.raises((BadInput, NotPossible), match=said):
        write(town[0], **more)
    assert (Document.objects.count(), Revision.objects.count()) == (0, 0)


def test_another_offices_posts_cannot_be_referred_to(town):
    with pytest.raises(BadInput, match="没有名为“提案委员会·director”"):
        write(make_office(), text="{{提案委员会·director}}")


def test_a_figure_whose_subject_is_gone_says_so(town):
    office = town[0]
    document = write(office)
    Placeholder.objects.filter(revision__document=document, figure="members.total").update(
        figure="posts:00000000-0000-4000-8000-000000000000"
    )
    (paper,) = draft_queries.papers_to_check(office, clock.today())
    assert paper.changes[0].now == queries.GONE
