"""The way of a sample after the application: visit, review, notice, opinions, file, plan, card, ledger."""

from tests.journeys.people import People, Person
from tests.journeys.walk import code

GROUNDS = ("employs_others", "high_fee_school", "self_funded_abroad", "refused_check", "false_information")


def visit(people: People, case_id: int, told: dict, *, officer: Person, investigators: list) -> None:
    """Assign, record, sign by each, conclude. `investigators` are (Acting, Person) pairs."""
    ids = [str(by.post.id) for by, _ in investigators]
    officer.open(f"/visits/{case_id}/").press("指派调查人员")
    officer.fill({"people": ids, "unrelated": ids, "planned_on": str(told["surveyed_on"])}).press("指派").sees(
        "入户调查"
    )
    first = investigators[0][1]
    _record(first, case_id, told)
    for _, person in investigators:
        person.open(f"/visits/{case_id}/").fill({"unrelated": True}).press("本人签名")
    first.open(f"/visits/{case_id}/")
    if told["conclusion"] == "符合":
        first.fill(
            {"conclusion": code("survey_conclusion", "符合"), "survey_level": code("survey_level", told["level"])}
        )
    else:
        first.fill({"conclusion": code("survey_conclusion", "不符合"), "ground": told["rule"]})
    first.press("作出结论", confirm=True)


def _record(person: Person, case_id: int, told: dict) -> None:
    person.open(f"/visits/{case_id}/record/")
    for box in person.page.locator('input[name$="-confirmed_by_visit"][value="True"]').all():
        box.check(force=True)
    person.press("保存，下一页")
    for one in told["differences"]:
        person.fill({one["field"]: str(one["verified"]), one["field"].replace("_count", "_area"): one["area"]})
    person.press("保存，下一页").press("保存，下一页")
    person.fill({"surveyed_on": str(told["surveyed_on"])} | {name: "False" for name in GROUNDS}).press("保存，下一页")
    person.fill({"check_state": "waived", "check_waived_reason": "核对平台尚未接通"}).press("保存，下一页")
    person.press("完成，去签名")


def review(officer: Person, case_id: int, told: dict) -> None:
    """Hold the meeting, record the votes, close it."""
    officer.open("/reviews/hold/")
    officer.fill(
        {
            "cases": [str(case_id)],
            "held_at": str(told["held_at"])[:16].replace(" ", "T"),
            "place": "示例会议室",
            "member_count": str(told["attendees"]),
            "attendee_count": str(told["attendees"]),
            "chair": "示例主持人",
            "recorder": "示例记录人",
        }
    )
    officer.press("保存，登记表决")
    item = officer.page.locator('input[name$="-agree"]').first.get_attribute("name").removesuffix("agree")
    officer.fill({item + name: str(told[name]) for name in ("agree", "against", "abstain")}).press("保存表决结果")
    officer.press("登记结果，办结会议", confirm=True).sees("已登记结果")


def post_notice(officer: Person, told: dict) -> None:
    """Post the list of the passed; the last day is computed."""
    officer.open("/notices/post/")
    officer.fill(
        {
            "notice_from": str(told["from"]),
            "feedback_days": "7",
            "supervision_phone": "0311-55500001",
            "contact_name": "示例联系人",
            "contact_phone": "0311-55500002",
            "posted_at_place": "单位公告栏",
        }
    )
    officer.press("登记张贴", confirm=True)


def clear_notice(officer: Person, case_id: int) -> None:
    """Write 无异议 into 附件2."""
    officer.open(f"/notices/case/{case_id}/").press("登记公示结果").sees("无异议")


def opine(person: Person, case_id: int, text: str = "同意") -> None:
    """Sign an approving opinion."""
    person.open(f"/approvals/case/{case_id}/")
    if person.page.locator('input[type=radio][name="decision"]').count():
        person.fill({"decision": "approve"})
    person.fill({"text": text, "no_kinship": True}).press("签署（", confirm=True).sees("已封存")


def file_archive(filer: Person, checker: Person, case_id: int, told: dict, application: dict) -> None:
    """Fill in 附件6, hand it in, check it."""
    filer.open(f"/archives/{case_id}/").press("填写档案表")
    filer.fill(
        {
            "a-work_status": code("work_status_system", told["work_status"]),
            "a-medical_insurance": code("medical_insurance", told["medical_insurance"]),
            "a-model_worker_type": code("model_worker", told["model_worker_type"]),
            "a-employer_nature": code("employer_nature", told["employer_nature"]),
            "a-enterprise_condition": code("enterprise_condition", told["enterprise_condition"]),
            "a-industry": code("gbt4754_2017_section", told["industry"]),
        }
    ).press("保存，下一步")
    filer.fill(
        {
            "worker_kind": code("worker_kind", told["worker_kind"]),
            "difficulty_category": "2",
            "archive_type": code("archive_type", told["archive_type"]),
            "filing_standard": code("filing_standard", told["filing_standard"]),
            "work_start_date": told["work_start_date"],
            "housing_type": code("housing_type_system", told["housing_type"]),
            "floor_area": told["floor_area"],
            "postal_code": told["postal_code"],
            "other_contact": told["other_contact"],
            "hukou_division": told["hukou_division"],
            "hukou_type": code("hukou_type", told["hukou_type"]),
            "single_parent": str(told["single_parent"]),
            "can_self_help": str(told["can_self_help"]),
            "zero_employment_household": str(told["zero_employment_household"]),
        }
    ).press("保存，下一步").press("保存，下一步")
    _members(filer, told["members"], [member["name"] for member in application["members"]])
    filer.press("保存，下一步")
    filer.fill(
        {
            "bank_name": told["bank_name"],
            "bank_branch": told["bank_branch"],
            "bank_card_no": told["bank_card_no"],
            "medical_aid_received_year": told["medical_aid_received_year"],
            "has_basic_medical_insurance": str(told["has_basic_medical_insurance"]),
        }
    ).press("保存，下一步").press("保存，下一步")
    filer.sees("800.00").press("提交审核")
    checker.open(f"/archives/{case_id}/").press("审核通过，建档", confirm=True).sees("职工编号")


def _members(filer: Person, told: dict, names: list[str]) -> None:
    inputs = filer.page.locator('input[name^="m"][name$="-name"]').evaluate_all(
        "all => all.map(e => [e.name, e.value])"
    )
    prefixes = {value: name.removesuffix("name") for name, value in inputs}
    for name in names:
        answers, prefix = told[name], prefixes[name]
        filer.fill(
            {
                prefix + "ethnicity": code("gbt3304_ethnic", answers["ethnicity"]),
                prefix + "political_status": code("political_status_system", answers["political_status"]),
                prefix + "medical_insurance": code("medical_insurance", answers["medical_insurance"]),
                prefix + "marital_status": code("marital_status_form", answers["marital_status"]),
                prefix + "hukou_type": code("hukou_type", answers["hukou_type"]),
                prefix + "member_identity_fine": code("member_identity_system", answers["member_identity"]),
                prefix + "model_worker_type": "0",
            }
        )
        if answers.get("enrolled_year"):
            filer.fill(
                {
                    prefix + "current_education": "60",
                    prefix + "enrolled_year": str(answers["enrolled_year"]),
                    prefix + "schooling_years": str(answers["schooling_years"]),
                }
            )
        status = filer.page.locator(f'[name="{prefix}work_status"]')
        if status.count() and status.first.is_visible():
            filer.fill(
                {
                    prefix + "work_status": code(
                        "work_status_system", "退休" if answers["member_identity"] == "退休" else "失业"
                    )
                }
            )


def register_sponsor(guide: Person, told: dict) -> None:
    """The county registers the sponsor and its contact."""
    guide.open("/plans/register/sponsors/add/").fill({"name": told["assist_unit"], "phone": "0311-55500009"}).press(
        "保存"
    )
    guide.open("/plans/register/").press("新增联系人")
    guide.fill(
        {"name": told["assist_contact"], "title": told["assist_contact_post"], "phone": told["assist_contact_phone"]}
    ).press("保存")


def plan(officer: Person, guide: Person, case_id: int, told: dict) -> None:
    """立卡信息, the contact agreed by the union above, the worker's signature, the decision."""
    officer.open(f"/plans/{case_id}/").press("制定计划")
    officer.fill(
        {
            "household_situations": [str(one) for one in told["household_situations"]],
            "key_groups": [str(one) for one in told["key_groups"]],
            "measures": [str(one) for one in told["measures"]],
            "plans": [str(one) for one in told["plans"]],
            "target_month": told["target_month"],
            "union_liaison": told["union_liaison"],
            "union_liaison_post": told["union_liaison_post"],
            "union_liaison_phone": told["union_liaison_phone"],
        }
    ).press("保存")
    guide.open(f"/plans/{case_id}/")
    label = guide.page.locator("select[name=contact] option", has_text=told["assist_contact"]).first.get_attribute(
        "value"
    )
    guide.fill({"contact": label}).press("确定（上级工会一次办结）")
    officer.open(f"/plans/{case_id}/")
    _sign(officer)
    officer.fill({"signed_on": str(told["carded_on"])}).press("登记签字").press("确定帮扶计划")


def _sign(officer: Person) -> None:
    pad = officer.page.locator("canvas.signature")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    mouse = officer.page.mouse
    mouse.move(box["x"] + 20, box["y"] + 20)
    mouse.down()
    mouse.move(box["x"] + 120, box["y"] + 60, steps=8)
    mouse.move(box["x"] + 60, box["y"] + 80, steps=8)
    mouse.up()


def issue_card(officer: Person, case_id: int, told: dict) -> None:
    """Three copies; the household enters the ledger."""
    officer.open(f"/plans/{case_id}/").fill({"carded_on": str(told["carded_on"])}).press("发卡（一式三份），列入台账")
    officer.sees("困难职工存查", "基层工会保存", "上报至职工服务中心")
