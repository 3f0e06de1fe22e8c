"""Whom a provision binds: the words of ``binds``, the selectors behind them, and what covers whom.

A word either names a selector (its subjects are judged) or only guides a form or a workflow; then it says so
explicitly.  Pure but for :func:`register`, which hands the relations of the registry to the judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from ibis.expr.types import Table

ORGANIZATION, PERSON, PAIR, EVENT = "organization", "person", "pair", "event"

#: Selector → subject kind.  ``event`` is the occasion itself, without a relation of its own.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "event": EVENT,
        "cppcc_committee": ORGANIZATION,
        "staff": ORGANIZATION,
        "party_group": ORGANIZATION,
        "office_party_group": ORGANIZATION,
        "office_party_committee": ORGANIZATION,
        "general_branch": ORGANIZATION,
        "party_branch": ORGANIZATION,
        "joint_branch": ORGANIZATION,
        "party_term_unit": ORGANIZATION,
        "branch_secretary": PERSON,
        "party_small_group": ORGANIZATION,
        "functional_branch": ORGANIZATION,
        "temporary_branch": ORGANIZATION,
        "member_group_branch": ORGANIZATION,
        "special_committee": ORGANIZATION,
        "sector": ORGANIZATION,
        "member_group": ORGANIZATION,
        "standing_committee": ORGANIZATION,
        "chair_meeting": ORGANIZATION,
        "handling_unit": ORGANIZATION,
        "member": PERSON,
        "standing_member": PERSON,
        "chair_meeting_member": PERSON,
        "party_member_member": PERSON,
        "nonparty_member": PERSON,
        "party_group_member": PERSON,
        "party_group_secretary": PERSON,
        "branch_officer": PERSON,
        "party_member": PERSON,
        "pair_group_to_party_member": PAIR,
        "pair_party_to_nonparty": PAIR,
    }
)

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "event": "有关活动",
        "cppcc_committee": "政协委员会",
        "staff": "政协机关",
        "party_group": "政协党组",
        "office_party_group": "机关党组",
        "office_party_committee": "机关党委",
        "general_branch": "党总支",
        "party_branch": "党支部（含联合党支部）",
        "joint_branch": "联合党支部",
        "party_term_unit": "党支部、党总支、机关党委",
        "branch_secretary": "党支部书记",
        "party_small_group": "党小组",
        "functional_branch": "功能型党支部",
        "temporary_branch": "临时党支部",
        "member_group_branch": "委员履职小组临时党支部",
        "special_committee": "专门委员会",
        "sector": "界别",
        "member_group": "委员履职小组",
        "standing_committee": "常务委员会",
        "chair_meeting": "主席会议",
        "handling_unit": "承办单位",
        "member": "政协委员",
        "standing_member": "常务委员",
        "chair_meeting_member": "主席会议成员",
        "party_member_member": "党员委员",
        "nonparty_member": "党外委员",
        "party_group_member": "党组成员",
        "party_group_secretary": "党组书记",
        "branch_officer": "支部委员会成员",
        "party_member": "党员",
        "pair_group_to_party_member": "党组成员与所联系的党员委员",
        "pair_party_to_nonparty": "党员委员与所联系的党外委员",
    }
)

#: Coverage relation → kind of what is covered.
COVERAGES: Mapping[str, str] = MappingProxyType(
    {
        "special_committee": PERSON,
        "standing_party_unit": PERSON,
        "contact": PERSON,
        "home_unit": PERSON,
        "functional_branch": ORGANIZATION,
        "temporary_branch": ORGANIZATION,
        "secretary": ORGANIZATION,
        "party_group": ORGANIZATION,
        "office_party_group": ORGANIZATION,
        "office_party_committee": ORGANIZATION,
        "office_general_branch": ORGANIZATION,
        "members": ORGANIZATION,
        "nonparty_members": ORGANIZATION,
        "party_members": ORGANIZATION,
        "full_members": ORGANIZATION,
        "officers": ORGANIZATION,
        "employers": ORGANIZATION,
        "office_party_members": ORGANIZATION,
        "party_leaders": ORGANIZATION,
        "vice_chairs": ORGANIZATION,
        "nonparty_vice_chairs": ORGANIZATION,
    }
)

#: Coverage relation → what a finding says is there, and what is counted.
COVERAGE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "special_committee": "编入专委会",
        "standing_party_unit": "编入党组织",
        "contact": "明确联系人",
        "home_unit": "登记组织关系所在单位",
        "functional_branch": "设立功能型党支部",
        "temporary_branch": "设立临时党支部",
        "secretary": "指定书记",
        "party_group": "设立党组",
        "office_party_group": "设立机关党组",
        "office_party_committee": "设立机关党委",
        "office_general_branch": "设立党总支或者机关党委",
        "members": "成员",
        "nonparty_members": "非中共人士",
        "party_members": "党员",
        "full_members": "正式党员",
        "officers": "支部委员会成员",
        "employers": "成员所在单位",
        "office_party_members": "机关党员",
        "party_leaders": "担任主席、副主席、秘书长的党员",
        "vice_chairs": "副主席",
        "nonparty_vice_chairs": "非中共副主席",
    }
)
#: Coverage relations that count things other than people.
COVERAGE_UNITS: Mapping[str, str] = MappingProxyType({"employers": "个单位"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of ``binds``: what it means and, unless it only guides, which selector gives its subjects."""

    label: str
    selector: str = ""

    @property
    def guides_only(self) -> bool:
        """Tell whether the word serves a form or a workflow and has no subjects to judge."""
        return not self.selector


def _same(name: str) -> Word:
    return Word(LABELS[name], name)


WORDS: Mapping[str, Word] = MappingProxyType(
    {
        **{
            name: _same(name)
            for name in KINDS
            if name not in {"event", "pair_group_to_party_member", "pair_party_to_nonparty", "party_term_unit"}
        },
        # delegations and manuscripts are occasions: the occasion is the subject
        "delegation": Word("视察、调研、培训、出访团组", "event"),
        "temporary_body": Word("临时组建的机构", "temporary_branch"),
        "leading_cadre": Word("党员领导干部", "party_group_member"),
        "chief_leader": Word("主要负责同志", "event"),
        "deputy_leader": Word("分管负责同志", "event"),
        "editor": Word("编辑", "event"),
        # what the office's own secretariat does is entered by it and guides its forms
        "office": Word("机关"),
        "cppcc_office": Word("政协办公室"),
        "supervision_office": Word("督查部门"),
        "assigning_office": Word("交办部门"),
        "superior_party_org": Word("上级党组织"),
        "unit": Word("单位"),
        "project": Word("项目"),
        "leaders": Word("领导同志"),
        # proposals are matters; their clocks run in the workflow of the matter
        "proposal_committee": Word("提案委员会"),
        "proposer": Word("提案者"),
        "co_handling_unit": Word("会办单位"),
        "party_or_group": Word("民主党派、人民团体"),
    }
)


def register() -> None:
    """Hand selectors and coverage relations of the registry to ``provisions.occurrences``; call it once at start-up."""
    from tongxin.provisions import occurrences  # noqa: PLC0415 - the registry's models exist only after start-up
    from tongxin.registry import occurrences as registry  # noqa: PLC0415 - as above
    from tongxin.registry.enums import OrganizationKind as Kind  # noqa: PLC0415 - as above
    from tongxin.registry.enums import PostCode  # noqa: PLC0415 - as above

    bodies: Mapping[str, tuple[str, ...]] = {
        "cppcc_committee": (Kind.COMMITTEE,),
        "staff": (Kind.STAFF,),
        "party_group": (Kind.PARTY_GROUP,),
        "office_party_group": (Kind.OFFICE_PARTY_GROUP,),
        "office_party_committee": (Kind.OFFICE_PARTY_COMMITTEE,),
        "general_branch": (Kind.GENERAL_BRANCH,),
        "party_branch": (Kind.BRANCH, Kind.JOINT_BRANCH),
        "joint_branch": (Kind.JOINT_BRANCH,),
        "party_term_unit": (Kind.BRANCH, Kind.JOINT_BRANCH, Kind.GENERAL_BRANCH, Kind.OFFICE_PARTY_COMMITTEE),
        "party_small_group": (Kind.SMALL_GROUP,),
        "functional_branch": (Kind.FUNCTIONAL_BRANCH,),
        "temporary_branch": (Kind.TEMPORARY_BRANCH,),
        "special_committee": (Kind.SPECIAL_COMMITTEE,),
        "sector": (Kind.SECTOR,),
        "member_group": (Kind.MEMBER_GROUP,),
        "standing_committee": (Kind.STANDING_COMMITTEE,),
        "chair_meeting": (Kind.CHAIR_MEETING,),
        "handling_unit": (Kind.HANDLING_UNIT,),
    }
    relations: dict[str, Callable[[], Table]] = {
        name: partial(registry.organizations, kinds) for name, kinds in bodies.items()
    }
    relations["member_group_branch"] = partial(
        registry.organizations, (Kind.TEMPORARY_BRANCH,), based_on=(Kind.MEMBER_GROUP,)
    )
    people: Mapping[str, Callable[[], Table]] = {
        "member": registry.members,
        "standing_member": partial(registry.memberships, (Kind.STANDING_COMMITTEE,)),
        "chair_meeting_member": partial(registry.memberships, (Kind.CHAIR_MEETING,)),
        "party_member_member": registry.party_member_members,
        "nonparty_member": registry.nonparty_members,
        "party_group_member": registry.party_group_members,
        "party_group_secretary": partial(registry.memberships, (Kind.PARTY_GROUP,), posts=(PostCode.PARTY_SECRETARY,)),
        "branch_officer": registry.branch_officers,
        "branch_secretary": registry.branch_secretaries,
        "party_member": registry.unit_party_members,
    }
    for name, relation in people.items():
        relations[name] = partial(_persons, relation)
    relations["pair_group_to_party_member"] = partial(
        _pairs, registry.party_group_members, registry.party_member_members
    )
    relations["pair_party_to_nonparty"] = partial(_pairs, registry.party_member_members, registry.nonparty_members)
    for name, relation in relations.items():
        if name not in occurrences.selectors():
            occurrences.register_selector(name, KINDS[name], LABELS[name], relation)
    coverages: Mapping[str, Callable[[], Table]] = {
        "special_committee": registry.covered_by_committee,
        "standing_party_unit": registry.covered_by_party_unit,
        "contact": registry.covered_by_contact,
        "home_unit": registry.covered_by_home_unit,
        "functional_branch": registry.covered_by_functional_branch,
        "temporary_branch": registry.covered_by_temporary_branch,
        "secretary": registry.headed_by_secretary,
        "party_group": partial(registry.bodies_beside, (Kind.COMMITTEE,), (Kind.PARTY_GROUP,)),
        "office_party_group": partial(registry.bodies_beside, (Kind.STAFF,), (Kind.OFFICE_PARTY_GROUP,)),
        "office_party_committee": partial(registry.bodies_beside, (Kind.STAFF,), (Kind.OFFICE_PARTY_COMMITTEE,)),
        "office_general_branch": partial(
            registry.bodies_beside, (Kind.STAFF,), (Kind.GENERAL_BRANCH, Kind.OFFICE_PARTY_COMMITTEE)
        ),
        "members": registry.counted_members,
        "nonparty_members": registry.counted_nonparty_members,
        "party_members": registry.counted_party_members,
        "full_members": registry.counted_full_members,
        "officers": registry.counted_officers,
        "employers": registry.counted_employers,
        "office_party_members": registry.counted_office_party_members,
        "party_leaders": registry.counted_party_leaders,
        "vice_chairs": registry.counted_vice_chairs,
        "nonparty_vice_chairs": registry.counted_nonparty_vice_chairs,
    }
    for name, relation in coverages.items():
        if name not in occurrences.coverages():
            occurrences.register_coverage(name, relation)
    occurrences.register_source("registry", _registry_facts, kinds=("founded", "term_began", "secretary_appointed"))


def _registry_facts() -> Table:
    """Return what the register says happened: units founded, terms begun, secretaries appointed."""
    from tongxin.registry import occurrences as registry  # noqa: PLC0415 - models exist only after start-up

    founded, term, appointed = registry.founded(), registry.terms_begun(), registry.secretaries_appointed()
    return (
        _as_facts(founded, "founded", "organization")
        .union(_as_facts(term, "term_began", "term"))
        .union(_as_facts(appointed, "secretary_appointed", "membership"))
    )


def _as_facts(relation: Table, kind: str, source_type: str) -> Table:
    """Return a relation of (office, organization, person, day, source) as facts of one kind."""
    from tongxin.provisions import occurrences  # noqa: PLC0415 - see register

    return occurrences.fact(
        relation,
        office_id=relation.office_id,
        kind=kind,
        organization_id=relation.organization_id,
        person_id=relation.person_id,
        day=relation.day,
        source_type=source_type,
        source_id=relation.source_id,
    )


def _persons(relation: Callable[[], Table]) -> Table:
    from tongxin.registry import occurrences as registry  # noqa: PLC0415 - models exist only after start-up

    return registry.persons(relation())


def _pairs(contacts: Callable[[], Table], targets: Callable[[], Table]) -> Table:
    from tongxin.registry import occurrences as registry  # noqa: PLC0415 - models exist only after start-up

    return registry.contact_pairs(contacts(), targets())
