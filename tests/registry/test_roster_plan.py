from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from tongxin.core.errors import BadInput
from tongxin.registry.roster_import import DAY, Reading, RosterRow
from tongxin.registry.roster_plan import (
    Frame,
    KnownMembership,
    KnownOrganization,
    KnownPerson,
    Plan,
    Register,
    make_plan,
)
from tongxin.registry.strokes import stroke_key

BORN = dt.date(1975, 3, 15)
TODAY = dt.date(2026, 11, 1)
STARTS = dt.date(2022, 1, 1)
ORGANIZATIONS = (
    KnownOrganization("c", "committee", "政协澄江市委员会"),
    KnownOrganization("s1", "sector", "经济界"),
    KnownOrganization("s2", "sector", "教育界"),
    KnownOrganization("p1", "special_committee", "提案委员会"),
    KnownOrganization("p2", "special_committee", "经济委员会", valid_from=dt.date(2023, 1, 1)),
)
SEATED = KnownMembership("m1", "c", "committee", "member", STARTS, None)
IN_SECTOR = KnownMembership("m2", "s1", "sector", "", STARTS, None)
KNOWN = KnownPerson(
    "u1", "王富", "1", "01", BORN, "某市一中", "校长", "139", "", None, "04", STARTS, (SEATED, IN_SECTOR)
)


def row(number: int = 2, name: str = "王富", **values) -> RosterRow:
    if "birth_date" in values:
        values.setdefault("birth_precision", DAY)
    return RosterRow("名册", number, name, **values)


def plan(*rows: RosterRow, persons=(KNOWN,), **frame) -> Plan:
    frame.setdefault("since", STARTS)
    return make_plan(
        Reading("名册.xlsx", rows, ()), Register("o", "c", persons, ORGANIZATIONS, "mark"), Frame(TODAY, "t", **frame)
    )


def outcome(made: Plan) -> list[tuple[str, str]]:
    return [(each.action, each.person) for each in made.rows]


def changes(made: Plan) -> list[tuple[str, str, str]]:
    return [(each.field, each.old, each.new) for each in made.rows[0].changes]


SAME = {"birth_date": BORN, "employer": "某市一中"}


def test_a_new_person_gets_values_seat_sector_and_committee():
    made = plan(
        row(name="李四", sex="2", affiliation="01", sector="教育", special_committees=("提案委",), seat="vice_chair")
    )
    planned = made.rows[0]
    assert (planned.action, planned.affiliation, planned.values["sex"]) == ("create", "01", "2")
    assert [(o.kind, o.organization, o.post, o.valid_from, o.valid_until) for o in planned.openings] == [
        ("committee", "c", "vice_chair", STARTS, None),
        ("sector", "s2", "", STARTS, None),
        ("special_committee", "p1", "", STARTS, None),
    ]


def test_the_same_facts_change_nothing():
    made = plan(row(sex="1", ethnic_group="01", affiliation="04", sector="经济界", phone="139", **SAME))
    assert (outcome(made), changes(made)) == ([("unchanged", "u1")], [])


def test_what_the_file_leaves_blank_erases_nothing():
    assert outcome(plan(row(**SAME))) == [("unchanged", "u1")]


def test_changes_are_told_field_by_field_old_and_new():
    made = plan(row(position="书记", ethnic_group="03", phone="138", affiliation="01", sector="教育界", **SAME))
    assert outcome(made) == [("change", "u1")]
    assert changes(made) == [
        ("ethnic_group", "汉族", "回族"),
        ("position", "校长", "书记"),
        ("phone", "139", "138"),
        ("affiliation", "民革党员", "中共党员"),
        ("sector", "经济界", "教育界"),
    ]
    planned = made.rows[0]
    assert [(c.membership, c.until) for c in planned.closings] == [("m2", TODAY)]
    assert [(o.organization, o.valid_from) for o in planned.openings] == [("s2", TODAY)]


def test_another_seat_closes_the_old_and_opens_the_new():
    planned = plan(row(seat="standing_member", **SAME)).rows[0]
    assert [(c.membership, c.until) for c in planned.closings] == [("m1", TODAY)]
    assert [(o.organization, o.post, o.valid_from) for o in planned.openings] == [("c", "standing_member", TODAY)]


def test_who_left_is_closed_on_that_day():
    planned = plan(row(ends=dt.date(2025, 7, 1), **SAME)).rows[0]
    assert [(c.membership, c.until) for c in planned.closings] == [
        ("m1", dt.date(2025, 7, 1)),
        ("m2", dt.date(2025, 7, 1)),
    ]
    assert planned.changes[-1].new == "2025-06-30"


def test_an_unknown_beginning_becomes_known_and_a_known_one_is_not_overwritten():
    unknown = dataclasses.replace(KNOWN, memberships=(dataclasses.replace(SEATED, valid_from=None),))
    given = row(begins=dt.date(2022, 1, 5), **SAME)
    assert [(b.membership, b.since) for b in plan(given, persons=(unknown,)).rows[0].beginnings] == [
        ("m1", dt.date(2022, 1, 5))
    ]
    assert outcome(plan(given)) == [("conflict", "")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (SAME, "unchanged"),
        ({"birth_date": BORN}, "unchanged"),
        ({"birth_date": BORN, "employer": "另一单位"}, "change"),
        ({"birth_date": dt.date(1975, 3, 1), "birth_precision": "month", "employer": "某市一中"}, "unchanged"),
        ({"birth_date": dt.date(1975, 1, 1), "birth_precision": "year", "employer": "某市一中"}, "unchanged"),
        ({"employer": "某市一中"}, "unchanged"),
        ({"employer": "某市（一中）"}, "unchanged"),
        ({"birth_date": dt.date(1980, 1, 2), "employer": "某市一中"}, "doubtful"),
        ({"birth_date": dt.date(1980, 1, 2), "employer": "另一单位"}, "create"),
        ({"birth_date": dt.date(1980, 1, 2)}, "create"),
        ({"birth_date": dt.date(1980, 1, 2), "phone": "139"}, "doubtful"),
        ({"employer": "另一单位"}, "doubtful"),
        ({}, "unchanged"),
    ],
)
def test_who_is_the_same_person(given, expected):
    assert plan(row(**given)).rows[0].action == expected


def test_two_namesakes_are_told_apart_by_birth_and_employer_or_left_in_doubt():
    other = dataclasses.replace(KNOWN, uid="u2", birth_date=dt.date(1980, 1, 2), employer="某市二中", memberships=())
    persons = (KNOWN, other)
    assert outcome(plan(row(**SAME), persons=persons)) == [("unchanged", "u1")]
    made = plan(row(), persons=persons)
    assert (outcome(made), made.rows[0].candidates) == ([("doubtful", "")], ("u1", "u2"))
    assert "1975年3月生，某市一中；王富，1980年1月生，某市二中" in made.rows[0].reasons[0]


def test_decisions_settle_a_doubt():
    given = row(employer="另一单位")
    assert outcome(plan(given, decisions={"名册!2": "u1"})) == [("change", "u1")]
    assert outcome(plan(given, decisions={"名册!2": "new"})) == [("create", "")]
    assert outcome(plan(given, decisions={"名册!2": "skip"})) == [("left_out", "")]
    assert outcome(plan(given, decisions={"名册!2": "gone"})) == [("conflict", "")]


def test_a_corrected_name_is_doubted_not_doubled():
    assert outcome(plan(row(name="王福", **SAME))) == [("doubtful", "")]
    assert outcome(plan(row(name="赵五", phone="139"))) == [("doubtful", "")]
    assert outcome(plan(row(name="赵五", **SAME))) == [("create", "")]


def test_a_decided_correction_of_a_name_changes_the_name_and_its_order():
    planned = plan(row(name="王福", **SAME), decisions={"名册!2": "u1"}).rows[0]
    assert (planned.action, planned.person, dict(planned.before)) == ("change", "u1", {"name": "王富"})
    assert planned.values == {"name": "王福", "pinyin_key": "wang2 fu2", "stroke_key": stroke_key("王福")}


def test_repeated_rows_are_conflicts_and_likely_ones_doubts():
    made = plan(
        row(2, "李四", **SAME),
        row(3, "李四", **SAME),
        row(4, "李四", birth_date=BORN, employer="另一单位"),
        row(5, "李四", birth_date=dt.date(1980, 1, 2), employer="另一单位"),
        row(6, "赵五", member_number="1"),
        row(7, "钱六", member_number="1"),
        persons=(),
    )
    assert [each.action for each in made.rows] == ["create", "conflict", "doubtful", "create", "create", "conflict"]
    assert made.rows[1].reasons == ("与第2行重复（姓名、出生日期、单位相同）。",)
    assert str(made.messages[0]) == "名册.xlsx【名册】第3行：李四：与第2行重复（姓名、出生日期、单位相同）。"


def test_two_rows_never_become_one_person():
    made = plan(row(2, **SAME), row(3, birth_date=BORN, employer="另一单位"), decisions={"名册!3": "u1"})
    assert outcome(made) == [("unchanged", "u1"), ("conflict", "")]


def test_an_unknown_unit_is_a_conflict_with_a_suggestion_unless_it_may_be_founded():
    given = row(name="李四", sector="经济届")
    assert plan(given).rows[0].reasons == ("界别“经济届”不在本机关的组织中，是不是“经济界”？",)
    made = plan(given, row(3, "赵五", sector="经济届"), found_missing=True)
    assert (outcome(made), made.founding) == ([("create", ""), ("create", "")], (("sector", "经济届"),))


def test_nobody_sits_in_a_unit_before_it_was_founded():
    made = plan(row(name="李四", special_committees=("经济委员会",)))
    assert made.rows[0].reasons == ("“经济委员会”于 2023-01-01 成立，任职不能早于这一天（2022-01-01）。",)


def test_sheet_named_like_a_sector_gives_the_sector():
    made = plan(RosterRow("教育", 2, "李四"))
    assert [o.organization for o in made.rows[0].openings] == ["c", "s2"]


def test_roster_of_a_past_term_closes_with_it():
    made = plan(row(name="李四"), until=dt.date(2026, 1, 1))
    assert [(o.valid_from, o.valid_until) for o in made.rows[0].openings] == [(STARTS, dt.date(2026, 1, 1))]


def test_a_past_term_leaves_the_affiliation_of_known_people_alone():
    made = plan(row(affiliation="01", **SAME), until=dt.date(2026, 1, 1))
    assert (made.rows[0].action, made.rows[0].affiliation) == ("unchanged", "")
    assert made.rows[0].reasons == ("往届名册中的政治面貌（中共党员）与登记不同，没有更改。",)


def test_plan_goes_through_json_unchanged():
    made = plan(
        row(position="书记", ends=dt.date(2025, 7, 1), **SAME),
        row(3, "李四", birth_date=BORN, seat="chair"),
        row(4, "赵五", sector="火星界"),
    )
    again = Plan.from_json(made.as_json())
    assert again == made
    assert again.counts() == {
        "create": 1, "change": 1, "unchanged": 0, "conflict": 1, "doubtful": 0, "left_out": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (json.dumps({"format_version": 99}), "roster.plan_version"),
        ("{}", "roster.plan_damaged"),
        ("nonsense", "roster.plan_damaged"),
        (json.dumps({"format_version": 1, "day": "x"}), "roster.plan_damaged"),
    ],
)
def test_a_plan_of_another_version_or_a_damaged_one_is_refused(text, code):
    with pytest.raises(BadInput) as refusal:
        Plan.from_json(text)
    assert refusal.value.code == code
