"""The user: who is signed in.  What a user may do is said in ``registry`` by dated grants."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from tongxin.core.models import Identified
from tongxin.core.privacy import declare


class User(Identified, AbstractUser):
    """A person who can sign in.  A member never needs to be one."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField("显示名", max_length=100, blank=True)
    large_type = models.BooleanField("大字", default=False)
    rights_version = models.PositiveIntegerField(default=0)

    REQUIRED_FIELDS: list[str] = []

    privacy = declare(
        open="username display_name is_active is_staff is_superuser large_type rights_version groups user_permissions",
        restricted="email date_joined last_login",
        sensitive="password",
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "用户"

    def get_full_name(self) -> str:
        """Return the name shown on pages."""
        return self.display_name or self.username

    def get_short_name(self) -> str:
        """Return the name shown on pages."""
        return self.get_full_name()
