"""``tongxin office NAME …``: found an office; prints the link by which its first administrator comes in."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.provisions import catalogue
from tongxin.provisions.operations import adopt
from tongxin.registry.enums import OfficeLevel
from tongxin.registry.models import Office
from tongxin.registry.office_operations import found_office


class Command(BaseCommand):
    """See the module docstring."""

    help = "设立一个机关（政协委员会及其办公室），并为第一位管理员生成邀请链接。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read what an office cannot begin without."""
        parser.add_argument("name", help="全称，如 政协青澜市委员会")
        parser.add_argument("--short", required=True, metavar="简称", help="如 青澜市政协")
        parser.add_argument("--area", required=True, metavar="代码", help="六位行政区划代码（GB/T 2260）")
        parser.add_argument(
            "--level", required=True, choices=OfficeLevel.values, help="province 省，city 市，county 县区"
        )
        parser.add_argument("--parent", metavar="代码", help="上级政协的行政区划代码（已在本系统时）")
        parser.add_argument("--document-code", default="", metavar="代字", help="发文机关代字，如 青政协")
        parser.add_argument("--term", type=int, required=True, metavar="届次", help="本届届次，如 6")
        parser.add_argument("--term-starts", type=_day, required=True, metavar="日期", help="本届首日，如 2022-01-10")
        parser.add_argument("--term-ends", type=_day, required=True, metavar="日期", help="届满次日，如 2027-01-10")
        parser.add_argument("--start-day", type=_day, metavar="日期", help="启用日期，此前不作判断；默认今天")
        parser.add_argument("--username", required=True, metavar="用户名", help="第一位管理员的用户名")
        parser.add_argument("--person-name", required=True, metavar="姓名", help="第一位管理员的姓名")
        parser.add_argument(
            "--without-provisions", action="store_true", help="不预先采用中央和全国性的制度要求，由本机关自行采用"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        start_day = options["start_day"] or clock.today()
        try:
            with transaction.atomic():
                office, issued = found_office(
                    options["name"],
                    short_name=options["short"],
                    level=options["level"],
                    area_code=options["area"],
                    parent=self._parent(options["parent"]),
                    document_code=options["document_code"],
                    start_day=start_day,
                    term=(options["term"], options["term_starts"], options["term_ends"]),
                    administrator=(options["username"], options["person_name"]),
                )
                adopted = 0 if options["without_provisions"] else self._adopt(office, start_day)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"已设立 {office.name}，自 {start_day} 起启用；采用制度要求 {adopted} 项，可在“落实情况”中调整。"
        )
        self.stdout.write("请把下面的链接交给管理员本人（7 天内有效，只能用一次，只显示这一次）：")
        self.stdout.write(f"  {reverse('invitation', args=[issued.token])}")
        self.stdout.write(
            "前面加上系统的地址，例如 http://127.0.0.1:8000 。接下来：导入名册，邀请各科室的人，上传第一份文件。"
        )

    @staticmethod
    def _parent(area: str | None) -> Office | None:
        if not area:
            return None
        parent = Office.objects.filter(area_code=area).first()
        if parent is None:
            raise CommandError(f"没有代码为 {area} 的上级机关。请先设立上级，或去掉 --parent。")
        return parent

    @staticmethod
    def _adopt(office: Office, start_day: dt.date) -> int:
        chosen = [entry for entry in catalogue.provisions() if entry.enabled and entry.judged]
        for entry in chosen:
            adopt(office, entry.id, valid_from=start_day, actor=None, basis=entry.source.text)
        return len(chosen)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是存在的日期，请按 2026-06-30 的格式填写") from None
