"""References of a draft to the register: ``{{在任委员数}}``, ``{{提案委员会·主任}}``.  Pure; imports no models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tongxin.core.errors import BadInput
from tongxin.core.figures import family_of

_REFERENCE = re.compile(r"\{\{\s*([^{}\n]{1,84}?)\s*\}\}")
_HALF = re.compile(r"\{\{[^{}\n]{0,110}(?=\n|$)|\{\{[^{}\n]{85,}\}\}")


@dataclass(frozen=True, slots=True)
class Reference:
    """``{{label}}`` at its place in the text (code points)."""

    start: int
    end: int
    label: str


def references(text: str) -> list[Reference]:
    """Return the references of ``text`` in order.

    Raises BadInput for one that is not closed in its line, quoting it.
    """
    half = _HALF.search(text)
    if half is not None:
        raise BadInput(
            "live.open",
            f"“{half.group()[:30]}”没有写完整。",
            hint="引用数据写作两个花括号，如“{{在任委员数}}”，中间不超过84字。",
            field="text",
        )
    return [Reference(found.start(), found.end(), found.group(1)) for found in _REFERENCE.finditer(text)]


def resolve(found: list[Reference], codes: Mapping[str, str]) -> list[tuple[Reference, str]]:
    """Return each reference with the code of its figure; ``codes``: label or code → code; the
    code of a family's figure names itself.

    Raises BadInput naming the first label that is none of them.
    """
    result = []
    for reference in found:
        code = codes.get(reference.label)
        if code is None and family_of(reference.label) is not None:
            code = reference.label  # its code: what a list of choices is too short to offer
        if code is None:
            raise BadInput(
                "live.unknown", f"没有名为“{reference.label}”的数据项。", hint="请从右侧列表中选择。", field="text"
            )
        result.append((reference, code))
    return result
