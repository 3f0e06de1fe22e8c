"""Keeps second-factor secrets unreadable in the database and its backups; the key is derived from the set-up's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from tongxin.core.errors import NotPossible

#: Stands before what was encrypted here, so that secrets from before this was so can be told apart.
_MARK = "f1:"


def _keys() -> MultiFernet:
    """Return the keys: the current secret's first, then those of earlier secrets that are still listed."""
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hmac.digest(secret.encode(), b"second factor", hashlib.sha256)))
            for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        ]
    )


class SealedAdapter(DefaultMFAAdapter):
    """The sign-in library asks here before it stores a secret and after it read one."""

    def encrypt(self, text: str) -> str:
        """Return ``text`` as it is stored."""
        return _MARK + _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was stored.  Raises NotPossible where no listed secret opens it."""
        if not encrypted_text.startswith(_MARK):
            return encrypted_text
        try:
            return _keys().decrypt(encrypted_text.removeprefix(_MARK)).decode()
        except InvalidToken as error:
            raise NotPossible(
                "accounts.second_factor_key",
                "两步验证的密钥打不开，可能是本系统的密钥（TONGXIN_SECRET_KEY）已更换。",
                hint="请恢复原密钥，或请系统管理员为本人重设两步验证。",
            ) from error
