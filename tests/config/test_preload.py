"""What workers share: the pages are there before they are forked, what few processes need is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import gc, json, sys, threading
import django
django.setup()
from tongxin.config.preload import preload
preload()
print(json.dumps({
    "frozen": gc.get_freeze_count() > 100_000,
    "threads": threading.active_count(),
    "loaded": sorted(name for name in sys.argv[1:] if name in sys.modules),
}))
"""
#: Pages and the application; then what only a few need: word lists, patterns of documents, engines.
SHARED = ("tongxin.config.wsgi", "tongxin.web.urls")
RARE = ("boto3", "duckdb", "ortools", "pypinyin", "tongxin.documents.reading.reader")


def test_the_pages_are_loaded_and_set_aside_and_what_few_need_is_not(tmp_path: Path):
    environment = {
        **os.environ,
        "TONGXIN_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tongxin.config.settings",
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *SHARED, *RARE], env=environment, capture_output=True, text=True, check=True
    )
    # An empty database is no reason not to start; a thread begun here would not live on in the workers.
    assert json.loads(done.stdout) == {"frozen": True, "threads": 1, "loaded": list(SHARED)}
