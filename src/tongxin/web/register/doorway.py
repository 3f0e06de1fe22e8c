"""The short way of a door's marks: past sessions, accounts, languages and forms, of which a mark has none."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tongxin.web.register.views import station_marks

#: Where doors send their marks; the same address as in ``web/urls.py``, which a test holds.
_ADDRESS = re.compile(r"/door/([^/]+)/marks/")


class Doorway:
    """Stands behind the first middleware, which guards the transport, and before all others.

    Only what needs no sign-in may be reached by it.  Everything but a mark that is sent goes the long way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a door's marks at once."""
        found = _ADDRESS.fullmatch(request.path_info) if request.method == "POST" else None
        if found is None:
            return self.get_response(request)
        request.get_host()  # refuses a host that is not ours
        translation.activate(settings.LANGUAGE_CODE)
        request.route = "station_marks"  # type: ignore[attr-defined]
        return station_marks(request, found[1])
