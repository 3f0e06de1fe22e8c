"""An office with a branch, its clerk signed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.test import Client

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization, Person


@dataclass
class Desk:
    """Where the clerk works."""

    office: Office
    committee: Organization
    branch: Organization
    people: list[Person]
    clerk: User
    today: dt.date


@pytest.fixture
def desk(db: None, client: Client) -> Desk:
    """Return an office with three Party members in one branch; the client is signed in as its clerk."""
    today = clock.today()
    office = make_office(start_day=dt.date(today.year - 1, 1, 1))
    committee = make_organization(office, "committee", office.name)
    branch = make_organization(office, "branch", "机关第一党支部")
    people = [make_person(office, name, affiliation="01") for name in ("陈文远", "李若兰", "赵明德")]
    for person in people:
        join(person, committee)
        join(person, branch)
    clerk = make_user(office, Role.PARTY_CLERK, Role.ROSTER_CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR)
    client.force_login(clerk)
    return Desk(office, committee, branch, people, clerk, today)
