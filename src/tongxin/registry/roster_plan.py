"""Rows of a roster against the register → what an import would do, row by row.  Pure; imports no models.

Each row becomes one of five: *create*, *change* (field by field, old → new), *unchanged*, *conflict* (it cannot be
taken as it stands), *doubtful* (somebody must say whether it is the same person).  Nothing is merged silently, what
the file leaves blank erases nothing, and the same file given again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any

from tongxin.core.errors import BadInput
from tongxin.registry.code_tables import bare, ethnic_names
from tongxin.registry.enums import AffiliationCode, OrganizationKind, PostCode, Sex
from tongxin.registry.names import pinyin_key
from tongxin.registry.roster_import import DAY, MONTH, YEAR, Reading, RosterRow
from tongxin.registry.roster_messages import DOUBT, ERROR, Message
from tongxin.registry.strokes import stroke_key

FORMAT_VERSION = 1

CREATE, CHANGE, UNCHANGED, CONFLICT, DOUBTFUL, LEFT_OUT = (
    "create", "change", "unchanged", "conflict", "doubtful", "left_out",
)  # fmt: skip
ACTION_NAMES = {
    CREATE: "新增",
    CHANGE: "变更",
    UNCHANGED: "无变化",
    CONFLICT: "有误",
    DOUBTFUL: "待定",
    LEFT_OUT: "不导入",
}
#: Rows in these states stop an import until they are settled or left out by choice.
OPEN_ACTIONS = (CONFLICT, DOUBTFUL)

#: What may be decided on a doubtful row, beside the uid of the person it is.
AS_NEW, LEAVE_OUT = "new", "skip"

#: Field of a person → its name on pages.
PERSON_FIELDS = {
    "sex": "性别",
    "ethnic_group": "民族",
    "birth_date": "出生日期",
    "employer": "工作单位",
    "position": "职务",
    "phone": "电话",
    "email": "电子邮箱",
    "precedence": "排序号",
}
KIND_NAMES = {
    OrganizationKind.COMMITTEE.value: "政协任职",
    OrganizationKind.SECTOR.value: "界别",
    OrganizationKind.SPECIAL_COMMITTEE.value: "专委会",
}


@dataclass(frozen=True, slots=True)
class KnownMembership:
    """A membership that the register holds within the term."""

    uid: str
    organization: str
    kind: str
    post: str
    valid_from: dt.date | None
    valid_until: dt.date | None


@dataclass(frozen=True, slots=True)
class KnownOrganization:
    """An organization that a roster may name."""

    uid: str
    kind: str
    name: str
    short_name: str = ""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as the register holds them, with the affiliation and the memberships that concern the import."""

    uid: str
    name: str
    sex: str = Sex.UNKNOWN.value
    ethnic_group: str = ""
    birth_date: dt.date | None = None
    employer: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""
    precedence: int | None = None
    affiliation: str = ""
    affiliation_since: dt.date | None = None
    memberships: tuple[KnownMembership, ...] = ()


@dataclass(frozen=True)
class Register:
    """What the planner is shown of an office's register.

    ``committee``: the uid of the committee itself.  ``mark``: changes whenever rows are added.
    """

    office: str
    committee: str
    persons: Sequence[KnownPerson]
    organizations: Sequence[KnownOrganization]
    mark: str = ""


@dataclass(frozen=True)
class Frame:
    """For which term and from when the roster speaks.

    ``since``: when new memberships begin where the row says nothing (None: unknown).  ``until``: when they end (for
    the roster of a past term; half-open).  ``day``: from when a change to what is registered takes effect.
    ``found_missing``: sectors and special committees that are not there are founded.  ``decisions``: key of a row
    (``sheet!row``) → ``new``, ``skip`` or the uid of a person.
    """

    day: dt.date
    term: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    found_missing: bool = False
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change for people to read: field, what it was, what it becomes."""

    field: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A membership to be opened; ``organization`` is a uid, empty where it is founded by this import."""

    kind: str
    organization: str
    name: str
    post: str = ""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    adjusts: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """A membership to be closed on ``until`` (``until_before`` is what stood there)."""

    membership: str
    until: dt.date
    until_before: dt.date | None = None
    adjusts: bool = False


@dataclass(frozen=True, slots=True)
class Beginning:
    """A membership whose unknown beginning becomes known."""

    membership: str
    since: dt.date


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What becomes of one row.

    ``values``: fields of the person to be written, with their new values.  ``before``: the same fields as they
    stood, for a change.  ``affiliation``: the code to be stated, ``affiliation_before`` the one it follows.
    """

    action: str
    sheet: str
    number: int
    name: str
    person: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    affiliation: str = ""
    affiliation_before: str = ""
    openings: tuple[Opening, ...] = ()
    closings: tuple[Closing, ...] = ()
    beginnings: tuple[Beginning, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    reasons: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The row's place in the file: sheet and number."""
        return f"{self.sheet}!{self.number}"


@dataclass(frozen=True)
class Plan:
    """What an import would do; plain data that can be kept, shown and applied later."""

    file: str
    office: str
    term: str
    day: dt.date
    mark: str
    rows: tuple[PlannedRow, ...]
    founding: tuple[tuple[str, str], ...] = ()
    messages: tuple[Message, ...] = ()
    format_version: int = FORMAT_VERSION

    def counts(self) -> dict[str, int]:
        """Return action → number of rows, every action once."""
        counted = Counter(row.action for row in self.rows)
        return {action: counted[action] for action in ACTION_NAMES}

    def of(self, *actions: str) -> list[PlannedRow]:
        """Return the rows of these actions, in the order of the file."""
        return [row for row in self.rows if row.action in actions]

    def open_rows(self) -> list[PlannedRow]:
        """Return the rows that stop the import."""
        return self.of(*OPEN_ACTIONS)

    def as_json(self) -> str:
        """Return the plan as JSON text; days are ISO text."""
        return json.dumps(asdict(self), ensure_ascii=False, default=_json_default)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Return the plan of :meth:`as_json`; raises BadInput for another format version or damaged text."""
        try:
            data = json.loads(text)
            if data["format_version"] != FORMAT_VERSION:
                raise BadInput(
                    "roster.plan_version",
                    f"导入方案的格式是第{data['format_version']}版，本系统使用第{FORMAT_VERSION}版。",
                    hint="请重新读取文件，生成新的方案。",
                )
            return cls(
                **{
                    **data,
                    "day": dt.date.fromisoformat(data["day"]),
                    "rows": tuple(_row_from_json(row) for row in data["rows"]),
                    "founding": tuple((kind, name) for kind, name in data["founding"]),
                    "messages": tuple(Message.from_json(message) for message in data["messages"]),
                }
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput("roster.plan_damaged", "导入方案已损坏。", hint="请重新读取文件，生成新的方案。") from error


def _json_default(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _dated_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _day(value) if name == "birth_date" else value for name, value in values.items()}


def _row_from_json(data: dict[str, Any]) -> PlannedRow:
    days = {"valid_from", "valid_until", "until", "until_before", "since"}

    def rows(kind: type[Any], items: Iterable[dict[str, Any]]) -> tuple[Any, ...]:
        return tuple(
            kind(**{name: _day(each) if name in days else each for name, each in row.items()}) for row in items
        )

    return PlannedRow(
        **{
            **data,
            "values": _dated_values(data["values"]),
            "before": _dated_values(data["before"]),
            "openings": rows(Opening, data["openings"]),
            "closings": rows(Closing, data["closings"]),
            "beginnings": rows(Beginning, data["beginnings"]),
            "changes": rows(FieldChange, data["changes"]),
            "reasons": tuple(data["reasons"]),
            "candidates": tuple(data["candidates"]),
        }
    )


def make_plan(reading: Reading, register: Register, frame: Frame) -> Plan:
    """Return what importing ``reading`` into ``register`` would do, every row of the file in its order.

    Deterministic: equal input gives an equal plan.
    """
    return _Planner(reading, register, frame).plan()


@lru_cache(maxsize=20_000)
def _employer_key(text: str) -> str:
    return bare(text).replace("(", "").replace(")", "")


@lru_cache(maxsize=2_000)
def organization_key(kind: str, name: str) -> str:
    """Return the form in which names of organizations are compared: 提案委 is 提案委员会, 工商联 is 工商联界."""
    text = bare(name)
    if kind == OrganizationKind.SECTOR:
        return text.removesuffix("界别").removesuffix("界")
    if kind == OrganizationKind.SPECIAL_COMMITTEE:
        return text.removesuffix("委员会").removesuffix("专委会").removesuffix("委").replace("和", "").replace("与", "")
    return text


class _Open(Exception):
    """A row that cannot be planned: ``action``, the reason, and who it may be."""

    def __init__(self, action: str, reason: str, candidates: Sequence[KnownPerson] = ()) -> None:
        super().__init__(reason)
        self.action = action
        self.reason = reason
        self.candidates = tuple(person.uid for person in candidates)


class _Planner:
    """Holds the indexes of one planning."""

    def __init__(self, reading: Reading, register: Register, frame: Frame) -> None:
        self.reading = reading
        self.register = register
        self.frame = frame
        self.namesakes: dict[str, list[KnownPerson]] = defaultdict(list)
        self.by_uid: dict[str, KnownPerson] = {}
        self.by_phone: dict[str, list[KnownPerson]] = defaultdict(list)
        self.by_birth: dict[tuple[dt.date, str], list[KnownPerson]] = defaultdict(list)
        for person in register.persons:
            self.namesakes[person.name].append(person)
            self.by_uid[person.uid] = person
            if person.phone:
                self.by_phone[person.phone].append(person)
            if person.birth_date and person.employer:
                self.by_birth[person.birth_date, _employer_key(person.employer)].append(person)
        self.organizations: dict[tuple[str, str], KnownOrganization] = {}
        self.by_organization: dict[str, KnownOrganization] = {}
        for organization in reversed(register.organizations):
            self.by_organization[organization.uid] = organization
            for name in (organization.short_name, organization.name):
                if name:
                    self.organizations[organization.kind, organization_key(organization.kind, name)] = organization
        self.names = Counter(row.name for row in reading.rows)
        self.in_file: dict[str, list[RosterRow]] = defaultdict(list)
        self.numbers: dict[str, RosterRow] = {}
        self.taken: dict[str, RosterRow] = {}
        self.founding: dict[tuple[str, str], str] = {}

    def plan(self) -> Plan:
        rows = tuple(self._planned(row) for row in self.reading.rows)
        messages = list(self.reading.messages)
        for source, row in zip(self.reading.rows, rows, strict=True):
            if source.faults:
                messages.extend(replace(fault, file=self.reading.file) for fault in source.faults)
            elif row.action in OPEN_ACTIONS:
                level = ERROR if row.action == CONFLICT else DOUBT
                messages.extend(
                    Message(level, row.sheet, row.number, None, f"{row.name}：{reason}", self.reading.file)
                    for reason in row.reasons
                )
        return Plan(
            file=self.reading.file,
            office=self.register.office,
            term=self.frame.term,
            day=self.frame.day,
            mark=self.register.mark,
            rows=rows,
            founding=tuple((kind, name) for (kind, _), name in self.founding.items()),
            messages=tuple(messages),
        )

    def _planned(self, row: RosterRow) -> PlannedRow:
        decision = self.frame.decisions.get(row.key, "")
        if decision == LEAVE_OUT:
            return PlannedRow(LEFT_OUT, row.sheet, row.number, row.name, reasons=("按经办人的决定不导入。",))
        if row.faults:
            reasons = tuple(f"{fault.column}列：{fault.text}" for fault in row.faults)
            return PlannedRow(CONFLICT, row.sheet, row.number, row.name, reasons=reasons)
        try:
            self._refuse_repeated(row, decision)
            person, notes = self._identified(row, decision)
            if person is not None and person.uid in self.taken:
                raise _Open(CONFLICT, f"与{_where(self.taken[person.uid], row)}指的是登记中的同一个人。", [person])
            planned = self._created(row, notes) if person is None else self._compared(row, person, notes)
        except _Open as open_row:
            return PlannedRow(
                open_row.action,
                row.sheet,
                row.number,
                row.name,
                reasons=(open_row.reason,),
                candidates=open_row.candidates,
            )
        if person is not None:
            self.taken[person.uid] = row
        return planned

    # Who is it

    def _refuse_repeated(self, row: RosterRow, decision: str) -> None:
        """Refuse a row that names somebody whom an earlier row of the file names."""
        if row.member_number:
            earlier = self.numbers.setdefault(row.member_number, row)
            if earlier is not row:
                raise _Open(CONFLICT, f"委员编号{row.member_number}与{_where(earlier, row)}（{earlier.name}）重复。")
        others = self.in_file[row.name]
        others.append(row)
        if len(others) == 1:
            return
        for earlier in others[:-1]:
            same_birth = row.birth_date == earlier.birth_date
            same_employer = _employer_key(row.employer) == _employer_key(earlier.employer)
            if same_birth and same_employer:
                raise _Open(CONFLICT, f"与{_where(earlier, row)}重复（姓名、出生日期、单位相同）。")
            both_born = row.birth_date is not None and earlier.birth_date is not None
            if decision == "" and (same_birth or (same_employer and not both_born)):
                what = "姓名、出生日期相同，单位不同" if same_birth else "姓名、单位相同，其中一行没有出生日期"
                raise _Open(DOUBTFUL, f"与{_where(earlier, row)}可能是同一人（{what}）。")

    def _identified(self, row: RosterRow, decision: str) -> tuple[KnownPerson | None, tuple[str, ...]]:
        """Return whom of the register the row names, None for nobody; with remarks.  Raises _Open when in doubt."""
        if decision == AS_NEW:
            return None, ("按经办人的决定作为新人员登记。",)
        if decision:
            chosen = self.by_uid.get(decision)
            if chosen is None:
                raise _Open(CONFLICT, "所选的人员已不在登记中，请重新选择。")
            return chosen, ("按经办人的决定认定为同一人。",)
        known = self.namesakes.get(row.name)
        if not known:
            self._doubt_renamed(row)
            return None, ()
        sure: list[KnownPerson] = []
        likely: list[KnownPerson] = []
        unclear: list[KnownPerson] = []
        silent: list[KnownPerson] = []
        for person in known:
            birth, employer = _same_birth(row, person), _same_employer(row, person)
            if birth and employer:
                sure.append(person)
            elif birth or (employer and birth is None):
                likely.append(person)
            elif employer or (birth is None and employer is False) or (row.phone and row.phone == person.phone):
                unclear.append(person)
            elif birth is None:
                silent.append(person)
        if len(sure) == 1:
            return sure[0], ()
        found = sure or likely
        if len(found) == 1 and not unclear and not silent:
            moved = _same_employer(row, found[0]) is False
            return found[0], (("单位与登记不同，按姓名和出生日期认定为同一人。",) if moved else ())
        if not found and not unclear and len(silent) == len(known) == 1 and self.names[row.name] == 1:
            return silent[0], ("登记和文件中只有姓名可比，按唯一同名认定为同一人。",)
        close = [*found, *unclear, *silent]
        if close:
            shown = "；".join(_described(person) for person in close[:5])
            raise _Open(DOUBTFUL, f"与登记中的{len(close)}名同名人员不能确定是否同一人：{shown}。", close)
        return None, ("登记中另有同名人员，出生日期不同，按新人员登记。",)

    def _doubt_renamed(self, row: RosterRow) -> None:
        """Stop at somebody whom the register seems to hold under another name."""
        close = list(self.by_phone.get(row.phone, ())) if row.phone else []
        if row.birth_date is not None and row.birth_precision != YEAR and row.employer:
            close += [
                person
                for person in self.by_birth.get((row.birth_date, _employer_key(row.employer)), ())
                if set(person.name) & set(row.name)
            ]
        close = [person for person in dict.fromkeys(close) if person.name not in self.names]
        if close:
            shown = "；".join(_described(person) for person in close[:5])
            raise _Open(DOUBTFUL, f"登记中没有这个姓名，但有资料相同的人员，可能是更正姓名：{shown}。", close)

    # What becomes of it

    def _created(self, row: RosterRow, notes: tuple[str, ...]) -> PlannedRow:
        values: dict[str, Any] = {
            "name": row.name,
            "pinyin_key": pinyin_key(row.name),
            "stroke_key": stroke_key(row.name),
        }
        for name in PERSON_FIELDS:
            value = getattr(row, name)
            if value not in ("", None) and not (name == "birth_date" and row.birth_precision == YEAR):
                values[name] = value
        return PlannedRow(
            CREATE,
            row.sheet,
            row.number,
            row.name,
            values=values,
            affiliation=row.affiliation,
            openings=tuple(self._opening(row, kind, name) for kind, name in self._wanted(row)),
            reasons=notes,
        )

    def _wanted(self, row: RosterRow) -> list[tuple[str, str]]:
        """Return the (kind, name) of each organization that the row names, the committee first."""
        wanted = [(OrganizationKind.COMMITTEE.value, "")]
        sector = row.sector
        if not sector and (OrganizationKind.SECTOR.value, organization_key("sector", row.sheet)) in self.organizations:
            sector = row.sheet
        if sector:
            wanted.append((OrganizationKind.SECTOR.value, sector))
        wanted.extend((OrganizationKind.SPECIAL_COMMITTEE.value, name) for name in row.special_committees)
        return wanted

    def _organization(self, kind: str, name: str) -> KnownOrganization:
        """Return the organization that is meant; one to be founded has no uid.  Raises _Open where there is none."""
        if kind == OrganizationKind.COMMITTEE:
            return self.by_organization[self.register.committee]
        key = (kind, organization_key(kind, name))
        found = self.organizations.get(key)
        if found is not None:
            return found
        if self.frame.found_missing:
            return KnownOrganization("", kind, self.founding.setdefault(key, name))
        known = [each.name for each in self.register.organizations if each.kind == kind]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"是不是“{close[0]}”？" if close else "请先建立，或选择导入时一并建立。"
        raise _Open(CONFLICT, f"{KIND_NAMES[kind]}“{name}”不在本机关的组织中，{hint}")

    def _opening(self, row: RosterRow, kind: str, name: str, *, since: dt.date | None = None) -> Opening:
        organization = self._organization(kind, name)
        begins = row.begins or since or self.frame.since
        ends = row.ends or self.frame.until
        if begins is not None and ends is not None and ends <= begins:
            raise _Open(CONFLICT, f"任职结束日期 {ends - dt.timedelta(days=1)} 不晚于开始日期 {begins}。")
        if begins is not None and organization.valid_from is not None and begins < organization.valid_from:
            raise _Open(
                CONFLICT, f"“{organization.name}”于 {organization.valid_from} 成立，任职不能早于这一天（{begins}）。"
            )
        if begins is not None and organization.valid_until is not None and begins >= organization.valid_until:
            raise _Open(CONFLICT, f"“{organization.name}”已于 {organization.valid_until} 撤销。")
        post = (row.seat or PostCode.MEMBER.value) if kind == OrganizationKind.COMMITTEE else ""
        return Opening(kind, organization.uid, organization.name, str(post), begins, ends, since is not None)

    def _compared(self, row: RosterRow, person: KnownPerson, notes: tuple[str, ...]) -> PlannedRow:
        values, changes = _person_changes(row, person)
        affiliation = row.affiliation if row.affiliation != person.affiliation else ""
        if affiliation and self.frame.until is not None:
            # What a past term's roster says may have changed since, and later rows must not be overlapped.
            notes = (*notes, f"往届名册中的政治面貌（{AffiliationCode(affiliation).label}）与登记不同，没有更改。")
            affiliation = ""
        if affiliation:
            since = person.affiliation_since
            if person.affiliation and since is not None and since >= self.frame.day:
                raise _Open(CONFLICT, f"政治面貌与登记不同，而登记自 {since} 起，请在人员页面更正。", [person])
            old = AffiliationCode(person.affiliation).label if person.affiliation else ""
            changes.append(FieldChange("affiliation", "政治面貌", str(old), str(AffiliationCode(affiliation).label)))
        moves = _Moves(self, row, person)
        changes.extend(moves.changes)
        return PlannedRow(
            CHANGE if changes else UNCHANGED,
            row.sheet,
            row.number,
            row.name,
            person=person.uid,
            values=values,
            before={name: getattr(person, name) for name in ("name", *PERSON_FIELDS) if name in values},
            affiliation=affiliation,
            affiliation_before=person.affiliation if affiliation else "",
            openings=tuple(moves.openings),
            closings=tuple(moves.closings),
            beginnings=tuple(moves.beginnings),
            changes=tuple(changes),
            reasons=notes,
        )


class _Moves:
    """What a row changes in the memberships that a known person holds within the term."""

    def __init__(self, planner: _Planner, row: RosterRow, person: KnownPerson) -> None:
        self.planner = planner
        self.row = row
        self.person = person
        self.openings: list[Opening] = []
        self.closings: list[Closing] = []
        self.beginnings: list[Beginning] = []
        self.changes: list[FieldChange] = []
        wanted: dict[str, list[str]] = defaultdict(list)
        for kind, name in planner._wanted(row):
            wanted[kind].append(name)
        for kind, names in wanted.items():
            self._of_kind(kind, names)
        if row.ends is not None:
            self._leave_the_rest(row.ends, set(wanted))

    def _of_kind(self, kind: str, names: Sequence[str]) -> None:
        held = _latest(membership for membership in self.person.memberships if membership.kind == kind)
        kept: set[str] = set()
        fresh: list[str] = []
        for name in names:
            organization = self.planner._organization(kind, name)
            membership = held.get(organization.uid) if organization.uid else None
            if membership is None:
                fresh.append(name)
            else:
                kept.add(organization.uid)
                self._same(membership, organization)
        leaving = [each for uid, each in held.items() if uid not in kept and self._is_open(each)]
        replaced = bool(leaving)
        for membership in leaving:
            self._close(membership, self.planner.frame.day, adjusts=True)
        for name in fresh:
            opening = self.planner._opening(
                self.row, kind, name, since=self.planner.frame.day if replaced and not self.row.begins else None
            )
            self.openings.append(opening)
        if fresh or leaving:
            old = "、".join(self.planner.by_organization[each.organization].name for each in leaving)
            new = "、".join(opening.name for opening in self.openings if opening.kind == kind)
            self.changes.append(FieldChange(kind, KIND_NAMES[kind], old, new))

    def _leave_the_rest(self, until: dt.date, told: set[str]) -> None:
        """Whoever leaves the committee leaves the bodies of which the row says nothing on the same day."""
        for membership in self.person.memberships:
            begun = membership.valid_from is None or membership.valid_from < until
            if membership.kind not in told and begun and _end(membership) > until:
                self._close(membership, until, adjusts=False)
                organization = self.planner.by_organization.get(membership.organization)
                label = f"{KIND_NAMES[membership.kind]}最后一天（{organization.name if organization else ''}）"
                self.changes.append(FieldChange("ends", label, _last(membership.valid_until), _last(until)))

    def _is_open(self, membership: KnownMembership) -> bool:
        """Tell whether a membership still runs: to no end, or to the end that all have."""
        until = membership.valid_until
        return until is None or until == self.planner.frame.until or until > self.planner.frame.day

    def _same(self, membership: KnownMembership, organization: KnownOrganization) -> None:
        """Compare one membership that file and register both hold."""
        row, label = self.row, KIND_NAMES[membership.kind]
        if row.begins is not None and row.begins != membership.valid_from:
            if membership.valid_from is not None:
                if organization.kind == OrganizationKind.COMMITTEE:
                    raise _Open(
                        CONFLICT,
                        f"任职日期 {row.begins} 与登记的 {membership.valid_from} 不同，请核对，或先在人员页面更正。",
                        [self.person],
                    )
            else:
                self.beginnings.append(Beginning(membership.uid, row.begins))
                self.changes.append(FieldChange("begins", f"{label}开始（{organization.name}）", "", str(row.begins)))
        if row.ends is not None and row.ends != membership.valid_until:
            self._close(membership, row.ends, adjusts=False)
            self.changes.append(
                FieldChange(
                    "ends", f"{label}最后一天（{organization.name}）", _last(membership.valid_until), _last(row.ends)
                )
            )
        elif (
            membership.kind == OrganizationKind.COMMITTEE
            and row.seat
            and row.seat != (membership.post or PostCode.MEMBER)
        ):
            day = self.planner.frame.day
            self._close(membership, day, adjusts=True)
            self.openings.append(
                Opening(
                    membership.kind, organization.uid, organization.name, row.seat, day, membership.valid_until, True
                )
            )
            self.changes.append(
                FieldChange(
                    "seat",
                    "政协职务",
                    str(PostCode(membership.post or PostCode.MEMBER).label),
                    str(PostCode(row.seat).label),
                )
            )

    def _close(self, membership: KnownMembership, until: dt.date, *, adjusts: bool) -> None:
        if membership.valid_from is not None and until <= membership.valid_from:
            raise _Open(
                CONFLICT,
                f"结束日期 {until} 不晚于登记的任职日期 {membership.valid_from}，请在人员页面更正。",
                [self.person],
            )
        self.closings.append(Closing(membership.uid, until, membership.valid_until, adjusts))


def _latest(memberships: Iterable[KnownMembership]) -> dict[str, KnownMembership]:
    """Return organization → its latest membership: an open one before a closed one, then the later end."""
    latest: dict[str, KnownMembership] = {}
    for membership in memberships:
        other = latest.get(membership.organization)
        if other is None or _end(membership) > _end(other):
            latest[membership.organization] = membership
    return latest


def _end(membership: KnownMembership) -> dt.date:
    return membership.valid_until or dt.date.max


def _last(until: dt.date | None) -> str:
    return str(until - dt.timedelta(days=1)) if until else ""


def _person_changes(row: RosterRow, person: KnownPerson) -> tuple[dict[str, Any], list[FieldChange]]:
    values: dict[str, Any] = {}
    changes: list[FieldChange] = []
    if row.name != person.name:  # somebody decided that both are one person
        values = {"name": row.name, "pinyin_key": pinyin_key(row.name), "stroke_key": stroke_key(row.name)}
        changes.append(FieldChange("name", "姓名", person.name, row.name))
    for name, label in PERSON_FIELDS.items():
        new, old = getattr(row, name), getattr(person, name)
        if new in ("", None) or new == old:
            continue
        if name == "birth_date" and old is not None and _same_birth(row, person) and row.birth_precision != DAY:
            continue
        if name == "birth_date" and row.birth_precision == YEAR:
            continue
        if name in {"employer", "position"} and _employer_key(new) == _employer_key(old):
            continue
        values[name] = new
        changes.append(FieldChange(name, label, value_in_words(name, old), value_in_words(name, new)))
    return values, changes


def value_in_words(name: str, value: Any) -> str:
    """Return a value of a person's field (see ``PERSON_FIELDS``) as people read it; empty for none."""
    if value in ("", None):
        return ""
    if name == "sex":
        return str(Sex(value).label)
    if name == "ethnic_group":
        return ethnic_names().get(value, str(value))
    return str(value)


def _same_birth(row: RosterRow, person: KnownPerson) -> bool | None:
    """Compare births as exactly as both sides are known; None where one is unknown."""
    given, known = row.birth_date, person.birth_date
    if given is None or known is None:
        return None
    if row.birth_precision == YEAR:
        return given.year == known.year
    if row.birth_precision == MONTH or known.day == 1:
        # A first of the month in the register may have been a month without a day.
        return (given.year, given.month) == (known.year, known.month)
    return given == known


def _same_employer(row: RosterRow, person: KnownPerson) -> bool | None:
    if not row.employer or not person.employer:
        return None
    return _employer_key(row.employer) == _employer_key(person.employer)


def _described(person: KnownPerson) -> str:
    """Return what tells a person from a namesake: year and month of birth, employer."""
    born = f"{person.birth_date.year}年{person.birth_date.month}月生" if person.birth_date else "出生日期未登记"
    return f"{person.name}，{born}，{person.employer or '单位未登记'}"


def _where(earlier: RosterRow, row: RosterRow) -> str:
    sheet = f"【{earlier.sheet}】" if earlier.sheet != row.sheet else ""
    return f"{sheet}第{earlier.number}行"
