"""The steps in their order: text → frame → paragraphs → outline and requirements → marks → Reading."""

from __future__ import annotations

import re

from .attributes import bracket_after, find_subject, subject_of_bracket
from .blocks import build_blocks
from .chrome import Frame, find_frame
from .classified import refuse_classified
from .decoding import check_text
from .folding import fold
from .institutions import find_institution
from .limits import check_headings
from .lines import Line, split_lines
from .outline import Paragraph, build_headings, build_paragraphs
from .placeholders import find_elisions, find_placeholders
from .repairs import find_repairs
from .requirements import Draft, find_requirements
from .result import Note, Reading, Requirement
from .roles import Role
from .task_rows import TaskRow, find_task_rows
from .times import find_time

_SPEECH = re.compile(r"(?:讲话|致辞|致词|发言|发言稿|讲话稿|讲稿|党课|主持词)(?:\(|$)")
_SUMMING_UP = re.compile(r"总结(?:报告)?(?:\(|$)|述职报告|情况的?(?:汇报|报告)")
_REPLY = re.compile(r"(?:复函|答复|的函)(?:\(|$)")
_MINUTES = re.compile(r"纪要(?:\(|$)")
# 2023年工作总结和2024年工作安排: the later year is the one that the paper is for.
_TWO_YEARS = re.compile(r"(?:19|20)\d\d.{0,24}总结.{0,8}(?:19|20)\d\d")
_BACK_REFERENCE = re.compile(r"^(?:(?:该项|此项|上述|这项|该|本项)(?:工作|任务|活动)|同时,|并且?|还要|此外,)")


def read_decoded(
    text: str, *, encoding: str, kind: str, notes: list[Note], aside: frozenset[int] = frozenset()
) -> Reading:
    """Read a decoded text; ``notes`` holds what was noticed before and is added to.

    ``aside``: numbers of lines that the file itself shows to be no part of the document (menus, running heads).

    Raises ``BadInput`` for blank, garbled, over-long or classified text.
    """
    check_text(text, notes)
    folded = fold(text)
    lines = split_lines(folded)
    refuse_classified(lines)
    frame = find_frame([line for line in lines if line.number not in aside], text)
    frame.chrome.update(line.number for line in lines if line.number in aside and not line.blank)
    chrome = frozenset(frame.chrome)
    body = _body_lines(lines, frame)
    blocks = build_blocks(body)
    title = frame.title or ""
    paragraphs = build_paragraphs(
        blocks,
        text,
        year=_year(frame),
        default=Role.REVIEW if _SUMMING_UP.search(fold(title)) else Role.TASKS,
        notes=notes,
    )
    # A reply tells what was found and done; like a speech it bids only where it turns to somebody.
    speech = bool(_SPEECH.search(fold(title)) or _REPLY.search(fold(title))) or (
        not title and frame.salutation is not None and "同志" in frame.salutation
    )
    headings = tuple(build_headings(paragraphs, text))
    check_headings(len(headings))
    rows = find_task_rows(blocks)
    drafts = find_requirements(paragraphs, speech=speech, minutes=bool(_MINUTES.search(fold(title))))
    placeholders = find_placeholders(lines, chrome, text)
    elisions = find_elisions(lines, chrome, text, frame.preview_ended)
    _structure_notes(frame, placeholders_count=len(placeholders), elisions=len(elisions), notes=notes)
    if "\u200b" in folded and folded.count("\u200b") > 2:
        notes.append(Note("text.zero_width", "文中夹有不可见字符，识别时已忽略，原文未改。"))
    return Reading(
        text=text,
        encoding=encoding,
        kind=kind,
        title=frame.title,
        published=frame.published,
        dated=frame.dated,
        source=frame.source,
        number=frame.number,
        salutation=frame.salutation,
        chrome_line_numbers=tuple(sorted(chrome)),
        elisions=tuple(elisions),
        placeholders=tuple(placeholders),
        outline=headings,
        requirements=tuple(
            sorted(
                _requirements(drafts, paragraphs, frame, text) + _row_requirements(rows, paragraphs, text),
                key=lambda item: item.start,
            )
        ),
        repairs=tuple(find_repairs(blocks, text, fold(title))),
        notes=tuple(notes),
    )


def _body_lines(lines: list[Line], frame: Frame) -> list[Line]:
    """Lines of the body; a title or salutation at the start of a longer line is cut off."""
    result: list[Line] = []
    for line in lines:
        if line.number in frame.chrome or line.number in frame.head:
            continue
        cut = frame.salutation_end
        if cut is not None and line.start < cut <= line.end:
            line = Line(line.number, cut, line.end, line.text[cut - line.start :])
        result.append(line)
    return result


def _year(frame: Frame) -> int | None:
    """Year of the document: from its title, its own date, or the page's date."""
    for value in (frame.title, frame.dated, frame.published):
        if value is frame.title and _TWO_YEARS.search(value or ""):
            return max(int(year) for year in re.findall(r"(?:19|20)\d\d", value or ""))
        found = re.search(r"(?:19|20)\d\d", value or "")
        if found:
            return int(found.group())
    return None


def _requirements(drafts: list[Draft], paragraphs: list[Paragraph], frame: Frame, text: str) -> list[Requirement]:
    result: list[Requirement] = []
    addressee = _addressee(frame)
    before: tuple[int, str | None] = (-1, None)
    for draft in drafts:
        item = paragraphs[draft.paragraph]
        flow = item.block.flow[draft.start : draft.end]
        start, end = item.block.origin(draft.start), item.block.origin_end(draft.end)
        after = bracket_after(item.block.flow[draft.end : draft.end + 140])
        subject = find_subject(flow) if after else find_subject(flow, addressee)
        if subject is None and after:
            subject = subject_of_bracket(after) or find_subject(flow, addressee)
        if subject is None and before[0] == draft.paragraph and _BACK_REFERENCE.match(flow):
            subject = before[1]
        if subject is None and addressee and (draft.reason.startswith("通知确定") or flow.startswith("决定")):
            subject = addressee
        before = (draft.paragraph, subject)
        result.append(
            Requirement(
                start=start,
                end=end,
                text=text[start:end],
                line=item.block.line_at(draft.start),
                outline_path=item.path,
                subject=_as_printed(subject, item, text),
                institution=find_institution(flow, item.headings + _topic_over(item, draft.start)),
                cadence_or_deadline=_as_printed(find_time(flow) or (find_time(after) if after else None), item, text),
                role=str(item.role),
                reason=draft.reason,
            )
        )
    return result


def _topic_over(item: Paragraph, place: int) -> tuple[str, ...]:
    """The run-in level (要开好组织生活会。) under which ``place`` of the paragraph stands, as a heading's text."""
    over = [topic for topic in item.topics if topic.start <= place]
    return (item.block.flow[over[-1].text_start : over[-1].end],) if over else ()


def _row_requirements(rows: list[TaskRow], paragraphs: list[Paragraph], text: str) -> list[Requirement]:
    """A row of a table of tasks is one requirement; its columns say who and when."""
    places = {id(item.block): item for item in paragraphs}
    result: list[Requirement] = []
    for row in rows:
        item = paragraphs[row.block] if id(paragraphs[row.block].block) in places else None
        if item is None:
            continue
        block = item.block
        start, end = block.origin(row.start), block.origin_end(row.end)
        who = [row.value(kind) for kind in ("lead", "person") if row.value(kind)]
        flow = block.flow[row.start : row.end]
        result.append(
            Requirement(
                start=start,
                end=end,
                text=text[start:end],
                line=block.line_at(row.start),
                outline_path=item.path,
                subject=who[0] if who else find_subject(flow),
                institution=find_institution(flow, item.headings),
                cadence_or_deadline=row.value("time") or find_time(flow),
                role=str(item.role),
                reason="任务表中的一行",
                columns=row.columns,
            )
        )
    return result


def _as_printed(value: str | None, item: Paragraph, text: str) -> str | None:
    """An attribute as the original prints it: found in the folded flow, shown from the text."""
    if value is None:
        return None
    parts: list[str] = []
    for part in value.split("；"):
        place = item.block.flow.find(part)
        parts.append(item.block.printed(text, place, place + len(part)) if place >= 0 else part)
    return "；".join(parts)


def _addressee(frame: Frame) -> str | None:
    """The salutation's words, where it names bodies that can be asked to act."""
    if frame.salutation is None:
        return None
    words = frame.salutation.strip().rstrip(":：!！ ")
    return None if re.search(r"同志|朋友|来宾|女士|先生", words) or len(words) > 60 else words


def _structure_notes(frame: Frame, *, placeholders_count: int, elisions: int, notes: list[Note]) -> None:
    if frame.title is None:
        notes.append(Note("title.missing", "没有找到标题，请补填。"))
    if placeholders_count:
        notes.append(Note("placeholders.open", f"有 {placeholders_count} 处待填（X、× 等代替的名称或数字）。"))
    if elisions:
        notes.append(Note("elisions.present", f"有 {elisions} 处原文省略，所列要求不完整，请以原件为准。"))
