"""States of a binding."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class BindingState(models.TextChoices):
    """What a person made of a proposed binding."""

    PROPOSED = "proposed", _("待确认")
    ACCEPTED = "accepted", _("已采纳")
    DISMISSED = "dismissed", _("不采纳")
