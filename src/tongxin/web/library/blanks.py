"""文库: superiors' spreadsheets: taken in once, mapped once, filled each period."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongxin.core import clock
from tongxin.core import listings as listed
from tongxin.core.errors import BadInput, Refusal
from tongxin.core.workbook_filling import Place, cell_of, place_of
from tongxin.documents import blank_operations, blank_queries, draft_queries, rules
from tongxin.documents.models import Blank, BlankFill, BlankSlot
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import DayField, put_back
from tongxin.web.paper import file_response

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BlankForm(forms.Form):
    """An empty sheet with what it is called."""

    file = forms.FileField(
        label=gettext_lazy("空白表"),
        allow_empty_file=True,
        max_length=255,
        help_text=gettext_lazy("上级下发的 .xlsx，原样保存；填报时只改所设的单元格。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
    title = forms.CharField(
        label=gettext_lazy("名称"), max_length=200, required=False, help_text=gettext_lazy("不填则用文件名。")
    )
    issuer = forms.CharField(label=gettext_lazy("下发单位"), max_length=120, required=False)
    declared_unclassified = forms.BooleanField(
        label=gettext_lazy("我确认本文件不含国家秘密和工作秘密，可以在本系统处理"), required=False
    )


class PeriodForm(forms.Form):
    """The days of a fill."""

    since = DayField(label=gettext_lazy("自"))
    as_of = DayField(label=gettext_lazy("截至"))


@requires(*rules.KEEPER_ROLES)
def blanks(request: OfficeRequest) -> HttpResponse:
    """List the sheets with their last fills, beside the form for another one."""
    return _list(request, BlankForm())


def _list(request: OfficeRequest, form: BlankForm, status: int = 200) -> HttpResponse:
    rows = [(row, next(iter(row.fills.all()), None)) for row in blank_queries.blanks(request.office)]
    return render(request, "library/blanks.html", {"rows": rows, "form": form}, status=status)


@requires(*rules.KEEPER_ROLES)
@require_POST
def take_in(request: OfficeRequest) -> HttpResponse:
    """Keep a superior's sheet."""
    form = BlankForm(request.POST, request.FILES)
    if form.is_valid():
        typed = form.cleaned_data
        file = typed.pop("file")
        try:
            kept = blank_operations.take_in(
                request.office, name=file.name, data=file.read(), actor=request.user, **typed
            )
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            return redirect("blank", kept.uid)
    return _list(request, form, status=422)


@requires(*rules.KEEPER_ROLES)
def blank(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a sheet as a grid with what it would hold today; ``cell`` asks for the choice of one."""
    return _blank(request, _found(request, uid))


@requires(*rules.KEEPER_ROLES)
@require_POST
def map_cell(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Map a cell to a figure or to the rows of a list, or leave it as it is."""
    shown = _found(request, uid)
    typed = request.POST
    sheet, cell = typed.get("sheet", ""), typed.get("cell", "")
    try:
        match typed.get("step"):
            case "figure":
                if not typed.get("figure"):
                    raise BadInput("documents.no_figure", _("没有选择数据项。"), hint=_("请从列表中选择一项。"))
                blank_operations.map_figure(
                    shown, sheet=sheet, cell=cell, code=typed.get("figure", ""), actor=request.user
                )
            case "list":
                columns = {key[7:]: str(value) for key, value in typed.items() if key.startswith("column_") and value}
                blank_operations.map_list(
                    shown,
                    sheet=sheet,
                    cell=cell,
                    listing=typed.get("listing", ""),
                    argument=typed.get("argument", ""),
                    columns=columns,
                    actor=request.user,
                )
            case "clear":
                blank_operations.unmap(shown, sheet=sheet, cell=cell, actor=request.user)
            case _:
                raise BadInput("blanks.step", _("没有选择要做什么。"), hint=_("请点选单元格后再设置。"))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect(_address(shown, sheet, cell))
    messages.success(request, _("已设置%(cell)s。") % {"cell": cell})
    return redirect(_address(shown, sheet))


@requires(*rules.KEEPER_ROLES)
@require_POST
def fill(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Fill a sheet for the days typed."""
    shown = _found(request, uid)
    form = PeriodForm(request.POST)
    if form.is_valid():
        try:
            result = blank_operations.fill(shown, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            return redirect("blank_fill", result.uid)
    return _blank(request, shown, period=form, status=422)


@requires(*rules.KEEPER_ROLES)
@require_POST
def retire(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Fill a sheet no more."""
    shown = _found(request, uid)
    blank_operations.retire(shown, actor=request.user)
    messages.success(request, _("已停用“%(title)s”，填过的仍可查看。") % {"title": shown.title})
    return redirect("blanks")


@requires(*rules.KEEPER_ROLES)
def blank_fill(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show each value of a fill with its source and what stood there last time; ``file`` asks for the sheet."""
    try:
        result = blank_queries.fill_by_uid(request.office, uid)
    except BlankFill.DoesNotExist:
        raise Http404 from None
    wanted = request.GET.get("file", "")
    if wanted in ("xlsx", "sources"):
        if wanted == "sources":
            data = blank_operations.with_sources(result)
        else:
            with result.file.file.open("rb") as file:
                data = bytes(file.read())
        blank_operations.note_export(result, sources=wanted == "sources", actor=request.user)
        tail = _("（附数据来源）") if wanted == "sources" else ""
        return file_response(data, f"{result.blank.title}（{result.as_of:%Y-%m-%d}）{tail}.xlsx", _XLSX)
    before = blank_queries.previous_fill(result)
    old = {(one["sheet"], one["cell"]): one["value"] for one in before.entries} if before is not None else {}
    rows = [
        {
            **one,
            "before": old.get((one["sheet"], one["cell"]), ""),
            "address": ""
            if one["code"].startswith("list:")
            else reverse("figure", args=[one["code"]]) + f"?day={result.as_of.isoformat()}",
        }
        for one in result.entries
    ]
    context = {"fill": result, "blank": result.blank, "rows": rows, "before": before}
    return render(request, "library/blank_fill.html", context)


def _found(request: OfficeRequest, uid: uuid.UUID) -> Blank:
    try:
        return blank_queries.blank_by_uid(request.office, uid)
    except Blank.DoesNotExist:
        raise Http404 from None


def _address(shown: Blank, sheet: str, cell: str = "") -> str:
    query = {"sheet": sheet} | ({"cell": cell} if cell else {})
    return reverse("blank", args=[shown.uid]) + "?" + urlencode(query)


def _blank(
    request: OfficeRequest, shown: Blank, *, period: PeriodForm | None = None, status: int = 200
) -> HttpResponse:
    today = clock.today()
    since = dt.date(today.year, 1, 1)
    tables = blank_queries.tables_of(shown)
    table = next((one for one in tables if one.name == request.GET.get("sheet")), tables[0])
    refused: Refusal | None = None
    entries: list[blank_queries.Entry] = []
    try:
        entries = blank_queries.entries_of(shown, since, today, tables=tables)
    except Refusal as refusal:
        refused = refusal
    place: Place | None = None
    try:
        place = blank_queries.top_left(table, place_of(request.GET["cell"])) if request.GET.get("cell") else None
    except Refusal as refusal:
        refused = refused or refusal
    cell = cell_of(place) if place is not None else ""
    context: dict[str, object] = {
        "blank": shown,
        "tables": tables,
        "table": table,
        "letters": blank_queries.letters(table),
        "grid": blank_queries.grid(shown, table, entries, chosen=cell),
        "cut": len(table.rows) > blank_queries.SHOWN_ROWS,
        "cell": cell,
        "refused": refused,
        "period": period or PeriodForm(initial={"since": since, "as_of": today}),
        "fills": list(shown.fills.all()[:12]),
        "mapped": BlankSlot.objects.filter(blank=shown).count(),
        "day": today,
    }
    if place is not None and not shown.retired:
        context |= _choices(request, shown, table, place, today)
    return render(request, "library/blank.html", context, status=status)


def _choices(
    request: OfficeRequest, shown: Blank, table: blank_queries.Table, place: Place, today: dt.date
) -> dict[str, object]:
    """Return what the chosen cell may be filled with: figures with their values, lists with their columns."""
    words = request.GET.get("words", "").strip()
    offered = draft_queries.choices(request.office, today)
    groups = [(group.name, [one for one in group.choices if not words or words in one.label]) for group in offered]
    if not words:
        every = [one for group in offered for one in group.choices]
        likest = blank_queries.proposed_figures(blank_queries.labels_beside(table, place), every)
        groups.insert(0, (_("按表中文字提出"), likest))
    slot = BlankSlot.objects.filter(blank=shown, sheet=table.name, row=place[0], column=place[1]).first()
    lists = []
    for listing in listed.all_listings().values():
        proposed = blank_queries.proposed_columns(table, place, listing)
        mine = slot if slot is not None and slot.is_list and slot.source == listing.code else None
        if mine is not None:
            proposed = {key: cell_of((1, int(column)))[:-1] for column, key in mine.columns.items()}
        lists.append(
            {
                "listing": listing,
                "arguments": listing.arguments(request.office.pk, today),
                "argument": mine.argument if mine is not None else "",
                "columns": [(key, name, proposed.get(key, "")) for key, name in listing.columns.items()],
                "chosen": mine is not None,
            }
        )
    return {
        "groups": [(name, choices) for name, choices in groups if choices],
        "words": words,
        "slot": slot,
        "lists": lists,
    }
