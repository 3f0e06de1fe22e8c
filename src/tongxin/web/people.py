"""Finding a person by what somebody types: the name, and where several bear it, a part of the employer."""

from __future__ import annotations

import re

from django.forms import ValidationError
from django.utils.translation import gettext as _

from tongxin.registry.models import Office, Person
from tongxin.registry.queries import owned


def person_by_words(office: Office, typed: str) -> Person:
    """Return the person of a name; several of one name are told apart by what follows, a part of the employer.

    Raises ValidationError for nobody and for several.
    """
    words = typed.split()
    found = list(owned(Person, office).filter(name=words[0])) if words else []
    if len(words) > 1:
        employer = "".join(words[1:])
        found = [person for person in found if employer in "".join(person.employer.split())]
    if not found:
        raise ValidationError(_("名册中没有这个人，请核对姓名和单位。"))
    if len(found) > 1:
        raise ValidationError(
            _("有%(count)s人同名：%(employers)s。请写成“姓名 单位”。"),
            params={"count": len(found), "employers": "、".join(person.employer or "—" for person in found)},
        )
    return found[0]


def people_by_words(office: Office, typed: str) -> list[Person]:
    """Return the persons of several names, each once, in the order typed; see :func:`person_by_words`."""
    names = [part.strip() for part in re.split(r"[、，,；;\n]+", typed) if part.strip()]
    return list({person.pk: person for person in (person_by_words(office, name) for name in names)}.values())
