#!/usr/bin/env python3
"""A province-sized register: import of 30,000 people, and what the pages of the register cost over it.

usage: python -m bench.province [--people N] [--seed N] [--repeat N]

People are made up from a fixed seed and imported from one sheet as a clerk would; then Party units and contacts are
added, a Party unit for each 75 people.  Each page is asked for as a signed-in clerk would, with templates and
middleware, and in turn with a bare page: the same middleware and frame around one sentence.  The ratio is that of the
two medians, so that what else the machine does weighs on both.  CPU is this process's alone, without the database
server's.  The database is the one of DATABASE_URL, or SQLite in a new folder; all is rolled back.  Memory is this
process's peak above its size after imports.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import statistics
import tempfile
import time
import types

from bench.roster_import import _kilobytes, make_file, start_django

BARE = "/bare/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("TONGXIN_DATA", folder)
        start_django()
        from django.core.management import call_command
        from django.db import transaction

        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        with transaction.atomic():
            measure(options.people, options.seed, options.repeat)
            transaction.set_rollback(True)


def measure(people: int, seed: int, repeat: int) -> None:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from tongxin.accounts.models import User
    from tongxin.core import clock
    from tongxin.registry.models import Office, Organization, Person, RoleGrant, Term
    from tongxin.registry.roster_import import read_roster
    from tongxin.registry.roster_operations import apply_plan
    from tongxin.registry.roster_plan import make_plan
    from tongxin.registry.roster_queries import frame_of, register_image
    from tongxin.registry.strokes import stroke_key

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.ROOT_URLCONF = addresses()
    settings.SECURE_SSL_REDIRECT = False
    stroke_key("王")
    today = clock.today()
    since = dt.date(today.year - 4, 1, 1)
    data = make_file(people, seed)
    base = _kilobytes("VmRSS")
    office = Office.objects.create(
        name="政协测量省委员会", short_name="测量省", level="province", area_code="999998", start_day=since
    )
    committee = Organization.objects.create(office=office, kind="committee", name=office.name)
    term = Term.objects.create(office=office, ordinal=6, starts=since, ends=since.replace(year=since.year + 5))

    def step(label, work):
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as caught:
            result = work()
        taken = time.perf_counter() - started
        print(
            f"{label:34} {taken:8.2f} s {len(caught):6} statements   peak {(_kilobytes('VmHWM') - base) / 1024:6.0f} MB"
        )
        return result

    print(f"{people:,} people, {len(data) // 1024} kB, {connection.vendor}")
    reading = step("read and checked", lambda: read_roster(data, "bench.xlsx", today=today))
    frame = frame_of(term, today, found_missing=True)
    plan = step("planned", lambda: make_plan(reading, register_image(office, term, frame.day), frame))
    step("applied", lambda: apply_plan(office, plan, actor=None, leave_out_open=True))
    again = step("planned again", lambda: make_plan(reading, register_image(office, term, frame.day), frame))
    print("again:", {action: number for action, number in again.counts().items() if number})
    step("Party units and contacts added", lambda: settle(office, people, random.Random(seed), since))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    load = os.getloadavg()[0]

    clerk = User.objects.create(username="bench-clerk", display_name="测量")
    for role in ("roster_clerk", "party_clerk"):
        RoleGrant.objects.create(office=office, user=clerk, role=role, valid_from=since)
    somebody = Person.objects.filter(office=office).order_by("pk")[people // 2]
    somebody.user = clerk
    somebody.save()
    sector = Organization.objects.filter(office=office, kind="sector").first()
    browser = Client()
    browser.force_login(clerk)
    pages = [
        ("own account", reverse("account"), {}),
        ("people, first page", reverse("roster"), {}),
        ("people, page 200", reverse("roster"), {"page": "200"}),
        ("people, found by name", reverse("roster"), {"text": somebody.name}),
        ("people of a sector", reverse("roster"), {"organization": str(sector.pk)}),
        ("organizations", reverse("organizations"), {}),
        ("the committee itself", reverse("organization", args=[committee.uid]), {}),
        ("a person", reverse("person", args=[somebody.uid]), {}),
        ("a person's memberships", reverse("person_timeline", args=[somebody.uid]), {"purpose": "测量"}),
        ("still to place", reverse("placements"), {}),
        ("coverage by unit", reverse("unit_coverage"), {}),
        ("statistics", reverse("statistics"), {}),
        ("contacts", reverse("contacts"), {}),
        ("my record", reverse("mine"), {}),
        ("export form", reverse("export_roster"), {}),
        ("published counts", reverse("publish_counts"), {}),
    ]
    print(f"{'page':26} {'p50 ms':>8} {'bare ms':>8} {'× bare':>7} {'CPU ms':>7} {'statements':>10} {'kB':>6}")
    for label, address, query in pages:
        wall: dict[str, list[float]] = {address: [], BARE: []}
        cpu = []
        for number in range(repeat + 1):
            for each, asked in ((BARE, {}), (address, query)):
                started, spent = time.perf_counter(), time.process_time()
                answer = browser.get(each, asked)
                # The first round only fills caches.
                if number:
                    wall[each].append((time.perf_counter() - started) * 1000)
                    if each == address:
                        cpu.append((time.process_time() - spent) * 1000)
        with CaptureQueriesContext(connection) as caught:
            browser.get(address, query)
        if answer.status_code != 200:
            raise SystemExit(f"{label}: {answer.status_code}")
        middle, bare = (statistics.median(wall[each]) for each in (address, BARE))
        size = len(answer.getvalue() if answer.streaming else answer.content) / 1024
        print(
            f"{label:26} {middle:8.1f} {bare:8.1f} {middle / bare:7.1f} {statistics.median(cpu):7.1f}"
            f" {len(caught):10} {size:6.0f}"
        )
    print(f"load average {load:.1f} before the pages, {os.getloadavg()[0]:.1f} after")
    print(f"peak above base {(_kilobytes('VmHWM') - base) / 1024:.0f} MB")


def addresses() -> types.ModuleType:
    """Return the application's addresses and beside them the bare page."""
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path

    from tongxin.config.urls import urlpatterns
    from tongxin.web.access import signed_in

    template = engines["django"].from_string(
        '{% extends "frame/base.html" %}{% block content %}<p>此页没有内容。</p>{% endblock %}'
    )

    @signed_in
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse(template.render({}, request))

    module = types.ModuleType("bench_addresses")
    module.urlpatterns = [path(BARE.lstrip("/"), bare), *urlpatterns]
    return module


def settle(office, people: int, rng: random.Random, since: dt.date) -> None:
    """Put three in four Party members into branches, and name a contact for nine in ten of the others."""
    from tongxin.registry.models import Affiliation, ContactAssignment, Membership, Organization

    branches = Organization.objects.bulk_create(
        Organization(office=office, kind="branch", name=f"第{number}党支部", valid_from=since)
        for number in range(max(8, people // 75))
    )
    party = list(Affiliation.objects.filter(office=office, code__in=("01", "02")).values_list("person_id", flat=True))
    others = list(
        Affiliation.objects.filter(office=office).exclude(code__in=("01", "02")).values_list("person_id", flat=True)
    )
    Membership.objects.bulk_create(
        (
            Membership(office=office, person_id=person, organization=rng.choice(branches), valid_from=since)
            for person in party
            if rng.random() < 0.75
        ),
        batch_size=1000,
    )
    ContactAssignment.objects.bulk_create(
        (
            ContactAssignment(office=office, contact_id=rng.choice(party), target_id=person, valid_from=since)
            for person in others
            if rng.random() < 0.9
        ),
        batch_size=1000,
    )


if __name__ == "__main__":
    main()
