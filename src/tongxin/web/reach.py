"""Which activity an address names, and whether whoever asks may change it."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from tongxin.activities import queries, rules
from tongxin.activities.kinds import kind_of, pair_kinds
from tongxin.activities.models import Activity
from tongxin.core import clock
from tongxin.registry.enums import Role
from tongxin.web.access import OfficeRequest

#: Who sees the office's activities; what happened is open, who was there shows to fewer.
READERS = (
    Role.PARTY_CLERK,
    Role.ROSTER_CLERK,
    Role.BRANCH_SECRETARY,
    Role.COMMITTEE_OFFICE,
    Role.PROPOSALS_OFFICE,
    Role.INFORMATION_OFFICE,
    Role.EDITOR,
    Role.SUPERVISOR,
    Role.LEADER,
)

#: Talks and contacts: between two people, and no reading for others.
PAIR_KINDS = pair_kinds()


def found(request: OfficeRequest, uid: uuid.UUID) -> Activity:
    """Return the office's activity of this ``uid``; another office's is not found."""
    shown = queries.activity_of(request.office, uid)
    if shown is None:
        raise Http404
    return shown


def visible(request: OfficeRequest, uid: uuid.UUID) -> tuple[Activity, bool]:
    """Return the activity where whoever asks may see it, and whether they may correct it; else it is not found.

    Seen by those who keep it and those who took part; a talk or contact by others where both agreed, everything else
    by readers of the office's activities.
    """
    shown = found(request, uid)
    units = [organizer.organization for organizer in shown.organizers.all()]
    may_correct = rules.may_correct(request.standing, shown, kind_of(shown.kind), units)
    own = set(shown.participations.values_list("person_id", flat=True)) & request.standing.person_ids
    between_two = shown.kind in PAIR_KINDS
    agreed = between_two and not shown.participations.filter(agrees_to_show=False).exists()
    if not own and not may_correct and ((between_two and not agreed) or not request.standing.has(*READERS)):
        raise Http404
    return shown, may_correct


def correctable(request: OfficeRequest, uid: uuid.UUID) -> Activity:
    """Return the activity where whoever asks may correct it; refuse where they may not."""
    return _correctable(request, found(request, uid))


def register_reachable(request: OfficeRequest, uid: uuid.UUID) -> Activity:
    """Return the activity whose register whoever asks may keep, as :func:`correctable` does, read in two statements."""
    shown = queries.activity_with_units(request.office, uid)
    if shown is None:
        raise Http404
    return _correctable(request, shown)


def _correctable(request: OfficeRequest, shown: Activity) -> Activity:
    units = [organizer.organization for organizer in shown.organizers.all()]
    if not rules.may_correct(request.standing, shown, kind_of(shown.kind), units):
        raise PermissionDenied(_("这条记录由组织单位更正。"))
    return shown


def year_of(request: OfficeRequest) -> int:
    """Return the year that an address asks for, this year where it asks for none or an impossible one."""
    this, text = clock.today().year, request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else this
    return year if this - 20 <= year <= this + 5 else this
