"""What goes out, and to whom: secret addresses of calendars."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongxin.core.privacy import PersonSees, declare
from tongxin.registry.models import OfficeOwned, Organization, Person


class CalendarFeed(OfficeOwned):
    """A secret address at which somebody's calendar program reads: of a person, or of a unit for which they work.

    Only the hash of the secret is kept.  It belongs to the user who asked for it (``created_by``) and shows what that
    user may see on the day it is read; with the right it ends by itself.
    """

    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    privacy = declare(open="person organization revoked_at", sensitive="token_hash")
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["-id"]
        verbose_name = "日历订阅"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organization__isnull=True)
                | Q(person__isnull=True, organization__isnull=False),
                name="notices_feed_of_one",
            ),
            models.UniqueConstraint(
                fields=["created_by", "person"],
                condition=Q(revoked_at__isnull=True, person__isnull=False),
                name="notices_feed_one_of_person",
            ),
            models.UniqueConstraint(
                fields=["created_by", "organization"],
                condition=Q(revoked_at__isnull=True, organization__isnull=False),
                name="notices_feed_one_of_unit",
            ),
        ]
