"""Kinds and codes of the registry.  Values are stored; labels are what people read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class OfficeLevel(models.TextChoices):
    """The level of a committee."""

    PROVINCE = "province", _("省级")
    CITY = "city", _("地市级")
    COUNTY = "county", _("县区级")


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", _("未知")
    MALE = "1", _("男")
    FEMALE = "2", _("女")
    UNSTATED = "9", _("未说明")


class AffiliationCode(models.TextChoices):
    """Political affiliation, GB/T 4762."""

    CPC = "01", _("中共党员")
    CPC_PROBATIONARY = "02", _("中共预备党员")
    YOUTH_LEAGUE = "03", _("共青团员")
    RCCK = "04", _("民革党员")
    CDL = "05", _("民盟盟员")
    CNDCA = "06", _("民建会员")
    CAPD = "07", _("民进会员")
    CPWDP = "08", _("农工党党员")
    CZGP = "09", _("致公党党员")
    JIUSAN = "10", _("九三学社社员")
    TDSL = "11", _("台盟盟员")
    NON_PARTY = "12", _("无党派人士")
    MASSES = "13", _("群众")


#: Party members: full and probationary.
PARTY_MEMBER_CODES = (AffiliationCode.CPC, AffiliationCode.CPC_PROBATIONARY)
#: Members with a vote.
FULL_MEMBER_CODES = (AffiliationCode.CPC,)


class OrganizationKind(models.TextChoices):
    """What an organization is; the kind decides in which tree it stands and which provisions bind it."""

    COMMITTEE = "committee", _("政协委员会")
    STAFF = "staff", _("机关")
    STANDING_COMMITTEE = "standing_committee", _("常务委员会")
    CHAIR_MEETING = "chair_meeting", _("主席会议")
    PARTY_GROUP = "party_group", _("政协党组")
    OFFICE_PARTY_GROUP = "office_party_group", _("机关党组")
    OFFICE_PARTY_COMMITTEE = "office_party_committee", _("机关党委")
    DISCIPLINE_COMMITTEE = "discipline_committee", _("机关纪委")
    GENERAL_BRANCH = "general_branch", _("党总支")
    BRANCH = "branch", _("党支部")
    JOINT_BRANCH = "joint_branch", _("联合党支部")
    FUNCTIONAL_BRANCH = "functional_branch", _("功能型党支部")
    TEMPORARY_COMMITTEE = "temporary_committee", _("临时党委")
    TEMPORARY_GENERAL_BRANCH = "temporary_general_branch", _("临时党总支")
    TEMPORARY_BRANCH = "temporary_branch", _("临时党支部")
    TEMPORARY_JOINT_BRANCH = "temporary_joint_branch", _("临时联合党支部")
    SMALL_GROUP = "small_group", _("党小组")
    SPECIAL_COMMITTEE = "special_committee", _("专门委员会")
    SECTOR = "sector", _("界别")
    MEMBER_GROUP = "member_group", _("委员履职小组")
    VENUE = "venue", _("委员工作室")
    DEPARTMENT = "department", _("机关处室")
    HANDLING_UNIT = "handling_unit", _("承办单位")
    CHANNEL = "channel", _("宣传阵地")
    HOME_UNIT = "home_unit", _("所在单位党组织")
    PARTY_OR_BODY = "party_or_body", _("党派团体")
    EXTERNAL = "external", _("外部单位")


#: Party units whose membership covers a Party-member member; temporary and home units do not count.
STANDING_PARTY_UNIT_KINDS = (
    OrganizationKind.BRANCH,
    OrganizationKind.JOINT_BRANCH,
    OrganizationKind.FUNCTIONAL_BRANCH,
)
#: Party units that are set up for a task or a tour and end with it.
TEMPORARY_PARTY_UNIT_KINDS = (
    OrganizationKind.TEMPORARY_COMMITTEE,
    OrganizationKind.TEMPORARY_GENERAL_BRANCH,
    OrganizationKind.TEMPORARY_BRANCH,
    OrganizationKind.TEMPORARY_JOINT_BRANCH,
)
#: The codes under which Party-affairs systems keep Party units.  A functional branch and a home unit outside have none.
PARTY_UNIT_CODES = {
    OrganizationKind.OFFICE_PARTY_COMMITTEE: "611",
    OrganizationKind.PARTY_GROUP: "612",
    OrganizationKind.OFFICE_PARTY_GROUP: "612",
    OrganizationKind.GENERAL_BRANCH: "621",
    OrganizationKind.BRANCH: "631",
    OrganizationKind.JOINT_BRANCH: "632",
    OrganizationKind.SMALL_GROUP: "641",
    OrganizationKind.TEMPORARY_COMMITTEE: "911",
    OrganizationKind.TEMPORARY_GENERAL_BRANCH: "921",
    OrganizationKind.TEMPORARY_BRANCH: "931",
    OrganizationKind.TEMPORARY_JOINT_BRANCH: "932",
}
#: Membership of any of these tells a person's affiliation and inherits its privacy class.
PARTY_UNIT_KINDS = (
    OrganizationKind.PARTY_GROUP,
    OrganizationKind.OFFICE_PARTY_GROUP,
    OrganizationKind.OFFICE_PARTY_COMMITTEE,
    OrganizationKind.DISCIPLINE_COMMITTEE,
    OrganizationKind.GENERAL_BRANCH,
    *STANDING_PARTY_UNIT_KINDS,
    *TEMPORARY_PARTY_UNIT_KINDS,
    OrganizationKind.SMALL_GROUP,
    OrganizationKind.HOME_UNIT,
)


class PostCode(models.TextChoices):
    """Posts that rules and pages refer to; an office may add others with a code of its own."""

    CHAIR = "chair", gettext_noop("主席")
    VICE_CHAIR = "vice_chair", gettext_noop("副主席")
    SECRETARY_GENERAL = "secretary_general", gettext_noop("秘书长")
    DEPUTY_SECRETARY_GENERAL = "deputy_secretary_general", gettext_noop("副秘书长")
    STANDING_MEMBER = "standing_member", gettext_noop("常务委员")
    MEMBER = "member", gettext_noop("委员")
    PARTY_SECRETARY = "party_secretary", gettext_noop("书记")
    PARTY_DEPUTY_SECRETARY = "party_deputy_secretary", gettext_noop("副书记")
    PARTY_GROUP_MEMBER = "party_group_member", gettext_noop("党组成员")
    BRANCH_COMMITTEE_MEMBER = "branch_committee_member", gettext_noop("支部委员")
    DIRECTOR = "director", gettext_noop("主任")
    DEPUTY_DIRECTOR = "deputy_director", gettext_noop("副主任")
    CONVENER = "convener", gettext_noop("召集人")
    GROUP_LEADER = "group_leader", gettext_noop("组长")
    CLERK = "clerk", gettext_noop("工作人员")


#: Who sits on a branch committee.
BRANCH_OFFICER_POSTS = (PostCode.PARTY_SECRETARY, PostCode.PARTY_DEPUTY_SECRETARY, PostCode.BRANCH_COMMITTEE_MEMBER)


class MembershipReason(models.TextChoices):
    """Why a membership began or ended."""

    NEW_TERM = "new_term", _("换届")
    CO_OPTED = "co_opted", _("增补")
    TRANSFER = "transfer", _("工作调动")
    ADJUSTMENT = "adjustment", _("分工调整")
    RESIGNED = "resigned", _("辞去")
    REMOVED = "removed", _("撤销")
    DECEASED = "deceased", _("去世")
    RETIRED = "retired", _("退休")
    TERM_END = "term_end", _("届满")
    FOUNDED = "founded", _("组织成立")
    DISSOLVED = "dissolved", _("组织撤销")
    CORRECTION = "correction", _("更正")
    IMPORTED = "imported", _("导入")


class Role(models.TextChoices):
    """What a user may do in one office; some roles hold for one unit only."""

    ADMINISTRATOR = "administrator", gettext_noop("系统管理员")
    ROSTER_CLERK = "roster_clerk", gettext_noop("名册管理员")
    PARTY_CLERK = "party_clerk", gettext_noop("党务工作人员")
    BRANCH_SECRETARY = "branch_secretary", gettext_noop("支部书记")
    COMMITTEE_OFFICE = "committee_office", gettext_noop("专委会办公室")
    PROPOSALS_OFFICE = "proposals_office", gettext_noop("提案办")
    INFORMATION_OFFICE = "information_office", gettext_noop("信息办")
    EDITOR = "editor", gettext_noop("编辑审核")
    SUPERVISOR = "supervisor", gettext_noop("督查人员")
    LEADER = "leader", gettext_noop("领导")
    HANDLING_UNIT = "handling_unit", gettext_noop("承办单位")
    MEMBER = "member", gettext_noop("委员")


#: Roles that are granted for one unit and see no other.
UNIT_ROLES = (Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE, Role.HANDLING_UNIT)


class DraftState(models.TextChoices):
    """How far the draft of a new term has come; ``names`` may be entered only once the list is published."""

    QUOTAS = "quotas", _("名额方案")
    NAMES = "names", _("录入名单")
    OPENED = "opened", _("已换届")
    WITHDRAWN = "withdrawn", _("已撤销")


#: Drafts that may still be changed.
OPEN_DRAFT_STATES = (DraftState.QUOTAS, DraftState.NAMES)


class PartySide(models.TextChoices):
    """On which side of the 60 % rule a seat is planned, before it has a name."""

    UNDECIDED = "", _("未定")
    PARTY = "party", _("中共")
    NON_PARTY = "nonparty", _("非中共")


#: What a seat of a new term may be, in official order; each is the code of a post of the committee.
SEAT_POSITIONS = (
    PostCode.CHAIR,
    PostCode.VICE_CHAIR,
    PostCode.SECRETARY_GENERAL,
    PostCode.STANDING_MEMBER,
    PostCode.MEMBER,
)


class SuggestionKind(models.TextChoices):
    """What somebody writes to the office about a page."""

    COMPLAINT = "complaint", _("投诉")
    SUGGESTION = "suggestion", _("建议")


class ProposalState(models.TextChoices):
    """What became of a person's proposal to correct their own data."""

    PROPOSED = "proposed", _("待核实")
    CONFIRMED = "confirmed", _("已更正")
    DECLINED = "declined", _("未采纳")
    WITHDRAWN = "withdrawn", _("已撤回")


#: Own data that a person may propose to correct.  Affiliation goes through the clerk with its paper.
CORRECTABLE_FIELDS: tuple[str, ...] = (
    "name",
    "sex",
    "birth_date",
    "ethnic_group",
    "employer",
    "position",
    "phone",
    "email",
)
#: What the office may correct besides: the place in the official order of names (排序号).
OFFICE_CORRECTABLE_FIELDS: tuple[str, ...] = (*CORRECTABLE_FIELDS, "precedence")
