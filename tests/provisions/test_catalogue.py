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
        ("check.0.coverage", "contact", "facts"),
        ("check.0.measure", "persons", "measure"),
        ("check.0.kind", "per_event", "events"),
        ("check.0.kind", "coverage", "coverage"),
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


def test_guidance_has_no_checks() -> None:
    with pytest.raises(BadInput):
        catalogue.parse(changed("kind", "guidance"), "测试.toml")


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
        catalogue.find("life.theme_day").source.text == "《中国共产党支部工作条例（试行）》(2018年)第十六条(条文待核)"
    )
    assert catalogue.find("life.org_life_meeting").source.text == "《中国共产党支部工作条例（试行）》(2018年)第十七条"
