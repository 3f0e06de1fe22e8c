from __future__ import annotations

import datetime as dt

import pytest

from tongxin.core import dossier
from tongxin.core.errors import BadInput


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "text"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 3, 1), "2026年1月1日至2026年2月28日"),
        (dt.date(2026, 1, 1), None, "2026年1月1日起"),
        (None, dt.date(2026, 3, 1), "起始日期不详至2026年2月28日"),
        (None, None, "起止日期不详"),
    ],
)
def test_a_span_shows_the_last_day_in_force(valid_from, valid_until, text):
    assert dossier.span(valid_from, valid_until) == text


def test_an_unknown_disposal_is_refused_with_those_that_there_are():
    with pytest.raises(BadInput) as caught:
        dossier.disposal("core.gossip")
    assert caught.value.code == "retention.unknown_table"
    assert caught.value.hint == f"可用的有：{'、'.join(sorted(dossier.disposals()))}。"


def test_registering_again_replaces():
    before, first = dossier.holdings(), dossier.holdings()[0]
    dossier.register(first)
    assert dossier.holdings() == before
    disposal = next(iter(dossier.disposals().values()))
    dossier.register_disposal(disposal)
    assert dossier.disposals()[disposal.code] is disposal
