"""Filters and tags of the pages: days, spans of days, addresses that keep the other parameters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def day(value: dt.date | None) -> str:
    """Return a day as 2026年3月1日; an absent one as nothing."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


@register.filter
def last_day(value: dt.date | None) -> str:
    """Return the last day in force of a half-open end, as people write it; an open end as nothing."""
    return day(value - dt.timedelta(days=1)) if value else ""


@register.filter
def span(row: Any) -> str:
    """Return the days of a dated row: 自…起, …至…, 至…止 or 起始日期不详."""
    begun, ended = row.valid_from, row.valid_until
    if begun and ended:
        return _("%(begun)s至%(ended)s") % {"begun": day(begun), "ended": last_day(ended)}
    if begun:
        return _("自%(begun)s") % {"begun": day(begun)}
    if ended:
        return _("至%(ended)s") % {"ended": last_day(ended)}
    return _("起始日期不详")


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """Return ``mapping[key]``, or nothing."""
    return mapping.get(key, "") if mapping else ""


@register.simple_tag(takes_context=True)
def with_parameters(context: Context, **changed: Any) -> str:
    """Return the address of this page with some query parameters changed; None or "" removes one."""
    query = context["request"].GET.copy()
    for name, value in changed.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"
