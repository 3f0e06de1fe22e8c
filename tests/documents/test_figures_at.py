"""Which figure an open place asks for."""

from __future__ import annotations

import re

import pytest

from tongxin.documents.figures_at import propose, propose_all


def codes(text: str) -> list[str]:
    places = [(found.start(), found.end()) for found in re.finditer("X+", text)]
    return [proposal.code if proposal else "" for proposal in propose_all(text, places)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全市实有XXX名政协委员，其中非中共党员委员XXX名，占比XXX%。", ["members.total", "members.nonparty", "members.nonparty_share"]),
        ("我市实有的XXX名协委员中,非员委员XXX名,占比XXX%,员委员是相对少数", ["members.total", "members.nonparty", "members.nonparty_share"]),
        ("全市实有XXX名政协委员，其中中共党员委员XXX名，占比XXX％", ["members.total", "members.party", "members.party_share"]),
        ("员委员XXX名，占XX%", ["members.party", "members.party_share"]),
        ("党外委员XX名", ["members.nonparty"]),
        ("其中中共党员XX名，非中共党员XX名", ["members.party", "members.nonparty"]),
        ("机关党员XX名", [""]),
        ("共有XX名女委员，占XX%", ["members.women", "members.women_share"]),
        ("设XX个专委会、XX个界别，建有XX个功能型党支部、XX个党支部", ["special_committees.total", "sectors.total", "functional_branches.total", "branches.total"]),
        ("常务委员XX名", ["standing_members.total"]),
        ("讲好XX故事、政协故事", [""]),
        ("助力XXXXX现代化建设", [""]),
        ("增长XXX%", [""]),
    ],
)  # fmt: skip
def test_propose_all_reads_the_words_around(text, expected):
    assert codes(text) == expected


def test_share_never_belongs_to_a_figure_of_another_sentence():
    assert codes("中共党员委员XXX名。女性占比XXX%。") == ["members.party", ""]


def test_propose_says_why():
    proposal = propose("其中非中共党员委员", "名，占比")
    assert proposal is not None
    assert proposal.reason == "前后文为“非中共党员委员”"
    assert propose("", "") is None
