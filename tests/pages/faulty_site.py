"""A site that does everything wrong, for the scanner to find.  It runs within a test and answers this machine only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote
from wsgiref.simple_server import WSGIRequestHandler, make_server

PAGE = """<!doctype html><html><title>x</title><body><h1>{said}</h1>
<form action="/search"><input name="q"><input name="sort"></form>
<form action="/go"><input name="next"></form>
<form action="/transfer" method="post"><input name="amount"></form>
<a href="/files/12345678-1234-1234-1234-123456789012/">paper</a></body></html>"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer, each time as it should not be done."""
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    query = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "sessionid=1")]
    status, text = "200 OK", PAGE.format(said=query.get("q", environ.get("HTTP_X_FORWARDED_HOST", "")))
    if "'" in query.get("sort", ""):
        status, text = "500 Oops", "Traceback (most recent call last)"
    elif path == "/go" and "next" in query:
        if "\r\n" in query["next"]:
            headers.append(("X-Split", "yes"))
        else:
            status = "302 Found"
            headers.append(("Location", query["next"]))
    elif path == "/transfer" and environ["REQUEST_METHOD"] == "GET":
        status = "302 Found"
        headers.append(("Location", "/done"))
    elif "etc/passwd" in unquote(path):
        text = "root:x:0:0:root:/root:/bin/sh"
    start_response(status, headers)
    return [text.encode()]


@contextmanager
def running() -> Iterator[tuple[str, int]]:
    """Run the site in a thread; yields host and port."""
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield "127.0.0.1", int(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
