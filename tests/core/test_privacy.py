from __future__ import annotations

import pytest

from tongxin.core.privacy import PrivacyClass, declare


def test_declare_gives_each_field_its_class():
    classes = declare(open="name", restricted="phone", sensitive="code")
    assert (classes["name"], classes["phone"], classes["code"], classes["uid"]) == (
        PrivacyClass.OPEN,
        PrivacyClass.RESTRICTED,
        PrivacyClass.SENSITIVE,
        PrivacyClass.OPEN,
    )


def test_a_field_declared_twice_is_refused():
    with pytest.raises(ValueError, match="'phone' is declared twice"):
        declare(open="phone", sensitive="phone")
