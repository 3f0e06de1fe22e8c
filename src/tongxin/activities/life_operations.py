"""Writes of organisational life and of what a unit is known for: contacts, appraisal counts, 特色做法, consent to show."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities import operations, queries
from tongxin.activities.drafts import Attendee
from tongxin.activities.enums import ActivityStatus, ContactPurpose, ParticipantRole
from tongxin.activities.models import Activity, AppraisalCount, Participation
from tongxin.core import audit
from tongxin.core.errors import BadInput, NotPossible
from tongxin.registry.models import ContactAssignment, Person
from tongxin.registry.queries import owned

if TYPE_CHECKING:
    from tongxin.accounts.models import User

GRADES = ("excellent", "qualified", "basic", "unqualified")
#: What the numbers of an appraisal are called.
LABELS = {
    "issued": "发出测评票", "returned": "收回测评票", "excellent": "优秀", "qualified": "合格", "basic": "基本合格",
    "unqualified": "不合格",
}  # fmt: skip


def record_contact(
    assignment: ContactAssignment,
    *,
    day: dt.date | str,
    purpose: str,
    actor: User | None,
    on_behalf: str = "",
    client_id: uuid.UUID | None = None,
) -> Activity:
    """Record in one line that an assigned contact took place: who, when, what for by code; nothing of what was said.

    Raises BadInput for an unknown purpose, NotPossible for a day on which the assignment did not hold, and Faults as
    :func:`tongxin.activities.operations.record`.
    """
    if purpose not in ContactPurpose.values:
        raise BadInput("contacts.purpose", f"没有“{purpose[:20]}”这种联系事由。", hint="请选择。", field="purpose")
    typed = str(day)
    begun, ended = assignment.valid_from, assignment.valid_until
    # ISO days compare as text; what is no day at all is named by the operation below.
    if (begun is not None and typed < begun.isoformat()) or (ended is not None and typed >= ended.isoformat()):
        raise NotPossible("contacts.day", f"{typed[:20]} 不在这项联系安排的期间内。", hint="请核对日期。", field="day")
    return operations.record(
        assignment.office,
        kind="contact",
        title="联系",
        day=day,
        participants=[
            Attendee(assignment.contact_id, ParticipantRole.CONTACT),
            Attendee(assignment.target_id, ParticipantRole.TARGET),
        ],
        topic=str(ContactPurpose(purpose).label),
        on_behalf=on_behalf,
        client_id=client_id,
        actor=actor,
    )


def record_home_life(
    person: Person, *, day: dt.date | str, actor: User | None, on_behalf: str = "", client_id: uuid.UUID | None = None
) -> Activity:
    """Record in one line that a Party member took part in organisational life of the home unit (双重组织生活).

    Declared by the person, or entered by the clerk from the home unit's word (``on_behalf``).  Raises NotPossible for
    somebody who was no Party member that day or whose line for the day is there, and Faults as
    :func:`tongxin.activities.operations.record`.
    """
    known = owned(Activity, person.office_id).filter(uid=client_id).first() if client_id is not None else None
    if known is not None:
        return known  # the same form sent twice
    parsed = _iso_day(day)
    if parsed is not None:
        if not queries.party_members([person.pk], parsed):
            raise NotPossible(
                "home_life.not_party", "所选人员当日不是中共党员。", hint="请核对日期和人员。", field="day"
            )
        lines = Participation.objects.filter(person=person, activity__kind="home_unit_life", activity__day=parsed)
        if lines.exclude(activity__status=ActivityStatus.CANCELLED).exists():
            raise NotPossible("home_life.there", f"{parsed}已经登记过。", hint="同一天只登记一次。", field="day")
    return operations.record(
        person.office,
        kind="home_unit_life",
        title="参加所在单位组织生活",
        day=day,
        participants=[Attendee(person.pk)],
        on_behalf=on_behalf,
        client_id=client_id,
        actor=actor,
    )


def _iso_day(day: dt.date | str) -> dt.date | None:
    """Return a typed day; what is no day is named by the operation that records."""
    if isinstance(day, dt.date):
        return day
    try:
        return dt.date.fromisoformat(day)
    except ValueError:
        return None


@transaction.atomic
def agree_to_show(line: Participation, *, agrees: bool, actor: User | None) -> Participation:
    """Say for one of the two of a talk or contact whether others of the office may see that it took place."""
    line.agrees_to_show = agrees
    line.save(update_fields=["agrees_to_show"])
    audit.record(
        office_id=line.activity.office_id,
        actor=actor,
        action="activities.agree_to_show",
        subject=line.activity,
        after={"agrees": agrees},
        person_ids=[line.person_id],
    )
    return line


@transaction.atomic
def count_appraisal(activity: Activity, counts: dict[str, int], *, actor: User | None) -> AppraisalCount:
    """Type in what an appraisal came to, and return it; typing again corrects it.  No names are kept.

    ``counts``: issued, returned, excellent, qualified, basic, unqualified; whole numbers.  Raises
    BadInput for a missing or impossible number, NotPossible for an activity that counts as no appraisal.
    """
    if activity.status != ActivityStatus.HELD or not activity.meanings.filter(fact="appraisal").exists():
        raise NotPossible(
            "appraisal.none", "这次活动不是民主评议党员。", hint="请先登记民主评议，或加上这项议题。", field="issued"
        )
    for name, label in LABELS.items():
        number = counts.get(name)
        if number is None or not 0 <= number <= 10_000:
            raise BadInput("appraisal.number", f"“{label}”应为0至10000的整数。", hint="请填写。", field=name)
    if counts["returned"] > counts["issued"]:
        message = f"收回{counts['returned']}张，多于发出的{counts['issued']}张。"
        raise BadInput("appraisal.returned", message, hint="请核对票数。", field="returned")
    members = sum(1 for line in queries.participants_of(activity) if line.expected)
    total = sum(counts[name] for name in GRADES)
    if total > members:
        message = f"各档共{total}人，多于应到的{members}名党员。"
        raise BadInput("appraisal.total", message, hint="请核对人数。", field="excellent")
    row, _made = AppraisalCount.objects.update_or_create(
        activity=activity,
        defaults={name: counts[name] for name in LABELS},
        create_defaults={
            "office_id": activity.office_id, "created_by": actor, **{name: counts[name] for name in LABELS},
        },
    )  # fmt: skip
    audit.record(office_id=activity.office_id, actor=actor, action="activities.count_appraisal", subject=activity)
    return row


@transaction.atomic
def approve_practice(activity: Activity, *, practice: str, approved_by: str, actor: User | None) -> Activity:
    """Approve the one line on what was done well (特色做法) for the unit; it may then feed next year's speech.

    Raises BadInput without a line, for one that is too long, or without a name.
    """
    line, name = " ".join(practice.split()), " ".join(approved_by.split())
    if not line or len(line) > 300:
        raise BadInput("practice.line", "特色做法应为1至300个字。", hint="请用一句话写明。", field="practice")
    if not name or len(name) > 60:
        raise BadInput("practice.approved_by", "没有写明由谁审定。", hint="请填写姓名。", field="approved_by")
    if activity.status != ActivityStatus.HELD:
        raise NotPossible("practice.not_held", "活动尚未开展。")
    before = {"practice": activity.practice, "practice_approved_by": activity.practice_approved_by}
    activity.practice, activity.practice_approved_by = line, name
    activity.save(update_fields=["practice", "practice_approved_by"])
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="activities.approve_practice",
        subject=activity,
        before=before,
        after={"practice": line, "practice_approved_by": name},
    )
    return activity
