from __future__ import annotations

import io

import pytest
from docx import Document as Docx

from tests.documents.test_paper_queries import read
from tongxin.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(desk):
    return f"/library/{read(desk.office).uid}/paper/"


def test_preview_and_docx_hold_the_same_words(client, page):
    typed = {"form": "general", "issuer": "澄江市政协办公室", "number": "澄政协办〔2026〕3号", "signer": "甲某某"}
    shown = client.get(page, typed).content.decode()
    assert "澄江市政协办公室文件" in shown
    answer = client.get(page, typed | {"file": "docx"})
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    words = "".join(paragraph.text for paragraph in Docx(io.BytesIO(answer.content)).paragraphs)
    for said in ("澄江市政协办公室文件", "澄政协办〔2026〕3号", "甲某某", "各专门委员会要抓好落实。"):
        assert said in words and said in shown
    assert AuditEntry.objects.filter(action="documents.export").count() == 1


def test_a_day_that_does_not_exist_is_said_at_its_field(client, page):
    answer = client.get(page, {"form": "general", "signed_on": "2026-02-30", "file": "docx"})
    assert answer.status_code == 422
    assert "没有这一天" in answer.content.decode()
