"""Refuses passwords made of words that anybody here would try first (OWASP ASVS 5.0, 6.2.11)."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tongxin.accounts.models import User

#: The words of this field, of this software and of the keyboard; docs/explanation/security.md lists them.
WORDS = (
    "tongxin",
    "zhengxie",
    "zhengxiebangong",
    "cppcc",
    "weiyuan",
    "dangwei",
    "dangzu",
    "zhibu",
    "bangongshi",
    "admin",
    "password",
    "qwerty",
    "woaini",
    "zhongguo",
    "同心",
    "政协",
    "委员",
    "党组",
    "支部",
)
#: This much must be left when the words and the digits are taken out.
LEFT = 4


class OwnWordsValidator:
    """Of a password, more must be left than the field's own words and digits."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError where fewer than four other characters are left."""
        left = unicodedata.normalize("NFKC", password).casefold()
        for word in sorted(WORDS, key=len, reverse=True):
            left = left.replace(word, "")
        if len([mark for mark in left if mark.isalpha()]) < LEFT:
            raise ValidationError(self.get_help_text(), code="password_own_words")

    def get_help_text(self) -> str:
        """Say what a password must not be."""
        return _("密码不能只由“政协”“tongxin”之类的常用词、数字和符号组成，请另加几个字母或汉字。")
