from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from tongxin.documents.management.commands.read import Command

TEXT = (
    "首页 > 通知公告\n关于例会的通知\n发布时间：2025-03-02\n各处室：\n一、有关要求\n"
    "（一）按时报送。各处室要于3月5日前报送材料，讲好XX故事。\n办公室\n2025年3月1日\n"
)


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "例会.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*args: str) -> str:
    out = io.StringIO()
    call_command(Command(), *args, stdout=out)
    return out.getvalue()


def test_a_summary_for_people(paper):
    lines = run(str(paper)).split("\n")
    assert "标题：关于例会的通知" in lines
    assert "发布时间：2025-03-02" in lines
    assert "成文日期：2025年3月1日" in lines
    assert "称谓：各处室：" in lines
    assert "网页附带内容：2 行（已排除）" in lines
    assert "　一 有关要求" in lines
    assert "　　(一) 按时报送" in lines
    assert "1. 第 6 行：各处室要于3月5日前报送材料，讲好XX故事" in lines
    assert "　主体：各处室；时限：3月5日前；依据：含“要”" in lines
    assert "待填（1 处）" in lines


def test_json_of_one_file_is_an_object(paper):
    found = json.loads(run(str(paper), "--json"))
    assert (found["doc"], found["title"], found["chrome_line_numbers"]) == ("例会.txt", "关于例会的通知", [1, 3])
    assert [item["outline_path"] for item in found["requirements"]] == [["一", "(一)"]]


def test_json_of_several_files_is_a_list(paper):
    assert [item["title"] for item in json.loads(run(str(paper), str(paper), "--json"))] == ["关于例会的通知"] * 2


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode("gb18030"))))
    found = json.loads(run("-", "--json"))
    assert (found["encoding"], found["title"]) == ("gb18030", "关于例会的通知")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "文件是空的"), (b"\x89PNG\r\n\x1a\n", "这是图片"), ("机密★1年\n关于例会的通知\n".encode(), "涉密文件")],
)
def test_a_refusal_is_one_sentence_and_code_one(tmp_path, content, message):
    path = tmp_path / "文件.txt"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=message) as caught:
        run(str(path))
    assert caught.value.returncode == 1


def test_one_of_several_is_named(tmp_path, paper):
    path = tmp_path / "空.txt"
    path.write_bytes(b"")
    with pytest.raises(CommandError, match="空.txt：文件是空的"):
        run(str(paper), str(path))


def test_a_missing_file_has_code_two(tmp_path):
    with pytest.raises(CommandError, match="没有找到文件") as caught:
        run(str(tmp_path / "无.txt"))
    assert caught.value.returncode == 2


def test_a_folder_has_code_two(tmp_path):
    with pytest.raises(CommandError, match="是文件夹") as caught:
        run(str(tmp_path))
    assert caught.value.returncode == 2


def test_a_large_file_is_refused_unread(tmp_path):
    path = tmp_path / "大.txt"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    with pytest.raises(CommandError, match="文件过大") as caught:
        run(str(path))
    assert caught.value.returncode == 1


def test_it_asks_for_no_checks_and_no_database():
    assert Command.requires_system_checks == []
    assert Command.requires_migrations_checks is False
