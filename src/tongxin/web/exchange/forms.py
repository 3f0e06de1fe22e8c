"""Forms for issuing a set and for handing in a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.registry.models import Office
from tongxin.web.forms import DayField, offer, offer_rows


class _OutgoingForm(forms.Form):
    """Title, day, and counties of this installation that receive what goes out at once."""

    title = forms.CharField(label=_("标题"), max_length=120)
    day = DayField(label=_("印发日期"))
    counties = forms.ModelMultipleChoiceField(
        label=_("直接送达"),
        queryset=Office.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("同一系统内的下级机关；其他机关请用文件。"),
    )
    #: The field that chooses what goes out.
    chosen = ""

    def __init__(self, lines: list[tuple[str, str]], counties: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, self.chosen, lines)
        offer_rows(self, "counties", counties)


class IssueForm(_OutgoingForm):
    """The adopted provisions that go out."""

    provisions = forms.MultipleChoiceField(label=_("列入哪些要求"), widget=forms.CheckboxSelectMultiple)
    chosen = "provisions"


class IssueTasksForm(_OutgoingForm):
    """The lines of a table that go out."""

    requirements = forms.MultipleChoiceField(
        label=_("列入哪些任务"), error_messages={"required": _("还没有选中要印发的任务，请至少选中一条。")}
    )
    chosen = "requirements"


class FileForm(forms.Form):
    """A file of this system."""

    file = forms.FileField(label=_("文件"))


class DecideForm(forms.Form):
    """Adopt one requirement from a day on, take on one task (``unit``, by ``valid_from``), or answer with a reason."""

    provision = forms.CharField(max_length=60)
    decision = forms.CharField(max_length=16)
    reason = forms.CharField(max_length=300, required=False)
    unit = forms.CharField(max_length=200, required=False)
    valid_from = DayField(label=_("自何日起"), required=False)
