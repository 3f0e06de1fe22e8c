"""Loads the scorer that lies with the corpus, by path: it is no part of the project."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def corpus() -> Path | None:
    """Folder of real documents: TONGXIN_CORPUS, or shared/input beside the project; None where there is none."""
    named = os.environ.get("TONGXIN_CORPUS")
    folder = Path(named) if named else ROOT.parent / "shared" / "input"
    return folder if (folder / "gold").is_dir() else None


def load(folder: Path, name: str) -> ModuleType:
    """Module ``name`` of the corpus folder."""
    spec = importlib.util.spec_from_file_location(f"corpus_{name}", folder / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
