"""``tongxin demo``: what it says and when it stops."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from tests.cast import make_office
from tongxin.demo import operations
from tongxin.registry.models import Office

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


def test_load_prints_logins_and_password_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    said = run("load", "--small", "--as-of", "2026-10-28")
    assert "截至 2026-10-28：2 个机关" in said
    assert said.count("密码均为") == 1
    assert [line.split()[0] for line in said.splitlines()[2:]] == list(operations.USERNAMES)
    assert "保持不变" in run("load", "--small", "--if-empty")
    with pytest.raises(CommandError, match="示例数据已经存在"):
        run("load", "--small")


def test_if_empty_leaves_a_used_database_alone():
    make_office()
    assert run("load", "--small", "--if-empty") == "数据库中已有数据，保持不变。\n"
    assert Office.objects.count() == 1


def test_impossible_day_is_named():
    with pytest.raises(CommandError, match="2026-02-30"):
        run("load", "--as-of", "2026-02-30")


@pytest.mark.parametrize("answer", ["", "no", "y"])
def test_reset_without_yes_changes_nothing(monkeypatch, settings, tmp_path, answer):
    settings.MEDIA_ROOT = tmp_path
    run("load", "--small", "--as-of", "2026-10-28")
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    with pytest.raises(CommandError, match="未作改动"):
        run("reset", "--small")
    assert Office.objects.count() == 2


def test_reset_builds_anew(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    run("load", "--small", "--as-of", "2026-10-28")
    said = run("reset", "--yes", "--small", "--as-of", "2026-09-30")
    assert "已清除" in said
    assert "截至 2026-09-30：2 个机关" in said
