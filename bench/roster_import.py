#!/usr/bin/env python3
"""How long a roster of 3,000 people and 25 columns takes: read, planned, applied; against calamine reading alone.

usage: python -m bench.roster_import [--people N] [--seed N]

The file is made up here from a fixed seed.  The database is the one of DATABASE_URL, or SQLite in a new folder; all
is rolled back.  Memory is measured in a process of its own, as the peak above the size after imports.

Where django-import-export is installed (``pip install django-import-export``; nothing here needs it), the same file is
given to it in the same run, with what is kindest to it: rows already read, five columns of one table, one model.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华文建国玉梅志海燕春晓东宁思远嘉琪子涵博雅欣怡泽宇浩然"
HEADINGS = [
    "序号", "姓名", "性别", "民族", "出生年月", "政治面貌", "学历", "学位", "职称", "工作单位", "职务", "界别", "专委会",
    "政协职务", "委员编号", "是否连任", "常委", "联系电话", "电子邮箱", "籍贯", "毕业院校", "参加工作时间", "任职日期",
    "通讯地址", "备注",
]  # fmt: skip
GROUPS = ["汉族", "回族", "满族", "维吾尔族", "土家族", "蒙古族"]
PARTIES = ["中共党员", "民革", "民盟", "民建", "民进", "农工党", "致公党", "九三学社", "无党派人士", "群众"]


def make_file(people: int, seed: int, *, prefix: int = 139) -> bytes:
    """Return a roster as .xlsx; another ``prefix`` of the telephone numbers makes a later edition of the same people."""
    import xlsxwriter

    rng = random.Random(seed)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("名册")
    page.merge_range(0, 0, 0, len(HEADINGS) - 1, "第六届委员名册")
    page.write_row(1, 0, HEADINGS)
    for number in range(1, people + 1):
        name = rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))
        month = f"{rng.randint(1955, 1995)}.{rng.randint(1, 12):02}"
        row = [
            number, name, rng.choice("男女"), rng.choice(GROUPS), month, rng.choice(PARTIES), "大学", "学士", "高级工程师",
            f"第{number % 977}单位", rng.choice(("主任", "经理", "教师", "院长")), f"第{number % 30}界",
            f"第{number % 10}委员会", rng.choice(("委员", "委员", "常委")), f"A{number:05}", rng.choice("是否"), "",
            f"{prefix}0000{number:05}", f"m{number}@example.org", "某地", "某校", "1990.07", "2022-01-05", "某路1号", "",
        ]  # fmt: skip
        page.write_row(number + 1, 0, row)
    book.close()
    return target.getvalue()


def best(times: int, work):
    """Run ``work`` and return the least wall time, the least time of the processor, and the last result."""
    wall, cpu = [], []
    for _ in range(times):
        started, used = time.perf_counter(), time.process_time()
        result = work()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    return (min(wall), min(cpu)), result


def memory_probe(path: str) -> None:
    """Read and plan in this process and print base and peak in kB."""
    start_django()
    import tongxin.registry.roster_operations  # noqa: F401 - so that imports count to the base
    from tongxin.registry.roster_import import read_roster
    from tongxin.registry.roster_plan import Frame, KnownOrganization, Register, make_plan

    base = _kilobytes("VmRSS")
    reading = read_roster(Path(path).read_bytes(), "bench.xlsx", today=dt.date(2026, 11, 1))
    register = Register("o", "c", [], [KnownOrganization("c", "committee", "政协")], "")
    plan = make_plan(reading, register, Frame(dt.date(2026, 11, 1), found_missing=True))
    assert len(plan.rows) > 0
    print(base, _kilobytes("VmHWM"))


def _kilobytes(field: str) -> int:
    """Read a size of this process from the kernel; getrusage would tell the parent's peak after a fork."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1])
    raise LookupError(field)


def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.config.settings")
    import django

    django.setup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--memory", metavar="FILE")
    options = parser.parse_args()
    if options.memory:
        memory_probe(options.memory)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("TONGXIN_DATA", folder)
        data = make_file(options.people, options.seed)
        path = Path(folder) / "bench.xlsx"
        path.write_bytes(data)
        start_django()
        measure(data, options.people, options.seed)
        command = [sys.executable, "-m", "bench.roster_import", "--memory", str(path)]
        base, peak = map(int, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-2:])
        print(f"{'peak above base (read, plan)':28} {(peak - base) / 1024:8.1f} MB{'':18}target 40 MB")


def usual_library(data: bytes, office: object) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the times of a dry run and of the import by the usual library of Django; None where it is not there."""
    try:
        import tablib
        from import_export import resources
    except ModuleNotFoundError:
        return None
    import python_calamine
    from django.db import transaction

    from tongxin.registry.models import Person

    class People(resources.ModelResource):
        class Meta:
            model = Person
            fields = ("office", "name", "employer", "position", "phone")
            import_id_fields = ("name", "employer", "phone")

    rows = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    start = next(place for place, row in enumerate(rows) if "姓名" in row)
    wanted = [rows[start].index(title) for title in ("姓名", "工作单位", "职务", "联系电话")]
    table = tablib.Dataset(headers=["office", "name", "employer", "position", "phone"])
    for row in rows[start + 1 :]:
        table.append([office.pk, *(str(row[place]) for place in wanted)])
    dry, _ = best(1, lambda: People().import_data(table, dry_run=True, raise_errors=True))
    with transaction.atomic():
        whole, done = best(1, lambda: People().import_data(table, raise_errors=True))
        assert done.totals["new"] == len(table), done.totals
        transaction.set_rollback(True)
    return dry, whole


def measure(data: bytes, people: int, seed: int) -> None:
    import python_calamine
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from tongxin.registry.models import Office, Organization, Person, Term
    from tongxin.registry.roster_import import read_roster
    from tongxin.registry.roster_operations import apply_plan
    from tongxin.registry.roster_plan import make_plan
    from tongxin.registry.roster_queries import frame_of, register_image
    from tongxin.registry.strokes import stroke_key

    call_command("migrate", verbosity=0, interactive=False)
    today = dt.date(2026, 11, 1)
    stroke_key("王")
    alone, _ = best(3, lambda: python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python())
    reading_time, reading = best(3, lambda: read_roster(data, "bench.xlsx", today=today))
    with transaction.atomic():
        office = Office.objects.create(
            name="政协测量市委员会",
            short_name="测量市",
            level="city",
            area_code="999999",
            start_day=dt.date(2022, 1, 1),
        )
        Organization.objects.create(office=office, kind="committee", name="政协测量市委员会")
        term = Term.objects.create(office=office, ordinal=6, starts=dt.date(2022, 1, 1), ends=dt.date(2027, 1, 1))
        frame = frame_of(term, today, found_missing=True)

        def planned():
            return make_plan(reading, register_image(office, term, frame.day), frame)

        planning_time, plan = best(3, planned)
        marks = []

        def applied():
            if marks:
                transaction.savepoint_rollback(marks.pop())
            marks.append(transaction.savepoint())
            return apply_plan(office, plan, actor=None, leave_out_open=True)

        applying, done = best(3, applied)
        again_time, again = best(3, planned)
        later = read_roster(make_file(people, seed, prefix=138), "bench.xlsx", today=today)
        plan_of_changes = make_plan(later, register_image(office, term, frame.day), frame)
        marks.clear()

        def changed():
            if marks:
                transaction.savepoint_rollback(marks.pop())
            marks.append(transaction.savepoint())
            return apply_plan(office, plan_of_changes, actor=None, leave_out_open=True)

        changing, altered = best(3, changed)
        with CaptureQueriesContext(connection) as caught:
            changed()
        marks.clear()
        Person.objects.filter(office=office).update(name="")
        usual = usual_library(data, office)
        transaction.set_rollback(True)
    print(f"{people:,} people × {len(HEADINGS)} columns, {len(data) // 1024} kB, {connection.vendor}; best of 3")
    together = (reading_time[0] + planning_time[0], reading_time[1] + planning_time[1])
    rows = [
        ("calamine alone", alone, ""),
        ("read and checked", reading_time, ""),
        ("planned (first time)", planning_time, ""),
        ("read, checked, planned", together, "target 1.0 s"),
        ("applied", applying, "target 0.5 s"),
        ("planned again, all there", again_time, ""),
        (f"applied, {altered.changed} changed", changing, f"{len(caught)} statements"),
    ]
    if usual is not None:
        rows += [("django-import-export, dry run", usual[0], ""), ("django-import-export, import", usual[1], "")]
    print(f"{'':29} {'s':>8} {'CPU s':>8} {'× calamine':>11}")
    for label, (wall, cpu), target in rows:
        print(f"{label:29} {wall:8.3f} {cpu:8.3f} {cpu / alone[1]:11.1f}   {target}")
    print({action: number for action, number in plan.counts().items() if number}, done)
    print("again:", {action: number for action, number in again.counts().items() if number})


if __name__ == "__main__":
    main()
