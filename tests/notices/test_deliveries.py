"""Letters to a real server: own matters only, once a week, in office hours; what is refused, late or unclear."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from tests.cast import make_office, make_organization, make_user
from tests.notices.post_office import PostOffice, opened
from tongxin.accounts.models import User
from tongxin.core.errors import NotPossible
from tongxin.core.models import Day
from tongxin.matters import operations as matters
from tongxin.matters.models import MatterNotice
from tongxin.notices import delivery_operations as operations
from tongxin.notices import delivery_queries as queries
from tongxin.notices.hours import BACKOFF, LOST_AFTER
from tongxin.notices.models import Delivery, MailChoice
from tongxin.registry.digests import compile_digest
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization, RoleGrant
from tongxin.registry.queries import standing_of

ROOT = Path(__file__).resolve().parents[2]
#: A Wednesday at ten in Shanghai.
NOON = dt.datetime(2026, 5, 27, 2, 0, tzinfo=dt.UTC)


@dataclass
class Desk:
    office: Office
    unit: Organization
    post: PostOffice
    number: int = 0

    def user(self, address: str, *roles: str) -> User:
        """Return a user at ``address`` with a task waiting for the unit for which they work."""
        user = make_user(self.office, Role.COMMITTEE_OFFICE, *roles, unit=self.unit)
        user.email = address
        user.save()
        return user

    def states(self) -> list[tuple[str, str]]:
        rows = Delivery.objects.order_by("recipient__email")
        return [(row.recipient.email.partition("@")[0], row.state) for row in rows]


def at(moment: dt.datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def desk(db, settings):
    with opened() as post:
        settings.TONGXIN_MAIL, settings.TONGXIN_OFFICE_HOURS = True, "8:30-17:30"
        settings.TONGXIN_SITE = "https://zx.example"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.DEFAULT_FROM_EMAIL = "127.0.0.1", post.port, "tx@zx.example"
        settings.TONGXIN_MAIL_DOMAIN = "zx.example"
        office = make_office()
        unit = make_organization(office, "special_committee", "提案委员会")
        with at(NOON):
            matters.open(office, kind="task", title="涉及个人的标题", lead=unit, actor=None)
            yield Desk(office, unit, post)


def test_each_gets_one_letter_with_own_matters_and_a_second_run_sends_none(desk: Desk):
    desk.user("chen@zx.example")
    other = make_user(desk.office, Role.EDITOR)
    other.email = "li@zx.example"
    other.save()
    first, second = operations.send_all(desk.office), operations.send_all(desk.office)
    assert (first.queued, first.sent, first.nothing) == (2, 1, 1)
    assert (second.queued, second.sent, second.nothing) == (0, 0, 0)
    assert desk.post.to == ["chen@zx.example"]
    (_to, letter) = desk.post.letters[0]
    assert letter["subject"] == f"本周提示（{desk.office.short_name}）"
    assert letter["from"] == "tx@zx.example"
    assert letter["auto-submitted"] == "auto-generated"
    assert letter["message-id"] == f"<{Delivery.objects.get(recipient__email='chen@zx.example').uid}@zx.example>"
    text = letter.get_content()
    assert "待办事项" in text
    assert "https://zx.example/weekly/" in text
    assert "停止" in text
    # The title stays inside.
    assert "涉及个人" not in text


def test_there_is_a_letter_in_the_next_week_again(desk: Desk):
    desk.user("chen@zx.example")
    operations.send_all(desk.office)
    with at(NOON + dt.timedelta(days=1)):
        operations.send_all(desk.office)
    assert len(desk.post.letters) == 1
    with at(NOON + dt.timedelta(days=5)):
        operations.send_all(desk.office)
    assert len(desk.post.letters) == 2


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOON.replace(hour=0, minute=29), "不在办公时间"),  # 8:29
        (NOON.replace(hour=9, minute=30), "不在办公时间"),  # 17:30
        (dt.datetime(2026, 5, 30, 2, tzinfo=dt.UTC), "不是工作日"),  # a Saturday
        (dt.datetime(2026, 10, 1, 2, tzinfo=dt.UTC), "不是工作日"),  # National Day, a Thursday
    ],
)
def test_it_is_quiet_outside_office_hours_and_workdays(desk: Desk, moment: dt.datetime, said: str):
    desk.user("chen@zx.example")
    with at(moment):
        run = operations.send_all(desk.office)
    assert said in run.quiet
    assert (Delivery.objects.count(), desk.post.letters) == (0, [])


def test_a_saturday_that_is_made_a_workday_is_one(desk: Desk):
    desk.user("chen@zx.example")
    Day.objects.filter(day=dt.date(2026, 5, 30)).update(is_workday=True)
    with at(dt.datetime(2026, 5, 30, 2, tzinfo=dt.UTC)):
        assert operations.send_all(desk.office).sent == 1


def test_without_a_server_nothing_is_written_or_sent(desk: Desk, settings):
    settings.TONGXIN_MAIL = False
    desk.user("chen@zx.example")
    assert "没有设置邮件服务器" in operations.send_all(desk.office).quiet
    assert Delivery.objects.count() == 0


def test_an_address_that_refuses_is_told_to_the_administrator_and_not_written_to_again(desk: Desk):
    user = desk.user("gone@zx.example")
    administrator = make_user(desk.office, Role.ADMINISTRATOR)
    run = operations.send_all(desk.office)
    assert run.failed == 1
    (row,) = queries.refused(desk.office)
    assert (row.user, row.refused, row.fault) == (user, "gone@zx.example", "550 5.1.1 no such user")
    told = compile_digest(desk.office, standing_of(administrator, desk.office, NOON.date()), NOON.date())
    assert [hint.what for part in told.parts for hint in part.hints if part.title == "邮件送达"] == [
        "有1个邮箱地址退信，请核对",
        "有1封邮件未能送达或送达不明",
    ]
    with at(NOON + dt.timedelta(days=7)):
        assert operations.send_all(desk.office).nothing == 2
        # A new address is another matter.
        user.email = "chen@zx.example"
        user.save()
    with at(NOON + dt.timedelta(days=14)):
        assert operations.send_all(desk.office).sent == 1


def test_who_is_asked_to_come_back_does_with_growing_pauses_and_then_gives_up(desk: Desk):
    desk.user("busy@zx.example")
    assert operations.send_all(desk.office).later == 1
    moment = NOON
    for wait in BACKOFF[:3]:
        with at(moment + wait - dt.timedelta(seconds=1)):
            assert operations.send_all(desk.office).later == 0
        moment += wait
        if not dt.time(8, 30) <= (moment + dt.timedelta(hours=8)).time() < dt.time(17, 30):
            moment += dt.timedelta(hours=16)
        with at(moment):
            assert operations.send_all(desk.office).later == 1
    row = Delivery.objects.get(recipient__email="busy@zx.example")
    assert (row.state, row.attempts, row.fault) == ("waiting", 4, "451 4.3.0 try again later")
    with at(moment + BACKOFF[3]):
        assert operations.send_all(desk.office).failed == 1
    # The address itself refused nothing.
    assert list(queries.refused(desk.office)) == []


def test_a_server_that_is_down_stops_the_run_and_loses_nothing(desk: Desk, settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = probe.getsockname()[1]
    for name in ("chen", "li"):
        desk.user(f"{name}@zx.example")
    run = operations.send_all(desk.office)
    assert (run.later, run.sent) == (1, 0)
    assert desk.states() == [("chen", "waiting"), ("li", "waiting")]
    settings.EMAIL_PORT = desk.post.port
    with at(NOON + BACKOFF[0]):
        assert operations.send_all(desk.office).sent == 2
    assert sorted(desk.post.to) == ["chen@zx.example", "li@zx.example"]


def test_a_server_that_falls_silent_leaves_it_unclear_and_it_is_not_sent_twice(desk: Desk):
    user = desk.user("cut@zx.example")
    assert operations.send_all(desk.office).unclear == 1
    with at(NOON + dt.timedelta(hours=2)):
        assert operations.send_all(desk.office).sent == 0
    assert desk.post.to == ["cut@zx.example"]
    (row,) = queries.troubled(desk.office)
    user.email = "chen@zx.example"
    user.save()
    operations.settle_by_hand(row, again=True, actor=user)
    assert operations.send_all(desk.office).sent == 1
    with pytest.raises(NotPossible):
        operations.settle_by_hand(row, again=True, actor=user)


def test_a_letter_whose_sender_died_becomes_unclear_after_a_while(desk: Desk):
    desk.user("chen@zx.example")
    operations.queue(desk.office, NOON.date())
    assert operations.claim(Delivery.objects.get().pk) is not None
    # Another sender does not get it.
    assert operations.claim(Delivery.objects.get().pk) is None
    with at(NOON + LOST_AFTER):
        assert operations.send_all(desk.office).unclear == 0
    with at(NOON + LOST_AFTER + dt.timedelta(seconds=1)):
        assert operations.send_all(desk.office).unclear == 1
    assert (desk.states(), desk.post.letters) == ([("chen", "unclear")], [])


def test_who_wants_none_gets_none_even_where_one_waits(desk: Desk):
    user = desk.user("chen@zx.example")
    operations.queue(desk.office, NOON.date())
    operations.choose(desk.office, user, wanted=False)
    assert operations.send_all(desk.office).nothing == 1
    operations.choose(desk.office, user, wanted=True)
    with at(NOON + dt.timedelta(days=7)):
        assert operations.send_all(desk.office).sent == 1
    assert MailChoice.objects.count() == 1


def test_who_left_the_office_after_it_was_written_down_gets_none(desk: Desk):
    user = desk.user("chen@zx.example")
    operations.queue(desk.office, NOON.date())
    RoleGrant.objects.filter(user=user).update(valid_until=NOON.date())
    assert (operations.send_all(desk.office).nothing, desk.post.letters) == (1, [])


def test_a_letter_of_a_week_that_is_over_is_no_news(desk: Desk):
    desk.user("chen@zx.example")
    operations.queue(desk.office, NOON.date() - dt.timedelta(days=7))
    run = operations.send_all(desk.office)
    assert (run.nothing, run.sent) == (1, 1)


def test_what_was_told_before_this_week_is_handed_out_once(desk: Desk):
    matter = matters.open(desk.office, kind="task", title="任务", lead=desk.unit, actor=None)
    old, new = (
        MatterNotice.objects.create(matter=matter, cause="nearing", audience="office", text="临近", made_on=day)
        for day in (dt.date(2026, 5, 22), dt.date(2026, 5, 26))
    )
    operations.queue(desk.office, NOON.date())
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.taken_at, new.taken_at) == (NOON, None)


def test_a_bounce_read_in_the_mailbox_is_entered_by_hand(desk: Desk):
    administrator = make_user(desk.office, Role.ADMINISTRATOR)
    user = desk.user("chen@zx.example")
    operations.returned(desk.office, user, actor=administrator)
    assert (operations.send_all(desk.office).sent, desk.post.letters) == (0, [])
    operations.try_again(MailChoice.objects.get(user=user), actor=administrator)
    with at(NOON + dt.timedelta(days=7)):
        assert operations.send_all(desk.office).sent == 1
    with pytest.raises(NotPossible):
        operations.returned(desk.office, administrator, actor=administrator)


def test_dry_run_says_whom_and_writes_and_sends_nothing(desk: Desk):
    desk.user("chen@zx.example")
    out = StringIO()
    call_command("notices", "send", "--dry-run", stdout=out)
    assert "c***@zx.example 1 条" in out.getvalue()
    assert (Delivery.objects.count(), desk.post.letters) == (0, [])
    call_command("notices", "send", stdout=out)
    assert "已发送 1 封" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_and_run_again_nobody_is_written_to_twice(tmp_path: Path):
    """The command is killed while a letter is under way; run again, each has at most one, and the others have theirs."""
    from tests.web.test_register_killed import _database_address, _read_back

    with opened(slow=0.4) as post:
        office = make_office()
        unit = make_organization(office, "special_committee")
        matters.open(office, kind="task", title="任务", lead=unit, actor=None)
        everybody = []
        for number in range(6):
            user = make_user(office, Role.COMMITTEE_OFFICE, unit=unit)
            user.email = f"u{number}@zx.example"
            user.save()
            everybody.append(user.email)
        Day.objects.update(is_workday=True)
        environment = {
            **os.environ, "DATABASE_URL": _database_address(tmp_path).replace("door.sqlite3", "door.sqlite3"),
            "TONGXIN_DATA": str(tmp_path), "PYTHONPATH": os.pathsep.join([str(ROOT / "src")]),
            "DJANGO_SETTINGS_MODULE": "tongxin.config.settings", "TONGXIN_SMTP": f"smtp://127.0.0.1:{post.port}",
            "TONGXIN_MAIL_FROM": "tx@zx.example", "TONGXIN_OFFICE_HOURS": "0:00-24:00",
        }  # fmt: skip
        command = [sys.executable, "-m", "tongxin", "notices", "send"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        for _number in range(600):
            if len(post.letters) >= 3:
                break
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert 3 <= len(post.letters) < 6
        post.slow = 0.0
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        _read_back(tmp_path)
        assert connection.vendor
        assert sorted(post.to) == sorted(set(post.to))
        states = [row.state for row in Delivery.objects.all()]
        # The one under way when it was killed stays for a person to decide; it did arrive here.
        assert sorted(states) == ["sending", *["sent"] * 5]
        assert sorted(post.to) == sorted(everybody)
