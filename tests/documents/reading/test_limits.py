from __future__ import annotations

import pytest

from tongxin.core.errors import BadInput
from tongxin.documents.reading.limits import MAX_BYTES, MAX_CHARACTERS, check_bytes, check_characters


def test_up_to_the_limit_all_is_well():
    check_bytes(MAX_BYTES)
    check_characters(MAX_CHARACTERS)


def test_over_it_the_figures_are_named():
    with pytest.raises(BadInput, match="上限 20 MB"):
        check_bytes(MAX_BYTES + 1)
    with pytest.raises(BadInput, match="上限 200 万字"):
        check_characters(MAX_CHARACTERS + 1)
