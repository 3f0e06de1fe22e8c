"""The static analysis of ``make check`` is on, and finds the faults that it is there for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.house.packages import ROOT, SOURCE, python_files

#: One line for each kind of hole, with the rule (flake8-bandit's numbers) that must name it.
FAULTY = {
    "S102": "exec(text)",
    "S105": 'password = "letmein-2026"',
    "S301": "pickle.loads(text)",
    "S307": "eval(text)",
    "S308": "mark_safe(text)",
    "S324": "hashlib.md5(text)",
    "S501": 'requests.get("https://example.org", verify=False, timeout=1)',
    "S506": "yaml.load(text)",
    "S603": "subprocess.run([text])",
    "S602": "subprocess.run(text, shell=True)",
    "S608": 'cursor.execute("SELECT * FROM person WHERE name = \'" + text + "\'")',
    "S610": "User.objects.all().extra(where=[text])",
    "S611": "RawSQL(text, [])",
}
IMPORTS = """import hashlib
import pickle
import subprocess

import requests
import yaml
from django.contrib.auth.models import User
from django.db.models.expressions import RawSQL
from django.utils.safestring import mark_safe

"""
#: What is handed out unescaped, or taken without the form's token, with the reason.
RAW = re.compile(r"mark_safe\(|csrf_exempt\b|\|safe\b|\bsafeseq\b|autoescape\s+off")
RAW_USES = {
    "web/forms.py": "one fixed word",
    "web/register/views.py": "the secret in the address is the authority; no cookie adds any",
    "web/templates/register/badges.html": "a picture drawn by the QR library from a code of our own",
}


def test_each_hole_is_named(tmp_path: Path):
    told = subprocess.run(
        [str(Path(sys.executable).parent / "ruff"), "check", "--output-format", "json", "--stdin-filename", "src/tongxin/faulty.py", "-"],
        input=IMPORTS + "\n".join(f"x = {line}" if not line.startswith("password") else line for line in FAULTY.values()),
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = {each["code"] for each in json.loads(told.stdout) if each["code"].startswith("S")}
    assert set(FAULTY) - found == set()


def test_what_is_not_escaped_is_listed_with_a_reason():
    files = [*python_files(), *SOURCE.rglob("templates/**/*.html")]
    uses = {str(path.relative_to(SOURCE)) for path in files if RAW.search(path.read_text("utf-8"))}
    assert uses == set(RAW_USES)
    assert [text for text in ("{{ x|safe }}", "{% autoescape off %}", "@csrf_exempt") if not RAW.search(text)] == []
