from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password", ["tongxin2026!", "ZhengXie-123456", "政协委员20260101", "ｔｏｎｇｘｉｎ２０２６！！"]
)
def test_words_of_the_field_alone_are_refused(password: str):
    with pytest.raises(ValidationError) as told:
        validate_password(password)
    assert "password_own_words" in [error.code for error in told.value.error_list]


@pytest.mark.parametrize("password", ["tongxin-lake-7", "白日依山尽黄河入海流", "correct horse battery"])
def test_a_word_among_others_is_not(password: str):
    validate_password(password)
