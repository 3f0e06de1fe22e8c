"""The whole test run: SQLite first, then PostgreSQL where a server is there (required where CI=true).

What touches no database runs once.

``TONGXIN_TEST_POSTGRES`` names the server, e.g. postgres://postgres@127.0.0.1:5432/postgres.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

DEFAULT_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"


def reachable(url: str) -> bool:
    """Tell whether a PostgreSQL server answers at ``url``."""
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def run(database_url: str, jobs: int, *more: str) -> int:
    """Run pytest once on one database; return its exit code."""
    environment = {**os.environ, "DATABASE_URL": database_url, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(jobs), *more]
    print("\n== " + ("PostgreSQL" if database_url else "SQLite") + " ==", flush=True)
    return subprocess.run(command, env=environment).returncode


def main() -> int:
    """Run on all databases; the first failure is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    options, more = parser.parse_known_args()
    code = run("", options.jobs, *more)
    url = os.environ.get("TONGXIN_TEST_POSTGRES", DEFAULT_POSTGRES)
    if reachable(url):
        code = run(url, options.jobs, "-m", "not browser", "--database-only", *more) or code
    elif os.environ.get("CI") == "true":
        print(f"✗ PostgreSQL 没有应答：{url}")
        code = code or 1
    else:
        print("\n== PostgreSQL: 跳过(没有服务器应答；可用 TONGXIN_TEST_POSTGRES 指定) ==")
    return code


if __name__ == "__main__":
    sys.exit(main())
