from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import make_office
from tongxin.documents.dictionary import seed
from tongxin.documents.dictionary_operations import approve
from tongxin.documents.models import Expression

pytestmark = pytest.mark.django_db


def test_the_dictionary_is_approved_added_to_imported_and_exported(client, desk):
    page = client.get("/library/dictionary/").content.decode()
    assert "词典还是空的" in page and seed()[0].right in page
    client.post("/library/dictionary/seed/", {"right": [seed()[0].right, "不在清单"]})
    typed = {"kind": "post", "right": "政协主席", "wrong": "政协主任；", "source": "章程"}
    assert client.post("/library/dictionary/add/", typed).status_code == 302
    assert client.post("/library/dictionary/add/", typed).status_code == 302
    upload = SimpleUploadedFile("名单.txt", "两个维护\t二个维护\t党章\n".encode())
    assert client.post("/library/dictionary/import/", {"file": upload}).status_code == 302
    assert sorted(Expression.objects.values_list("right", "wrong")) == sorted(
        [(seed()[0].right, "；".join(seed()[0].wrong)), ("政协主席", "政协主任"), ("两个维护", "二个维护")]
    )
    copy = client.get("/library/dictionary/", {"file": "xlsx"})
    assert copy["Content-Type"].endswith("spreadsheetml.sheet")


def test_what_was_typed_wrongly_stays_with_the_reason(client, desk):
    answer = client.post(
        "/library/dictionary/add/", {"kind": "phrase", "right": "两个维护", "wrong": "两个维护", "source": "党章"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "同时写成了误写" in page and 'value="两个维护"' in page
    upload = SimpleUploadedFile("名单.txt", "两个维护\t二个维护\n".encode())
    answer = client.post("/library/dictionary/import/", {"file": upload})
    assert answer.status_code == 422 and "第1行" in answer.content.decode()


def test_an_entry_ends_and_another_offices_is_not_there(client, desk):
    approve(desk.office, seed()[:1], actor=None)
    row = Expression.objects.get()
    assert client.post(f"/library/dictionary/{row.uid}/end/").status_code == 302
    assert not Expression.objects.exists()
    other = make_office()
    approve(other, seed()[:1], actor=None)
    foreign = Expression.objects.get()
    assert client.post(f"/library/dictionary/{foreign.uid}/end/").status_code == 404
    assert Expression.objects.filter(valid_until__isnull=True).count() == 1


def test_slips_of_the_dictionary_stand_on_the_proofreading_page(client, desk):
    from tongxin.documents.draft_operations import write_draft

    approve(desk.office, seed(), actor=None)
    document = write_draft(desk.office, title="汇报", text="已建立功能性党支部三个。", actor=None)
    page = client.get(f"/library/{document.uid}/proofread/").content.decode()
    assert "固定表述应为“功能型党支部”" in page
