#!/usr/bin/env python3
"""How the library's full text finds, and how long it takes, over 50,000 documents of an office.

usage: python -m bench.search [--documents N] [--words N]

Runs on a database of its own beside the configured one (DATABASE_URL chooses SQLite or PostgreSQL), which is taken
away afterwards.  Texts are made of invented sentences by a fixed seed, 445 characters on average.  The truth is a plain
comparison of every text with the word.

baseline  the same question by LIKE over the texts, newest first, 50 rows
words     two characters taken from inside sentences, as often as they stand there
parts     two characters that belong to two neighbouring words
one       a single character
phrases   five to eight characters of a sentence
p95 cpu   processor time of this process and of the server's that answers it (Linux, same machine), in ms: what the clock
          shows on a machine without other work
recall    documents found of those that hold the words, over every question; "worst" is the lowest of one question
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.config.settings_test")
os.environ.setdefault("TONGXIN_SECRET_KEY", "bench-only-" + "x" * 50)

import django

django.setup()

from django.db import connection  # noqa: E402

from tongxin.documents.models import Document, SearchText  # noqa: E402
from tongxin.documents.search_operations import entries_of  # noqa: E402
from tongxin.documents.search_queries import MANY, Scope, search  # noqa: E402
from tongxin.registry.models import Office  # noqa: E402

HEADS = (
    "各专门委员会 机关各支部 办公室 提案委员会 委员履职小组 市政协党组 经济委员会 各县区政协 信息处 研究室 联络处 社会法制委员会"
).split()
VERBS = "组织开展 认真落实 持续推进 研究部署 严格执行 统筹安排 及时报送 督促检查 广泛征求 总结推广 健全完善 定期通报".split()
THINGS = (
    "理论学习 主题党日 提案办理 民主监督 协商议政 视察调研 社情民意 委员培训 三会一课 谈心谈话 政治协商 凝聚共识 文史资料 "
    "乡村振兴 营商环境 生态保护 基层治理 医疗卫生 教育发展 养老服务 数字经济 科技创新 文化传承 粮食安全 对外交往 港澳联谊"
).split()
TAILS = "工作 活动 制度 情况 机制 方案 任务 要求 成果 意见".split()
ENDS = "，确保取得实效。|，年底前完成。|，每季度至少一次。|，并及时反馈。|，推动工作落到实处。|；|。".split("|")


def sentence(chance: random.Random, rare: str) -> str:
    """Return one invented sentence; ``rare`` is a name that stands in few of them."""
    who = rare if chance.random() < 0.05 else chance.choice(HEADS)
    return f"{who}要{chance.choice(VERBS)}{chance.choice(THINGS)}{chance.choice(TAILS)}{chance.choice(ENDS)}"


def made(count: int) -> list[str]:
    """Return the texts."""
    chance = random.Random(20260301)
    surnames, given = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦", [chr(0x4E00 + chance.randrange(3000)) for _ in range(400)]
    texts = []
    for _ in range(count):
        name = chance.choice(surnames) + "".join(chance.sample(given, chance.choice((1, 2))))
        size = chance.randint(8, 28)
        texts.append("\n".join(sentence(chance, name) for _ in range(size)))
    return texts


def percentile(values: list[float], share: float) -> float:
    """Return the value below which ``share`` of ``values`` lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def questions(texts: list[str], count: int) -> dict[str, list[str]]:
    """Return the questions of each group."""
    chance = random.Random(7)

    def piece(low: int, high: int) -> str:
        while True:
            line = chance.choice(chance.choice(texts).split("\n"))
            size = chance.randint(low, high)
            start = chance.randrange(max(len(line) - size, 1))
            found = line[start : start + size]
            if len(found) == size and all("\u4e00" <= char <= "\u9fff" for char in found):
                return found

    crossing = [left[-1] + right[0] for left, right in zip(VERBS, THINGS, strict=False)]
    return {
        "words": [piece(2, 2) for _ in range(count)],
        "parts": crossing,
        "one": [piece(1, 1) for _ in range(count // 10)],
        "phrases": [piece(5, 8) for _ in range(count // 5)],
    }


def processor_seconds(server: int | None) -> float:
    """Return the processor time so far of this process and of process ``server``, in seconds.

    The server's is left out where the system does not tell it (another machine, not Linux).
    """
    used = time.process_time()
    if server is not None:
        try:
            used += int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            pass
    return used


def main() -> int:
    """Load, ask, print; return 1 where a document was not found."""
    options = argparse.ArgumentParser()
    options.add_argument("--documents", type=int, default=50_000)
    options.add_argument("--words", type=int, default=200)
    given = options.parse_args()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure(given.documents, given.words)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measure(count: int, words: int) -> int:
    """See :func:`main`."""
    office = Office.objects.create(name="测试机关", short_name="测试", area_code="990001", start_day="2020-01-01")
    texts = made(count)
    started = time.perf_counter()
    documents = Document.objects.bulk_create(
        [Document(office=office, title=f"文件{number}", kind="notice") for number in range(count)], batch_size=1000
    )
    for start in range(0, count, 1000):
        pieces = zip(documents[start : start + 1000], texts[start : start + 1000], strict=True)
        SearchText.objects.bulk_create(
            [entry for document, text in pieces for entry in entries_of(document, text)], batch_size=500
        )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE documents_searchtext")
            cursor.execute("CREATE TEMP TABLE plain (id bigint PRIMARY KEY, text text)")
        else:
            cursor.execute("INSERT INTO documents_searchtext_fts(documents_searchtext_fts) VALUES ('optimize')")
            cursor.execute("CREATE TEMP TABLE plain (id integer PRIMARY KEY, text text)")
        rows = [(document.pk, text) for document, text in zip(documents, texts, strict=True)]
        cursor.executemany("INSERT INTO plain VALUES (%s, %s)", rows)
    loaded = time.perf_counter() - started
    mean = statistics.mean(map(len, texts))
    print(f"{connection.vendor}: {count} documents, {mean:.0f} characters on average, loaded in {loaded:.0f} s")
    ids = [document.pk for document in documents]
    asked = questions(texts, words)
    server = None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            server = cursor.fetchone()[0]
    baseline = []
    for word in asked["words"][:20]:
        with connection.cursor() as cursor:
            begun = time.perf_counter()
            cursor.execute("SELECT id FROM plain WHERE text LIKE %s ORDER BY id DESC LIMIT 50", [f"%{word}%"])
            cursor.fetchall()
            baseline.append((time.perf_counter() - begun) * 1000)
    base = percentile(baseline, 0.95)
    print(
        f"{'group':10}{'questions':>10}{'many':>6}{'p50 ms':>9}{'p95 ms':>9}{'p95 cpu':>9}{'×LIKE p95':>11}{'recall':>9}{'worst':>8}{'precision':>11}"
    )
    print(f"{'baseline':10}{len(baseline):>10}{'':>6}{statistics.median(baseline):>9.2f}{base:>9.2f}{'':>9}{1:>11}")
    missed = 0
    for group, listed in asked.items():
        used: list[float] = []
        taken, found_all, true_all, right_all, worst, many = [], 0, 0, 0, 1.0, 0
        for word in listed:
            begun, cpu = time.perf_counter(), processor_seconds(server)
            hits = search(office.pk, word, Scope(), limit=50)
            taken.append((time.perf_counter() - begun) * 1000)
            used.append((processor_seconds(server) - cpu) * 1000)
            many += hits.many
            truth = {pk for pk, text in zip(ids, texts, strict=True) if word in text}
            full = set(search(office.pk, word, Scope(), limit=count).documents)
            found_all, true_all, right_all = found_all + len(full & truth), true_all + len(truth), right_all + len(full)
            worst = min(worst, len(full & truth) / len(truth) if truth else 1.0)
        missed += true_all - found_all
        print(
            f"{group:10}{len(listed):>10}{many:>6}{statistics.median(taken):>9.2f}{percentile(taken, 0.95):>9.2f}"
            f"{percentile(used, 0.95):>9.2f}"
            f"{percentile(taken, 0.95) / base:>11.2f}{found_all / true_all:>9.1%}{worst:>8.1%}"
            f"{found_all / max(right_all, 1):>11.1%}"
        )
    print(f"many: more than {MANY} places hold the pairs and more documents match than are listed, newest first")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
