"""设计规范: what pages are put together from, shown with the very templates and style sheets that they use."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongxin.core import clock
from tongxin.provisions.enums import FindingState
from tongxin.registry.statistics import Line, Table
from tongxin.web.access import OfficeRequest, signed_in
from tongxin.web.design import colours
from tongxin.web.drawing import shown
from tongxin.web.forms import DayField


class SampleForm(forms.Form):
    """One field of each kind; a sent one is wrong in two places, so that both ways of saying so are seen."""

    title = forms.CharField(label=gettext_lazy("标题"), help_text=gettext_lazy("一句话，不超过六十字。"), max_length=60)
    day = DayField(label=gettext_lazy("日期"))
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"),
        choices=[("", gettext_lazy("（未选）")), ("a", gettext_lazy("会议"))],
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}), empty_value=""
    )
    way = forms.ChoiceField(
        label=gettext_lazy("方式"),
        choices=[("on_site", gettext_lazy("现场")), ("online", gettext_lazy("线上"))],
        widget=forms.RadioSelect,
        required=False,
    )
    public = forms.BooleanField(label=gettext_lazy("可以公开"), required=False)
    paper = forms.FileField(label=gettext_lazy("附件"), required=False)


@signed_in
@require_safe
def design(request: OfficeRequest) -> HttpResponse:
    """Show type, colours with their contrast, and every component in each of its states."""
    context = {
        "sizes": colours.sizes(),
        "pairs": list(colours.measured()),
        "states": [(state.value, state.label) for state in FindingState],
        "form": SampleForm(auto_id="blank_%s"),
        "wrong": SampleForm({"title": "", "day": clock.today().isoformat(), "kind": "z"}, auto_id="wrong_%s"),
        "page": Paginator(range(95), 20).get_page(2),
        "few": shown(_table(_("构成"), (_("甲"), 120), (_("乙"), 60), (_("丙"), None))),
        "many": shown(_table(_("分布"), *((str(number), number * 3) for number in range(1, 9)))),
    }
    return render(request, "design/design.html", context)


def _table(title: str, *lines: tuple[str, int | None]) -> Table:
    return Table(
        code="sample",
        title=title,
        day=clock.today(),
        denominator=200,
        heads=(_("项目"), _("人数")),
        lines=tuple(Line(label, (count,)) for label, count in lines),
        withheld=False,
        several=False,
        notes=(),
    )
