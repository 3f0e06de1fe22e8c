"""The order of the packages, lowest first; packages of one row may not see each other."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tongxin"

ROWS = (
    ("core",),
    ("accounts",),
    ("registry",),
    ("documents", "provisions"),
    ("activities",),
    ("matters",),
    ("trace",),
    ("notices",),
    ("web", "api", "demo"),
    ("config",),
)
LEVEL = {name: level for level, row in enumerate(ROWS) for name in row}


def own_models():
    """Return all concrete models of the project."""
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("tongxin.")]


def python_files(*packages: str):
    """Yield the project's source files, migrations left out."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts and (not packages or path.relative_to(SOURCE).parts[0] in packages):
            yield path
