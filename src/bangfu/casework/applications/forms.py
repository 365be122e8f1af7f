"""The steps of the form, and the forms of 附件1, 附件3, the statements, signatures, papers and returns."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django import forms
from django.urls import reverse

from bangfu.casework.applications.models import Application, Authorisation, RequestedItem, WageCertificate
from bangfu.casework.applications.rules import needs_guardian
from bangfu.casework.cases.models import Case
from bangfu.casework.households.forms import Page, PartForm, Questionnaire, place_of
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.organisations.models import Organisation


@dataclass(frozen=True)
class Step:
    """One page of the form: its key in the address, its name, the parts of the questionnaire it asks."""

    key: str
    label: str
    parts: tuple[str, ...] = ()
    template: str = "applications/_step.html"


STEPS = {
    step.key: step
    for step in (
        Step("applicant", "申请人", ("header", "applicant", "contact", "employer")),
        Step("members", "家庭成员", ("members",), template="applications/_step_members.html"),
        Step("property", "收入与财产", ("income", "assets"), template="applications/_step_property.html"),
        Step("causes", "困难原因与支出", ("causes", "expenses")),
        Step("needs", "帮扶需求", ("needs",)),
        Step("authorisation", "授权书（附件1）", template="applications/_step_authorisation.html"),
        Step("wages", "收入证明（附件3）", template="applications/_step_wages.html"),
        Step("papers", "材料", ("materials",), template="applications/_step_papers.html"),
        Step("check", "核对提交", template="applications/_step_check.html"),
    )
}


class AuthorisationForm(PartForm):
    """附件1, one line."""

    class Meta:
        model = Authorisation
        fields = [
            "declares_truth", "consents_to_verification", "signed_on_paper", "fingerprint_on_paper",
            "signed_by_guardian", "guardian_name", "signed_on",
        ]  # fmt: skip
        help_texts = {"guardian_name": "未满 18 周岁或无、限制民事行为能力的，由监护人代签，本人按指模"}

    shown_when = {"guardian_name": "signed_by_guardian"}

    @property
    def needs_guardian(self) -> bool:
        """Whether the person is too young to sign alone."""
        return needs_guardian(self.instance.member)

    def clean(self):
        given = super().clean()
        if (day := given.get("signed_on")) and day > clock.today():
            self.add_error("signed_on", "签署日期不能晚于今天。")
        return given


class WageForm(PartForm):
    """附件3, one earner."""

    needed = (
        "employment_form",
        "months_covered",
        "avg_gross_monthly",
        "avg_net_monthly",
        "annual_income",
        "issuer_name",
        "issued_on",
    )

    class Meta:
        model = WageCertificate
        fields = [
            "employment_form", "months_covered", "avg_gross_monthly", "avg_net_monthly", "annual_income",
            "issuer_name", "handler_name", "handler_phone", "issued_on", "sealed",
        ]  # fmt: skip
        help_texts = {"avg_net_monthly": "扣除五险一金和税费后的实发数，就是附件2的月收入"}

    def clean(self):
        given = super().clean()
        self.check_at_most("avg_net_monthly", "avg_gross_monthly", "月均实发工资不能多于月均工资。")
        self.check_phone("handler_phone")
        months = given.get("months_covered")
        if months is not None and not 1 <= months <= 36:
            self.add_error("months_covered", "月数应在 1 至 36 之间。")
        elif months is None and "months_covered" not in self.errors:
            self.add_error("months_covered", "请填写前几个月（一般为 12）。")
        if (day := given.get("issued_on")) and day > clock.today():
            self.add_error("issued_on", "出具日期不能晚于今天。")
        return given


class StatementForm(PartForm):
    """附件2 本人声明."""

    class Meta:
        model = Application
        fields = [
            "declares_no_exclusion", "declares_cooperation", "declares_plan_cooperation", "signed_on_paper", "applied_on",
        ]  # fmt: skip
        labels = {
            "declares_no_exclusion": "1. 本人已阅读填表说明，不存在填表说明第1项的情况",
            "declares_cooperation": "2. 本人愿意配合调查，情况变化时及时告知所在工会",
            "declares_plan_cooperation": "3. 本人将积极配合制定帮扶计划",
        }
        help_texts = {"applied_on": "不填就是提交的当天"}

    def clean(self):
        given = super().clean()
        if (day := given.get("applied_on")) and day > clock.today():
            self.add_error("applied_on", "申请日期不能晚于今天。")
        return given


class ItemForm(PartForm):
    """The answer to one thing that a return asked for."""

    class Meta:
        model = RequestedItem
        fields = ["answer"]
        widgets = {"answer": forms.TextInput}


def page_of(step: Step, case: Case, data: Mapping | None = None) -> Page:
    """The forms of one step over the case's declaration and application, bound when there is `data`."""
    application = case.application
    if step.key == "authorisation":
        lines = application.authorisations.all()
        return Page(AuthorisationForm(data, instance=line, prefix=f"l{line.pk}") for line in lines)
    if step.key == "wages":
        certificates = application.wage_certificates.all()
        return Page(WageForm(data, instance=one, prefix=f"w{one.pk}") for one in certificates)
    if step.key == "check":
        asked = [item for item in application.requested_items.all() if item.answered_at is None]
        answers = [ItemForm(data, instance=item, prefix=f"i{item.pk}") for item in asked]
        return Page([*answers, StatementForm(data, instance=application, prefix="s")])
    assert case.declared is not None
    return Questionnaire(case.declared, step.parts, data)


def url_of(case: Case, key: str, anchor: str = "") -> str:
    """The address of a step, at one place of it."""
    return f"{reverse('applications:edit', args=[case.id])}?step={key}" + (f"#{anchor}" if anchor else "")


def linked(case: Case, reason: Reason) -> Reason:
    """The same reason with the address of the place where it can be put right."""
    url = ""
    if reason.field.startswith("@"):
        key, _, anchor = reason.field[1:].partition("#")
        url = url_of(case, key, anchor)
    elif case.declared:
        places = ((key, place_of(case.declared, reason.field, step.parts)) for key, step in STEPS.items())
        url = next((url_of(case, key, f"f-{place[1]}") for key, place in places if place), "")
    return replace(reason, url=url)


def step_list(case: Case, here: Step, reasons: list[Reason], typed: dict) -> list[dict]:
    """The step navigation: wrong, lacking or done, by the reasons (with addresses) that stop the submission."""
    lacking = {reason.url.partition("step=")[2].partition("#")[0] for reason in reasons}
    found = []
    for key, step in STEPS.items():
        state = "error" if key in typed else "todo" if key in lacking else "done"
        found.append({"label": step.label, "url": url_of(case, key), "state": "current" if step == here else state})
    return found


class StartForm(forms.Form):
    """A new draft: for which union, and how the household comes in."""

    org = forms.ModelChoiceField(Organisation.objects.none(), label="申请人所在工会", empty_label=None)
    entry_kind = forms.ChoiceField(label="进入方式", widget=forms.RadioSelect, initial="new", required=False)

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = unions  # type: ignore[attr-defined]
        offered = lists.choices("entry_kind")
        kinds = [one for one in offered if one[0] in ("new", "omitted", "new_hardship")]
        self.fields["entry_kind"].choices = kinds  # type: ignore[attr-defined]


class SignForm(forms.Form):
    """A signature: a photo of the signed paper, or drawn on the screen."""

    upload = forms.FileField(label="拍照或扫描的签名页", required=False)
    drawn = forms.CharField(widget=forms.HiddenInput, required=False)

    upload.widget.attrs |= {"accept": "image/*,application/pdf"}

    def clean_drawn(self) -> bytes:
        head, _, data = self.cleaned_data["drawn"].partition(",")
        if not data:
            return b""
        try:
            return base64.b64decode(data, validate=True) if head == "data:image/png;base64" else b""
        except binascii.Error:
            raise forms.ValidationError("签名没有传完整，请重新签一次。") from None

    def clean(self):
        given = super().clean()
        if not given.get("upload") and not given.get("drawn") and not self.errors:
            self.add_error(None, "请上传签名页的照片，或在下面的框里手写签名。")
        return given


class ReturnForm(forms.Form):
    """What the applicant is asked to put right, one thing a line."""

    items = forms.CharField(
        label="需要补正的内容", help_text="每行写一项", max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_items(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]


class AppealForm(forms.Form):
    """New facts that call for another look."""

    reason = forms.CharField(
        label="申诉理由（补充的新情况）", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
