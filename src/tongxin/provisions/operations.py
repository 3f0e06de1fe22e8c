"""All writes of provisions.  Findings are never typed; people adopt provisions and rule on findings."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from tongxin.accounts.models import User
from tongxin.core import audit, changes, clock
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.core.relations import FAR_FUTURE, FAR_PAST
from tongxin.provisions import catalogue, rules, windows
from tongxin.provisions.catalogue import Check, Provision, number_of, share_of
from tongxin.provisions.enums import FactRole, Reason, RulingBasis, RulingKind, SubjectKind
from tongxin.provisions.keys import FindingKey
from tongxin.provisions.models import Adoption, Rule, RuleFact, Ruling
from tongxin.provisions.occurrences import NEAR_PREFIXES
from tongxin.provisions.queries import finding_of, provision_of
from tongxin.provisions.renewal import lay_windows, note_change, refresh, refresh_all
from tongxin.provisions.selectors import KINDS as SELECTOR_KINDS
from tongxin.registry.models import Office
from tongxin.registry.queries import owned, standing_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None

__all__ = [
    "adopt",
    "compile_rules",
    "end_adoption",
    "note_change",
    "recompile_all",
    "refresh",
    "refresh_all",
    "rule_on",
    "withdraw_ruling",
]
REASON_LIMIT = 300


@transaction.atomic
def adopt(
    office: Office,
    provision_id: str,
    *,
    valid_from: dt.date,
    actor: Actor,
    parameters: Mapping[str, object] | None = None,
    basis: str = "",
    valid_until: dt.date | None = None,
    own_definition: Mapping[str, Any] | None = None,
    client_id: uuid.UUID | None = None,
) -> Adoption:
    """Hold ``office`` bound by a provision from ``valid_from`` on and return the adoption.

    ``parameters``: what differs from the catalogue.  ``own_definition``: an office's own provision in the shape of
    the catalogue.  An adoption of the same provision that is still in force is closed on ``valid_from``.
    ``client_id`` makes repeating harmless: the same id returns the adoption made before.
    In order: check, close the one before, write, compile the office's rules, mark its findings as out of date.

    Raises BadInput for an unknown provision and for parameters unknown or out of range, NotPossible for guidance
    and where ``valid_from`` does not lie after the beginning of the one before.
    """
    known = owned(Adoption, office).filter(uid=client_id).first() if client_id is not None else None
    if known is not None:
        return known
    if own_definition is not None:
        entry = catalogue.parse(own_definition, origin="自订要求")
        if entry.id != provision_id or catalogue.find(provision_id) is not None:
            raise BadInput(
                "provisions.own_id", "自订要求的编号与目录不符或者已被占用。", hint="请换一个编号。", field="provision"
            )
    else:
        entry = _required_entry(provision_id)
    if not entry.judged:
        raise NotPossible(
            "provisions.guidance",
            f"“{entry.name}”目前只作指引，不作判定。",
            hint="无须采用，查看即可。",
            field="provision",
        )
    chosen = dict(parameters or {})
    entry.settings(chosen)
    if valid_until is not None and valid_until <= valid_from:
        raise BadInput("provisions.dates", "终止日期应晚于起始日期。", hint="请核对日期。", field="valid_until")
    earlier = list(owned(Adoption, office).filter(provision=provision_id).order_by("valid_from"))
    current = next((row for row in earlier if row.valid_until is None or row.valid_until > valid_from), None)
    if current is not None:
        if current.valid_from is not None and current.valid_from >= valid_from:
            raise NotPossible(
                "provisions.adoption_order",
                f"“{entry.name}”已自 {current.valid_from} 起采用，新的起始日期应晚于这一天。",
                hint="请改用更晚的日期，或者先终止原有采用。",
                field="valid_from",
            )
        current.valid_until = valid_from
        current.save(update_fields=["valid_until"])
    try:
        with transaction.atomic():
            row = Adoption.objects.create(
                office=office,
                created_by=_user(actor),
                provision=provision_id,
                parameters=chosen,
                catalogue_version=catalogue.VERSION,
                basis=basis,
                own_definition=dict(own_definition or {}),
                valid_from=valid_from,
                valid_until=valid_until,
                uid=client_id or uuid.uuid4(),
            )
    except IntegrityError:
        # the same form arrived twice in the same moment, or its number is used elsewhere
        twin = Adoption.objects.filter(uid=client_id).first() if client_id is not None else None
        if twin is None:
            raise
        if (twin.office_id, twin.provision) != (office.pk, provision_id):
            raise Conflict(
                "provisions.adopted", "这张表单已经用过，新的内容没有写入。", hint="请重新打开页面再试。"
            ) from None
        return twin
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="provisions.adopt",
        subject=row,
        before={"valid_until": current.valid_until, "parameters": current.parameters} if current else None,
        after={"provision": provision_id, "valid_from": valid_from, "parameters": chosen, "basis": basis},
    )
    compile_rules(office)
    changes.announce(office.pk, registry=True)
    return row


@transaction.atomic
def end_adoption(adoption: Adoption, *, last_day: dt.date, actor: Actor) -> Adoption:
    """Switch a provision off: ``last_day`` is the last day in force; windows that end later are not judged."""
    until = last_day + dt.timedelta(days=1)
    if adoption.valid_from is not None and until <= adoption.valid_from:
        raise BadInput("provisions.dates", "终止日期不能早于起始日期。", hint="请核对日期。", field="last_day")
    if adoption.valid_until is not None and adoption.valid_until <= until:
        raise Conflict("provisions.ended", "这项采用已经终止。", hint="请刷新页面查看。")
    before = adoption.valid_until
    adoption.valid_until = until
    adoption.save(update_fields=["valid_until"])
    audit.record(
        office_id=adoption.office_id,
        actor=actor,
        action="provisions.end_adoption",
        subject=adoption,
        before={"valid_until": before},
        after={"valid_until": until},
    )
    compile_rules(adoption.office)
    changes.announce(adoption.office_id, registry=True)
    return adoption


@transaction.atomic
def compile_rules(office: Office) -> int:
    """Rebuild the rules of ``office`` from catalogue and adoptions, lay the windows they need; return their number."""
    Rule.objects.filter(office=office).delete()
    adoptions = list(owned(Adoption, office).order_by("provision", "valid_from", "pk"))
    compiled: list[tuple[Rule, list[tuple[FactRole, str, int]]]] = []
    for run in _runs(adoptions):
        bound_from, bound_until = run[0].valid_from or FAR_PAST, run[-1].valid_until or FAR_FUTURE
        for adoption in run:
            entry = provision_of(adoption)
            if entry is None:  # left the catalogue: what was adopted stays readable and is no longer judged
                continue
            settings = entry.settings(adoption.parameters)
            for check in entry.checks:
                compiled.append((_rule(adoption, entry, check, settings, bound_from, bound_until), _looked_for(check)))
    Rule.objects.bulk_create([rule for rule, _ in compiled], batch_size=200)
    RuleFact.objects.bulk_create(
        [
            RuleFact(rule=rule, role=role, fact=fact, position=position)
            for rule, facts in compiled
            for role, fact, position in facts
        ],
        batch_size=500,
    )
    lay_windows({rule.window_key for rule, _ in compiled} - {""})
    return len(compiled)


def recompile_all() -> int:
    """Compile the rules of every office that has adopted anything from the catalogue as it is now; return how many."""
    offices = Office.objects.filter(pk__in=Adoption.objects.values("office"))
    for office in offices:
        with transaction.atomic():
            compile_rules(office)
            changes.announce(office.pk, registry=True)
    return len(offices)


@transaction.atomic
def rule_on(
    office: Office,
    key: FindingKey,
    *,
    kind: str,
    reason: str,
    actor: Actor,
    basis: str = "",
    on_behalf: str = "",
    excused_from: dt.date | None = None,
    excused_last_day: dt.date | None = None,
    client_id: uuid.UUID | None = None,
) -> Ruling:
    """State of a finding that it was done (by word), is excused, or was missed; return the ruling.

    ``reason``: whose word, or why.  ``basis`` of an excuse: approved or own.  With ``excused_from`` the excuse
    stands for all windows from that day to ``excused_last_day`` (inclusive; open if None) instead of the one named.
    A record that counts beats every ruling.  ``client_id`` makes repeating harmless: the same id returns the ruling
    made before.

    Raises BadInput for a missing reason or basis, NotAllowed where the actor may not rule so (``rules.may_rule``),
    NotPossible where the finding does not exist, does not apply, is met by a record, or its window is still open
    and missed is stated.
    """
    if client_id is not None:
        known = Ruling.objects.filter(uid=client_id).first()
        if known is not None:
            return same_ruling(known, office, key, kind)
    if kind == RulingKind.EXTENDED:
        raise BadInput(
            "provisions.ruling_kind", "延期不在这里登记。", hint="请用依据页上的“登记批准的延期”。", field="kind"
        )
    if kind not in RulingKind.values:
        raise BadInput("provisions.ruling_kind", "没有这种认定。", hint="请从列表中选择。", field="kind")
    told = checked_reason(reason, "请写明由谁说明、因何原因。")
    if kind == RulingKind.EXCUSED and basis not in RulingBasis.values:
        raise BadInput(
            "provisions.ruling_basis", "没有说明依据。", hint="请选择“经批准”或者“本单位说明”。", field="basis"
        )
    if kind != RulingKind.EXCUSED and (excused_from or excused_last_day):
        raise BadInput(
            "provisions.ruling_days", "只有说明可以适用于一段日期。", hint="请去掉日期。", field="excused_from"
        )
    if excused_last_day is not None and (excused_from is None or excused_last_day < excused_from):
        raise BadInput("provisions.ruling_days", "适用日期的先后不对。", hint="请核对日期。", field="excused_last_day")
    today = clock.today()
    user = _user(actor)
    if user is None or not rules.may_rule(standing_of(user, office, today), key, kind, basis, on_behalf=on_behalf):
        raise NotAllowed(
            "provisions.may_not_rule",
            "这项认定只能由所涉单位或者本人作出。",
            hint="可以请所涉单位说明；代为登记的，请写明由谁、何时、以何方式告知。",
        )
    finding = finding_of(office, key, today)
    if finding is None:
        raise NotPossible("provisions.no_finding", "没有找到这一项。", hint="请从落实情况一览重新进入。")
    if finding.state == "not_applicable":
        raise NotPossible("provisions.not_applicable", "这一项不适用，无须认定。", hint="")
    if finding.state == "met" and finding.reason == "recorded":
        raise NotPossible("provisions.recorded", "已有计入的记录，无须认定。", hint="如记录有误，请先更正记录。")
    if kind == RulingKind.MISSED and finding.reason == Reason.EXTENDED:
        raise NotPossible(
            "provisions.window_open",
            "经批准的延期未到，不能确认未开展。",
            hint="请在延期届满以后再确认，或者先撤回延期。",
            field="kind",
        )
    if kind == RulingKind.MISSED and today < finding.window_end:
        raise NotPossible(
            "provisions.window_open",
            "期限未到，不能确认未开展。",
            hint=f"请在 {finding.window_end} 以后再确认。",
            field="kind",
        )
    ruling, made = put_down(
        office,
        key,
        user,
        client_id,
        window_start=None if excused_from else key.window_start,
        event_type="" if excused_from else key.event_type,
        event_id=0 if excused_from else key.event_id,
        excused_from=excused_from,
        excused_until=excused_last_day + dt.timedelta(days=1) if excused_last_day else None,
        kind=kind,
        basis=basis,
        reason=told,
        on_behalf=on_behalf.strip(),
    )
    if not made:
        return same_ruling(ruling, office, key, kind)
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="provisions.rule_on",
        subject=ruling,
        after={"provision": key.provision, "kind": kind, "basis": basis, "reason": told},
        on_behalf=on_behalf.strip(),
        person_ids=[number for number in (key.person_id, key.other_person_id) if number],
    )
    renew(office, key.provision)
    return ruling


def checked_reason(reason: str, hint: str) -> str:
    """Return a reason without blanks around it; raises BadInput, with ``hint``, for none or one too long."""
    told = reason.strip()
    if not told or len(told) > REASON_LIMIT:
        raise BadInput("provisions.ruling_reason", f"理由应在1到{REASON_LIMIT}字之间。", hint=hint, field="reason")
    return told


def put_down(
    office: Office, key: FindingKey, user: User, client_id: uuid.UUID | None, **columns: Any
) -> tuple[Ruling, bool]:
    """Write a ruling on the finding's subject and return it, and whether it is new.

    The same form that arrives twice in the same moment finds the ruling that the other one wrote first.
    """
    try:
        with transaction.atomic():
            ruling = Ruling.objects.create(
                office=office,
                created_by=user,
                uid=client_id or uuid.uuid4(),
                provision=key.provision,
                subject_kind=key.subject_kind,
                organization_id=key.organization_id,
                person_id=key.person_id,
                other_person_id=key.other_person_id,
                **columns,
            )
    except IntegrityError:
        twin = Ruling.objects.filter(uid=client_id).first() if client_id is not None else None
        if twin is None:
            raise
        return twin, False
    return ruling, True


def same_ruling(known: Ruling, office: Office, key: FindingKey, kind: str) -> Ruling:
    """Return the ruling that the same form made before; raises Conflict where the form now says something else."""
    made_on = (known.office_id, known.provision, known.organization_id, known.person_id, known.other_person_id)
    asked = (office.pk, key.provision, key.organization_id, key.person_id, key.other_person_id)
    if (*made_on, known.kind) != (*asked, kind):
        raise Conflict("provisions.ruled", "这次登记已经保存，新的内容没有写入。", hint="请重新打开页面再登记。")
    return known


@transaction.atomic
def withdraw_ruling(ruling: Ruling, *, actor: Actor) -> Ruling:
    """Withdraw a ruling; it stays readable.  The one who stated it, or whoever may rule so, may withdraw it."""
    user = _user(actor)
    key = FindingKey(
        ruling.provision,
        ruling.subject_kind,
        ruling.organization_id,
        ruling.person_id,
        ruling.other_person_id,
        ruling.window_start or ruling.excused_from or FAR_PAST,
        ruling.event_type,
        ruling.event_id,
    )
    if user is None or (
        ruling.created_by_id != user.pk
        and not rules.may_rule(
            standing_of(user, ruling.office, clock.today()), key, ruling.kind, ruling.basis, on_behalf=ruling.on_behalf
        )
    ):
        raise NotAllowed(
            "provisions.may_not_withdraw", "只有作出认定的人或者所涉单位可以撤回。", hint="请联系作出认定的人。"
        )
    if not Ruling.objects.filter(pk=ruling.pk, withdrawn_at__isnull=True).update(withdrawn_at=clock.now()):
        raise Conflict("provisions.withdrawn", "这项认定已经撤回。", hint="请刷新页面查看。")
    ruling.refresh_from_db()
    audit.record(
        office_id=ruling.office_id,
        actor=actor,
        action="provisions.withdraw_ruling",
        subject=ruling,
        after={"withdrawn_at": ruling.withdrawn_at},
        person_ids=[number for number in (ruling.person_id, ruling.other_person_id) if number],
    )
    renew(ruling.office, ruling.provision)
    return ruling


def renew(office: Office, code: str) -> None:
    """Mark what a ruling touches as out of date: the check's own facts, or everything where it has none."""
    roles = (FactRole.COUNTS, FactRole.STEP)
    looked = RuleFact.objects.filter(role__in=roles, rule__office=office, rule__provision=code)
    facts = set(looked.values_list("fact", flat=True))
    changes.announce(office.pk, facts=facts, registry=not facts)


def _required_entry(provision_id: str) -> Provision:
    entry = catalogue.find(provision_id)
    if entry is None:
        raise BadInput(
            "provisions.unknown", f"制度目录中没有“{provision_id}”。", hint="请从目录中选择。", field="provision"
        )
    return entry


def _runs(adoptions: Iterable[Adoption]) -> Iterable[list[Adoption]]:
    """Yield unbroken runs of adoptions of the same provision; they come sorted by provision and day."""
    run: list[Adoption] = []
    for adoption in adoptions:
        if run and run[-1].provision == adoption.provision and run[-1].valid_until == adoption.valid_from:
            run.append(adoption)
            continue
        if run:
            yield run
        run = [adoption]
    if run:
        yield run


def _rule(
    adoption: Adoption,
    entry: Provision,
    check: Check,
    settings: Mapping[str, int | str | bool],
    bound_from: dt.date,
    bound_until: dt.date,
) -> Rule:
    window_key = ""
    if check.window:
        period = str(settings.get(check.window, check.window))
        window_key = windows.key_of(
            period, number_of(check.grace, settings), adoption.office_id, number_of(check.within, settings)
        )
    share = share_of(check, entry.parameters, settings)
    return Rule(
        office_id=adoption.office_id,
        adoption=adoption,
        provision=check.code,
        kind=check.kind,
        selector=check.selector,
        subject_kind=SubjectKind(SELECTOR_KINDS[check.selector]),
        window_key=window_key,
        required=len(check.steps) or number_of(check.required, settings),
        maximum=number_of(check.maximum, settings),
        share_over=share.over,
        share_under=share.under,
        share_more=int(share.more),
        measured_at=check.measured_at,
        lead_days=number_of(check.lead, settings),
        extension_limit=number_of(check.extension, settings),
        distinct_people=int(check.distinct_people),
        measure=check.measure,
        needs_quorum=int(check.needs_quorum),
        structure=check.structure,
        structure_min=number_of(check.structure_min, settings),
        structure_max=number_of(check.structure_max, settings),
        event_scope=check.event_scope,
        relation=check.relation,
        before_days=number_of(check.before, settings),
        limit_days=number_of(check.limit, settings),
        limit_unit=check.limit_unit,
        late_days=number_of(check.late, settings),
        bound_from=bound_from,
        bound_until=bound_until,
        in_force_from=adoption.valid_from or FAR_PAST,
        in_force_until=adoption.valid_until or FAR_FUTURE,
    )


def _looked_for(check: Check) -> list[tuple[FactRole, str, int]]:
    near = [f"{prefix}:{fact}" for prefix in NEAR_PREFIXES for fact in check.facts]
    return [
        *((FactRole.COUNTS, fact, 0) for fact in check.facts),
        *((FactRole.NEAR, fact, 0) for fact in near),
        *((FactRole.EVENT, fact, 0) for fact in check.events),
        *((FactRole.EXTENDS, fact, 0) for fact in check.extends),
        *((FactRole.STEP, fact, place) for place, step in enumerate(check.steps, 1) for fact in step),
        *((FactRole.COVERS, name, 0) for name in (check.coverage,) if name),
        *((FactRole.BASE, name, 0) for name in (check.base,) if name),
    ]


def _user(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None
