"""A small web scanner: asks a running site what an attacker would ask, and names what it should not answer.

It knows nothing of the project but addresses and their pages; so it is tried on a faulty site as well
(``faulty_site.py``), of which it must find every fault.  It reads, and sends forms only without their token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

#: Breaks out of an attribute or a text where it is not escaped.
BREAKS_OUT = "\"'><svg onload=tx9>"
#: The same, and then a line of its own, which must not become a header.
BREAKS_LINES = BREAKS_OUT + "\r\nX-Split: yes"
#: What no field expects: a wrong type, a quote, an overlong number, a zero byte.
ODD = "-99999999999999999999'\x00"
ELSEWHERE = "https://elsewhere.example/"
LEADING = re.compile(r"next|url|back|return|redirect|goto|to|page", re.IGNORECASE)
INNARDS = re.compile(
    r"Traceback \(most recent call last\)|DEBUG = True|You have an error in your SQL|sqlite3\.\w+Error"
)
#: Files that lie beside a program and are nobody's business.
BESIDE = ("/.env", "/.git/config", "/db.sqlite3", "/data/db.sqlite3", "/pyproject.toml", "/admin/", "/static/../pyproject.toml")  # fmt: skip
PASSWD = "root:x:0:0"
UP = "..%2f" * 8 + "etc%2fpasswd"


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: its kind, where, and what was seen."""

    kind: str
    where: str
    seen: str = ""


@dataclass(frozen=True)
class Answer:
    """What the site answered."""

    status: int
    headers: HTTPMessage
    text: str


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, how, and the names of its fields."""

    action: str
    method: str
    fields: tuple[str, ...]


class _Reader(HTMLParser):
    def __init__(self, at: str) -> None:
        super().__init__()
        self.at, self.forms, self.links, self.broken_out = at, list[Form](), list[str](), False
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.broken_out = self.broken_out or given.get("onload") == "tx9"
        if tag == "form":
            action = urljoin(self.at, given.get("action") or self.at)
            self._open = Form(action, (given.get("method") or "get").lower(), ())
            self.forms.append(self._open)
        elif tag in {"input", "select", "textarea", "button"} and self._open and given.get("name"):
            self._open = Form(
                self._open.action, self._open.method, (*self._open.fields, given["name"])  # type: ignore[arg-type]
            )  # fmt: skip
            self.forms[-1] = self._open
        elif tag == "a" and given.get("href"):
            self.links.append(urljoin(self.at, given["href"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


class Site:
    """A site on this machine, asked as one user; redirects are not followed."""

    def __init__(self, host: str, port: int, cookies: str = "") -> None:
        self._host, self._port, self._cookies = host, port, cookies

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
        """Send one request as it stands: no path is tidied up."""
        connection = HTTPConnection(self._host, self._port, timeout=90)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._cookies:
            sent["Cookie"] = self._cookies
        if body:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
        finally:
            connection.close()


def _read(path: str, text: str) -> _Reader:
    reader = _Reader(path)
    reader.feed(text)
    return reader


def _shape(path: str) -> str:
    """Return an address without what names a row, so that one of each kind is asked."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|[0-9a-zA-Z_-]{20,}", "*", urlsplit(path).path)


def _local(path: str) -> bool:
    return path.startswith("/") and not path.startswith("//")


def scan(site: Site, pages: dict[str, str], *, taken: set[str] | None = None) -> list[Finding]:
    """Return the faults found by way of ``pages`` (address → its HTML), sorted.

    ``taken``: what was asked before, by another user's scan of the same site; it is added to, and not asked again.
    """
    taken = set() if taken is None else taken
    readers = {path: _read(path, text) for path, text in pages.items()}
    found: list[Finding] = []
    for path in pages:
        if _new(taken, "page", _shape(path)):
            answer = site.ask(path)
            found += _headers(path, answer)
    for path, names in _parameters(readers):
        for name in names:
            if _new(taken, "get", _shape(path), name):
                found += _parameter(site, path, name)
    for form in (form for reader in readers.values() for form in reader.forms if form.method == "post"):
        if _local(form.action) and _new(taken, "post", _shape(form.action)):
            found += _posts(site, form)
            if _new(taken, "page", _shape(form.action)):
                found += _opened(site, form.action)
    for path in {link for reader in readers.values() for link in reader.links if _local(link)}:
        if "*" in _shape(path) and _new(taken, "up", _shape(path).split("*")[0]):
            found += _climbs(site, path)
    if pages and _new(taken, "whole"):
        found += _whole(site, next(iter(pages)))
    return sorted(set(found))


def _new(taken: set[str], *what: str) -> bool:
    key = " ".join(what)
    if key in taken:
        return False
    taken.add(key)
    return True


def _headers(path: str, answer: Answer) -> Iterator[Finding]:
    policy = answer.headers.get("Content-Security-Policy", "")
    parts = {words[0]: words[1:] for each in policy.split(";") if (words := each.split())}
    scripts = parts.get("script-src", parts.get("default-src", ["*"]))
    if any(word in {"*", "'unsafe-inline'", "'unsafe-eval'", "https:", "http:", "data:"} for word in scripts):
        yield Finding("scripts from anywhere", path, policy)
    if parts.get("frame-ancestors") != ["'none'"] and answer.headers.get("X-Frame-Options") != "DENY":
        yield Finding("may be framed", path)
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield Finding("type may be guessed", path)
    if answer.headers.get("Referrer-Policy") not in {"same-origin", "no-referrer", "strict-origin"}:
        yield Finding("address told to others", path)
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        yield Finding("kept in the browser", path, answer.headers.get("Cache-Control", ""))
    for cookie in answer.headers.get_all("Set-Cookie", []):
        words = {word.strip().lower() for word in cookie.split(";")[1:]}
        name = cookie.split("=")[0].strip()
        if not words & {"samesite=lax", "samesite=strict"} or ("session" in name and "httponly" not in words):
            yield Finding("loose cookie", path, name)


def _parameters(readers: dict[str, _Reader]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield addresses with the names of the parameters that forms and links send to them."""
    for path, reader in readers.items():
        for form in reader.forms:
            if form.method == "get" and _local(form.action):
                yield form.action, form.fields
        yield path, tuple(name for name, _value in parse_qsl(urlsplit(path).query, keep_blank_values=True))
        for link in reader.links:
            if _local(link) and "?" in link:
                yield link, tuple(name for name, _value in parse_qsl(urlsplit(link).query, keep_blank_values=True))


def _with(path: str, name: str, value: str) -> str:
    split = urlsplit(path)
    query = [(key, old) for key, old in parse_qsl(split.query, keep_blank_values=True) if key != name]
    return f"{split.path}?{urlencode([*query, (name, value)])}"


def _parameter(site: Site, path: str, name: str) -> Iterator[Finding]:
    where = f"{_shape(path)} {name}"
    for value in (BREAKS_LINES, ODD):
        answer = site.ask(_with(path, name, value))
        if answer.status >= 500:
            yield Finding("fails", where, f"{answer.status} on {value!r}")
        if INNARDS.search(answer.text):
            yield Finding("shows its innards", where)
        if answer.headers.get("X-Split"):
            yield Finding("header split", where)
        if value is BREAKS_LINES and _read(path, answer.text).broken_out:
            yield Finding("unescaped", where)
    if LEADING.fullmatch(name):
        yield from _leads_away(site.ask(_with(path, name, ELSEWHERE)), where)


def _leads_away(answer: Answer, where: str) -> Iterator[Finding]:
    to = answer.headers.get("Location", "")
    if 300 <= answer.status < 400 and urlsplit(to).netloc == urlsplit(ELSEWHERE).netloc:
        yield Finding("leads elsewhere", where, to)


def _posts(site: Site, form: Form) -> Iterator[Finding]:
    where = _shape(form.action)
    if "csrfmiddlewaretoken" not in form.fields:
        yield Finding("form without a token", where)
    body = urlencode({name: "1" for name in form.fields if name != "csrfmiddlewaretoken"})
    answer = site.ask(form.action, "POST", body, Referer=ELSEWHERE, Origin=ELSEWHERE.rstrip("/"))
    if answer.status != 403:
        yield Finding("taken without a token", where, str(answer.status))
    yield from _leads_away(answer, where)


def _opened(site: Site, path: str) -> Iterator[Finding]:
    """Open a form's address: it may show the form or refuse; it may not do anything."""
    status = site.ask(path).status
    if status >= 500 or 300 <= status < 400:
        yield Finding("acts when opened", _shape(path), str(status))


def _climbs(site: Site, path: str) -> Iterator[Finding]:
    head, _slash, _last = urlsplit(path).path.rstrip("/").rpartition("/")
    answer = site.ask(f"{head}/{UP}/")
    if PASSWD in answer.text:
        yield Finding("reads other files", _shape(path))
    if answer.status >= 500:
        yield Finding("fails", _shape(path), f"{answer.status} on a path upwards")


def _whole(site: Site, page: str) -> Iterator[Finding]:
    """Ask what concerns the site as a whole, once."""
    for method in ("TRACE", "PUT", "DELETE", "PATCH"):
        status = site.ask(page, method).status
        if not 400 <= status < 500:
            yield Finding("takes any method", page, f"{method} {status}")
    foreign = site.ask(page, Host="elsewhere.example")
    if foreign.status != 400:
        yield Finding("takes any host", page, str(foreign.status))
    forwarded = site.ask(page, X_Forwarded_Host="elsewhere.example")
    if "elsewhere.example" in forwarded.text + forwarded.headers.get("Location", ""):
        yield Finding("believes a forwarded host", page)
    for path in BESIDE:
        answer = site.ask(path)
        if answer.status == 200:
            yield Finding("hands out what lies beside", path)
    lost = site.ask("/no-such-page-" + quote(BREAKS_OUT))
    if lost.status != 404 or INNARDS.search(lost.text) or _read("/", lost.text).broken_out:
        yield Finding("shows its innards", "a page that is not there", str(lost.status))


def kinds(found: Iterable[Finding]) -> set[str]:
    """Return the kinds of some findings."""
    return {each.kind for each in found}
