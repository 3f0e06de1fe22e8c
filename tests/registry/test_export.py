from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from tests.cast import join, make_office, make_organization, make_person, make_user
from tests.house.packages import own_models
from tongxin.core.errors import BadInput
from tongxin.core.models import AuditEntry
from tongxin.registry import export
from tongxin.registry.models import OfficeOwned, StoredFile

pytestmark = pytest.mark.django_db


def unpacked(pieces) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_an_office_leaves_with_all_its_rows_and_nobody_elses():
    office, other = make_office("政协澄江市委员会"), make_office("政协临川县委员会")
    user = make_user(office, "roster_clerk", username="qian", password="a-secret-2026")
    person = make_person(office, "周明", affiliation="01", user=user)
    membership = join(person, make_organization(office, "branch", "第一支部"))
    make_person(other, "外人", affiliation="12", user=make_user(other, "leader", username="stranger"))
    files = unpacked(export.export_office(office, actor=None, purpose="交接"))
    (kept,) = json.loads(files["registry.membership.json"])
    assert (kept["uid"], kept["person_uid"], kept["organization_uid"]) == (
        str(membership.uid),
        str(person.uid),
        str(membership.organization.uid),
    )
    assert [row["name"] for row in rows(files["registry.person.csv"])] == ["周明"]
    assert [row["name"] for row in json.loads(files["registry.office.json"])] == ["政协澄江市委员会"]
    assert [row["username"] for row in rows(files["accounts.user.csv"])] == ["qian"]
    whole = b"".join(files.values()).decode()
    assert ("外人" in whole, "stranger" in whole, "临川" in whole) == (False, False, False)
    assert user.password not in whole


def test_every_table_of_an_office_is_in_the_export():
    found = {model for model, _ in export.office_tables()}
    assert [model.__name__ for model in own_models() if issubclass(model, OfficeOwned) and model not in found] == []
    paths = {model._meta.label_lower: path for model, path in export.office_tables()}
    assert paths["registry.office"] == "pk"
    assert paths["activities.participation"] == "activity__office_id"
    assert paths["activities.presencemark"] == "participation__activity__office_id"
    assert paths["core.auditentry"] == "office_id"
    assert {"core.day", "core.subjectkey", "accounts.user"}.isdisjoint(paths)


def test_every_column_is_documented_with_its_class():
    office = make_office()
    files = unpacked(export.export_office(office, actor=None, purpose="交接"))
    listed = rows(files["columns.csv"])
    assert {(row["file"], row["column"]): (row["title"], row["privacy"]) for row in listed}[
        ("registry.affiliation", "code")
    ] == ("政治面貌", "sensitive")
    for name, content in files.items():
        if name.endswith(".csv") and name != "columns.csv":
            with io.StringIO(content.decode("utf-8-sig")) as text:
                heads = next(csv.reader(text))
            assert heads == [row["column"] for row in listed if row["file"] == name[:-4]]


def test_no_secret_leaves():
    for label, name in export.SECRETS:
        (model,) = [model for model in own_models() if model._meta.label_lower == label]
        assert name in {field.name for field in model._meta.concrete_fields}
        assert name not in {column.name for column in export.columns_of(model)}


def test_the_spreadsheet_is_harmless_and_the_json_exact():
    office = make_office()
    make_person(office, "周明", employer='=HYPERLINK("x")')
    files = unpacked(export.export_office(office, actor=None, purpose="交接"))
    assert rows(files["registry.person.csv"])[0]["employer"] == '\'=HYPERLINK("x")'
    assert json.loads(files["registry.person.json"])[0]["employer"] == '=HYPERLINK("x")'


def test_stored_files_go_along_unless_told_otherwise():
    office = make_office()
    stored = StoredFile.objects.create(
        office=office,
        file=ContentFile("原件".encode(), name="a.txt"),
        original_name="a.txt",
        media_type="text/plain",
        size=6,
        sha256="0" * 64,
    )
    with_files = unpacked(export.export_office(office, actor=None, purpose="交接"))
    assert with_files[f"files/{stored.uid}"].decode() == "原件"
    without = unpacked(export.export_office(office, actor=None, purpose="交接", files=False))
    assert [name for name in without if name.startswith("files/")] == []
    stored.file.delete(save=False)


def test_the_export_comes_in_pieces_and_leaves_an_entry_before_the_first():
    office = make_office()
    for _ in range(3):
        make_person(office)
    pieces = export.export_office(office, actor=None, purpose="交接")
    assert list(AuditEntry.objects.values_list("action", "purpose")) == [("registry.export_office", "交接")]
    assert len(list(pieces)) > 10


@pytest.mark.parametrize("number", [1, 3])
def test_an_export_costs_the_same_for_one_row_and_for_three(number):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    office = make_office()
    for _ in range(number):
        join(make_person(office), make_organization(office, "branch"))
    with CaptureQueriesContext(connection) as asked:
        list(export.export_office(office, actor=None, purpose="交接"))
    # Two for each table and the users, one for the files, three for the audit entry in its savepoint.
    assert len(asked) == 2 * (len(export.office_tables()) + 1) + 1 + 3


def test_a_person_gets_their_own_page_and_rows():
    office = make_office()
    person = make_person(office, "周明", affiliation="01")
    make_person(office, "吴敏", affiliation="12")
    join(person, make_organization(office, "branch", "第一支部"))
    files = unpacked(export.export_person(person, actor=None, purpose="本人申请"))
    page = {section["code"]: section for section in json.loads(files["dossier.json"])}
    assert [line["text"] for line in page["registry.affiliation"]["lines"]] == ["中共党员，2020年1月1日起"]
    assert page["registry.draft_seat"]["withheld"][0]["until"] == "名单公布之日起"
    assert [row["code"] for row in rows(files["registry.affiliation.csv"])] == ["01"]
    assert "吴敏" not in b"".join(files.values()).decode()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.person_ids) == ("registry.export_person", [person.pk])
    assert rows(files["dossier.csv"])[0]["section"] == "登记信息"


@pytest.mark.parametrize("purpose", ["", " ", "用" * 201])
def test_an_export_asks_for_a_purpose(purpose):
    office = make_office()
    with pytest.raises(BadInput) as caught:
        export.export_office(office, actor=None, purpose=purpose)
    assert caught.value.code == "registry.export_purpose"
    with pytest.raises(BadInput):
        export.export_person(make_person(office), actor=None, purpose=purpose)
    assert AuditEntry.objects.count() == 0


def test_the_command_writes_a_file_that_only_its_owner_reads(tmp_path):
    office = make_office()
    person = make_person(office)
    for name, what in (("o.zip", {"office": office.area_code}), ("p.zip", {"person": str(person.uid)})):
        target = tmp_path / name
        call_command("export", out=target, purpose="交接", **what)
        assert (target.stat().st_mode & 0o777, zipfile.is_zipfile(target)) == (0o600, True)
        with pytest.raises(CommandError, match="已经存在"):
            call_command("export", out=target, purpose="交接", **what)


def test_the_command_refuses_what_it_does_not_know_and_leaves_no_file(tmp_path):
    target = tmp_path / "x.zip"
    for what, message in (
        ({"office": "000000"}, "没有行政区划代码"),
        ({"person": "nonsense"}, "没有 uid"),
        ({"office": make_office().area_code, "purpose": ""}, "用途"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("export", out=target, **{"purpose": "交接", **what})
    with pytest.raises(CommandError, match="不能写入"):
        call_command("export", out=tmp_path / "no" / "x.zip", office=make_office().area_code, purpose="交接")
    assert target.exists() is False
