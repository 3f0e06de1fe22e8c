"""Builds the example city and takes it away again.

Everything is synthetic.  Rows are written in bulk and carry no audit entries of their own; the book holds one entry
for the whole load.  The same seed and as-of day give the same rows; only the password is drawn anew each time.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from tongxin.accounts.models import User
from tongxin.core import audit, changes, clock
from tongxin.core.errors import BadInput, NotPossible
from tongxin.core.periods import add_months
from tongxin.demo import matters, writing
from tongxin.demo.cleaning import delete_offices
from tongxin.demo.desk import tell_desk
from tongxin.demo.diary import Diary
from tongxin.demo.doors import tell_doors
from tongxin.demo.foresight import tell_foresight
from tongxin.demo.names import CITY, CITY_CODE, COUNTIES
from tongxin.demo.papers import tell_papers
from tongxin.demo.proposals import tell_proposals
from tongxin.demo.rulings import tell_rulings
from tongxin.demo.sizes import CITY as CITY_SIZE
from tongxin.demo.sizes import COUNTY, SMALL_CITY, SMALL_COUNTY, Size
from tongxin.demo.town import Town
from tongxin.demo.year import Year
from tongxin.provisions import catalogue
from tongxin.provisions.models import Adoption
from tongxin.provisions.operations import compile_rules, refresh_all
from tongxin.registry.enums import OfficeLevel, OrganizationKind, Role
from tongxin.registry.models import Office, Organization, Person, RoleGrant
from tongxin.trace.operations import register_document

#: The provisions that the speech names; those that the catalogue judges are adopted.
NAMED = (
    "study.first_agenda_item", "study.centre_group_quarterly", "study.party_group_special", "study.office_follow_up",
    "study.member_reading", "study.member_training_term", "study.secretary_lecture", "report.scope",
    "report.annual_overall", "life.general_meeting", "life.committee_meeting", "life.small_group_meeting",
    "life.party_class", "life.theme_day", "life.org_life_meeting", "life.heart_talk", "life.appraisal", "life.dual_life",
    "life.democratic_life", "org.two_coverages", "org.all_in_committee", "org.temporary_branch_cppcc",
    "org.functional_branch", "org.temporary_branch", "org.member_group_branch_plan", "contact.group_to_party_member",
    "contact.party_to_nonparty", "edit.three_reviews",
    # one or more of each other kind: papers, limits, terms, numbers, shares, steps
    "study.centre_group_plan", "report.consultation_plan", "report.reply_time", "org.branch_min", "org.branch_max",
    "org.branch_committee", "org.party_small_group", "org.party_group_setup", "org.office_committee",
    "org.office_general_branch", "org.term_branch", "org.term_committee", "cppcc.term", "cppcc.plenary",
    "cppcc.plenary_quorum", "cppcc.standing_meeting", "cppcc.chair_meeting", "cppcc.member_decision",
    "cppcc.non_cpc_members", "cppcc.non_cpc_standing", "cppcc.non_cpc_vice_chairs", "life.voting",
    "contact.list_approved", "edit.secrecy", "supervise.explain_before", "supervise.default_limits",
    "proposal.reply", "proposal.co_handler", "proposal.assignment",
)  # fmt: skip
#: What the example sets for itself: courses are looked at by the year, as it began to keep records in this one.
OWN_PARAMETERS: dict[str, dict[str, object]] = {"study.member_training_term": {"period": "year"}}
#: The example's names and rules of 2018 and 2019 would stand in an impossible past before this day.
EARLIEST = dt.date(2022, 1, 1)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
SAMPLE = "政协党建工作会议讲话（示例）.txt"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Login:
    """One account of the example: who, where, in which role."""

    username: str
    name: str
    office: str
    role: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was built.  ``password`` is the same for all logins and is told once."""

    as_of: dt.date
    offices: int
    people: int
    organizations: int
    activities: int
    findings: int
    logins: tuple[Login, ...]
    password: str


def demo_offices() -> models.QuerySet[Office]:
    """Return the offices of the example; their area codes are assigned to nobody."""
    return Office.objects.filter(area_code__startswith=CITY_CODE[:4])


def steps(*, small: bool = False) -> int:
    """Return how many steps of progress :func:`load` tells."""
    return 3 * (1 + _counties(small)) + 3


def load(
    *, as_of: dt.date | None = None, seed: int = 1, small: bool = False, progress: Progress = lambda step: None
) -> Loaded:
    """Build the example city as it stands on ``as_of`` (local day, today unless given) and return what was built.

    One city office and six county offices (one, and smaller, with ``small``), each with roster, half a year or more
    of activities, rulings and matters; adopted provisions; accounts; a sample speech; findings as of the day.
    Nothing is written unless everything can be.  Raises BadInput for a day in the future or before 2022,
    NotPossible where the example is there already.
    """
    today = clock.today()
    as_of = as_of or today
    if not EARLIEST <= as_of <= today:
        raise BadInput(
            "demo.as_of", f"示例截止日 {as_of} 不在 {EARLIEST} 至今天之间。", hint="请另选日期，或不填。", field="as_of"
        )
    if demo_offices().exists():
        raise NotPossible("demo.exists", "示例数据已经存在。", hint="如需重建，请运行 tongxin demo reset。")
    taken = sorted(User.objects.filter(username__in=USERNAMES).values_list("username", flat=True))
    if taken:
        raise NotPossible(
            "demo.usernames", f"账号名 {'、'.join(taken)} 已被占用，不能建立示例。", hint="请在空的数据库中建立示例。"
        )
    start = dt.date(as_of.year, 1, 1) if as_of.month >= 7 else dt.date(as_of.year - 1, 7, 1)
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    with transaction.atomic():
        offices = _offices(start, small)
        towns, told = [], 0
        for office, size in offices:
            progress(f"{office.short_name}：名册与组织")
            town = Town(office, size, as_of, _term(as_of), seed)
            town.build()
            towns.append(town)
            progress(f"{office.short_name}：活动")
            diary = Diary(town, seed)
            year = Year(town, diary)
            year.tell()
            told += diary.write()
            tell_rulings(town, year)
            progress(f"{office.short_name}：事项与制度")
            matters.tell_matters(town)
            tell_proposals(town)
            _adopt(office)
        progress("计划、通知与记录")
        tell_papers(towns[0])
        tell_doors(towns[0], seed)
        told += 1
        progress("账号与示例文件")
        logins = _accounts(towns, password)
        tell_desk(towns)
        document = register_document(
            towns[0].office, name=SAMPLE, data=sample(), declared_unclassified=True, actor=None
        )
        writing.tell_writing(towns[0], as_of)
        progress("对照制度要求")
        findings = refresh_all([town.office for town in towns], as_of)
        tell_foresight(towns, as_of)
        audit.record(
            office_id=None,
            actor=None,
            action="demo.load",
            subject=document,
            after={"as_of": as_of, "seed": seed, "activities": told},
        )
        for town in towns:
            changes.announce(town.office.pk, registry=True)
    ids = [office.pk for office, _ in offices]
    return Loaded(
        as_of=as_of,
        offices=len(offices),
        people=Person.objects.filter(office__in=ids).count(),
        organizations=Organization.objects.filter(office__in=ids).count(),
        activities=told,
        findings=findings,
        logins=logins,
        password=password,
    )


@transaction.atomic
def reset() -> int:
    """Take the example away, accounts included, and return the number of rows deleted.

    Offices that are not part of the example keep everything.  The audit book keeps its entries.
    """
    offices = list(demo_offices().values_list("pk", flat=True))
    ours = models.Q(grants__office__in=offices) | models.Q(persons__office__in=offices)
    users = list(User.objects.filter(ours, username__in=USERNAMES).distinct())
    count = delete_offices(offices)
    for user in users:
        user.delete()
    audit.record(office_id=None, actor=None, action="demo.reset", purpose=f"{count}")
    return count + len(users)


def sample() -> bytes:
    """Return the bytes of the sample speech, written for this project."""
    return (files("tongxin.demo") / "samples" / "speech.txt").read_bytes()


def _counties(small: bool) -> int:
    return 1 if small else len(COUNTIES)


def _term(as_of: dt.date) -> tuple[dt.date, dt.date]:
    """Return a term of five years that ends within half a year after ``as_of``: the change of term is near."""
    ends = next(
        day
        for day in (dt.date(as_of.year, 6, 20), dt.date(as_of.year, 12, 20), dt.date(as_of.year + 1, 6, 20))
        if day > as_of
    )
    return add_months(ends, -60), ends


def _offices(start: dt.date, small: bool) -> list[tuple[Office, Size]]:
    city = Office.objects.create(
        name=f"政协{CITY}委员会",
        short_name=f"{CITY}政协",
        document_code="青协",
        level=OfficeLevel.CITY,
        area_code=CITY_CODE,
        start_day=start,
    )
    built = [(city, SMALL_CITY if small else CITY_SIZE)]
    for number, county in enumerate(COUNTIES[: _counties(small)], start=1):
        office = Office.objects.create(
            name=f"政协{county}委员会",
            short_name=f"{county}政协",
            document_code=f"{county[0]}协",
            level=OfficeLevel.COUNTY,
            area_code=str(int(CITY_CODE) + number),
            parent=city,
            start_day=start,
        )
        built.append((office, SMALL_COUNTY if small else COUNTY))
    return built


def _adopt(office: Office) -> None:
    """Adopt what the speech names and the catalogue judges, in one go."""
    known = (catalogue.find(provision) for provision in NAMED)
    Adoption.objects.bulk_create(
        Adoption(
            office=office,
            provision=entry.id,
            parameters=OWN_PARAMETERS.get(entry.id, {}),
            catalogue_version=catalogue.VERSION,
            basis="示例：年度党建工作会议讲话",
            valid_from=office.start_day,
        )
        for entry in known
        if entry is not None and entry.judged
    )
    compile_rules(office)


#: The logins of the example, in the order in which they are told.
USERNAMES = (
    "dangwu",
    "mingce",
    "zhibu",
    "lingdao",
    "zhuanwei",
    "weiyuan",
    "bianji",
    "duban",
    "guanli",
    "tian",
    "chengban",
    "xianqu",
)


def _accounts(towns: list[Town], password: str) -> tuple[Login, ...]:
    """Create one account a role and return them; all share the password, hashed once."""
    city, county = towns[0], towns[1]
    hashed = make_password(password)
    handler = Organization.objects.filter(office=city.office, kind=OrganizationKind.HANDLING_UNIT)[1]
    member = next(p for p in city.with_home_unit if city.left.get(p.pk) is None)
    plan: tuple[tuple[str, Town, Person | None, tuple[tuple[str, Organization | None], ...]], ...] = (
        ("dangwu", city, city.clerk_person, ((Role.PARTY_CLERK, None),)),
        ("mingce", city, None, ((Role.ROSTER_CLERK, None),)),
        ("zhibu", city, city.secretary_person, ((Role.BRANCH_SECRETARY, city.branches[1]),)),
        ("lingdao", city, city.party_leaders[0], ((Role.LEADER, None),)),
        ("zhuanwei", city, None, ((Role.COMMITTEE_OFFICE, city.committees[0]),)),
        ("weiyuan", city, member, ()),
        ("bianji", city, None, ((Role.EDITOR, None), (Role.INFORMATION_OFFICE, None))),
        ("duban", city, None, ((Role.SUPERVISOR, None),)),
        ("guanli", city, None, ((Role.ADMINISTRATOR, None),)),
        ("tian", city, None, ((Role.PROPOSALS_OFFICE, None),)),
        ("chengban", city, None, ((Role.HANDLING_UNIT, handler),)),
        ("xianqu", county, county.clerk_person, ((Role.PARTY_CLERK, None), (Role.ROSTER_CLERK, None))),
    )
    logins = []
    for username, town, person, roles in plan:
        labels = "、".join(Role(role).label for role, _ in roles) or Role.MEMBER.label
        name = person.name if person is not None else f"{labels.split('、')[0]}（示例）"
        user = User.objects.create(username=username, display_name=name, password=hashed)
        if person is not None:
            Person.objects.filter(pk=person.pk).update(user=user)
        RoleGrant.objects.bulk_create(
            RoleGrant(office=town.office, user=user, role=role, organization=unit, valid_from=town.start)
            for role, unit in roles
        )
        logins.append(Login(username, name, town.office.short_name, labels))
    return tuple(logins)
