"""Applies the plan of a roster import, all of it in one transaction or nothing; hands out the roster as a file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.db.models import Max, Q

from tongxin.accounts.models import User
from tongxin.core import audit, changes, clock
from tongxin.core.errors import Conflict, NotAllowed, NotPossible
from tongxin.registry.access import Standing
from tongxin.registry.enums import SEAT_POSITIONS, MembershipReason, OrganizationKind, PostCode
from tongxin.registry.models import Affiliation, Membership, Office, Organization, Person, Post, Term
from tongxin.registry.queries import owned
from tongxin.registry.roster_export import RosterFile, export_roster
from tongxin.registry.roster_plan import CHANGE, CREATE, Opening, Plan, PlannedRow
from tongxin.registry.roster_queries import register_mark
from tongxin.registry.rules import may_keep_roster, may_see_affiliation

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None

#: Tells how far an application is: steps done, steps in all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Applied:
    """What an application wrote: persons created and changed, memberships opened and closed, units founded."""

    created: int
    changed: int
    unchanged: int
    left_out: int
    opened: int
    closed: int
    founded: int


@transaction.atomic
def apply_plan(
    office: Office, plan: Plan, *, actor: Actor, leave_out_open: bool = False, progress: Progress | None = None
) -> Applied:
    """Write what ``plan`` says into the register of ``office`` and return what was written.

    In order: founds missing sectors and special committees, enters the new persons with affiliation and memberships,
    changes those who are there (a changed affiliation or membership is closed and another opened), writes one audit
    entry for the import and one for every person changed, and announces the change of the register.  A plan that
    changes nothing writes nothing.

    ``leave_out_open``: rows in conflict or doubt are left out; without it they stop the import.
    Raises NotPossible for a plan of another office and for open rows, Conflict where the register changed since the
    plan was made.
    """
    office = Office.objects.select_for_update().get(pk=office.pk)
    _refuse_stale(office, plan)
    still_open = plan.open_rows()
    if still_open and not leave_out_open:
        counts = plan.counts()
        raise NotPossible(
            "roster.open_rows",
            f"还有{counts['conflict']}行有误、{counts['doubtful']}行待定，没有导入任何内容。",
            hint="请改正文件后重新导入，或逐行作出决定，或选择不导入这些行。",
        )
    work = _Work(office, plan, actor)
    if not plan.of(CREATE, CHANGE):
        return work.applied(len(still_open))
    steps: Sequence[Callable[[], None]] = (
        work.found, work.enter_persons, work.change_persons, work.state_affiliations, work.close, work.open, work.book,
    )  # fmt: skip
    for number, step in enumerate(steps, 1):
        step()
        if progress is not None:
            progress(number, len(steps))
    return work.applied(len(still_open))


@transaction.atomic
def hand_out_roster(office: Office, day: dt.date, *, standing: Standing, actor: Actor, purpose: str = "") -> RosterFile:
    """Return the roster of ``day`` as a file and enter in the audit book who got it, which guarded columns, of whom.

    Raises NotAllowed for whoever may not keep the roster nor see Party units.
    """
    if not (may_keep_roster(standing) or may_see_affiliation(standing)):
        raise NotAllowed("roster.export", "您没有导出名册的权限。", hint="如工作需要，请联系系统管理员。")
    file = export_roster(office, day, standing=standing)
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="registry.export_roster",
        subject=office,
        after={"day": day, "file": file.name, "guarded": list(file.guarded)},
        purpose=purpose[:200],
        person_ids=file.person_ids,
    )
    return file


def _refuse_stale(office: Office, plan: Plan) -> None:
    if plan.office != str(office.uid):
        raise NotPossible("roster.other_office", "这份导入方案是为另一个机关制作的。", hint="请重新读取文件。")
    if plan.mark != register_mark(office):
        raise Conflict("roster.stale", "制作方案之后，名册又有变动。", hint="请重新读取文件，核对新的方案。")


class _Work:
    """One application of one plan; each step writes in bulk."""

    def __init__(self, office: Office, plan: Plan, actor: Actor) -> None:
        self.office = office
        self.plan = plan
        self.actor = actor
        self.user = actor if isinstance(actor, User) else None
        self.creating = plan.of(CREATE)
        self.changing = plan.of(CHANGE)
        self.term = owned(Term, office).filter(uid=plan.term).first() if plan.term else None
        self.persons: dict[str, int] = {}
        self.organizations: dict[tuple[str, str], int] = {}
        self.opened = self.closed = self.founded = 0

    def applied(self, left_open: int) -> Applied:
        counts = self.plan.counts()
        return Applied(
            counts[CREATE],
            counts[CHANGE],
            counts["unchanged"],
            counts["left_out"] + left_open,
            self.opened,
            self.closed,
            self.founded,
        )

    def found(self) -> None:
        """Found the units that the plan names as missing; when they were founded is not known."""
        root = (
            owned(Organization, self.office)
            .filter(kind=OrganizationKind.COMMITTEE)
            .order_by("precedence", "pk")
            .first()
        )
        used = {
            (opening.kind, opening.name)
            for row in (*self.creating, *self.changing)
            for opening in row.openings
            if not opening.organization
        }
        fresh = [
            Organization(office=self.office, created_by=self.user, kind=kind, name=name, parent=root)
            for kind, name in self.plan.founding
            if (kind, name) in used
        ]
        founded = Organization.objects.bulk_create(fresh)
        self.organizations.update({(each.kind, each.name): each.pk for each in founded})
        audit.record_many(
            office_id=self.office.pk,
            actor=self.actor,
            action="registry.found_organization",
            notes=[
                audit.Note(each, {}, {"kind": each.kind, "name": each.name, "founded": None, "reference": ""})
                for each in founded
            ],
            purpose=f"导入名册：{self.plan.file}"[:200],
        )
        self.founded = len(fresh)

    def enter_persons(self) -> None:
        if not self.creating:
            return
        uids = [uuid.uuid4() for _ in self.creating]
        columns = sorted({"name"}.union(*(row.values for row in self.creating)))
        fields = {column.name: column for column in Person._meta.concrete_fields}
        usual = [fields[name].get_default() for name in columns]
        rows = (
            (uid, *(row.values.get(name, default) for name, default in zip(columns, usual, strict=True)))
            for uid, row in zip(uids, self.creating, strict=True)
        )
        newest = owned(Person, self.office).aggregate(newest=Max("pk"))["newest"] or 0
        self._insert(Person, ["uid", *columns], rows)
        entered = dict(owned(Person, self.office).filter(pk__gt=newest).values_list("uid", "pk"))
        for uid, row in zip(uids, self.creating, strict=True):
            self.persons[row.key] = entered[uid]

    def change_persons(self) -> None:
        """Write changed fields; refuses where a field no longer is what the plan saw."""
        uids = [row.person for row in self.changing]
        found = {
            str(person.uid): person
            for piece in _pieces(uids)
            for person in owned(Person, self.office).filter(uid__in=piece)
        }
        fields: set[str] = set()
        touched = []
        for row in self.changing:
            person = found.get(row.person)
            if person is None or any(getattr(person, name) != value for name, value in row.before.items()):
                raise Conflict(
                    "roster.stale",
                    f"制作方案之后，{row.name}的登记信息又有变动。",
                    hint="请重新读取文件，核对新的方案。",
                )
            self.persons[row.key] = person.pk
            if row.values:
                fields.update(row.values)
                for name, value in row.values.items():
                    setattr(person, name, value)
                touched.append(person)
        if touched:
            Person.objects.bulk_update(touched, sorted(fields), batch_size=200)
        self.found_persons = found

    def state_affiliations(self) -> None:
        """State affiliations: of new persons since an unknown day, of known ones from the plan's day on."""
        changing = [row for row in self.changing if row.affiliation]
        following = [self.persons[row.key] for row in changing if row.affiliation_before]
        for piece in _pieces(following):
            owned(Affiliation, self.office).filter(person_id__in=piece).filter(
                Q(valid_until__isnull=True) | Q(valid_until__gt=self.plan.day),
                Q(valid_from__isnull=True) | Q(valid_from__lt=self.plan.day),
            ).update(valid_until=self.plan.day)
        rows = (
            (uuid.uuid4(), self.persons[row.key], row.affiliation, self.plan.day if row.affiliation_before else None)
            for row in (*self.creating, *changing)
            if row.affiliation
        )
        self._insert(Affiliation, ["uid", "person", "code", "valid_from"], rows)

    def close(self) -> None:
        """Close memberships, and enter beginnings that were unknown; each must still stand as the plan saw it."""
        ends: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        begins: dict[Any, list[str]] = defaultdict(list)
        for row in self.changing:
            for closing in row.closings:
                reason = MembershipReason.ADJUSTMENT if closing.adjusts else MembershipReason.IMPORTED
                ends[closing.until, closing.until_before, reason].append(closing.membership)
            for beginning in row.beginnings:
                begins[beginning.since].append(beginning.membership)
        for (until, before, reason), uids in ends.items():
            self.closed += self._update(uids, {"valid_until": before}, {"valid_until": until, "end_reason": reason})
        for since, uids in begins.items():
            self._update(uids, {"valid_from": None}, {"valid_from": since})

    def _update(self, uids: Sequence[str], seen: dict[str, Any], written: dict[str, Any]) -> int:
        conditions = {
            f"{name}__isnull" if value is None else name: True if value is None else value
            for name, value in seen.items()
        }
        changed = 0
        for piece in _pieces(uids):
            changed += owned(Membership, self.office).filter(uid__in=piece, **conditions).update(**written)
        if changed != len(uids):
            raise Conflict("roster.stale", "制作方案之后，有的任职又有变动。", hint="请重新读取文件，核对新的方案。")
        return changed

    def open(self) -> None:
        posts = self._posts()
        uids = {opening.organization for row in (*self.creating, *self.changing) for opening in row.openings}
        known = dict(owned(Organization, self.office).filter(uid__in=uids - {""}).values_list("uid", "pk"))
        by_uid = {str(uid): pk for uid, pk in known.items()}
        rows = (
            (
                uuid.uuid4(),
                self.persons[row.key],
                self._organization(opening, by_uid),
                posts.get(opening.post),
                opening.valid_from,
                opening.valid_until,
                MembershipReason.ADJUSTMENT.value if opening.adjusts else MembershipReason.IMPORTED.value,
                self._end_reason(opening),
            )
            for row in (*self.creating, *self.changing)
            for opening in row.openings
        )
        columns = "uid person organization post valid_from valid_until begin_reason end_reason".split()
        basis = f"导入名册：{self.plan.file}"[:200]
        self.opened = self._insert(Membership, columns, rows, term=self.term and self.term.pk, basis=basis)

    def _insert(
        self, model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple[Any, ...]], **same: Any
    ) -> int:
        """Write ``rows`` (values of ``fields``, raw) into the table of ``model``; return how many.

        ``same``: further fields, equal in all rows; office, author, time of entry and defaults are filled in.
        bulk_create takes five times as long for thousands of rows, nearly all of it in preparing single values.
        """
        constants: dict[str, Any] = {
            "office": self.office.pk,
            "created_by": self.user.pk if self.user else None,
            "created_at": connection.ops.adapt_datetimefield_value(clock.now()),
            **same,
        }
        for column in model._meta.concrete_fields:
            if not column.primary_key and column.name not in fields and column.name not in constants:
                constants[column.name] = None if column.null else column.get_default()
        written = {column.name: column.column for column in model._meta.concrete_fields}
        names = [written[name] for name in (*fields, *constants)]
        quoted = ", ".join(connection.ops.quote_name(str(name)) for name in names)
        marks = ", ".join(["%s"] * len(names))
        table = connection.ops.quote_name(model._meta.db_table)
        fixed = tuple(constants.values())
        count = 0
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                filled = [tuple(map(_adapted, row)) + fixed for row in rows]
                count = len(filled)
                if filled:
                    cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", filled)  # noqa: S608
            else:
                with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row + fixed)
                        count += 1
        return count

    def _end_reason(self, opening: Opening) -> str:
        if opening.valid_until is None:
            return ""
        ended = self.term is not None and opening.valid_until == self.term.ends
        return MembershipReason.TERM_END.value if ended else MembershipReason.IMPORTED.value

    def _organization(self, opening: Opening, by_uid: dict[str, int]) -> int:
        found = (
            by_uid.get(opening.organization)
            if opening.organization
            else self.organizations.get((opening.kind, opening.name))
        )
        if found is None:
            raise Conflict(
                "roster.stale", f"制作方案之后，“{opening.name}”又有变动。", hint="请重新读取文件，核对新的方案。"
            )
        return found

    def _posts(self) -> dict[str, int]:
        """Return code → id of the committee's posts; those that the plan needs and the office lacks are set up."""
        codes = {opening.post for row in (*self.creating, *self.changing) for opening in row.openings} - {""}
        posts = dict(
            owned(Post, self.office).filter(organization_kind=OrganizationKind.COMMITTEE).values_list("code", "pk")
        )
        order = [post.value for post in SEAT_POSITIONS]
        missing = [
            Post(
                office=self.office,
                created_by=self.user,
                organization_kind=OrganizationKind.COMMITTEE,
                code=code,
                name=str(PostCode(code).label),
                precedence=10 * (order.index(code) + 1),
            )
            for code in order
            if code in codes and code not in posts
        ]
        for post in Post.objects.bulk_create(missing):
            posts[post.code] = post.pk
        return posts

    def book(self) -> None:
        """Write the audit entries and tell the judgement."""
        audit.record_many(
            office_id=self.office.pk,
            actor=self.actor,
            action="registry.import_change",
            notes=[
                audit.Note(self.found_persons[row.person], *_booked(row), [self.persons[row.key]])
                for row in self.changing
            ],
            purpose=f"导入名册：{self.plan.file}"[:200],
        )
        counts = self.plan.counts()
        audit.record(
            office_id=self.office.pk,
            actor=self.actor,
            action="registry.import_roster",
            subject=self.office,
            after={"file": self.plan.file, "term": self.plan.term, **{name: counts[name] for name in (CREATE, CHANGE)}},
            person_ids=self.persons.values(),
        )
        changes.announce(self.office.pk, registry=True, organizations=self.organizations.values())


def _booked(row: PlannedRow) -> tuple[dict[str, object], dict[str, object]]:
    """Return what the audit book says of a changed person: codes for fields, words for memberships."""
    before: dict[str, object] = dict(row.before)
    after: dict[str, object] = dict(row.values)
    if row.affiliation:
        before["affiliation"], after["affiliation"] = row.affiliation_before, row.affiliation
    for change in row.changes:
        if change.field not in after:
            before[change.field], after[change.field] = change.old, change.new
    return before, after


def _pieces(items: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _adapted(value: Any) -> Any:
    """Return a value as SQLite keeps it: Django stores uuid and days as text there."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
