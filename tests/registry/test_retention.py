from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office, make_term
from tongxin.core.errors import BadInput
from tongxin.registry import retention
from tongxin.registry.retention import RetentionRule

RULE = '[[rule]]\ntable = "{table}"\nfrom = "{start}"\nmonths = {months}\nsource = "{source}"\n{more}\n'


def written(tmp_path, text: str):
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def rule(table="activities.leave_reasons", start="day", months="3", source="某法第一条", more="") -> str:
    return RULE.format(table=table, start=start, months=months, source=source, more=more)


def test_load_reads_rules(tmp_path):
    assert retention.load(written(tmp_path, rule())) == (
        RetentionRule("activities.leave_reasons", "day", 3, "某法第一条"),
    )


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("rule = 1", "retention.shape", "[[rule]]"),
        ("[[rule]", "retention.not_toml", "格式有误"),
        (rule(table="core.gossip"), "retention.unknown_table", "core.gossip"),
        (rule(start="birthday"), "retention.rule", "from"),
        (rule(months="-1"), "retention.rule", "months"),
        (rule(months="1.5"), "retention.rule", "months"),
        (rule(months="true"), "retention.rule", "months"),
        (rule(months="1201"), "retention.rule", "months"),
        (rule(source=" "), "retention.rule", "source"),
        (rule(more='until = "x"'), "retention.rule", "until"),
        ('[[rule]]\ntable = "activities.leave_reasons"\n', "retention.rule", "缺少：from、months、source"),
        (rule() + rule(), "retention.rule", "第2条规则：“activities.leave_reasons”已有规则"),
    ],
)
def test_load_refuses_bad_rules_by_name(tmp_path, text, code, word):
    with pytest.raises(BadInput) as caught:
        retention.load(written(tmp_path, text))
    assert (caught.value.code, word in caught.value.message) == (code, True)


def test_load_refuses_what_it_cannot_read(tmp_path):
    with pytest.raises(BadInput) as caught:
        retention.load(tmp_path / "none.toml")
    assert caught.value.code == "retention.unreadable"
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe[[rule]]")
    with pytest.raises(BadInput) as caught:
        retention.load(broken)
    assert caught.value.code == "retention.unreadable"


@pytest.mark.django_db
def test_the_end_of_a_term_counts_from_its_first_day_after():
    office = make_office()
    make_term(office, ordinal=5, starts=dt.date(2017, 1, 1), ends=dt.date(2022, 1, 1))
    make_term(office, ordinal=6, starts=dt.date(2022, 1, 1), ends=dt.date(2027, 1, 1))
    at_once = RetentionRule("activities.leave_reasons", "term_end", 0, "x")
    a_year_on = RetentionRule("activities.leave_reasons", "term_end", 12, "x")
    cases = {
        (at_once, dt.date(2021, 12, 31)): None,
        (at_once, dt.date(2022, 1, 1)): dt.date(2022, 1, 1),
        (at_once, dt.date(2026, 12, 31)): dt.date(2022, 1, 1),
        (at_once, dt.date(2027, 1, 1)): dt.date(2027, 1, 1),
        (a_year_on, dt.date(2022, 12, 31)): None,
        (a_year_on, dt.date(2023, 1, 1)): dt.date(2022, 1, 1),
    }
    assert {case: retention.cut_off(case[0], office, case[1]) for case in cases} == cases


@pytest.mark.django_db
def test_a_rule_from_the_day_counts_whole_months_back():
    by_day = RetentionRule("registry.objections", "day", 6, "x")
    assert retention.cut_off(by_day, make_office(), dt.date(2026, 8, 31)) == dt.date(2026, 2, 28)


@pytest.mark.django_db
def test_an_office_without_terms_has_nothing_due():
    make_office()
    rules = (RetentionRule("activities.leave_reasons", "term_end", 0, "x"),)
    assert [(item.before, item.rows) for item in retention.plan(rules, dt.date(2026, 1, 1))] == [(None, 0)]


@pytest.mark.django_db
def test_one_office_alone_leaves_the_installation_out():
    office = make_office()
    make_office()
    rules = (RetentionRule("accounts.sessions", "day", 1, "x"), RetentionRule("registry.objections", "day", 1, "x"))
    asked = [item.office_id for item in retention.plan(rules, dt.date(2026, 1, 1), offices=(office,))]
    assert asked == [office.pk]
    assert len(retention.plan(rules, dt.date(2026, 1, 1))) == 3
