"""Forms of the library; nothing is saved here."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.documents.enums import DocumentKind, SourceStatus
from tongxin.web.forms import DayField


class UploadForm(forms.Form):
    """A file for the library, with the declaration that it holds nothing secret."""

    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=True,
        max_length=255,
        help_text=_("txt、docx 或 html。原件原样保存，不作改动。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.docx,.html,.htm"}),
    )
    source_status = forms.ChoiceField(
        label=_("来源"),
        choices=[
            (SourceStatus.REFERENCE, _("网络参考")),
            (SourceStatus.DRAFT, _("内部稿")),
            (SourceStatus.ISSUED, _("正式印发")),
        ],
        help_text=_("网络参考和内部稿可以阅读和试用；采纳其中要求前，须对照正式印发的原件核对来源。"),
    )
    kind = forms.ChoiceField(
        label=_("文件类型"), choices=[("", _("按标题判断")), *DocumentKind.choices], required=False
    )
    declared_unclassified = forms.BooleanField(
        label=_("我确认本文件不含国家秘密和工作秘密，可以在本系统处理"), required=False
    )


class SourceForm(forms.Form):
    """What the issued original says of itself."""

    issuer = forms.CharField(label=_("发文机关"), max_length=120)
    number = forms.CharField(label=_("发文字号"), max_length=60, help_text=_("如“×政协党组〔2026〕1号”。"))
    day = DayField(label=_("成文日期"))


class FigureForm(forms.Form):
    """What is put beside an open place: a figure of the register, or the office's own count with its reason."""

    figure = forms.CharField(max_length=80)
    override = forms.CharField(max_length=80, required=False)
    override_reason = forms.CharField(max_length=200, required=False)
