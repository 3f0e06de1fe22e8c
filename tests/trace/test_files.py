"""The trace of a file that is not stored, and the command that prints it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.cast import make_office
from tests.documents.test_operations import SPEECH
from tongxin.documents.models import Document
from tongxin.documents.reading import read_text
from tongxin.trace.files import trace_of_reading
from tongxin.trace.operations import register_document
from tongxin.trace.printing import as_text, shorten

DAY = dt.date(2026, 6, 15)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "讲话.txt"
    file.write_text(SPEECH, encoding="utf-8")
    return file


def run(*args, **options):
    out = StringIO()
    call_command("trace", *map(str, args), stdout=out, **options)
    return out.getvalue()


def test_trace_of_a_reading_needs_no_database():
    trace = trace_of_reading(read_text(SPEECH), name="a.txt", day=DAY)
    links = {link.provision for item in trace.requirements for link in item.bindings}
    assert {"study.first_agenda_item", "life.general_meeting", ""} <= links
    task = next(link.task for item in trace.requirements for link in item.bindings if link.task)
    assert task.due_on is None or task.due_on.year == 2025
    assert (trace.office, trace.source_name) == ("", "网络参考")


def test_text_without_requirements_is_an_empty_trace():
    trace = trace_of_reading(read_text("关于天气的说明\n\n今天晴。\n"), name="a.txt", day=DAY)
    assert (trace.requirements, trace.bound) == ((), 0)
    assert as_text(trace) == "《a.txt》  网络参考  截至2026-06-15\n要求 0 条，其中 0 条对应制度，0 条建议转为任务\n"


def test_command_prints_text_json_and_html(path):
    text = run(path, as_of="2026-06-15")
    assert text.startswith("《在2025年全市政协党的建设工作会议上的讲话》  网络参考  截至2026-06-15\n")
    assert "(study.first_agenda_item)\n      提到“第一议题”，对应" in text
    data = json.loads(run(path, json=True))
    assert [SPEECH[item["start"] : item["end"]] for item in data["requirements"]] == [
        item["text"] for item in data["requirements"]
    ]
    html = run(path, html=True)
    assert html.count("<tr>") >= 1 + len(data["requirements"])
    assert "<script" not in html


def test_html_escapes_what_the_document_says(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("工作要点\n\n一、任务\n\n要认真落实<script>alert(1)</script>制度。\n", encoding="utf-8")
    html = run(file, html=True)
    assert "<script" not in html


@pytest.mark.parametrize(
    ("args", "options", "code", "words"),
    [
        (["/nonexistent/a.txt"], {}, 2, "不存在"),
        (["/"], {}, 2, "文件夹"),
        (["PATH"], {"as_of": "昨天"}, 2, "日期"),
        (["EMPTY"], {}, 1, ""),
    ],
)
def test_command_refuses_with_a_code_and_a_sentence(path, tmp_path, args, options, code, words):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    named = {"PATH": path, "EMPTY": empty}
    with pytest.raises(CommandError) as refused:
        run(*(named.get(arg, arg) for arg in args), **options)
    assert refused.value.returncode == code
    assert words in str(refused.value)


@pytest.mark.django_db
def test_command_with_an_office_and_with_a_stored_document(path, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    office = make_office()
    assert office.name in run(path, office=office.area_code)
    with pytest.raises(CommandError) as unknown:
        run(path, office="000000")
    assert (unknown.value.returncode, office.area_code in str(unknown.value)) == (2, True)
    document = register_document(office, name="a.txt", data=SPEECH.encode(), declared_unclassified=True, actor=None)
    assert run(document.uid, office=office.area_code).startswith(f"《{document.title}》")
    for missing, code in ((uuid.uuid4(), None), (document.uid, make_office().area_code)):
        with pytest.raises(CommandError) as refused:
            run(missing, office=code)
        assert refused.value.returncode == 2
    assert Document.objects.count() == 1


def test_shorten_counts_columns():
    assert shorten("一二三四", 8) == "一二三四"
    assert shorten("一二三四五", 8) == "一二三…"
    assert shorten("ab\n  c", 10) == "ab c"
