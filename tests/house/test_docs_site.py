"""The site's own checks: pictures stand where they are asked for, and what is fetched from elsewhere is found."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from scripts import docs_hooks
from scripts.build_docs import fetched_from_elsewhere

from tests.house.packages import ROOT


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<link rel=stylesheet href=//fonts.example/css>",
        "<img alt=x src='http://example.org/x.png'>",
        "@font-face { src: url(https://fonts.example/x.woff2) }",
        '@import "https://example.org/x.css";',
    ],
)
def test_what_a_browser_would_fetch_elsewhere_is_found(text: str):
    assert len(fetched_from_elsewhere(text)) == 1


@pytest.mark.parametrize(
    "text",
    ['<a href="https://example.org/">', '<script src="../assets/x.js">', '<link rel="canonical" href="https://example.org/">', "url(data:image/svg+xml;x)"],
)  # fmt: skip
def test_what_is_only_named_is_left_alone(text: str):
    assert fetched_from_elsewhere(text) == []


def test_a_picture_stands_where_it_is_asked_for(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(docs_hooks, "SHOTS", tmp_path)
    page = SimpleNamespace(url="tutorial/first-hour.html")
    asked = "x\n\n![一览](screenshot:board)\n"
    assert "一览:运行测试后" in docs_hooks.on_page_markdown(asked, page, None, None)
    (tmp_path / "board.png").write_bytes(b"png")
    shown = docs_hooks.on_page_markdown(asked, page, None, None)
    assert '<img src="../screenshots/board.png" alt="一览">' in shown


def test_a_file_beside_the_manual_is_named_not_linked():
    page = SimpleNamespace(url="howto/offline.html")
    text = docs_hooks.on_page_markdown("[核对单](../../deploy/offline/CHECKLIST.md)", page, None, None)
    assert text == "核对单(`deploy/offline/CHECKLIST.md`)"


def test_every_picture_asked_for_is_taken_by_a_test():
    pages = "\n".join(path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md"))
    asked = {found[1] for found in docs_hooks.ASKED.findall(pages)}
    taken = set(
        re.findall(
            r'^    "([a-z0-9-]+)": Shot', (ROOT / "tests/pages/test_screenshots.py").read_text("utf-8"), re.MULTILINE
        )
    )
    assert asked == taken


def test_every_page_of_the_manual_is_in_the_menu():
    menu = set(re.findall(r"- ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE))
    pages = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages if not page.endswith(".en.md")} == menu, "name it under nav in mkdocs.yml"


@pytest.mark.parametrize(("page", "name"), [("workflows.md", "待审查"), ("workflows.en.md", "To be reviewed")])
def test_every_workflow_is_drawn_on_the_site(page: str, name: str):
    text = (ROOT / "docs/reference" / page).read_text("utf-8")
    shown = docs_hooks.on_page_markdown(text, SimpleNamespace(url="reference/workflows.html"), None, None)
    assert (shown.count("<svg "), "mermaid" in shown) == (text.count("```mermaid"), False)
    assert f">{name}</text>" in shown


def test_a_course_of_no_workflow_is_refused():
    with pytest.raises(ValueError, match="no workflow"):
        docs_hooks.drawn('    state "此处" as here\n    here --> there: 走\n')
