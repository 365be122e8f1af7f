"""What the pages of plans and of the register take in."""

from typing import Any

from django import forms

from bangfu.casework.plans.models import Plan
from bangfu.foundations.codes import clock, numbers


class PlanForm(forms.ModelForm):
    """立卡信息 of 附件6. What is missing is said when the plan is decided; 其他 needs its words."""

    use_required_attribute = False

    class Meta:
        model = Plan
        fields = [
            "household_situations", "key_groups", "key_group_other", "measures", "measure_other", "plans", "plan_other",
            "target_month", "union_liaison", "union_liaison_post", "union_liaison_phone", "note",
        ]  # fmt: skip
        help_texts = {
            "household_situations": "按致困原因预先勾选，请核对",
            "target_month": "到该月底前实现解困脱困",
            "union_liaison": "所属工会的联系人，默认工会主席",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
        self.fields["union_liaison_phone"].widget.attrs["data-mask"] = "phone"

    def clean_union_liaison_phone(self):
        """A number that can be called, tidy."""
        return tidy_phone(self.cleaned_data.get("union_liaison_phone", ""))


class ContactChoiceForm(forms.Form):
    """One contact of the register."""

    contact = forms.TypedChoiceField(label="帮扶单位和帮扶联系人", coerce=int, help_text="后面是每位联系人已帮扶的户数")

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["contact"].choices = [("", "请选择"), *((one.contact_id, one.label) for one in offered)]


class SignForm(forms.Form):
    """The worker's confirmation: drawn here, or the scan of the signed paper."""

    signed_on = forms.DateField(label="签字日期", widget=forms.DateInput)
    drawn = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "signature-drawn"}))
    upload = forms.FileField(label="或上传已签字的扫描件、照片", required=False)

    def clean(self):
        """One of both."""
        given = super().clean()
        if not given.get("drawn") and not given.get("upload"):
            self.add_error("upload", "请职工在签名板上签名，或上传已签字的扫描件。")
        return given


class IssueForm(forms.Form):
    """立卡时间."""

    carded_on = forms.DateField(label="立卡时间", widget=forms.DateInput, initial=clock.today)


class SponsorForm(forms.Form):
    """A sponsor of the register."""

    name = forms.CharField(label="帮扶单位", max_length=100)
    phone = forms.CharField(
        label="单位电话", max_length=20, required=False, widget=forms.TextInput(attrs={"data-mask": "phone"})
    )

    def clean_phone(self):
        """A number that can be called, tidy."""
        return tidy_phone(self.cleaned_data["phone"])


class ContactForm(forms.Form):
    """A contact of a sponsor."""

    name = forms.CharField(label="帮扶联系人", max_length=50)
    title = forms.CharField(label="职务", max_length=40)
    phone = forms.CharField(label="联系方式", max_length=20, widget=forms.TextInput(attrs={"data-mask": "phone"}))

    def clean_phone(self):
        """A number that can be called, tidy."""
        return tidy_phone(self.cleaned_data["phone"])


def tidy_phone(text: str) -> str:
    """The number in its tidy form. Raises ValidationError when nobody can be called under it."""
    if not text:
        return ""
    if wrong := numbers.phone_problems(text):
        raise forms.ValidationError(wrong[0].text)
    return numbers.normalise_phone(text)
