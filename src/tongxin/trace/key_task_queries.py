"""Key tasks of the year with what serves them, and texts to study with what has followed."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from tongxin.activities.enums import ActivityStatus
from tongxin.activities.models import Activity, AgendaItem
from tongxin.matters.models import Matter
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import in_force, owned
from tongxin.trace.models import KeyTask, KeyTaskLink, StudyText

#: Kinds of activities that are duty work (履职), not study or organisational life.
DUTY_KINDS = (
    "plenary", "standing_committee_meeting", "special_committee_meeting", "consultation", "inspection", "research",
    "study_tour", "supervision", "visit", "policy_explanation",
)  # fmt: skip


#: What may stand between the characters of a title without changing it.
_MARKS = re.compile(r"[\s《》〈〉“”\"‘’]+")


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One key task with the activities and matters that serve it; ``duty`` counts activities of duty work."""

    task: KeyTask
    activities: tuple[tuple[KeyTaskLink, Activity], ...]
    matters: tuple[tuple[KeyTaskLink, Matter], ...]

    @property
    def duty(self) -> int:
        """How many activities of duty work serve it, planned ones among them."""
        return sum(activity.kind in DUTY_KINDS for _link, activity in self.activities)


def tasks_of(office: Office, year: int) -> tuple[TaskLine, ...]:
    """Return the key tasks of a year in their order, each with what serves it; a fixed number of statements."""
    links = KeyTaskLink.objects.select_related("activity", "matter")
    rows = (
        owned(KeyTask, office)
        .filter(year=year)
        .order_by("order", "pk")
        .select_related("lead", "requirement__revision__document")
        .prefetch_related(Prefetch("links", queryset=links))
    )
    found = []
    for task in rows:
        own = list(task.links.all())
        found.append(
            TaskLine(
                task,
                tuple(
                    (link, link.activity)
                    for link in own
                    if link.activity is not None and link.activity.status != ActivityStatus.CANCELLED
                ),
                tuple((link, link.matter) for link in own if link.matter is not None),
            )
        )
    return tuple(found)


def task_by_uid(office: Office, uid: uuid.UUID | str) -> KeyTask:
    """Return a key task of the office.  Raises KeyTask.DoesNotExist also for another office's."""
    return owned(KeyTask, office).get(uid=uid)


def years_of(office: Office) -> list[int]:
    """Return the years that have key tasks, newest first."""
    return list(owned(KeyTask, office).order_by("-year").values_list("year", flat=True).distinct())


def activities_to_link(office: Office, year: int) -> QuerySet[Activity]:
    """Return the activities of duty work of a year, newest first."""
    return (
        owned(Activity, office)
        .filter(kind__in=DUTY_KINDS, day__year=year)
        .exclude(status=ActivityStatus.CANCELLED)
        .order_by("-day", "-pk")
    )


@dataclass(frozen=True, slots=True)
class TextLine:
    """One text with the units that have studied it (the first time each) and those of its audience not on record yet."""

    text: StudyText
    studied: tuple[tuple[str, Activity], ...]
    waiting: tuple[str, ...]


def texts_of(office: Office, day: dt.date) -> tuple[TextLine, ...]:
    """Return the texts to study, newest first, with what has followed by the agendas of held activities.

    An agenda item or a topic names a text where it holds the text's title, with or without its marks.  Activities
    before the text was issued do not count.  Units of the audience are those in force on ``day``.
    """
    texts = list(owned(StudyText, office).select_related("document"))
    if not texts:
        return ()
    since = min(text.issued_on for text in texts)
    # the database looks for any of the titles: an office holds tens of thousands of activities a year
    wanted = "|".join(_MARKS.pattern.replace("+", "*").join(map(re.escape, plain(text.title))) for text in texts)
    items = AgendaItem.objects.filter(activity=OuterRef("pk"), title__regex=wanted)
    held = (
        owned(Activity, office)
        .filter(status=ActivityStatus.HELD, day__gte=since)
        .filter(Q(title__regex=wanted) | Q(topic__regex=wanted) | Exists(items))
        .order_by("day", "pk")
        .prefetch_related(Prefetch("agenda", queryset=AgendaItem.objects.order_by("order")), "organizers__organization")
    )
    named = [
        (activity, plain("|".join([activity.title, activity.topic, *(item.title for item in activity.agenda.all())])))
        for activity in held
    ]
    kinds = {kind for text in texts for kind in text.audience}
    units = list(owned(Organization, office).filter(in_force(day), kind__in=kinds).order_by("precedence", "pk"))
    return tuple(_line(text, named, units) for text in texts)


def _line(text: StudyText, named: Iterable[tuple[Activity, str]], units: Iterable[Organization]) -> TextLine:
    title = plain(text.title)
    first: dict[str, Activity] = {}
    for activity, words in named:
        if title in words and activity.day >= text.issued_on:
            for organizer in activity.organizers.all():
                first.setdefault(str(organizer.organization), activity)
    waiting = tuple(str(unit) for unit in units if unit.kind in text.audience and str(unit) not in first)
    return TextLine(text, tuple(first.items()), waiting)


def plain(title: str) -> str:
    """Return a title without marks and spaces, so that 《…》 and “…” do not matter."""
    return _MARKS.sub("", title)


def text_by_uid(office: Office, uid: uuid.UUID | str) -> StudyText:
    """Return a text of the office.  Raises StudyText.DoesNotExist also for another office's."""
    return owned(StudyText, office).get(uid=uid)
