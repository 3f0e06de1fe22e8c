"""Forms for organizations; nothing is saved here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.documents.enums import PaperEvent
from tongxin.documents.models import Document
from tongxin.documents.queries import library
from tongxin.matters.files import MEDIA_TYPES
from tongxin.registry import rules
from tongxin.registry.access import Standing
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import in_force, owned
from tongxin.registry.trees import PARENTS, may_stand_under
from tongxin.web.forms import DayField, offer, offer_rows

_REFERENCE = gettext_lazy("写文件名称和文号。")


class FoundForm(forms.Form):
    """A new organization with the paper that founds it."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    name = forms.CharField(label=gettext_lazy("全称"), max_length=120)
    short_name = forms.CharField(label=gettext_lazy("简称"), max_length=60, required=False)
    parent = forms.ModelChoiceField(
        label=gettext_lazy("上级"), queryset=Organization.objects.none(), to_field_name="uid", required=False
    )
    based_on = forms.ModelChoiceField(
        label=gettext_lazy("依托"),
        queryset=Organization.objects.none(),
        to_field_name="uid",
        required=False,
        help_text=gettext_lazy("功能型、临时党支部依托的专委会、界别或履职小组。"),
    )
    founded = DayField(label=gettext_lazy("成立日期"), initial=clock.today)
    reference = forms.CharField(label=gettext_lazy("成立批复"), max_length=120, required=False, help_text=_REFERENCE)
    approved_on = DayField(label=gettext_lazy("批复日期"), required=False)
    purpose = forms.CharField(label=gettext_lazy("宗旨"), max_length=300, required=False)

    def __init__(self, office: Office, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [("", "—"), *((kind.value, kind.label) for kind in rules.kept_kinds(standing))])
        there = owned(Organization, office).filter(in_force(clock.today())).order_by("kind", "precedence", "pk")
        above = {kind for kinds in PARENTS.values() for kind in kinds}
        offer_rows(self, "parent", there.filter(kind__in=above))
        bases = (OrganizationKind.SPECIAL_COMMITTEE, OrganizationKind.SECTOR, OrganizationKind.MEMBER_GROUP)
        offer_rows(self, "based_on", there.filter(kind__in=bases))

    def clean_approved_on(self) -> dt.date | None:
        """Refuse an approval that is still to come."""
        return _past(self.cleaned_data["approved_on"])


class RenameForm(forms.Form):
    """A new name and the paper that gives it."""

    name = forms.CharField(label=gettext_lazy("新的全称"), max_length=120)
    short_name = forms.CharField(label=gettext_lazy("简称"), max_length=60, required=False)
    since = DayField(
        label=gettext_lazy("更名日期"),
        initial=clock.today,
        help_text=gettext_lazy("自这一天起用新名称；此前的文件仍显示原名称。"),
    )
    reference = forms.CharField(label=gettext_lazy("更名依据"), max_length=200, help_text=_REFERENCE)


class PaperForm(forms.Form):
    """The paper of an event in an organization's life: a document of the library, or a scan with its title."""

    event = forms.ChoiceField(label=gettext_lazy("事项"), choices=PaperEvent.choices)
    document = forms.ModelChoiceField(
        label=gettext_lazy("文件库中的文件"),
        queryset=Document.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=gettext_lazy("（另行上传）"),
        help_text=gettext_lazy("只列最近登记的一百份；文号和日期取文件本身的。"),
    )
    file = forms.FileField(
        label=gettext_lazy("上传文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(MEDIA_TYPES)}),
        max_length=200,
        required=False,
        help_text=gettext_lazy("批复、决定的扫描件或电子文件。"),
    )
    title = forms.CharField(
        label=gettext_lazy("文件名称"), max_length=300, required=False, help_text=gettext_lazy("上传文件时填写。")
    )
    number = forms.CharField(label=gettext_lazy("文号"), max_length=60, required=False)
    approved_on = DayField(label=gettext_lazy("批复日期"), required=False)
    declared_unclassified = forms.BooleanField(label=gettext_lazy("我确认本文件不含国家秘密和工作秘密"), required=False)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = library(office).values_list("pk", flat=True)[:100]
        offer_rows(self, "document", owned(Document, office).filter(pk__in=list(newest)).order_by("-created_at", "-pk"))

    def clean_approved_on(self) -> dt.date | None:
        """Refuse an approval that is still to come."""
        return _past(self.cleaned_data["approved_on"])

    def clean(self) -> dict[str, Any]:
        """Ask for the declaration where a file comes in."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("file") is not None and not values.get("declared_unclassified"):
            self.add_error("declared_unclassified", _("请确认文件不涉密后勾选；未保存任何内容。"))
        return values


class MoveForm(forms.Form):
    """Under what an organization stands from now on."""

    parent = forms.ModelChoiceField(
        label=gettext_lazy("上级"),
        queryset=Organization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=gettext_lazy("（没有上级）"),
    )
    reference = forms.CharField(label=gettext_lazy("调整依据"), max_length=200, help_text=_REFERENCE)

    def __init__(self, unit: Organization, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"parent": unit.parent.uid if unit.parent else None})
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in OrganizationKind if may_stand_under(unit.kind, kind)]
        there = owned(Organization, unit.office_id).filter(in_force(clock.today()), kind__in=kinds)
        offer_rows(self, "parent", there.exclude(pk=unit.pk).order_by("kind", "precedence", "pk"))


class DissolveForm(forms.Form):
    """The last day of an organization and the paper that ends it."""

    last_day = DayField(label=gettext_lazy("最后一天"), help_text=gettext_lazy("组织仍存在的最后一天。"))
    reference = forms.CharField(label=gettext_lazy("撤销依据"), max_length=120, help_text=_REFERENCE)
    approved_on = DayField(label=gettext_lazy("批复日期"), required=False)
    read = forms.BooleanField(
        label=gettext_lazy("现有任职同日结束，我已核对"),
        error_messages={"required": gettext_lazy("请核对以上人员后勾选。")},
    )

    def clean_approved_on(self) -> dt.date | None:
        """Refuse an approval that is still to come."""
        return _past(self.cleaned_data["approved_on"])


class CorrectForm(forms.Form):
    """What is registered of an organization, to be written anew, with the reason."""

    name = forms.CharField(label=gettext_lazy("全称"), max_length=120)
    short_name = forms.CharField(label=gettext_lazy("简称"), max_length=60, required=False)
    valid_from = DayField(label=gettext_lazy("成立日期"), required=False)
    founding_reference = forms.CharField(label=gettext_lazy("成立批复"), max_length=120, required=False)
    approved_on = DayField(label=gettext_lazy("批复日期"), required=False)
    last_day = DayField(label=gettext_lazy("最后一天"), required=False, help_text=gettext_lazy("没有撤销的不填。"))
    closing_reference = forms.CharField(label=gettext_lazy("撤销依据"), max_length=120, required=False)
    closing_approved_on = DayField(label=gettext_lazy("撤销批复日期"), required=False)
    purpose = forms.CharField(label=gettext_lazy("宗旨"), max_length=300, required=False)
    reason = forms.CharField(
        label=gettext_lazy("更正理由"), max_length=200, help_text=gettext_lazy("写明依据什么材料。记入审计记录。")
    )

    def __init__(self, unit: Organization, *args: Any, **kwargs: Any) -> None:
        names = set(self.base_fields) - {"last_day", "reason"}
        last = unit.valid_until - dt.timedelta(days=1) if unit.valid_until else None
        kwargs.setdefault("initial", {**{name: getattr(unit, name) for name in names}, "last_day": last})
        super().__init__(*args, **kwargs)
        if unit.valid_until is None:
            # Ending is a step of its own, which ends the memberships too.
            for name in ("last_day", "closing_reference", "closing_approved_on"):
                del self.fields[name]

    def values(self) -> dict[str, str | dt.date | None]:
        """Return field → value of what is to stand in the register."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in {"reason", "last_day"}}
        if "last_day" in self.fields:
            last = self.cleaned_data["last_day"]
            values["valid_until"] = last + dt.timedelta(days=1) if last else None
        return values


def _past(day: dt.date | None) -> dt.date | None:
    if day is not None and day > clock.today():
        raise forms.ValidationError(_("批复日期不能在今天以后。"))
    return day
