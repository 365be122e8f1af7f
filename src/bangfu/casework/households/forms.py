"""The questionnaire in parts: forms over one record of circumstances and its members, used by every witness.

A page binds several parts at once (`Questionnaire`). Missing answers are no errors here (rules tell what is incomplete);
answers that are wrong are refused one by one, so that autosave keeps the valid ones (`answers`).
"""

from django import forms

from bangfu.casework.households import rules
from bangfu.casework.households.models import Circumstances, Member
from bangfu.casework.households.parts import PARTS, Page, PartForm, PersonForm, Questionnaire, place_of
from bangfu.foundations.codes import clock, divisions, lists, numbers
from bangfu.foundations.codes.money import plain

__all__ = ["PARTS", "Page", "PartForm", "Questionnaire", "place_of"]

ILL = "health_status=" + "|".join(code for code, _ in lists.choices("health_status_system") if code not in ("01", "20"))
HEALTH = {"disease": ILL, "disability_kind": "health_status=20", "disability_grade": "health_status=20"}
NO_CITIZEN_ID = {
    "id_number": "document_kind=id",
    "document_number": "document_kind!=id",
    "document_reason": "document_kind!=id",
    "birth_date": "document_kind!=id",
}


class HeaderForm(PartForm):
    """附件2 and 附件6 表头."""

    part = "header"
    title, needed = "申请类别", ("apply_level", "worker_kind")

    class Meta:
        model = Circumstances
        fields = ["apply_level", "worker_kind"]


class ApplicantForm(PersonForm):
    """附件2 申请人: the person (member 0)."""

    part, of = "applicant", "applicant"
    title = "申请人"
    needed = (
        "name",
        "document_kind",
        "sex",
        "id_number",
        "ethnicity",
        "political_status",
        "marital_status",
        "monthly_income",
    )

    class Meta:
        model = Member
        fields = [
            "name", "document_kind", "id_number", "document_number", "document_reason", "sex", "birth_date", "ethnicity",
            "political_status", "marital_status", "health_status", "disease", "disability_kind", "disability_grade",
            "monthly_income", "is_head",
        ]  # fmt: skip
        labels = {"monthly_income": "本人月平均收入", "is_head": "申请人是户主"}
        help_texts = {"monthly_income": "上一年度工资的月平均数，扣除五险一金和税费（填表说明4）；没有写 0"}

    shown_when = NO_CITIZEN_ID | HEALTH


class ContactForm(PartForm):
    """附件2 申请人: addresses, phone, 职工身份 (the employer is asked with the person, see EmployerForm)."""

    part = "contact"
    title = "联系方式和职工身份"
    needed = ("hukou_address", "residence_address", "phone", "job_identity", "contract_from", "job_identity_other")
    shown_when = {
        "contract_from": "job_identity=employed",
        "contract_to": "job_identity=employed",
        "unemployment_benefit_from": "job_identity=unemployed",
        "unemployment_benefit_to": "job_identity=unemployed",
        "job_identity_other": "job_identity=other",
    }

    class Meta:
        model = Circumstances
        fields = [
            "hukou_address", "residence_address", "phone", "job_identity", "contract_from", "contract_to",
            "unemployment_benefit_from", "unemployment_benefit_to", "job_identity_other",
        ]  # fmt: skip

    def clean(self):
        given = super().clean()
        self.check_phone("phone")
        self.check_months("contract_from", "contract_to")
        self.check_months("unemployment_benefit_from", "unemployment_benefit_to")
        return given


class EmployerForm(PartForm):
    """附件2 工作单位 of the applicant (member 0)."""

    part, of = "employer", "applicant"
    title = "工作单位"

    class Meta:
        model = Member
        fields = ["employer_or_school"]
        labels = {"employer_or_school": "工作单位"}
        help_texts = {"employer_or_school": "失业的写原单位或所在街道（社区）工会"}


class MemberForm(PersonForm):
    """附件2 家庭成员关系, one line, and the questions who is counted (填表说明 2)."""

    part, of = "members", "members"
    title = "家庭成员"
    needed = (
        "name", "relation_to_applicant", "document_kind", "sex", "id_number", "health_status", "monthly_income", "member_identity",
        "same_register", "lives_together", "document_reason", "birth_date",
    )  # fmt: skip
    shown_when = {
        **NO_CITIZEN_ID,
        **HEALTH,
        "legal_duty": "same_register=False",
        "supported_student": "member_identity=student",
        "excluded_since": "excluded_kind=X2|X3",
    }

    class Meta:
        model = Member
        fields = [
            "name", "relation_to_applicant", "document_kind", "id_number", "document_number", "document_reason",
            "sex", "birth_date", "health_status", "disease", "disability_kind", "disability_grade", "monthly_income",
            "member_identity", "employer_or_school", "same_register", "lives_together", "legal_duty",
            "supported_student", "excluded_kind", "excluded_since", "supporter_only", "is_head",
        ]  # fmt: skip
        help_texts = {"monthly_income": "没有收入写 0", "employer_or_school": "在职的写单位，在读的写学校"}


class IncomeForm(PartForm):
    """附件2 家庭非薪资收入."""

    part = "income"
    title, needed = "家庭收入", ("household_nonwage_income",)

    class Meta:
        model = Circumstances
        fields = ["household_nonwage_income"]
        help_texts = {"household_nonwage_income": "全家一年的经营、财产、转移等收入合计（填表说明3）；没有写 0"}


class AssetsForm(PartForm):
    """附件2 家庭财产."""

    part = "assets"
    title = "家庭财产"
    needed = ("other_property_has", "vehicle_regular_use", "vehicle_use_employed", "other_property_text")
    ticks = ("real_estate_none", "vehicle_none")
    shown_when = {
        "car_bought_year": "car_count",
        "vehicle_use_employed": "vehicle_regular_use=True",
        "other_property_text": "other_property_has=1",
    }

    class Meta:
        model = Circumstances
        fields = [
            "real_estate_none", "commercial_housing_count", "commercial_housing_area", "self_built_count",
            "self_built_area", "relocation_count", "relocation_area", "shop_count", "shop_area", "vehicle_none",
            "car_count", "car_bought_year", "other_vehicle", "vehicle_regular_use", "vehicle_use_employed",
            "other_property_has", "other_property_text",
        ]  # fmt: skip
        labels = {
            "vehicle_regular_use": "家里是否有人经常使用机动车辆、船舶、工程机械或大型农机具",
            "vehicle_use_employed": "是否受雇使用（例如受聘的司机）",
        }

    def clean(self):
        given = super().clean()
        if given.get("real_estate_none") and any(given.get(f"{kind}_count") for kind in rules.REAL_ESTATE):
            self.add_error("real_estate_none", "勾选了“没有”，又填写了套数，请只保留一种。")
        if given.get("vehicle_none") and (given.get("car_count") or (given.get("other_vehicle") or "").strip(" 无")):
            self.add_error("vehicle_none", "勾选了“没有”，又填写了车辆，请只保留一种。")
        year = given.get("car_bought_year")
        if year and not 1950 <= year <= clock.today().year:
            self.add_error("car_bought_year", "购买年份应为四位数字，不能晚于今年。")
        return given


class CauseForm(PartForm):
    """附件2 困难原因: one main cause, up to three others, the story."""

    part = "causes"
    title, needed = "困难原因", ("main_cause", "hardship_narrative")

    class Meta:
        model = Circumstances
        fields = ["main_cause", "secondary_causes", "main_cause_other", "hardship_narrative"]
        help_texts = {"main_cause_other": "选了“其他”时填写"}

    def clean(self):
        given = super().clean()
        others = given.get("secondary_causes") or []
        if len(others) > 3:
            self.add_error("secondary_causes", "次要致困原因最多选三项。")
        elif given.get("main_cause") in others:
            self.add_error("secondary_causes", "次要致困原因不能与主要致困原因相同。")
        return given


class ExpenseForm(PartForm):
    """附件2 必要性支出, per year."""

    part = "expenses"
    title = "必要性支出（全家一年）"
    needed = ("expense_medical", "expense_education", "expense_other", "medical_total_year", "medical_self_paid_year")

    class Meta:
        model = Circumstances
        fields = [
            "medical_total_year", "medical_self_paid_year", "expense_medical", "expense_education", "expense_other",
            "expense_education_compulsory",
        ]  # fmt: skip
        help_texts = {"expense_medical": "一般等于上面的自付部分", "expense_other": "没有写 0"}

    def clean(self):
        given = super().clean()
        self.check_at_most("medical_self_paid_year", "medical_total_year", "自付部分不能多于家庭年医疗费总支出。")
        return given


class MaterialsForm(PartForm):
    """附件2 相关附件材料."""

    part = "materials"
    title = "相关附件材料（已交纸质件或已上传的打勾）"

    class Meta:
        model = Circumstances
        fields = ["materials", "material_other"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The 16 boxes of 附件2; minutes of the review and photos of the visit are kept where they arise.
        boxes = [one for one in lists.choices("material_kind") if one[0] not in ("21", "22")]
        self.fields["materials"].choices = boxes  # type: ignore[attr-defined]


class NeedsForm(PartForm):
    """帮扶需求 (摸清帮扶需求)."""

    part = "needs"
    title = "帮扶需求"

    class Meta:
        model = Circumstances
        fields = ["needs", "need_text"]
        widgets = {"need_text": forms.Textarea(attrs={"rows": 3})}


class WorkerFileForm(PartForm):
    """附件6 职工本人 (member 0), beyond 附件2."""

    part, of = "worker_file", "applicant"
    title = "职工本人（附件6）"
    needed = ("health_status", "work_status", "medical_insurance", "model_worker_type", "employer_nature", "industry")
    shown_when = {
        **HEALTH,
        "enterprise_condition": "employer_nature=2|3|4|5|6",
    }

    class Meta:
        model = Member
        fields = [
            "health_status", "disease", "disability_kind", "disability_grade", "work_status", "medical_insurance",
            "model_worker_type", "employer_nature", "enterprise_condition", "industry", "is_head",
        ]  # fmt: skip
        labels = {"is_head": "职工本人是户主"}


class HouseholdFileForm(PartForm):
    """附件6 表头, 住房, 收入与户籍, beyond 附件2."""

    part = "household_file"
    title = "档案和家庭（附件6）"
    needed = (
        "worker_kind", "difficulty_category", "archive_type", "filing_standard", "work_start_date", "housing_type",
        "floor_area", "postal_code", "hukou_division", "hukou_type", "single_parent", "can_self_help",
        "zero_employment_household", "contract_signed_on", "contract_term",
    )  # fmt: skip
    shown_when = {"contract_signed_on": "worker_kind=2", "contract_term": "worker_kind=2"}

    class Meta:
        model = Circumstances
        fields = [
            "worker_kind", "contract_signed_on", "contract_term", "difficulty_category", "archive_type",
            "filing_standard", "work_start_date", "housing_type", "floor_area", "postal_code", "other_contact",
            "hukou_division", "hukou_division_name", "hukou_type", "single_parent", "can_self_help",
            "zero_employment_household", "household_annual_income_corrected", "income_correction_reason",
        ]  # fmt: skip

    def clean(self):
        given = super().clean()
        given["postal_code"] = postcode = plain(given.get("postal_code") or "")
        if postcode and not (postcode.isdigit() and len(postcode) == 6):
            self.add_error("postal_code", "邮政编码应为 6 位数字。")
        for name in ("work_start_date", "contract_signed_on"):
            if (day := given.get(name)) and day > clock.today():
                self.add_error(name, "不能晚于今天。")
        if (code := given.get("hukou_division")) and (wrong := _division_problem(code)):
            self.add_error("hukou_division", wrong)
        if given.get("household_annual_income_corrected") is not None and not given.get("income_correction_reason"):
            self.add_error("income_correction_reason", "更正了家庭年度总收入，请写明理由。")
        return given


class BankForm(PartForm):
    """附件6 银行."""

    part = "bank"
    title, needed = "银行卡", ("bank_name", "bank_branch", "bank_card_no")

    class Meta:
        model = Circumstances
        fields = ["bank_name", "bank_branch", "bank_card_no"]

    def clean(self):
        given = super().clean()
        if card := given.get("bank_card_no"):
            given["bank_card_no"] = numbers.normalise_card(card)
            for wrong in numbers.bank_card_problems(card):
                self.add_error("bank_card_no", wrong.text)
        return given


class MedicalForm(PartForm):
    """附件6 医疗救助信息."""

    part = "medical"
    title, needed = "医疗救助信息", ("has_basic_medical_insurance",)

    class Meta:
        model = Circumstances
        fields = [
            "medical_total_year", "medical_self_paid_year", "medical_aid_received_year",
            "has_basic_medical_insurance", "medical_note",
        ]  # fmt: skip

    def clean(self):
        given = super().clean()
        self.check_at_most("medical_self_paid_year", "medical_total_year", "自付部分不能多于家庭年医疗费总支出。")
        return given


class MemberFileForm(PartForm):
    """附件6 家庭成员信息表格: the 29 fields, those of school and work asked by 人员身份."""

    part, of = "member_files", "members"
    title = "家庭成员信息（附件6）"
    needed = (
        "ethnicity", "monthly_income", "model_worker_type", "health_status", "medical_insurance", "marital_status",
        "hukou_type", "member_identity_fine",
    )  # fmt: skip
    _school = "member_identity_fine=" + "|".join(sorted(rules.IN_SCHOOL))
    _work = "member_identity_fine=" + "|".join(sorted(rules.IN_WORK))
    shown_when = {
        **HEALTH,
        "current_education": _school,
        "enrolled_year": _school,
        "schooling_years": _school,
        "employer_nature": _work,
        "enterprise_condition": _work,
        "industry": _work,
        "contract_or_enlistment_date": _work,
        "contract_term": _work,
    }

    class Meta:
        model = Member
        fields = [
            "relation_to_head_override", "is_head", "ethnicity", "political_status", "monthly_income",
            "model_worker_type", "health_status", "disease", "disability_kind", "disability_grade",
            "medical_insurance", "marital_status", "hukou_type", "mobile", "other_contact", "member_identity_fine",
            "current_education", "enrolled_year", "schooling_years", "employer_or_school", "employer_nature",
            "enterprise_condition", "industry", "work_status", "contract_or_enlistment_date", "contract_term", "note",
        ]  # fmt: skip

    def clean(self):
        given = super().clean()
        self.check_phone("mobile")
        return given


def _division_problem(code: str) -> str:
    """Outside Hebei only the first two digits are checked (DOMAIN 4)."""
    if len(code) != 6 or not code.isdigit() or code[:2] not in divisions.PROVINCES:
        return "行政区划代码应为 6 位数字（河北省内以 13 开头），请核对。"
    if code[:2] == "13" and not divisions.is_known(code):
        return "河北省没有这个行政区划代码，请核对。"
    return ""
