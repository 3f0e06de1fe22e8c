"""Papers for the tests of the writers: one of each form, all invented."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tongxin.documents.export import (
    Attachment,
    Column,
    Form,
    Heading,
    Names,
    Paper,
    Paragraph,
    PrintingRecord,
    Signature,
    Table,
)

SENTENCE = "各专门委员会要把学习作为首要任务，每月至少组织一次集体学习，年底前报送学习情况。"

GENERAL = Paper(
    Form.GENERAL,
    "政协澄江市委员会办公室关于做好2026年学习工作的通知",
    (
        Paragraph("为贯彻落实全市政协工作座谈会精神，现就有关事项通知如下。"),
        Heading(1, "加强理论学习"),
        Heading(2, "坚持“第一议题”制度"),
        Paragraph(SENTENCE),
        Heading(3, "每月学习。", rest=SENTENCE),
        Heading(3, "每季交流。", rest=SENTENCE),
        Heading(2, "改进方式"),
        Heading(1, "压实责任"),
        Paragraph(SENTENCE),
    ),
    issuer="政协澄江市委员会办公室",
    number="澄政协办〔2026〕3号",
    salutation="各县（市、区）政协，市政协各专门委员会",
    attachments=(
        Attachment("《学习计划》", (Heading(1, "目标"), Paragraph(SENTENCE))),
        Attachment(
            "任务分解表",
            (Table((Column("序号", 1, True), Column("任务", 6), Column("时限", 2, True)), (("1", SENTENCE, "每月"),)),),
        ),
    ),
    signature=Signature("政协澄江市委员会办公室", dt.date(2026, 3, 2)),
    note="此件公开发布",
    record=PrintingRecord(("中共澄江市委办公室", "市政府办公室"), "政协澄江市委员会办公室", dt.date(2026, 3, 12)),
)
LETTER = replace(GENERAL, form=Form.LETTER, number="澄政协办函〔2026〕3号", attachments=())
MINUTES = replace(
    GENERAL,
    form=Form.MINUTES,
    issuer="澄江市政协主席会议",
    number="第3期",
    salutation="",
    note="",
    attachments=(),
    blocks=(Paragraph(SENTENCE), Names("出席", ("甲某某", "乙某某")), Names("列席", ("丙某某",))),
)
INTERNAL = replace(
    GENERAL,
    form=Form.INTERNAL,
    title="在全市政协工作座谈会上的讲话",
    subtitle=("丁某某", "（2026年3月2日）"),
    salutation="同志们",
    attachments=(),
    signature=None,
    note="",
    record=None,
)
ALL = {"general": GENERAL, "letter": LETTER, "minutes": MINUTES, "internal": INTERNAL}
