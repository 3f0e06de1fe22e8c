"""Run every static check and say at the end which failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ENV = {
    **os.environ,
    "PYTHONPATH": f"{ROOT / 'src'}",
    "TONGXIN_SECRET_KEY": "checks-only-not-secret-0123456789-abcdefghijklmnopqrstuvwxyz",
    "DJANGO_SETTINGS_MODULE": "tongxin.config.settings",
}

CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("style", ["ruff", "check", "."], {}),
    ("format", ["ruff", "format", "--check", "."], {}),
    ("types", ["mypy"], {}),
    ("borders", ["lint-imports"], {}),
    ("dependencies", ["python", "scripts/audit_dependencies.py"], {}),
    ("templates", ["djlint", "src/tongxin", "--lint", "--quiet"], {}),
    ("migrations", ["tongxin", "makemigrations", "--check", "--dry-run"], {}),
    ("settings", ["tongxin", "check", "--deploy", "--fail-level", "WARNING"], {"TONGXIN_HTTPS": "1"}),
]


def main() -> int:
    """Run them one after another."""
    failed = []
    for name, command, extra in CHECKS:
        start = time.monotonic()
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]], cwd=ROOT, env={**ENV, **extra}, capture_output=True, text=True
        )
        print(f"{'✓' if done.returncode == 0 else '✗'} {name} ({time.monotonic() - start:.1f} s)", flush=True)
        for line in done.stdout.splitlines():
            if line.startswith("! "):
                print(f"  {line}", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout[-6000:], done.stderr[-4000:], sep="\n", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
