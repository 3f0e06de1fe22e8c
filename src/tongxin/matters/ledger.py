"""What may stand in the ledger of requests and reports.  Pure; imports no models.

Sources: 党政机关公文处理工作条例 (2012) 第十五条: one matter per request, no request inside a report, papers go to
the superior body and not to a person; house decision 35: neutral title, no body.
"""

from __future__ import annotations

import re

from tongxin.core.errors import BadInput, NotPossible
from tongxin.matters.enums import MatterKind

_SEVERAL = re.compile(r"[二两三四五六七八九十\d]+\s*(?:项|个|件)(?:事项|问题|工作|请示)|等事项|若干(?:事项|问题)|；|;")
_ASKS = re.compile(r"请示|请(?:予)?(?:审批|批准|批示|审定|审议)|恳请")
_REPORTS = re.compile(r"的报告$|请示报告$|^报告")
_PERSON = re.compile(r"(?:同志|书记|主席|主任|部长|市长|县长|区长|秘书长|局长|先生|女士)(?:[:：]?)$")
#: A ledger title says what it is about in so many characters; more is body.
TITLE_LIMIT = 60


def check_title(kind: str, title: str) -> None:
    """Raise BadInput or NotPossible where a title breaks the rules of its ledger; other kinds pass."""
    if kind == MatterKind.REQUEST:
        if _SEVERAL.search(title):
            raise NotPossible(
                "matters.one_matter",
                f"请示“{title[:40]}”包含多个事项。",
                hint="一文一事：请拆分后逐项登记。",
                field="title",
            )
        if _REPORTS.search(title):
            raise NotPossible(
                "matters.kind_of_title",
                "请示的标题写成了报告。",
                hint="需要答复的登记为请示，其他登记为报告。",
                field="title",
            )
    if kind == MatterKind.REPORT and _ASKS.search(title):
        raise NotPossible(
            "matters.request_in_report",
            f"报告“{title[:40]}”夹带请示事项。",
            hint="报告中不得夹带请示：请把请示事项单独登记为请示。",
            field="title",
        )
    if kind in (MatterKind.REQUEST, MatterKind.REPORT) and len(title) > TITLE_LIMIT:
        raise BadInput(
            "matters.title_long",
            f"标题有{len(title)}字，超过{TITLE_LIMIT}字。",
            hint="台账只记中性标题，不记内容。",
            field="title",
        )


def check_addressee(addressee: str) -> None:
    """Raise NotPossible where a request or report is addressed to a person."""
    if _PERSON.search(addressee.strip()):
        raise NotPossible(
            "matters.to_body_not_person",
            f"主送“{addressee[:30]}”是领导个人。",
            hint="除领导直接交办的事项外，请主送上级机关。",
            field="addressee",
        )
