"""Build the documentation site into ``build/site`` and see that it is whole and takes nothing from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "build" / "site"
#: What a browser fetches by itself; links that a reader follows may lead away.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video|embed|object)\b[^>]*?\b(?:src|data)=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?![^>]*rel=["']?(?:canonical|alternate|next|prev))[^>]*?\bhref=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|url\(["']?((?:https?:)?//[^"')]+)|@import\s+["']((?:https?:)?//[^"']+)""",
    re.IGNORECASE,
)


def fetched_from_elsewhere(text: str) -> list[str]:
    """Return the foreign addresses that a page or style sheet makes a browser fetch."""
    return [next(filter(None, found)) for found in FETCHED.findall(text)]


def main() -> int:
    """Build strictly (a dead link fails), then look at every page and style sheet."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [str(Path(sys.executable).parent / "mkdocs"), "build", "--strict", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-4000:], done.stderr[-4000:], sep="\n")
        return 1
    pages = sorted(SITE.rglob("*.html"))
    foreign = {
        str(path.relative_to(SITE)): found
        for path in [*pages, *SITE.rglob("*.css")]
        if (found := fetched_from_elsewhere(path.read_text(encoding="utf-8")))
    }
    for name, found in foreign.items():
        print(f"✗ {name} fetches {', '.join(found[:3])}")
    pictures = len(list((SITE / "screenshots").glob("*.png")))
    print(f"{len(pages)} pages, {pictures} screenshots, in {SITE.relative_to(ROOT)}/")
    return 1 if foreign else 0


if __name__ == "__main__":
    sys.exit(main())
