"""Counts for a monitoring system: requests by address name and status, and how long they took.  No person is in them."""

from __future__ import annotations

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

#: Where the bars of the histogram lie, in seconds; pages are meant to stay below 0.1.
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

_own = CollectorRegistry()
REQUESTS = Counter("tongxin_requests", "Requests answered", ["method", "route", "status"], registry=_own)
DURATION = Histogram("tongxin_request_seconds", "Time to answer", ["route"], buckets=SECONDS, registry=_own)


def note(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    if settings.METRICS_TOKEN:
        REQUESTS.labels(method, route, status).inc()
        DURATION.labels(route).observe(seconds)


def exposition(gauges: dict[str, tuple[str, float]]) -> bytes:
    """Return everything in the text form that Prometheus reads; ``gauges``: name → (help, value), read just now."""
    now = CollectorRegistry()
    for name, (told, value) in gauges.items():
        Gauge(name, told, registry=now).set(value)
    counted = _own
    if settings.METRICS_FOLDER:
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted, path=str(settings.METRICS_FOLDER))
    return generate_latest(counted) + generate_latest(now)
