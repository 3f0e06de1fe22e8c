"""The page of a manuscript: notes beside the text, links shown once, signed papers, publishing and its log."""

from __future__ import annotations

import io
import re
import zipfile
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import make_office, make_organization, make_person, make_user
from tongxin.core.spreadsheets import read_tables
from tongxin.documents.draft_operations import write_draft
from tongxin.matters import editorial_operations as editorial
from tongxin.matters import operations, outlet_operations, queries
from tongxin.matters.models import BodyRevision, Matter, MatterPass, Publication, ReviewHold, ReviewNote, Step

TEXT = "委员座谈,交流体会。\n联系电话13800000000，委员参观社区。"


@pytest.fixture
def desk(db, client: Client, settings, tmp_path) -> SimpleNamespace:
    """An office with an editor signed in, a manuscript that waits for its first review, and a website."""
    settings.MEDIA_ROOT = tmp_path
    office = make_office()
    unit = make_organization(office, "staff", "机关")
    editor = make_user(office, "editor")
    people = [make_person(office, name) for name in ("陈文远", "李若兰", "赵明德", "孙晓岚")]
    outlet = outlet_operations.enter(
        office, name="门户网站", kind="website", unit=unit, check_every="month", actor=editor
    )
    matter = editorial.begin(office, title="活动侧记", unit=unit, authors=people[:1], text=TEXT, actor=editor)
    operations.take_step(matter, "submit", actor=editor)
    client.force_login(editor)
    return SimpleNamespace(office=office, unit=unit, editor=editor, people=people, outlet=outlet, matter=matter)


def page(client: Client, name: str, matter: Matter, data: dict | None = None):
    address = reverse(name, args=[matter.uid])
    return client.get(address) if data is None else client.post(address, data)


def review(desk, *steps: str) -> None:
    for step, person in zip(steps, desk.people[1:] + desk.people[-1:], strict=False):
        operations.take_step(desk.matter, step, actor=None, person=person, proofread=True, on_behalf="签字")


def test_a_manuscript_is_written_and_named_wrong_at_its_field(desk, client: Client):
    form = {"title": "新稿", "unit": desk.unit.uid, "authors": "无此人", "text": "正文"}
    wrong = client.post(reverse("begin_manuscript"), form | {"client_id": ""})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"authors", "client_id"})
    assert "新稿" in wrong.content.decode()
    secret = client.post(
        reverse("begin_manuscript"),
        form | {"authors": "陈文远", "text": "秘密★1年", "client_id": "11111111-1111-4111-8111-111111111111"},
    )
    assert set(secret.context["form"].errors) == {"text"}
    client.post(
        reverse("begin_manuscript"),
        form | {"authors": "陈文远", "client_id": "11111111-1111-4111-8111-111111111111"},
    )
    assert Matter.objects.filter(title="新稿").values_list("state", flat=True).get() == "draft"


def test_notes_slips_and_doubts_stand_beside_their_words(desk, client: Client):
    page(client, "annotate", desk.matter, {"quote": "参观", "text": "哪个社区", "client_id": _id(1)})
    shown = page(client, "manuscript", desk.matter)
    html = shown.content.decode()
    assert re.search(r'<a class="mark-start" href="#note-1" data-mark>1</a><mark class="noted">参观</mark>', html)
    assert '<mark class="slip">,</mark>' in html
    assert '<mark class="doubt">13800000000</mark>' in html
    assert [(line.start, [each.number for each in line.beside.notes]) for line in shown.context["lines"]] == [
        (0, []), (11, [1]),
    ]  # fmt: skip
    note = ReviewNote.objects.get()
    client.post(reverse("settle_note", args=[note.uid]), {"answer": "已写明"})
    assert '<mark class="noted">' not in page(client, "manuscript", desk.matter).content.decode()
    client.post(reverse("settle_note", args=[note.uid]), {"step": "reopen"})
    assert ReviewNote.objects.get().settled_at is None


def test_a_wrong_note_keeps_what_was_typed(desk, client: Client):
    answer = page(client, "annotate", desk.matter, {"quote": "委员", "text": "哪些", "client_id": _id(1)})
    assert answer.status_code == 422
    assert answer.context["note_form"].errors == {"quote": ["这些字在正文中有2处。请多复制几个字，以便确定位置。"]}
    assert "哪些</textarea>" in answer.content.decode()
    right = {"quote": "委员", "text": "哪些", "start": "26", "client_id": _id(1)}
    page(client, "annotate", desk.matter, right)
    page(client, "annotate", desk.matter, right)  # clicked twice
    assert ReviewNote.objects.values_list("start", flat=True).get() == TEXT.rindex("委员")


def test_the_page_costs_the_same_with_many_notes(desk, client: Client):
    counts = []
    for number in (1, 1, 5):  # the first time warms up what is kept
        for _ in range(number):
            editorial.annotate(desk.matter, quote="参观", text="写明", actor=desk.editor)
        with CaptureQueriesContext(connection) as caught:
            page(client, "manuscript", desk.matter)
        counts.append(len(caught))
    assert counts[1] == counts[2]


def test_who_looks_is_told_to_others_only(desk, client: Client):
    page(client, "hold_manuscript", desk.matter, {"step": "hold"})
    assert "正在看这一稿（到" not in page(client, "manuscript", desk.matter).content.decode()
    other = make_user(desk.office, "leader")
    client.force_login(other)
    html = page(client, "manuscript", desk.matter).content.decode()
    assert f"{desk.editor.get_full_name()}正在看这一稿（到" in html
    assert desk.editor.get_full_name() in client.get(reverse("editorial")).content.decode()
    client.force_login(desk.editor)
    page(client, "hold_manuscript", desk.matter, {"step": "leave"})
    assert ReviewHold.objects.count() == 0


def test_a_review_is_entered_on_the_page_and_a_wrong_one_comes_back(desk, client: Client):
    answer = page(client, "review_manuscript", desk.matter, {"transition": "pass_first", "person": "李若兰"})
    assert (answer.status_code, set(answer.context["choices"][0][2].errors)) == (422, {"proofread", "client_id"})
    form = {"transition": "pass_first", "person": "陈文远", "proofread": "on", "client_id": _id(2)}
    own = page(client, "review_manuscript", desk.matter, form | {"on_behalf": "签字"})
    assert own.context["choices"][0][2].errors == {"person": ["作者不能审核自己的稿件。请由其他人审核。"]}
    silent = page(client, "review_manuscript", desk.matter, form | {"person": "李若兰"})
    assert set(silent.context["choices"][0][2].errors) == {"on_behalf"}
    page(client, "review_manuscript", desk.matter, form | {"person": "李若兰", "on_behalf": "据审稿单"})
    shown = page(client, "manuscript", desk.matter)
    assert [(stage.name, bool(stage.step), stage.current) for stage in shown.context["stages"]] == [
        ("一审一校", True, False), ("二审二校", False, True), ("三审三校", False, False), ("保密审查", False, False),
    ]  # fmt: skip


def test_a_new_wording_is_compared_and_a_stale_one_refused(desk, client: Client):
    assert page(client, "edit_manuscript", desk.matter).status_code == 404
    operations.take_step(desk.matter, "send_back", actor=desk.editor, reason="改")
    first = BodyRevision.objects.get()
    new = {"text": TEXT.replace("13800000000", "见附件"), "based_on": first.pk}
    page(client, "edit_manuscript", desk.matter, new)
    stale = page(client, "edit_manuscript", desk.matter, {"text": "另一稿", "based_on": first.pk})
    assert stale.status_code == 422
    assert "另一稿</textarea>" in stale.content.decode()
    pairs = page(client, "manuscript_versions", desk.matter).context["pairs"]
    assert [pair.kind for pair in pairs] == ["same", "changed"]
    same = client.get(reverse("manuscript_versions", args=[desk.matter.uid]), {"old": "9", "new": "x"})
    assert same.status_code == 200


def test_the_leaders_link_is_shown_once_and_takes_the_step(desk, client: Client):
    review(desk, "pass_first", "pass_second")
    wrong = page(client, "review_links", desk.matter, {"person": "李若兰", "days": "14"})
    assert wrong.context["form"].errors == {"person": ["此人已审过本稿，三审须由三个不同的人完成。请由其他人审核。"]}
    issued = page(client, "review_links", desk.matter, {"person": "孙晓岚", "days": "7"})
    address = issued.context["address"]
    assert address in issued.content.decode()
    assert "/pass/" not in page(client, "review_links", desk.matter).content.decode()
    client.logout()
    opened = client.get(address)
    assert (opened.status_code, [name for name, *_ in opened.context["choices"]]) == (200, ["三审三校通过", "退回修改"])
    empty = client.post(address, {"transition": "send_back", "reason": ""})
    assert empty.status_code == 422
    client.post(address, {"transition": "pass_third", "proofread": "on"})
    assert client.get(address).status_code == 410
    step = Step.objects.get(transition="pass_third")
    assert (step.person, step.on_behalf, step.by) == (desk.people[3], "一次性链接（孙晓岚）", None)


def test_a_revoked_link_is_dead(desk, client: Client):
    address = page(client, "review_links", desk.matter, {"person": "孙晓岚", "days": "7"}).context["address"]
    client.post(reverse("revoke_pass", args=[MatterPass.objects.get().uid]))
    assert "这个链接已作废" in client.get(address).content.decode()


def test_a_signed_paper_is_entered_and_handed_out_again(desk, client: Client):
    form = {"transition": "pass_first", "person": "李若兰", "day": desk.matter.day.isoformat(), "client_id": _id(3)}
    scan = SimpleUploadedFile("审稿单.pdf", b"%PDF-1.7")
    undeclared = page(client, "sign_manuscript", desk.matter, form | {"file": scan})
    assert set(undeclared.context["form"].errors) == {"declared_unclassified"}
    scan = SimpleUploadedFile("审稿单.pdf", b"%PDF-1.7")
    page(client, "sign_manuscript", desk.matter, form | {"file": scan, "declared_unclassified": "on"})
    step = Step.objects.get(transition="pass_first")
    answer = client.get(reverse("signed_paper", args=[step.uid]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    client.force_login(make_user(make_office(), "editor"))
    assert client.get(reverse("signed_paper", args=[step.uid])).status_code == 404


def test_published_found_exported_and_taken_down(desk, client: Client):
    assert page(client, "publish_manuscript", desk.matter).status_code == 404
    review(desk, "pass_first", "pass_second", "pass_third", "clear_secrecy")
    form = {"outlets": [], "day": desk.matter.day.isoformat(), "client_id": _id(4)}
    assert page(client, "publish_manuscript", desk.matter, form).status_code == 422
    form |= {"outlets": [desk.outlet.uid], "address": "https://zx.example.cn/1"}
    page(client, "publish_manuscript", desk.matter, form)
    row = Publication.objects.get()
    assert queries.matter_by_uid(desk.office, desk.matter.uid).state == "published"
    for query, count in (
        ({"text": "侧记"}, 1), ({"text": "没有"}, 0), ({"outlet": str(desk.outlet.uid)}, 1), ({"outlet": "x"}, 1),
        ({"since": row.day.isoformat(), "until": row.day.isoformat()}, 1), ({"until": "2020-01-01"}, 0),
        ({"since": "nonsense"}, 1),
    ):  # fmt: skip
        assert len(client.get(reverse("publication_log"), query).context["page"].object_list) == count
    [table] = read_tables(client.get(reverse("publication_sheet")).content, "log.xlsx")
    values = {str(cell) for line in table.rows for cell in line}
    assert {"活动侧记", "门户网站", "https://zx.example.cn/1", desk.people[3].name} <= values
    down = reverse("take_down", args=[row.uid])
    assert client.post(down, {"day": row.day.isoformat(), "reason": ""}).status_code == 422
    client.post(down, {"day": row.day.isoformat(), "reason": "数字有误"})
    assert "撤下：数字有误" in client.get(reverse("publication_log")).content.decode()


def test_authors_see_their_own_manuscript_and_no_other(desk, client: Client):
    author = desk.people[0]
    author.user = make_user()
    author.save()
    client.force_login(author.user)
    assert page(client, "manuscript", desk.matter).status_code == 200
    assert client.get(reverse("publication_log")).status_code == 403
    other = editorial.begin(
        desk.office, title="他人稿", unit=desk.unit, authors=[desk.people[1]], text="文", actor=desk.editor
    )
    assert page(client, "manuscript", other).status_code == 404
    assert [row.title for _name, rows in client.get(reverse("editorial")).context["groups"] for row, *_ in rows] == [
        "活动侧记"
    ]


def _id(number: int) -> str:
    return f"{number:08d}-1111-4111-8111-111111111111"


def test_a_draft_of_the_library_becomes_a_manuscript(desk, client: Client):
    draft = write_draft(desk.office, title="工作综述", text="全市开展活动。\n取得成效。", actor=desk.editor)
    assert reverse("begin_manuscript") in client.get(reverse("document", args=[draft.uid])).content.decode()
    form = client.get(reverse("begin_manuscript"), {"draft": str(draft.uid)}).context["form"]
    assert (form["title"].value(), form["text"].value()) == ("工作综述", "全市开展活动。\n取得成效。")
    other = client.get(reverse("begin_manuscript"), {"draft": "nonsense"}).context["form"]
    assert other["text"].value() == ""


def test_desk_log_and_outlets_cost_the_same_for_one_row_and_four(desk, client: Client):
    counts: dict[str, list[int]] = {name: [] for name in ("editorial", "publication_log", "outlets")}
    for number in (1, 1, 3):  # the first time warms up what is kept
        for _ in range(number):
            matter = editorial.begin(
                desk.office, title="稿", unit=desk.unit, authors=desk.people[:1], text="文", actor=desk.editor
            )
            editorial.hold(matter, actor=make_user(desk.office, "editor"))
            outlet = outlet_operations.enter(
                desk.office, name=str(matter.uid), kind="website", unit=desk.unit, check_every="week", actor=desk.editor
            )
            outlet_operations.check(outlet, faults=["旧"], actor=desk.editor)
            Publication.objects.create(
                office=desk.office, matter=matter, revision=matter.revisions.get(), outlet=outlet, day=matter.day,
                approval=Step.objects.filter(matter=desk.matter)[0],
            )  # fmt: skip
        for name, found in counts.items():
            with CaptureQueriesContext(connection) as caught:
                assert client.get(reverse(name)).status_code == 200
            found.append(len(caught))
    assert {name: found[1] for name, found in counts.items()} == {name: found[2] for name, found in counts.items()}


def test_a_wording_changed_outside_comes_back_with_its_differences(desk, client: Client):
    """Out as docx, changed, in again: first the differences, then, once saved, a wording of its own."""
    operations.take_step(desk.matter, "send_back", actor=desk.editor, reason="核对社区名称")
    taken = client.get(f"{reverse('matter_form', args=[desk.matter.uid, 'text'])}?file=docx")
    data = taken.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    assert "参观社区".encode() in parts["word/document.xml"]
    parts["word/document.xml"] = parts["word/document.xml"].replace("参观社区".encode(), "参观青石社区".encode())
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    file = SimpleUploadedFile("改稿.docx", changed.getvalue())
    undeclared = page(client, "edit_manuscript", desk.matter, {"step": "read", "file": file})
    assert (undeclared.status_code, set(undeclared.context["returned"].errors)) == (422, {"declared_unclassified"})
    file.seek(0)
    shown = page(client, "edit_manuscript", desk.matter, {"step": "read", "file": file, "declared_unclassified": "on"})
    assert (shown.status_code, BodyRevision.objects.count()) == (200, 1)
    assert "<ins>青石</ins>" in shown.content.decode()
    assert [pair.kind for pair in shown.context["pairs"]] == ["same", "changed"]
    form = shown.context["form"]
    client.post(
        reverse("edit_manuscript", args=[desk.matter.uid]),
        {"text": form["text"].value(), "based_on": form["based_on"].value()},
    )
    assert BodyRevision.objects.order_by("id").last().text == TEXT.replace("参观社区", "参观青石社区")
    wrong = page(
        client, "edit_manuscript", desk.matter,
        {"step": "read", "file": SimpleUploadedFile("改稿.docx", b"\x00\x01"), "declared_unclassified": "on"},
    )  # fmt: skip
    assert (wrong.status_code, set(wrong.context["returned"].errors)) == (422, {"file"})
