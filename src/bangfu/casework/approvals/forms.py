"""One opinion."""

from django import forms

from bangfu.casework.approvals import rules
from bangfu.casework.approvals.models import Decision
from bangfu.casework.cases.models import ReturnedTo
from bangfu.casework.cases.queries import returnable_to
from bangfu.foundations.codes import lists

OTHER = "other"
KINSHIP = "本人与该户无亲属关系"


class OpinionForm(forms.Form):
    """Approve, return or refuse; which of them is offered depends on the step that is due."""

    decision = forms.ChoiceField(label="意见", widget=forms.RadioSelect)
    returned_to = forms.ChoiceField(label="退回到", required=False, widget=forms.RadioSelect)
    items = forms.CharField(
        label="需要职工补正的内容",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行写一项，职工逐项答复。不填时按意见内容作为一项。",
    )
    rule = forms.ChoiceField(label="不予认定的依据", required=False, widget=forms.RadioSelect)
    text = forms.CharField(label="意见内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    no_kinship = forms.BooleanField(label=KINSHIP, required=False)

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        labels = dict(Decision.choices)
        self.fields["decision"].choices = [(name, labels[name]) for name in rules.steps_of(case)]  # type: ignore[attr-defined]
        self.fields["returned_to"].choices = [(to.value, ReturnedTo(to).label) for to in returnable_to(case)]  # type: ignore[attr-defined]
        self.fields["rule"].choices = [*lists.choices("exclusion"), (OTHER, "其他（在意见内容中写明）")]  # type: ignore[attr-defined]
        self.fields["decision"].initial = Decision.APPROVE
        self.fields["text"].initial = rules.AGREED

    def opinion(self) -> dict:
        """What was written, as the action takes it."""
        typed = dict(self.cleaned_data)
        typed["items"] = typed["items"].splitlines()
        typed["rule"] = {"": None, OTHER: ""}.get(typed["rule"], typed["rule"])
        return typed


class BatchForm(forms.Form):
    """The same approval for many households."""

    text = forms.CharField(label="意见内容", max_length=1000, initial=rules.AGREED)
    no_kinship = forms.BooleanField(label="本人与勾选的各户均无亲属关系", required=False)
