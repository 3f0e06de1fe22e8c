"""What the pages of the accounts show."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from tongxin.accounts.models import User
from tongxin.registry.models import Office, Person, RoleGrant
from tongxin.registry.queries import owned


def accounts(office: Office) -> QuerySet[User]:
    """Return the accounts of an office: whoever was granted a role here, or is a person of its register."""
    granted = owned(RoleGrant, office).values("user_id")
    linked = owned(Person, office).filter(user__isnull=False).values("user_id")
    return User.objects.filter(Q(pk__in=granted) | Q(pk__in=linked))


def person_of(office: Office, user: User) -> Person | None:
    """Return the person of the register whose account this is, or None."""
    return owned(Person, office).filter(user=user).first()


def people_called(office: Office, text: str) -> list[Person]:
    """Return the persons of this name; what follows the first blank narrows them by employer."""
    whole = owned(Person, office).filter(name=text.strip())
    if whole.exists():
        return list(whole[:3])
    name, _blank, employer = text.strip().partition(" ")
    return list(owned(Person, office).filter(name=name, employer__icontains=employer.strip())[:3]) if employer else []


def _configured(what: str) -> str:
    providers: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    apps = providers.get("openid_connect", {}).get("APPS", [])
    return str(apps[0][what]) if apps else ""


def provider() -> str:
    """Return the id of the office's own identity provider, or nothing where none is configured."""
    return _configured("provider_id")


def provider_name() -> str:
    """Return what people call the office's own identity provider."""
    return _configured("name")
