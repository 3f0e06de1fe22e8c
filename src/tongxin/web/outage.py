"""What is answered where a fault ends a request: a page for faults of ours, another while database or disk are away."""

from __future__ import annotations

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

#: After so many seconds a client may ask again.
AGAIN_SECONDS = 30
#: The disk is full, its share used up, or it has become read-only.
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
#: PostgreSQL: written to a server that only follows another.
_READ_ONLY = "25006"


def is_outage(error: BaseException | None) -> bool:
    """Tell whether ``error`` says that the database, the disk or the store of attachments is not to be had now."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError) or getattr(error, "sqlstate", None) == _READ_ONLY:
            return True
        if isinstance(error, OSError) and error.errno in _DISK:
            return True
        if type(error).__module__.startswith(("botocore.", "boto3.")):
            return True
        error = error.__cause__
    return False


def fault(request: HttpRequest) -> HttpResponse:
    """Answer a request that an exception ended: 503 with a page while something is away, else 500.

    Django calls this while the exception is being handled.  The page is made from nothing: no session, no database.
    """
    if not is_outage(sys.exc_info()[1]):
        return server_error(request)
    answer = HttpResponse(render_to_string("503.html"), status=503)
    answer["Retry-After"] = str(AGAIN_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer
