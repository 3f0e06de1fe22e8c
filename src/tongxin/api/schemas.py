"""What the interface takes and gives, as it is described in OpenAPI.  Days are local days (Asia/Shanghai), ISO 8601."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from tongxin.api.paging import Page


def _written(value: object) -> object:
    """Refuse a number where a day is meant: it would be read as seconds since 1970."""
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) is None:
        raise PydanticCustomError("day", "a day is written as 2026-03-01")
    return value


#: A local day as it is sent: 2026-03-01 and nothing else.
Day = Annotated[dt.date, BeforeValidator(_written)]


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="问题的种类：urn:tongxin:problem: 加代码")
    title: str
    status: int
    detail: str = Field(description="一句话说明和下一步")
    code: str = Field(description="供程序判断的代码")
    errors: list[dict[str, str]] = Field(default=[], description="逐项的问题：field、code、detail")


class Office(Schema):
    """The office for which the token speaks."""

    uid: UUID
    name: str
    area_code: str = Field(description="行政区划代码（GB/T 2260）")
    level: str


class Me(Schema):
    """Whoever asks."""

    office: Office
    user: str
    scopes: list[str]
    expires_on: dt.date = Field(description="令牌从这一天起无效")


class Organization(Schema):
    """A body, unit or group (Popolo Organization)."""

    uid: UUID
    kind: str
    name: str
    short_name: str
    parent: UUID | None = Field(description="上级组织的 uid")
    founded_on: dt.date | None = Field(description="成立日期")
    dissolved_on: dt.date | None = Field(description="从这一天起不再存在")


class Organizations(Page):
    """A page of organizations."""

    items: list[Organization]


class Membership(Schema):
    """A person's place in an organization (Popolo Membership); Party units are not among them."""

    organization: UUID
    post: str
    since: dt.date | None
    until: dt.date | None = Field(description="从这一天起不再任职")


class Person(Schema):
    """A person as far as fields are open (Popolo Person)."""

    uid: UUID
    name: str
    sex: str = Field(description="GB/T 2261.1")
    employer: str
    position: str
    memberships: list[Membership]


class People(Page):
    """A page of people."""

    items: list[Person]


class Popolo(Schema):
    """Areas, organizations, persons and memberships as popoloproject.com has them."""

    areas: list[dict[str, Any]]
    organizations: list[dict[str, Any]]
    persons: list[dict[str, Any]]
    memberships: list[dict[str, Any]]


class AgendaItem(Schema):
    """One item of an agenda, in its place."""

    kind: str
    title: str
    outcome: str


class Totals(Schema):
    """Counts of a register; no names.  ``unknown``: 未到（原因待核）, never taken for absence."""

    expected: int
    present: int
    on_leave: int
    unknown: int


class Activity(Schema):
    """A meeting, study, visit or other occasion (OParl Meeting)."""

    uid: UUID
    kind: str
    title: str
    day: dt.date
    last_day: dt.date
    starts_at: dt.time | None
    ends_at: dt.time | None
    place: str
    status: str
    topic: str
    organizers: list[UUID]
    counts_as: list[str] = Field(description="计入的事实代码")


class Activities(Page):
    """A page of activities."""

    items: list[Activity]


class ActivityInFull(Activity):
    """An activity with agenda and counts."""

    agenda: list[AgendaItem]
    totals: Totals


class NewAgendaItem(Schema):
    """One item of an agenda to be recorded."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=40)
    title: str = Field(default="", max_length=200)
    outcome: str = Field(default="", max_length=300)


class NewAttendee(Schema):
    """What is known of one person's presence; whoever is not named stays 未登记."""

    model_config = ConfigDict(extra="forbid")

    person: UUID
    present: bool | None = Field(default=None, description="未登记则不填")
    late: bool = False
    left_early: bool = False


class NewActivity(Schema):
    """An activity to be recorded; what it counts as is worked out, never sent."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=40)
    title: str = Field(max_length=200)
    day: Day
    last_day: Day | None = None
    organizers: list[UUID] = Field(max_length=20)
    place: str = Field(default="", max_length=120)
    topic: str = Field(default="", max_length=200)
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    planned: bool = Field(default=False, description="是计划，尚未开展")
    agenda: list[NewAgendaItem] = Field(default=[], max_length=50)
    attendees: list[NewAttendee] = Field(default=[], max_length=3000)


class Matter(Schema):
    """A proposal, task, request or other matter as far as whoever asks may see it; no bodies."""

    uid: UUID
    kind: str
    number: str
    title: str
    state: str
    state_name: str
    day: dt.date
    due_on: dt.date | None
    closed_on: dt.date | None
    units: list[UUID]


class Matters(Page):
    """A page of matters."""

    items: list[Matter]


class Finding(Schema):
    """How a provision stands for a unit today."""

    provision: str
    provision_name: str
    organization: UUID
    window_start: dt.date
    window_end: dt.date
    state: str
    state_name: str
    count: int
    required: int
    next_change_on: dt.date | None


class Findings(Schema):
    """All findings of the units asked for, as of a day."""

    as_of: dt.date
    items: list[Finding]


class Document(Schema):
    """A document of the library (OParl Paper)."""

    uid: UUID
    title: str
    kind: str
    source_status: str
    issuer: str
    number: str
    document_day: dt.date | None
    year: int | None


class Documents(Page):
    """A page of documents."""

    items: list[Document]


class Requirement(Schema):
    """A sentence that bids somebody do something, at its exact place in the original."""

    uid: UUID
    start: int = Field(description="原文中的起点，按字符（码点）计")
    end: int
    text: str
    outline_path: list[str]
    subject: str
    institution: str
    cadence: str
    state: str


class Requirements(Page):
    """A page of requirements."""

    items: list[Requirement]


class Figure(Schema):
    """A figure of the register as of a day."""

    code: str
    name: str
    description: str = Field(description="统计口径")
    value: str
    as_of: dt.date


class Figures(Schema):
    """All figures as of a day."""

    items: list[Figure]
