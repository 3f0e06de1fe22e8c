import datetime as dt

import pytest

from tongxin.core.errors import BadInput
from tongxin.provisions.keys import FindingKey, key_of, key_text, parse_key

KEY = FindingKey("org.two_coverages/party", "person", 0, 2**62, 0, dt.date(2026, 1, 1), "", 0)


def test_key_survives_the_address() -> None:
    for key in (
        KEY,
        FindingKey("study.first_agenda_item", "organization", 7, 0, 0, dt.date(2026, 3, 2), "activity", 9),
    ):
        assert parse_key(key_text(key)) == key
        assert key_of(key) == key


def test_key_text_is_safe_in_an_address() -> None:
    assert key_text(KEY).replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "!!!",
        "é",
        "W10",
        "bnVsbA",
        "eyJhIjoxfQ",
        "a" * 500,
        "WyJhIiw5OSwwLDAsMCwxLCIiLDBd",
        "WyJhIiwwLC0xLDAsMCwxLCIiLDBd",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_key(text)
    assert refused.value.code == "provisions.key"
