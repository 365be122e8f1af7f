"""Small forms of the desk."""

from django import forms

from bangfu.casework.cases.states import LOOKS, State
from bangfu.foundations.codes import lists


class SearchForm(forms.Form):
    """One box for everything."""

    q = forms.CharField(label="查找", max_length=50, required=False)


class ReasonForm(forms.Form):
    """Why: kept in the trail."""

    reason = forms.CharField(label="理由", max_length=300)

    def __init__(self, *args, label: str = "理由", help: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, help


class FilterForm(forms.Form):
    """What a list of cases is narrowed to; everything stands in the address, and none of it is personal."""

    state = forms.ChoiceField(label="状态", required=False)
    union = forms.CharField(
        label="工会", max_length=50, required=False, widget=forms.TextInput({"placeholder": "名称或编号"})
    )
    cause = forms.ChoiceField(label="主要致困原因", required=False)
    since = forms.DateField(label="进入本状态 自", required=False, widget=forms.DateInput)
    until = forms.DateField(label="至", required=False, widget=forms.DateInput)
    late = forms.BooleanField(label="只看超期", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        states = [(state.value, LOOKS[state].label) for state in State]
        self.fields["state"].choices = [("", "全部"), *states]  # type: ignore[attr-defined]
        self.fields["cause"].choices = [("", "全部"), *lists.choices("cause_application")]  # type: ignore[attr-defined]
