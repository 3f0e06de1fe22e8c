"""What may stand in the ledger of requests and reports."""

from __future__ import annotations

import pytest

from tongxin.core.errors import Refusal
from tongxin.matters.ledger import check_addressee, check_title


@pytest.mark.parametrize(
    ("kind", "title", "code"),
    [
        ("request", "关于召开全会有关安排的请示", None),
        ("request", "关于三项事项的请示", "matters.one_matter"),
        ("request", "关于人事安排；关于经费的请示", "matters.one_matter"),
        ("request", "关于年度工作的报告", "matters.kind_of_title"),
        ("report", "关于年度工作情况的报告", None),
        ("report", "关于年度工作并请批准计划的报告", "matters.request_in_report"),
        ("report", "关" * 61, "matters.title_long"),
        ("task", "完成三项事项；" * 12, None),
    ],
)
def test_check_title(kind, title, code):
    try:
        check_title(kind, title)
        found = None
    except Refusal as refusal:
        found = refusal.code
    assert found == code


def test_addressee_is_a_body():
    for body in ("", "中共澄江市委", "澄江市委办公室"):
        check_addressee(body)
    with pytest.raises(Refusal) as refused:
        check_addressee("张某某书记")
    assert (refused.value.code, refused.value.field) == ("matters.to_body_not_person", "addressee")
