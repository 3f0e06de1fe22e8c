import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tongxin.core.errors import BadInput
from tongxin.provisions import catalogue, occurrences, selectors

GOOD: dict[str, Any] = {
    "theme": "组织生活",
    "id": "own.rule",
    "name": "自订要求",
    "name_en": "Own rule",
    "rule": "每季度一次。",
    "kind": "periodic",
    "modality": "local",
    "enabled": False,
    "binds": ["party_branch"],
    "source": {"regulation": "本机关规定", "status": "verified", "level": "practice"},
    "parameters": {"min_count": {"type": "integer", "label": "次数", "default": 1, "min": 1, "max": 4}},
    "check": [
        {
            "kind": "periodic",
            "selector": "party_branch",
            "facts": ["theme_day"],
            "window": "quarter",
            "required": "min_count",
        }
    ],
}
SPEECH = """study.first_agenda_item study.centre_group_quarterly study.party_group_special study.office_follow_up
study.member_reading study.member_training_term study.secretary_lecture report.scope report.annual_overall
life.general_meeting life.committee_meeting life.small_group_meeting life.party_class life.theme_day
life.org_life_meeting life.heart_talk life.appraisal life.dual_life org.two_coverages org.all_in_committee
org.temporary_branch_cppcc org.functional_branch org.temporary_branch org.member_group_branch_plan
contact.group_to_party_member contact.party_to_nonparty edit.three_reviews""".split()


def changed(path: str, value: Any) -> dict[str, Any]:
    entry = copy.deepcopy(GOOD)
    target: Any = entry
    *parents, last = path.split(".")
    for name in parents:
        target = target[int(name) if name.isdigit() else name]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return entry


def test_what_the_speech_names_is_there_and_judged() -> None:
    assert {name for name in SPEECH if (found := catalogue.find(name)) is None or not found.judged} == set()


def test_every_entry_has_terms_to_be_bound_by_or_is_guidance() -> None:
    assert [entry.id for entry in catalogue.provisions() if entry.judged and not entry.terms] == []


def test_codes_of_checks() -> None:
    assert catalogue.find("org.two_coverages").check_codes() == ("org.two_coverages/party", "org.two_coverages/contact")
    assert catalogue.find("life.theme_day").check_codes() == ("life.theme_day",)
    entry, check = catalogue.find_check("org.two_coverages/party")
    assert (entry.id, check.coverage) == ("org.two_coverages", "standing_party_unit")
    assert catalogue.find_check("no.such") is None


def test_every_selector_and_coverage_is_registered() -> None:
    assert set(occurrences.selectors()) == set(selectors.KINDS) - {"event"}
    assert set(occurrences.coverages()) == set(selectors.COVERAGES)


def test_every_word_of_binds_has_a_meaning() -> None:
    words = """assigning_office branch_officer chair_meeting chair_meeting_member chief_leader co_handling_unit
    cppcc_committee cppcc_office delegation deputy_leader editor general_branch handling_unit leaders leading_cadre member
    office office_party_committee party_branch party_group party_group_member party_group_secretary party_member
    party_member_member party_or_group party_small_group project proposal_committee proposer sector special_committee
    standing_committee standing_member superior_party_org supervision_office temporary_body unit""".split()
    assert set(words) - set(selectors.WORDS) == set()
    assert {word.selector for word in selectors.WORDS.values()} - set(selectors.KINDS) == {""}


def test_a_good_entry_is_read() -> None:
    entry = catalogue.parse(GOOD, "测试")
    assert entry.settings() == {"min_count": 1}
    assert entry.settings({"min_count": 3}) == {"min_count": 3}


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("nonsense", 1, "nonsense"),
        ("id", "Rule", "id"),
        ("name", "", "name"),
        ("kind", "weekly", "kind"),
        ("modality", "should", "modality"),
        ("binds", [], "binds"),
        ("binds", ["everybody"], "binds"),
        ("enabled", "yes", "enabled"),
        ("source.page", 3, "page"),
        ("source.year", 1066, "year"),
        ("source.status", "sure", "status"),
        ("check", [], "check"),
        ("check.0.selector", "everybody", "selector"),
        ("check.0.facts", ["karaoke"], "facts"),
        ("check.0.facts", [], "facts"),
        ("check.0.window", "week", "window"),
        ("check.0.window", None, "window"),
        ("check.0.window", "min_count", "window"),
        ("check.0.required", "often", "required"),
        ("check.0.required", -1, "required"),
        ("check.0.required", 1.5, "required"),
        ("check.0.selector", "event", "selector"),
        ("check.0.coverage", "contact", "coverage"),
        ("check.0.measure", "persons", "measure"),
        ("check.0.kind", "per_event", "window"),
        ("check.0.kind", "coverage", "facts"),
        ("check.0.window", "forever", "window"),
        ("check.0.limit", 3, "limit"),
        ("check.0.steps", ["theme_day"], "steps"),
        ("check.0.maximum", 3, "maximum"),
        ("check.0.share", "min_count", "share"),
        ("check.0.lead", 3, "lead"),
        ("check.0.distinct_people", True, "distinct_people"),
        ("check.0.structure", "contact", "structure"),
        ("check.0.structure_min", 3, "structure"),
        ("wired_to", ["form:nowhere"], "wired_to"),
        ("check.0.surprise", 1, "surprise"),
        ("parameters.min_count.default", 9, "min_count"),
        ("parameters.min_count.min", 5, "min"),
        ("parameters.min_count.max", None, "min/max"),
        ("parameters.share", {"type": "fraction", "label": "比例", "default": 0.5, "rule": "at_least"}, "share"),
        ("parameters.share", {"type": "fraction", "label": "比例", "default": "3/2", "rule": "at_least"}, "share"),
        ("parameters.share", {"type": "fraction", "label": "比例", "default": "1/2"}, "rule"),
    ],
)
def test_a_faulty_entry_is_refused_with_its_place(path: str, value: Any, key: str) -> None:
    with pytest.raises(BadInput) as refused:
        catalogue.parse(changed(path, value), "测试.toml")
    assert refused.value.field == key
    assert "测试.toml" in refused.value.message


def test_several_checks_need_codes() -> None:
    entry = changed("check", GOOD["check"] * 2)
    with pytest.raises(BadInput) as refused:
        catalogue.parse(entry, "测试.toml")
    assert refused.value.field == "code"


def test_guidance_has_no_checks_and_says_where_it_lives() -> None:
    with pytest.raises(BadInput) as refused:
        catalogue.parse(changed("kind", "guidance"), "测试.toml")
    assert refused.value.field == "check"
    entry = changed("kind", "guidance")
    del entry["check"]
    with pytest.raises(BadInput) as refused:
        catalogue.parse(entry, "测试.toml")
    assert refused.value.field == "wired_to"


TERM = {
    "kind": "term", "selector": "party_branch", "event_scope": "own", "events": ["founded"], "facts": ["elected"],
    "relation": "near", "limit": 36, "limit_unit": "months", "lead": 90, "extends": ["term_extended"], "extension": 12,
}  # fmt: skip
STEPS = {
    "kind": "procedure", "selector": "event", "events": ["manuscript_published"],
    "steps": ["first_review", ["second_review", "third_review"]], "relation": "same", "limit": 3, "distinct_people": True,
}  # fmt: skip
BOUNDS = {
    "kind": "threshold", "selector": "party_branch", "coverage": "officers", "required": 3, "maximum": 7,
    "structure": "full_members", "structure_min": 7, "window": "quarter",
}  # fmt: skip
SHARE = {
    "kind": "ratio", "selector": "cppcc_committee", "coverage": "nonparty_members", "base": "members", "share": "share",
    "measured_at": "start", "within": 3, "window": "term",
}  # fmt: skip
PAPER = {"kind": "document", "selector": "party_group", "facts": ["study_plan"], "window": "year", "within": 1}


def with_check(check: dict[str, Any], **more: Any) -> dict[str, Any]:
    entry = copy.deepcopy(GOOD)
    entry["kind"] = check["kind"]
    entry["parameters"]["share"] = {"type": "fraction", "label": "比例", "default": "3/5", "rule": "at_least"}
    entry["check"] = [{**check, **more}]
    return entry


@pytest.mark.parametrize("check", [TERM, STEPS, BOUNDS, SHARE, PAPER], ids=lambda check: check["kind"])
def test_each_kind_is_read(check: dict[str, Any]) -> None:
    entry = catalogue.parse(with_check(check), "测试")
    assert entry.checks[0].kind == check["kind"]
    assert entry.settings()["share"] == "3/5"


@pytest.mark.parametrize(
    ("check", "change", "key"),
    [
        (TERM, {"relation": "same"}, "limit"),
        (TERM, {"limit": 0}, "limit"),
        (TERM, {"extension": 0}, "extension"),
        (TERM, {"extends": ["karaoke"]}, "extends"),
        (TERM, {"facts": []}, "facts"),
        (TERM, {"events": []}, "events"),
        (TERM, {"window": "year"}, "window"),
        (TERM, {"event_scope": ""}, "event_scope"),
        (TERM, {"selector": "event"}, "event_scope"),
        (TERM, {"selector": "member"}, "selector"),
        (TERM, {"limit_unit": "weeks"}, "limit_unit"),
        (TERM, {"steps": ["elected"]}, "steps"),
        (STEPS, {"steps": []}, "steps"),
        (STEPS, {"steps": ["karaoke"]}, "steps"),
        (STEPS, {"steps": "first_review"}, "steps"),
        (STEPS, {"facts": ["first_review"]}, "steps"),
        (STEPS, {"relation": "near"}, "relation"),
        (STEPS, {"extension": 3}, "extends"),
        (STEPS, {"lead": 3}, "lead"),
        (STEPS, {"limit_unit": "months"}, "limit_unit"),
        (STEPS, {"coverage": "officers"}, "coverage"),
        (BOUNDS, {"coverage": "contact"}, "coverage"),
        (BOUNDS, {"coverage": "crowd"}, "coverage"),
        (BOUNDS, {"base": "members"}, "base"),
        (BOUNDS, {"required": 0, "maximum": 0}, "maximum"),
        (BOUNDS, {"structure_min": 0}, "structure_min"),
        (BOUNDS, {"facts": ["theme_day"]}, "facts"),
        (BOUNDS, {"window": ""}, "window"),
        (BOUNDS, {"relation": "near"}, "relation"),
        (SHARE, {"share": ""}, "share"),
        (SHARE, {"share": "min_count"}, "share"),
        (SHARE, {"base": ""}, "base"),
        (SHARE, {"maximum": 3}, "maximum"),
        (SHARE, {"measured_at": "noon"}, "measured_at"),
        (PAPER, {"facts": []}, "facts"),
        (PAPER, {"within": -1}, "within"),
        (PAPER, {"measured_at": "start"}, "measured_at"),
    ],
)
def test_a_contradiction_is_refused_with_its_place(check: dict[str, Any], change: dict[str, Any], key: str) -> None:
    with pytest.raises(BadInput) as refused:
        catalogue.parse(with_check(check, **change), "测试.toml")
    assert refused.value.field == key


def test_parameters_that_contradict_each_other_are_refused() -> None:
    entry = catalogue.find("org.branch_committee")
    with pytest.raises(BadInput, match="下限 5 大于上限 4"):
        entry.settings({"committee_min": 5, "committee_max": 4})
    entry = catalogue.find("org.office_general_branch")
    with pytest.raises(BadInput, match="适用条件的下限 99 大于上限 50"):
        entry.settings({"min_members": 99, "max_members": 50})


def test_a_share_is_two_whole_numbers() -> None:
    entry = catalogue.find("cppcc.non_cpc_standing")
    share = catalogue.share_of(entry.checks[0], entry.parameters, entry.settings())
    assert (share.over, share.under, share.more) == (13, 20, False)
    assert catalogue.share_of(catalogue.find("life.theme_day").checks[0], {}, {}) == catalogue.Share(0, 0, False)


#: Every provision of the rules that bind a city or county office, as compiled for this project.
EVERY = """study.first_agenda_item study.centre_group_quarterly study.centre_group_plan study.centre_group_file
study.party_group_special study.office_follow_up study.member_reading study.member_training_term
study.party_member_hours study.branch_officer_hours study.secretary_lecture org.branch_min org.branch_max
org.joint_branch org.project_branch org.branch_approval_time org.temporary_branch org.temporary_branch_cppcc
org.functional_branch org.branch_committee org.party_small_group org.office_committee org.office_general_branch
org.term_committee org.term_branch org.reelection org.party_group_setup org.office_party_group org.two_coverages
org.all_in_committee org.plenary_temporary life.general_meeting life.committee_meeting life.small_group_meeting
life.party_class life.voting life.theme_day life.org_life_meeting life.appraisal life.heart_talk
life.democratic_life life.dual_life contact.group_to_party_member contact.party_to_nonparty
contact.list_approved contact.chair_members report.scope report.one_matter report.to_body_not_person
report.no_skipping report.annual_overall report.reply_time report.emergency report.consultation_plan cppcc.term
cppcc.plenary cppcc.plenary_quorum cppcc.member_decision cppcc.duty_file cppcc.no_renomination cppcc.leaving
cppcc.non_cpc_members cppcc.non_cpc_standing cppcc.non_cpc_vice_chairs cppcc.standing_meeting
cppcc.chair_meeting cppcc.attendance_absence cppcc.absence_limits cppcc.absence_limits_b cppcc.notice_times
cppcc.leave cppcc.yearly_minimum cppcc.standing_report proposal.who proposal.one_matter proposal.any_time
proposal.review_body proposal.assignment proposal.return proposal.reply proposal.co_handler
proposal.outcome_code proposal.feedback proposal.key proposal.work_report info.one_matter info.minimum
info.feedback info.yearly_report edit.three_reviews edit.three_reviews_roles edit.secrecy
supervise.default_limits supervise.explain_before supervise.close supervise.report_week doc.format
data.sensitive data.impact_assessment data.retention data.security""".split()


def test_every_known_provision_is_in_the_catalogue_once() -> None:
    assert len(EVERY) == len(set(EVERY)) == 101
    ids = [entry.id for entry in catalogue.provisions()]
    assert [name for name in EVERY if ids.count(name) != 1] == []


def test_local_rules_and_those_from_memory_are_off() -> None:
    assert [
        entry.id
        for entry in catalogue.provisions()
        if entry.enabled and (entry.source.level in {"local_example", "practice"} or entry.source.status == "memory")
    ] == []


def test_every_entry_is_judged_or_says_where_it_lives() -> None:
    assert [entry.id for entry in catalogue.provisions() if not entry.checks and not entry.wired_to] == []


def test_what_has_sanctions_is_never_computed() -> None:
    sanctions = ("cppcc.attendance_absence", "cppcc.absence_limits", "cppcc.absence_limits_b", "cppcc.no_renomination")
    assert [name for name in sanctions if catalogue.find(name).judged] == []


def test_settings_refuse_what_is_unknown_or_out_of_range() -> None:
    entry = catalogue.parse(GOOD, "测试")
    for parameters in ({"often": 1}, {"min_count": 5}, {"min_count": "1"}, {"min_count": True}):
        with pytest.raises(BadInput):
            entry.settings(parameters)


def test_files_are_refused_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("theme = ", encoding="utf-8")
    with pytest.raises(BadInput, match="broken.toml"):
        catalogue.load([broken])
    broken.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="broken.toml"):
        catalogue.load([broken])
    broken.write_text('theme = "甲"\nother = 1', encoding="utf-8")
    with pytest.raises(BadInput, match="other"):
        catalogue.load([broken])


def test_ids_are_unique(tmp_path: Path) -> None:
    shipped = sorted(catalogue.FOLDER.glob("*.toml"))
    with pytest.raises(BadInput, match="编号重复"):
        catalogue.load([*shipped, shipped[0]])
    assert len({entry.id for entry in catalogue.provisions()}) == len(catalogue.provisions())


def test_no_float_stands_in_the_catalogue() -> None:
    def floats(value: Any) -> bool:
        if isinstance(value, dict):
            return any(map(floats, value.values()))
        if isinstance(value, list):
            return any(map(floats, value))
        return isinstance(value, float)

    assert [
        path.name for path in catalogue.FOLDER.glob("*.toml") if floats(tomllib.loads(path.read_text("utf-8")))
    ] == []


def test_an_article_not_seen_says_so() -> None:
    assert (
        catalogue.find("life.theme_day").source.text
        == "《中国共产党支部工作条例（试行）》（2018年）第十六条（条文待核）"
    )
    assert catalogue.find("life.org_life_meeting").source.text == "《中国共产党支部工作条例（试行）》（2018年）第十七条"
