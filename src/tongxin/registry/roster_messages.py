"""What an import says about a roster: each message names file, sheet, row and column.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: The row cannot be taken as it stands.
ERROR = "error"
#: Somebody must decide.
DOUBT = "doubt"
#: Told for information.
NOTE = "note"

LEVEL_NAMES = {ERROR: "有误", DOUBT: "待定", NOTE: "说明"}


@dataclass(frozen=True, slots=True)
class Message:
    """One remark.  ``row`` counts from 1 as the sheet shows it; ``column`` is its letters; None: the whole."""

    level: str
    sheet: str
    row: int | None
    column: str | None
    text: str
    file: str = ""

    def place(self) -> str:
        """Return file, sheet, row and column in words."""
        sheet = f"【{self.sheet}】" if self.sheet else ""
        gap = " " if self.file and not sheet and (self.row is not None or self.column) else ""
        row = f"第{self.row}行" if self.row is not None else ""
        column = f"{self.column}列" if self.column else ""
        return f"{self.file}{sheet}{gap}{row}{column}"

    def __str__(self) -> str:
        place = self.place()
        return f"{place}：{self.text}" if place else self.text

    def as_json(self) -> dict[str, Any]:
        """Return the message as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Message:
        """Return a message from plain data."""
        return cls(**data)
