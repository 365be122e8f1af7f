"""Input of figures, settings and days of the holiday table."""

from typing import Any

from django import forms

from bangfu.foundations.codes import clock
from bangfu.foundations.codes.fields import MoneyFormField
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.standards import access
from bangfu.foundations.standards.models import FIGURES, SETTINGS


class PlacedForm(forms.Form):
    """Where, from when, by which document; the value itself is added by the subclasses."""

    area: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label="适用范围", required=False, help_text="下级工会没有另行规定的，按这一条执行。"
    )
    start = forms.DateField(label="执行日期", widget=forms.DateInput(attrs={"type": "date"}))
    document = forms.CharField(label="文件（名称、文号）", max_length=200)
    clause = forms.CharField(label="条款", max_length=100, required=False)
    field_order = ("value", "area", "start", "document", "clause")

    def __init__(self, *args, by: Acting, name: str, **kwargs):
        self.name = name
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.queryset = access.areas_for(by)
        area.required = by.org.level > 1
        area.empty_label = "全省" if by.org.level == 1 else None
        area.initial = None if by.org.level == 1 else by.org.id
        self.fields["start"].initial = clock.today()
        self.fields["value"] = self.value_field()
        self.order_fields(self.field_order)

    def value_field(self) -> forms.Field:
        """The field for the value, by the registry."""
        raise TypeError("figures and settings have fields of their own")


class FigureForm(PlacedForm):
    """A figure: 元 or a plain number."""

    is_example = forms.BooleanField(label="示例数据（不是真实标准）", required=False)

    def value_field(self) -> forms.Field:
        kind = FIGURES[self.name]
        if kind.is_money:
            return MoneyFormField(label=kind.label, unit=kind.unit, help_text=kind.sentence)
        field = forms.DecimalField(
            label=kind.label, min_value=0, max_digits=12, decimal_places=4, help_text=kind.sentence
        )
        field.widget.attrs["data-unit"] = kind.unit
        return field


class SettingForm(PlacedForm):
    """A point which the circular leaves open."""

    def value_field(self) -> forms.Field:
        kind = SETTINGS[self.name]
        if kind.kind == "choice":
            field: forms.Field = forms.ChoiceField(label=kind.label, choices=kind.choices, help_text=kind.sentence)
        elif kind.kind == "whole":
            low, high = kind.limits
            field = forms.IntegerField(label=kind.label, min_value=low, max_value=high, help_text=kind.sentence)
        else:
            field = forms.CharField(label=kind.label, max_length=10, help_text=f"{kind.sentence}写成分数，例如 2/3。")
        field.widget.attrs["data-unit"] = kind.unit
        field.initial = kind.default
        return field


class HolidayForm(forms.Form):
    """One day of the holiday table."""

    date = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    is_workday = forms.ChoiceField(
        label="这一天", choices=(("0", "放假"), ("1", "上班（调休）")), widget=forms.RadioSelect, initial="0"
    )
    name = forms.CharField(label="名称", max_length=40, help_text="例如：国庆节、国庆节调休。")
    source = forms.CharField(
        label="依据", max_length=200, help_text="例如：国务院办公厅关于 2027 年部分节假日安排的通知。"
    )

    def clean_is_workday(self) -> bool:
        return self.cleaned_data["is_workday"] == "1"
