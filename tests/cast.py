"""The cast: small builders of real rows, so that a test says only what matters to it."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.db import connection

from tongxin.accounts.models import User
from tongxin.registry.models import (
    Affiliation,
    ContactAssignment,
    Membership,
    Office,
    Organization,
    Person,
    Post,
    RoleGrant,
    Term,
)

#: Marks a test of two writers at once: only a database server lets them try.
ON_A_SERVER = pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")

_numbers = itertools.count(1)
LONG_AGO = dt.date(2020, 1, 1)


def make_office(
    name: str = "政协澄江市委员会", *, level: str = "city", start_day: dt.date = LONG_AGO, **more
) -> Office:
    number = next(_numbers)
    return Office.objects.create(
        name=name, short_name=name[2:5], level=level, area_code=f"{990000 + number % 9999}", start_day=start_day, **more
    )


def make_term(
    office: Office, *, ordinal: int = 6, starts: dt.date = dt.date(2022, 1, 1), ends: dt.date = dt.date(2027, 1, 1)
):
    return Term.objects.create(office=office, ordinal=ordinal, starts=starts, ends=ends)


def make_person(
    office: Office, name: str = "", *, affiliation: str | None = None, since: dt.date = LONG_AGO, **more
) -> Person:
    person = Person.objects.create(office=office, name=name or f"测试人员{next(_numbers)}", **more)
    if affiliation:
        Affiliation.objects.create(office=office, person=person, code=affiliation, valid_from=since)
    return person


def make_organization(
    office: Office, kind: str, name: str = "", *, valid_from: dt.date | None = LONG_AGO, **more
) -> Organization:
    return Organization.objects.create(
        office=office, kind=kind, name=name or f"测试组织{next(_numbers)}", valid_from=valid_from, **more
    )


def make_post(office: Office, kind: str, code: str, name: str = "", precedence: int = 100) -> Post:
    post, _ = Post.objects.get_or_create(
        office=office, organization_kind=kind, code=code, defaults={"name": name or code, "precedence": precedence}
    )
    return post


def join(
    person: Person,
    organization: Organization,
    *,
    valid_from: dt.date | None = LONG_AGO,
    valid_until: dt.date | None = None,
    post: str | None = None,
    home: bool = False,
    term: Term | None = None,
) -> Membership:
    return Membership.objects.create(
        office=organization.office,
        person=person,
        organization=organization,
        valid_from=valid_from,
        valid_until=valid_until,
        post=make_post(organization.office, organization.kind, post) if post else None,
        home=home,
        term=term,
    )


def assign_contact(
    contact: Person, target: Person, *, valid_from: dt.date = LONG_AGO, valid_until: dt.date | None = None
):
    return ContactAssignment.objects.create(
        office=contact.office, contact=contact, target=target, valid_from=valid_from, valid_until=valid_until
    )


def make_user(
    office: Office | None = None, *roles: str, unit: Organization | None = None, username: str = "", password: str = ""
) -> User:
    name = username or f"user{next(_numbers)}"
    user = User(username=name, display_name=name)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    for role in roles:
        RoleGrant.objects.create(office=office, user=user, role=role, organization=unit, valid_from=LONG_AGO)
    return user
