"""Who may do what beside the steps: each operation tried by each role; the table is written out."""

from __future__ import annotations

import pytest

from tests.cast import join, make_office, make_organization, make_person, make_user
from tests.matters.truth import OFFICES
from tongxin.activities import operations as activities
from tongxin.activities.models import AgendaItem
from tongxin.core import clock
from tongxin.core.errors import NotAllowed, Refusal
from tongxin.matters import editorial_operations as editorial
from tongxin.matters import (
    operations,
    outlet_operations,
    pass_operations,
    queries,
    task_operations,
    upward_operations,
)
from tongxin.matters.models import MatterPass, Publication
from tongxin.registry.enums import UNIT_ROLES

#: Beside the roles: the author of the manuscript, the keeper and the unit's secretary of the outlet.
ACTORS = (*OFFICES, "author", "keeper", "unit_secretary")
_EDIT = "author editor information_office"
_DESK = "author editor information_office leader"
_KEEP = "editor information_office party_clerk"
#: Operation → who may; everybody else is refused with NotAllowed and nothing is written.
TRUTH = {
    "annotate": _DESK,
    "settle_note": _DESK,
    "reopen_note": _DESK,
    "hold": _DESK,
    "revise": _EDIT,
    "sign": "editor leader",
    "publish": _EDIT,
    "take_down": _EDIT,
    "issue_pass": "editor information_office",
    "revoke_pass": "editor information_office",
    "enter_outlet": _KEEP,
    "check_outlet": f"keeper unit_secretary {_KEEP}",
    "mend_fault": f"keeper unit_secretary {_KEEP}",
    "close_outlet": f"keeper unit_secretary {_KEEP}",
    "report_emergency": "party_clerk",
    "prove": "party_clerk",
    "volunteer_for_another": "party_clerk",
    "open_request": "party_clerk",
    "open_manuscript": "editor information_office",
}


class World:
    """Rows for every operation and one user per actor."""

    def __init__(self) -> None:
        self.office = make_office()
        self.unit, self.group = make_organization(self.office, "branch"), make_organization(self.office, "party_group")
        committee = make_organization(self.office, "committee")
        self.author, self.keeper = (make_person(self.office, user=make_user()) for _ in range(2))
        self.reviewers = [make_person(self.office) for _ in range(3)]
        self.volunteer = make_person(self.office, affiliation="01")
        join(self.volunteer, committee)
        stranger = make_organization(self.office, "department")
        self.users = {"author": self.author.user, "keeper": self.keeper.user}
        self.users["unit_secretary"] = make_user(self.office, "branch_secretary", unit=self.unit)
        for role in OFFICES:
            if role == "member":
                self.users[role] = make_user()
                make_person(self.office, user=self.users[role])
            else:
                self.users[role] = make_user(self.office, role, unit=stranger if role in UNIT_ROLES else None)
        self.outlet = outlet_operations.enter(
            self.office,
            name="网站",
            kind="website",
            unit=self.unit,
            keeper=self.keeper,
            check_every="month",
            actor=None,
        )
        check = outlet_operations.check(self.outlet, faults=["旧"], actor=self.users["editor"])
        self.fault = check.faults.get()
        self.draft, self.waiting, self.ready, published = (self.manuscript() for _ in range(4))
        self.submit(self.waiting)
        for matter in (self.ready, published):
            self.submit(matter, "pass_first", "pass_second", "pass_third", "clear_secrecy")
        editorial.publish(published, outlets=[self.outlet], actor=None)
        self.publication = Publication.objects.get()
        self.note = editorial.annotate(self.waiting, quote="例", text="改", actor=self.users["editor"])
        pass_operations.issue_pass(self.waiting, purpose="review", person=self.reviewers[2], actor=self.users["editor"])
        held = activities.record(
            self.office,
            kind="party_group_meeting",
            title="会",
            day=clock.today(),
            organizations=[self.group],
            actor=None,
        )
        self.decision = AgendaItem.objects.create(activity=held, order=7, kind="decision", title="决定")

    def manuscript(self):
        matter = editorial.begin(
            self.office, title="稿", unit=self.group, authors=[self.author], text="例文", actor=None
        )
        return queries.matter_by_uid(self.office, matter.uid)

    def submit(self, matter, *steps: str) -> None:
        for place, step in enumerate(("submit", *steps)):
            person = self.reviewers[min(max(place - 1, 0), 2)]
            operations.take_step(matter, step, actor=None, person=person, proofread=True)

    def act(self, name: str, actor) -> None:
        """Try an operation; what is wrong beside the right to it is refused for that reason."""
        wrong = {"actor": actor}
        match name:
            case "annotate":
                editorial.annotate(self.waiting, quote="没有", text="改", **wrong)
            case "settle_note":
                editorial.settle_note(self.note, answer="字" * 999, **wrong)
            case "reopen_note":
                editorial.reopen_note(self.note, **wrong)
            case "hold":
                editorial.hold(self.waiting, **wrong)
            case "revise":
                editorial.revise(self.draft, "新文", based_on=0, **wrong)
            case "sign":
                editorial.sign(
                    self.waiting, "pass_first", person=self.author, name="签.pdf", data=b"%PDF-1.7",
                    declared_unclassified=True, **wrong,
                )  # fmt: skip
            case "publish":
                stale = queries.matter_by_uid(self.office, self.ready.uid)
                stale.step_count = 99
                editorial.publish(stale, outlets=[self.outlet], **wrong)
            case "take_down":
                editorial.take_down(self.publication, reason="", **wrong)
            case "issue_pass":
                pass_operations.issue_pass(self.waiting, purpose="review", person=None, **wrong)
            case "revoke_pass":
                pass_operations.revoke_pass(MatterPass.objects.get(), **wrong)
            case "enter_outlet":
                outlet_operations.enter(
                    self.office, name="", kind="website", unit=self.unit, check_every="month", **wrong
                )
            case "check_outlet":
                outlet_operations.check(self.outlet, faults=["字" * 999], **wrong)
            case "mend_fault":
                outlet_operations.mend(self.fault, mended="", **wrong)
            case "close_outlet":
                outlet_operations.close(self.outlet, day=clock.today().replace(year=2100), **wrong)
            case "report_emergency":
                upward_operations.report_emergency(
                    self.office, title="", lead=self.group, told_to="值班室", told_at=clock.now(), **wrong
                )
            case "prove":
                upward_operations.prove(self.decision, major=True, **wrong)
            case "volunteer_for_another":
                task_operations.volunteer(self.office, title="例", person=self.volunteer, **wrong)
            case "open_request":
                operations.open(self.office, kind="request", title="", lead=self.group, **wrong)
            case "open_manuscript":
                editorial.begin(self.office, title="", unit=self.group, authors=[self.author], text="文", **wrong)
            case _:
                raise AssertionError(name)


@pytest.mark.django_db
def test_each_operation_by_each_actor(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = World()
    assert set(world.users) == set(ACTORS)
    got = {}
    for name in TRUTH:
        may = set()
        for actor in ACTORS:
            try:
                world.act(name, world.users[actor])
            except NotAllowed:
                continue
            except Refusal:
                pass
            may.add(actor)
        got[name] = may
    assert got == {name: set(actors.split()) for name, actors in TRUTH.items()}
    assert len(TRUTH) * len(ACTORS) == 285
