from __future__ import annotations

from tongxin.accounts.tokens import hashed, new_token


def test_a_token_is_long_fit_for_an_address_and_never_the_same():
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {43}
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_the_hash_is_sha256_of_the_secret():
    assert hashed("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
