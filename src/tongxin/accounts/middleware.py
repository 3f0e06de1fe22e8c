"""Keeps the list of sessions: one row a browser, touched at most once a day."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tongxin.accounts import operations
from tongxin.accounts.tokens import hashed
from tongxin.core import clock

#: Where in the session it is kept under which hash and on which day it was last noted.
NOTED = "noted_session"


class SessionBook:
    """Stands after the authentication middleware.  An ordinary request costs no statement."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then note the session where today it was not noted yet."""
        response = self.get_response(request)
        user, key = getattr(request, "user", None), request.session.session_key
        if user is not None and user.is_authenticated and key:
            noted_hash, noted_day = request.session.get(NOTED, ("", ""))
            today = clock.today().isoformat()
            if noted_hash != hashed(key) or noted_day != today:
                operations.note_session(user, key, earlier_hash=noted_hash)
                request.session[NOTED] = [hashed(key), today]
        return response
