"""The page of the manual is what the declarations say."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from tests.house.packages import ROOT
from tongxin.matters.reference import page, who


@pytest.mark.parametrize(("language", "end"), [("zh-hans", "md"), ("en", "en.md")])
def test_the_manual_is_up_to_date(language: str, end: str):
    with override(language):
        assert (ROOT / "docs" / "reference" / f"workflows.{end}").read_text(encoding="utf-8") == page()


def test_who_may_reads_as_words():
    assert who("leads_handling") == "主办单位、分办单位（可由提案办代录）"
    assert who("decides_proposal") == "提案办"
    assert who("handles") == "牵头单位、会办单位、分办单位、责任人（可由督查人员、党务工作人员代录）".replace(
        "牵头", "主办"
    )
