"""Each role opens each address and gets what the table says."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.access.matrix import MATRIX
from tests.access.world import DRAFT_PAGES, ORGANIZATION_PAGES, ORGANIZATION_PAPER_PAGES, REGISTER_PAGES, World
from tests.cast import make_user
from tongxin.config.checks import views
from tongxin.registry.enums import Role
from tongxin.web.access import declared

pytestmark = pytest.mark.django_db


def _ask(client: Client, world: World, name: str) -> int:
    address = reverse(name, args=world.address_arguments(name)) + (
        f"?about={world.entry}" if name == "object_to" else ""
    )
    return getattr(client, MATRIX[name].method)(address).status_code


def test_every_address_of_the_pages_is_in_the_table():
    own = {
        pattern.name
        for _route, pattern in views(get_resolver())
        if declared(pattern.callback) is not None and pattern.callback.__module__.startswith("tongxin.web.")
    }
    assert own == set(MATRIX)


@pytest.mark.parametrize("role", [str(role) for role in Role])
def test_role_gets_what_the_table_says(role: str, client: Client):
    world = World()
    client.force_login(world.users[role])
    expected, got = {}, {}
    for name, row in MATRIX.items():
        expected[name] = row.ok if role in row.allowed else 404 if role in row.hidden else 403
        got[name] = _ask(client, world, name)
    assert got == expected


def test_nobody_gets_past_the_sign_in(client: Client):
    world = World()
    got = {name: _ask(client, world, name) for name in MATRIX}
    assert got == {name: row.ok if row.open else 302 for name, row in MATRIX.items()}
    shown = [name for name, row in MATRIX.items() if not row.open]
    for name in shown:
        address = reverse(name, args=world.address_arguments(name))
        answer = getattr(client, MATRIX[name].method)(address)
        assert answer["Location"].startswith(reverse("account_login")), name


def test_user_without_an_office_is_refused_everywhere(client: Client):
    world = World()
    client.force_login(make_user())
    got = {name: _ask(client, world, name) for name in MATRIX if not MATRIX[name].open}
    assert got == {name: 403 for name, row in MATRIX.items() if not row.open}


#: What an address that names a row answers where the row is another office's.
NAMED = sorted(
    {
        "finding", "rule_on", "extend_limit", "withdraw_ruling", "organization", "person", "activity", "mark_register",
        "cancel_activity", "matter", "take_step", "document", "trace", "official_document", "compare_document", "proofread_document", "set_document_terms", "standing", "keep_standing", "versions", "edit_draft", "task_table", "settle_tasks", "issue_tasks", "confirm_source", "restore_line",
        "decide_requirement", "edit_requirement", "decide_repair", "end_expression", "fill_place", "choose_figure", "decide_correction", "answer_suggestion", "revoke_grant",
        "person_timeline", "organization_timeline", "enrol_person", "state_affiliation", "leave_membership",
        "transfer_membership", "end_contact", "correct_person", "correct_affiliation", "correct_membership", *ORGANIZATION_PAGES, *ORGANIZATION_PAPER_PAGES, *DRAFT_PAGES,
        "erase_person", "objection", "account_of", "grant_to", "link_account", "issue_link", "switch_account",
        "attach_paper", "order_task", "matter_paper", "matter_form", "export_counts",
        "proposal", "reply_proposal", "set_key", "issue_pass", "revoke_pass", "answer_cosign",
    }
)  # fmt: skip

#: Those of the register, beside the ones above.
NAMED = sorted({*NAMED, *REGISTER_PAGES, "revoke_station"})


def test_another_offices_row_is_not_found_and_really_exists(client: Client):
    here, there = World(), World("政协北川市委员会")
    everything = (Role.PARTY_CLERK, Role.ROSTER_CLERK, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.PROPOSALS_OFFICE)
    client.force_login(make_user(here.office, *everything))
    assert {name: _ask(client, there, name) for name in NAMED} == dict.fromkeys(NAMED, 404)
    client.force_login(make_user(there.office, *everything))
    assert {name: _ask(client, there, name) for name in NAMED} == {name: MATRIX[name].ok for name in NAMED}


#: Addresses whose argument names no row of an office: a code that all offices share.
SHARED = frozenset(
    {"provision", "adopt_provision", "end_provision", "place", "figure", "set_workflow", "yearly", "keep_yearly"}
)
#: Addresses that answer 404 for everybody but the one whose session, own grant or own proposal it is; what
#: they show and refuse is tested with the pages themselves.
PERSONAL = frozenset({"end_session", "delegate", "take_back", "withdraw_correction", "show_contact"})


def _naming(world: World) -> list[str]:
    # What is open to everybody names no row: its address holds a secret (an invitation, a door, a one-time link).
    return [
        name
        for name, row in MATRIX.items()
        if world.address_arguments(name) and not row.open and name not in SHARED | PERSONAL
    ]


def test_every_address_that_names_a_row_hides_another_offices(client: Client):
    """Ask each address with every role of one office for a row of another: 404, never 200, 403 or a redirect.

    That the rows are there, and found by whoever may, is shown by the table above: it asks for the same ones at home.
    """
    here, there = World(), World("政协北川市委员会")
    user = make_user(here.office, *Role)
    here.person.user = user
    here.person.save()
    client.force_login(user)
    named = _naming(there)
    assert len(named) > 80
    assert {name: _ask(client, there, name) for name in named} == dict.fromkeys(named, 404)


def test_rights_given_and_taken_hold_on_the_next_request(client: Client):
    world = World()
    user = make_user(world.office, Role.MEMBER)
    client.force_login(user)
    assert client.get(reverse("board")).status_code == 403
    from tongxin.core import clock
    from tongxin.registry import operations

    grant = operations.grant_role(world.office, user, Role.LEADER, since=clock.today(), actor=None)
    assert client.get(reverse("board")).status_code == 200
    operations.revoke_role(grant, actor=None)
    assert client.get(reverse("board")).status_code == 403
