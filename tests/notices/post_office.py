"""A real mail server on the loopback, and what it does with whom."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest


@dataclass
class PostOffice:
    """Takes letters; ``gone@`` does not exist, ``busy@`` is asked to come back, ``cut@`` takes it and says nothing."""

    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    slow: float = 0.0
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address.startswith("gone@"):
            return "550 5.1.1 no such user"
        if address.startswith("busy@"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((envelope.rcpt_tos[0], letter))
        if self.slow:
            time.sleep(self.slow)
        if envelope.rcpt_tos[0].startswith("cut@"):
            server.transport.abort()
        return "250 OK"

    @property
    def to(self) -> list[str]:
        """Return to whom letters came, in order."""
        return [address for address, _letter in self.letters]


@contextmanager
def opened(**more: float) -> Iterator[PostOffice]:
    """Open a mail server on a free port and close it afterwards."""
    controller_module = pytest.importorskip("aiosmtpd.controller")
    office = PostOffice(**more)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        office.port = probe.getsockname()[1]
    controller = controller_module.Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
