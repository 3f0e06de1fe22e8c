"""The words of an area that an office does not use every day, explained at the foot of its pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Word:
    """A word as the pages use it, and one sentence of what it means here."""

    name: Promise
    meaning: Promise


_STATES = (
    Word(_("已落实"), _("登记的内容已达到要求。")),
    Word(_("期内待办"), _("期限未到，登记的内容还不够。")),
    Word(_("暂无记录"), _("期限已过而没有登记；只表示尚未登记，不等于未开展。")),
    Word(_("已说明"), _("有人写明了理由；理由和说明人都看得到。")),
    Word(_("确认未开展"), _("由人确认，软件自己从不这样判断。")),
    Word(_("不适用"), _("这一项不约束该单位，或当时还不约束。")),
)
#: Beginning of an address → its words; the longest that fits counts.
WORDS: dict[str, tuple[Word, ...]] = {
    "/board/": _STATES,
    "/roster/": (
        Word(_("任职"), _("某人在某组织的一段时间，有起止日期；更正和变动分开登记。")),
        Word(_("待安排"), _("按当日名册，还没有专委会、党组织或联系人的人。")),
    ),
    "/statistics/": (Word(_("小数不显示"), _("不足5人的数和能由此推算出的数不给出，以免认出是谁。")),),
    "/contacts/": (Word(_("联系安排"), _("谁联系谁，自何日起；随时可以更换。")),),
    "/activities/": (
        Word(_("应到"), _("按当日任职得出，不由登记的人挑选。")),
        Word(_("计入"), _("这次活动落实哪几项要求；一次登记，各项同时计入。")),
        Word(_("补录"), _("活动之后另日登记的；照常计入，只标明何时登记。")),
    ),
    "/matters/": (
        Word(_("会办"), _("几个单位一起办理，各自提出意见，一个不代替另一个。")),
        Word(_("办理告知"), _("事项临近期限、到期或有变动时给承办人的话。")),
    ),
    "/library/": (
        Word(_("要求"), _("文件中写明谁应当做什么的一句话；由人逐条采纳，软件只建议。")),
        Word(_("待填"), _("文件中的 XXX 等空处；旁边是当日名册的数和出处。")),
    ),
    "/figures/": (Word(_("数据项"), _("有名称、算法和截至日期的一个数；公文里引用它，变动时会提示。")),),
    "/mine/": (Word(_("异议"), _("您认为一条登记不对时提出；对方必须答复，原登记旁一直可见。")),),
}


def words_of(path: str) -> tuple[Word, ...]:
    """Return the words of the page at ``path``, in the order in which they are explained."""
    if path == "/":
        return _STATES
    return next((words for start, words in WORDS.items() if path.startswith(start)), ())
