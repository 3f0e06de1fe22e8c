"""Tasks of test_work; a module of its own, because another process imports it too."""

from __future__ import annotations

import os
import sys
import time

from django.db import transaction
from django_tasks import task

from tongxin.core.models import Day


@task()
def note(name: str) -> str:
    """Write one row; in a process that is to be killed, say that it is written and wait, nothing committed yet."""
    with transaction.atomic():
        Day.objects.filter(number=1).update(note=Day.objects.get(number=1).note + name)
        if os.environ.get("TONGXIN_TEST_WAIT"):
            sys.stdout.write("halfway\n")
            sys.stdout.flush()
            time.sleep(60)
    return name


@task()
def fail() -> None:
    """Fail."""
    raise ValueError("no such thing")
