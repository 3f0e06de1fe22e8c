"""Minutes: wordings, steps, comments of those present, who signs; and what is refused."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection

from tests.cast import ON_A_SERVER, join, make_office, make_organization, make_person
from tongxin.activities import minutes_operations as minutes
from tongxin.activities import operations
from tongxin.activities.drafts import Attendee, Item
from tongxin.activities.models import Minutes, MinutesComment, MinutesVersion
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.core.models import AuditEntry

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 5)
TODAY = dt.date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def people():
    office = make_office()
    return [make_person(office, name, affiliation="01") for name in ("安平", "白川", "陈南", "丁立")]


@pytest.fixture
def activity(people):
    office = people[0].office
    branch = make_organization(office, "branch", "机关第一党支部")
    for person in people[:3]:
        join(person, branch, post="party_secretary" if person is people[1] else None)
    marks = [
        Attendee(people[0].pk, role="chair", presence="present"),
        Attendee(people[1].pk, presence="present"),
        Attendee(people[2].pk, presence="absent"),
    ]
    return operations.record(
        office, kind="general_meeting", title="三月大会", day=DAY, organizations=[branch], participants=marks,
        agenda=[Item("decision", "年度计划")], actor=None,
    )  # fmt: skip


def write(activity, form="record", text="时间:2026年3月5日", **more) -> Minutes:
    return minutes.write(activity, form=form, text=text, actor=None, **more)


def test_each_wording_is_kept_and_the_same_one_once(activity):
    write(activity, text="一稿")
    write(activity, text="一稿")
    held = write(activity, text="二稿\r\n续")
    assert held.text == "二稿\n续"
    assert list(held.versions.values_list("number", "text")) == [(2, "二稿\n续"), (1, "一稿")]


def test_record_and_summary_stand_side_by_side(activity):
    write(activity, "record"), write(activity, "summary", text="纪要")
    assert set(Minutes.objects.values_list("form", "text")) == {("record", "时间:2026年3月5日"), ("summary", "纪要")}


def test_another_wording_meanwhile_is_a_conflict_and_nothing_is_lost(activity):
    write(activity, text="一稿")
    write(activity, text="别人的二稿", seen_version=1)
    with pytest.raises(Conflict, match="第2稿"):
        write(activity, text="我的二稿", seen_version=1)
    assert Minutes.objects.get().text == "别人的二稿"


@pytest.mark.parametrize(("form", "text", "field"), [("poem", "x", "form"), ("record", "长" * 60_001, "text")])
def test_bad_text_is_refused(activity, form, text, field):
    with pytest.raises(BadInput) as error:
        write(activity, form, text)
    assert error.value.field == field
    assert Minutes.objects.count() == 0


def test_planned_activity_has_no_minutes(activity):
    operations.cancel(activity, reason="改期", actor=None)
    with pytest.raises(NotPossible):
        write(activity)


def test_record_is_completed_by_the_recorder_and_checked_by_the_host(activity):
    held = minutes.complete(write(activity), recorder="丁立", actor=None)
    assert (held.status, held.recorder) == ("completed", "丁立")
    with pytest.raises(NotPossible):
        write(activity, text="再改")
    held = minutes.check(held, host="安平", on=TODAY, actor=None)
    assert (held.status, held.host, held.checked_on) == ("approved", "安平", TODAY)
    with pytest.raises(Conflict, match="已定稿"):
        minutes.check(held, host="安平", actor=None)


def test_names_on_paper_fill_the_empty_lines_of_the_text_as_wordings_of_their_own(activity):
    held = write(activity, text="主持人：\n记录人：\n一、学习")
    held = minutes.complete(held, recorder="丁立", actor=None)
    held = minutes.check(held, host="安平", on=TODAY, actor=None)
    assert held.text == "主持人：安平\n记录人：丁立\n一、学习"
    assert list(held.versions.order_by("number").values_list("number", "text")) == [
        (1, "主持人：\n记录人：\n一、学习"),
        (2, "主持人：\n记录人：丁立\n一、学习"),
        (3, "主持人：安平\n记录人：丁立\n一、学习"),
    ]


@pytest.mark.parametrize("day", [DAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)])
def test_day_of_checking_lies_between_meeting_and_today(activity, day):
    held = minutes.complete(write(activity), recorder="丁立", actor=None)
    with pytest.raises(BadInput) as error:
        minutes.check(held, host="安平", on=day, actor=None)
    assert error.value.field == "on"


@pytest.mark.parametrize(("name", "signs"), [("安平", True), ("白川", True), ("陈南", False), ("丁立", False)])
def test_summary_is_signed_by_the_chair_or_a_post_that_signs(activity, name, signs):
    held = minutes.circulate(write(activity, "summary"), actor=None)
    if signs:
        assert minutes.sign(held, signed_by=name, actor=None).signed_by == name
        return
    with pytest.raises(NotPossible, match=name) as error:
        minutes.sign(held, signed_by=name, actor=None)
    assert error.value.hint == "可签发的有：安平、白川。"
    assert Minutes.objects.get().status == "commenting"


def test_each_form_has_its_own_end(activity):
    record, summary = write(activity, "record"), write(activity, "summary")
    with pytest.raises(NotPossible):
        minutes.sign(record, signed_by="安平", actor=None)
    with pytest.raises(NotPossible):
        minutes.check(summary, host="安平", actor=None)
    with pytest.raises(NotPossible):
        minutes.complete(summary, recorder="丁立", actor=None)


def test_empty_text_goes_nowhere(activity):
    held = write(activity, text="  ")
    for step in (
        lambda: minutes.circulate(held, actor=None),
        lambda: minutes.complete(held, recorder="丁", actor=None),
    ):
        with pytest.raises(BadInput):
            step()


def test_sent_back_with_a_reason_keeps_wordings_and_comments(activity, people):
    held = minutes.circulate(write(activity, "summary"), actor=None)
    minutes.comment(held, people[0], text="时间有误", actor=None)
    with pytest.raises(BadInput):
        minutes.send_back(held, reason=" ", actor=None)
    held = minutes.send_back(minutes.sign(held, signed_by="安平", actor=None), reason="人数有误", actor=None)
    assert (held.status, held.signed_by, held.signed_on) == ("draft", "", None)
    assert (MinutesVersion.objects.count(), MinutesComment.objects.count()) == (1, 1)
    assert AuditEntry.objects.get(action="minutes.draft").purpose == "人数有误"


def test_only_those_present_comment_and_only_while_asked(activity, people):
    held = write(activity, "summary")
    with pytest.raises(NotPossible):
        minutes.comment(held, people[0], text="早了", actor=None)
    minutes.circulate(held, actor=None)
    for absent in people[2:]:
        with pytest.raises(NotPossible, match=absent.name):
            minutes.comment(held, absent, text="不在场", actor=None)
    for words in ("", " ", "长" * 501):
        with pytest.raises(BadInput):
            minutes.comment(held, people[0], text=words, actor=None)
    row = minutes.comment(held, people[0], text="地点写错", on_behalf="纸质意见", actor=None)
    assert minutes.answer(row, answer="已采纳", actor=None).answer == "已采纳"
    assert list(MinutesComment.objects.values_list("person__name", "text", "on_behalf", "answer")) == [
        ("安平", "地点写错", "纸质意见", "已采纳")
    ]


def test_outcomes_are_written_once_and_an_endless_one_not(activity):
    assert minutes.record_outcomes(activity, {1: " 一致  通过 ", 7: "没有这一项"}, actor=None) == 1
    assert minutes.record_outcomes(activity, {1: "一致 通过"}, actor=None) == 0
    with pytest.raises(BadInput):
        minutes.record_outcomes(activity, {1: "长" * 301}, actor=None)
    assert activity.agenda.get().outcome == "一致 通过"


@pytest.mark.django_db(transaction=True)
@ON_A_SERVER
def test_two_first_wordings_at_once_are_two_wordings_of_one_record(activity):
    ready = threading.Barrier(2)

    def send(text: str) -> None:
        try:
            ready.wait(timeout=10)
            write(activity, text=text)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(send, text) for text in ("甲稿", "乙稿")]:
            future.result()
    assert (Minutes.objects.count(), set(MinutesVersion.objects.values_list("number", flat=True))) == (1, {1, 2})
    assert set(MinutesVersion.objects.values_list("text", flat=True)) == {"甲稿", "乙稿"}


def test_checked_twice_is_checked_once_and_again_after_it_was_sent_back(activity):
    """A second click, or a second clerk, finds it settled; what was sent back is written and checked anew."""
    record = write(activity, text="一稿")
    minutes.complete(record, recorder="安平", actor=None)
    minutes.check(record, host="白川", actor=None)
    with pytest.raises(Conflict) as refused:
        minutes.check(record, host="丁立", actor=None)
    assert "已定稿" in refused.value.message
    record.refresh_from_db()
    assert (record.host, record.checked_on) == ("白川", TODAY)
    minutes.send_back(record, reason="数字有误", actor=None)
    record.refresh_from_db()
    assert (record.status, record.host, record.checked_on) == ("draft", "", None)
    write(activity, text="二稿")
    minutes.complete(record, recorder="安平", actor=None)
    minutes.check(record, host="丁立", on=DAY, actor=None)
    record.refresh_from_db()
    assert (record.status, record.host, record.checked_on) == ("approved", "丁立", DAY)
    assert list(record.versions.order_by("number").values_list("text", flat=True)) == ["一稿", "二稿"]


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_of_two_who_check_at_once_one_is_told(activity):
    record = write(activity)
    minutes.complete(record, recorder="安平", actor=None)
    ready = threading.Barrier(2)

    def check(host: str) -> str:
        try:
            own = Minutes.objects.get(pk=record.pk)
            ready.wait(timeout=10)
            minutes.check(own, host=host, actor=None)
        except Conflict:
            return ""
        finally:
            connection.close()
        return host

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(check, ["白川", "丁立"]))
    record.refresh_from_db()
    assert sorted(told) == sorted(["", record.host])
