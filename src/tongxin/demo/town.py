"""The register of one invented office: people, organizations, dated memberships, contacts.

Rows are written with ``bulk_create``: this package builds an example and keeps no records of an office, so it does not
go through the operations; what is derived elsewhere (meanings, order keys) comes from the same pure functions.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongxin.core.periods import add_months
from tongxin.demo.names import COMMITTEES, DEPARTMENTS, GROUP_TOPICS, SECTOR_PARTY, SECTORS, Names
from tongxin.demo.sizes import Size
from tongxin.registry.enums import PARTY_MEMBER_CODES, MembershipReason, OrganizationKind, PostCode
from tongxin.registry.models import (
    Affiliation,
    ContactAssignment,
    Membership,
    Office,
    Organization,
    Person,
    Post,
    Term,
)
from tongxin.registry.names import pinyin_key
from tongxin.registry.posts import STANDARD_POSTS

Kind = OrganizationKind
#: Sectors from the most to the least needed, for offices that have fewer than all.
_NEEDED = (
    "中共 无党派人士 工商联 经济 农业 教育 医药卫生 科学技术 民盟 特邀 总工会 妇联 民建 九三学社 文化艺术 民革 农工党 共青团 环境资源 科协 "
    "民进 社会科学 新闻出版 青联 侨联 体育 社会福利和社会保障 致公党"
).split()
CONTACT_BASIS = "党组会议审定的联系名单（示例）"
_FULL = "01"


@dataclass(slots=True)
class Seat:
    """One membership as the diary needs it."""

    person: Person
    post: str
    order: int
    since: dt.date
    until: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Tell whether it is in force on ``day``."""
        return self.since <= day and (self.until is None or day < self.until)


class Town:
    """Builds one office and keeps what was built at hand."""

    def __init__(self, office: Office, size: Size, as_of: dt.date, term: tuple[dt.date, dt.date], seed: int) -> None:
        self.office = office
        self.size = size
        self.as_of = as_of
        self.start = office.start_day
        self.term_start, self.term_end = term
        self.source = random.Random(f"{seed}:{office.area_code}:roster")  # noqa: S311 - an example, not a secret
        self.names = Names(self.source)
        self.place = office.name.removeprefix("政协").removesuffix("委员会")
        self.seats: dict[int, list[Seat]] = defaultdict(list)
        self.codes: dict[int, list[tuple[str, dt.date, dt.date | None]]] = defaultdict(list)
        self.contacts: list[ContactAssignment] = []
        self._people: list[tuple[Person, list[tuple[str, dt.date, dt.date | None]]]] = []
        self._memberships: list[Membership] = []
        self._posts: dict[tuple[str, str], Post] = {}

    def uid(self) -> uuid.UUID:
        """Return a uid that the same seed gives again."""
        return uuid.UUID(int=self.source.getrandbits(128), version=4)

    def within(self, share: float) -> dt.date:
        """Return the day that lies after this share of the days between the start day and the as-of day."""
        return self.start + dt.timedelta(days=int((self.as_of - self.start).days * share))

    # Asked by the diary

    def on(self, organization: Organization, day: dt.date) -> list[Seat]:
        """Return the seats of an organization in force on ``day``, in official order, each person once."""
        seats = {seat.person.pk: seat for seat in self.seats[organization.pk] if seat.holds(day)}
        return sorted(seats.values(), key=lambda seat: (seat.order, seat.person.pk))

    def code(self, person: Person, day: dt.date) -> str:
        """Return a person's affiliation on ``day``."""
        for code, since, until in self.codes[person.pk]:
            if since <= day and (until is None or day < until):
                return code
        return ""

    def is_party_member(self, person: Person, day: dt.date) -> bool:
        """Tell whether somebody is a Party member, full or probationary, on ``day``."""
        return self.code(person, day) in PARTY_MEMBER_CODES

    # Building

    def build(self) -> None:
        """Write everything: people first, then organizations, memberships and contacts."""
        self.term = Term.objects.create(
            office=self.office, uid=self.uid(), ordinal=6, starts=self.term_start, ends=self.term_end
        )
        Term.objects.create(
            office=self.office, uid=self.uid(), ordinal=5, starts=add_months(self.term_start, -60), ends=self.term_start
        )
        self._write_posts()
        members = self._plan_members()
        branch_people = self._plan_staff()
        self._write_people()
        self._seat_committee(members)
        self._seat_leaders()
        self._seat_staff(branch_people)
        self._seat_special_committees()
        self._seat_groups()
        self._seat_home_units()
        self._end_of_some()
        self._write_memberships()
        self._assign_contacts()

    def _write_posts(self) -> None:
        rows = [
            Post(
                office=self.office, uid=self.uid(), organization_kind=kind, code=code, name=name, precedence=precedence
            )
            for kind, posts in STANDARD_POSTS.items()
            for code, name, precedence in posts
        ]
        for row in Post.objects.bulk_create(rows):
            self._posts[row.organization_kind, row.code] = row

    def _person(self, code: str, *, age: tuple[int, int], employer: str, position: str, since: dt.date) -> Person:
        source = self.source
        name = self.names.person()
        born = self.as_of.year - source.randint(*age)
        person = Person(
            office=self.office,
            uid=self.uid(),
            name=name,
            pinyin_key=pinyin_key(name),
            sex="2" if source.random() < 0.31 else "1",
            ethnic_group=self.names.ethnic_group(),
            birth_date=dt.date(born, source.randint(1, 12), source.randint(1, 28)),
            employer=employer,
            position=position,
        )
        self._people.append((person, [(code, since, None)]))
        return person

    def _plan_members(self) -> dict[str, list[Person]]:
        """Return sector → its people: seats by quota, about 40 % Party members, some joined or left meanwhile."""
        wanted = [pair for pair in SECTORS if pair[0] in _NEEDED[: self.size.sectors]]
        total = self.size.members + max(2, self.size.members // 60)  # as many more as leave during the year
        weight = sum(w for _, w in wanted)
        quota = {name: total * w // weight for name, w in wanted}
        for name, _ in wanted[: total - sum(quota.values())]:
            quota[name] += 1
        fixed = sum(quota[name] for name in quota if SECTOR_PARTY.get(name) == _FULL)
        free = sum(quota[name] for name in quota if name not in SECTOR_PARTY)
        codes = [_FULL] * max(0, min(free, round(total * 0.395) - fixed))
        codes += self.source.choices(("13", "12"), (4, 1), k=free - len(codes))
        self.source.shuffle(codes)
        long_ago = dt.date(2005, 7, 1)
        people: dict[str, list[Person]] = {}
        for name, count in quota.items():
            people[name] = [
                self._person(
                    SECTOR_PARTY.get(name) or codes.pop(),
                    age=(31, 61),
                    employer=self.names.employer(self.place),
                    position=self.names.position(),
                    since=long_ago,
                )
                for _ in range(count)
            ]
        # Two members joined the Party lately: probationary since the middle of the period.
        joined = 0
        for _, affiliations in self._people:
            if affiliations[0][0] == "13" and joined < 2:
                affiliations[:] = [("13", long_ago, self.within(0.5)), ("02", self.within(0.5), None)]
                joined += 1
        return people

    def _plan_staff(self) -> list[list[Person]]:
        """Return the Party members of each office branch, beside the leaders, and last those outside the Party."""
        groups: list[list[Person]] = []
        agency = f"{self.place}政协机关"
        for place, count in enumerate(self.size.branches):
            retired = place == self.size.retired
            groups.append(
                [
                    self._person(
                        _FULL,
                        age=(61, 78) if retired else (26, 58),
                        employer=agency,
                        position="退休干部" if retired else "干部",
                        since=dt.date(2008, 7, 1),
                    )
                    for _ in range(count)
                ]
            )
        # One of the second branch is on probation and becomes a full member in the course of the period.
        newcomer = groups[1][-1]
        for person, affiliations in self._people:
            if person is newcomer:
                turn = self.within(0.4)
                affiliations[:] = [("02", add_months(turn, -12), turn), (_FULL, turn, None)]
        groups.append(
            [
                self._person("13", age=(24, 50), employer=agency, position="工作人员", since=dt.date(2010, 1, 1))
                for _ in range(self.size.other_staff)
            ]
        )
        return groups

    def _write_people(self) -> None:
        people = Person.objects.bulk_create([person for person, _ in self._people])
        rows = []
        for person, (_, affiliations) in zip(people, self._people, strict=True):
            self.codes[person.pk] = affiliations
            rows += [
                Affiliation(
                    office=self.office, uid=self.uid(), person=person, code=code, valid_from=since, valid_until=until
                )
                for code, since, until in affiliations
            ]
        Affiliation.objects.bulk_create(rows)

    def _organization(self, kind: str, name: str, *, since: dt.date | None = None, **more: object) -> Organization:
        return Organization.objects.create(
            office=self.office, uid=self.uid(), kind=kind, name=name, valid_from=since or self.term_start, **more
        )

    def _seat(
        self,
        person: Person,
        organization: Organization,
        post: str = "",
        *,
        since: dt.date | None = None,
        until: dt.date | None = None,
        home: bool = False,
        term: bool = False,
        reason: str = "",
        end_reason: str = "",
    ) -> None:
        row = self._posts.get((organization.kind, post))
        begin = since or max(organization.valid_from or self.term_start, self.term_start)
        if until is not None and until <= begin:
            return  # gone before the unit came
        self._memberships.append(
            Membership(
                office=self.office,
                uid=self.uid(),
                person=person,
                organization=organization,
                post=row,
                term=self.term if term else None,
                home=home,
                valid_from=begin,
                valid_until=until,
                begin_reason=reason,
                end_reason=end_reason,
            )
        )
        order = row.precedence if row else 1000
        self.seats[organization.pk].append(Seat(person, post, order, begin, until))

    def _seat_committee(self, sectors: dict[str, list[Person]]) -> None:
        place = self.place
        self.committee = self._organization(Kind.COMMITTEE, self.office.name, short_name=f"{place}政协", precedence=1)
        self.staff = self._organization(Kind.STAFF, f"{place}政协机关", precedence=2, since=dt.date(2010, 1, 1))
        everybody = [person for people in sectors.values() for person in people]
        lots = list(range(len(everybody)))
        self.source.shuffle(lots)
        turnover = max(2, self.size.members // 60)
        self.leavers = [everybody[lot] for lot in lots[:turnover]]
        self.newcomers = [everybody[lot] for lot in lots[turnover : 2 * turnover]]
        self.joined = {person.pk: self.term_start for person in everybody}
        for number, person in enumerate(self.newcomers):
            self.joined[person.pk] = self.within(0.25 if number % 2 else 0.7)
        self.left = {person.pk: self.within(0.3 if number % 2 else 0.75) for number, person in enumerate(self.leavers)}
        self.members = everybody
        for person in everybody:
            self._member_seat(person, self.committee, PostCode.MEMBER)
        for number, (name, people) in enumerate(sectors.items(), start=1):
            sector = self._organization(
                Kind.SECTOR, f"{name}界", short_name=name, parent=self.committee, precedence=200 + number
            )
            for rank, person in enumerate(people):
                self._member_seat(person, sector, PostCode.CONVENER if rank == 0 else PostCode.MEMBER)

    def _member_seat(
        self, person: Person, organization: Organization, post: str = "", since: dt.date | None = None
    ) -> None:
        """Seat a committee member for as long as both the seat and the organization last."""
        new = person in self.newcomers
        self._seat(
            person,
            organization,
            post,
            since=max(self.joined[person.pk], organization.valid_from or self.term_start, since or self.term_start),
            until=self.left.get(person.pk),
            term=organization.kind in (Kind.COMMITTEE, Kind.STANDING_COMMITTEE, Kind.CHAIR_MEETING),
            reason=MembershipReason.CO_OPTED if new else MembershipReason.NEW_TERM,
            end_reason=MembershipReason.RESIGNED if person.pk in self.left else "",
        )

    def _seat_leaders(self) -> None:
        """Seat chair, vice-chairs, secretary-general, standing members and the Party group."""
        settled = [p for p in self.members if p not in self.newcomers and p not in self.leavers]
        party = [p for p in settled if self.code(p, self.start) == _FULL]
        others = [p for p in settled if self.code(p, self.start) not in (_FULL, "02") and p not in party]
        vice_party = self.size.vice_chairs // 2
        chair, vices = party[0], party[1 : 1 + vice_party]
        outside = self.source.sample(others, self.size.vice_chairs - vice_party)
        secretary = party[1 + vice_party]
        leaders = [(chair, PostCode.CHAIR), *((p, PostCode.VICE_CHAIR) for p in (*vices, *outside))]
        leaders.append((secretary, PostCode.SECRETARY_GENERAL))
        for rank, (person, post) in enumerate(leaders, start=1):
            person.precedence = rank * 10
            person.position = f"市政协{post.label}" if self.office.level == "city" else f"政协{post.label}"
        Person.objects.bulk_update([person for person, _ in leaders], ["precedence", "position"])
        self.standing = self._organization(
            Kind.STANDING_COMMITTEE,
            f"{self.place}政协常务委员会",
            short_name="常委会",
            parent=self.committee,
            precedence=3,
        )
        self.chair_meeting = self._organization(
            Kind.CHAIR_MEETING, f"{self.place}政协主席会议", short_name="主席会议", parent=self.committee, precedence=4
        )
        taken = {person.pk for person, _ in leaders}
        rest = [p for p in others if p.pk not in taken]
        rest_party = [p for p in party if p.pk not in taken]
        free = self.size.standing - len(leaders)
        inside = max(0, self.size.standing * 33 // 100 - sum(self.code(p, self.start) == _FULL for p, _ in leaders))
        standing = self.source.sample(rest, free - inside) + self.source.sample(rest_party, inside)
        for person, post in leaders:
            self._member_seat(person, self.standing, post)
            self._member_seat(person, self.chair_meeting, post)
        for person in standing:
            self._member_seat(person, self.standing, PostCode.STANDING_MEMBER)
        self.party_group = self._organization(
            Kind.PARTY_GROUP,
            f"中共{self.place}政协党组",
            short_name="政协党组",
            parent=self.committee,
            precedence=5,
            founding_reference=f"{self.office.document_code}组〔{self.term_start.year}〕1号",
        )
        more = self.size.party_group - 2 - len(vices)
        self.party_leaders = [chair, *vices, secretary, *[p for p in rest_party if p not in standing][:more]]
        for rank, person in enumerate(self.party_leaders):
            post = PostCode.PARTY_GROUP_MEMBER
            if rank == 0:
                post = PostCode.PARTY_SECRETARY
            elif rank == 1:
                post = PostCode.PARTY_DEPUTY_SECRETARY
            self._member_seat(person, self.party_group, post)

    def _seat_staff(self, groups: list[list[Person]]) -> None:
        """Seat the office: departments, the office Party committee, its branches and small groups."""
        founded = dt.date(2019, 6, 1)
        departments = self.departments = [
            self._organization(Kind.DEPARTMENT, name, parent=self.staff, precedence=300 + place, since=founded)
            for place, name in enumerate(DEPARTMENTS[: max(2, len(groups) - 1)])
        ]
        self.office_committee = self._organization(
            Kind.OFFICE_PARTY_COMMITTEE,
            f"中共{self.place}政协机关委员会",
            short_name="机关党委",
            parent=self.staff,
            precedence=20,
            since=founded,
        )
        ordinal = "一二三四五六"
        self.branches: list[Organization] = []
        for place, people in enumerate(groups[:-1]):
            retired = place == self.size.retired
            name = "离退休党支部" if retired else f"机关第{ordinal[place]}党支部"
            branch = self._organization(
                Kind.BRANCH, name, short_name=name, parent=self.office_committee, precedence=21 + place, since=founded
            )
            self.branches.append(branch)
            for rank, person in enumerate(people):
                self._seat(person, branch, _officer(rank, len(people)), since=founded, home=True)
                if not retired:
                    clerk = PostCode.DEPUTY_SECRETARY_GENERAL if place == 0 and rank == 0 else PostCode.CLERK
                    self._seat(person, self.staff, clerk, since=founded)
                    department = departments[(place + rank) % len(departments)]
                    first = place == 0 and rank < len(departments)
                    self._seat(person, department, PostCode.DIRECTOR if first else PostCode.CLERK, since=founded)
            if place < len(self.party_leaders) and not retired and place < 2:
                # Leaders belong to an office branch like everybody else (双重组织生活).
                for person in self.party_leaders[place::2]:
                    self._seat(person, branch, home=True)
        for rank, person in enumerate(p for group in groups[:-1] for p in group[:2]):
            self._seat(person, self.office_committee, _officer(rank, 7) if rank < 7 else "", since=founded)
        for person in groups[-1]:
            self._seat(person, self.staff, PostCode.CLERK, since=founded)
        self.small_groups: list[Organization] = []
        if self.size.grouped >= 0:
            parent = self.branches[self.size.grouped]
            people = groups[self.size.grouped]
            half = len(people) // 2
            for number, part in enumerate((people[:half], people[half:])):
                group = self._organization(
                    Kind.SMALL_GROUP,
                    f"{parent.name}第{ordinal[number]}党小组",
                    short_name=f"第{ordinal[number]}党小组",
                    parent=parent,
                    precedence=40 + number,
                    since=founded,
                )
                self.small_groups.append(group)
                for rank, person in enumerate(part):
                    self._seat(person, group, PostCode.GROUP_LEADER if rank == 0 else "", since=founded)
        self.clerk_person = groups[0][2]
        self.secretary_person = groups[1][0]

    def _seat_special_committees(self) -> None:
        """Seat every member in a special committee but for a few, and its Party members in its functional branch."""
        names = COMMITTEES[: self.size.committees]
        self.committees: list[Organization] = []
        self.functional: list[Organization] = []
        late_start = self.within(0.55)
        lots = list(self.members)
        self.source.shuffle(lots)
        # Not yet placed: the members co-opted last, and a few who fell between two lists.
        unplaced = [p for p in self.newcomers if self.joined[p.pk] > self.within(0.5)]
        unplaced += [p for p in lots if p not in unplaced and p not in self.party_leaders][
            : max(1, self.size.members // 120)
        ]
        places = [p for p in lots if p not in unplaced]
        shares = [places[number :: len(names)] for number in range(len(names))]
        for number, (name, people) in enumerate(zip(names, shares, strict=True)):
            committee = self._organization(
                Kind.SPECIAL_COMMITTEE, name, short_name=name, parent=self.committee, precedence=100 + number
            )
            self.committees.append(committee)
            people.sort(key=lambda p: self.joined[p.pk])
            second = self.source.sample([p for p in places if p not in people], len(people) // 12)
            for rank, person in enumerate([*people, *second]):
                post = PostCode.MEMBER
                if rank == 0:
                    post = PostCode.DIRECTOR
                elif rank < 3:
                    post = PostCode.DEPUTY_DIRECTOR
                self._member_seat(person, committee, post)
            # The last committee has its functional branch only since the middle of the period.
            founded = late_start if number == len(names) - 1 else add_months(self.term_start, 4)
            branch = self._organization(
                Kind.FUNCTIONAL_BRANCH,
                f"{name}功能型党支部",
                short_name=f"{name.removesuffix('委员会')}委功能型党支部",
                parent=self.party_group,
                based_on=committee,
                precedence=60 + number,
                since=founded,
                purpose="依托专门委员会开展党的工作，不转接组织关系，不收缴党费，不发展党员",
                founding_reference=f"{self.office.document_code}组〔{founded.year}〕{10 + number}号",
                approved_on=founded,
            )
            self.functional.append(branch)
            party = [p for p in people if self.is_party_member(p, self.as_of)]
            # One of them was forgotten when the list was drawn up.
            for rank, person in enumerate(party[:-1] if number == 1 else party):
                self._member_seat(person, branch, _officer(rank, len(party)), since=founded)

    def _seat_groups(self) -> None:
        """Seat member groups and the temporary branches founded with some of them."""
        self.groups: list[Organization] = []
        self.group_branches: list[Organization] = []
        lots = [p for p in self.members if p not in self.leavers]
        self.source.shuffle(lots)
        for number, topic in enumerate(GROUP_TOPICS[: self.size.groups]):
            group = self._organization(
                Kind.MEMBER_GROUP,
                f"{topic}委员履职小组",
                short_name=f"{topic}小组",
                parent=self.committee,
                precedence=160 + number,
                since=add_months(self.term_start, 6),
                purpose=f"围绕{topic}开展调研协商",
            )
            self.groups.append(group)
            count = min(len(lots) // self.size.groups, 18)
            people = lots[number * count : (number + 1) * count]
            for rank, person in enumerate(people):
                self._member_seat(person, group, PostCode.GROUP_LEADER if rank == 0 else PostCode.MEMBER)
            if number >= self.size.group_branches:
                continue
            founded = add_months(self.term_start, 7)
            branch = self._organization(
                Kind.TEMPORARY_BRANCH,
                f"{topic}委员履职小组临时党支部",
                short_name=f"{topic}小组临时党支部",
                parent=self.party_group,
                based_on=group,
                precedence=90 + number,
                since=founded,
                purpose="在履职活动中开展学习、教育和监督",
                founding_reference=f"{self.office.document_code}组〔{founded.year}〕{30 + number}号",
                approved_on=founded,
                # The last one ended early, with its topic.
                valid_until=self.within(0.6) if number == self.size.group_branches - 1 else None,
            )
            self.group_branches.append(branch)
            for rank, person in enumerate(p for p in people if self.is_party_member(p, self.as_of)):
                self._seat(
                    person,
                    branch,
                    PostCode.PARTY_SECRETARY if rank == 0 else "",
                    since=max(founded, self.joined[person.pk]),
                    until=branch.valid_until,
                )
        for number, name in enumerate(("委员会客厅", "界别活动室")):
            self._organization(Kind.VENUE, name, parent=self.committee, precedence=400 + number)
        for number, name in enumerate(("政协网站", "政协公众号")):
            self._organization(Kind.CHANNEL, name, parent=self.staff, precedence=420 + number)

    def _seat_home_units(self) -> None:
        """Note where Party-member members formally belong: one line each; of a few nobody knows yet."""
        belong = {seat.person_id for seat in self._memberships if seat.home}
        party = [p for p in self.members if self.is_party_member(p, self.as_of) and p.pk not in belong]
        units: dict[str, Organization] = {}
        self.with_home_unit: list[Person] = []
        for number, person in enumerate(party):
            if number % 23 == 7:
                continue
            name = f"{person.employer}党支部"
            if name not in units:
                units[name] = self._organization(
                    Kind.HOME_UNIT, name, short_name=name, precedence=900, since=dt.date(2012, 1, 1)
                )
            self._seat(person, units[name], home=True, since=self.joined[person.pk])
            self.with_home_unit.append(person)

    def _end_of_some(self) -> None:
        """Move one of the staff from the first to the second branch in the middle of the period."""
        mover = next(
            seat
            for seat in reversed(self._memberships)
            if seat.organization_id == self.branches[0].pk
            and seat.post_id is None
            and seat.person.pk not in self.joined
        )
        turn = self.within(0.45)
        mover.valid_until, mover.end_reason = turn, MembershipReason.TRANSFER
        for seat in self.seats[self.branches[0].pk]:
            if seat.person is mover.person:
                seat.until = turn
        self._seat(mover.person, self.branches[1], since=turn, home=True, reason=MembershipReason.TRANSFER)

    def _write_memberships(self) -> None:
        Membership.objects.bulk_create(self._memberships, batch_size=2000)

    def _assign_contacts(self) -> None:
        """Assign contacts down the chain, with gaps: Party group → Party members → those outside the Party."""
        present = [p for p in self.members if p.pk not in self.left]
        party = [p for p in present if self.is_party_member(p, self.as_of) and p not in self.party_leaders]
        outside = [p for p in present if not self.is_party_member(p, self.as_of)]
        gaps_party, gaps_outside = max(1, len(party) // 30), max(2, len(outside) // 28)
        since = max(self.term_start, dt.date(self.start.year, 1, 1))
        rows: list[ContactAssignment] = []
        rows += self._chain(self.party_leaders, party[gaps_party:], since)
        keepers = [p for p in party if p not in self.newcomers]
        rows += self._chain(keepers, outside[gaps_outside:], since)
        self.contacts = ContactAssignment.objects.bulk_create(rows, batch_size=2000)

    def _chain(self, keepers: Sequence[Person], targets: Iterable[Person], since: dt.date) -> list[ContactAssignment]:
        return [
            ContactAssignment(
                office=self.office,
                uid=self.uid(),
                contact=keepers[number % len(keepers)],
                target=target,
                basis=CONTACT_BASIS,
                valid_from=max(since, self.joined[target.pk]),
            )
            for number, target in enumerate(targets)
        ]


def _officer(rank: int, members: int) -> str:
    """Return the post of the person of this rank: a committee of three to five from seven members on."""
    if rank == 0:
        return PostCode.PARTY_SECRETARY
    if members < 7:
        return PostCode.PARTY_DEPUTY_SECRETARY if rank == 1 and members >= 5 else ""
    if rank == 1:
        return PostCode.PARTY_DEPUTY_SECRETARY
    return PostCode.BRANCH_COMMITTEE_MEMBER if rank < (5 if members >= 12 else 3) else ""
