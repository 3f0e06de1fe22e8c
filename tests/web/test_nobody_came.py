"""A meeting to which nobody came, and the excerpt of one item: what the pages and papers make of them."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from tests.web.conftest import Desk
from tongxin.activities import minutes_operations, operations, queries
from tongxin.activities.drafts import Attendee, Item
from tongxin.activities.models import Activity


@pytest.fixture
def deserted(desk: Desk) -> Activity:
    """Return a class that was called and to which two did not come and one was on leave."""
    first, second, third = desk.people
    return operations.record(
        desk.office, kind="party_class", title="三月党课", topic="党章", day=desk.today, organizations=[desk.branch],
        participants=[
            Attendee(first.pk, presence="absent"), Attendee(second.pk, presence="absent"),
            Attendee(third.pk, leave=True, leave_reason="duty", presence="absent"),
        ],
        actor=desk.clerk,
    )  # fmt: skip


def test_it_counts_for_nothing_anywhere(desk: Desk, deserted: Activity, client: Client):
    page = client.get(reverse("activity", args=[deserted.uid])).content.decode()
    assert "应到人员无一到会" in page
    year = desk.today.year
    assert queries.counts_by_unit(desk.office, year) == []
    assert queries.themes_of(desk.office, year) == []
    assert queries.study_ledger(desk.office, desk.branch, year) == []
    book = queries.handbook_of(desk.office, desk.branch, year)
    assert [entry.title for section in book.sections for entry in section.entries] == []


def test_one_who_came_makes_it_a_meeting(desk: Desk, deserted: Activity):
    deserted.participations.filter(person=desk.people[0]).update(presence="present")
    assert [dict(row.kinds) for row in queries.counts_by_unit(desk.office, desk.today.year)] == [{"party_class": 1}]
    assert queries.themes_of(desk.office, desk.today.year) == [("党章", 1)]
    assert len(queries.study_ledger(desk.office, desk.branch, desk.today.year)) == 1


def test_one_of_whom_nobody_said_anything_may_have_come(desk: Desk, deserted: Activity):
    deserted.participations.filter(person=desk.people[0]).update(presence="unknown")
    assert [dict(row.kinds) for row in queries.counts_by_unit(desk.office, desk.today.year)] == [{"party_class": 1}]


@pytest.mark.parametrize("change", [{"presence": "present"}, {"presence": "unknown"}, {"reply": ""}, {}])
def test_the_condition_of_the_database_is_that_of_the_register(desk: Desk, deserted: Activity, change: dict):
    deserted.participations.filter(person=desk.people[2]).update(**change)
    found = Activity.objects.filter(queries.deserted()).exists()
    assert found is queries.register_totals(deserted).totals.deserted


def test_the_dutys_file_tells_absent_from_excused(desk: Desk, deserted: Activity):
    counts = [queries.duty_file(person, desk.today.year).attendance for person in desk.people]
    assert [(each.expected, each.present, each.leave, each.absent) for each in counts] == [
        (1, 0, 0, 1),
        (1, 0, 0, 1),
        (1, 0, 1, 0),
    ]


def test_minutes_of_it_say_that_nobody_was_there(desk: Desk, deserted: Activity, client: Client):
    page = client.get(reverse("minutes", args=[deserted.uid, "record"]))
    assert (page.status_code, "实到0人" in page.context["text"]) == (200, True)


def test_an_excerpt_holds_its_item_and_no_other(desk: Desk, client: Client):
    held = operations.record(
        desk.office, kind="general_meeting", title="大会", day=desk.today, organizations=[desk.branch],
        agenda=[Item("decision", f"第{number}件事") for number in range(1, 12)], all_present=True, actor=desk.clerk,
    )  # fmt: skip
    numerals = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一")
    text = "\n".join(f"{word}、第{place}件事\n内容{place}号。" for place, word in enumerate(numerals, 1))
    minutes_operations.write(held, form="record", text=text, actor=None)
    address = reverse("minutes_file", args=[held.uid, "record"])
    for place in (1, 10, 11):
        answer = client.get(address, {"item": place})
        words = "\n".join(line.text for line in Document(io.BytesIO(answer.content)).paragraphs)
        assert [n for n in range(1, 12) if f"内容{n}号" in words] == [place]
        assert f"第{place}件事" in words
    for wrong in ("12", "0", "-1", "x", "1e3", "９９"):
        answer = client.get(address, {"item": wrong}, follow=True)
        assert "不能摘录" in answer.content.decode(), wrong
