"""What a fact is, and where facts and subjects come from.

A *fact* says that something happened: which kind, to whom, on which day, and which record says so.  The
packages that keep records (activities, matters) register a *source* at start-up, from ``AppConfig.ready``::

    from tongxin.provisions import occurrences
    occurrences.register_source("activities", facts)      # def facts() -> ibis.Table

A source is an expression, not an iterator: a function without arguments that returns an Ibis relation over
``tongxin.core.relations.table(Model)`` relations, with exactly the columns of :data:`FACT_SCHEMA` (any
order; :func:`fact` puts them in order and gives the types).  No date arithmetic, no booleans, no
parameters, all offices at once: whoever asks filters by ``office_id``.

==================  =======================================================================================
``office_id``       the office that owns the record
``kind``            what happened: one of :data:`FACT_NAMES`.  A record that nearly counts is told under a
                    prefixed kind, ``planned:theme_day`` (planned or notified, not yet held) or
                    ``misplaced:first_agenda_item`` (the item is there, but not in first place)
``organization_id`` the unit for which it counts; 0 where there is none
``person_id``       the person for whom it counts; **0 in rows that count for an organization**
``other_person_id`` the other person of a talk or contact; else 0
``day``             its own start day, local, also where it lasts several days
``quantity``        class hours, else 0
``quorum_ok``       0 where a closed register shows that those present were too few; else 1 (unknown is 1:
                    an unknown presence is never taken for absence)
``topic``           text, else ''
``source_type``     ``activity``, ``matter``, ``document``, ``organization``, ``membership`` or ``term``; with ``source_id`` it names the record
``source_id``       the record's primary key
==================  =======================================================================================

Which rows a record yields:

* one row for each meaning and each organizing unit: ``organization_id`` set, ``person_id`` 0;
* one row for each meaning and each person who was present (for a lecture: each speaker; for a talk: each of
  the two, with the other in ``other_person_id``): ``person_id`` set, ``organization_id`` the unit that
  organised it (the leading one where there are several) or 0;
* a contact: one row, ``person_id`` the contact (联系人), ``other_person_id`` the target (联系对象);
* a step that has a place within its record (an item of the agenda) carries that place in ``quantity``; of an
  approved extension ``quantity`` says how long it is, in the unit of the limit, 0: as long as is allowed;
* what is part of a record carries **the same source_type and source_id** as the record: the agenda item in
  first place is (``first_agenda_item``, activity, id of the meeting); a temporary branch formed for a tour
  is (``temporary_branch_formed``, activity, id of the tour); each review of a manuscript is
  (``manuscript_reviewed``, person_id the reviewer, matter, id of the manuscript) beside
  (``manuscript_published``, person_id 0, matter, id of the manuscript).

One record counted twice for the same requirement counts once: the judgement counts records, not rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import ibis
from ibis.expr.types import Table, Value

#: Column → Ibis type, in the order in which sources are joined.
FACT_SCHEMA: Mapping[str, str] = MappingProxyType(
    {
        "office_id": "int64",
        "kind": "string",
        "organization_id": "int64",
        "person_id": "int64",
        "other_person_id": "int64",
        "day": "date",
        "quantity": "int64",
        "quorum_ok": "int64",
        "topic": "string",
        "source_type": "string",
        "source_id": "int64",
    }
)

#: What a selector gives: whom it binds and on which days; ``bound_from <= day < bound_until``, absent ids 0.
SUBJECT_SCHEMA: Mapping[str, str] = MappingProxyType(
    {
        "office_id": "int64",
        "selector": "string",
        "subject_kind": "string",
        "organization_id": "int64",
        "person_id": "int64",
        "other_person_id": "int64",
        "bound_from": "date",
        "bound_until": "date",
    }
)

#: What a coverage relation gives: which subject is covered on which days, and by what.
COVERAGE_SCHEMA: Mapping[str, str] = MappingProxyType(
    {
        "office_id": "int64",
        "coverage": "string",
        "organization_id": "int64",
        "person_id": "int64",
        "covering_id": "int64",
        "covered_from": "date",
        "covered_until": "date",
    }
)

#: The vocabulary of facts, shared with activities and matters: kind → Chinese name.
FACT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "party_group_meeting": "党组会议",
        "first_agenda_item": "第一议题",
        "centre_group_session": "理论学习中心组学习",
        "special_study": "专题学习",
        "office_study": "机关学习",
        "reading_activity": "委员读书活动",
        "training_course": "专题培训",
        "lecture_hall": "政协大讲堂",
        "general_meeting": "支部党员大会",
        "committee_meeting": "支部委员会会议",
        "small_group_meeting": "党小组会",
        "party_class": "党课",
        "secretary_lecture": "书记讲党课",
        "theme_day": "主题党日",
        "org_life_meeting": "组织生活会",
        "democratic_life_meeting": "民主生活会",
        "appraisal": "民主评议党员",
        "heart_talk": "谈心谈话",
        "contact": "联系",
        "plenary": "全体会议",
        "standing_committee_meeting": "常务委员会会议",
        "chair_meeting": "主席会议",
        "special_committee_meeting": "专门委员会会议",
        "consultation": "协商活动",
        "inspection": "视察考察",
        "research": "专题调研",
        "study_tour": "学习考察",
        "supervision": "民主监督",
        "discipline_education": "纪律教育",
        "short_course": "微课堂、云课堂",
        "visit": "走访",
        "policy_explanation": "政策宣讲",
        "home_unit_life": "所在单位组织生活",
        "temporary_branch_formed": "组建临时党支部",
        "long_tour": "符合组建临时党支部条件的活动",
        "annual_plan": "年度工作安排",
        "report_annual": "年度全面报告",
        "report_submitted": "呈报报告",
        "request_submitted": "呈报请示",
        "manuscript_published": "稿件发布",
        "manuscript_reviewed": "稿件审核",
        "first_review": "一审一校",
        "second_review": "二审二校",
        "third_review": "三审三校",
        "secrecy_cleared": "保密审查通过",
        "founded": "组织成立",
        "elected": "换届选举",
        "term_extended": "批准延期换届",
        "term_began": "新一届开始",
        "secretary_appointed": "新任支部书记",
        "branch_requested": "呈报设立党组织的请示",
        "request_answered": "请示得到答复",
        "emergency_registered": "突发事项登记",
        "consultation_plan_submitted": "年度协商计划送审",
        "contact_list_approved": "审定联系名单",
        "member_list_passed": "主席会议审议委员人选",
        "member_decided": "常务委员会协商决定委员",
        "proposal_work_report": "提案工作情况报告",
        "information_work_report": "社情民意信息工作报告",
        "proposal_assignment": "提案交办",
        "self_assessment": "党员自评",
        "mutual_assessment": "党员互评",
        "appraisal_ballot": "民主测评",
        "task_undated": "交办未定期限的任务",
        "task_due": "任务期限已到",
        "task_explained": "说明进展与延期",
        "task_reported": "报告完成情况",
        "task_closed": "核实办结",
        "proposal_assigned": "提案交办到承办单位",
        "proposal_shared": "提案交会办单位",
        "proposal_accepted": "承办单位承接提案",
        "proposal_returned": "退回提案交办",
        "proposal_replied": "提案答复",
        "proposal_extended": "提案延期答复",
        "proposal_opinion": "会办意见",
        "information_submitted": "报送社情民意信息",
        "information_used": "社情民意信息被采用",
        "information_feedback": "采用情况反馈",
        "study_plan": "年度学习计划（文件）",
        "study_file": "学习档案（文件）",
        "consultation_plan": "年度协商计划（文件）",
        "impact_assessment": "个人信息保护影响评估（文件）",
    }
)

#: Prefix of a kind that nearly counts → why it does not.
NEAR_PREFIXES: Mapping[str, str] = MappingProxyType(
    {"planned": "仅有计划，尚未登记开展", "misplaced": "有相应内容，但次序不符合要求"}
)

#: Kinds of facts that may be dated on a day to come.
DATED_AHEAD = frozenset({"task_due"})

Relation = Callable[[], Table]
#: A source cut down to records in which some of these units (column organization_id) or people (person_id) stand.
Narrowed = Callable[[Table, Table], Table]
#: A source cut down to records with these ids (column organization_id of the table given).
Single = Callable[[Table], Table]


@dataclass(frozen=True)
class Selector:
    """A named set of subjects: what kind they are, how they are called, and the relation that gives them."""

    name: str
    subject_kind: str
    label: str
    relation: Relation


_sources: dict[str, Relation] = {}
_narrowed: dict[str, Narrowed] = {}
_single: dict[str, Single] = {}
_kinds: dict[str, frozenset[str]] = {}
_of_people: set[str] = set()
_selectors: dict[str, Selector] = {}
_coverages: dict[str, Relation] = {}


def register_source(
    name: str,
    expression_factory: Relation,
    narrowed: Narrowed | None = None,
    *,
    single: Single | None = None,
    kinds: Iterable[str] = (),
    people: bool = False,
) -> None:
    """Add a source of facts under ``name``; the same name from another place raises ValueError.

    ``narrowed``: the same facts, of a few units and people only, worked out without looking at all records; it may
    give more, never less.  ``single``: the same for the records with given ids.  ``kinds``: every kind of fact that it may
    tell, without the prefix of what nearly counts; none: any.  ``people``: each of its facts is about a person; there are so many that whoever asks only
    for units had better not work them out.
    """
    _register(_sources, name, expression_factory)
    if people:
        _of_people.add(name)
    if narrowed is not None:
        _narrowed[name] = narrowed
    if single is not None:
        _single[name] = single
    _kinds[name] = frozenset(kinds)


def register_selector(name: str, subject_kind: str, label: str, expression_factory: Relation) -> None:
    """Add a selector.  ``subject_kind``: organization, person or pair; ``label``: Chinese; relation as SUBJECT_SCHEMA.

    Several rows of one subject may touch or overlap: the judgement joins them.
    """
    known = _selectors.get(name)
    if known is not None and known.relation is not expression_factory:
        raise ValueError(f"selector {name!r} is registered twice")
    _selectors[name] = Selector(name, subject_kind, label, expression_factory)


def register_coverage(name: str, expression_factory: Relation) -> None:
    """Add a coverage relation (see COVERAGE_SCHEMA) under ``name``."""
    _register(_coverages, name, expression_factory)


def sources() -> Mapping[str, Relation]:
    """Return name → factory of the sources of facts, in order of registration."""
    return dict(_sources)


@cache
def _built(factory: Relation) -> Table:
    return factory()


def told(name: str) -> Table:
    """Return the facts of a source; built once a process."""
    return _built(_sources[name])


def subjects(name: str) -> Table:
    """Return the subjects of a selector; built once a process."""
    return _built(_selectors[name].relation)


def covered(name: str) -> Table:
    """Return a coverage relation; built once a process."""
    return _built(_coverages[name])


def of_people() -> frozenset[str]:
    """Return the names of the sources that tell of people only."""
    return frozenset(_of_people)


def touching(name: str, units: Table, people: Table) -> Table:
    """Return the facts of a source in which some of these units or people stand, and perhaps others."""
    return _narrowed[name](units, people) if name in _narrowed else _sources[name]()


def single(name: str, ids: Table) -> Table:
    """Return the facts of a source that come of the records with these ids, and perhaps others."""
    return _single[name](ids) if name in _single else _sources[name]()


def telling(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the sources that may tell a fact of one of these kinds, with or without prefix."""
    wanted = {kind.rpartition(":")[2] for kind in kinds}
    return tuple(name for name in _sources if not _kinds[name] or _kinds[name] & wanted)


def selectors() -> Mapping[str, Selector]:
    """Return name → selector, in order of registration."""
    return dict(_selectors)


def coverages() -> Mapping[str, Relation]:
    """Return name → factory of the coverage relations, in order of registration."""
    return dict(_coverages)


def fact(relation: Table, **columns: Value | int | str) -> Table:
    """Return ``relation`` cut down to the columns of a fact, in order and with the right types.

    ``columns``: column → expression or constant; what is not given is 0 (or '' for topic, 1 for quorum_ok).
    """
    defaults: dict[str, int | str] = {
        "organization_id": 0,
        "person_id": 0,
        "other_person_id": 0,
        "quantity": 0,
        "quorum_ok": 1,
        "topic": "",
    }
    unknown = set(columns) - set(FACT_SCHEMA)
    if unknown:
        raise ValueError(f"a fact has no column {sorted(unknown)}")
    chosen = {}
    for name, dtype in FACT_SCHEMA.items():
        value = columns.get(name, defaults.get(name))
        if value is None:
            raise ValueError(f"a fact needs {name!r}")
        if not isinstance(value, Value):
            value = ibis.literal(value, type=dtype)
        elif dtype == "int64" and not value.type().is_int64():
            value = value.cast("int64")
        chosen[name] = value
    return relation.select(**chosen)


def _register(register: dict[str, Relation], name: str, factory: Relation) -> None:
    known = register.get(name)
    if known is not None and known is not factory:
        raise ValueError(f"{name!r} is registered twice")
    register[name] = factory
