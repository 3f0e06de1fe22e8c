"""Say what this machine lacks before anything is installed.  Standard library only; runs on any Python 3."""

import sys


def missing():
    """Return sentences that name what is missing and which package has it."""
    found = []
    if sys.version_info < (3, 11):
        found.append(
            "需要 Python 3.11 或更新版本,现在是 %d.%d。请安装 python3.11(Debian 12:apt install python3 python3-venv),"
            "或用 make PYTHON=/路径/python3.11 指定。" % sys.version_info[:2]
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        found.append(
            "缺少 venv/ensurepip。Debian、Ubuntu 请安装 python%d.%d-venv(apt install python3-venv)。"
            % sys.version_info[:2]
        )
    try:
        import sqlite3
    except ImportError:
        found.append("此 Python 没有 sqlite3 模块。自行编译的 Python 请先安装 libsqlite3-dev 再编译。")
    else:
        if sqlite3.sqlite_version_info < (3, 37):
            found.append("SQLite 版本 %s 过旧,需要 3.37 以上。" % sqlite3.sqlite_version)
        try:
            sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE t USING fts5(x)")
        except sqlite3.OperationalError:
            found.append("此 SQLite 未编入全文检索 FTS5。请改用系统自带的 Python,或重新编译 SQLite。")
    return found


if __name__ == "__main__":
    faults = missing()
    for fault in faults:
        sys.stderr.write("✗ " + fault + "\n")
    sys.exit(1 if faults else 0)
