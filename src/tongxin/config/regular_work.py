"""What is done by the clock, in the background; see :mod:`tongxin.core.work`.

Every task may be broken off anywhere and begun again: the judgement goes by offices and renews only what is out of date,
the clocks mark what they have told, the sealer goes on behind its last seal, a letter is claimed before it is sent.
What a task returns stands in the queue: counts only, nothing of persons.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tongxin.api.oparl_operations import publish
from tongxin.core import audit, clock, work
from tongxin.matters.clock_operations import run_clocks
from tongxin.notices import delivery_operations, hook_operations
from tongxin.notices.models import Webhook
from tongxin.provisions import renewal
from tongxin.registry.models import Office


@task()
def judge() -> dict[str, int]:
    """Bring the stored findings of every office up to today."""
    today = clock.today()
    offices = list(Office.objects.order_by("pk"))
    return {"offices": len(offices), "renewed": sum(renewal.keep_fresh(office, today) for office in offices)}


@task()
def tell_clocks() -> dict[str, int]:
    """Put down what comes due or has passed."""
    nearing, passed = run_clocks(clock.today())
    return {"nearing": nearing, "passed": passed}


@task()
def seal_audit() -> dict[str, int]:
    """Chain the audit entries that were committed since."""
    return {"sealed": audit.seal()}


class ChainBroken(Exception):
    """The audit book does not fit its seals; ``tongxin audit verify`` says where."""


@task()
def verify_audit() -> dict[str, int]:
    """Recompute the audit chain; a fault makes the task fail, so that it is shown until it is looked into."""
    found = audit.verify()
    if found.faults:
        raise ChainBroken(found.faults[0])
    return {"sealed": found.sealed}


@task()
def send_letters() -> dict[str, int]:
    """Send the weekly digest by mail; quiet without a mail server and outside office hours."""
    runs = [delivery_operations.send_all(office) for office in Office.objects.order_by("pk")]
    return {"sent": sum(run.sent for run in runs), "failed": sum(run.failed for run in runs)}


@task()
def tidy() -> dict[str, int]:
    """Throw away sign-in sessions that ran out and the notes on tasks that ended a month ago."""
    SessionStore.clear_expired()
    return {"tasks": work.tidy(clock.now())}


@task()
def publish_open_data() -> dict[str, int]:
    """Write down what the offices named in the set-up publish; quiet where none is."""
    offices = Office.objects.filter(area_code__in=settings.OPARL_OFFICES).order_by("pk")
    done = [publish(office) for office in offices]
    return {"changed": sum(one.added + one.changed + one.withdrawn for one in done)}


@task()
def send_events() -> dict[str, int]:
    """Tell other programs of the offices what was entered since; quiet where no receiver is set up."""
    for office in Office.objects.filter(pk__in=Webhook.objects.filter(stopped_at=None).values("office")).order_by("pk"):
        hook_operations.collect(office)
    return hook_operations.send_due()


def name_all() -> None:
    """Say what is done when (minute, hour, day, month, weekday; local time)."""
    work.register(
        [
            work.Regular(judge, _("更新落实情况"), "10 1 * * *"),
            work.Regular(tell_clocks, _("登记临近和已到的期限"), "20 1 * * *"),
            work.Regular(seal_audit, _("封存审计记录"), "5 * * * *"),
            work.Regular(verify_audit, _("核对审计校验链"), "30 1 * * *"),
            work.Regular(send_letters, _("按邮件发送每周提示"), "5,25,45 8-18 * * *"),
            work.Regular(publish_open_data, _("公布公开数据"), "50 1 * * *"),
            # Each minute: only where there is somebody to tell.
            *([work.Regular(send_events, _("推送事件"), "* * * * *")] if settings.WEBHOOK_HOSTS else []),
            work.Regular(tidy, _("清理过期的会话和任务记录"), "40 1 * * *"),
        ]
    )
