"""Bad roster files through the page: each is refused or explained by name, and nothing is written."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import make_term
from tests.web.conftest import Desk
from tongxin.core import clock
from tongxin.registry.models import Membership, Person


def _book(*rows: list[str], blanks: int = 0) -> bytes:
    """Return a workbook with these rows, and below them ``blanks`` rows of bordered, empty cells."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet("名册")
        border = book.add_format({"border": 1})
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for number in range(len(rows), len(rows) + blanks):
            page.write_blank(number, 0, None, border)
    return target.getvalue()


def _half() -> bytes:
    whole = _book(["姓名", "性别"], *(["测试人员", "男"] for _ in range(50)))
    return whole[: len(whole) // 2]


def _tomorrow() -> bytes:
    day = clock.today() + dt.timedelta(days=1)
    return _book(["姓名", "出生日期"], ["王测试", day.isoformat()])


def _send(desk: Desk, client: Client, data: bytes):
    file = SimpleUploadedFile("名册.xlsx", data)
    form = {"file": file, "term": make_term(desk.office).uid, "declared_unclassified": "on"}
    return client.post(reverse("plan_roster"), form, follow=True)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_half, "“名册.xlsx”已损坏或不完整"),
        (lambda: b"", "这是一个空文件"),
        (lambda: b"hello", "的内容不是.xlsx格式"),
        (lambda: _book(blanks=65_536), "中没有任何表格内容"),
        (lambda: _book(["姓名", "性别"], blanks=65_535), "的表头下面没有人员"),
        (lambda: _book(["性别", "界别"], ["男", "教育界"]), "没有找到名册的表头"),
    ],
    ids=["half", "empty", "text", "blanks", "heading and blanks", "no names"],
)
def test_file_is_refused_by_name(make: Callable[[], bytes], sentence: str, desk: Desk, client: Client):
    before = Person.objects.count(), Membership.objects.count()
    answer = _send(desk, client, make())
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert (Person.objects.count(), Membership.objects.count()) == before


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: _book(["姓名", "性别"], ["王" * 300, "男"]), "姓名有300个字，超过了60个字"),
        (_tomorrow, "在今天之后"),
        (
            lambda: _book(["姓名", "任职日期", "离任日期"], ["王测试", "2024-05-01", "2023-05-01"]),
            "任职结束日期不晚于开始日期",
        ),
        (lambda: _book(["姓名", "性别"], ["王测试", "男"], ["王测试", "男"]), "与第2行重复"),
    ],
    ids=["long name", "born tomorrow", "ends before it begins", "twice"],
)
def test_row_is_named_with_its_column_and_stops_the_import(
    make: Callable[[], bytes], sentence: str, desk: Desk, client: Client
):
    before = Person.objects.count(), Membership.objects.count()
    answer = _send(desk, client, make())
    assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
    assert client.post(f"{answer.request['PATH_INFO']}apply/", follow=True).status_code == 200
    assert (Person.objects.count(), Membership.objects.count()) == before


def test_two_header_rows_are_read_as_one(desk: Desk, client: Client):
    data = _book(
        ["姓名", "性别", "基本情况", ""], ["", "", "出生日期", "单位"], ["王测试", "男", "1970-01-31", "市一中"]
    )
    answer = _send(desk, client, data)
    client.post(f"{answer.request['PATH_INFO']}apply/")
    person = Person.objects.get(name="王测试")
    assert (person.birth_date, person.employer) == (dt.date(1970, 1, 31), "市一中")
