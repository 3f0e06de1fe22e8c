"""How private a field is, declared beside the field.

Every model carries ``privacy = declare(open=…, restricted=…, sensitive=…)``; a house test refuses a
field that is in none of them.  A model that names a person also says, in ``person_sees``, what that
person is shown of it.  Reading a sensitive value leaves a trace in the audit book.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PrivacyClass(StrEnum):
    """How a field is guarded."""

    OPEN = "open"
    RESTRICTED = "restricted"
    SENSITIVE = "sensitive"


class PersonSees(StrEnum):
    """When the person named in a row sees it on their own page."""

    NOW = "now"
    AFTER_PUBLICATION = "after_publication"
    ON_REQUEST = "on_request"


#: Plumbing that says nothing about anybody.
STANDING_OPEN = frozenset({"id", "uid", "office", "created_at", "created_by", "valid_from", "valid_until"})


def declare(*, open: str = "", restricted: str = "", sensitive: str = "") -> Mapping[str, PrivacyClass]:
    """Return field name → class from three space-separated lists of field names.

    Raises ValueError when a name stands in two lists.
    """
    classes: dict[str, PrivacyClass] = dict.fromkeys(STANDING_OPEN, PrivacyClass.OPEN)
    seen: set[str] = set()
    for privacy_class, names in (
        (PrivacyClass.OPEN, open),
        (PrivacyClass.RESTRICTED, restricted),
        (PrivacyClass.SENSITIVE, sensitive),
    ):
        for name in names.split():
            if name in seen:
                raise ValueError(f"field {name!r} is declared twice")
            seen.add(name)
            classes[name] = privacy_class
    return classes
