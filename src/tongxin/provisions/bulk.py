"""Judging in bulk: columnar files in, findings out, with the same judgement as everywhere else.

    FOLDER/manifest.json                     format, tables with their columns, number of parts
    FOLDER/<table>/part-0000.parquet …       rows of the offices of a part; offices lie together
    FOLDER/<table>/shared.parquet            what belongs to no office: the day table, windows of the calendar

Each part is judged for itself, so memory depends on the size of a part, not of the country; as many parts at a time
as there are cores, each on an engine of its own with one thread: planning and judging then share nothing.  What asks
for something (open findings of organizations) comes back row by row; the rest, and everything about persons, only as
counts.
DuckDB and Spark are optional extras.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, Protocol

from tongxin.core.errors import BadInput, NotPossible
from tongxin.core.relations import Relation
from tongxin.provisions import catalogue, engines, evaluation, occurrences, renewal
from tongxin.provisions.enums import FactRole, FindingState, SubjectKind
from tongxin.provisions.evaluation import Shape
from tongxin.provisions.queries import FindingRow
from tongxin.provisions.renewal import PEOPLE

FORMAT_VERSION = 1
SHARED = "shared.parquet"
#: How many offices lie in one part when the application writes its own files.
OFFICES_A_PART = 1600
#: What DuckDB may take in all, in MB; what does not fit it lays aside on disk.
MEMORY = 3000
#: Parts of DuckDB's planner that judge by how many rows it expects.  It expects next to none of a judgement's stages,
#: and would build its tables from the many to look up the few; as written, they are built from the few.
_MISLED = "join_order,build_side_probe_side"
#: States that come back row by row, for organizations.
SHOWN_STATES = tuple(
    str(state) for state in FindingState if state not in {FindingState.MET, FindingState.NOT_APPLICABLE}
)


class Count(NamedTuple):
    """How many findings of an office, check and window stand in a state; a tuple, for there are many."""

    office_id: int
    provision: str
    subject_kind: str
    window_start: dt.date
    state: str
    late: int
    findings: int


@dataclass
class Answer:
    """What judging a folder gives: open rows of organizations, and counts of all that is not among them."""

    open_rows: list[FindingRow] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)


def write_columns(office_ids: Sequence[int], folder: Path) -> int:
    """Write what judging these offices reads into ``folder``; return the number of parts.

    Raises BadInput where the folder is not empty, NotPossible where DuckDB is not installed.
    """
    duckdb = _duckdb()
    if folder.exists() and any(folder.iterdir()):
        raise BadInput("provisions.folder", f"文件夹 {folder} 不是空的。", hint="请换一个空文件夹。")
    tables = engines.tables_of(office_ids)
    ids = sorted(office_ids)
    groups = [ids[at : at + OFFICES_A_PART] for at in range(0, len(ids), OFFICES_A_PART)] or [[]]
    for part, group in enumerate(groups):
        with duckdb.connect(":memory:") as engine, tempfile.TemporaryDirectory() as aside:
            own = {name: schema for name, schema in tables.items() if part == 0 or "office_id" in schema}
            engines.load(engine, own, group, Path(aside))
            for name, schema in own.items():
                place = folder / name
                place.mkdir(parents=True, exist_ok=True)
                file = f"part-{part:04}.parquet" if "office_id" in schema else SHARED
                engine.execute(f"COPY \"{name}\" TO '{place / file}' (FORMAT parquet)")
    write_manifest(folder, tables, len(groups))
    return len(groups)


def write_manifest(folder: Path, tables: Mapping[str, Mapping[str, str]], parts: int) -> None:
    """Write what stands in ``folder``; last, so that a folder cut short has none."""
    told = {"format": FORMAT_VERSION, "parts": parts, "tables": {name: dict(schema) for name, schema in tables.items()}}
    (folder / "manifest.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of ``folder``; raises BadInput where there is none of this format."""
    try:
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(
            "provisions.columns", f"{folder} 中没有完整的列式数据。", hint="请重新导出；写到一半的文件夹不能使用。"
        ) from error
    if told.get("format") != FORMAT_VERSION:
        raise BadInput("provisions.columns_format", "列式数据的格式版本不符。", hint="请用本版本重新导出。")
    return dict(told)


def judge_columns(
    folder: Path,
    as_of: dt.date,
    *,
    since: dt.date | None = None,
    engine: str = "duckdb",
    threads: int = 2,
    checks: Sequence[str] = (),
) -> Answer:
    """Judge everything in ``folder`` for a day; equal on all engines.  Rows and counts come in a fixed order.

    ``since``: windows that end earlier are left out (default: twelve months).  ``engine``: duckdb or spark.
    ``checks``: only the checks with these codes, default all.
    """
    known = {check.code for entry in catalogue.provisions() for check in entry.checks}
    if unknown := sorted(set(checks) - known):
        raise BadInput("provisions.check", f"没有这一判定：{'、'.join(unknown)}。", hint="请核对制度目录中的编号。")
    told = read_manifest(folder)
    start = since or renewal.horizon(as_of)
    parts = range(told["parts"])
    many = 1 if engine == "spark" else max(1, min(threads, len(parts)))

    at_work = _AtWork(threads)

    def judged(mine: Sequence[int]) -> Answer:
        answer = Answer()
        session = _Spark(threads) if engine == "spark" else _DuckDB(max(1, threads // many), MEMORY // many, at_work)
        with session:
            for part in mine:
                for shape in session.open(folder, told["tables"], part, as_of, start, checks):
                    session.judge(shape)
                shown, counts = session.told()
                answer.open_rows.extend(map(FindingRow._make, shown))
                answer.counts.extend(map(Count._make, counts))
        return answer

    with _uncollected():
        with ThreadPoolExecutor(many) as workers:
            answers = list(workers.map(judged, [parts[at::many] for at in range(many)]))
        # each part's come in order: what is left is to put a few runs behind one another
        return Answer(
            sorted((row for answer in answers for row in answer.open_rows), key=_in_order),
            sorted(row for answer in answers for row in answer.counts),
        )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the collector of cycles: of a million rows none is garbage, and looking through them took a tenth."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


#: What open rows are put in order by.
_ORDER = ("office_id", "provision", "organization_id", "window_start", "event_type", "event_id")


_in_order = attrgetter(*_ORDER)


@dataclass(frozen=True, slots=True)
class _Looks:
    """What some rule of the part asks for, and one of the facts it looks for ('' where it looks for none)."""

    kind: str
    selector: str
    subject_kind: str
    measure: str
    structure: str
    relation: str
    needs_quorum: int
    #: Whether it asks for more than that one relation of the registry be there at all.
    more: bool
    role: str
    fact: str


#: Each once: every part has thousands of rules, and a few hundred ways to look.
_LOOKS = (
    "SELECT DISTINCT r.kind, r.selector, r.subject_kind, r.measure, r.structure, r.relation, r.needs_quorum, "  # noqa: S608 - a role
    "r.required > 1 OR r.maximum > 0 OR coalesce(c.covers, 0) > 1, coalesce(f.role, ''), coalesce(f.fact, '') "
    "FROM provisions_rule r LEFT JOIN provisions_rulefact f ON f.rule_id = r.id LEFT JOIN "
    f"(SELECT rule_id, count(*) AS covers FROM provisions_rulefact WHERE role = '{FactRole.COVERS}' GROUP BY rule_id) c "
    "ON c.rule_id = r.id"
)


def _shapes(looks: Sequence[_Looks]) -> list[Shape]:
    """Return what the judgement of each kind needs for the rules at hand: units apart from people, only counted."""
    told: list[Shape] = []
    for kind in evaluation.KINDS:
        own = [one for one in looks if one.kind == kind]
        people = [one for one in own if one.subject_kind in PEOPLE and kind not in evaluation.OCCASIONS]
        units = [one for one in own if one not in people]
        told.extend(_shape(kind, some, tallied=some is people) for some in (units, people) if some)
    return told


def _shape(kind: str, looks: Sequence[_Looks], *, tallied: bool) -> Shape:
    """Return what the judgement of these rules of a kind needs.

    As :func:`renewal.shape_of`, which reads the application's own tables.
    """
    gauges = {one.structure for one in looks} - {""}
    structured = bool(gauges)
    sources: tuple[str, ...] = (evaluation.AT_HAND.get_name(),)
    if tallied:
        sources += (evaluation.PEOPLE_AT_HAND.get_name(),)
    if kind in evaluation.GAUGED:
        gauges |= {one.fact for one in looks if one.role in {FactRole.COVERS, FactRole.BASE}}
        sources = ()
    return Shape(
        kind,
        tuple(sorted({one.selector for one in looks})),
        tuple(sorted(gauges)),
        sources,
        measures=tuple(sorted({one.measure for one in looks})),
        tallied=tallied,
        structured=structured,
        bare=tallied and not structured and kind in {"coverage", "threshold"} and not any(one.more for one in looks),
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the rules at hand look for: records about units, about people in rules that look into a record, and others."""

    units: tuple[str, ...]
    looked_into: tuple[str, ...]
    people: tuple[str, ...]


def _wanted(looks: Sequence[_Looks]) -> _Wanted:
    """Return what the rules of a part look for.

    Rows about people are nine tenths of all facts: only rules about people ask for them, and those that look into a
    record (who reviewed it).
    """

    def into(one: _Looks) -> bool:
        if one.kind not in evaluation.OCCASIONS:
            return False
        if one.subject_kind in PEOPLE:
            return True
        # Occasions, and what answers them within some days, are found by unit.  What stands in the same record answers
        # whoever it is about; a step that needs a quorum is the unit's.
        by_unit = one.kind == "procedure" and one.role == FactRole.STEP and one.needs_quorum
        return one.role != FactRole.EVENT and one.relation != "near" and not by_unit

    def kinds(some: Iterable[_Looks]) -> tuple[str, ...]:
        return tuple(sorted({one.fact for one in some} - {""}))

    about = [one for one in looks if one.subject_kind in PEOPLE and one.kind not in evaluation.OCCASIONS]
    return _Wanted(kinds(looks), kinds(filter(into, looks)), kinds(about))


def _at_hand(wanted: _Wanted, as_of: dt.date) -> tuple[list[tuple[Relation, str]], tuple[Relation, str]]:
    """Return the facts that rules about units (and those that look into a record) ask for, and those about people.

    Each with the condition of what is asked for: of these kinds, up to the day or planned for later.
    """

    def condition(kinds: tuple[str, ...]) -> str:
        listed = ", ".join(f"'{kind}'" for kind in kinds) or "''"
        return f"kind IN ({listed}) AND (day <= DATE'{as_of}' OR kind LIKE 'planned:%')"

    apart = occurrences.of_people()
    units = evaluation.all_facts(tuple(name for name in occurrences.sources() if name not in apart))
    people = evaluation.all_facts(tuple(name for name in occurrences.sources() if name in apart))
    return (
        [(units, condition(wanted.units)), (people, condition(wanted.looked_into))],
        (people, condition(wanted.people)),
    )


def _shown(body: str) -> str:
    """Return the SQL for the open rows of organizations among the rows of ``body``."""
    states = ", ".join(f"'{state}'" for state in SHOWN_STATES)
    columns = ", ".join(evaluation.COLUMNS)
    return (
        f"SELECT {columns} FROM {body} WHERE subject_kind = '{SubjectKind.ORGANIZATION}' "  # noqa: S608 - names of ours
        f"AND state IN ({states})"
    )


def _counted(body: str) -> str:
    """Return the SQL for the counts of all other rows of ``body``."""
    states = ", ".join(f"'{state}'" for state in SHOWN_STATES)
    by = ", ".join(evaluation.TALLIED_BY)
    return (
        f"SELECT {by}, COUNT(*) AS findings FROM {body} "  # noqa: S608 - names of ours
        f"WHERE NOT (subject_kind = '{SubjectKind.ORGANIZATION}' AND state IN ({states})) GROUP BY {by}"
    )


class _Session(Protocol):
    """An engine that holds the tables of one part at a time."""

    def open(
        self,
        folder: Path,
        tables: Mapping[str, Mapping[str, str]],
        part: int,
        as_of: dt.date,
        since: dt.date,
        checks: Sequence[str],
    ) -> list[Shape]:
        """Take up a part; return what there is to judge in it."""

    def judge(self, shape: Shape) -> None:
        """Judge, and keep what is told of it."""

    def told(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return the open rows and the counts of the part, each in order."""


def _files(folder: Path, name: str, part: int) -> list[str]:
    """Return the files of a table that a part needs: its own, and what belongs to all."""
    own = [folder / name / f"part-{part:04}.parquet", folder / name / SHARED]
    return [str(path) for path in own if path.is_file()]


def _only(name: str, checks: Sequence[str], as_of: dt.date, since: dt.date) -> str:
    """Return the condition that leaves only the rules of these checks, and the windows that anybody is judged for."""
    if name == "provisions_window":
        # not by "end": the engines quote that name in different ways
        return f" WHERE start <= DATE'{as_of}' AND last_day >= DATE'{since}'"
    if name != "provisions_rule" or not checks:
        return ""
    return f" WHERE provision IN ({', '.join(repr(code) for code in checks)})"


def _duckdb() -> Any:
    try:
        import duckdb  # noqa: PLC0415 - optional extra
    except ImportError as error:
        raise NotPossible(
            "provisions.no_duckdb", "没有安装 DuckDB。", hint="请安装 tongxin[analytics] 后重试。"
        ) from error
    return duckdb


def _selected(relation: Relation, condition: str) -> str:
    """Return a relation as one SELECT for DuckDB."""
    steps, body = relation.sql("duckdb")
    return f"(WITH {steps} SELECT * FROM ({body}) AS told WHERE {condition})"  # noqa: S608 - compiled


class _AtWork:
    """The engines that judge at one time: whoever is done leaves its processors to the rest."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._engines: list[Any] = []
        self._lock = Lock()

    def begin(self, engine: Any) -> None:
        """Count an engine among those at work."""
        with self._lock:
            self._engines.append(engine)

    def end(self, engine: Any) -> None:
        """Take an engine out and share all threads among the others; it holds from their next statement on."""
        with self._lock:
            self._engines.remove(engine)
            for other in self._engines:
                other.cursor().execute(f"SET threads = {max(1, self._threads // len(self._engines))}")


class _DuckDB:
    """DuckDB over the files of a part."""

    def __init__(self, threads: int, memory: int, at_work: _AtWork) -> None:
        self._at_work = at_work
        self._engine = _duckdb().connect(":memory:")
        self._engine.execute(
            f"SET threads = {int(threads)}; SET memory_limit = '{int(memory)}MB'; SET preserve_insertion_order = false"
        )
        self._kept: set[str] = set()

    def __enter__(self) -> _DuckDB:
        self._at_work.begin(self._engine)
        return self

    def __exit__(self, *raised: object) -> None:
        self._at_work.end(self._engine)
        self._engine.close()

    def open(
        self,
        folder: Path,
        tables: Mapping[str, Mapping[str, str]],
        part: int,
        as_of: dt.date,
        since: dt.date,
        checks: Sequence[str],
    ) -> list[Shape]:
        self._kept.clear()
        for name in tables:
            files = ", ".join(f"'{path}'" for path in _files(folder, name, part))
            read = f"SELECT * FROM read_parquet([{files}]){_only(name, checks, as_of, since)}"  # noqa: S608 - our own files
            self._engine.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {read}')
        self._engine.execute(
            "CREATE OR REPLACE TEMP TABLE scope AS "
            "SELECT id AS office_id, CAST(? AS DATE) AS as_of, CAST(? AS DATE) AS since FROM registry_office",
            [as_of, since],
        )
        self._engine.execute("SET disabled_optimizers = ''")
        looks = [_Looks(*row) for row in self._engine.execute(_LOOKS).fetchall()]
        table, view = _at_hand(_wanted(looks), as_of)
        self._engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {evaluation.AT_HAND.get_name()} AS {_selected(*table[0])} "
            f"UNION ALL {_selected(*table[1])}"
        )
        self._engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {evaluation.PEOPLE_AT_HAND.get_name()} AS {_selected(*view)}"
        )
        return _shapes(looks)

    def _compiled(self, shape: Shape) -> tuple[str, str]:
        """Return the judgement's stages and body, and have the planner leave its joins as they are, where that is good.

        What gauges count of units they join from the registry's own tables, of which the planner knows enough.
        """
        known = shape.kind in evaluation.GAUGED and not shape.tallied
        self._engine.execute(f"SET disabled_optimizers = '{'' if known else _MISLED}'")
        return evaluation.judgement(shape).sql("duckdb")

    def judge(self, shape: Shape) -> None:
        steps, body = self._compiled(shape)
        verdict = f"WITH {steps} SELECT * FROM ({body}) AS answer"  # noqa: S608 - compiled
        if shape.tallied:
            self._keep("counted", verdict)
            return
        self._engine.execute(f"CREATE OR REPLACE TEMP TABLE verdict AS {verdict}")
        self._keep("shown", _shown("verdict"))
        self._keep("counted", _counted("verdict"))

    def _keep(self, name: str, statement: str) -> None:
        """Put what a statement gives with what is known of the part."""
        how = f"INSERT INTO {name}" if name in self._kept else f"CREATE OR REPLACE TEMP TABLE {name} AS"
        self._engine.execute(f"{how} {statement}")
        self._kept.add(name)

    def told(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        # put in order here: it takes Python as long as a tenth of the judgement, and holds up the other parts
        by = {"shown": ", ".join(_ORDER), "counted": "ALL"}
        shown, counted = (
            self._engine.execute(f"SELECT * FROM {name} ORDER BY {by[name]}").fetchall() if name in self._kept else []  # noqa: S608 - names of ours
            for name in ("shown", "counted")
        )
        return shown, counted


class _Spark:
    """Spark in this process (``local[n]``) over the same files; for where one machine is outgrown."""

    def __init__(self, threads: int) -> None:
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415 - optional, and never in CI
        except ImportError as error:
            raise NotPossible(
                "provisions.no_spark", "没有安装 Spark。", hint="请在另一环境中安装 pyspark 4.0 后重试。"
            ) from error
        self._spark = (
            SparkSession.builder.master(f"local[{int(threads)}]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", str(2 * int(threads)))
            .config("spark.sql.maxPlanStringLength", "10000")
            .config("spark.sql.session.timeZone", "Asia/Shanghai")
            .getOrCreate()
        )
        self._spark.sparkContext.setLogLevel("ERROR")
        self._rows: list[tuple[Any, ...]] = []
        self._counts: list[tuple[Any, ...]] = []

    def __enter__(self) -> _Spark:
        return self

    def __exit__(self, *raised: object) -> None:
        self._spark.stop()

    def open(
        self,
        folder: Path,
        tables: Mapping[str, Mapping[str, str]],
        part: int,
        as_of: dt.date,
        since: dt.date,
        checks: Sequence[str],
    ) -> list[Shape]:
        self._rows, self._counts = [], []
        for name in tables:
            told = self._spark.read.parquet(*_files(folder, name, part))
            told.createOrReplaceTempView(f"whole_{name}")
            chosen = f"SELECT * FROM whole_{name}{_only(name, checks, as_of, since)}"  # noqa: S608 - as above
            self._spark.sql(chosen).createOrReplaceTempView(name)
        scope = f"SELECT id AS office_id, DATE'{as_of}' AS as_of, DATE'{since}' AS since FROM registry_office"  # noqa: S608 - dates
        self._spark.sql(scope).createOrReplaceTempView("scope")
        looks = [_Looks(*row) for row in self._spark.sql(_LOOKS).collect()]
        (units, into), (people, condition) = _at_hand(_wanted(looks), as_of)
        self._checked(units[0], "told_of_units")
        self._checked(people, "told_of_people")
        told = (
            f"SELECT * FROM told_of_units WHERE {units[1]} "  # noqa: S608 - names of ours
            f"UNION ALL SELECT * FROM told_of_people WHERE {into[1]}"
        )
        self._spark.sql(told).localCheckpoint().createOrReplaceTempView(evaluation.AT_HAND.get_name())
        asked = f"SELECT * FROM told_of_people WHERE {condition}"  # noqa: S608 - names of ours
        self._spark.sql(asked).localCheckpoint().createOrReplaceTempView(evaluation.PEOPLE_AT_HAND.get_name())
        return _shapes(looks)

    def _checked(self, relation: Relation, name: str) -> Any:
        """Work out a relation stage by stage, each cut off from what it came from: nested plans outgrow the planner."""
        for step, statement in relation.steps("spark"):
            told = self._spark.sql(statement).localCheckpoint()
            told.createOrReplaceTempView(step or name)
        return told

    def judge(self, shape: Shape) -> None:
        verdict = self._checked(evaluation.judgement(shape), "verdict")
        if shape.tallied:
            self._counts.extend(tuple(row) for row in verdict.collect())
            return
        self._rows.extend(tuple(row) for row in self._spark.sql(_shown("verdict")).collect())
        self._counts.extend(tuple(row) for row in self._spark.sql(_counted("verdict")).collect())

    def told(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        return sorted(self._rows, key=itemgetter(*map(evaluation.COLUMNS.index, _ORDER))), sorted(self._counts)
