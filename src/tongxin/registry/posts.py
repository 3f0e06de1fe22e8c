"""The posts that every office begins with, in official order; an office adds its own.  Pure."""

from __future__ import annotations

from tongxin.registry.enums import OrganizationKind, PostCode

Kind = OrganizationKind
#: Name and official order of posts, by kind of organization.
STANDARD_POSTS: dict[str, tuple[tuple[str, str, int], ...]] = {
    Kind.COMMITTEE: ((PostCode.MEMBER, "委员", 100),),
    Kind.STANDING_COMMITTEE: (
        (PostCode.CHAIR, "主席", 10),
        (PostCode.VICE_CHAIR, "副主席", 20),
        (PostCode.SECRETARY_GENERAL, "秘书长", 30),
        (PostCode.STANDING_MEMBER, "常务委员", 40),
    ),
    Kind.CHAIR_MEETING: (
        (PostCode.CHAIR, "主席", 10),
        (PostCode.VICE_CHAIR, "副主席", 20),
        (PostCode.SECRETARY_GENERAL, "秘书长", 30),
    ),
    Kind.PARTY_GROUP: (
        (PostCode.PARTY_SECRETARY, "书记", 10),
        (PostCode.PARTY_DEPUTY_SECRETARY, "副书记", 20),
        (PostCode.PARTY_GROUP_MEMBER, "党组成员", 30),
    ),
    Kind.SPECIAL_COMMITTEE: (
        (PostCode.DIRECTOR, "主任", 10),
        (PostCode.DEPUTY_DIRECTOR, "副主任", 20),
        (PostCode.MEMBER, "委员", 100),
    ),
    Kind.SECTOR: ((PostCode.CONVENER, "召集人", 10), (PostCode.MEMBER, "委员", 100)),
    Kind.MEMBER_GROUP: ((PostCode.GROUP_LEADER, "组长", 10), (PostCode.MEMBER, "委员", 100)),
    Kind.STAFF: ((PostCode.DEPUTY_SECRETARY_GENERAL, "副秘书长", 10), (PostCode.CLERK, "工作人员", 100)),
    Kind.DEPARTMENT: ((PostCode.DIRECTOR, "主任", 10), (PostCode.CLERK, "工作人员", 100)),
    Kind.SMALL_GROUP: ((PostCode.GROUP_LEADER, "组长", 10),),
}
_OFFICERS = (
    (PostCode.PARTY_SECRETARY, "书记", 10),
    (PostCode.PARTY_DEPUTY_SECRETARY, "副书记", 20),
    (PostCode.BRANCH_COMMITTEE_MEMBER, "支部委员", 30),
)
for _kind in (
    Kind.OFFICE_PARTY_COMMITTEE,
    Kind.GENERAL_BRANCH,
    Kind.BRANCH,
    Kind.JOINT_BRANCH,
    Kind.FUNCTIONAL_BRANCH,
    Kind.TEMPORARY_COMMITTEE,
    Kind.TEMPORARY_GENERAL_BRANCH,
    Kind.TEMPORARY_BRANCH,
    Kind.TEMPORARY_JOINT_BRANCH,
):
    STANDARD_POSTS[_kind] = _OFFICERS
