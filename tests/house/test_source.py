"""Small rules of the house, read from the source itself."""

from __future__ import annotations

import re

from tests.house.packages import ROOT, SOURCE, python_files

WRITES = re.compile(
    r"\.(save|create|bulk_create|bulk_update|get_or_create|update_or_create)\(|\.objects\.[^\n]*\.(update|delete)\("
)
#: Where rows may be written beside operations, with the reason.
MAY_WRITE = {
    "core": "the ground floor keeps the day table and the audit book",
    "demo": "builds an example in bulk",
}
#: Single files that may, with the reason.
MAY_WRITE_TOO = {
    "registry/term_list_docx.py": "saves a Word document to memory",
    "config/backup.py": "fills an empty installation from a backup; enters nothing of its own",
    "provisions/renewal.py": "rebuilds what is worked out from records; enters nothing",
}


def test_only_operations_write():
    wrong = [
        str(path.relative_to(SOURCE))
        for path in python_files()
        if not path.name.endswith(("operations.py", "models.py", "series.py", "storage.py"))
        and str(path.relative_to(SOURCE)) not in MAY_WRITE_TOO
        and path.relative_to(SOURCE).parts[0] not in MAY_WRITE
        and "reading" not in path.parts
        and WRITES.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_only_the_clock_reads_the_time():
    pattern = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|localdate\(|utcnow\(")
    wrong = [
        str(path.relative_to(SOURCE))
        for path in python_files()
        if path != SOURCE / "core" / "clock.py" and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_only_web_and_api_speak_http():
    wrong = [
        str(path.relative_to(SOURCE))
        for path in python_files()
        if path.relative_to(SOURCE).parts[0] not in {"web", "api", "config", "accounts"}
        and re.search(r"from django\.(http|shortcuts|views)", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_templates_hold_no_inline_script_or_style():
    pattern = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
    wrong = [
        f"{path.relative_to(SOURCE)}: {hit.group()}"
        for path in sorted(SOURCE.rglob("*.html"))
        for hit in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_no_area_of_the_web_imports_another():
    areas = {path.name for path in (SOURCE / "web").iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    wrong = []
    for area in areas:
        for path in (SOURCE / "web" / area).rglob("*.py"):
            for hit in re.finditer(
                r"from tongxin\.web\.(\w+)|import tongxin\.web\.(\w+)", path.read_text(encoding="utf-8")
            ):
                other = hit.group(1) or hit.group(2)
                if other in areas and other != area:
                    wrong.append(f"{path.relative_to(SOURCE)} → {other}")
    assert wrong == []


def test_locks_name_no_registry():
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        assert "--hash=sha256:" in text, lock.name
