"""Secrecy marks in titles and file names."""

from __future__ import annotations

import pytest

from tongxin.core.errors import NotPossible
from tongxin.documents.secrecy import find_mark, refuse_marked


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        ("机密★1年 关于某事", "机密★"),
        ("【秘密】通知.docx", "【秘密】"),
        ("绝密 通知", "绝密"),
        ("机密文件", "机密文件"),
        ("密级:秘密", "密级:秘密"),
        ("关于做好保守秘密工作的通知", None),
        ("讲话.txt", None),
        ("", None),
    ],
)
def test_find_mark(words, mark):
    assert find_mark(words) == mark


def test_refusal_names_the_field():
    with pytest.raises(NotPossible) as refused:
        refuse_marked("机密★", field="title")
    assert (refused.value.code, refused.value.field) == ("secrecy.marked", "title")
