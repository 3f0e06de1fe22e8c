"""``tongxin publish``: write down what the offices named in ``TONGXIN_OPARL`` publish; run it daily."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tongxin.api.oparl_operations import publish
from tongxin.registry.models import Office


class Command(BaseCommand):
    """See the module docstring."""

    help = "公布 TONGXIN_OPARL 所列机关的公开数据(OParl 1.1):新增、变动和撤下的各有几条。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish for each office named; an office that is not there is named, and nothing is published then."""
        wanted = list(settings.OPARL_OFFICES)
        if not wanted:
            raise CommandError("没有机关开通公开数据。请在设置 TONGXIN_OPARL 中列出行政区划代码。", returncode=2)
        offices = {office.area_code: office for office in Office.objects.filter(area_code__in=wanted)}
        missing = [code for code in wanted if code not in offices]
        if missing:
            raise CommandError(f"没有代码为 {'、'.join(missing)} 的机关。", returncode=2)
        for code in wanted:
            done = publish(offices[code])
            self.stdout.write(
                f"{offices[code].short_name}:新增 {done.added} 条,变动 {done.changed} 条,撤下 {done.withdrawn} 条"
            )
