"""Run every benchmark of this folder in a process of its own, one after another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run those named on the command line, or all; return how many failed."""
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    failed = 0
    for name in names:
        print(f"\n== {name} ==", flush=True)
        failed += (
            subprocess.run(
                [sys.executable, "-m", f"bench.{name}"], cwd=HERE.parent, env={**os.environ, "PYTHONUTF8": "1"}
            ).returncode
            != 0
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
