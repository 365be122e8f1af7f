"""The way of one sample household, by clicking and typing; each function is one officer's work."""

import re
from pathlib import Path

import yaml
from playwright.sync_api import expect

from bangfu.foundations.codes import lists
from tests.journeys.people import Person

SAMPLES = Path(__file__).parent.parent / "samples"
AREAS = {"commercial_housing", "self_built", "relocation", "shop"}


def sample(name: str) -> dict:
    """A sample household by the first letters of its file."""
    return yaml.safe_load(next(SAMPLES.glob(f"{name}*.yaml")).read_text(encoding="utf-8"))


def code(list_name: str, label: str) -> str:
    return lists.code_of(list_name, label)


def codes(list_name: str, labels: list) -> list[str]:
    return [lists.code_of(list_name, str(label)) for label in labels]


def case_id(person: Person) -> int:
    """The id in the address of the page."""
    found = re.search(r"/(\d+)/", person.page.url)
    assert found, person.page.url
    return int(found.group(1))


def apply(officer: Person, told: dict) -> int:
    """Fill in 附件2, 1 and 3 and submit; returns the case's id."""
    application = told["application"]
    officer.open("/applications/start/").press("开始填写")
    _applicant(officer, application)
    _members(officer, application["members"])
    _property(officer, application)
    _causes(officer, application)
    officer.fill({"needs": codes("need_kind", told.get("needs", ["大病救助"]))}).press("保存，下一步")
    officer.press("全部已在纸质授权书上签名", confirm=True)
    _guardians(officer, application)
    officer.press("保存，下一步")
    _wages(officer, application["wage_certificates"])
    officer.fill({"materials": codes("material_kind", application["materials"])}).press("保存，下一步")
    officer.fill(
        {
            f"s-{name}": True
            for name in (
                "declares_no_exclusion",
                "declares_cooperation",
                "declares_plan_cooperation",
                "signed_on_paper",
            )
        }
    )
    officer.press("保存")
    found = case_id(officer)
    officer.press("提交申请", confirm=True).sees("已提交")
    return found


def _applicant(officer: Person, application: dict) -> None:
    told = application["applicant"]
    officer.fill({"apply_level": code("apply_level", application["apply_level"])})
    if application.get("worker_kind"):
        officer.fill({"worker_kind": code("worker_kind", application["worker_kind"])})
    officer.fill(
        {
            "a-name": told["name"],
            "a-id_number": told["id_number"],
            "a-sex": code("gbt2261_1_sex", told["sex"]),
            "a-ethnicity": code("gbt3304_ethnic", told["ethnicity"]),
            "a-political_status": code("political_status_system", told["political_status"]),
            "a-marital_status": told_marital(told),
            "a-health_status": code("health_status_system", told["health_status"]),
            "a-monthly_income": told["monthly_income"],
            "a-is_head": True,
            "hukou_address": told["hukou_address"],
            "residence_address": told["residence_address"],
            "phone": told["phone"],
            "job_identity": code("job_identity_application", told["job_identity"]),
            "a-employer_or_school": told["employer_name"],
        }
    )
    _disability(officer, "a", told)
    for name in ("contract_from", "contract_to", "unemployment_benefit_from", "unemployment_benefit_to"):
        if told.get(name):
            officer.fill({name: told[name]})
    officer.press("保存，下一步")


def told_marital(told: dict) -> str:
    return code("marital_status_form", told["marital_status"])


def _disability(officer: Person, prefix: str, told: dict) -> None:
    if told["health_status"] == "残疾":
        officer.fill({f"{prefix}-disability_kind": "4", f"{prefix}-disability_grade": "3"})


def _members(officer: Person, members: list[dict]) -> None:
    for position, told in enumerate(members):
        officer.press("增加一位家庭成员")
        prefix = _prefixes(officer)[position]
        officer.fill(
            {
                f"{prefix}-name": told["name"],
                f"{prefix}-relation_to_applicant": code("relation", told["relation_to_applicant"]),
                f"{prefix}-id_number": told["id_number"],
                f"{prefix}-sex": code("gbt2261_1_sex", told["sex"]),
                f"{prefix}-health_status": code("health_status_system", told["health_status"]),
                f"{prefix}-monthly_income": told["monthly_income"],
                f"{prefix}-member_identity": code("member_identity_application", told["member_identity"]),
                f"{prefix}-employer_or_school": told["employer_or_school"],
                f"{prefix}-same_register": "True",
                f"{prefix}-lives_together": "True",
            }
        )
        if told["health_status"] not in ("良好", "残疾"):
            officer.fill({f"{prefix}-disease": told["health_status"]})
        _disability(officer, prefix, told)
    officer.press("保存，下一步")


def _prefixes(officer: Person) -> list[str]:
    names = officer.page.locator('input[name^="m"][name$="-name"]').evaluate_all("all => all.map(e => e.name)")
    return [name.removesuffix("-name") for name in names]


def _property(officer: Person, application: dict) -> None:
    estate = application["real_estate"]
    officer.fill({"household_nonwage_income": application["household_nonwage_income"], "real_estate_none": not estate})
    for kind, told in estate.items():
        officer.fill({f"{kind}_count": str(told["count"]), f"{kind}_area": told["area"]})
    vehicles = application["vehicles"]
    if vehicles == "没有":
        officer.fill({"vehicle_none": True})
    else:
        officer.fill({"car_count": "1", "car_bought_year": re.search(r"(\d{4})年", vehicles).group(1)})
    officer.fill(
        {"vehicle_regular_use": "False", "other_property_has": code("other_property", application["other_property"])}
    )
    officer.press("保存，下一步")


def _causes(officer: Person, application: dict) -> None:
    officer.fill(
        {
            "main_cause": code("cause_application", application["main_cause"]),
            "secondary_causes": codes("cause_application", application["secondary_causes"]),
            "hardship_narrative": application["hardship_narrative"],
            "medical_total_year": application["medical_total_year"],
            "medical_self_paid_year": application["medical_self_paid_year"],
            "expense_medical": application["expenses"]["medical"],
            "expense_education": application["expenses"]["education"],
            "expense_other": application["expenses"]["other"],
        }
    )
    if application["expenses"].get("education_compulsory"):
        officer.fill({"expense_education_compulsory": application["expenses"]["education_compulsory"]})
    officer.press("保存，下一步")


def _guardians(officer: Person, application: dict) -> None:
    """A guardian signs for every line the page marks as too young."""
    for line in officer.page.locator('section[id^="line-"]', has_text="未满 18 周岁").all():
        officer.tick(line.locator('input[name$="signed_by_guardian"]'), True)
        name = line.locator('input[name$="guardian_name"]')
        expect(name).to_be_visible()
        name.fill(application["applicant"]["name"])
        officer.settle()
        expect(name).to_have_value(application["applicant"]["name"])


def _wages(officer: Person, certificates: list[dict]) -> None:
    for told in certificates:
        officer.press(f"登记{told['for']}的收入证明")
    cards = officer.page.locator('section[id^="wage-"]')
    for position, told in enumerate(certificates):
        card = cards.nth(position)
        for name in ("months_covered", "avg_gross_monthly", "avg_net_monthly", "annual_income", "issuer_name"):
            card.locator(f'[name$="-{name}"]').fill(str(told[name]))
        card.locator('[name$="-handler_name"]').fill("示例经办")
        card.locator('[name$="-handler_phone"]').fill("13800000009")
        card.locator('[name$="-issued_on"]').fill("2026-03-01")
        card.locator('input[name$="-sealed"]').check(force=True)
    officer.press("保存，下一步")
