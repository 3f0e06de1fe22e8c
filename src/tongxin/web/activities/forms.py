"""The form for recording an activity: what was typed, cleaned; nothing is saved here."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.drafts import Attendee, Item
from tongxin.activities.enums import LeaveReason, ParticipantRole, Presence
from tongxin.activities.kinds import Expected, Kind, catalogue
from tongxin.activities.queries import ExpectedPerson, FormDefaults
from tongxin.core.errors import Refusal
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import owned
from tongxin.web.forms import DayField, offer, offer_rows

#: Rows for agenda items that the form offers at first, and how many it takes.
AGENDA_ROWS, AGENDA_LIMIT = 3, 30
_SEPARATORS = re.compile(r"[、,,;;\s]+")

#: What one line of the register can say; "" is the state before anybody touched it.
MARKS = (
    ("present", gettext_lazy("实到")),
    ("leave", gettext_lazy("请假")),
    ("absent", gettext_lazy("缺席")),
    ("", gettext_lazy("未登记")),
)


@dataclass(frozen=True)
class AgendaRow:
    """One row of the agenda as typed."""

    number: int
    kind: str = ""
    title: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class RegisterRow:
    """One line of the register as typed; ``mark`` is a code of MARKS."""

    person: ExpectedPerson
    mark: str = ""
    late: bool = False
    reason: str = ""


class ClockInput(forms.TimeInput):
    """A time of day as the browser's own field; without one, typed as 14:30."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class NamesField(forms.CharField):
    """Names of people of the office, separated by 、; each must be found exactly once."""

    def __init__(self, label: Any, role: str) -> None:
        super().__init__(label=label, required=False, max_length=2000, help_text=gettext_lazy("用顿号分隔多个姓名。"))
        self.role = role


class ActivityForm(forms.Form):
    """The touched fields of a record; agenda and register are read beside it by :func:`agenda_rows` and
    :func:`register_rows`."""

    organization = forms.ModelChoiceField(
        label=gettext_lazy("组织单位"), queryset=Organization.objects.none(), required=False, to_field_name="uid"
    )
    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    day = DayField(label=gettext_lazy("日期"))
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    place = forms.CharField(label=gettext_lazy("地点"), max_length=120, required=False)
    topic = forms.CharField(label=gettext_lazy("主题"), max_length=200, required=False)
    last_day = DayField(label=gettext_lazy("结束日期"), required=False, help_text=gettext_lazy("只开一天的不填。"))
    starts_at = forms.TimeField(label=gettext_lazy("开始时间"), required=False, widget=ClockInput)
    ends_at = forms.TimeField(label=gettext_lazy("结束时间"), required=False, widget=ClockInput)
    quantity = forms.IntegerField(label=gettext_lazy("学时"), min_value=0, max_value=2000, required=False)
    others = forms.ModelMultipleChoiceField(
        label=gettext_lazy("联合举办单位"),
        queryset=Organization.objects.none(),
        required=False,
        to_field_name="uid",
        help_text=gettext_lazy("一次活动，为各举办单位分别计入，不必重复登记。"),
    )
    chosen = NamesField(gettext_lazy("参加人员"), ParticipantRole.MEMBER)
    contact = NamesField(gettext_lazy("联系人"), ParticipantRole.CONTACT)
    target = NamesField(gettext_lazy("联系对象"), ParticipantRole.TARGET)
    chair = NamesField(gettext_lazy("主持人"), ParticipantRole.CHAIR)
    speaker = NamesField(gettext_lazy("主讲人"), ParticipantRole.SPEAKER)
    observers = NamesField(gettext_lazy("列席"), ParticipantRole.OBSERVER)
    invited = NamesField(gettext_lazy("受邀"), ParticipantRole.INVITED)
    practice = forms.CharField(label=gettext_lazy("特色做法"), max_length=300, required=False)
    on_behalf = forms.CharField(
        label=gettext_lazy("代录说明"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("代他人登记时写明据何材料、受谁所托。"),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, office: Office, units: Sequence[Organization], kinds: Sequence[Kind], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        allowed = Organization.objects.filter(pk__in=[unit.pk for unit in units])
        offer_rows(self, "organization", allowed)
        offer_rows(self, "others", allowed)
        named = [(unit.uid, str(unit)) for unit in units]
        offer(self, "organization", [("", _("（无）")), *named])
        offer(self, "others", named)
        for name in ("organization", "kind", "day"):
            self.fields[name].widget.attrs["data-refreshes"] = ""
        offer(self, "kind", [(kind.code, kind.label) for kind in kinds])
        self.people: dict[str, list[Person]] = {}
        #: Ids of those who are in the activity already: of two people of one name the one who is in it is meant.
        self.already: frozenset[int] = frozenset()
        self.defaults: FormDefaults | None = None
        self.fields["client_id"].initial = uuid.uuid4

    def clean(self) -> dict[str, object]:
        """Look up everybody who was named, in one statement; a name that is not clear is put back to its field."""
        values = super().clean() or {}
        typed = {
            name: [part for part in _SEPARATORS.split(str(values.get(name) or "")) if part]
            for name, field in self.fields.items()
            if isinstance(field, NamesField)
        }
        wanted = {part for parts in typed.values() for part in parts}
        found: dict[str, list[Person]] = {}
        for person in owned(Person, self.office).filter(name__in=wanted):
            found.setdefault(person.name, []).append(person)
        for name, parts in typed.items():
            self.people[name] = []
            for part in parts:
                matches = found.get(part, [])
                if len(matches) > 1:
                    matches = [person for person in matches if person.pk in self.already] or matches
                if not matches:
                    self.add_error(name, _("名册中没有“%(name)s”。请核对写法，或先由名册管理员登记。") % {"name": part})
                elif len(matches) > 1:
                    self.add_error(
                        name,
                        _("名册中有%(count)d名“%(name)s”，无法确定是哪一位。") % {"count": len(matches), "name": part},
                    )
                else:
                    self.people[name].append(matches[0])
        return values

    def named(self) -> list[tuple[str, Person]]:
        """Return (role, person) of everybody who was named; the first role of a person holds."""
        seen: dict[int, tuple[str, Person]] = {}
        for name, people in self.people.items():
            field = self.fields[name]
            if isinstance(field, NamesField):
                for person in people:
                    seen.setdefault(person.pk, (field.role, person))
        return list(seen.values())


class CorrectionForm(ActivityForm):
    """An existing record, to be corrected; the register is marked on the record's own page."""

    reason = forms.CharField(
        label=gettext_lazy("更正原因"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("登记已经确认的须写明；原内容留在审计记录中。"),
        error_messages={"required": gettext_lazy("登记已经确认，更正须写明原因。请用一句话说明。")},
    )


def agenda_rows(data: Mapping[str, str]) -> list[AgendaRow]:
    """Return the agenda rows as typed, with some empty ones behind them."""
    rows = []
    for number in range(AGENDA_LIMIT):
        if f"agenda_kind_{number}" not in data and f"agenda_title_{number}" not in data:
            break
        rows.append(
            AgendaRow(
                number,
                data.get(f"agenda_kind_{number}", ""),
                data.get(f"agenda_title_{number}", "")[:200],
                data.get(f"agenda_outcome_{number}", "")[:300],
            )
        )
    filled = sum(1 for row in rows if row.kind or row.title.strip())
    while len(rows) < min(max(AGENDA_ROWS, filled + 1), AGENDA_LIMIT):
        rows.append(AgendaRow(len(rows)))
    return rows


def items(rows: Collection[AgendaRow]) -> list[Item]:
    """Return the agenda without empty rows; an untitled item bears the name of its kind."""
    known = catalogue().agenda
    return [
        Item(row.kind or "other", row.title.strip() or (known[row.kind].name if row.kind in known else ""), row.outcome)
        for row in rows
        if row.kind or row.title.strip()
    ]


def register_rows(data: Mapping[str, str], expected: Sequence[ExpectedPerson]) -> list[RegisterRow]:
    """Return the register as typed; nothing is marked that nobody touched."""
    codes = {code for code, _label in MARKS}
    rows = []
    for person in expected:
        mark = data.get(f"mark_{person.person_id}", "")
        rows.append(
            RegisterRow(
                person,
                mark if mark in codes else "",
                f"late_{person.person_id}" in data,
                data.get(f"reason_{person.person_id}", ""),
            )
        )
    return rows


def attendees(
    rows: Collection[RegisterRow], named: Collection[tuple[str, Person]], *, planned: bool = False
) -> list[Attendee]:
    """Return the register and everybody named as the operation wants them.

    Who was named by hand was there, unless it is a plan; who stands in the register is what was marked.
    """
    result: list[Attendee] = []
    by_hand = {person.pk: role for role, person in named}
    for row in rows:
        role = by_hand.pop(row.person.person_id, ParticipantRole.MEMBER)
        reason = row.reason if row.reason in LeaveReason.values else ""
        result.append(
            Attendee(
                person=row.person.person_id,
                role=role,
                presence=row.mark if row.mark in ("present", "absent") else Presence.UNKNOWN,
                late=row.late and row.mark == "present",
                leave=row.mark == "leave",
                leave_reason=reason if row.mark == "leave" else "",
            )
        )
    presence = Presence.UNKNOWN if planned else Presence.PRESENT
    result += [Attendee(person=pk, role=role, presence=presence) for pk, role in by_hand.items()]
    return result


def strays(data: Mapping[str, str], expected: Sequence[ExpectedPerson]) -> list[Attendee]:
    """Return marks of people who are not expected (unit or day was changed after they were marked).

    Nothing typed is lost: the operation refuses them by name, or takes them where they do belong.
    """
    known = {person.person_id for person in expected}
    found = []
    for name, mark in data.items():
        number = name.removeprefix("mark_")
        if (
            name != number
            and number.isdecimal()
            and int(number) not in known
            and mark in ("present", "absent", "leave")
        ):
            presence = Presence.UNKNOWN if mark == "leave" else Presence(mark)
            found.append(Attendee(person=int(number), presence=presence, leave=mark == "leave"))
    return found


def people_fields(kind: Kind | None) -> tuple[str, ...]:
    """Return which further fields an activity of ``kind`` shows at once; the others stay in the folded part."""
    if kind is None:
        return ()
    match kind.expected:
        case Expected.PAIR:
            return ("contact", "target", *kind.fields)
        case Expected.CHOSEN:
            return ("chosen", *kind.fields)
        case _:
            return kind.fields


def faults_of(refusal: Refusal) -> Sequence[Refusal]:
    """Return the single faults of a refusal that carries several, else the refusal alone."""
    return getattr(refusal, "faults", (refusal,))


def parsed_day(text: str | None, default: dt.date) -> dt.date:
    """Return the day that an address names, or ``default`` where it names none."""
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return default


#: Role of somebody named by hand → the field that holds the name.
FIELD_OF_ROLE = {
    str(field.role): name for name, field in ActivityForm.base_fields.items() if isinstance(field, NamesField)
}

#: Who records; what each may record is said by the kind.
RECORDERS = (
    Role.PARTY_CLERK,
    Role.BRANCH_SECRETARY,
    Role.COMMITTEE_OFFICE,
    Role.ROSTER_CLERK,
    Role.MEMBER,
)
