"""Forms of the change of term; nothing is saved here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.registry.enums import PartySide, Sex
from tongxin.registry.term_change import POSITION_NAMES, Content
from tongxin.registry.term_operations import QuotaEntry, SeatPlan, SectorPlan
from tongxin.registry.term_queries import NameLine
from tongxin.web.forms import DayField
from tongxin.web.terms import reads

#: Rows for further sectors below those that are there.
MORE_SECTORS = 3
_COUNT = {"class": "seats", "inputmode": "numeric"}


class DraftForm(forms.Form):
    """The draft of a new term."""

    ordinal = forms.IntegerField(label=gettext_lazy("届次"), min_value=1, max_value=99)
    starts = DayField(label=gettext_lazy("拟开始"))
    last_day = DayField(label=gettext_lazy("拟届满"), help_text=gettext_lazy("本届的最后一天。"))
    autonomous_area = forms.BooleanField(label=gettext_lazy("民族自治地方"), required=False)
    from_register = forms.BooleanField(
        label=gettext_lazy("以本届现有界别和席位为起点（不带姓名）"), required=False, initial=True
    )


class RevisionForm(forms.Form):
    """Which state of the draft somebody saw."""

    # Several forms of a page carry it; what nobody labels needs no id.
    revision = forms.IntegerField(widget=forms.HiddenInput({"id": False}), min_value=0)


class PlanForm(RevisionForm):
    """How many of each sector's seats without a name are planned for whom."""

    NAMES = ("nonparty", "party", "women", "renewed", "standing")
    LABELS = {
        "nonparty": gettext_lazy("非中共"),
        "party": gettext_lazy("中共"),
        "women": gettext_lazy("女"),
        "renewed": gettext_lazy("连任"),
        "standing": gettext_lazy("常委"),
    }

    def __init__(self, content: Content, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = reads.sector_rows(content)
        for index, row in enumerate(self.rows):
            for name in self.NAMES:
                label = _("%(sector)s%(what)s") % {"sector": row.sector, "what": self.LABELS[name]}
                self.fields[f"s{index}-{name}"] = forms.IntegerField(
                    min_value=0,
                    max_value=3000,
                    required=False,
                    label=label,
                    initial=getattr(row.plan, name),
                    widget=forms.NumberInput(attrs={**_COUNT, "aria-label": label}),
                )

    def lines(self) -> list[tuple[reads.SectorRow, list[forms.BoundField]]]:
        """Return each sector with its fields."""
        return [(row, [self[f"s{index}-{name}"] for name in self.NAMES]) for index, row in enumerate(self.rows)]

    def clean(self) -> dict[str, Any]:
        """Refuse more than a sector has seats without a name."""
        values = super().clean() or self.cleaned_data
        for index, row in enumerate(self.rows):
            plan = self._plan(index)
            for name, number in (
                ("nonparty", plan.nonparty + plan.party),
                ("women", plan.women),
                ("renewed", plan.renewed),
                ("standing", plan.standing),
            ):
                if number > row.open:
                    self.add_error(
                        f"s{index}-{name}",
                        _("“%(sector)s”没有人选的席位有%(open)s个，所填为%(number)s。")
                        % {"sector": row.sector, "open": row.open, "number": number},
                    )
        return values

    def _plan(self, index: int) -> SectorPlan:
        values = self.cleaned_data
        return SectorPlan(**{name: values.get(f"s{index}-{name}") or 0 for name in self.NAMES})

    def plans(self) -> dict[str, SectorPlan]:
        """Return sector → plan, for every sector; wrong numbers count as none."""
        return {row.sector: self._plan(index) for index, row in enumerate(self.rows)}

    def changed(self) -> dict[str, SectorPlan]:
        """Return sector → plan, for sectors of which the plan differs from what is stored."""
        return {row.sector: self._plan(index) for index, row in enumerate(self.rows) if self._plan(index) != row.plan}


class QuotaForm(RevisionForm):
    """The sectors in their order, with seats and reserved seats; an emptied name takes a sector out."""

    def __init__(self, content: Content, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(content.quotas) + MORE_SECTORS
        for index in range(self.count):
            known = content.quotas[index] if index < len(content.quotas) else None
            number = index + 1
            self.fields[f"q{index}-name"] = forms.CharField(
                max_length=120,
                required=False,
                label=_("第%(number)s行界别") % {"number": number},
                initial=known.name if known else "",
                widget=forms.TextInput(attrs={"class": "seats seats--name"}),
            )
            for name, words, value in (
                ("quota", _("第%(number)s行名额"), known.quota if known else None),
                ("reserved", _("第%(number)s行预留"), known.reserved if known else None),
            ):
                self.fields[f"q{index}-{name}"] = forms.IntegerField(
                    min_value=0,
                    max_value=3000,
                    required=False,
                    label=words % {"number": number},
                    initial=value,
                    widget=forms.NumberInput(attrs=_COUNT),
                )

    def lines(self) -> list[list[forms.BoundField]]:
        """Return the fields of each row."""
        return [[self[f"q{index}-{name}"] for name in ("name", "quota", "reserved")] for index in range(self.count)]

    def clean(self) -> dict[str, Any]:
        """Refuse numbers without a sector, and a sector without seats."""
        values = super().clean() or self.cleaned_data
        for index in range(self.count):
            name, quota = values.get(f"q{index}-name"), values.get(f"q{index}-quota")
            if name and quota is None and f"q{index}-quota" not in self.errors:
                self.add_error(f"q{index}-quota", _("请填写“%(name)s”的名额。") % {"name": name})
            if not name and quota:
                self.add_error(f"q{index}-name", _("这一行有名额，没有界别。"))
            if (values.get(f"q{index}-reserved") or 0) > (quota or 0):
                self.add_error(f"q{index}-reserved", _("预留的席位多于名额。"))
        return values

    def entries(self) -> list[QuotaEntry]:
        """Return the sectors as typed."""
        values = self.cleaned_data
        return [
            QuotaEntry(values[f"q{index}-name"], values[f"q{index}-quota"] or 0, values[f"q{index}-reserved"] or 0)
            for index in range(self.count)
            if values[f"q{index}-name"]
        ]


class SeatsForm(RevisionForm):
    """Position and plan of single seats of one sector."""

    def __init__(self, seats: Sequence[reads.ShownSeat], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        for index, each in enumerate(seats):
            seat = each.seat
            self.fields[f"p{index}-position"] = forms.ChoiceField(
                choices=list(POSITION_NAMES.items()), initial=seat.position, label=_("职务")
            )
            if seat.person_id is None:
                self.fields[f"p{index}-side"] = forms.ChoiceField(
                    choices=PartySide.choices, required=False, initial=each.side, label=_("中共/非中共")
                )
                self.fields[f"p{index}-sex"] = forms.ChoiceField(
                    choices=[(Sex.UNKNOWN.value, _("未定")), (Sex.MALE.value, _("男")), (Sex.FEMALE.value, _("女"))],
                    initial=each.sex,
                    label=_("性别"),
                )

    def lines(self) -> list[tuple[reads.ShownSeat, list[forms.BoundField]]]:
        """Return each seat with its fields."""
        return [
            (each, [self[name] for name in self.fields if name.startswith(f"p{index}-")])
            for index, each in enumerate(self.seats)
        ]

    def plans(self) -> dict[str, SeatPlan]:
        """Return lineage → plan, for seats of which something was changed."""
        found = {}
        for index, each in enumerate(self.seats):
            names = [name for name in self.fields if name.startswith(f"p{index}-")]
            if any(name in self.changed_data for name in names):
                values = {name.partition("-")[2]: self.cleaned_data[name] for name in names}
                found[each.seat.lineage] = SeatPlan(**values)
        return found


class AdmitForm(RevisionForm):
    """The published list from which names may enter."""

    basis = forms.CharField(
        label=gettext_lazy("名单依据"), max_length=200, help_text=gettext_lazy("公布名单的文件和文号，或批准人。")
    )
    published_on = DayField(
        label=gettext_lazy("公布日期"),
        required=False,
        help_text=gettext_lazy("名单公布前经批准录入的，先不填；公布后再登记。"),
    )


class NoteForm(RevisionForm):
    """A note on a version that is closed."""

    note = forms.CharField(label=gettext_lazy("本版说明"), max_length=200, required=False)


class ListForm(forms.Form):
    """A published list as text."""

    text = forms.CharField(
        label=gettext_lazy("公布的名单"),
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("一行一个界别，姓名写在同一行或下面各行；可带（女）和人数。"),
    )


class NamesForm(RevisionForm):
    """Whom each published name means, and what they are."""

    text = forms.CharField(widget=forms.HiddenInput, max_length=200_000, strip=False)

    def __init__(self, names: Sequence[NameLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        for index, line in enumerate(names):
            if line.state == "placed":
                continue
            choices: list[tuple[str, Any]] = [("", _("（不列入）"))]
            for one in line.candidates:
                where = f"{one.employer} {one.position}".strip() or "—"
                words = _("在任：%(where)s") if one.seated else _("名册中：%(where)s")
                choices.append((str(one.person_id), words % {"where": where}))
            choices.append(("new", _("新登记一人")))
            usual = str(line.person_id) if line.state == "matched" else "new" if line.state == "new" else ""
            self.fields[f"n{index}-who"] = forms.ChoiceField(
                choices=choices, required=False, initial=usual, label=line.name
            )
            self.fields[f"n{index}-position"] = forms.ChoiceField(
                choices=list(POSITION_NAMES.items()), initial="member", label=_("职务")
            )

    def lines(self) -> list[tuple[NameLine, list[forms.BoundField]]]:
        """Return each name with its fields; none for those on the list already."""
        return [
            (line, [self[f"n{index}-{name}"] for name in ("who", "position")] if line.state != "placed" else [])
            for index, line in enumerate(self.names)
        ]


class OpeningForm(RevisionForm):
    """The day of the change, and that what will happen was read."""

    on = DayField(label=gettext_lazy("换届日期"))
    read = forms.BooleanField(
        label=gettext_lazy("我已核对以上各项"),
        error_messages={"required": gettext_lazy("请核对以上各项后勾选。")},
    )


class OpeningDayForm(forms.Form):
    """Which day is looked at."""

    on = DayField(label=gettext_lazy("换届日期"), initial=clock.today)
