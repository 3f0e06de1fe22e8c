from __future__ import annotations

import socket

import pytest
from django.core.management import CommandError, call_command


def test_a_busy_port_is_named_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"端口 {port} 已被占用.*make demo PORT="):
            call_command("serve", "--port", str(port), "--check")


def test_a_port_that_cannot_exist_is_refused():
    with pytest.raises(CommandError, match="端口 70000 不存在"):
        call_command("serve", "--port", "70000", "--check")


def test_a_free_port_passes():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    call_command("serve", "--port", str(port), "--check")
