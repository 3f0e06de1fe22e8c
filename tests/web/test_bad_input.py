"""What cannot be understood is named at its field, and nothing of what was typed is lost."""

from __future__ import annotations

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import make_person
from tests.web.conftest import Desk
from tongxin.activities.models import Activity
from tongxin.documents.models import Document
from tongxin.matters.models import Matter
from tongxin.registry.models import RoleGrant, StoredFile


def _meeting(desk: Desk, **changed: str) -> dict[str, str]:
    return {
        "organization": str(desk.branch.uid),
        "kind": "general_meeting",
        "day": desk.today.isoformat(),
        "title": "第三季度支部党员大会",
        "place": "三楼会议室",
        "client_id": str(uuid.uuid4()),
        "agenda_kind_0": "party_class",
        "agenda_title_0": "学习党章",
        f"mark_{desk.people[0].pk}": "present",
        f"mark_{desk.people[1].pk}": "leave",
        **changed,
    }


def test_meeting_is_recorded_once_with_agenda_and_register(desk: Desk, client: Client):
    data = _meeting(desk)
    for _ in range(2):  # the same form sent twice is one record
        answer = client.post(reverse("record_activity"), data)
        assert answer.status_code == 302
    (activity,) = Activity.objects.all()
    assert sorted(row.fact for row in activity.meanings.all()) == ["general_meeting", "party_class"]
    assert {row.person.name: (row.presence, row.reply) for row in activity.participations.all()} == {
        "陈文远": ("present", ""),
        "李若兰": ("unknown", "leave"),
        "赵明德": ("unknown", ""),
    }


def test_attendance_is_never_prefilled(desk: Desk, client: Client):
    form = client.get(reverse("record_activity"), {"organization": desk.branch.uid, "kind": "general_meeting"})
    assert [(row.person.name, row.mark) for row in form.context["register"]] == [
        ("陈文远", ""),
        ("李若兰", ""),
        ("赵明德", ""),
    ]
    assert form.context["all_present"] is False


def test_impossible_day_is_named_and_everything_typed_stays(desk: Desk, client: Client):
    answer = client.post(reverse("record_activity"), _meeting(desk, day="2026-02-30"))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"day": ["没有这一天，请按 2026-03-01 的写法填写。"]}
    page = answer.content.decode()
    for typed in ("第三季度支部党员大会", "三楼会议室", "学习党章", 'value="2026-02-30"'):
        assert typed in page
    assert {row.person.name: row.mark for row in answer.context["register"]} == {
        "陈文远": "present",
        "李若兰": "leave",
        "赵明德": "",
    }
    assert Activity.objects.count() == 0


def test_unknown_and_ambiguous_names_are_named(desk: Desk, client: Client):
    make_person(desk.office, "孙晓岚")
    make_person(desk.office, "孙晓岚")
    answer = client.post(reverse("record_activity"), _meeting(desk, observers="王某某、孙晓岚"))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "observers": [
            "名册中没有“王某某”。请核对写法，或先由名册管理员登记。",
            "名册中有2名“孙晓岚”，无法确定是哪一位。",
        ]
    }
    assert "王某某、孙晓岚" in answer.content.decode()
    assert Activity.objects.count() == 0


def test_day_to_come_is_refused_by_the_operation_at_its_field(desk: Desk, client: Client):
    answer = client.post(reverse("record_activity"), _meeting(desk, day=f"{desk.today.year + 1}-03-01"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"day"}
    assert Activity.objects.count() == 0


def test_another_row_for_the_agenda_keeps_the_form_and_records_nothing(desk: Desk, client: Client):
    answer = client.post(reverse("record_activity"), _meeting(desk, more="1"))
    assert answer.status_code == 200
    assert answer.context["form"].errors == {}
    assert [(row.kind, row.title) for row in answer.context["agenda"][:2]] == [("party_class", "学习党章"), ("", "")]
    assert answer.context["form"].initial["title"] == "第三季度支部党员大会"
    assert Activity.objects.count() == 0


def _upload(client: Client, name: str, data: bytes, **more: str):
    file = SimpleUploadedFile(name, data)
    form = {"file": file, "source_status": "reference", "declared_unclassified": "on", **more}
    return client.post(reverse("upload_document"), {key: value for key, value in form.items() if value != ""})


def test_refused_files_are_named_and_nothing_is_stored(desk: Desk, client: Client):
    refused = {
        "empty": _upload(client, "空.txt", b""),
        "binary": _upload(client, "图.txt", bytes(range(256)) * 64),
        "secret": _upload(client, "绝密.txt", "绝密★一年\n各支部要开会。".encode()),
        "undeclared": _upload(client, "讲话.txt", "各支部要开会。".encode(), declared_unclassified=""),
        "zip": _upload(client, "讲话.docx", b"PK\x03\x04 broken"),
    }
    assert {name: answer.status_code for name, answer in refused.items()} == dict.fromkeys(refused, 422)
    assert all(answer.context["form"].errors for answer in refused.values())
    assert refused["undeclared"].context["form"].errors.keys() == {"declared_unclassified"}
    assert (Document.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_enormous_file_is_refused_unread(desk: Desk, client: Client):
    answer = _upload(client, "大.txt", b"a" * (21 * 1024 * 1024))
    assert answer.status_code == 422
    assert "文件过大" in answer.content.decode()
    assert Document.objects.count() == 0


def test_matter_without_title_keeps_what_was_typed(desk: Desk, client: Client):
    answer = client.post(
        reverse("open_matter"), {"kind": "request", "title": "", "addressee": "市委办", "client_id": str(uuid.uuid4())}
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"title", "lead"}
    assert 'value="市委办"' in answer.content.decode()
    assert Matter.objects.count() == 0


def test_grant_for_an_unknown_user_is_named(desk: Desk, client: Client):
    before = RoleGrant.objects.count()
    answer = client.post(
        reverse("administration"), {"username": "nobody", "role": "leader", "since": desk.today.isoformat()}
    )
    assert answer.context["form"].errors == {"username": ["没有这个用户名。请核对写法，或先开通账号。"]}
    assert RoleGrant.objects.count() == before


def test_address_that_is_no_finding_is_not_found(desk: Desk, client: Client):
    assert client.get(reverse("finding", args=["nonsense"])).status_code == 404


def test_damaged_characters_are_said_after_the_upload(desk: Desk, client: Client):
    text = (
        "关于做好学习的通知\n各支部：\n一、严格落实三会一课制度\n各支部要按季度召开支部党员大会。\n".encode()
        + b"\xff\xfe\xfa"
    )
    answer = client.post(
        reverse("upload_document"),
        {"file": SimpleUploadedFile("a.txt", text), "declared_unclassified": "on", "source_status": "reference"},
        follow=True,
    )
    assert "处文字不能识别" in answer.content.decode()


def test_a_nul_in_an_address_is_refused_and_breaks_nothing(desk: Desk, client: Client):
    answers = [client.get(f"{reverse(page)}?text=%00") for page in ("activities", "library", "matters")]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
