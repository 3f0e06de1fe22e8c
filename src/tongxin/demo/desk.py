"""What lies on the roster clerk's desk in the example: counts published to the city, a draft of the next term, requests."""

from __future__ import annotations

from tongxin.accounts.models import User
from tongxin.demo.town import Town
from tongxin.registry import publication_operations, suggestion_operations, term_operations
from tongxin.registry.enums import PartySide, Sex
from tongxin.registry.models import DraftSeat, Membership, Person, Term

#: How many counties have published; the last ones have not.
PUBLISHED = 4


def tell_desk(towns: list[Town]) -> None:
    """Fill the desks of all offices: counties publish, the city plans its next term, a member asks for two things."""
    city, *counties = towns
    for town in counties[:PUBLISHED]:
        day = town.as_of.replace(day=1)
        publication_operations.publish_counts(town.office, day=day, actor=None)
    _plan_term(city)
    member = Person.objects.filter(office=city.office, user__username="weiyuan").select_related("user").first()
    if member is not None and member.user is not None:
        _ask(member, member.user)


def _plan_term(city: Town) -> None:
    """Begin the draft of the next term and plan its seats side by side, close to the shares that are asked for."""
    last = Term.objects.filter(office=city.office).order_by("-ordinal")[0]
    ends = last.ends.replace(year=last.ends.year + 5)
    draft = term_operations.draft_term(city.office, ordinal=last.ordinal + 1, starts=last.ends, ends=ends, actor=None)
    seats = list(DraftSeat.objects.filter(version__draft=draft).order_by("quota__precedence", "pk"))
    for number, seat in enumerate(seats):
        seat.planned_side = PartySide.PARTY if number % 5 in (1, 3) else PartySide.NON_PARTY
        seat.planned_sex = Sex.FEMALE if number % 3 == 0 else Sex.UNKNOWN
        seat.planned_renewed = True if number % 2 else None
    DraftSeat.objects.bulk_update(seats, ["planned_side", "planned_sex", "planned_renewed"])


def _ask(member: Person, user: User) -> None:
    suggestion_operations.propose_correction(
        member, field="employer", value=f"{member.employer}（已更名）", basis="单位更名通知", actor=user
    )
    seat = Membership.objects.filter(person=member, organization__kind="committee").order_by("pk")[0]
    suggestion_operations.object_to(
        member,
        subject_type="registry.membership",
        subject_id=seat.pk,
        statement="任职起始日期应以协商会议通过之日为准。",
        actor=user,
    )
    suggestion_operations.suggest(
        member.office, kind="suggestion", page="/activities/", text="活动列表希望能按季度查看。", actor=user
    )
