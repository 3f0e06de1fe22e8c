"""Filters and tags of the pages: days, spans of days, addresses that keep the other parameters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.template import Context
from django.template.defaultfilters import date as date_filter
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongxin.core import vocabulary
from tongxin.documents.export import Part, Text, parts
from tongxin.web.navigation import access_of

register = template.Library()


#: How days and moments are written: for whoever reads Chinese, and for others.
_FORMS = {
    "day": ("Y年n月j日", "j F Y"),
    "short_day": ("n月j日", "j M"),
    "month": ("Y年n月", "F Y"),
    "moment": ("Y年n月j日 H:i", "j F Y, H:i"),
    "short_moment": ("n月j日 H:i", "j M, H:i"),
}


def _written(value: dt.date | None, form: str) -> str:
    chinese, other = _FORMS[form]
    return str(date_filter(value, chinese if (get_language() or "").startswith("zh") else other)) if value else ""


@register.filter(expects_localtime=True)
def day(value: dt.date | None) -> str:
    """Return a day as 2026年3月1日, in English as 1 March 2026; an absent one as nothing."""
    return _written(value, "day")


@register.filter(expects_localtime=True)
def short_day(value: dt.date | None) -> str:
    """Return a day without its year, as 3月1日, in English as 1 Mar; an absent one as nothing."""
    return _written(value, "short_day")


@register.filter(expects_localtime=True)
def month(value: dt.date | None) -> str:
    """Return the month of a day, as 2026年3月, in English as March 2026; an absent one as nothing."""
    return _written(value, "month")


@register.filter(expects_localtime=True)
def moment(value: dt.datetime | None) -> str:
    """Return a moment as 2026年3月1日 09:30 of the time zone in force; an absent one as nothing."""
    return _written(value, "moment")


@register.filter(expects_localtime=True)
def short_moment(value: dt.datetime | None) -> str:
    """Return a moment without its year, as 3月1日 09:30 of the time zone in force; an absent one as nothing."""
    return _written(value, "short_moment")


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
def this_year(text: str, value: dt.date) -> str:
    """Return the name of a round without its year where that is the year of ``value``: 2026年11月 → 11月."""
    rest = text.removeprefix(f"{value.year}年")
    return rest or text


@register.filter
def said(word: str) -> str:
    """Return a declared word in the reader's language."""
    return vocabulary.said(word)


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """Return ``mapping[key]``, or nothing."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def as_parts(text: Text) -> tuple[Part, ...]:
    """Return a text of an official document as its parts."""
    return parts(text)


@register.simple_tag(takes_context=True)
def with_parameters(context: Context, **changed: Any) -> str:
    """Return the address of this page with some query parameters changed; None or "" removes one."""
    return _with(context, changed)


@register.simple_tag(takes_context=True)
def with_parameter(context: Context, name: str, value: Any) -> str:
    """Return the address of this page with the query parameter ``name`` changed, for a name that is worked out."""
    return _with(context, {name: value})


def _with(context: Context, changed: dict[str, Any]) -> str:
    query = context["request"].GET.copy()
    for name, value in changed.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def with_added(context: Context, **added: Any) -> str:
    """Return the address of this page with further values of query parameters, beside those they have."""
    query = context["request"].GET.copy()
    for name, value in added.items():
        if str(value) not in query.getlist(name):
            query.appendlist(name, str(value))
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def without_value(context: Context, **taken: Any) -> str:
    """Return the address of this page without one value of a query parameter; its other values stay."""
    query = context["request"].GET.copy()
    for name, value in taken.items():
        query.setlist(name, [each for each in query.getlist(name) if each != str(value)])
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def way_to(context: Context, name: str, words: str) -> str:
    """Return ``words`` as a link to the page ``name`` where this user's roles open it, else the bare words."""
    if may_open(context, name):
        return format_html('<a href="{}">{}</a>', reverse(name), words)
    return conditional_escape(words)


@register.simple_tag(takes_context=True)
def may_open(context: Context, name: str) -> bool:
    """Tell whether this user's roles open the page ``name``, as its view declares; nothing about its rows."""
    # Pages may call something of their own "standing"; the request's is meant.
    access, standing = access_of(name), getattr(context.get("request"), "standing", None)
    if access is None or standing is None:
        return False
    return not access.roles or standing.has(*access.roles)
