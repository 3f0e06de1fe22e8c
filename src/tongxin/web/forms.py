"""What the forms of the pages share.  Forms clean, they never save; refusals of operations come back to the field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from tongxin.core.errors import Refusal

T = TypeVar("T")


@dataclass(frozen=True)
class Done(Generic[T]):
    """An operation was carried out; ``value`` is what it returned (None for one that returns nothing)."""

    value: T


def carry_out(
    request: HttpRequest,
    form: forms.Form,
    operation: Callable[..., T],
    *arguments: Any,
    names: Mapping[str, str] | None = None,
    **more: Any,
) -> Done[T] | None:
    """Call ``operation(*arguments, **cleaned values, **more)`` for a form that was sent and is right.

    None where nothing was sent, the form is wrong, or the operation refused; then the refusal stands at the field it
    names (``names`` as in :func:`put_back`) and what was typed is kept.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return Done(operation(*arguments, **form.cleaned_data, **more))
    except Refusal as refusal:
        put_back(form, refusal, names=names)
        return None


def attempt(request: HttpRequest, operation: Callable[..., T], *arguments: Any, **more: Any) -> Done[T] | None:
    """Call an operation that needs no form; a refusal is shown as a message above the next page."""
    try:
        return Done(operation(*arguments, **more))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return None


def status_of(*sent: forms.Form | None) -> int:
    """Return 422 where any of the forms was sent and found wrong, else 200."""
    return 422 if any(form is not None and form.is_bound and form.errors for form in sent) else 200


class DayInput(forms.DateInput):
    """A day as the browser's own date field; without one, typed as 2026-03-01."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day."""

    widget = DayInput
    default_error_messages = {"invalid": _("没有这一天，请按 2026-03-01 的写法填写。")}


class LongSelect(forms.Select):
    """A select of hundreds of rows.

    Django gives each option a template of its own to run, which is most of such a page; here the options are written
    at once.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: Any = None,
        renderer: Any = None,
    ) -> SafeString:
        """Return the select with its options; every text is escaped."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], mark_safe(" selected") if option["selected"] else "", option["label"])
                for _group, options, _index in widget["optgroups"]
                for option in options
            ),
        )
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), options)


def field_label(model: type[Model], name: str) -> str:
    """Return what people call the field ``name`` of ``model``."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let the field ``name`` offer these choices; labels may be lazy."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


#: How a choice reads that was not made.
NOT_CHOSEN = _("（未选）")


def offer_rows(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Let the field ``name`` accept these rows only; its empty choice, where Django wrote dashes, is in words."""
    field = cast("forms.ModelChoiceField[Any]", form.fields[name])
    if field.empty_label == "---------":
        field.empty_label = NOT_CHOSEN
    field.queryset = rows


def put_back(
    form: forms.Form, refusals: Refusal | Iterable[Refusal], *, names: Mapping[str, str] | None = None
) -> None:
    """Show refusals at the fields they name; what names no field of the form stands above it.

    ``names``: name in the operation → name in the form, where the two differ.
    """
    for refusal in [refusals] if isinstance(refusals, Refusal) else refusals:
        name = (names or {}).get(refusal.field or "", refusal.field)
        form.add_error(name if name in form.fields else None, f"{refusal.message}{refusal.hint}")
