"""Judging in bulk says what the application says: open rows of organizations, and counts of everything else."""

from __future__ import annotations

import datetime as dt
import gc
from collections import Counter

import pytest
from django.core.management import call_command

from tongxin.core.errors import BadInput, NotPossible
from tongxin.demo import operations as demo
from tongxin.provisions import bulk, queries
from tongxin.registry.models import Office

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 30)


@pytest.fixture
def city(db):
    demo.load(as_of=DAY, seed=3, small=True)
    return sorted(Office.objects.values_list("pk", flat=True))


def _expected(offices: list[int]) -> tuple[list[queries.FindingRow], Counter]:
    rows = queries.judged(offices, DAY)
    shown = [row for row in rows if row.subject_kind == "organization" and row.state in bulk.SHOWN_STATES]
    counted = Counter(
        (row.office_id, row.provision, row.subject_kind, row.window_start, row.state, row.late)
        for row in rows
        if row not in shown
    )
    return sorted(shown, key=bulk._in_order), counted


@pytest.mark.parametrize("offices_a_part", [1, 200])
def test_the_answer_is_that_of_the_application_however_it_is_parted(city, tmp_path, monkeypatch, offices_a_part):
    monkeypatch.setattr(bulk, "OFFICES_A_PART", offices_a_part)
    parts = bulk.write_columns(city, tmp_path / "columns")
    answer = bulk.judge_columns(tmp_path / "columns", DAY)
    shown, counted = _expected(city)
    assert parts == -(-len(city) // offices_a_part)
    assert answer.open_rows == shown
    assert {
        (c.office_id, c.provision, c.subject_kind, c.window_start, c.state, c.late): c.findings for c in answer.counts
    } == dict(counted)
    assert (len(shown) > 10, sum(counted.values()) > 100) == (True, True)


def test_the_command_prints_the_same_totals_on_both_engines(city, tmp_path, capsys):
    totals = []
    for more in ([], ["--engine", "duckdb"], ["--engine", "duckdb", "--columns", str(tmp_path / "kept")]):
        call_command("evaluate", "--as-of", str(DAY), *more)
        totals.append(capsys.readouterr().out.splitlines()[1:])
    assert totals[0] == totals[1] == totals[2]
    assert (tmp_path / "kept" / "manifest.json").is_file()


def test_a_folder_with_something_in_it_is_not_written_to(city, tmp_path):
    (tmp_path / "x").write_text("x")
    with pytest.raises(BadInput) as refused:
        bulk.write_columns(city, tmp_path)
    assert (refused.value.code, [path.name for path in tmp_path.iterdir()]) == ("provisions.folder", ["x"])


@pytest.mark.parametrize(
    ("manifest", "code"),
    [(None, "provisions.columns"), ("{", "provisions.columns"), ("{}", "provisions.columns_format")],
)
def test_files_cut_short_or_of_another_format_are_named(tmp_path, manifest, code):
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(BadInput) as refused:
        bulk.judge_columns(tmp_path, DAY)
    assert refused.value.code == code


def test_an_engine_that_is_not_installed_is_said(tmp_path, monkeypatch):
    bulk.write_manifest(tmp_path, {}, 0)
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(NotPossible) as refused:
        bulk.judge_columns(tmp_path, DAY)
    assert refused.value.code == "provisions.no_duckdb"


def _looks(kind, fact, **more):
    told = {
        "selector": "event",
        "subject_kind": "organization",
        "measure": "count",
        "structure": "",
        "relation": "",
        "needs_quorum": 0,
        "more": False,
        "role": "counts",
    }
    return bulk._Looks(kind=kind, fact=fact, **(told | more))


def test_rows_about_people_are_asked_for_only_where_they_can_answer():
    looks = [
        _looks("periodic", "theme_day"),
        _looks("periodic", "heart_talk", subject_kind="person"),
        _looks("per_event", "plenary", role="event", relation="near"),
        _looks("per_event", "office_study", relation="near"),
        _looks("per_event", "first_agenda_item", relation="same"),
        _looks("procedure", "second_review", role="step", relation="same"),
        _looks("procedure", "general_meeting", role="step", relation="same", needs_quorum=1),
        _looks("deadline", "training_course", subject_kind="person", relation="near"),
        _looks("threshold", "", role="", measure=""),
    ]
    wanted = bulk._wanted(looks)
    assert wanted.looked_into == ("first_agenda_item", "second_review", "training_course")
    assert wanted.people == ("heart_talk",)
    assert wanted.units == tuple(sorted(look.fact for look in looks if look.fact))


def test_the_collector_runs_again_afterwards_also_where_judging_fails(tmp_path):
    assert gc.isenabled()
    with pytest.raises(RuntimeError), bulk._uncollected():
        assert not gc.isenabled()
        raise RuntimeError
    assert gc.isenabled()
