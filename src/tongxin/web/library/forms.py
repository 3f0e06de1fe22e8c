"""Forms of the library; nothing is saved here."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongxin.core.errors import BadInput
from tongxin.documents.enums import DocumentKind, SourceStatus
from tongxin.documents.export import Form, Paper, PrintingRecord, Signature
from tongxin.documents.models import Document
from tongxin.documents.reading.limits import check_bytes
from tongxin.web.forms import DayField

#: Most files of one upload: reading them holds the request.
MOST_FILES = 20
#: Longest pasted text, in characters: some hundred pages.
LONGEST_PASTE = 300_000


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files of one field, each checked as one; an empty list where none was chosen."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        return [single(item, initial) for item in data or []]


class UploadForm(forms.Form):
    """Files or a pasted text for the library, with the declaration that they hold nothing secret."""

    file = _FilesField(
        label=_("文件"),
        allow_empty_file=True,
        max_length=255,
        required=False,
        help_text=_("可选多个：txt、docx、doc、wps、带文字的 pdf、保存的网页、xlsx 任务表。原件原样保存，不作改动。"),
        widget=_FilesInput(attrs={"accept": ".txt,.docx,.docm,.doc,.wps,.rtf,.pdf,.html,.htm,.mht,.mhtml,.xlsx,.xls"}),
    )
    pasted = forms.CharField(
        label=_("或粘贴文字"),
        required=False,
        strip=False,
        max_length=LONGEST_PASTE,
        help_text=_("从网页上整页复制也可以，菜单等附带内容会分出来。"),
        widget=forms.Textarea(attrs={"rows": 4}),
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
        label=_("我确认本文件不含国家秘密和工作秘密，可以在本系统处理"),
        required=False,
        # The browser stops first: an answer from here would cost the files already chosen.
        widget=forms.CheckboxInput(attrs={"required": True}),
    )

    def clean(self) -> dict[str, Any]:
        """One thing is given: files, or a text."""
        values: dict[str, Any] = super().clean() or {}
        files, text = values.get("file") or [], (values.get("pasted") or "").strip()
        if not files and not text and not self.errors:
            self.add_error("file", _("请选择文件，或粘贴文字。"))
        if files and text:
            self.add_error("pasted", _("文件和粘贴的文字请分两次放入。"))
        if len(files) > MOST_FILES:
            self.add_error("file", _("一次最多放入%(most)s个文件。") % {"most": MOST_FILES})
        return values

    def given(self) -> list[tuple[str, bytes]]:
        """Name and bytes of each thing given; a pasted text is named after its first line."""
        values = self.cleaned_data
        if values["file"]:
            result = []
            for file in values["file"]:
                check_bytes(file.size)
                result.append((file.name, file.read()))
            return result
        text = values["pasted"].replace("\r\n", "\n")
        first = next((line.strip() for line in text.split("\n") if line.strip()), "")
        return [(f"{first[:40]}.txt", text.encode())]


class SourceForm(forms.Form):
    """What the issued original says of itself."""

    issuer = forms.CharField(label=_("发文机关"), max_length=120)
    number = forms.CharField(
        label=_("发文字号"), max_length=60, required=False, help_text=_("如“×政协党组〔2026〕1号”。")
    )
    unnumbered = forms.BooleanField(label=_("原件没有文号（如会议上印发的讲话）"), required=False)
    day = DayField(label=_("成文日期"))

    @classmethod
    def begun_for(cls, document: Document) -> SourceForm:
        """Return the form with what was read from the text, for a person to hold against the original."""
        return cls(initial={"number": document.number, "day": document.document_day})


class FigureForm(forms.Form):
    """What is put beside an open place: a figure of the register, or the office's own count with its reason."""

    figure = forms.CharField(label=_("数据项"), max_length=90)
    override = forms.CharField(label=_("本机关数"), max_length=80, required=False)
    override_reason = forms.CharField(label=_("来源与理由"), max_length=200, required=False)

    def refusal(self) -> BadInput:
        """Return what is wrong in one sentence."""
        if "figure" in self.errors and not self.data.get("figure"):
            return BadInput(
                "documents.no_figure",
                gettext("没有选择数据项。"),
                hint=gettext("请从列表中选择一项，或留空。"),
                field="figure",
            )
        name = next(iter(self.errors))
        field = self.fields[name]
        return BadInput(
            "documents.figure_form",
            gettext("“%(label)s”太长。") % {"label": field.label},
            hint=gettext("请缩短后再采用。"),
            field=name,
        )


class PaperForm(forms.Form):
    """What an official document needs besides its text."""

    form = forms.ChoiceField(
        label=_("版式"),
        choices=[
            (Form.INTERNAL, _("内部文稿（不带红头）")),
            (Form.GENERAL, _("文件")),
            (Form.LETTER, _("函")),
            (Form.MINUTES, _("纪要")),
        ],
        required=False,
    )
    issuer = forms.CharField(
        label=_("发文机关标志"), max_length=60, required=False, help_text=_("不含“文件”“纪要”，系统自动加上。")
    )
    number = forms.CharField(label=_("发文字号"), max_length=60, required=False)
    urgency = forms.ChoiceField(
        label=_("紧急程度"), choices=[("", _("无")), ("特急", _("特急")), ("加急", _("加急"))], required=False
    )
    signer = forms.CharField(label=_("签发人"), max_length=30, required=False, help_text=_("上行文填写。"))
    signed_by = forms.CharField(label=_("署名"), max_length=60, required=False)
    signed_on = DayField(label=_("成文日期"), required=False)
    seal = forms.BooleanField(label=_("留出盖章位置"), required=False)
    note = forms.CharField(label=_("附注"), max_length=60, required=False, help_text=_("如“此件公开发布”。"))
    copies_to = forms.CharField(label=_("抄送"), max_length=400, required=False, help_text=_("机关之间用逗号隔开。"))
    printed_by = forms.CharField(label=_("印发机关"), max_length=60, required=False)
    printed_on = DayField(label=_("印发日期"), required=False)

    def applied(self, paper: Paper) -> Paper:
        """Return ``paper`` in the form chosen, with what was typed."""
        typed = self.cleaned_data
        signature = paper.signature
        if typed["signed_by"] or typed["signed_on"] or typed["seal"]:
            kept = signature or Signature("")
            signature = Signature(typed["signed_by"] or kept.name, typed["signed_on"] or kept.day, typed["seal"])
        copies = tuple(name.strip() for name in re.split(r"[,，;；、]", typed["copies_to"]) if name.strip())
        record = None
        if copies or typed["printed_by"] or typed["printed_on"]:
            record = PrintingRecord(copies, typed["printed_by"], typed["printed_on"])
        return replace(
            paper,
            form=Form(typed["form"] or Form.INTERNAL),
            issuer=typed["issuer"],
            number=typed["number"],
            urgency=typed["urgency"],
            signer=typed["signer"],
            signature=signature,
            note=typed["note"],
            record=record,
        )


class TermsForm(forms.Form):
    """From when a document is no longer in force, and until when it is kept."""

    expires_on = DayField(label=_("失效日期"), required=False)
    retain_until = DayField(label=_("保管至"), required=False)
