"""Forms of a visit: the team, the questionnaire as the visit asks it, signing, concluding."""

from collections.abc import Mapping

from django import forms

from bangfu.casework.cases.models import Case
from bangfu.casework.households.forms import PARTS, ApplicantForm, MemberForm, Page
from bangfu.casework.households.models import Circumstances
from bangfu.casework.households.parts import PartForm, prefix_of
from bangfu.casework.visits import queries, rules
from bangfu.casework.visits.models import CheckState, Visit
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.organisations.models import Post

ABOUT_PERSON = [
    "name", "relation_to_applicant", "document_kind", "id_number", "document_number", "document_reason", "sex", "birth_date",
]  # fmt: skip
COUNTED = ["confirmed_by_visit", "same_register", "lives_together", "legal_duty", "excluded_kind", "excluded_since"]
CONFIRMED = {"confirmed_by_visit": "入户确认是共同生活的家庭成员"}


class TeamForm(forms.Form):
    """Who visits, and when. The people offered are those of the filing union and of the unions above."""

    planned_on = forms.DateField(label="计划入户日期", widget=forms.DateInput)
    helpers = forms.CharField(
        label="协助人员（社工、义工）",
        required=False,
        max_length=200,
        help_text="可不填；多人用顿号分开。协助人员不计入两名调查人员之内",
    )

    def __init__(self, *args, posts: list[Post], **kwargs):
        super().__init__(*args, **kwargs)
        self.posts = posts
        ids = [(post.id, str(post)) for post in posts]
        self.fields["people"] = forms.TypedMultipleChoiceField(
            label="调查人员", choices=ids, coerce=int, required=False
        )
        self.fields["unrelated"] = forms.TypedMultipleChoiceField(
            label="无亲属关系声明", choices=ids, coerce=int, required=False
        )

    def rows(self) -> list[dict]:
        """The people offered with what is ticked, for the table of the page."""
        chosen = {str(value) for value in self["people"].value() or ()}
        unrelated = {str(value) for value in self["unrelated"].value() or ()}
        return [
            {"post": post, "chosen": str(post.id) in chosen, "unrelated": str(post.id) in unrelated}
            for post in self.posts
        ]

    def clean_helpers(self) -> list[str]:
        text = self.cleaned_data["helpers"]
        for mark in ("，", ",", "；", ";", " ", "\u3000"):
            text = text.replace(mark, "、")
        return [name for name in text.split("、") if name]

    def team(self) -> list[Post]:
        """The posts that are ticked."""
        return [post for post in self.posts if post.id in self.cleaned_data["people"]]


class FoundApplicantForm(ApplicantForm):
    """The applicant as found: identity, own income, health, and that they live there."""

    part = ""
    needed = ("name", "id_number", "sex", "monthly_income", "confirmed_by_visit")  # type: ignore[assignment]

    class Meta(ApplicantForm.Meta):
        fields = [
            *(name for name in ABOUT_PERSON if name != "relation_to_applicant"), "confirmed_by_visit", "monthly_income",
            "employer_or_school", "marital_status", "health_status", "disease", "disability_kind", "disability_grade",
        ]  # fmt: skip
        labels = ApplicantForm.Meta.labels | CONFIRMED | {"employer_or_school": "工作单位"}


class FoundMemberForm(MemberForm):
    """A member as found, with the questions who is counted (填表说明 2)."""

    part = ""
    needed = (  # type: ignore[assignment]
        "name",
        "relation_to_applicant",
        "confirmed_by_visit",
        "same_register",
        "lives_together",
        "monthly_income",
    )

    class Meta(MemberForm.Meta):
        fields = [
            *ABOUT_PERSON, *COUNTED, "supported_student", "supporter_only", "monthly_income", "member_identity",
            "employer_or_school", "health_status", "disease", "disability_kind", "disability_grade",
        ]  # fmt: skip
        labels = CONFIRMED


class FindingsForm(PartForm):
    """When the home was visited, the questions of 填表说明 1 that only a visit answers, notes."""

    title = "入户情况"
    needed = ("surveyed_on", *rules.GROUNDS)

    class Meta:
        model = Visit
        fields = ["surveyed_on", *rules.GROUNDS, "note"]
        labels = {
            "employs_others": "家里是否雇佣他人从事经营活动",
            "high_fee_school": "是否有子女就读高收费私立学校",
            "self_funded_abroad": "是否有子女自费出国留学",
            "refused_check": "是否拒绝调查核实",
            "false_information": "是否有不如实提供的情况",
        }

    def clean(self):
        given = super().clean()
        for reason in rules.reasons_about_day(self.instance.case, given.get("surveyed_on")):
            self.add_error("surveyed_on", reason.text)
        return given


class CheckForm(PartForm):
    """核对 with 民政: asked, answered with its result, or waived with a reason."""

    title = "民政核对"
    needed = ("check_state", "check_waived_reason", "check_answered_on", "check_result")
    shown_when = {
        "check_asked_on": f"check_state={CheckState.ASKED}|{CheckState.ANSWERED}",
        "check_answered_on": f"check_state={CheckState.ANSWERED}",
        "check_result": f"check_state={CheckState.ANSWERED}",
        "aided": f"check_state={CheckState.ANSWERED}",
        "check_waived_reason": f"check_state={CheckState.WAIVED}",
    }

    class Meta:
        model = Visit
        fields = ["check_state", "check_asked_on", "check_answered_on", "check_result", "aided", "check_waived_reason"]
        help_texts = {"check_result": "没有差异写“与申报一致”", "check_waived_reason": "例如：核对平台尚未接通"}
        widgets = {"check_result": forms.Textarea(attrs={"rows": 3})}

    def clean(self):
        given = super().clean()
        asked, answered = given.get("check_asked_on"), given.get("check_answered_on")
        for name, day in (("check_asked_on", asked), ("check_answered_on", answered)):
            if day and day > clock.today():
                self.add_error(name, "不能晚于今天。")
        if asked and answered and answered < asked:
            self.add_error("check_answered_on", "答复日期不能早于发函日期。")
        return given


# The pages of the record in the order of a visit: key → (label, parts of the questionnaire that it asks).
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "members": ("家庭成员", ()),
    "assets": ("收入和财产", ("income", "assets")),
    "expenses": ("支出和需求", ("expenses", "causes", "needs")),
    "findings": ("入户情况", ()),
    "check": ("民政核对", ()),
    "photos": ("照片", ()),
}


def bind(page: str, visit: Visit, verified: Circumstances, data: Mapping | None = None) -> Page:
    """The forms of one page of the record, over the visit and its verified circumstances."""
    if page == "members":
        return Page(
            (FoundMemberForm if member.position else FoundApplicantForm)(
                data, instance=member, prefix=prefix_of(member)
            )
            for member in verified.members.all()
        )
    if page == "findings":
        return Page([FindingsForm(data, instance=visit)])
    if page == "check":
        return Page([CheckForm(data, instance=visit)])
    return Page(PARTS[part](data, instance=verified) for part in PAGES[page][1])


def page_of(field: str) -> str:
    """The page of the record on which the answer of a reason is asked, '' when on none."""
    head = field.split(".")[0]
    if head in PAGES:
        return head
    return next(
        (key for key, (_, parts) in PAGES.items() if any(head in PARTS[part].base_fields for part in parts)), ""
    )


class SignForm(forms.Form):
    """An investigator's own signature."""

    unrelated = forms.BooleanField(label="本人到场入户，与该户无亲属关系，调查记录属实", required=False)


class ConclusionForm(forms.Form):
    """符合 with a level, or 不符合 with a ground and a sentence."""

    conclusion = forms.ChoiceField(
        label="调查结论", widget=forms.RadioSelect, choices=lambda: lists.choices("survey_conclusion")
    )
    survey_level = forms.ChoiceField(
        label="符合哪一级建档条件",
        required=False,
        widget=forms.RadioSelect,
        choices=lambda: lists.choices("survey_level"),
    )
    ground = forms.ChoiceField(label="不符合的依据", required=False)
    reason = forms.CharField(
        label="不符合的理由",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一句话写清楚，职工会看到",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"), *lists.choices("exclusion"), (rules.INCOME, "收入、支出状况不符合建档条件"), (rules.OTHER, "其他"),
        ]  # fmt: skip


def suggested(case: Case, visit: Visit, verified: Circumstances) -> dict:
    """What the facts speak for, behind the choice; the choice itself is never made for the investigator."""
    grounds = queries.suggestion(visit, verified)
    level = "province_or_above" if verified.apply_level == "national" else "prefecture" if verified.apply_level else ""
    if grounds:
        text = "；".join(reason.text.rstrip("。") for reason in grounds) + "，不予认定、建档。"
        return {"ground": grounds[0].rule, "reason": text}
    if visit.conclusion == rules.INELIGIBLE:
        return {"ground": visit.rule, "reason": visit.reason}
    return {"survey_level": visit.survey_level or level}
