"""Who may give which review: each review × each person × each way of entering it; the table is written out."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction

from tests.cast import LONG_AGO, join, make_office, make_organization, make_person, make_post, make_user
from tongxin.core import audit
from tongxin.core.errors import BadInput, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.matters import (
    editorial_operations,
    editorial_queries,
    operations,
    pass_operations,
    queries,
    reviewer_operations,
    reviewer_queries,
)
from tongxin.matters.models import Matter, Step, WorkflowSetting
from tongxin.registry.models import RoleGrant
from tongxin.registry.queries import standing_of

D = dt.date
NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)
#: Review → who may give it, where the office names the role editor, the post 处长 and one person, in this order.
TRUTH = {"pass_first": "editor", "pass_second": "head", "pass_third": "leader"}
PEOPLE = ("editor", "former_editor", "head", "former_head", "head_elsewhere", "leader", "leaders_role", "nobody")
WAYS = ("step", "signed", "link")
STATES = {"pass_first": "first_review", "pass_second": "second_review", "pass_third": "third_review"}


@pytest.fixture(autouse=True)
def clock_stands():
    with time_machine.travel(NOW, tick=False):
        yield


class Desk:
    """An office that names who reviews, people of every sort, and a manuscript that waits for its first review."""

    def __init__(self) -> None:
        self.office = office = make_office()
        self.clerk = make_user(office, "editor")
        self.people = {name: make_person(office, name) for name in PEOPLE}
        department, elsewhere = make_organization(office, "department"), make_organization(office, "staff")
        self.post = make_post(office, "department", "head", "处长")
        make_post(office, "staff", "head", "处长")
        for name, until in (("editor", None), ("former_editor", D(2026, 6, 10))):
            self.people[name].user = user = make_user()
            self.people[name].save()
            RoleGrant.objects.create(office=office, user=user, role="editor", valid_from=LONG_AGO, valid_until=until)
        self.people["leaders_role"].user = make_user(office, "leader")
        self.people["leaders_role"].save()
        join(self.people["head"], department, post="head")
        join(self.people["former_head"], department, post="head", valid_until=D(2026, 6, 10))
        join(self.people["head_elsewhere"], elsewhere, post="head")
        author = make_person(office)
        matter = editorial_operations.begin(
            office, title="侧记", unit=elsewhere, authors=[author], text="文", day=D(2026, 6, 1), actor=None
        )
        operations.take_step(matter, "submit", actor=None, day=D(2026, 6, 1))
        self.uid = matter.uid

    def name_all(self) -> None:
        for step, values in (
            ("pass_first", {"role": "editor"}),
            ("pass_second", {"post": self.post}),
            ("pass_third", {"person": self.people["leader"]}),
        ):
            reviewer_operations.name_reviewer(self.office, step, actor=self.clerk, **values)

    def matter(self, state: str) -> Matter:
        Matter.objects.filter(uid=self.uid).update(state=state)
        return queries.matter_by_uid(self.office, self.uid)

    def review(self, step: str, name: str, way: str = "step", day: dt.date | None = None) -> None:
        matter, person = self.matter(STATES[step]), self.people[name]
        if way == "step":
            operations.take_step(
                matter, step, actor=self.clerk, person=person, proofread=True, on_behalf="签字", day=day
            )
        elif way == "signed":
            editorial_operations.sign(
                matter, step, person=person, name="签.pdf", data=b"%PDF-1.7", declared_unclassified=True, day=day,
                actor=self.clerk,
            )  # fmt: skip
        else:
            pass_operations.issue_pass(matter, purpose="review", person=person, actor=self.clerk)

    def may(self, step: str, name: str, way: str, day: dt.date | None = None) -> bool:
        """Tell whether a review is taken; nothing of it stays."""
        point = transaction.savepoint()
        try:
            self.review(step, name, way, day)
        except NotPossible as refused:
            assert refused.code == "matters.reviewer_rank", refused
            return False
        else:
            return True
        finally:
            transaction.savepoint_rollback(point)


@pytest.fixture
def desk(db, settings, tmp_path) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk()


def test_each_review_by_each_person_in_each_way(desk):
    desk.name_all()
    got = {
        (step, way): " ".join(name for name in PEOPLE if desk.may(step, name, way)) for step in TRUTH for way in WAYS
    }
    assert got == {(step, way): who for step, who in TRUTH.items() for way in WAYS}
    assert len(TRUTH) * len(PEOPLE) * len(WAYS) == 72
    assert Step.objects.filter(transition__startswith="pass_").count() == 0


def test_the_secrecy_check_by_each_person(desk):
    def may(name: str) -> str:
        matter, point = desk.matter("secrecy_check"), transaction.savepoint()
        try:
            operations.take_step(
                matter, "clear_secrecy", actor=desk.clerk, person=desk.people[name], on_behalf="据签字的审查表"
            )
        except NotPossible as refused:
            return refused.code
        else:
            return "taken"
        finally:
            transaction.savepoint_rollback(point)

    assert {name: may(name) for name in PEOPLE} == dict.fromkeys(PEOPLE, "taken")
    reviewer_operations.name_reviewer(desk.office, "clear_secrecy", person=desk.people["nobody"], actor=desk.clerk)
    assert {name: may(name) for name in PEOPLE} == {
        name: "taken" if name == "nobody" else "matters.reviewer_rank" for name in PEOPLE
    }
    author = next(one.person for one in desk.matter("secrecy_check").people.all())
    desk.people["author"] = author
    reviewer_operations.name_reviewer(desk.office, "clear_secrecy", person=author, actor=desk.clerk)
    assert may("author") == "matters.reviewer_is_author"
    with pytest.raises(BadInput) as refused:  # somebody else's check needs to say how it is known
        operations.take_step(
            desk.matter("secrecy_check"), "clear_secrecy", actor=desk.clerk, person=desk.people["nobody"]
        )
    assert refused.value.code == "matters.review_for_another"


def test_a_review_waits_in_the_inbox_of_those_who_may_give_it(desk):
    """Each state × each person; of the named ones only, never of the author, never of who reviewed this round."""
    today = NOW.date()
    desk.people["author"] = next(one.person for one in desk.matter("first_review").people.all())
    for name in ("head", "leader", "nobody", "author"):
        desk.people[name].user = make_user(desk.office, "leader" if name == "leader" else "editor")
        desk.people[name].save()

    def waiting(state: str) -> list[str]:
        matter = desk.matter(state)
        return [
            name
            for name, person in desk.people.items()
            if person.user and matter in queries.inbox(desk.office, standing_of(person.user, desk.office, today))
        ]

    everybody = ["editor", "head", "leader", "leaders_role", "nobody"]
    assert {state: waiting(state) for state in (*STATES.values(), "secrecy_check")} == {
        "first_review": everybody, "second_review": everybody, "third_review": everybody, "secrecy_check": everybody,
    }  # fmt: skip
    desk.name_all()
    reviewer_operations.name_reviewer(desk.office, "clear_secrecy", role="leader", actor=None)
    assert {state: waiting(state) for state in (*STATES.values(), "secrecy_check")} == {
        "first_review": ["editor", "head", "nobody"], "second_review": ["head"], "third_review": ["leader"],
        "secrecy_check": ["leader", "leaders_role"],
    }  # fmt: skip
    desk.review("pass_first", "nobody")
    assert waiting("first_review") == ["editor", "head"]
    operations.take_step(desk.matter("second_review"), "send_back", actor=None, reason="重写")
    assert waiting("first_review") == ["editor", "head", "nobody"]
    # A leader without an account signs on paper: the editors enter it.
    person = desk.people["leader"]
    person.user = None
    person.save()
    assert waiting("third_review") == ["editor", "head", "nobody"]


def test_where_nobody_is_named_anybody_may_and_the_three_still_differ(desk):
    assert all(desk.may(step, name, way) for step in TRUTH for name in PEOPLE for way in WAYS)
    desk.review("pass_first", "nobody")
    with pytest.raises(NotPossible) as refused:
        desk.review("pass_second", "nobody")
    assert refused.value.code == "matters.reviewer_twice"


def test_a_review_counts_by_the_post_held_on_its_day(desk):
    desk.name_all()
    assert desk.may("pass_second", "former_head", "step", D(2026, 6, 9))
    assert desk.may("pass_first", "former_editor", "signed", D(2026, 6, 9))
    assert not desk.may("pass_second", "former_head", "step", D(2026, 6, 10))


def test_the_refusal_says_who_may_and_where_it_is_changed(desk):
    desk.name_all()
    reviewer_operations.name_reviewer(desk.office, "pass_second", person=desk.people["leader"], actor=None)
    with pytest.raises(NotPossible) as refused:
        desk.review("pass_second", "nobody")
    assert str(refused.value) == (
        "二审二校由处长、leader负责，nobody不在其中。请由其中的人审核；需要调整的，请系统管理员在“流程和时限”中指定。"
    )
    assert [(stage.name, stage.by) for stage in editorial_queries.stages(desk.matter("first_review"), queries.Names())] == [
        ("一审一校", "编辑审核"), ("二审二校", "处长、leader"), ("三审三校", "leader"), ("保密审查", ""),
    ]  # fmt: skip


def test_a_link_is_held_to_the_rank_when_it_is_used_too(desk):
    matter = desk.matter("third_review")
    issued = pass_operations.issue_pass(matter, purpose="review", person=desk.people["nobody"], actor=desk.clerk)
    desk.name_all()
    with pytest.raises(NotPossible) as refused:
        pass_operations.act(issued.token, "pass_third", proofread=True)
    assert refused.value.code == "matters.reviewer_rank"
    assert pass_operations.bearer(issued.token).used_at is None


def test_naming_is_kept_once_left_in_the_book_and_taken_back(desk):
    for _ in range(2):
        reviewer_operations.name_reviewer(desk.office, "pass_third", person=desk.people["leader"], actor=desk.clerk)
    code = f"pass_third:person:{desk.people['leader'].uid}"
    assert WorkflowSetting.objects.values_list("code", flat=True).get() == code
    entry = AuditEntry.objects.get(action="matters.name_reviewer")
    assert (entry.person_ids, audit.values_of(entry)["step"]) == ([desk.people["leader"].pk], (None, "pass_third"))
    assert not desk.may("pass_third", "head", "step")
    for _ in range(2):
        reviewer_operations.drop_reviewer(desk.office, code, actor=desk.clerk)
    assert AuditEntry.objects.filter(action="matters.drop_reviewer").count() == 1
    assert desk.may("pass_third", "head", "step")


def test_a_post_that_is_gone_lets_nobody_in_by_it(desk):
    desk.name_all()
    WorkflowSetting.objects.filter(code__startswith="pass_second").update(
        code="pass_second:post:00000000-0000-0000-0000-000000000000"
    )
    named = reviewer_queries.named_reviewers(desk.office)["pass_second"]
    assert [(one.name, one.key) for one in named] == [("（已不存在）", None)]
    assert [name for name in PEOPLE if desk.may("pass_second", name, "step")] == []


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        ("publish", {"role": "editor"}, "step"),
        ("send_back", {"role": "editor"}, "step"),
        ("pass_first", {}, "holder"),
        ("pass_first", {"role": "editor", "person": "leader"}, "holder"),
        ("pass_first", {"role": "member"}, "holder"),
        ("pass_first", {"post": "party"}, "holder"),
        ("pass_first", {"post": "foreign"}, "holder"),
        ("pass_first", {"person": "foreign"}, "person"),
    ],
)
def test_what_may_not_be_named_is_refused_at_its_field(desk, step: str, values: dict, field: str):
    elsewhere = make_office()
    known = {
        "leader": desk.people["leader"],
        "party": make_post(desk.office, "branch", "party_secretary"),
        "foreign": make_post(elsewhere, "department", "head") if "post" in values else make_person(elsewhere),
    }
    given = {name: value if name == "role" else known[value] for name, value in values.items()}
    with pytest.raises(BadInput) as refused:
        reviewer_operations.name_reviewer(desk.office, step, actor=None, **given)
    assert (refused.value.field, WorkflowSetting.objects.count()) == (field, 0)
