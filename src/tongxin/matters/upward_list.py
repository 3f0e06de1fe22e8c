"""The list of matters that must be requested or reported, read from ``upward.toml``.  Pure; imports no models."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from tongxin.core.errors import BadInput
from tongxin.matters.enums import LedgerTopic, MatterKind

SHIPPED = Path(__file__).with_name("upward.toml")
#: Cadence → what people call it.
CADENCES = {"year": "每年", "event": "逢会", "at_once": "随即", "as_needed": "有则报"}


@dataclass(frozen=True, slots=True)
class Duty:
    """One matter of the list; ``provision`` names the judged provision, where there is one."""

    topic: str
    kind: str
    name: str
    when: str
    cadence: str
    source: str
    provision: str = ""

    @property
    def cadence_name(self) -> str:
        """What the cadence is called."""
        return CADENCES[self.cadence]


def load(path: Path = SHIPPED) -> tuple[Duty, ...]:
    """Return the list of a file.

    Raises BadInput with the number of the entry for unknown keys, kinds, topics or cadences, for a missing value and
    for a topic named twice.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {field.name for field in fields(Duty)}
    found: list[Duty] = []
    for number, entry in enumerate(content.get("item", []), 1):
        if (
            set(entry) - known
            or (known - {"provision"}) - set(entry)
            or not all(isinstance(v, str) for v in entry.values())
        ):
            raise _wrong(number, "项目不全或者有不认识的项目")
        duty = Duty(**entry)
        if duty.kind not in (MatterKind.REQUEST, MatterKind.REPORT) or duty.topic not in LedgerTopic.values:
            raise _wrong(number, "没有这种类型或者事项类别")
        if duty.cadence not in CADENCES or any(each.topic == duty.topic for each in found):
            raise _wrong(number, "没有这种周期，或者事项类别重复")
        found.append(duty)
    return tuple(found)


def _wrong(number: int, message: str) -> BadInput:
    return BadInput("matters.upward_list", f"请示报告事项清单第{number}项：{message}。", hint="请按示例改正。")


@cache
def duties() -> tuple[Duty, ...]:
    """Return the shipped list."""
    return load()
