"""The rows of the plain form, put together here: a template takes many times as long for a hundred of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tongxin.activities.register_queries import RegisterLine


def form_rows(lines: Iterable[RegisterLine], alike: Collection[str]) -> SafeString:
    """Return one table row a line, with what may be ticked; ``alike``: names that need their employer beside them."""
    words = {
        "present": _("实到"), "absent": _("缺席"), "unknown": _("待核"), "late": _("迟到"), "left": _("早退"),
        "leave": _("请假"),
    }  # fmt: skip
    row = (
        '<tr><th scope="row">{{name}}{{employer}}</th>'
        '<td class="tick"><input type="hidden" name="was_{{key}}" value="{{state}}">'
        '<input type="radio" name="mark_{{key}}" value="present" aria-label="{{name}} {present}"{{present}}></td>'
        '<td class="tick"><input type="radio" name="mark_{{key}}" value="absent" aria-label="{{name}} {absent}"{{absent}}></td>'
        '<td class="tick"><input type="radio" name="mark_{{key}}" value="unknown" aria-label="{{name}} {unknown}"{{unknown}}></td>'
        '<td class="tick"><input type="checkbox" name="late_{{key}}" aria-label="{{name}} {late}"{{late}}></td>'
        '<td class="tick"><input type="checkbox" name="left_{{key}}" aria-label="{{name}} {left}"{{left}}></td>'
        '<td class="fine">{{note}}</td></tr>\n'
    )
    template = row.format(**{code: escape(word) for code, word in words.items()})
    return SafeString("".join(template.format_map(_cells(line, alike, words["leave"])) for line in lines))


def _cells(line: RegisterLine, alike: Collection[str], leave: str) -> dict[str, str]:
    """Return what stands in one row, every word of it escaped: nothing else may go into the template."""
    presence = line.presence
    note = f"{line.capacity} {leave if line.reply == 'leave' else ''}".strip()
    return {
        "name": escape(line.name),
        "employer": f' <span class="fine">{escape(line.employer)}</span>'
        if line.name in alike and line.employer
        else "",
        "key": line.uid.hex,
        "state": escape(line.state),
        "present": " checked" if presence == "present" else "",
        "absent": " checked" if presence == "absent" else "",
        "unknown": " checked" if presence == "unknown" else "",
        "late": " checked" if line.late else "",
        "left": " checked" if line.left_early else "",
        "note": escape(note),
    }
