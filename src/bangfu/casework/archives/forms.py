"""Parts of 附件6 beyond those of the questionnaire, and the small forms of the file's pages."""

from typing import Any

from django import forms
from django.urls import reverse

from bangfu.casework.archives.models import Standing
from bangfu.casework.archives.rules import relation_to_head
from bangfu.casework.households.forms import place_of
from bangfu.casework.households.models import Circumstances, Member
from bangfu.casework.households.parts import PartForm, PersonForm
from bangfu.foundations.codes import lists
from bangfu.foundations.codes.reasons import Reason

STEPS = {
    "worker": ("职工本人", ("file_person", "employer", "worker_file")),
    "household": ("档案与家庭", ("household_file", "file_contact", "income")),
    "causes": ("致困原因与支出", ("causes", "expenses")),
    "members": ("家庭成员", ("file_members", "member_files")),
    "bank": ("银行与医疗", ("bank", "file_aid")),
    "materials": ("附件", ("materials",)),
    "check": ("核对提交", ()),
}

NO_CITIZEN_ID = {
    "id_number": "document_kind=id",
    "document_number": "document_kind!=id",
    "document_reason": "document_kind!=id",
    "birth_date": "document_kind!=id",
}


class FilePersonForm(PersonForm):
    """附件6 职工本人: who the worker is, as the visit found; kept up to date by amendments."""

    part, of = "file_person", "applicant"
    title = "姓名和身份"
    needed = (
        "name", "document_kind", "id_number", "sex", "ethnicity", "political_status", "marital_status", "monthly_income",
        "document_reason", "birth_date",
    )  # fmt: skip
    shown_when = NO_CITIZEN_ID

    class Meta:
        model = Member
        fields = [
            "name", "document_kind", "id_number", "document_number", "document_reason", "sex", "birth_date",
            "ethnicity", "political_status", "marital_status", "monthly_income",
        ]  # fmt: skip
        labels = {"id_number": "身份证号", "monthly_income": "本人月平均收入", "marital_status": "婚姻状况"}
        help_texts = {"monthly_income": "上一年度工资的月平均数，扣除五险一金和税费（填表说明4）；没有写 0"}


class FileContactForm(PartForm):
    """附件6 家庭住址, 手机号码."""

    part = "file_contact"
    title = "住址和电话"
    needed = ("phone", "residence_address", "hukou_address")

    class Meta:
        model = Circumstances
        fields = ["phone", "residence_address", "hukou_address"]
        labels = {"phone": "手机号码", "residence_address": "家庭住址"}

    def clean(self):
        """As for the application: a number that can be called."""
        given = super().clean()
        self.check_phone("phone")
        return given


class FileAidForm(PartForm):
    """附件6 医疗救助信息 beyond the medical expenses that are asked with the expenses."""

    part = "file_aid"
    title = "医疗救助信息"
    needed = ("medical_aid_received_year", "has_basic_medical_insurance")

    class Meta:
        model = Circumstances
        fields = ["medical_aid_received_year", "has_basic_medical_insurance", "medical_note"]
        help_texts = {"medical_aid_received_year": "没有写 0"}


class FileMemberForm(PersonForm):
    """附件6 家庭成员: who the member is and how related; the other blanks follow in member_files."""

    part, of = "file_members", "members"
    title = "姓名和身份"
    needed = ("name", "relation_to_applicant", "document_kind", "id_number", "sex", "document_reason", "birth_date")
    shown_when = NO_CITIZEN_ID

    class Meta:
        model = Member
        fields = [
            "name", "relation_to_applicant", "document_kind", "id_number", "document_number", "document_reason", "sex",
            "birth_date", "lives_together",
        ]  # fmt: skip
        labels = {"id_number": "身份证号"}


class ExcuseForm(forms.Form):
    """A required blank answered 无 or 不详, with the reason."""

    path = forms.CharField(max_length=80, widget=forms.HiddenInput)
    answer = forms.ChoiceField(label="答复", choices=[("不详", "不详"), ("无", "无")])
    reason = forms.CharField(label="理由", max_length=150)


class AttachForm(forms.Form):
    """A paper for the list 附件."""

    kind = forms.ChoiceField(label="附件类型", choices=lambda: lists.choices("material_kind"))
    papers = forms.FileField(label="扫描件或照片")
    note = forms.CharField(label="备注", max_length=200, required=False)


class ReturnForm(forms.Form):
    """What the checker wants put right."""

    note = forms.CharField(label="退回意见（要改什么）", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class AmendForm(forms.Form):
    """Why a live file is amended."""

    reason = forms.CharField(
        label="更正理由", max_length=300, help_text="例如：孩子升学、换了工作单位、补登出生的孩子。旧的版本会保留。"
    )


class FilterForm(forms.Form):
    """What the list of archives shows."""

    standing = forms.ChoiceField(label="状态", choices=Standing.choices, required=False)
    category = forms.ChoiceField(label="困难类别", required=False)
    cause = forms.ChoiceField(label="主要致困原因", required=False)
    org = forms.IntegerField(label="工会", required=False, widget=forms.Select)

    def __init__(self, *args, orgs, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["category"].choices = [("", "全部类别"), *lists.choices("difficulty_category")]
        fields["cause"].choices = [("", "全部原因"), *lists.choices("cause_application")]
        fields["org"].widget.choices = [("", "全部工会"), *((org.id, org.name) for org in orgs)]


def steps(circumstances, part: str, case, lacking) -> list[dict]:
    """Navigation of the steps: which are complete, which is shown."""
    url = reverse("archives:edit", args=[case.id])
    open_steps = {step_of(circumstances, reason) for reason in lacking}
    found = []
    for key, (label, parts) in STEPS.items():
        done = key not in open_steps if parts else not lacking
        state = "current" if key == part else "done" if done else "todo"
        found.append({"label": label, "url": f"{url}?part={key}", "state": state})
    return found


def linked(reasons, circumstances, case) -> list[Reason]:
    """The reasons, each with the address of the field where it can be put right."""
    found = []
    for reason in reasons:
        step = step_of(circumstances, reason)
        place = place_of(circumstances, reason.field, STEPS[step][1]) if step else None
        url = f"{reverse('archives:edit', args=[case.id])}?part={step}#{place[1]}" if place else ""
        found.append(Reason(reason.text, reason.field, reason.rule, reason.clause, url))
    return found


def step_of(circumstances, reason) -> str:
    """The step at which the answer of a reason is asked, '' when at none."""
    if not reason.field:
        return ""
    places = ((key, place_of(circumstances, reason.field, parts)) for key, (_, parts) in STEPS.items())
    return next((key for key, place in places if place), "")


def groups(part: str, questionnaire, circumstances: Circumstances) -> list[dict]:
    """The forms of a page in cards; the two forms of a member stand in one."""
    if part != "members":
        return [{"title": form.title or str(next(iter(form)).label), "forms": [form]} for form in questionnaire]
    by_member: dict[int, dict] = {}
    for form in questionnaire:
        member = form.instance
        group = by_member.setdefault(member.pk, {"title": member.name or "新成员", "forms": [], "member": member})
        group["forms"].append(form)
        if "relation_to_head_override" in form.fields:
            form.fields["relation_to_head_override"].help_text = _derived_relation(member, circumstances)
    return list(by_member.values())


def _derived_relation(member: Member, circumstances: Circumstances) -> str:
    """What the relation to the head is without an answer by hand."""
    if member.is_head:
        return "本人就是户主，不用选"
    chosen, member.relation_to_head_override = member.relation_to_head_override, ""
    derived = lists.label("relation", relation_to_head(member, circumstances))
    member.relation_to_head_override = chosen
    return f"推算为“{derived}”，不对再选" if derived else "推算不出来，请选择"


def after(part: str) -> str:
    """The step after this one; the last one stays."""
    keys = list(STEPS)
    return keys[min(keys.index(part) + 1, len(keys) - 1)]
