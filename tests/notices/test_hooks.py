"""Events to other programs: each once, signed, tried again, given up, and never to a host that is not named."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_organization, make_person, make_user
from tongxin.activities import operations as activities
from tongxin.activities.drafts import Attendee
from tongxin.config import regular_work
from tongxin.core import clock
from tongxin.core.errors import BadInput, Conflict
from tongxin.matters import operations as matters
from tongxin.notices.enums import DeliveryState, HookEvent
from tongxin.notices.hook_operations import BACKOFF, add_hook, collect, send_again, send_due, stop_hook
from tongxin.notices.hook_queries import event_of
from tongxin.notices.models import HookMessage, Webhook
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db


class Receiver:
    """A program on this machine that takes messages, answering with ``status``."""

    def __init__(self) -> None:
        self.status, self.taken = 204, []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(settings):
    made = Receiver()
    settings.WEBHOOK_HOSTS = [made.host]
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def administrator(office):
    return make_user(office, Role.ADMINISTRATOR)


def _add(office, receiver, actor, **more):
    values = {"name": "办公系统", "url": f"http://{receiver.host}/events", "events": HookEvent.values, **more}
    return add_hook(office, actor=actor, **values)


def _hold(office, kind="office_meeting", **more):
    unit = make_organization(office, "staff")
    return activities.record(
        office, kind=kind, title="机关办公会议", day=clock.today(), organizations=[unit], actor=None, **more
    )


def test_what_is_entered_is_told_once_and_signed(office, receiver, administrator):
    _hold(office)
    _hook, secret = _add(office, receiver, administrator)
    held = _hold(office)
    task = matters.open(office, kind="task", title="完成整改", lead=make_organization(office, "department"), actor=None)
    assert [collect(office), collect(office)] == [2, 0]
    assert [send_due(), send_due()] == [{"sent": 2, "later": 0, "failed": 0}, {"sent": 0, "later": 0, "failed": 0}]
    told = [json.loads(body) for _, body in receiver.taken]
    assert [(one["type"], one["data"]) for one in told] == [
        ("activity.recorded", {"uid": str(held.uid), "office": str(office.uid)}),
        ("matter.opened", {"uid": str(task.uid), "office": str(office.uid)}),
    ]
    for headers, body in receiver.taken:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
        assert headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()
    assert "机关办公会议" not in str(receiver.taken)


def test_only_what_was_asked_for_is_told(office, receiver, administrator):
    _add(office, receiver, administrator, events=["matter.opened"])
    _hold(office)
    assert collect(office) == 0


def test_talks_between_two_and_other_offices_are_not_told(office, receiver, administrator):
    _add(office, receiver, administrator)
    people = [make_person(office, affiliation="01"), make_person(office, affiliation="01")]
    activities.record(
        office, kind="heart_talk", title="谈心谈话", day=clock.today(), actor=None,
        participants=[Attendee(people[0].pk, role="contact"), Attendee(people[1].pk, role="target")],
    )  # fmt: skip
    _hold(make_office("政协远江市委员会"))
    assert collect(office) == 0


def test_what_is_not_taken_is_tried_again_later_and_given_up_in_the_end(office, receiver, administrator):
    hook, _secret = _add(office, receiver, administrator)
    receiver.status = 500
    start = clock.now()
    with time_machine.travel(start, tick=False) as clockwork:
        _hold(office)
        collect(office)
        outcomes = [send_due()]
        for pause in BACKOFF:
            clockwork.shift(pause - dt.timedelta(seconds=1))
            assert send_due() == {"sent": 0, "later": 0, "failed": 0}
            clockwork.shift(dt.timedelta(seconds=1))
            outcomes.append(send_due())
    assert outcomes == [{"sent": 0, "later": 1, "failed": 0}] * len(BACKOFF) + [{"sent": 0, "later": 0, "failed": 1}]
    message = HookMessage.objects.get()
    assert (message.state, message.attempts, message.fault) == (DeliveryState.FAILED, len(BACKOFF) + 1, "应答 500。")
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1
    receiver.status = 200
    assert (send_again(hook, actor=administrator), send_due()["sent"]) == (1, 1)


def test_a_receiver_that_is_away_or_sends_elsewhere_has_not_taken_it(office, receiver, administrator):
    _add(office, receiver, administrator)
    _hold(office)
    collect(office)
    receiver.status = 302
    send_due()
    assert (HookMessage.objects.get().fault, len(receiver.taken)) == ("应答 302。", 1)
    receiver.server.shutdown()
    receiver.server.server_close()
    HookMessage.objects.update(next_at=clock.now())
    send_due()
    assert HookMessage.objects.get().fault.startswith("连接不上")


def test_a_host_that_is_no_longer_named_gets_nothing(office, receiver, administrator, settings):
    _add(office, receiver, administrator)
    _hold(office)
    collect(office)
    settings.WEBHOOK_HOSTS = []
    assert (send_due()["later"], receiver.taken) == (1, [])


def test_what_a_dead_sender_left_is_sent_by_the_next(office, receiver, administrator):
    _add(office, receiver, administrator)
    _hold(office)
    collect(office)
    HookMessage.objects.update(state=DeliveryState.SENDING, claimed_at=clock.now())
    assert send_due()["sent"] == 0
    HookMessage.objects.update(claimed_at=clock.now() - dt.timedelta(minutes=16))
    assert send_due()["sent"] == 1


def test_an_entry_committed_late_is_told_too(office, receiver, administrator):
    hook, _secret = _add(office, receiver, administrator)
    _hold(office)
    collect(office)
    # As where a transaction with a lower number is committed after one with a higher.
    HookMessage.objects.all().delete()
    hook.refresh_from_db()
    assert collect(office) == 1
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11)):
        collect(office)
        HookMessage.objects.all().delete()
        assert collect(office) == 0


def test_stopped_is_stopped(office, receiver, administrator):
    hook, _secret = _add(office, receiver, administrator)
    _hold(office)
    collect(office)
    stop_hook(hook, actor=administrator)
    assert (send_due()["sent"], collect(office)) == (0, 0)
    with pytest.raises(Conflict) as refused:
        stop_hook(hook, actor=administrator)
    assert refused.value.code == "notices.hook_stopped"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "notices.hook_name"),
        ({"events": []}, "notices.hook_events"),
        ({"events": ["everything"]}, "notices.hook_events"),
        ({"url": "ftp://127.0.0.1/"}, "notices.hook_url"),
        ({"url": "events"}, "notices.hook_url"),
        ({"url": "http://169.254.169.254/"}, "notices.hook_host"),
        ({"url": "http://user:word@127.0.0.1/"}, "notices.hook_url_user"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_added(office, receiver, administrator, wrong, code):
    with pytest.raises(BadInput) as refused:
        _add(office, receiver, administrator, **wrong)
    assert (refused.value.code, Webhook.objects.count()) == (code, 0)


def test_actions_have_their_events():
    asked = ["activities.record", "activities.cancel", "matters.task.accept", "matters.open", "accounts.open", "read"]
    assert [event_of(action) for action in asked] == [
        HookEvent.ACTIVITY_RECORDED, HookEvent.ACTIVITY_CHANGED, HookEvent.MATTER_MOVED, HookEvent.MATTER_OPENED,
        None, None,
    ]  # fmt: skip


def test_the_background_work_collects_and_sends(office, receiver, administrator):
    _add(office, receiver, administrator)
    _hold(office)
    assert regular_work.send_events.call() == {"sent": 1, "later": 0, "failed": 0}


def test_the_page_shows_the_secret_once_and_what_became_of_messages(office, receiver, administrator):
    client = Client()
    client.force_login(administrator)
    page = reverse("hooks")
    sent = {"name": "办公系统", "url": f"http://{receiver.host}/", "events": ["activity.recorded"]}
    assert "whsec_" in client.post(page, sent).content.decode()
    receiver.status = 500
    _hold(office)
    collect(office)
    send_due()
    shown = client.get(page).content.decode()
    assert [word in shown for word in ("办公系统", "应答 500。", "whsec_")] == [True, True, False]
    wrong = client.post(page, {**sent, "url": "https://example.org/"})
    assert (wrong.status_code, "设置中没有列入主机" in wrong.content.decode()) == (422, True)
    client.post(reverse("settle_hook", args=[Webhook.objects.get().uid]), {"step": "stop"})
    assert Webhook.objects.get().stopped_at is not None


def test_without_hosts_the_page_says_what_to_do(office, administrator, settings):
    settings.WEBHOOK_HOSTS = []
    client = Client()
    client.force_login(administrator)
    assert "TONGXIN_WEBHOOK_HOSTS" in client.get(reverse("hooks")).content.decode()
