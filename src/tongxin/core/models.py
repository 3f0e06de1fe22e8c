"""The day table, the audit book, and the bases that office-owned models share."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from tongxin.core.privacy import PersonSees, declare


class Identified(models.Model):
    """A row that may be named outside the system: addresses, feeds and exports use ``uid``, never ``id``."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: models.Field) -> str:  # noqa: N802 - Django's name
        """Return the label of the value of a field with choices, in the reader's language.

        Django's own hashes every label of the field first, which translates all of them: of a list with four hundred
        rows of a field with thirty choices that was most of the page.
        """
        value = getattr(self, field.attname)
        label = next((text for code, text in field.flatchoices if code == value), value)
        return "" if label is None else str(label)


class Dated(models.Model):
    """A row in force on the days ``valid_from <= day < valid_until``; an open end is NULL."""

    valid_from = models.DateField("自", null=True, blank=True)
    valid_until = models.DateField("至(不含)", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_dates_in_order",
            )
        ]


class Day(models.Model):
    """One calendar day: its running number, whether people work, and its running workday number.

    ``workday_number`` counts the workdays up to and including the day, so "five workdays after" is
    an addition and a join.  ``provisional`` marks days for which no official notice was entered.
    ``month_number`` counts months, ``month_day`` is the day within its month and ``month_days`` how many that has:
    "three months after" is an addition and a join too, the last day standing in for one that a month lacks.
    """

    day = models.DateField(primary_key=True)
    number = models.IntegerField(unique=True)
    is_workday = models.BooleanField()
    workday_number = models.IntegerField(db_index=True)
    provisional = models.BooleanField(default=False)
    month_number = models.IntegerField(default=0, db_index=True)
    month_day = models.IntegerField(default=0)
    month_days = models.IntegerField(default=0)
    note = models.CharField(max_length=100, blank=True)

    privacy = declare(open="day number is_workday workday_number provisional month_number month_day month_days note")

    class Meta:
        ordering = ["day"]
        verbose_name = "日历日"


class PendingChange(models.Model):
    """A change that was announced cheaply: appended without a lock, told to the listeners when somebody reads.

    ``facts`` and ``organizations`` are lists; see :mod:`tongxin.core.changes`.
    """

    office_id = models.BigIntegerField(db_index=True)
    facts = models.JSONField(default=list)
    organizations = models.JSONField(default=list)

    privacy = declare(open="office_id facts organizations")

    class Meta:
        ordering = ["id"]
        verbose_name = "待传达的变化"


class AuditEntry(models.Model):
    """One line of the audit book; append-only (database triggers refuse change and deletion).

    ``office_id`` and ``actor_id`` are plain numbers: the book lies below the packages that own them.
    ``digest`` holds keyed hashes of the values, which lie apart in :class:`AuditValue`.  Office 0 stands for the installation itself.
    """

    office_id = models.BigIntegerField(default=0, db_index=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    on_behalf = models.CharField(max_length=200, blank=True)
    person_ids = models.JSONField(default=list)
    digest = models.JSONField(default=dict)

    privacy = declare(
        open="office_id at action subject_type subject_id digest",
        restricted="actor_id actor_label purpose on_behalf person_ids",
    )
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_type", "subject_id"])]
        verbose_name = "审计记录"


class AuditValue(models.Model):
    """What a field was before and after an audited change, encrypted under the subject's key."""

    entry = models.ForeignKey(AuditEntry, on_delete=models.CASCADE, related_name="values")
    key = models.ForeignKey("SubjectKey", on_delete=models.CASCADE, related_name="values")
    field = models.CharField(max_length=80)
    ciphertext = models.BinaryField()

    privacy = declare(open="entry key field", sensitive="ciphertext")


class SubjectKey(models.Model):
    """The key under which one subject's audited values lie; destroying it erases them for good."""

    subject = models.CharField(max_length=100, unique=True)
    secret = models.BinaryField()

    privacy = declare(open="subject", sensitive="secret")


class AuditSeal(models.Model):
    """A batch of committed audit entries of one office, chained to the batch before; office 0: the installation."""

    office_id = models.BigIntegerField(default=0)
    sequence = models.PositiveIntegerField()
    last_entry_id = models.BigIntegerField()
    entries = models.JSONField(default=list)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    privacy = declare(open="office_id sequence last_entry_id entries previous digest sealed_at")

    class Meta:
        ordering = ["office_id", "sequence"]
        constraints = [models.UniqueConstraint(fields=["office_id", "sequence"], name="core_auditseal_one_chain")]
