"""What tests of faults let other processes do: take a step and be killed, race for a step, open matters.

usage: python -m tests.matters.children die PLACE MATTER TRANSITION KEY
       python -m tests.matters.children race MATTER TRANSITION KEY
       python -m tests.matters.children number OFFICE COUNT

``die`` kills itself by SIGKILL at PLACE: before ``notice``, ``audit`` or ``change`` is written, before the one ``statement``
that writes them all, or ``committed`` (the step is there, nobody heard).  ``race`` and ``number`` say «ready» when the matter was read, and wait for a line.
"""

from __future__ import annotations

import os
import signal
import sys
import uuid

import django


def _say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def _kill_at(place: str) -> None:
    from tongxin.core import changes
    from tongxin.matters import operations, step_statement
    from tongxin.matters.models import MatterNotice

    def die(*_args: object, **_more: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if place in ("notice", "audit", "change"):
        step_statement.possible = lambda: False  # one statement has no places within
    if place == "notice":
        MatterNotice.objects.bulk_create = die
    elif place == "audit":
        operations.record = die
    elif place == "change":
        changes.note = die
    elif place == "statement":
        step_statement.possible, step_statement.write = lambda: True, die


def main() -> None:
    """Do what the command line says."""
    django.setup()
    from django.db import transaction

    from tongxin.core.errors import Refusal
    from tongxin.matters import operations
    from tongxin.matters.models import Matter
    from tongxin.registry.models import Office

    verb, *rest = sys.argv[1:]
    if verb == "number":
        office = Office.objects.get(pk=rest[0])
        _say("ready")
        sys.stdin.readline()
        for at in range(int(rest[1])):
            try:
                with transaction.atomic():
                    matter = operations.open(office, kind="task", title=f"{rest} {at}", actor=None)
                    if at % 3 == 2:
                        raise KeyError  # the number goes back with all the rest
            except KeyError:
                continue
            _say(matter.number)
        return
    place = rest.pop(0) if verb == "die" else ""
    uid, code, key = rest
    matter = Matter.objects.get(uid=uid)
    list(matter.units.all())
    _kill_at(place)
    if verb == "race":
        _say("ready")
        sys.stdin.readline()
    try:
        operations.take_step(matter, code, actor=None, reason="说明", on_behalf="试验", client_id=uuid.UUID(key))
    except Refusal as refusal:
        _say(refusal.code, refusal.message)
        return
    if place == "committed":
        os.kill(os.getpid(), signal.SIGKILL)
    _say("done")


if __name__ == "__main__":
    main()
