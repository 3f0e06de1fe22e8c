"""One letter and what a mail server said to it.  Imports no models."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.core.mail import EmailMessage, get_connection


class Answer(StrEnum):
    """What became of a letter.

    ``later``: it was certainly not taken, try again; ``refused``: the address is no good; ``unclear``: the server fell
    silent after it had begun to take it, so it may have been; ``down``: the server itself cannot be used now.
    """

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer with what the server said."""

    answer: Answer
    said: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: the same ``uid`` gives the same Message-ID, so that a second copy is known as one."""

    uid: UUID
    to: str
    subject: str
    text: str


def post(letter: Letter, *, host: str) -> Outcome:
    """Hand one letter to the mail server and return what it said; ``host`` stands in the Message-ID.

    Each letter has a connection of its own: where it breaks, it is known of which letter it broke.
    """
    message = EmailMessage(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to],
        headers={
            "Message-ID": f"<{letter.uid}@{host}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    connection = get_connection(fail_silently=False)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Answer.DOWN, _said(error))
    message.connection = connection
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()), (550, b""))
        return Outcome(Answer.LATER if code < 500 else Answer.REFUSED, _words(code, said))
    except smtplib.SMTPSenderRefused as error:
        return Outcome(Answer.DOWN, _words(error.smtp_code, error.smtp_error))
    except smtplib.SMTPResponseException as error:
        # 421 closes the connection for whatever comes; other codes speak of this letter.
        if error.smtp_code == 421:
            return Outcome(Answer.DOWN, _words(error.smtp_code, error.smtp_error))
        answer = Answer.LATER if error.smtp_code < 500 else Answer.REFUSED
        return Outcome(answer, _words(error.smtp_code, error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Answer.UNCLEAR, _said(error))
    finally:
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):
            pass  # the letter was taken or not; how the line closes changes nothing
    return Outcome(Answer.TAKEN)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:200]


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}"[:200]


def masked(address: str) -> str:
    """Return an address of which only the ends show, for lists and commands."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else "***"
