"""Key tasks with what serves them; texts with what has followed."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import make_office, make_organization
from tongxin.activities import operations as activities
from tongxin.activities.drafts import Item
from tongxin.core.errors import BadInput, Conflict
from tongxin.matters import operations as matters
from tongxin.trace.key_task_operations import add_key_task, add_study_text, link_key_task, unlink_key_task
from tongxin.trace.key_task_queries import plain, tasks_of, texts_of
from tongxin.trace.models import KeyTask, KeyTaskLink, StudyText

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def office():
    return make_office()


def research(office, **more):
    unit = make_organization(office, "special_committee", "提案委员会")
    arguments = {"kind": "research", "title": "城市更新调研", "day": dt.date(2026, 4, 8), "organizations": [unit]}
    return activities.record(office, actor=None, **{**arguments, **more})


def test_tasks_stand_in_their_order_with_what_serves_them(office):
    first, second = (add_key_task(office, year=2026, title=title, actor=None) for title in ("城市更新", "养老服务"))
    link_key_task(first, activity=research(office), actor=None)
    matter = matters.open(office, kind="task", title="起草报告", lead=make_organization(office, "branch"), actor=None)
    link_key_task(second, matter=matter, actor=None)
    assert [(line.task.title, line.duty, len(line.matters)) for line in tasks_of(office, 2026)] == [
        ("城市更新", 1, 0),
        ("养老服务", 0, 1),
    ]
    assert tasks_of(office, 2025) == ()


def test_link_twice_is_once_is_taken_back_and_a_cancelled_activity_serves_nothing(office):
    task = add_key_task(office, year=2026, title="城市更新", actor=None)
    activity = research(office)
    link = link_key_task(task, activity=activity, actor=None)
    assert link_key_task(task, activity=activity, actor=None) == link
    activities.cancel(activity, reason="改期", actor=None)
    assert [line.duty for line in tasks_of(office, 2026)] == [0]
    unlink_key_task(link, actor=None)
    assert KeyTaskLink.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"year": 26}, "year"),
        ({"due_on": dt.date(2024, 1, 1)}, "due_on"),
    ],
)
def test_task_that_does_not_fit_is_refused(office, more, field):
    with pytest.raises(BadInput) as error:
        add_key_task(office, **{"year": 2026, "title": "城市更新", "actor": None, **more})
    assert (error.value.field, KeyTask.objects.count()) == (field, 0)


def test_same_task_twice_and_rows_of_another_office_are_refused(office):
    task = add_key_task(office, year=2026, title="城市更新", actor=None)
    with pytest.raises(Conflict):
        add_key_task(office, year=2026, title="城市更新", actor=None)
    with pytest.raises(BadInput):
        link_key_task(task, activity=research(make_office("政协另一市委员会")), actor=None)
    with pytest.raises(BadInput):
        link_key_task(task, actor=None)


def text(office, **more):
    arguments = {
        "title": "《在庆祝大会上的讲话》",
        "issuer": "某某",
        "issued_on": dt.date(2026, 3, 1),
        "source": "《人民日报》2026年3月2日",
        "audience": ["branch"],
        "actor": None,
    }
    return add_study_text(office, **{**arguments, **more})


def study(office, unit, title, day=dt.date(2026, 3, 10), status="held"):
    return activities.record(
        office, kind="theme_day", title="主题党日", day=day, organizations=[unit], status=status,
        agenda=[Item("follow_up_study", title)], actor=None,
    )  # fmt: skip


def test_study_that_names_the_text_follows_it_and_nothing_else_does(office):
    one, two, three = (make_organization(office, "branch", f"第{name}支部") for name in "一二三")
    text(office)
    held = study(office, one, "学习“在庆祝大会上的讲话”")
    study(office, two, "学习在庆祝大会上的讲话", day=dt.date(2026, 2, 1))
    study(office, two, "学习其他文章")
    study(office, three, "学习《在庆祝大会上的讲话》", day=dt.date(2026, 6, 10), status="planned")
    (line,) = texts_of(office, TODAY)
    assert line.studied == (("第一支部", held),)
    assert line.waiting == ("第二支部", "第三支部")


def test_statements_do_not_grow_with_texts(office, django_assert_num_queries):
    make_organization(office, "branch", "第一支部")
    text(office)
    for number in range(3):
        with django_assert_num_queries(3):
            texts_of(office, TODAY)
        text(office, title=f"第{number}篇重要文章")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": "讲话"}, "title"),
        ({"issuer": ""}, "issuer"),
        ({"source": " "}, "source"),
        ({"audience": []}, "audience"),
        ({"audience": ["nobody"]}, "audience"),
        ({"study_by": dt.date(2026, 2, 1)}, "study_by"),
    ],
)
def test_text_that_does_not_fit_is_refused(office, more, field):
    with pytest.raises(BadInput) as error:
        text(office, **more)
    assert (error.value.field, StudyText.objects.count()) == (field, 0)


def test_same_text_twice_is_refused(office):
    text(office)
    with pytest.raises(Conflict):
        text(office)
    assert plain("《在 庆祝“大会”上的讲话》") == "在庆祝大会上的讲话"
