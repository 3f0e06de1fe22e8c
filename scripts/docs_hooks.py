"""Hooks of the documentation site: screenshots stand where a page asks for them, if the browser tests have made them.

A page asks by a line ``![words](screenshot:NAME)``.  The pictures lie in ``build/screenshots`` (written by
``tests/pages/test_screenshots.py``), never in the repository, so they are as old as the tests' last run.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

SHOTS = Path(__file__).resolve().parent.parent / "build" / "screenshots"
ASKED = re.compile(r"!\[([^\]]*)\]\(screenshot:([a-z0-9-]+)\)")
#: A file of the repository beside the manual: named in the site, where it cannot be followed.
OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+((?:deploy|src|tests|bench|requirements|scripts)/[^)]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures that are there to the site."""
    for picture in sorted(SHOTS.glob("*.png")):
        files.append(
            File.generated(config, f"screenshots/{picture.name}", abs_src_path=str(picture)),
        )
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the picture, or a sentence where there is none yet."""

    def place(found: re.Match[str]) -> str:
        words, name = found[1], found[2]
        if (SHOTS / f"{name}.png").exists():
            return f'<img src="{get_relative_url(f"screenshots/{name}.png", page.url)}" alt="{words}">'
        if words.isascii():
            return f"*({words}: a picture taken by the tests stands here once they have run.)*"
        return f"*({words}:运行测试后这里是当时的页面截图。)*"

    return OUTSIDE.sub(r"\1(`\2`)", ASKED.sub(place, markdown))
