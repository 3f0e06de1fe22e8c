from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _install(folder: Path, target: Path) -> subprocess.CompletedProcess[str]:
    for name in ("deploy/offline/install.sh", "scripts/check_machine.py"):
        shutil.copy(ROOT / name, folder)
    return subprocess.run(
        ["sh", str(folder / "install.sh"), str(target)],
        env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bundle_that_lacks_its_wheels_is_refused_before_anything_is_made(tmp_path):
    done = _install(tmp_path, tmp_path / "target")
    assert (done.returncode, done.stderr) == (1, "✗ 安装包不完整：缺少 wheels 或 app.lock。请重新拷贝并核对 sha256。\n")
    assert not (tmp_path / "target").exists()


def test_a_failed_upgrade_leaves_what_was_there(tmp_path):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "app.lock").write_text(f"nothing-of-this-name==1 --hash=sha256:{'0' * 64}\n", encoding="ascii")
    before = tmp_path / "target" / ".venv"
    before.mkdir(parents=True)
    (before / "kept").write_text("earlier", encoding="ascii")
    done = _install(tmp_path, tmp_path / "target")
    assert done.returncode == 1
    assert "原有版本未动" in done.stderr
    assert sorted(path.name for path in (tmp_path / "target").iterdir()) == [".venv"]
    assert (before / "kept").read_text(encoding="ascii") == "earlier"
