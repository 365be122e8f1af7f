"""What is typed about a notice and its objections."""

from django import forms

from bangfu.casework.notices.models import Channel, Notice, Objection
from bangfu.foundations.codes.numbers import normalise_phone, phone_problems


def _phone(text: str) -> str:
    problems = phone_problems(text)
    if problems:
        raise forms.ValidationError(problems[0].text)
    return normalise_phone(text)


class NoticeForm(forms.ModelForm):
    """附件5: period, phones, contact, place. The last day is computed, never typed."""

    class Meta:
        model = Notice
        fields = [
            "notice_from",
            "feedback_days",
            "supervision_phone",
            "contact_name",
            "contact_phone",
            "posted_at_place",
        ]
        widgets = {"notice_from": forms.DateInput()}
        labels = {"notice_from": "公示期 自（张贴日期）", "feedback_days": "请从即日起几日内反映"}
        help_texts = {"supervision_phone": "群众向这个电话反映问题，一般是上级工会的电话。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["feedback_days"].widget.attrs |= {"data-unit": "日", "min": "1"}
        for name in ("supervision_phone", "contact_phone"):
            self.fields[name].widget.attrs["data-mask"] = "phone"

    def clean_supervision_phone(self) -> str:
        return _phone(self.cleaned_data["supervision_phone"])

    def clean_contact_phone(self) -> str:
        return _phone(self.cleaned_data["contact_phone"])


class ObjectionForm(forms.ModelForm):
    """An objection as it came in. The person who objects may stay unnamed."""

    class Meta:
        model = Objection
        fields = ["received_on", "channel", "text", "objector_name", "objector_phone"]
        widgets = {
            "received_on": forms.DateInput(),
            "channel": forms.RadioSelect(),
            "text": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"objector_name": "保密，只有填写理由的人可以查看。不愿留名的可不填。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [choice for choice in Channel.choices if choice[0] != Channel.WEB]
        self.fields["channel"].choices = offered  # type: ignore[attr-defined]
        self.fields["objector_phone"].widget.attrs["data-mask"] = "phone"


class AnswerForm(forms.Form):
    """What the re-check found."""

    finding = forms.CharField(label="核查情况", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    upheld = forms.TypedChoiceField(
        label="异议是否成立",
        choices=[("no", "不成立，公示继续"), ("yes", "成立，不予认定")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class ProofForm(forms.Form):
    """A photo of the list on the wall."""

    photo = forms.FileField(
        label="张贴的公示照片（公示证明）",
        help_text="在张贴处拍照或扫描，JPG、PNG 或 PDF。会存入名单上每一户的材料。",
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf", "capture": "environment"}),
    )
