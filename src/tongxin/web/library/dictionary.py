"""文库: the dictionary of names, fixed expressions and posts that the office approved."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.core.spreadsheets import write_workbook
from tongxin.documents import dictionary_operations, dictionary_queries, rules
from tongxin.documents.dictionary import Entry, wordings
from tongxin.documents.enums import ExpressionKind
from tongxin.documents.models import Expression
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back
from tongxin.web.paper import file_response

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExpressionForm(forms.Form):
    """One expression as typed."""

    kind = forms.ChoiceField(label=gettext_lazy("种类"), choices=ExpressionKind.choices)
    right = forms.CharField(label=gettext_lazy("规范写法"), max_length=60)
    wrong = forms.CharField(
        label=gettext_lazy("误写"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("常见的误写，用分号隔开；校对时据此提示。"),
    )
    source = forms.CharField(
        label=gettext_lazy("出处"), max_length=200, help_text=gettext_lazy("依据的文件、通知或名单。")
    )


class ListForm(forms.Form):
    """A list of expressions."""

    file = forms.FileField(
        label=gettext_lazy("名单文件"),
        allow_empty_file=True,
        help_text=gettext_lazy("txt 或 xlsx，每行一条：规范写法、误写、出处；首行可写列名，另可有“种类”一列。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.csv,.xlsx,.xls,.docx"}),
    )


@requires(*rules.READER_ROLES)
def dictionary(request: OfficeRequest) -> HttpResponse:
    """Show the dictionary in force, what the seed list offers, and the forms; ``file=xlsx`` asks for a copy."""
    if request.GET.get("file") == "xlsx":
        data = write_workbook([dictionary_queries.sheet(request.office, clock.today())], created=clock.now())
        return file_response(data, _("用语词典") + ".xlsx", _XLSX)
    return _page(request)


@requires(*rules.DECIDER_ROLES)
@require_POST
def add_expression(request: OfficeRequest) -> HttpResponse:
    """Approve one expression."""
    form = ExpressionForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        entry = Entry(typed["kind"], typed["right"], wordings(typed["wrong"]), typed["source"])
        try:
            new = dictionary_operations.approve(request.office, [entry], actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            if new:
                messages.success(request, _("已认可“%(right)s”。") % {"right": entry.right})
            else:
                messages.warning(
                    request,
                    _("词典中已有“%(right)s”，没有改动；如需改写，请先停用再添加。") % {"right": entry.right},
                )
            return redirect("dictionary")
    return _page(request, form=form, status=422)


@requires(*rules.DECIDER_ROLES)
@require_POST
def approve_seed(request: OfficeRequest) -> HttpResponse:
    """Approve the ticked entries of the seed list."""
    try:
        new = dictionary_operations.approve_seed(request.office, request.POST.getlist("right"), actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, ngettext("已认可%(count)s条。", "已认可%(count)s条。", new) % {"count": new})
    return redirect("dictionary")


@requires(*rules.DECIDER_ROLES)
@require_POST
def import_expressions(request: OfficeRequest) -> HttpResponse:
    """Approve the entries of a list."""
    form = ListForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            new = dictionary_operations.import_list(request.office, file.name, file.read(), actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(
                request,
                ngettext(
                    "新认可%(count)s条，已有的没有改动。", "新认可%(count)s条，已有的没有改动。", new
                ) % {"count": new},
            )  # fmt: skip
            return redirect("dictionary")
    return _page(request, list_form=form, status=422)


@requires(*rules.DECIDER_ROLES)
@require_POST
def end_expression(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """End one expression."""
    try:
        expression = dictionary_queries.expression_by_uid(request.office, uid)
    except Expression.DoesNotExist:
        # Approved and ended on one day: a second click finds nothing, and nothing is left to do.
        raise Http404 from None
    dictionary_operations.end_expression(expression, actor=request.user)
    messages.success(request, _("已停用“%(right)s”，今后不再据此提示。") % {"right": expression.right})
    return redirect("dictionary")


def _page(
    request: OfficeRequest,
    *,
    form: ExpressionForm | None = None,
    list_form: ListForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    may_decide = rules.may_decide(request.standing)
    context = {
        "rows": dictionary_queries.expressions(request.office, today),
        "ended": [row for row in dictionary_queries.expressions(request.office) if row.valid_until is not None],
        "offered": dictionary_queries.offered(request.office, today) if may_decide else [],
        "kinds": dict(ExpressionKind.choices),
        "form": form or ExpressionForm(),
        "list_form": list_form or ListForm(auto_id="list_%s"),
        "may_decide": may_decide,
    }
    return render(request, "library/dictionary.html", context, status=status)
