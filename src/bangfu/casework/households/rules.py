"""What the questionnaire still lacks, what in it cannot be true, and what excludes the household.

Reasons carry the path of the answer (`phone`, `members.1.id_number`); pages turn it into a link (forms.place_of).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from bangfu.casework.households.models import Circumstances, DocumentKind, Member
from bangfu.foundations.codes import citizen_id, clock, lists, numbers
from bangfu.foundations.codes.reasons import Reason

HEALTHY = "01"
HEALTH_CAUSES = {"01", "02", "03", "04"}
MIGRANT_WORKER = "2"
OTHER = "99"
IN_WORK = {"01", "05", "06"}  # 在岗, 内退, 农民工 of member_identity_system
IN_SCHOOL = {"07", "08", "09", "10", "11", "12"}
NOT_AN_ENTERPRISE = {"", "1", "7"}
SCHOOL_AGE, WORKING_AGE = 7, range(16, 60)
# Who someone is cannot be 无 or 不详 (DOMAIN 2: required fields of 附件6 except identity).
IDENTITY = {"name", "id_number", "sex", "birth_date", "document_reason"}
REAL_ESTATE = ("commercial_housing", "self_built", "relocation", "shop")


@dataclass(frozen=True)
class Blank:
    """One answer that is required of this household: where, its words, whether it is there."""

    path: str
    label: str
    filled: bool

    def reason(self) -> Reason:
        return Reason(f"请填写“{self.label}”。", field=self.path)


def reasons_application_incomplete(circumstances: Circumstances) -> list[Reason]:
    """Everything that 附件2 (the applicant's part) lacks or contradicts, all at once."""
    lacking = [blank.reason() for blank in _application(circumstances) if not blank.filled]
    return lacking + reasons_contradictory(circumstances)


def reasons_archive_incomplete(circumstances: Circumstances) -> list[Reason]:
    """Everything that 附件6 lacks; an answer excused with 无 / 不详 and a reason counts, identity excepted."""
    lacking = [blank.reason() for blank in _archive(circumstances) if not blank.filled]
    return lacking + reasons_contradictory(circumstances)


def completeness(circumstances: Circumstances, form: str = "application") -> int:
    """Per cent of the required answers that are there (0–100). `form`: application (附件2) or archive (附件6)."""
    filled, total = tally(circumstances, form)
    return 100 * filled // total if total else 0


def tally(circumstances: Circumstances, form: str = "application") -> tuple[int, int]:
    """(answers that are there, answers required) for 附件2 (application) or 附件6 (archive)."""
    blanks = list({"application": _application, "archive": _archive}[form](circumstances))
    return sum(blank.filled for blank in blanks), len(blanks)


def reasons_contradictory(circumstances: Circumstances) -> list[Reason]:
    """Answers that cannot all be true."""
    found = [*_contradictions(circumstances), *_property_contradictions(circumstances)]
    if sum(member.is_head for member in circumstances.members.all()) > 1:
        found.append(Reason("户主只能有一位，请核对。", field="members.0.is_head"))
    for member in circumstances.members.all():
        found += _about_person(member)
    return found + _same_person_twice(circumstances)


def warnings(circumstances: Circumstances) -> list[Reason]:
    """Doubts that stop nobody: an unknown region code, a card's check digit, 单亲 and 已婚, a pupil's wages."""
    found = []
    for member in circumstances.members.all():
        at, who = f"members.{member.position}.", member.name or "未填姓名者"
        found += [Reason(f"{who}：{w.text}", field=at + "id_number") for w in citizen_id.warnings(member.id_number)]
        if member.member_identity == "student" and member.monthly_income:
            found.append(Reason(f"{who}在读却有月收入，请再核对一遍。", field=at + "monthly_income"))
    if circumstances.bank_card_no:
        found += [Reason(w.text, field="bank_card_no") for w in numbers.bank_card_warnings(circumstances.bank_card_no)]
    applicant = circumstances.applicant
    if circumstances.single_parent and applicant and applicant.marital_status == "married":
        found.append(Reason("填了“是单亲”，而婚姻情况是“已婚”，请再核对一遍。", field="single_parent"))
    if circumstances.zero_employment_household and any(m.member_identity == "employed" for m in circumstances.others):
        found.append(Reason("填了“零就业家庭”，而有家庭成员在职，请再核对一遍。", field="zero_employment_household"))
    return found


def exclusions(circumstances: Circumstances) -> list[Reason]:
    """Which grounds of 填表说明 1 these facts show; R-EX-3 and R-EX-5 come from the visit."""
    found = []
    if circumstances.dwelling_count >= 2:
        found.append(("R-EX-1", f"住宅共 {circumstances.dwelling_count} 套。", "real_estate_none"))
    if circumstances.shop_count:
        found.append(("R-EX-2", f"商铺 {circumstances.shop_count} 套。", "shop_count"))
    if circumstances.vehicle_regular_use and circumstances.vehicle_use_employed is False:
        found.append(("R-EX-4", "经常使用，且不是受雇使用。", "vehicle_regular_use"))
    return [
        Reason(f"{lists.label('exclusion', rule)}：{what}", field=field, rule=rule, clause="附件2 填表说明1")
        for rule, what, field in found
    ]


# ---- what is required ---------------------------------------------------------


def _application(c: Circumstances) -> Iterator[Blank]:
    yield from _of_household(
        c, "apply_level", "hukou_address", "residence_address", "phone", "job_identity", "household_nonwage_income",
        "other_property_has", "vehicle_regular_use", "main_cause", "hardship_narrative",
        "expense_medical", "expense_education", "expense_other", "medical_total_year", "medical_self_paid_year",
    )  # fmt: skip
    yield from _of_household(c, *_household_conditions(c))
    yield Blank("real_estate_none", "不动产（没有，或填写套数）", _real_estate_answered(c))
    yield Blank("vehicle_none", "机动车辆（没有，或填写车辆）", _vehicles_answered(c))
    for code in ("03", "04"):
        label = f"相关附件材料：{lists.label('material_kind', code)}"
        yield Blank("materials", label, code in c.materials)
    members = list(c.members.all())
    if not any(member.position == 0 for member in members):
        yield Blank("members.0.name", "申请人：姓名", False)
    for member in members:
        yield from _identity(c, member)
        yield from _of_member(c, member, *(_applicant_names(c) if member.position == 0 else _member_names(member)))


def _household_conditions(c: Circumstances) -> list[str]:
    """Answers of 附件2 that others call for."""
    asked = {
        "contract_from": c.job_identity == "employed",
        "job_identity_other": c.job_identity == "other",
        "unemployment_benefit_from": bool(c.unemployment_benefit_to),
        "vehicle_use_employed": bool(c.vehicle_regular_use),
        "car_bought_year": bool(c.car_count),
        "other_property_text": c.other_property_has == "1",
        "main_cause_other": OTHER in c.all_causes,
        "material_other": OTHER in c.materials,
    }
    asked |= {f"{kind}_area": bool(getattr(c, f"{kind}_count")) for kind in REAL_ESTATE}
    return [name for name, needed in asked.items() if needed]


def _applicant_names(c: Circumstances) -> list[str]:
    names = ["ethnicity", "political_status", "marital_status", "monthly_income"]
    return names + (["employer_or_school"] if c.job_identity == "employed" else [])


def _member_names(member: Member) -> list[str]:
    names = ["relation_to_applicant"]
    if member.supporter_only:
        return names
    names += ["health_status", "monthly_income", "same_register", "lives_together"]
    if member.age is None or member.age >= SCHOOL_AGE:
        names.append("member_identity")
    if member.member_identity in ("employed", "student"):
        names.append("employer_or_school")
    if member.same_register is False and member.lives_together:
        names.append("legal_duty")
    if member.excluded_kind in ("X2", "X3"):
        names.append("excluded_since")
    return names


def _identity(c: Circumstances, member: Member) -> Iterator[Blank]:
    yield from _of_member(c, member, "name", "sex")
    if member.document_kind == DocumentKind.CITIZEN_ID:
        yield from _of_member(c, member, "id_number")
        return
    yield from _of_member(c, member, "birth_date", "document_reason")
    if member.document_kind != DocumentKind.NONE:
        yield from _of_member(c, member, "document_number")


def _archive(c: Circumstances) -> Iterator[Blank]:
    migrant = ["contract_signed_on", "contract_term"] if c.worker_kind == MIGRANT_WORKER else []
    medical = ["medical_total_year", "medical_self_paid_year", "medical_aid_received_year"]
    yield from _of_household(
        c, "worker_kind", *migrant, "difficulty_category", "archive_type", "filing_standard", "work_start_date",
        "housing_type", "floor_area", "phone", "single_parent", "residence_address", "postal_code",
        "household_nonwage_income", "hukou_division", "hukou_type", "can_self_help", "zero_employment_household",
        "main_cause", *(["main_cause_other"] if OTHER in c.all_causes else []),
        "expense_medical", "expense_education", "expense_other", "bank_name", "bank_branch", "bank_card_no",
        *(medical if HEALTH_CAUSES & set(c.all_causes) else []), "has_basic_medical_insurance",
    )  # fmt: skip
    if c.household_annual_income_corrected is not None:
        yield from _of_household(c, "income_correction_reason")
    if c.hukou_division and c.hukou_division[:2] != "13":
        yield from _of_household(c, "hukou_division_name")
    members = list(c.members.all())
    yield Blank("members.0.is_head", "户主", any(member.is_head for member in members))
    for member in members:
        if member.supporter_only:
            continue
        yield from _identity(c, member)
        yield from _of_member(c, member, "birth_date", "ethnicity", "monthly_income", "model_worker_type")
        yield from _of_member(c, member, "health_status", "medical_insurance", "marital_status")
        if member.health_status not in ("", HEALTHY):
            yield _disease(c, member)
        yield from _of_member(c, member, *(_worker_file(member) if member.position == 0 else _member_file(member)))


def _worker_file(member: Member) -> list[str]:
    names = ["political_status", "work_status", "employer_or_school", "employer_nature", "industry"]
    return names + ([] if member.employer_nature in NOT_AN_ENTERPRISE else ["enterprise_condition"])


def _member_file(member: Member) -> list[str]:
    names = ["relation_to_applicant", "hukou_type", "member_identity_fine"]
    if member.member_identity_fine in IN_SCHOOL:
        return [*names, "current_education", "enrolled_year", "schooling_years", "employer_or_school"]
    if member.member_identity_fine in IN_WORK:
        names += ["employer_or_school", "employer_nature", "industry"]
        names += [] if member.employer_nature in NOT_AN_ENTERPRISE else ["enterprise_condition"]
    if member.age is not None and member.age in WORKING_AGE:
        names.append("work_status")
    return names


def _disease(c: Circumstances, member: Member) -> Blank:
    path = f"members.{member.position}.disease"
    label = f"{member.name or '未填姓名者'}：疾病/残疾类别"
    disabled = bool(member.disability_kind and member.disability_grade)
    return Blank(path, label, bool(member.disease) or disabled or _excused(c, path))


def _of_household(c: Circumstances, *names: str) -> Iterator[Blank]:
    for name in names:
        label = str(c._meta.get_field(name).verbose_name)
        yield Blank(name, label, _answered(c, name) or _excused(c, name))


def _of_member(c: Circumstances, member: Member, *names: str) -> Iterator[Blank]:
    who = "申请人" if member.position == 0 else member.name or f"第 {member.position} 位家庭成员"
    for name in names:
        path = f"members.{member.position}.{name}"
        label = f"{who}：{member._meta.get_field(name).verbose_name}"
        yield Blank(path, label, _answered(member, name) or _excused(c, path))


def _answered(thing: Circumstances | Member, name: str) -> bool:
    return getattr(thing, name) not in (None, "", [])


def _excused(c: Circumstances, path: str) -> bool:
    return path.rsplit(".", 1)[-1] not in IDENTITY and bool(str(c.excused.get(path, "")).strip())


def _real_estate_answered(c: Circumstances) -> bool:
    return bool(c.real_estate_none or any(getattr(c, f"{kind}_count") for kind in REAL_ESTATE))


def _vehicles_answered(c: Circumstances) -> bool:
    return bool(c.vehicle_none or c.car_count or c.other_vehicle)


# ---- what cannot be true ------------------------------------------------------


def _contradictions(c: Circumstances) -> Iterator[Reason]:
    total, paid = c.medical_total_year, c.medical_self_paid_year
    if total is not None and paid is not None and paid > total:
        yield Reason("自付部分不能多于家庭年医疗费总支出。", field="medical_self_paid_year")
    if c.contract_from and c.contract_to and c.contract_to < c.contract_from:
        yield Reason("合同期限的“至”不能早于“起”。", field="contract_to")
    if (
        c.unemployment_benefit_from
        and c.unemployment_benefit_to
        and c.unemployment_benefit_to < c.unemployment_benefit_from
    ):
        yield Reason("失业金发放期限的“至”不能早于“起”。", field="unemployment_benefit_to")
    if len(c.secondary_causes) > 3:
        yield Reason("次要致困原因最多选三项。", field="secondary_causes")
    if c.main_cause and c.main_cause in c.secondary_causes:
        yield Reason("次要致困原因不能与主要致困原因相同。", field="secondary_causes")
    for name, words in (("work_start_date", "参加工作日期"), ("contract_signed_on", "劳动合同签订时间")):
        value = getattr(c, name)
        if value and value > clock.today():
            yield Reason(f"{words}不能晚于今天。", field=name)


def _property_contradictions(c: Circumstances) -> Iterator[Reason]:
    counted = [kind for kind in REAL_ESTATE if getattr(c, f"{kind}_count")]
    if c.real_estate_none and counted:
        yield Reason("勾选了“没有不动产”，又填写了套数，请只保留一种。", field="real_estate_none")
    if c.vehicle_none and (c.car_count or c.other_vehicle.strip(" 无")):
        yield Reason("勾选了“没有机动车辆”，又填写了车辆，请只保留一种。", field="vehicle_none")
    if c.car_bought_year and c.car_bought_year > clock.today().year:
        yield Reason("汽车购买年份不能晚于今年。", field="car_bought_year")
    if c.other_property_has == "0" and c.other_property_text:
        yield Reason("选了没有其他财产，又填写了说明，请只保留一种。", field="other_property_has")


def _about_person(member: Member) -> list[Reason]:
    at, who = f"members.{member.position}.", member.name or "未填姓名者"
    today, found = clock.today(), []
    if member.document_kind == DocumentKind.CITIZEN_ID and member.id_number:
        wrong = citizen_id.problems(member.id_number, today, member.sex)
        found += [Reason(f"{who}：{reason.text}", field=at + "id_number", clause=reason.clause) for reason in wrong]
    elif member.birth_date and member.birth_date > today:
        found.append(Reason(f"{who}：出生日期不能晚于今天。", field=at + "birth_date"))
    if member.excluded_since and member.excluded_since > today:
        found.append(Reason(f"{who}：不计入情形的起始日期不能晚于今天。", field=at + "excluded_since"))
    if member.monthly_income is not None and member.monthly_income < 0:
        found.append(Reason(f"{who}：月收入不能是负数。", field=at + "monthly_income"))
    return found


def _same_person_twice(c: Circumstances) -> list[Reason]:
    numbered = [member for member in c.members.all() if member.id_number]
    return [
        Reason(
            f"{one.name or '一位成员'}和{two.name or '另一位成员'}填了同一个公民身份号码，请核对。",
            field=f"members.{two.position}.id_number",
        )
        for one, two in combinations(numbered, 2)
        if one.id_number == two.id_number
    ]
