"""Audit the locked dependencies without asking any service.

    python scripts/audit_dependencies.py                     audit; exit code 1 where something is wrong
    python scripts/audit_dependencies.py --refresh PLACE     take the advisories anew from a copy of a database
    python scripts/audit_dependencies.py --yanked            ask the configured package index for withdrawn releases

Looked at: every line of both locks is pinned to one version and carries hashes, names no address, and the two agree;
every package of ``app.lock`` has a licence that a person has read and that we may use; no locked version is affected
by an advisory of ``requirements/advisories.json`` (OSV records of the Python packages that we lock).
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
LOCKS = ("app.lock", "dev.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[^]]*\])?==([^\s;\\]+)\s*(;[^\\]*)?\\?$")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
ADDRESS = re.compile(r"https?://|git\+|file:|--(extra-)?index-url|--find-links|--trusted-host")
#: Advisories are renewed once a month; see requirements/README.md.
FRESH_DAYS = 31
#: Record fields that the audit and a reader need; the rest of a record stays where it came from.
KEPT = ("id", "modified", "published", "withdrawn", "aliases", "summary")


def read_lock(text: str) -> tuple[dict[str, list[str]], list[str]]:
    """Return package → versions of a lock (several where they differ by system), and what is wrong with its lines."""
    pins: dict[str, list[str]] = {}
    faults: list[str] = []
    name = ""
    hashed = True
    for line in text.splitlines():
        bare = line.split("#")[0].strip()
        if ADDRESS.search(bare):
            faults.append(f"an address: {bare}")
        if not bare:
            continue
        if line[0].isspace():
            hashed = hashed or bool(HASH.search(bare))
            continue
        if name and not hashed:
            faults.append(f"{name}: no hash")
        found = PIN.match(bare)
        if found is None:
            faults.append(f"not pinned to one version: {bare}")
            name, hashed = "", True
            continue
        name, hashed = canonicalize_name(found[1]), False
        pins.setdefault(name, []).append(found[3])
    if name and not hashed:
        faults.append(f"{name}: no hash")
    return pins, faults


def licence_faults(packages: Iterable[str], listed: dict[str, str], allowed: Iterable[str]) -> list[str]:
    """Return what is wrong with the licences of ``packages``: unread, not allowed, left over, or contradicted."""
    packages, usable = set(packages), set(allowed)
    faults = [f"{name}: its licence has not been read; add it to audit.toml" for name in packages - listed.keys()]
    faults += [f"{name}: in audit.toml, but not locked" for name in listed.keys() - packages]
    for name in packages & listed.keys():
        parts = set(re.split(r" (?:AND|OR|WITH) ", listed[name]))
        if parts - usable:
            faults.append(f"{name}: {listed[name]} is not among the allowed licences")
        told = _told_licence(name)
        if told and told != listed[name]:
            faults.append(f"{name}: says {told}, audit.toml says {listed[name]}")
    return sorted(faults)


def _told_licence(name: str) -> str:
    try:
        return importlib.metadata.metadata(name).get("License-Expression") or ""
    except importlib.metadata.PackageNotFoundError:
        return ""  # for another system


def affecting(pins: dict[str, list[str]], records: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return advisory → "package version: summary" of those that affect a locked version."""
    found = {}
    for record in records:
        if record.get("withdrawn"):
            continue
        for each in record.get("affected", ()):
            name = canonicalize_name(each["package"]["name"])
            if each["package"].get("ecosystem") != "PyPI":
                continue
            for version in pins.get(name, ()):
                if _affects(version, each):
                    found[record["id"]] = f"{name} {version}: {record.get('summary', '')}"
    return found


def _affects(version: str, affected: dict[str, Any]) -> bool:
    """Follow the evaluation of the OSV schema: a listed version, or one between two events of a range."""
    if version in affected.get("versions", ()):
        return True
    here = Version(version)
    for each in affected.get("ranges", ()):
        if each["type"] != "ECOSYSTEM":
            continue
        inside = False
        for kind, at in sorted(
            ((kind, at) for event in each["events"] for kind, at in event.items() if kind != "limit"),
            key=lambda pair: (_version(pair[1]), pair[0] == "introduced"),
        ):
            if kind == "introduced" and here >= _version(at):
                inside = True
            elif (kind == "fixed" and here >= _version(at)) or (kind == "last_affected" and here > _version(at)):
                inside = False
        if inside:
            return True
    return False


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")  # OSV writes "0" for "from the first"; what cannot be read counts as early: rather warn


def records_in(place: Path) -> Iterator[dict[str, Any]]:
    """Yield the OSV records of a folder or zip file, JSON or YAML."""
    if place.is_dir():
        files: Iterable[tuple[str, bytes]] = ((str(p), p.read_bytes()) for p in sorted(place.rglob("*")) if p.is_file())
    else:
        archive = zipfile.ZipFile(place)
        files = ((name, archive.read(name)) for name in sorted(archive.namelist()))
    for name, content in files:
        if name.endswith(".json"):
            yield json.loads(content)
        elif name.endswith((".yaml", ".yml")) and b"\naffected:" in content:
            yield _yaml(content)


def _yaml(content: bytes) -> dict[str, Any]:
    import yaml  # noqa: PLC0415  (only where a folder of YAML is read)

    # As text throughout: JSON has no dates.
    return yaml.load(content, Loader=yaml.BaseLoader)  # noqa: S506  (the base loader makes texts, lists, mappings)


def reduced(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with what the audit needs: ranges, and listed versions only where no range says the same."""
    kept = {name: record[name] for name in KEPT if record.get(name)}
    kept.setdefault("summary", " ".join(record.get("details", "").split())[:160])
    kept["affected"] = []
    for each in record["affected"]:
        ranges = [one for one in each.get("ranges", ()) if one["type"] == "ECOSYSTEM"]
        one = {"package": {"ecosystem": each["package"]["ecosystem"], "name": each["package"]["name"]}}
        kept["affected"].append(one | ({"ranges": ranges} if ranges else {"versions": each.get("versions", [])}))
    return kept


def refresh(place: Path, as_of: str) -> int:
    """Write the advisories about packages that we lock; return how many."""
    names = {name for lock in LOCKS for name in read_lock((REQUIREMENTS / lock).read_text("utf-8"))[0]}
    kept = [
        reduced(record)
        for record in records_in(place)
        if any(
            each["package"].get("ecosystem") == "PyPI" and canonicalize_name(each["package"]["name"]) in names
            for each in record.get("affected", ())
        )
    ]
    if not kept:
        raise SystemExit(f"✗ {place} holds no advisory about a package that we lock; the old file stays")
    kept.sort(key=lambda record: record["id"])
    lines = ",\n".join(json.dumps(record, ensure_ascii=False, sort_keys=True) for record in kept)
    (REQUIREMENTS / "advisories.json").write_text(
        f'{{"as_of": {json.dumps(as_of)}, "records": [\n{lines}\n]}}\n', encoding="utf-8"
    )
    return len(kept)


def yanked() -> list[str]:
    """Ask the package index that pip is set to for the locked releases; return those that were withdrawn."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps"]
    command += ["--require-hashes", "--report", "-", "-r", str(REQUIREMENTS / "dev.lock")]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return sorted(each["metadata"]["name"] for each in told["install"] if each.get("is_yanked"))


def audit(folder: Path = REQUIREMENTS) -> list[str]:
    """Return everything that is wrong with the locks, the licences and the advisories in ``folder``."""
    locks = {name: read_lock((folder / name).read_text("utf-8")) for name in LOCKS}
    faults = [f"{name}: {fault}" for name, (_pins, wrong) in locks.items() for fault in wrong]
    app, dev = (locks[name][0] for name in LOCKS)
    faults += [
        f"{name}: {', '.join(versions)} in app.lock, {', '.join(dev.get(name, ()))} in dev.lock"
        for name, versions in app.items()
        if dev.get(name) != versions
    ]
    rules = tomllib.loads((folder / "audit.toml").read_text("utf-8"))
    faults += licence_faults(app, rules["licences"], rules["allowed"]["licences"])
    known = json.loads((folder / "advisories.json").read_text("utf-8"))
    found = affecting(app | dev, known["records"])
    faults += [f"{name}: {told}" for name, told in found.items() if name not in rules["accepted"]]
    faults += [f"{name}: accepted, but affects nothing" for name in rules["accepted"] if name not in found]
    return faults


def stale(as_of: str, today: dt.date) -> str:
    """Return a sentence where the advisories are older than a month, else nothing: age is no fault of the locks."""
    days = (today - dt.date.fromisoformat(as_of)).days
    if days <= FRESH_DAYS:
        return ""
    return f"! the advisories are {days} days old; what was published since is not found. Renew: requirements/README.md"


def main() -> int:
    """Audit, or do what the options ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--refresh", type=Path, metavar="PLACE", help="folder or zip file of OSV records")
    parser.add_argument("--as-of", metavar="DAY", help="day of that copy, as 2026-11-25; default: the newest record's")
    parser.add_argument("--yanked", action="store_true")
    options = parser.parse_args()
    if options.refresh:
        as_of = options.as_of or max(str(each.get("modified", ""))[:10] for each in records_in(options.refresh))
        print(f"{refresh(options.refresh, as_of)} advisories, as of {dt.date.fromisoformat(as_of)}")
    faults = audit() + ([f"{name}: withdrawn by its makers" for name in yanked()] if options.yanked else [])
    for fault in faults:
        print(f"✗ {fault}")
    known = json.loads((REQUIREMENTS / "advisories.json").read_text("utf-8"))
    print(f"{len(known['records'])} advisories as of {known['as_of']}; {len(faults)} faults")
    if told := stale(known["as_of"], dt.date.today()):  # noqa: TID251 - the program's clock needs the program
        print(told)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
