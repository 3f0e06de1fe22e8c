from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid

from tongxin.notices.signing import body_of, headers_of, secret_of

HOOK = uuid.UUID("12345678-1234-5678-1234-567812345678")


def test_the_secret_follows_from_the_receiver_and_the_set_up():
    secret = secret_of(HOOK, "own")
    assert (secret.startswith("whsec_"), len(base64.b64decode(secret[6:]))) == (True, 32)
    assert len({secret, secret_of(HOOK, "other"), secret_of(uuid.uuid4(), "own")}) == 3
    assert secret_of(HOOK, "own") == secret


def test_a_message_names_a_row_and_nothing_else():
    subject, office = uuid.uuid4(), uuid.uuid4()
    assert json.loads(body_of("matter.moved", subject, office, "2026-03-01T09:00:00+08:00")) == {
        "type": "matter.moved",
        "timestamp": "2026-03-01T09:00:00+08:00",
        "data": {"uid": str(subject), "office": str(office)},
    }


def test_the_signature_is_that_of_standard_webhooks():
    """The specification's own example: its secret, number, instant and body give its signature."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    headers = headers_of(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_who_changes_the_body_is_found_out():
    secret = secret_of(HOOK, "own")
    headers = headers_of(secret, "msg_1", 1, b"{}")
    signed = hmac.digest(base64.b64decode(secret[6:]), b"msg_1.1.{ }", hashlib.sha256)
    assert headers["webhook-signature"] != "v1," + base64.b64encode(signed).decode()
