"""The family of refusals: what the system says when it will not do something.

    Refusal                 base: code, Chinese sentence, what to do, field
    ├── BadInput            what was typed or uploaded cannot be understood
    ├── NotPossible         understood, but the rules of the matter forbid it
    ├── NotAllowed          possible, but not for this actor
    └── Conflict            somebody else was faster; look again

A refusal is raised before anything is written.  Where several reasons apply, the nearest
one is given: the one whose removal is in the hands of the person who reads it.
"""

from __future__ import annotations


class Refusal(Exception):
    """Something is refused, with a code for programs and a sentence for people.

    ``code``: dotted lower-case identifier, stable, e.g. ``reading.empty``.
    ``message``: one Chinese sentence that names the fault.
    ``hint``: one Chinese sentence that says what to do next, may be empty.
    ``field``: name of the form field at fault, or None.
    """

    def __init__(self, code: str, message: str, *, hint: str = "", field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.field = field

    def __str__(self) -> str:
        return f"{self.message}{self.hint}"


class BadInput(Refusal):
    """What was typed or uploaded cannot be understood."""


class NotPossible(Refusal):
    """The input is understood, but the rules of the matter forbid it."""


class NotAllowed(Refusal):
    """The step is possible, but this actor may not take it."""


class Conflict(Refusal):
    """The record changed meanwhile; the actor should look again."""
