"""Hooks of the documentation site: screenshots stand where a page asks for them, if the browser tests have made them.

A page asks by a line ``![words](screenshot:NAME)``.  The pictures lie in ``build/screenshots`` (written by
``tests/pages/test_screenshots.py``), never in the repository, so they are as old as the tests' last run.

A workflow's course, written as a Mermaid block for readers of the file, is drawn on the site as the pages draw it.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from tongxin.matters.diagram import HEIGHT, WIDTH, diagram
from tongxin.matters.workflow import Workflow
from tongxin.matters.workflows import WORKFLOWS

SHOTS = Path(__file__).resolve().parent.parent / "build" / "screenshots"
ASKED = re.compile(r"!\[([^\]]*)\]\(screenshot:([a-z0-9-]+)\)")
#: A file of the repository beside the manual: named in the site, where it cannot be followed.
OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+((?:deploy|src|tests|bench|requirements|scripts)/[^)]+)\)")

#: The course of a workflow as ``matters.reference`` writes it.
COURSE = re.compile(r"^```mermaid\nstateDiagram-v2\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CALLED = re.compile(r'^    state "(.*)" as (\w+)$', re.MULTILINE)


class _Named:
    """The names of states that stand in a block."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def state(self, workflow: Workflow, code: str) -> str:
        return self.names[code]

    def step(self, workflow: Workflow, code: str) -> str:
        return code


def drawn(course: str) -> str:
    """Return a block's course as a picture; its steps stand in the table below.  Raises ValueError for no workflow's."""
    names = {code: name for name, code in CALLED.findall(course)}
    ways = set(re.findall(r"^    (\w+) --> (\w+):", course, re.MULTILINE))
    for workflow in WORKFLOWS.values():
        own = {(source, step.leads_to(source)) for step in workflow.transitions for source in step.sources}
        if {state.code for state in workflow.states} == names.keys() and own == ways:
            break
    else:
        raise ValueError(f"no workflow has the states {sorted(names)}")
    picture = diagram(workflow, _Named(names))
    parts = [
        f'<path d="{arrow.path}" fill="none" stroke="currentColor" stroke-opacity=".55" marker-end="url(#tip-{workflow.kind})"/>'
        for arrow in picture.arrows
    ]
    for box in picture.boxes:
        dashes = ' stroke-dasharray="4 3"' if box.private else ""
        faint = ".08" if box.closed else "0"
        parts.append(
            f'<rect x="{box.x}" y="{box.y}" width="{WIDTH}" height="{HEIGHT}" rx="4" fill="currentColor" '
            f'fill-opacity="{faint}" stroke="currentColor"{dashes}/>'
        )
        parts += [
            f'<text x="{box.middle}" y="{height}" text-anchor="middle" font-size="13" fill="currentColor">{escape(line)}</text>'
            for height, line in box.text
        ]
    return (
        f'<div style="overflow-x:auto" tabindex="0"><svg viewBox="0 0 {picture.width} {picture.height}" role="img" '
        f'style="width:{picture.width}px;max-width:none" aria-label="{escape(", ".join(names.values()))}"><defs><marker id="tip-{workflow.kind}" '
        'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" '
        f'fill="currentColor"/></marker></defs>{"".join(parts)}</svg></div>'
    )


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

    markdown = COURSE.sub(lambda found: drawn(found[1]), markdown)
    return OUTSIDE.sub(r"\1(`\2`)", ASKED.sub(place, markdown))
