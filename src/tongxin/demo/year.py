"""What happened in an invented office since its start day: plausible, and with gaps of every kind.

Each gap is there for a state of the board: nothing recorded, recorded late, too few people, wrong place on the agenda,
explained by the unit, excused by the superior, confirmed as missed, done by word of mouth.
"""

from __future__ import annotations

import datetime as dt

from tongxin.activities.drafts import Item
from tongxin.activities.enums import ActivityStatus
from tongxin.core import workdays
from tongxin.core.periods import Period, Window, windows
from tongxin.demo.diary import FULL, NONE, SOME, Diary
from tongxin.demo.names import COUNTIES, GROUP_TOPICS, PRACTICES, STUDY_TOPICS
from tongxin.demo.town import Town
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Organization, Person


class Year:
    """Tells the diary what happened; keeps what the rulings refer to."""

    def __init__(self, town: Town, diary: Diary) -> None:
        self.town = town
        self.diary = diary
        self.source = diary.source
        #: Gaps left on purpose: (name, unit, first day of the window).
        self.gaps: dict[str, tuple[Organization, dt.date]] = {}

    def tell(self) -> None:
        """Tell everything, theme by theme."""
        self._leaders()
        for number, branch in enumerate(self.town.branches):
            if number == self.town.size.retired:
                self._retired(branch)
            else:
                self._branch(number, branch)
        self._office_study()
        for number, branch in enumerate(self.town.functional):
            self._functional(number, branch)
        self._bodies()
        self._tours()
        for number, branch in enumerate(self.town.group_branches):
            self._group(number, branch)
        self._contacts()
        self._talks()
        self._home_life()
        self._plans()

    # Days

    def months(self) -> list[Window]:
        """Return the months from the start day to the as-of day."""
        return list(windows(Period.MONTH, self.town.start, self.town.as_of + dt.timedelta(days=1)))

    def quarters(self) -> list[Window]:
        """Return the quarters from the start day to the as-of day."""
        return list(windows(Period.QUARTER, self.town.start, self.town.as_of + dt.timedelta(days=1)))

    def day(self, window: Window, first: int, last: int) -> dt.date:
        """Return a workday between these days of the window's first month, counted from 1; it may lie a little later."""
        day = window.start + dt.timedelta(days=self.source.randint(first, last) - 1)
        while not _is_workday(day):
            day += dt.timedelta(days=1)
        return day

    def past(self, day: dt.date) -> bool:
        """Tell whether ``day`` lies in the told time."""
        return self.town.start <= day <= self.town.as_of

    def topic(self) -> str:
        """Return a theme of study."""
        return self.source.choice(STUDY_TOPICS)

    def some(self, people: list[Person], count: int) -> list[Person]:
        """Return so many of these people, or all of them."""
        return self.source.sample(people, min(count, len(people)))

    def sitting(self, day: dt.date) -> list[Person]:
        """Return the members of the committee in office on ``day``."""
        return [seat.person for seat in self.town.on(self.town.committee, day)]

    # Themes

    def _leaders(self) -> None:
        town, add = self.town, self.diary.add
        months = self.months()
        for number, month in enumerate(months):
            day = self.day(month, 4, 9)
            study = Item("first_agenda_item", f"学习关于{self.topic()}的重要论述", "结合实际研究贯彻措施")
            rest = [Item("decision", "研究近期重点工作"), Item("report", "听取党建工作情况汇报")]
            agenda = [study, *rest]
            if number == 3:
                agenda = [rest[0], study]  # stands in second place
            elif number == 5:
                agenda = rest[:1]  # called for one urgent matter
            if number % 5 == 2:
                agenda.append(Item("special_study", f"专题学习{self.topic()}"))
            if number == 0:
                agenda += [Item("contact_list_approval", "审定年度联系名单"), Item("annual_plan", "审议年度工作计划")]
            if self.past(day):
                add("party_group_meeting", day, [town.party_group], agenda=agenda, place="党组会议室")
            day = self.day(month, 12, 16)
            agenda = [Item("report", "听取提案和社情民意信息工作情况"), Item("decision", "研究近期活动安排")]
            if number == 0:
                agenda.append(Item("contact_list_approval", "审定年度联系名单"))
            if number % 3 == 1:
                agenda.append(Item("member_list", "审议委员人选"))
            if self.past(day) and number % 6 != 4:
                add("chair_meeting", day, [town.chair_meeting], agenda=agenda, place="主席会议室")
        for number, quarter in enumerate(self.quarters()):
            day = self.day(quarter, 38, 52)
            agenda = [Item("special_study", self.topic()), Item("exchange", "交流研讨")]
            if self.past(day):
                add(
                    "centre_group_session", day, [town.party_group], agenda=agenda, quantity=4, topic=agenda[0].title,
                    days_later=24 if number == 1 else 1,
                )  # fmt: skip
            day = self.day(quarter, 70, 80)
            if self.past(day):
                add("standing_committee_meeting", day, [town.standing], agenda=[
                    Item("consultation", "专题议政"), Item("member_decision", "协商决定委员事项"),
                ], register=SOME if number == 0 else FULL)  # fmt: skip
        first = months[0]
        add("democratic_life_meeting", self.day(first, 20, 26), [town.party_group], agenda=[
            Item("report", "通报整改情况"), Item("criticism", "开展批评和自我批评"),
        ], place="党组会议室")  # fmt: skip
        opening = self.day(first, 10, 14)
        add(
            "plenary", opening, [town.committee], title=f"{town.place}政协全体会议", last_day=opening + dt.timedelta(days=3),
            agenda=[Item("report", "常务委员会工作报告"), Item("consultation", "分组协商讨论")], place="大会堂",
        )  # fmt: skip
        lecture = self.day(months[min(6, len(months) - 1)], 1, 3)
        if self.past(lecture) and town.office.level == "city":
            add(
                "party_class", lecture, [town.branches[0]], title="党组书记讲党课", speaker=town.party_leaders[0],
                topic=self.topic(), quantity=2,
            )  # fmt: skip

    def _branch(self, number: int, branch: Organization) -> None:
        """Tell of an office branch: theme day monthly, committee monthly, general meeting and class quarterly."""
        town, add, chance = self.town, self.diary.add, self.diary.chance
        months = self.months()
        full = sum(town.code(seat.person, town.as_of) == "01" for seat in town.on(branch, town.as_of))
        named = {2: "own", 3: "approved", 4: "missed", 5: "word"} if number in (0, 1) else {}
        for place, month in enumerate(months):
            key = named.get(place)
            quiet = chance(0.05) or (number == 2 and place in (6, 7))
            if number == 0 and key:
                quiet = True
                self.gaps[key] = (branch, month.start)
            day = self.day(month, 8, 17)
            agenda = [Item("follow_up_study", f"学习{self.topic()}")] if place % 2 == number % 2 else []
            quarter_place = (month.start.month - 1) % 3
            if quarter_place == 1 and number % 2 == 0:
                agenda.append(Item("general_meeting", "听取支部工作情况，讨论近期任务"))
            if quarter_place == 2:
                agenda.append(Item("party_class", f"{self.topic()}专题党课"))
            if quarter_place == 0 and place > 2:
                agenda.append(Item("discipline_education", "学习典型案例通报"))
            if not quiet and day <= town.as_of:
                few = number == 2 and place == 4
                add(
                    "theme_day", day, [branch], agenda=agenda, topic=self.topic(), turnout=0.4 if few else 0.93,
                    register=self.source.choices((FULL, SOME, NONE), (90, 4, 6))[0] if not few else FULL,
                    practice=PRACTICES[place % len(PRACTICES)] if place in (3, 7) else "",
                    days_later=self.source.choice((0, 0, 1, 2, 2, 15)), quantity=2,
                )  # fmt: skip
            elif day > town.as_of and number != 1:
                add("theme_day", day, [branch], agenda=agenda, topic=self.topic(), status=ActivityStatus.PLANNED)
            if quarter_place == 1 and number % 2 == 1 and not (number == 1 and place > 6):
                day = self.day(month, 19, 26)
                if self.past(day):
                    add("general_meeting", day, [branch], agenda=[Item("report", "支部工作情况"), Item("exchange")])
            day = self.day(month, 2, 6)
            if full >= 7 and self.past(day) and not chance(0.07):
                add("committee_meeting", day, [branch], agenda=[Item("decision", "研究支部近期工作")], turnout=0.9)
        for group in town.small_groups if number == town.size.grouped else ():
            for month in months:
                day = self.day(month, 20, 25)
                if self.past(day) and not chance(0.12):
                    add("small_group_meeting", day, [group], agenda=[Item("exchange", "交流学习体会")])
        if number == 0:  # re-elected this year; its term runs again
            day = self.day(months[min(2, len(months) - 1)], 8, 12)
            if self.past(day):
                add("general_meeting", day, [branch], title="支部换届选举大会", agenda=[
                    Item("report", "上届支部委员会工作报告"), Item("reelection", "选举新一届支部委员会"),
                ])  # fmt: skip
        # Organisational life meeting with appraisal early in the year here, late in the year elsewhere.
        if number % 2 == 0:
            day = self.day(months[min(1, len(months) - 1)], 20, 26)
            if self.past(day):
                add("org_life_meeting", day, [branch], agenda=[
                    Item("criticism", "开展批评和自我批评"), Item("self_assessment", "党员逐人自评"),
                    Item("mutual_assessment", "党员互评"), Item("appraisal_ballot", "民主测评"),
                    Item("appraisal", "民主评议党员，支委会提出评定意见"),
                ])  # fmt: skip

    def _retired(self, branch: Organization) -> None:
        """Tell of the branch of retired members: twice in the half-year, when the weather is good."""
        for month in self.months()[3::4]:
            day = self.day(month, 10, 20)
            if self.past(day):
                agenda = [Item("general_meeting", "学习交流"), Item("follow_up_study", "送学上门")]
                self.diary.add("theme_day", day, [branch], agenda=agenda, turnout=0.6, on_behalf="据支部纸质记录")

    def _office_study(self) -> None:
        """Tell of the office's study after the Party group's: in time, late once, and once not at all."""
        town = self.town
        for number, quarter in enumerate(self.quarters()):
            after = 52 + (9, 40, 12, 8)[number % 4]
            day = self.day(quarter, after, after + 4)
            if self.past(day) and not (number == 2 and town.office.level == "county"):
                self.diary.add(
                    "office_meeting", day, [town.office_committee, town.staff], agenda=[
                        Item("follow_up_study", f"跟进学习{self.topic()}"), Item("report", "机关工作情况"),
                    ], quantity=2,
                )  # fmt: skip

    def _functional(self, number: int, branch: Organization) -> None:
        """Tell of a functional branch: a theme day every other month, joined to what its committee does."""
        born = branch.valid_from or self.town.start
        for place, month in enumerate(self.months()):
            day = self.day(month, 14, 24)
            if place % 2 != number % 2 or not self.past(day) or day < born or self.diary.chance(0.15):
                continue
            agenda = [Item("party_class", self.topic())] if place % 4 < 2 else [Item("exchange", "围绕调研课题交流")]
            self.diary.add("theme_day", day, [branch], agenda=agenda, topic=self.topic(), turnout=0.85)

    def _bodies(self) -> None:
        """Tell of special committees: meetings, consultations, reading, lectures, supervision."""
        town, add = self.town, self.diary.add
        for number, committee in enumerate(town.committees):
            for quarter in self.quarters():
                day = self.day(quarter, 20, 60)
                if self.past(day) and not self.diary.chance(0.1):
                    add("special_committee_meeting", day, [committee], agenda=[
                        Item("report", "课题进展"), Item("exchange", "讨论"),
                    ], turnout=0.78)  # fmt: skip
            for share, kind, word in ((0.35, "consultation", "专题协商"), (0.62, "supervision", "民主监督")):
                day = town.within(share) + dt.timedelta(days=number * 2)
                if self.past(day):
                    people = self.some([seat.person for seat in town.on(committee, day)], 12)
                    topic = GROUP_TOPICS[number % len(GROUP_TOPICS)]
                    add(kind, day, [committee], title=f"{topic}{word}", people=people, topic=topic)
        for month in self.months():
            if month.start.month in (4, 10):
                day = self.day(month, 21, 24)
                if self.past(day):
                    add(
                        "reading_activity", day, [town.committee], title="委员读书交流会", topic=self.topic(),
                        people=self.some(self.sitting(day), town.size.members // 6), agenda=[Item("reading", "读书分享")],
                    )  # fmt: skip
            if month.start.month in (6, 9) and town.office.level == "city":
                day = self.day(month, 5, 9)
                if self.past(day):
                    add(
                        "lecture_hall", day, [town.committee], title="政协讲堂", topic=self.topic(), quantity=2,
                        people=self.some(self.sitting(day), town.size.members // 4), agenda=[Item("lecture", self.topic())],
                    )  # fmt: skip

    def _tours(self) -> None:
        """Tell of tours and courses: some long enough for a temporary branch, with one and without."""
        town, add = self.town, self.diary.add
        plan = (
            (0.22, "training_course", 3, "委员履职能力专题培训班", False),
            (0.4, "inspection", 6, "委员异地视察", True),
            (0.58, "study_tour", 7, "重点课题赴外地考察", False),
            (0.66, "training_course", 6, "委员能力提升培训班", True),
            (0.8, "research", 2, "乡村振兴调研", False),
        )
        for number, (share, kind, days, title, formed) in enumerate(plan):
            if town.office.level == "county" and number in (2, 3):
                continue
            day = self.day(Window(town.within(share), town.within(share) + dt.timedelta(days=1)), 1, 1)
            last = day + dt.timedelta(days=days - 1)
            if not self.past(last):
                continue
            sitting = self.sitting(day)
            party = [p for p in sitting if town.is_party_member(p, day)]
            people = self.some(party, 6) if kind != "training_course" else self.some(party, town.size.members // 7)
            others = [p for p in sitting if p not in people]
            people += self.some(others, 8 if kind != "training_course" else town.size.members // 5)
            branch = None
            if formed:
                branch = Organization.objects.create(
                    office=town.office, uid=town.uid(), kind=OrganizationKind.TEMPORARY_BRANCH,
                    name=f"{title}临时党支部", short_name=f"{title}临时党支部", parent=town.party_group, precedence=99,
                    valid_from=day, valid_until=last + dt.timedelta(days=1), purpose="活动期间的学习、教育和监督",
                    founding_reference="活动方案批复", approved_on=day, closing_reference="活动结束自然撤销",
                )  # fmt: skip
            add(
                kind, day, [town.committees[number % len(town.committees)]], title=title, last_day=last, people=people,
                turnout=0.97, temporary=branch, topic=GROUP_TOPICS[number], place=f"{self.source.choice(COUNTIES)}等地",
                quantity=days * 6 if kind == "training_course" else 0,
                agenda=[Item("theme_day", "现场主题党日")] if kind == "inspection" else (),
            )  # fmt: skip

    def _group(self, number: int, branch: Organization) -> None:
        """Tell of a member group's temporary branch: yearly plan (one has none), activities on its topic."""
        town, add = self.town, self.diary.add
        day = town.within(0.1) + dt.timedelta(days=number)
        if number != 1:
            add(
                "general_meeting",
                day,
                [branch],
                agenda=[Item("annual_plan", "年度活动安排")],
                title=f"{branch}年度计划会",
            )
        for share in (0.3, 0.5, 0.85):
            day = town.within(share) + dt.timedelta(days=number)
            if self.past(day) and (branch.valid_until is None or day < branch.valid_until) and self.diary.chance(0.8):
                people = [seat.person for seat in town.on(branch, day)]
                agenda = [Item("theme_day", "联合主题党日"), Item("policy_explanation", "政策宣讲")]
                add("visit", day, [branch], agenda=agenda, people=people, title=f"{branch}走访界别群众", turnout=0.85)

    def _contacts(self) -> None:
        """Tell of contacts: most kept as often as agreed, some less, some not yet this year."""
        town = self.town
        leaders = {person.pk for person in town.party_leaders}
        span = (town.as_of - town.start).days
        for assignment in town.contacts:
            wanted = 2 if assignment.contact_id in leaders else 3
            count = self.source.choices((0, wanted - 1, wanted, wanted + 1), (10, 22, 60, 8))[0]
            since = max(assignment.valid_from or town.start, town.start)
            for turn in range(count):
                offset = int(span * (turn + self.source.random()) / max(count, 1))
                day = town.start + dt.timedelta(days=offset)
                if since <= day <= town.as_of:
                    self.diary.add(
                        "contact", day, (), title="联系委员", pair=(assignment.contact, assignment.target),
                        days_later=self.source.choice((0, 1, 3)),
                    )  # fmt: skip

    def _talks(self) -> None:
        """Tell of heart-to-heart talks: officers with each other and with members, in most branches."""
        town = self.town
        units = [branch for place, branch in enumerate(town.branches) if place != town.size.retired]
        for number, branch in enumerate([*units, *town.functional[:-2]]):
            day = town.within(0.12 + 0.05 * number)
            seats = town.on(branch, day)
            for place, seat in enumerate(seats[1:]):
                talk = day + dt.timedelta(days=place)
                pair = (seats[place % min(3, len(seats))].person, seat.person)
                if self.past(talk) and pair[0].pk != pair[1].pk and not self.diary.chance(0.2):
                    self.diary.add("heart_talk", talk, [branch], title="谈心谈话", pair=pair)

    def _home_life(self) -> None:
        """Tell of life in the home unit, declared by the members themselves."""
        town = self.town
        for person in town.with_home_unit:
            for share in (0.25, 0.7):
                day = town.within(share) - dt.timedelta(days=self.source.randint(0, 20))
                if self.past(day) and self.diary.chance(0.55) and day >= town.joined[person.pk]:
                    self.diary.add(
                        "home_unit_life", day, (), title="参加所在单位组织生活", people=[person], place="所在单位"
                    )

    def _plans(self) -> None:
        """Tell of what is planned after the as-of day, and of one activity that was called off."""
        town, add = self.town, self.diary.add
        soon = Window(town.as_of + dt.timedelta(days=4), town.as_of + dt.timedelta(days=5))
        for number, branch in enumerate(town.branches[:2]):
            day = self.day(soon, 3 + number, 8)
            add("theme_day", day, [branch], agenda=[Item("follow_up_study", self.topic())], topic=self.topic())
        add(
            "standing_committee_meeting",
            self.day(soon, 12, 16),
            [town.standing],
            agenda=[Item("consultation", "专题议政")],
        )
        called_off = self.day(Window(town.within(0.75), town.as_of + dt.timedelta(days=1)), 1, 4)
        add(
            "consultation", called_off, [town.committees[0]], title="界别协商会（因故取消）", status=ActivityStatus.CANCELLED,
            people=[seat.person for seat in town.on(town.committees[0], called_off)[:8]],
        )  # fmt: skip


def _is_workday(day: dt.date) -> bool:
    """Tell whether people work on ``day``: by the published notice, else Monday to Friday."""
    notice = workdays.published(day)
    return day.weekday() < 5 if notice is None else notice
