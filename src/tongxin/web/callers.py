"""Who asks: the one rule by which the log, the locks of sign-in and the limits of feeds know a caller's address."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address that the request came from; behind a proxy the last one that the proxy itself wrote.

    What stands further left in the header was sent by the caller and proves nothing.  A header that holds no address
    there is passed over: the locks of sign-in keep addresses only.
    """
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        try:
            return str(ip_address(forwarded))
        except ValueError:
            pass
    return str(request.META.get("REMOTE_ADDR", ""))
