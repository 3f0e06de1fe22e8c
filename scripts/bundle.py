"""Pack everything that an installation without internet needs into one file: wheels, this package, scripts, check list.

    python scripts/bundle.py [--python 3.11] [--machine x86_64|aarch64] [--out build]

The wheels are those of requirements/app.lock, checked against its hashes here and once more where they are installed.
Needs the network itself, and pip; what it makes needs neither.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from tongxin.config.translations import compile_all

ROOT = Path(__file__).resolve().parent.parent
MACHINES = ("x86_64", "aarch64")
#: Which Linux a wheel may ask for at most: that of Debian 12.
LIBRARIES = ("2_17", "2_28", "2_34", "2_35", "2_36")
#: What is copied beside the wheels.
FILES = ("requirements/app.lock", "LICENSE", "README.md", "scripts/check_machine.py")


def main() -> int:
    """Make the bundle and print where it lies and its hash."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default="3.11", help="Python 版本(默认 3.11，Debian 12)")
    parser.add_argument("--machine", choices=MACHINES, default="x86_64", help="处理器")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="放在哪个文件夹")
    options = parser.parse_args()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    name = f"tongxin-{version}-offline-{options.machine}-py{options.python.replace('.', '')}"
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / name
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        _fetch(wheels, options.python, options.machine)
        _build(wheels)
        _copy(folder)
        target = options.out / f"{name}.tar.gz"
        with tarfile.open(target, "w:gz") as archive:
            archive.add(folder, arcname=name)
    told = hashlib.sha256(target.read_bytes()).hexdigest()
    target.with_suffix(".gz.sha256").write_text(f"{told}  {target.name}\n", encoding="ascii")
    print(f"{target}  {target.stat().st_size / 1024**2:.0f} MB\nsha256 {told}")
    return 0


def _pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", *words, "--quiet", "--disable-pip-version-check"], check=True)


def _fetch(wheels: Path, python: str, machine: str) -> None:
    """Download the locked wheels for another machine; pip refuses any whose hash is not in the lock."""
    platforms = [word for version in LIBRARIES for word in ("--platform", f"manylinux_{version}_{machine}")]
    short = "cp" + python.replace(".", "")
    _pip(
        "download", "--require-hashes", "--only-binary", ":all:", "--no-deps",
        "--implementation", "cp", "--python-version", python, "--abi", short, "--abi", "abi3", "--abi", "none",
        *platforms, "--platform", f"manylinux2014_{machine}", "--dest", str(wheels),
        "--requirement", str(ROOT / "requirements" / "app.lock"),
    )  # fmt: skip


def _build(wheels: Path) -> None:
    """Build this package's own wheel, translations compiled into it: where it is installed nothing may be written."""
    compile_all([ROOT / "src" / "tongxin" / "locale"])
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT))


def _copy(folder: Path) -> None:
    for name in FILES:
        shutil.copy2(ROOT / name, folder / Path(name).name)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    for each in (ROOT / "deploy" / "offline").iterdir():
        shutil.copy2(each, folder / each.name)
    shutil.copytree(ROOT / "docs", folder / "docs")


if __name__ == "__main__":
    sys.exit(main())
