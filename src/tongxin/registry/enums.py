"""Kinds and codes of the registry.  Values are stored; labels are what people read."""

from __future__ import annotations

from django.db import models


class OfficeLevel(models.TextChoices):
    """The level of a committee."""

    PROVINCE = "province", "省级"
    CITY = "city", "地市级"
    COUNTY = "county", "县区级"


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSTATED = "9", "未说明"


class AffiliationCode(models.TextChoices):
    """Political affiliation, GB/T 4762."""

    CPC = "01", "中共党员"
    CPC_PROBATIONARY = "02", "中共预备党员"
    YOUTH_LEAGUE = "03", "共青团员"
    RCCK = "04", "民革党员"
    CDL = "05", "民盟盟员"
    CNDCA = "06", "民建会员"
    CAPD = "07", "民进会员"
    CPWDP = "08", "农工党党员"
    CZGP = "09", "致公党党员"
    JIUSAN = "10", "九三学社社员"
    TDSL = "11", "台盟盟员"
    NON_PARTY = "12", "无党派人士"
    MASSES = "13", "群众"


#: Party members: full and probationary.
PARTY_MEMBER_CODES = (AffiliationCode.CPC, AffiliationCode.CPC_PROBATIONARY)
#: Members with a vote.
FULL_MEMBER_CODES = (AffiliationCode.CPC,)


class OrganizationKind(models.TextChoices):
    """What an organization is; the kind decides in which tree it stands and which provisions bind it."""

    COMMITTEE = "committee", "政协委员会"
    STAFF = "staff", "机关"
    STANDING_COMMITTEE = "standing_committee", "常务委员会"
    CHAIR_MEETING = "chair_meeting", "主席会议"
    PARTY_GROUP = "party_group", "政协党组"
    OFFICE_PARTY_GROUP = "office_party_group", "机关党组"
    OFFICE_PARTY_COMMITTEE = "office_party_committee", "机关党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
    JOINT_BRANCH = "joint_branch", "联合党支部"
    FUNCTIONAL_BRANCH = "functional_branch", "功能型党支部"
    TEMPORARY_BRANCH = "temporary_branch", "临时党支部"
    SMALL_GROUP = "small_group", "党小组"
    SPECIAL_COMMITTEE = "special_committee", "专门委员会"
    SECTOR = "sector", "界别"
    MEMBER_GROUP = "member_group", "委员履职小组"
    VENUE = "venue", "委员工作室"
    DEPARTMENT = "department", "机关处室"
    HANDLING_UNIT = "handling_unit", "承办单位"
    CHANNEL = "channel", "宣传阵地"
    HOME_UNIT = "home_unit", "所在单位党组织"
    EXTERNAL = "external", "外部单位"


#: Party units whose membership covers a Party-member member; temporary and home units do not count.
STANDING_PARTY_UNIT_KINDS = (
    OrganizationKind.BRANCH,
    OrganizationKind.JOINT_BRANCH,
    OrganizationKind.FUNCTIONAL_BRANCH,
)
#: Membership of any of these tells a person's affiliation and inherits its privacy class.
PARTY_UNIT_KINDS = (
    OrganizationKind.PARTY_GROUP,
    OrganizationKind.OFFICE_PARTY_GROUP,
    OrganizationKind.OFFICE_PARTY_COMMITTEE,
    OrganizationKind.GENERAL_BRANCH,
    *STANDING_PARTY_UNIT_KINDS,
    OrganizationKind.TEMPORARY_BRANCH,
    OrganizationKind.SMALL_GROUP,
    OrganizationKind.HOME_UNIT,
)


class PostCode(models.TextChoices):
    """Posts that rules and pages refer to; an office may add others with a code of its own."""

    CHAIR = "chair", "主席"
    VICE_CHAIR = "vice_chair", "副主席"
    SECRETARY_GENERAL = "secretary_general", "秘书长"
    DEPUTY_SECRETARY_GENERAL = "deputy_secretary_general", "副秘书长"
    STANDING_MEMBER = "standing_member", "常务委员"
    MEMBER = "member", "委员"
    PARTY_SECRETARY = "party_secretary", "书记"
    PARTY_DEPUTY_SECRETARY = "party_deputy_secretary", "副书记"
    PARTY_GROUP_MEMBER = "party_group_member", "党组成员"
    BRANCH_COMMITTEE_MEMBER = "branch_committee_member", "支部委员"
    DIRECTOR = "director", "主任"
    DEPUTY_DIRECTOR = "deputy_director", "副主任"
    CONVENER = "convener", "召集人"
    GROUP_LEADER = "group_leader", "组长"
    CLERK = "clerk", "工作人员"


#: Who sits on a branch committee.
BRANCH_OFFICER_POSTS = (PostCode.PARTY_SECRETARY, PostCode.PARTY_DEPUTY_SECRETARY, PostCode.BRANCH_COMMITTEE_MEMBER)


class MembershipReason(models.TextChoices):
    """Why a membership began or ended."""

    NEW_TERM = "new_term", "换届"
    CO_OPTED = "co_opted", "增补"
    TRANSFER = "transfer", "工作调动"
    ADJUSTMENT = "adjustment", "分工调整"
    RESIGNED = "resigned", "辞去"
    REMOVED = "removed", "撤销"
    DECEASED = "deceased", "去世"
    RETIRED = "retired", "退休"
    TERM_END = "term_end", "届满"
    FOUNDED = "founded", "组织成立"
    DISSOLVED = "dissolved", "组织撤销"
    CORRECTION = "correction", "更正"
    IMPORTED = "imported", "导入"


class Role(models.TextChoices):
    """What a user may do in one office; some roles hold for one unit only."""

    ADMINISTRATOR = "administrator", "系统管理员"
    ROSTER_CLERK = "roster_clerk", "名册管理员"
    PARTY_CLERK = "party_clerk", "党务工作人员"
    BRANCH_SECRETARY = "branch_secretary", "支部书记"
    COMMITTEE_OFFICE = "committee_office", "专委会办公室"
    PROPOSALS_OFFICE = "proposals_office", "提案办"
    INFORMATION_OFFICE = "information_office", "信息办"
    EDITOR = "editor", "编辑审核"
    SUPERVISOR = "supervisor", "督查人员"
    LEADER = "leader", "领导"
    HANDLING_UNIT = "handling_unit", "承办单位"
    MEMBER = "member", "委员"


#: Roles that are granted for one unit and see no other.
UNIT_ROLES = (Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE, Role.HANDLING_UNIT)


class DraftState(models.TextChoices):
    """How far the draft of a new term has come; ``names`` may be entered only once the list is published."""

    QUOTAS = "quotas", "名额方案"
    NAMES = "names", "录入名单"
    OPENED = "opened", "已换届"
    WITHDRAWN = "withdrawn", "已撤销"


#: Drafts that may still be changed.
OPEN_DRAFT_STATES = (DraftState.QUOTAS, DraftState.NAMES)


class PartySide(models.TextChoices):
    """On which side of the 60 % rule a seat is planned, before it has a name."""

    UNDECIDED = "", "未定"
    PARTY = "party", "中共"
    NON_PARTY = "nonparty", "非中共"


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

    COMPLAINT = "complaint", "投诉"
    SUGGESTION = "suggestion", "建议"


class ProposalState(models.TextChoices):
    """What became of a person's proposal to correct their own data."""

    PROPOSED = "proposed", "待核实"
    CONFIRMED = "confirmed", "已更正"
    DECLINED = "declined", "未采纳"
    WITHDRAWN = "withdrawn", "已撤回"


#: Own data that a person may propose to correct.  Affiliation goes through the clerk with its paper.
CORRECTABLE_FIELDS = ("name", "sex", "birth_date", "ethnic_group", "employer", "position", "phone", "email")
