"""运行状况: whether this process is alive, and whether it can answer requests.  Says nothing about data or people."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tongxin.core import audit, clock, work
from tongxin.web import metrics
from tongxin.web.access import open_to_all


@open_to_all
@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process runs; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_all
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 where the database answers and is at this version's migrations, else 503 with one word that says why."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return HttpResponse("database\n", content_type="text/plain", status=503)
    if behind:
        return HttpResponse("migrations\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_all
@require_safe
@never_cache
def counts(request: HttpRequest) -> HttpResponse:
    """Answer with counts for a monitoring system, to whoever sends the set-up's token; else 404 as if nothing were here."""
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not secrets.compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    now = clock.now()
    queue = work.standing(now)
    waited = (now - queue.waiting_since).total_seconds() if queue.waiting_since else 0.0
    told = metrics.exposition(
        {
            "tongxin_audit_unsealed": ("Audit entries not sealed yet", audit.unsealed()),
            "tongxin_tasks_waiting": ("Background tasks that wait", queue.waiting),
            "tongxin_tasks_running": ("Background tasks that run", queue.running),
            "tongxin_tasks_failed": ("Background tasks that failed in the last seven days", queue.failed),
            "tongxin_tasks_waiting_seconds": ("For how long the first of them has waited", max(0.0, waited)),
        }
    )
    return HttpResponse(told, content_type="text/plain; version=0.0.4; charset=utf-8")
