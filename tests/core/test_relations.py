import datetime as dt

import duckdb
import ibis
import pytest
from django.db import OperationalError, connection

from tests.cast import make_office, make_organization
from tongxin.core.models import Day
from tongxin.core.relations import (
    Parameters,
    Relation,
    Stages,
    far_future,
    far_past,
    islands,
    number_if,
    parameter_table,
    table,
    union_all,
)
from tongxin.registry.models import Office, Organization, Person, StoredFile

SPANS = parameter_table("spans", owner="int64", start="date", end="date")


def run_everywhere(relation: Relation, *parameters: Parameters) -> list[tuple]:
    """Run on Django's connection and on DuckDB, which need no tables here, and return the equal answer."""
    here = sorted(relation.rows(parameters), key=str)
    with duckdb.connect(":memory:") as engine:
        assert sorted(relation.rows(parameters, connection=engine), key=str) == here
    return here


def test_a_table_has_integers_text_dates_and_flags_only() -> None:
    schema = {name: str(dtype) for name, dtype in table(Organization).schema().items()}
    assert schema["office_id"] == "int64"
    assert schema["valid_from"] == "date"
    assert schema["name"] == "string"
    assert "uid" not in schema
    assert str(table(Person).schema()["birth_date"]) == "date"
    assert "file" not in table(StoredFile).columns or str(table(StoredFile).schema()["file"]) == "string"
    assert table(Office) is table(Office)


@pytest.mark.django_db
def test_islands_join_what_overlaps_or_touches() -> None:
    day = dt.date
    rows = [
        (1, day(2026, 1, 1), day(2026, 2, 1)),
        (1, day(2026, 2, 1), day(2026, 3, 1)),
        (1, day(2026, 1, 10), day(2026, 1, 20)),
        (1, day(2026, 3, 2), day(2026, 4, 1)),
        (1, day(2026, 3, 2), day(2026, 4, 1)),
        (2, day(2026, 1, 15), day(2026, 1, 16)),
        (2, day(2026, 1, 15), day(2026, 1, 16)),
    ]
    assert run_everywhere(Relation(islands(SPANS, ["owner"], "start", "end")), Parameters(SPANS, rows)) == [
        (1, day(2026, 1, 1), day(2026, 3, 1)),
        (1, day(2026, 3, 2), day(2026, 4, 1)),
        (2, day(2026, 1, 15), day(2026, 1, 16)),
    ]


@pytest.mark.django_db
def test_open_ends_are_filled_and_come_back_as_dates() -> None:
    filled = SPANS.select(start=far_past(SPANS.start), end=far_future(SPANS.end))
    assert run_everywhere(Relation(filled), Parameters(SPANS, [(1, None, None)])) == [
        (dt.date(1, 1, 1), dt.date(9999, 12, 31))
    ]


@pytest.mark.django_db
def test_a_parameter_table_may_be_empty() -> None:
    assert run_everywhere(Relation(SPANS), Parameters(SPANS, [])) == []


@pytest.mark.django_db
def test_unknown_is_counted_as_no() -> None:
    asked = SPANS.select(owner="owner", before=number_if(SPANS.start < dt.date(2026, 1, 2)))
    rows = [(1, dt.date(2026, 1, 1), None), (2, None, None), (3, dt.date(2026, 1, 2), None)]
    assert run_everywhere(Relation(asked), Parameters(SPANS, rows)) == [(1, 1), (2, 0), (3, 0)]


@pytest.mark.django_db
def test_percent_signs_and_quotes_survive() -> None:
    said = SPANS.select(owner="owner", said=ibis.literal("百分之50%s 'x' ?"))
    assert run_everywhere(Relation(said), Parameters(SPANS, [(1, None, None)])) == [(1, "百分之50%s 'x' ?")]


@pytest.mark.django_db
def test_many_relations_join_without_nesting_too_deep() -> None:
    many = union_all([SPANS.select(owner=SPANS.owner + number) for number in range(60)])
    assert len(run_everywhere(Relation(many), Parameters(SPANS, [(1, None, None)]))) == 60


@pytest.mark.django_db
def test_stages_are_written_once_and_are_no_base_tables() -> None:
    stages = Stages()
    first = stages.add("first", SPANS.filter(SPANS.owner > 1))
    relation = Relation(first.join(first.view(), "owner").select("owner"), tuple(stages.steps))
    assert run_everywhere(relation, Parameters(SPANS, [(1, None, None), (2, None, None)])) == [(2,)]
    assert set(relation.base_tables()) == {"spans"}
    assert relation.sql("postgresql")[0].count('"spans"') == 1
    # SQLite writes a common table out wherever it is named: there each stage is a temporary table for the while
    assert relation.sql("sqlite")[0] == ""


@pytest.mark.django_db
def test_sqlite_keeps_no_stage_after_a_run_that_fails() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite lays stages down apart")
    stages = Stages()
    first = stages.add("first", SPANS.filter(SPANS.owner > 1))
    good = Relation(first.select("owner"), tuple(stages.steps))
    bad = Relation(ibis.table({"owner": "int64"}, name="nowhere").join(first, "owner"), tuple(stages.steps))
    given = [Parameters(SPANS, [(2, None, None)])]
    for _ in range(2):
        with pytest.raises(OperationalError):
            bad.rows(given)
        assert good.rows(given) == [(2,)]


def test_a_stage_is_named_once() -> None:
    stages = Stages()
    stages.add("first", SPANS)
    with pytest.raises(ValueError, match="first"):
        stages.add("first", SPANS)


@pytest.mark.django_db
def test_compiling_happens_once(monkeypatch) -> None:
    relation = Relation(SPANS.select("owner"))
    relation.rows([Parameters(SPANS, [])])
    monkeypatch.setattr(ibis, "to_sql", None)
    assert relation.rows([Parameters(SPANS, [(7, None, None)])]) == [(7,)]


@pytest.mark.django_db
def test_rows_of_a_model() -> None:
    office = make_office(start_day=dt.date(2026, 2, 28))
    make_organization(office, "branch", "支部", valid_from=None)
    row = table(Organization).select("office_id", "kind", "valid_from")
    assert Relation(row).rows() == [(office.pk, "branch", None)]
    assert Relation(table(Office).select("start_day")).rows() == [(dt.date(2026, 2, 28),)]


@pytest.mark.django_db
def test_the_planner_is_left_as_it_was() -> None:
    from django.db import DatabaseError, connection, transaction

    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has such settings")

    def setting() -> tuple:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('enable_nestloop'), current_setting('jit')")
            return cursor.fetchone()

    before = setting()
    assert Relation(SPANS).rows([Parameters(SPANS, [])]) == []
    assert setting() == before
    missing = Relation(ibis.table({"a": "int64"}, name="no_such_table"))
    with pytest.raises(DatabaseError), transaction.atomic():
        missing.rows()
    assert setting() == before


@pytest.mark.django_db
def test_what_is_often_inserted_is_planned_once() -> None:
    given = parameter_table("given", day="date", number="int64", note="string")
    false, zero = ibis.literal(False), ibis.literal(0, "int64")
    columns = {"is_workday": false, "provisional": false, "workday_number": zero, "month_number": zero}
    relation = Relation(given.mutate(**columns, month_day=zero, month_days=zero))
    first, second, third = (dt.date(2150, 1, day) for day in (1, 2, 3))
    rows = [[(first, -1, "其\"一'")], [(second, -2, ""), (third, -3, "%s")], []]
    assert [relation.insert(Day, [Parameters(given, some)], often=True) for some in rows] == [1, 2, 0]
    written = Day.objects.filter(number__lt=0).order_by("day").values_list("day", "number", "note")
    assert list(written) == [(first, -1, "其\"一'"), (second, -2, ""), (third, -3, "%s")]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE position('given' in statement) > 0")
            assert cursor.fetchone() == (1,)
