"""The types of objects of the public subset."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OparlType(models.TextChoices):
    """OParl 1.1's types, as far as an office publishes any; the values are OParl's own names."""

    BODY = "Body", _("机关")
    LEGISLATIVE_TERM = "LegislativeTerm", _("届")
    ORGANIZATION = "Organization", _("组织")
    PERSON = "Person", _("委员")
    MEMBERSHIP = "Membership", _("任职")
    MEETING = "Meeting", _("会议")
    AGENDA_ITEM = "AgendaItem", _("议程")
    LOCATION = "Location", _("地点")
    PAPER = "Paper", _("文件")
