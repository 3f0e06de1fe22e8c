"""What may stand in the ledger of requests and reports.  Pure; imports no models.

Sources: 党政机关公文处理工作条例 (2012) 第十五条: one matter per request, no request inside a report, papers go to
the superior body and not to a person; house decision 35: neutral title, no body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tongxin.core.errors import BadInput, NotPossible
from tongxin.matters.enums import MatterKind

_SEVERAL = re.compile(r"[二两三四五六七八九十\d]+\s*(?:项|个|件)(?:事项|问题|工作|请示)|等事项|若干(?:事项|问题)|；|;")
_ASKS = re.compile(r"请示|请(?:予)?(?:审批|批准|批示|审定|审议)|恳请")
_REPORTS = re.compile(r"的报告$|请示报告$|^报告")
_PERSON = re.compile(r"(?:同志|书记|主席|主任|部长|市长|县长|区长|秘书长|局长|先生|女士)(?:[:：]?)$")
#: A ledger title says what it is about in so many characters; more is body.
TITLE_LIMIT = 60


#: Level of a body by the words of its name, the highest first.
_LEVELS = (
    ("national", 4, re.compile(r"中共中央|党中央|国务院|全国政协|全国人大")),
    ("province", 3, re.compile(r"省委|省政|省人大|自治区党委|自治区政|直辖市委|[^市县区]省[^市县区]")),
    ("city", 2, re.compile(r"市委|市政|市人大|州委|州政|盟委|地委")),
    ("county", 1, re.compile(r"县委|县政|县人大|区委|区政|区人大|旗委|旗政")),
)
_OWN = {"province": 3, "city": 2, "county": 1}
_CPPCC = re.compile(r"政协")


def superiors_skipped(chains: Iterable[Sequence[Sequence[str]]], addressee: str) -> tuple[str, ...] | None:
    """Return the superior bodies that lie below an addressee, the nearest first; None where no chain knows it.

    ``chains``: each the superiors of a body from its direct one upwards, each with the names it bears.  An office of
    the body (…办公室) is that body; 中共 before a name says nothing else.
    """
    name = addressee.strip().removeprefix("中共")
    if not name:
        return None
    for chain in chains:
        for place, names in enumerate(chain):
            if any(_is_body(name, each.removeprefix("中共")) for each in names if each):
                return tuple(names[0] for names in chain[:place])
    return None


def _is_body(name: str, known: str) -> bool:
    return name == known or (len(known) >= 3 and name.removeprefix(known) in ("办公室", "办公厅", "秘书处"))


def skipped_levels(level: str, office_name: str, addressee: str) -> int:
    """Return how many levels an addressee lies above the body to which this office reports; 0: none, or not known.

    ``level``: of the office.  It reports to the Party committee of its own level; a committee of the same kind
    (政协) one level up is its direct superior too.
    """
    own = _OWN.get(level)
    name = addressee.strip()
    found = next((rank for _code, rank, words in _LEVELS if words.search(name)), None)
    if own is None or found is None:
        return 0
    if level == "county" and found == 2 and not re.search(r"[县区旗]", office_name):
        # a city at county level calls its own committee 市委 too
        found = 1
    allowed = own + (1 if _CPPCC.search(name) else 0)
    return max(0, found - allowed)


def check_level(
    level: str,
    office_name: str,
    addressee: str,
    *,
    skipped: str,
    reason: str,
    chains: Iterable[Sequence[Sequence[str]]] = (),
) -> None:
    """Raise BadInput where a level is skipped without reason or without a copy to the body that was skipped.

    ``chains``: the superiors by the tree of organizations and offices (:func:`superiors_skipped`), asked first; an
    addressee that stands in none is judged by the words of its name.

    Source: 党政机关公文处理工作条例 (2012) 第十四条: normally to the direct superior; where that is skipped, it gets a copy.
    """
    over = superiors_skipped(chains, addressee)
    skips = bool(over) if over is not None else skipped_levels(level, office_name, addressee) > 0
    if not skips and not skipped.strip() and not reason.strip():
        return
    bodies = "、".join(over or ())
    if not reason.strip():
        raise BadInput(
            "matters.skip_reason",
            f"主送“{addressee[:30]}”越过了{bodies or '直接上级'}。",
            hint="一般不越级；确需越级的，请写明原因。",
            field="skip_reason",
        )
    if not skipped.strip():
        raise BadInput(
            "matters.skip_copy",
            "越级请示报告须抄送被越过的机关。",
            hint=f"请填写抄送的机关{f'：{bodies}' if bodies else ''}。",
            field="skipped",
        )


def check_title(kind: str, title: str, reason: str = "") -> None:
    """Raise BadInput or NotPossible where a title breaks the rules of its ledger; other kinds pass.

    ``reason``: why the title stands all the same (a name that looks like several matters); its length is still held.
    """
    if kind == MatterKind.REQUEST and not reason.strip():
        if _SEVERAL.search(title):
            raise NotPossible(
                "matters.one_matter",
                f"请示“{title[:40]}”包含多个事项。",
                hint="一文一事：请拆分后逐项登记；确是一个事项的，请写明标题保留原因。",
                field="title",
            )
        if _REPORTS.search(title):
            raise NotPossible(
                "matters.kind_of_title",
                "请示的标题写成了报告。",
                hint="需要答复的登记为请示，其他登记为报告；标题无误的，请写明标题保留原因。",
                field="title",
            )
    if kind == MatterKind.REPORT and _ASKS.search(title) and not reason.strip():
        raise NotPossible(
            "matters.request_in_report",
            f"报告“{title[:40]}”夹带请示事项。",
            hint="报告中不得夹带请示：请把请示事项单独登记为请示；并非请示的，请写明标题保留原因。",
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
