"""A workflow drawn from its declaration: where each state stands and which way each step leads.  Pure; no models.

States stand in columns by how many steps they lie from the beginning; closed ones stand last.  Measures are
whole units of the drawing; whoever shows it turns them into a picture.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Protocol

from tongxin.matters.workflow import Transition, Workflow

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 132, 40, 84, 46, 14
#: How far above its target a way runs that passes other columns; above the first row there is room for a loop.
RUN = 12


class Naming(Protocol):
    """Whatever tells what states and steps are called."""

    def state(self, workflow: Workflow, code: str) -> str:
        """Return the name of a state."""

    def step(self, workflow: Workflow, code: str) -> str:
        """Return the name of a step."""


@dataclass(frozen=True, slots=True)
class Box:
    """A state: where it stands, what it is called, in one line or two."""

    code: str
    lines: tuple[str, ...]
    x: int
    y: int
    closed: bool
    private: bool
    initial: bool

    @property
    def middle(self) -> int:
        """The middle of the box from left to right."""
        return self.x + WIDTH // 2

    @property
    def text(self) -> list[tuple[int, str]]:
        """Each line of the name with its height on the drawing."""
        first = self.y + HEIGHT // 2 + 5 - 8 * (len(self.lines) - 1)
        return [(first + 16 * at, line) for at, line in enumerate(self.lines)]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A step from one state to another, or one that stays; ``path`` as SVG writes it."""

    code: str
    name: str
    source: str
    target: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A workflow on paper."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def columns(workflow: Workflow) -> dict[str, int]:
    """Return state → column: the fewest steps from the beginning; closed states stand one column after the last."""
    found = {workflow.initial: 0}
    waiting = [workflow.initial]
    while waiting:
        state = waiting.pop(0)
        for step in workflow.leading_from(state):
            target = step.leads_to(state)
            if target not in found:
                found[target] = found[state] + 1
                waiting.append(target)
    last = max(found[code] for code in workflow.open_states) + 1
    return {state.code: last if state.closed else found[state.code] for state in workflow.states}


def diagram(workflow: Workflow, naming: Naming) -> Drawing:
    """Return the drawing of a workflow by the names that ``naming`` gives."""
    by_column: dict[int, list[str]] = defaultdict(list)
    for code, column in columns(workflow).items():
        by_column[column].append(code)
    declared = {state.code: state for state in workflow.states}
    boxes: dict[str, Box] = {}
    for column in sorted(by_column):
        for row, code in enumerate(by_column[column]):
            state = declared[code]
            boxes[code] = Box(
                code,
                _lines(naming.state(workflow, code)),
                MARGIN + column * (WIDTH + GAP_X),
                MARGIN + GAP_Y + row * (HEIGHT + GAP_Y),
                state.closed,
                state.private,
                code == workflow.initial,
            )
    arrows = tuple(
        Arrow(step.code, naming.step(workflow, step.code), source, step.leads_to(source), _path(step, source, boxes))
        for step in workflow.transitions
        for source in step.sources
    )
    return Drawing(
        max(box.x for box in boxes.values()) + WIDTH + MARGIN,
        max(box.y for box in boxes.values()) + HEIGHT + GAP_Y,
        tuple(boxes.values()),
        arrows,
    )


def _lines(name: str) -> tuple[str, ...]:
    if len(name) <= (16 if name.isascii() else 8):  # a letter is half as wide as a character
        return (name,)
    for mark in "，,":
        if mark in name:
            head, _, tail = name.partition(mark)
            return (head, tail.strip())
    half = (len(name) + 1) // 2
    if " " in name:
        middle = min((place for place, each in enumerate(name) if each == " "), key=lambda place: abs(place - half))
        return (name[:middle], name[middle + 1 :])
    return (name[:half], name[half:])


def _path(step: Transition, source: str, boxes: dict[str, Box]) -> str:
    start, end = boxes[source], boxes[step.leads_to(source)]
    if start is end:
        x = start.x + WIDTH - 26
        return f"M{x} {start.y} C{x - 4} {start.y - 22} {x + 22} {start.y - 22} {x + 16} {start.y}"
    if end.x - start.x > WIDTH + GAP_X:
        # Past other columns: down or up between two columns, then along above the row of the target, behind no box.
        x1, y1, x2, y2, y = start.x + WIDTH, start.y + HEIGHT // 2, end.x, end.y + HEIGHT // 2, end.y - RUN
        return (
            f"M{x1} {y1} C{x1 + 36} {y1} {x1 + 8} {y} {x1 + 44} {y} H{x2 - 44} C{x2 - 8} {y} {x2 - 36} {y2} {x2} {y2}"
        )
    if start.x < end.x:
        x1, y1, x2, y2 = start.x + WIDTH, start.y + HEIGHT // 2, end.x, end.y + HEIGHT // 2
        bend = (x2 - x1) // 2
        return f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    if start.x == end.x:
        x = start.x + WIDTH
        y1, y2 = start.y + HEIGHT // 2, end.y + HEIGHT // 2
        return f"M{x} {y1} C{x + 40} {y1} {x + 40} {y2} {x} {y2}"
    y = max(start.y, end.y) + HEIGHT
    return f"M{start.middle} {start.y + HEIGHT} C{start.middle} {y + 34} {end.middle} {y + 34} {end.middle} {end.y + HEIGHT}"
