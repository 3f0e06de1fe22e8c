"""What the register holds on a person, and which of its rows are kept only for a time.

Grounds: 个人信息保护法 第四十四至四十七条 (know, copy, correct, delete), 第三十五条 (what a state body need not tell),
档案法 第十四条 (what belongs to the archives must be kept).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, TruncDate

from tongxin.accounts.models import User, UserSession
from tongxin.core import clock
from tongxin.core.dossier import (
    Disposal,
    Holding,
    Line,
    OnErasure,
    Withheld,
    day_words,
    named,
    recorded,
    register,
    register_disposal,
    span,
)
from tongxin.core.models import AuditEntry, AuditValue
from tongxin.registry.code_tables import ethnic_names
from tongxin.registry.enums import PARTY_UNIT_KINDS, AffiliationCode, OrganizationKind, ProposalState, Role, Sex
from tongxin.registry.models import (
    Affiliation,
    ContactAssignment,
    CorrectionProposal,
    DraftSeat,
    Membership,
    Objection,
    Person,
    RoleGrant,
    Suggestion,
)
from tongxin.registry.queries import owned

#: What an audited change was about, by the package that wrote it.
AREAS = {
    "registry": "名册",
    "activities": "活动与参会",
    "matters": "事项",
    "provisions": "落实认定",
    "accounts": "账号",
    "documents": "文件",
    "trace": "要求落实对照",
    "feeds": "日历订阅",
    "notices": "通知与提示",
}
#: Memberships that tell affiliation or, by the sector, belief.
TELLING_KINDS = (*PARTY_UNIT_KINDS, OrganizationKind.SECTOR)
#: What stands in place of the name of a person who was erased.
ERASED_NAME = "已删除人员"
PURPOSE_ENDED = "个人信息保护法第四十七条：处理目的已实现，删除。"
ARCHIVES = "档案法第十四条：任职、履职记录属应归档材料，保留而不再具名。"
COUNTS = "个人信息保护法第四条、第四十七条：与本人脱离，只留人数。"
LOGS = "个人信息保护法第五十四条、网络安全法第二十一条：审计记录须留存；记录中的值随密钥销毁。"


def naming(person_id: int, office_id: int) -> QuerySet[AuditEntry]:
    """Return the audit entries of an office that name a person, newest first, on both databases alike.

    ``person_ids`` is a list of numbers; SQLite cannot ask whether such a list contains one, so its text is asked.
    """
    text = f"{person_id}"
    listed = Q(ids=f"[{text}]") | Q(ids__startswith=f"[{text},") | Q(ids__contains=f" {text},")
    listed |= Q(ids__endswith=f" {text}]")
    about = Q(subject_type=Person._meta.label_lower, subject_id=person_id)
    entries = AuditEntry.objects.filter(office_id=office_id).annotate(ids=Cast("person_ids", TextField()))
    return entries.filter(listed | about).order_by("-id")


def is_read() -> Q:
    """Return the condition that an audit entry tells of showing or handing out, not of changing."""
    return Q(action__in=("read", "export")) | Q(action__startswith="registry.export")


def _entries(person_id: int, office_id: int) -> QuerySet[AuditEntry]:
    """Return the entries naming a person with the role of who acted, and whether the person disputed the entry."""
    role = RoleGrant.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=OuterRef("day")),
        Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("day")),
        user_id=OuterRef("actor_id"),
        office_id=OuterRef("office_id"),
    ).order_by("pk")
    disputed = Objection.objects.filter(
        person_id=person_id, subject_type=AuditEntry._meta.label_lower, subject_id=OuterRef("pk")
    )
    by_self = User.objects.filter(persons__pk=person_id, pk=OuterRef("actor_id"))
    return (
        naming(person_id, office_id)
        .annotate(day=TruncDate("at"))
        .annotate(role=Subquery(role.values("role")[:1]), disputed=Exists(disputed), by_self=Exists(by_self))
    )


def _reads(person_id: int, office_id: int) -> QuerySet[Any]:
    return _entries(person_id, office_id).filter(is_read())


def _changes(person_id: int, office_id: int) -> QuerySet[Any]:
    return _entries(person_id, office_id).exclude(is_read())


def _who(entry: Any) -> str:
    """Return who acted: the role; by name only where the person has disputed the entry (design 33)."""
    if entry.by_self:
        return "本人"
    if entry.actor_id is None:
        return "系统命令"
    role = str(Role(entry.role).label) if entry.role else "工作人员"
    return f"{role} {entry.actor_label}" if entry.disputed else role


def _read_line(entry: Any, person_id: int) -> Line:
    purpose = f"，用途：{entry.purpose}" if entry.purpose else "，未写明用途"
    kind = "导出" if "export" in entry.action else "查阅"
    return Line(f"{_who(entry)}{kind}{purpose}", clock.local_day(entry.at), _who(entry), entry.at, **named(entry))


def _change_line(entry: Any, person_id: int) -> Line:
    fields = f"，涉及{len(entry.digest)}项" if entry.digest else ""
    area = AREAS.get(entry.action.partition(".")[0], "其他")
    behalf = f"，代录：{entry.on_behalf}" if entry.on_behalf else ""
    text = f"{_who(entry)}登记或更正（{area}）{fields}{behalf}"
    return Line(text, clock.local_day(entry.at), _who(entry), entry.at, **named(entry))


def _person_line(person: Person, person_id: int) -> Line:
    parts = {
        "姓名": person.name,
        "性别": str(Sex(person.sex).label),
        "民族": ethnic_names().get(person.ethnic_group, person.ethnic_group),
        "出生日期": day_words(person.birth_date),
        "工作单位": person.employer,
        "职务": person.position,
        "电话": person.phone,
        "电子邮箱": person.email,
        "排序号": str(person.precedence or "无"),
    }
    return Line("；".join(f"{name}：{value or '未登记'}" for name, value in parts.items()), **recorded(person))


def _affiliation_line(row: Affiliation, person_id: int) -> Line:
    text = f"{AffiliationCode(row.code).label}，{span(row.valid_from, row.valid_until)}"
    return Line(text, row.valid_from, **recorded(row))


def _membership_line(row: Membership, person_id: int) -> Line:
    post = f" {row.post.name}" if row.post is not None else ""
    home = "，组织关系所在" if row.home else ""
    text = f"{row.organization.name}{post}，{span(row.valid_from, row.valid_until)}{home}"
    return Line(text, row.valid_from, **recorded(row))


def _contact_line(row: ContactAssignment, person_id: int) -> Line:
    days = span(row.valid_from, row.valid_until)
    text = f"联系{row.target.name}" if row.contact_id == person_id else f"由{row.contact.name}联系"
    return Line(f"{text}，{days}", row.valid_from, **recorded(row))


def _seat_line(row: DraftSeat, person_id: int) -> Line:
    draft = row.version.draft
    text = f"第{draft.ordinal}届名单（第{row.version.number}版）：{row.quota.name}，{row.get_position_display()}"
    return Line(text, draft.published_on, **recorded(row))


def _grant_line(row: RoleGrant, person_id: int) -> Line:
    unit = f"（{row.organization.name}）" if row.organization is not None else ""
    source = f"，委托自{row.delegated_by.user.get_full_name()}" if row.delegated_by is not None else ""
    text = f"{Role(row.role).label}{unit}，{span(row.valid_from, row.valid_until)}{source}"
    return Line(text, row.valid_from, **recorded(row))


def _user_line(user: User, person_id: int) -> Line:
    state = "启用" if user.is_active else "停用"
    email = user.email or "未登记"
    text = f"用户名：{user.username}；显示名：{user.display_name}；电子邮箱：{email}；状态：{state}"
    return Line(text, clock.local_day(user.date_joined), **named(user))


def _session_line(row: UserSession, person_id: int) -> Line:
    return Line(f"{day_words(row.created_on)}登录，最近使用{day_words(row.last_seen_on)}", row.created_on, **named(row))


def _proposal_line(row: CorrectionProposal, person_id: int) -> Line:
    title = str(Person._meta.get_field(row.field).verbose_name)  # type: ignore[union-attr]
    answer = f"，说明：{row.answer}" if row.answer else ""
    text = f"{title}由“{row.seen_value}”更正为“{row.proposed_value}”，{ProposalState(row.state).label}{answer}"
    return Line(text, clock.local_day(row.created_at), **recorded(row))


def _objection_line(row: Objection, person_id: int) -> Line:
    answer = f"；答复：{row.answer}" if row.answer else "；尚未答复"
    return Line(f"{row.statement}{answer}", clock.local_day(row.created_at), **recorded(row))


def _suggestion_line(row: Suggestion, person_id: int) -> Line:
    answer = f"；答复：{row.answer}" if row.answer else "；尚未答复"
    text = f"{row.get_kind_display()}：{row.text}{answer}"
    return Line(text, clock.local_day(row.created_at), **recorded(row))


def _memberships(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = owned(Membership, office_id).filter(person_id=person_id)
    return rows.select_related("organization", "post", "created_by").order_by("-valid_from", "-pk")


def _published(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(version__draft__published_on__lte=clock.today())


def register_all() -> None:
    """Put the register's holdings and disposals on the lists; called once at start-up."""
    register(
        Holding(
            "registry.person",
            Person,
            "登记信息",
            lambda person_id, office_id: owned(Person, office_id).filter(pk=person_id).select_related("created_by"),
            _person_line,
            OnErasure.BLANK,
            PURPOSE_ENDED,
            people=(),
            blank={
                "name": ERASED_NAME,
                "pinyin_key": "",
                "stroke_key": "",
                "precedence": None,
                "sex": Sex.UNKNOWN,
                "ethnic_group": "",
                "birth_date": None,
                "employer": "",
                "position": "",
                "phone": "",
                "email": "",
                "user": None,
            },
        ),
        Holding(
            "registry.affiliation",
            Affiliation,
            "政治面貌",
            lambda person_id, office_id: (
                owned(Affiliation, office_id).filter(person_id=person_id).select_related("created_by")
            ),
            _affiliation_line,
            OnErasure.DETACH,
            COUNTS,
        ),
        Holding(
            "registry.membership",
            Membership,
            "任职",
            lambda person_id, office_id: _memberships(person_id, office_id).exclude(
                organization__kind__in=TELLING_KINDS
            ),
            _membership_line,
            OnErasure.KEEP,
            ARCHIVES,
        ),
        Holding(
            "registry.membership_guarded",
            Membership,
            "党组织与界别",
            lambda person_id, office_id: _memberships(person_id, office_id).filter(
                organization__kind__in=TELLING_KINDS
            ),
            _membership_line,
            OnErasure.DETACH,
            COUNTS,
            blank={"post": None, "basis": ""},
        ),
        Holding(
            "registry.contact",
            ContactAssignment,
            "联系安排",
            lambda person_id, office_id: (
                owned(ContactAssignment, office_id)
                .filter(Q(contact_id=person_id) | Q(target_id=person_id))
                .select_related("contact", "target", "created_by")
                .order_by("-valid_from", "-pk")
            ),
            _contact_line,
            OnErasure.BLANK,
            ARCHIVES,
            people=("contact", "target"),
            blank={"basis": ""},
        ),
        Holding(
            "registry.draft_seat",
            DraftSeat,
            "换届名单",
            lambda person_id, office_id: (
                owned(DraftSeat, office_id)
                .filter(person_id=person_id)
                .select_related("version__draft", "quota", "created_by")
                .order_by("-pk")
            ),
            _seat_line,
            OnErasure.BLANK,
            PURPOSE_ENDED,
            shown=_published,
            withheld=(
                Withheld(
                    "尚未公布的换届名单",
                    "名单公布之日起",
                    "个人信息保护法第四十五条、第三十五条：告知将妨碍履行法定职责的，可以不告知。",
                ),
            ),
            blank={"person": None, "planned_side": "", "planned_sex": Sex.UNKNOWN, "planned_renewed": None},
        ),
        Holding(
            "registry.correction_proposal",
            CorrectionProposal,
            "更正申请",
            lambda person_id, office_id: (
                owned(CorrectionProposal, office_id).filter(person_id=person_id).select_related("created_by")
            ),
            _proposal_line,
            OnErasure.DELETE,
            PURPOSE_ENDED,
        ),
        Holding(
            "registry.objection",
            Objection,
            "异议",
            lambda person_id, office_id: (
                owned(Objection, office_id).filter(person_id=person_id).select_related("created_by")
            ),
            _objection_line,
            OnErasure.BLANK,
            "个人信息保护法第五十条：申请的受理与处理须可查，内容删除。",
            blank={"statement": "", "answer": ""},
        ),
        Holding(
            "registry.suggestion",
            Suggestion,
            "投诉与建议",
            lambda person_id, office_id: (
                owned(Suggestion, office_id).filter(sender__persons__pk=person_id).select_related("created_by")
            ),
            _suggestion_line,
            OnErasure.BLANK,
            PURPOSE_ENDED,
            people=(),
            blank={"sender": None, "created_by": None},
        ),
        Holding(
            "registry.grant",
            RoleGrant,
            "账号权限",
            lambda person_id, office_id: (
                owned(RoleGrant, office_id)
                .filter(user__persons__pk=person_id)
                .select_related("organization", "delegated_by__user", "created_by")
                .order_by("-valid_from", "-pk")
            ),
            _grant_line,
            OnErasure.KEEP,
            LOGS,
            people=(),
        ),
        Holding(
            "registry.account",
            User,
            "账号",
            lambda person_id, office_id: User.objects.filter(persons__pk=person_id, persons__office_id=office_id),
            _user_line,
            OnErasure.BLANK,
            PURPOSE_ENDED,
            people=(),
        ),
        Holding(
            "registry.session",
            UserSession,
            "登录会话",
            lambda person_id, office_id: UserSession.objects.filter(
                user__persons__pk=person_id, user__persons__office_id=office_id
            ),
            _session_line,
            OnErasure.DELETE,
            PURPOSE_ENDED,
            people=(),
        ),
        Holding(
            "registry.reads",
            AuditEntry,
            "查阅情况",
            _reads,
            _read_line,
            OnErasure.KEEP,
            LOGS,
            withheld=(
                Withheld(
                    "查阅人姓名", "本人对该条查阅提出异议时", "个人信息保护法第四十四条：以角色和用途告知，异议时具名。"
                ),
            ),
            people=(),
        ),
        Holding(
            "registry.changes", AuditEntry, "登记与更正情况", _changes, _change_line, OnErasure.KEEP, LOGS, people=()
        ),
    )
    register_disposal(
        Disposal(
            "registry.former_contact_details",
            "离任人员的电话、邮箱和出生日期",
            _former,
            {"phone": "", "email": "", "birth_date": None},
            people="pk",
        ),
        Disposal(
            "registry.suggestion_senders",
            "已答复的投诉与建议的提出人",
            lambda office_id, before: owned(Suggestion, office_id).filter(
                Q(sender__isnull=False) | Q(created_by__isnull=False), answered_at__date__lt=before
            ),
            {"sender": None, "created_by": None},
        ),
        Disposal(
            "registry.correction_proposals",
            "已办结的更正申请",
            lambda office_id, before: owned(CorrectionProposal, office_id).filter(decided_at__date__lt=before),
            people="person_id",
        ),
        Disposal(
            "registry.objections",
            "已答复的异议",
            lambda office_id, before: owned(Objection, office_id).filter(answered_at__date__lt=before),
            people="person_id",
        ),
        Disposal(
            "registry.audit_values",
            "审计记录中的改动前后值",
            lambda office_id, before: AuditValue.objects.filter(entry__office_id=office_id, entry__at__date__lt=before),
        ),
    )


def _former(office_id: int, before: dt.date) -> QuerySet[Any]:
    """Return persons whose last membership ended before ``before`` and whose details are still there."""
    seats = Membership.objects.filter(person_id=OuterRef("pk"))
    lasting = seats.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=before))
    details = ~Q(phone="") | ~Q(email="") | Q(birth_date__isnull=False)
    return owned(Person, office_id).filter(details, Exists(seats), ~Exists(lasting))
