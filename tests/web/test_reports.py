from __future__ import annotations

import pytest

from tests.documents.tasks import TEXT, issued
from tongxin.documents.draft_operations import write_draft
from tongxin.documents.models import Document

pytestmark = pytest.mark.django_db


def test_a_report_is_shown_and_becomes_a_draft_that_stays(client, desk):
    document = issued(desk.office)
    page = client.get(f"/library/{document.uid}/standing/").content.decode()
    assert "共提出并确认要求<a" in page and ">2</a>条" in page and "尚无对应的制度或任务。" in page
    answer = client.post(f"/library/{document.uid}/standing/keep/")
    draft = Document.objects.order_by("-pk")[0]
    assert answer["Location"] == f"/library/{draft.uid}/edit/"
    assert (draft.source_status, draft.title.startswith(f"《{document.title}》落实情况")) == ("draft", True)
    edited = client.get(f"/library/{draft.uid}/edit/").content.decode()
    assert f"共提出并确认要求{{{{《{document.title}》已确认要求数}}}}条" in edited
    docx = client.get(f"/library/{document.uid}/standing/", {"file": "docx"})
    assert docx["Content-Type"].endswith("wordprocessingml.document")


def test_two_states_stand_side_by_side(client, desk):
    document = write_draft(desk.office, title="汇报", text="每月学习一次。", actor=None)
    assert "只有一个版本" in client.get(f"/library/{document.uid}/versions/").content.decode()
    write_draft(desk.office, title="汇报", text="每季度学习一次。", document=document, actor=None)
    page = client.get(f"/library/{document.uid}/versions/").content.decode()
    assert "<del>月</del>" in page and "<ins>季度</ins>" in page
    same = client.get(f"/library/{document.uid}/versions/", {"old": "2", "new": "2"}).content.decode()
    assert "所选的是同一个版本" in same
    assert client.get(f"/library/{document.uid}/versions/", {"old": "x", "new": "99"}).status_code == 200


def test_another_offices_report_is_not_there(client, desk):
    from tests.cast import make_office

    foreign = issued(make_office())
    assert TEXT  # the same words in another office
    assert client.get(f"/library/{foreign.uid}/standing/").status_code == 404
