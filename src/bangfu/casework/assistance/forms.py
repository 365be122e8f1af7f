"""What the pages of assistance take in."""

from typing import Any

from django import forms

from bangfu.casework.assistance.models import FundSource, Help
from bangfu.foundations.codes import clock, lists


class HelpForm(forms.ModelForm):
    """One help. Which answers belong together is a rule (money with its source, else goods or service in words)."""

    use_required_attribute = False
    receipt = forms.FileField(label="收据、签收单扫描件或照片", required=False)

    class Meta:
        model = Help
        fields = ["given_on", "kind", "form", "amount", "fund_source", "goods", "note"]
        widgets = {"form": forms.RadioSelect, "given_on": forms.DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["given_on"].initial = clock.today
        fields["kind"].choices = [("", "请选择"), *lists.choices("seven_plan")]
        fields["form"].choices = [one for one in fields["form"].choices if one[0]]
        sources = [one for one in fields["fund_source"].choices if one[0]]
        fields["fund_source"].choices = [("", "请选择"), *sources]
        fields["amount"].widget.attrs["data-mask"] = "money"

    def _post_clean(self):
        # The rules of the room say what belongs together, in words; the model would only repeat them.
        return


class CancelForm(forms.Form):
    """Why a record is cancelled."""

    reason = forms.CharField(label="作废理由", max_length=200)


class NoteForm(forms.Form):
    """备注 of a ledger row."""

    note = forms.CharField(label="备注", max_length=200, required=False)


class _UnionAndDays(forms.Form):
    org = forms.TypedChoiceField(label="填报单位", coerce=int, required=False, empty_value=None)
    start = forms.DateField(label="起", required=False, widget=forms.DateInput)
    end = forms.DateField(label="止", required=False, widget=forms.DateInput)

    def __init__(self, *args, orgs, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["org"].choices = [(org.id, org.name) for org in orgs]

    @property
    def narrows(self) -> bool:
        """Whether more is asked than the union, so that the filter stands open."""
        return any(value for name, value in (self.data or {}).items() if name in self.fields and name != "org")

    def clean(self):
        given: dict[str, Any] = super().clean() or {}
        if given.get("start") and given.get("end") and given["end"] < given["start"]:
            self.add_error("end", "“止”不能早于“起”。")
        return given


class LedgerFilterForm(_UnionAndDays):
    """附件8: which union, rows opened when, narrowed by what."""

    category = forms.ChoiceField(label="困难类别", required=False)
    cause = forms.ChoiceField(label="致困原因", required=False)
    plan = forms.ChoiceField(label="解困脱困计划", required=False)
    unit = forms.CharField(label="帮扶单位", required=False, max_length=50)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name, list_name in (
            ("category", "difficulty_category"),
            ("cause", "cause_application"),
            ("plan", "seven_plan"),
        ):
            fields[name].choices = [("", "全部"), *lists.choices(list_name)]


class HelpFilterForm(_UnionAndDays):
    """Help given: which union, when, of which plan, from which money."""

    kind = forms.ChoiceField(label="帮扶计划", required=False)
    source = forms.ChoiceField(label="资金来源", choices=[("", "全部"), *FundSource.choices], required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", "全部"), *lists.choices("seven_plan")]
