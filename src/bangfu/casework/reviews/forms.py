"""Forms of a review meeting: the meeting with its agenda, the votes of each household, the minutes."""

import re

from django import forms

from bangfu.casework.cases.models import Case
from bangfu.casework.reviews.models import Item, Meeting
from bangfu.casework.reviews.rules import Details, Votes
from bangfu.foundations.codes import clock


def split_names(text: str) -> list[str]:
    """Names written one after another, however they are set apart."""
    return [name for name in re.split(r"[、，,；;\s]+", text) if name]


class MeetingForm(forms.ModelForm):
    """附件4: when, where, who; and which households."""

    held_at = forms.DateTimeField(
        label="会议时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    attendees = forms.CharField(
        label="参会人员名单",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="可不填；填了名单，参会人数按名单计算。姓名用顿号分开",
    )
    attendee_count = forms.IntegerField(label="参会人数", min_value=1, max_value=999, required=False)
    member_count = forms.IntegerField(label="评议小组应到人数", min_value=1, max_value=999)

    class Meta:
        model = Meeting
        fields = ["name", "held_at", "place", "member_count", "attendees", "attendee_count", "chair", "recorder"]

    use_required_attribute = False

    def __init__(self, *args, cases: list[Case], **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = cases
        self.fields["cases"] = forms.TypedMultipleChoiceField(
            label="评议对象",
            required=False,
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            choices=[(case.id, f"{case.name}（{case.case_no}）") for case in cases],
        )

    def clean(self):
        given = super().clean() or {}
        given["names"] = split_names(given.get("attendees") or "")
        if given["names"]:
            given["attendee_count"] = len(given["names"])
        elif not given.get("attendee_count") and "attendee_count" not in self.errors:
            self.add_error("attendee_count", "请填写参会人数，或列出参会人员名单。")
        return given

    def _post_clean(self):
        # The rules check the meeting; the constraints of the table would say the same in worse words.
        return None

    def details(self) -> Details:
        """What the action takes."""
        given = self.cleaned_data
        names = ("name", "held_at", "place", "member_count", "attendee_count", "chair", "recorder")
        return Details(**{name: given[name] for name in names}, attendees=given["names"])


class VotesForm(forms.Form):
    """The votes on one household."""

    facts = forms.CharField(label="情况摘要", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    agree = forms.IntegerField(label="同意", min_value=0, max_value=999)
    against = forms.IntegerField(label="反对", min_value=0, max_value=999)
    abstain = forms.IntegerField(label="弃权", min_value=0, max_value=999)
    recused = forms.CharField(
        label="回避人员", max_length=200, required=False, help_text="与该户有亲属关系、离场未表决的人，姓名用顿号分开"
    )

    use_required_attribute = False

    def __init__(self, *args, item: Item, **kwargs):
        first = {name: getattr(item, name) for name in ("facts", "recused")}
        if item.result or item.agree or item.against or item.abstain:
            first |= {name: getattr(item, name) for name in ("agree", "against", "abstain")}
        super().__init__(*args, prefix=f"item-{item.id}", initial=first, **kwargs)
        self.item = item

    @property
    def touched(self) -> bool:
        """Whether any total was typed: households not voted on yet are left alone."""
        return any(self.data.get(self.add_prefix(name), "").strip() for name in ("agree", "against", "abstain"))

    def votes(self) -> Votes:
        """What the action takes."""
        given = self.cleaned_data
        return Votes(
            item_id=self.item.id,
            agree=given["agree"],
            against=given["against"],
            abstain=given["abstain"],
            recused=split_names(given["recused"]),
            facts=given["facts"],
        )


class MinutesForm(forms.Form):
    """内容 of 附件4."""

    content = forms.CharField(
        label="内容",
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="已按表决情况起草，可以修改；清空后重新起草",
    )


def like(meeting: Meeting | None) -> dict:
    """First answers of a new meeting: those of an earlier one when it is entered again, else the hour that has passed."""
    if meeting is None:
        return {"held_at": clock.local(clock.now()).replace(minute=0, second=0, microsecond=0)}
    names = ("name", "held_at", "place", "member_count", "attendee_count", "chair", "recorder")
    attendees = "、".join(one.name for one in meeting.attendees.all())
    return {name: getattr(meeting, name) for name in names} | {"attendees": attendees}
