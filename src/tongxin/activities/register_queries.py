"""All reads of a meeting's register: its lines in the official order, stations, badges, the history of marks.

Every function takes an activity that was found within its office; see :func:`tongxin.activities.queries.activity_of`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, IntegerField, Min, QuerySet, Value, When

from tongxin.accounts.models import User
from tongxin.activities import attendance
from tongxin.activities.attendance import Totals
from tongxin.activities.enums import EXPECTED_ROLES, ParticipantRole, Presence, Reply
from tongxin.activities.models import Activity, Badge, Participation, PresenceMark, Station
from tongxin.registry.models import Membership
from tongxin.registry.names import pinyin_key
from tongxin.registry.queries import in_force


class RegisterLine(NamedTuple):
    """One line of a register: a person, in which capacity, and the facts, each by itself."""

    uid: uuid.UUID
    name: str
    pinyin: str
    employer: str
    role: str
    reply: str
    presence: str
    late: bool
    left_early: bool
    expected: bool
    entitled: bool
    person_id: int
    pk: int

    @property
    def syllables(self) -> list[str]:
        """How the name is read, with tone numbers."""
        return (self.pinyin or pinyin_key(self.name)).split()

    @property
    def initials(self) -> str:
        """The first letters of the name's syllables: 陈文远 → cwy."""
        return "".join([part[0] for part in self.syllables])

    @property
    def there(self) -> bool:
        """Whether the person was there."""
        return self.presence == Presence.PRESENT

    @property
    def excused(self) -> bool:
        """Whether the person had asked for leave and did not come after all."""
        return self.reply == Reply.LEAVE and not self.there

    @property
    def capacity(self) -> str:
        """What stands beside the name: 列席, 受邀, 主持人 …, nothing for an ordinary participant."""
        return "" if self.role == ParticipantRole.MEMBER else str(ParticipantRole(self.role).label)

    @property
    def state(self) -> str:
        """What the page was built from, so that a form changes only what was touched on it."""
        return f"{self.presence}{int(self.late)}{int(self.left_early)}"


class HistoryLine(NamedTuple):
    """One mark as the history shows it."""

    mark: PresenceMark
    name: str
    by: str
    undone: bool


#: What a line is made of, in the order of its fields.
_COLUMNS = (
    "person__uid", "person__name", "person__pinyin_key", "person__employer", "role", "reply", "presence", "late",
    "left_early", "expected", "entitled", "person_id", "pk",
)  # fmt: skip


def register_lines(activity: Activity) -> list[RegisterLine]:
    """Return all lines in the official order: those expected by post, number, strokes; then the others.  Two statements."""
    return as_lines(rows_in_order(activity))


def rows_in_order(activity: Activity) -> QuerySet[Participation, tuple[Any, ...]]:
    """Return the rows of all lines in the official order, to be cut to a page and read by :func:`as_lines`.

    Posts are few and looked up at once, with one statement, not line by line.
    """
    return _in_order(activity).values_list(*_COLUMNS)


def size_of(activity: Activity) -> int:
    """Return how many lines a register has; one statement over its index."""
    return Participation.objects.filter(activity=activity).count()


def as_lines(rows: Iterable[tuple[Any, ...]]) -> list[RegisterLine]:
    """Return rows as lines."""
    return list(map(RegisterLine._make, rows))


def states_of(activity: Activity) -> list[tuple[str, bool, bool, str]]:
    """Return presence, late, left early and reply of all lines in the official order; two statements."""
    return list(_in_order(activity).values_list("presence", "late", "left_early", "reply"))


def _in_order(activity: Activity) -> QuerySet[Participation]:
    posts = (
        Membership.objects.filter(
            in_force(activity.day), organization__activities_held__activity=activity, post__precedence__isnull=False
        )
        .order_by()
        .values_list("person_id")
        .annotate(Min("post__precedence"))
    )
    holders: dict[int, list[int]] = {}
    for person, precedence in posts:
        holders.setdefault(precedence, []).append(person)
    first = [When(person_id__in=people, then=Value(precedence)) for precedence, people in sorted(holders.items())]
    return Participation.objects.filter(activity=activity).order_by(
        "-expected",
        *([Case(*first, default=None, output_field=IntegerField()).asc(nulls_last=True)] if first else []),
        F("person__precedence").asc(nulls_last=True),
        "person__stroke_key",
        "person__pinyin_key",
        "person_id",
    )


def totals_of(lines: Iterable[RegisterLine]) -> Totals:
    """Return the totals of lines at hand."""
    alike = Counter(
        (line.role, line.presence, line.expected, line.reply, line.late, line.left_early, line.entitled)
        for line in lines
    )
    return attendance.totals(attendance.Line(*facts, count=count) for facts, count in alike.items())


def counted(activity: Activity) -> Totals:
    """Return the totals of a register, counted where the lines lie: one statement whatever the size of the meeting."""
    alike = ("role", "presence", "expected", "reply", "late", "left_early", "entitled")
    rows = Participation.objects.filter(activity=activity).values_list(*alike).annotate(count=Count("pk")).order_by()
    return attendance.totals(attendance.Line(*row) for row in rows)


def matching(lines: Sequence[RegisterLine], typed: str) -> list[RegisterLine]:
    """Return the lines whose name holds ``typed`` or whose initials or pinyin begin with it."""
    wanted = "".join(typed.split()).lower()
    if not wanted:
        return list(lines)
    return [
        line
        for line in lines
        if wanted in line.name
        or line.initials.startswith(wanted)
        or "".join(part.rstrip("012345") for part in line.syllables).startswith(wanted)
    ]


def names_alike(lines: Iterable[RegisterLine]) -> frozenset[str]:
    """Return the names that several persons of this register bear; their employers tell them apart."""
    return frozenset(name for name, count in Counter(line.name for line in lines).items() if count > 1)


def names_alike_among(activity: Activity, names: Collection[str]) -> frozenset[str]:
    """Return those of ``names`` that several persons of the register bear; one statement."""
    rows = Participation.objects.filter(activity=activity, person__name__in=set(names)).order_by()
    several = rows.values_list("person__name").annotate(count=Count("pk")).filter(count__gt=1)
    return frozenset(name for name, _count in several)


def sections(lines: Iterable[RegisterLine]) -> tuple[list[RegisterLine], list[RegisterLine], list[RegisterLine]]:
    """Return those who ought to be there, the excused among them apart, and observers and guests."""
    regular: list[RegisterLine] = []
    excused: list[RegisterLine] = []
    others: list[RegisterLine] = []
    for line in lines:
        group = others if line.role not in EXPECTED_ROLES else excused if line.excused else regular
        group.append(line)
    return regular, excused, others


def badges_of(activity: Activity) -> dict[int, str]:
    """Return participation id → code of the valid badge."""
    rows = Badge.objects.filter(participation__activity=activity, revoked_at=None)
    return dict(rows.values_list("participation_id", "code"))


def all_badges_of(activity: Activity) -> tuple[dict[int, str], list[str]]:
    """Return participation id → code of the valid badge, and the codes that are void; one statement."""
    valid: dict[int, str] = {}
    void: list[str] = []
    rows = Badge.objects.filter(participation__activity=activity).order_by("pk")
    for pk, code, revoked_at in rows.values_list("participation_id", "code", "revoked_at"):
        if revoked_at is None:
            valid[pk] = code
        else:
            void.append(code)
    return valid, void


def badge_count(activity: Activity) -> int:
    """Return how many badges were ever made for this meeting; it grows whenever one is made or replaced."""
    return Badge.objects.filter(participation__activity=activity).count()


def badge_of(activity: Activity, code: str) -> Badge | None:
    """Return the badge of this meeting with this code, valid or not."""
    rows = Badge.objects.filter(participation__activity=activity, code=code.strip().upper())
    return rows.select_related("participation__person").first()


def stations_of(activity: Activity) -> QuerySet[Station]:
    """Return the links opened for this meeting, oldest first, with who opened them."""
    return Station.objects.filter(activity=activity).select_related("created_by").order_by("pk")


def history_of(activity: Activity, *, person: uuid.UUID | None = None) -> QuerySet[PresenceMark]:
    """Return the marks of a register, newest first by their own instants."""
    rows = PresenceMark.objects.filter(participation__activity=activity)
    if person is not None:
        rows = rows.filter(participation__person__uid=person)
    return rows.select_related("participation__person", "station").order_by("-at", "-pk")


def history_lines(marks: Collection[PresenceMark]) -> list[HistoryLine]:
    """Return marks with the names of who made them and whether they were undone later; two statements."""
    users = {
        user.pk: user.get_full_name()
        for user in User.objects.filter(pk__in={mark.by_id for mark in marks if mark.by_id is not None})
    }
    undone = set(
        PresenceMark.objects.filter(undoes__in=[mark.client_id for mark in marks]).values_list("undoes", flat=True)
    )
    return [
        HistoryLine(
            mark,
            mark.participation.person.name,
            mark.station.name if mark.station else users.get(mark.by_id or 0, ""),
            mark.client_id in undone,
        )
        for mark in marks
    ]


def over(station: Station, now: dt.datetime) -> bool:
    """Tell whether a link answers nothing any more."""
    return station.revoked_at is not None or station.expires_at <= now
