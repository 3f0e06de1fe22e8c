"""Putting texts into the library and correcting what was read out of them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.documents.tasks import issued
from tongxin.documents.models import Document, Requirement

pytestmark = pytest.mark.django_db

TEXT = "关于做好总结工作的通知\n各专委会：\n一、有关要求\n各专委会要认真总结全年工作，3月底前报送办公室。\n二、其他\n办公室要做好汇总，及时通报情况。\n"


def _send(client, **values):
    return client.post(
        reverse("upload_document"), {"declared_unclassified": "on", "source_status": "reference"} | values
    )


def test_several_files_are_read_and_a_refused_one_holds_up_none(desk, client):
    files = [
        SimpleUploadedFile("甲.txt", TEXT.encode()),
        SimpleUploadedFile("乙.txt", TEXT.replace("总结", "调研").encode()),
        SimpleUploadedFile("丙.txt", b""),
    ]
    answer = _send(client, file=files)
    assert (answer.status_code, answer["Location"]) == (302, reverse("library"))
    said = [str(message) for message in client.get(reverse("library")).context["messages"]]
    assert said[0] == "已放入2份文件。"
    assert said[1].startswith("“丙.txt”没有放入：")
    assert Document.objects.count() == 2


def test_a_pasted_text_is_named_after_its_first_line(desk, client):
    answer = _send(client, pasted=TEXT)
    document = Document.objects.get()
    assert (answer.status_code, document.title) == (302, "关于做好总结工作的通知")
    assert document.revisions.get().file.original_name == "关于做好总结工作的通知.txt"


def test_nothing_and_both_are_refused_at_their_fields(desk, client):
    assert "请选择文件，或粘贴文字。" in _send(client).content.decode()
    both = _send(client, pasted=TEXT, file=SimpleUploadedFile("甲.txt", TEXT.encode()))
    assert (both.status_code, "文件和粘贴的文字请分两次放入。" in both.content.decode()) == (422, True)
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("tab", "page"),
    [("tasks", "task_table"), ("trace", "trace"), ("text", "document"), ("//elsewhere.example", "document")],
)
def test_whoever_confirms_the_source_goes_on_where_it_was_asked(desk, client, tab, page):
    _send(client, pasted=TEXT)
    document = Document.objects.get()
    if page != "document":
        assert f'name="tab" value="{tab}"' in client.get(reverse(page, args=[document.uid])).content.decode()
    given = {"tab": tab, "issuer": "政协澄湖市委员会", "number": "澄政协〔2026〕3号", "day": "2026-01-05"}
    answer = client.post(reverse("confirm_source", args=[document.uid]), given)
    assert (answer.status_code, answer["Location"]) == (302, reverse(page, args=[document.uid]))


def _first(client) -> Requirement:
    _send(client, pasted=TEXT)
    return Requirement.objects.order_by("start")[0]


def test_a_span_is_corrected_by_words_of_the_original(desk, client):
    first = _first(client)
    client.post(
        reverse("edit_requirement", args=[first.uid]),
        {"step": "save", "text": "认真总结全年工作", "subject": "各专委会"},
    )
    first.refresh_from_db()
    assert first.text == "认真总结全年工作" == first.revision.text[first.start : first.end]
    client.post(reverse("edit_requirement", args=[first.uid]), {"step": "save", "text": "没有这句话"})
    first.refresh_from_db()
    assert first.text == "认真总结全年工作"


def test_a_requirement_is_split_by_its_second_words_and_joined_again(desk, client):
    first = _first(client)
    whole = first.text
    client.post(reverse("edit_requirement", args=[first.uid]), {"step": "split", "opening": "3月底前"})
    one, two = Requirement.objects.order_by("start")[:2]
    assert (one.text, two.text) == ("各专委会要认真总结全年工作", "3月底前报送办公室")
    assert (one.cadence, two.cadence) == ("", "3月底前")
    client.post(reverse("edit_requirement", args=[one.uid]), {"step": "join", "other": str(two.uid)})
    one.refresh_from_db()
    assert (one.text, one.cadence) == (whole, "3月底前")


def test_numbering_faults_are_said_on_the_page(desk, client):
    _send(client, pasted=TEXT.replace("二、", "四、"))
    shown = client.get(reverse("document", args=[Document.objects.get().uid])).content.decode()
    assert "编号从“一”跳到“四”，中间可能缺项。" in shown


LAST_YEAR = TEXT.replace("3月底前", "4月10日前").replace("办公室要做好汇总，及时通报情况。", "办公室负责印制手册。")


def test_a_text_is_compared_with_last_years(desk, client):
    _send(client, pasted=LAST_YEAR.replace("关于做好", "关于做好2024年"))
    _send(client, pasted=TEXT.replace("关于做好", "关于做好2025年"))
    old, new = Document.objects.order_by("year")
    answer = client.get(reverse("compare_document", args=[new.uid]), {"with": str(old.uid)})
    assert [pair.change.value for pair in answer.context["pairs"]] == ["changed", "new", "dropped"]
    assert "沿用 0 条，修改 1 条，新增 1 条，未再出现 1 条。" in answer.content.decode()
    alike = client.get(reverse("compare_document", args=[new.uid])).content.decode()
    assert "与《关于做好2024年总结工作的通知》第1条相近" in alike


def test_another_offices_text_is_not_compared_with(desk, client):
    _send(client, pasted=TEXT)
    shown = Document.objects.get()
    for other in ("6a0fbb6c-3c0f-4c55-9d4f-5d5b0a7d9f00", "x"):
        assert client.get(reverse("compare_document", args=[shown.uid]), {"with": other}).status_code == 404


def test_slips_of_a_draft_are_listed_with_their_places(desk, client):
    _send(client, pasted=TEXT + "按照临政协办[2025]4号,抓好落实。\n")
    page = client.get(reverse("proofread_document", args=[Document.objects.get().uid]))
    assert [(item["slip"].found, item["slip"].suggestion, item["line"]) for item in page.context["slips"]] == [
        ("[2025]4号", "〔2025〕4号", 7),
        (",", "，", 7),
    ]


def test_a_refused_task_keeps_owner_and_day(client, desk):
    document = issued(desk.office)
    item = document.revisions.get().requirements.order_by("start")[2]
    answer = client.post(
        f"/library/requirements/{item.uid}/", {"step": "task", "owner": "没有的单位", "due_on": "2026-09-01"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "没有名为“没有的单位”的单位" in page
    assert 'value="没有的单位"' in page and 'value="2026-09-01"' in page
    answer = client.post(f"/library/requirements/{item.uid}/", {"step": "task", "owner": "", "due_on": "下月"})
    assert answer.status_code == 422 and 'value="下月"' in answer.content.decode()


def test_a_draft_sent_twice_is_one_and_changed_words_are_its_next_state(client, desk):
    typed = {"title": "汇报", "text": "第一句。", "client_id": "3f2c8f6e-1111-4222-8333-444455556666"}
    for _ in range(2):
        answer = client.post("/library/draft/", typed)
        assert answer["Location"] == f"/library/{typed['client_id']}/"
    document = Document.objects.get()
    assert document.revisions.count() == 1
    client.post("/library/draft/", typed | {"text": "第二句。"})
    assert (Document.objects.count(), document.revisions.count()) == (1, 2)


def test_the_library_is_narrowed_to_one_issuing_body(client, desk):
    document = issued(desk.office)
    Document.objects.create(office=desk.office, title="别处的通知", issuer="别的机关")
    page = client.get("/library/", {"issuer": document.issuer}).content.decode()
    assert document.title in page and "别处的通知" not in page
    found = client.get("/library/", {"issuer": "别的机关", "text": "学习"}).content.decode()
    assert "没有找到" in found and document.title not in found
    assert document.title in client.get("/library/", {"issuer": document.issuer, "text": "学习"}).content.decode()


def test_the_library_is_narrowed_to_a_theme_of_the_catalogue_and_to_what_changed_of_late(client, desk):
    text = "关于组织生活的通知\n\n各党支部要严格执行“三会一课”制度，每季度召开一次支部党员大会。\n"
    _send(client, pasted=text)
    Document.objects.create(office=desk.office, title="无关的旧文件")
    page = client.get("/library/")
    theme = page.context["themes"][0]
    assert f'<span class="tag">{theme}</span>' in page.content.decode()
    for narrowed in ({"theme": theme}, {"changed": "7"}, {"theme": theme, "changed": "30", "text": "支部"}):
        shown = client.get("/library/", narrowed)
        assert [document.title for document in shown.context["page"].object_list] == ["关于组织生活的通知"]
    assert "变动</span>" in client.get("/library/", {"changed": "7"}).content.decode()
    for nothing in ({"theme": "没有的专题"}, {"theme": theme, "text": "无此词语"}):
        assert "没有找到" in client.get("/library/", nothing).content.decode()
    every = client.get("/library/", {"changed": "-1"}).context["page"].object_list
    assert len(every) == 2
