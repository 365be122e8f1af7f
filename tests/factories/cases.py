"""Cases in any state, made directly (fast); journeys and action tests walk the real way."""

from bangfu.casework.applications.models import Application, Authorisation, WageCertificate
from bangfu.casework.cases import actions as case_actions
from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.numbers import next_case_no
from bangfu.casework.cases.states import CLAIMLESS, State
from bangfu.casework.households import actions as households
from bangfu.casework.households.circumstances import copy_as, freeze
from bangfu.casework.households.models import Circumstances, Household, Member, Witness
from bangfu.casework.visits.models import CheckState, Investigator, Visit
from bangfu.foundations.codes import citizen_id, clock
from bangfu.foundations.organisations.models import Organisation, Post
from bangfu.foundations.organisations.scope import Acting
from tests.factories.ids import fresh_citizen_id

ORDER = list(State)
APPLICANT = {
    "ethnicity": "01", "political_status": "3", "marital_status": "married", "health_status": "01", "monthly_income": 320000,
    "medical_insurance": "1", "model_worker_type": "0", "hukou_type": "1", "work_status": "1", "employer_or_school": "示例纺织有限公司",
    "employer_nature": "2", "enterprise_condition": "1", "industry": "C", "is_head": True, "member_identity": "employed",
    "same_register": True, "lives_together": True,
}  # fmt: skip
SPOUSE = {
    "relation_to_applicant": "10", "ethnicity": "01", "political_status": "3", "marital_status": "married", "health_status": "05",
    "disease": "尿毒症", "monthly_income": 0, "member_identity": "unemployed", "member_identity_fine": "03", "medical_insurance": "2",
    "model_worker_type": "0", "hukou_type": "1", "work_status": "3", "same_register": True, "lives_together": True,
}  # fmt: skip
HOUSEHOLD = {
    "apply_level": "national", "worker_kind": "1", "hukou_address": "河北省石家庄市长安区示例街1号", "hukou_division": "130102",
    "residence_address": "河北省石家庄市长安区示例街1号", "postal_code": "050000", "phone": "13800000001", "other_contact": "无",
    "job_identity": "employed", "contract_from": "2015-03", "contract_to": "2028-02", "household_nonwage_income": 0,
    "commercial_housing_count": 1, "commercial_housing_area": "62.50", "real_estate_none": False, "vehicle_none": True,
    "vehicle_regular_use": False, "other_property_has": "0", "main_cause": "02", "secondary_causes": ["09", "06"],
    "hardship_narrative": "配偶每周透析三次，家庭入不敷出。", "expense_medical": 1200000, "expense_education": 800000, "expense_other": 0,
    "medical_total_year": 5200000, "medical_self_paid_year": 1200000, "materials": ["01", "02", "03", "04", "05"],
    "needs": ["medical", "schooling"],
    "work_start_date": "1996-07-01", "housing_type": "2", "floor_area": "62.50", "single_parent": False, "hukou_type": "1",
    "can_self_help": True, "zero_employment_household": False, "bank_name": "示例银行", "bank_branch": "示例支行",
    "bank_card_no": "6222000000000000017", "medical_aid_received_year": 800000, "has_basic_medical_insurance": True,
    "difficulty_category": "2", "archive_type": "2", "filing_standard": "1",
}  # fmt: skip


def make_declared(
    org: Organisation, *, household: Household | None = None, name: str = "示例甲一", **changes
) -> Circumstances:
    """Complete declared circumstances of a couple: the applicant earns 3,200 元/月, the spouse is ill."""
    household = household or Household.objects.create(**org.scope())
    circumstances = Circumstances.objects.create(
        **org.scope(), household=household, witness=Witness.DECLARED, **{**HOUSEHOLD, **changes}
    )
    add_member(circumstances, 0, name=name, sex="1", **APPLICANT)
    add_member(circumstances, 1, name=name[:-1] + "二", sex="2", **SPOUSE)
    return Circumstances.objects.get(pk=circumstances.pk)


def add_member(circumstances: Circumstances, position: int, *, sex: str = "1", id_number: str = "", **fields) -> Member:
    """One more person with a valid, fresh citizen ID."""
    id_number = id_number or fresh_citizen_id(sex)
    return Member.objects.create(
        **circumstances.scope(),
        circumstances=circumstances,
        position=position,
        sex=sex,
        id_number=id_number,
        birth_date=citizen_id.birth_date(id_number),
        **fields,
    )


def make_case(by: Acting, state: State | str = State.DRAFT, *, org: Organisation | None = None, **changes) -> Case:
    """A case of `org` (default: the post's union) in a state, with the records that the state needs, claims included.

    Made without the flow: its log holds only the start. `returned_to` may be given for the state returned.
    """
    org, state = org or by.org, State(state)
    returned_to = changes.pop("returned_to", "")
    declared = make_declared(org, **changes)
    case = Case(
        **org.scope(),
        case_no=next_case_no(org),
        household=declared.household,
        declared=declared,
        opened_by=by.user,
    )
    case_actions.index(case, declared)
    flow.start(case, by=by)
    _apply(case)
    if state == State.DRAFT:
        return case
    freeze(declared)
    if state not in CLAIMLESS:
        households.claim(declared, case_id=case.id)
    if ORDER.index(state) > ORDER.index(State.VISITING) and state not in (State.WITHDRAWN,):
        add_concluded_visit(case)
    case.state, case.returned_to = state, returned_to
    case.turn_org_id = flow.turn_org_id(case)
    case.save()
    return Case.objects.select_related("org", "turn_org").get(pk=case.pk)


def add_concluded_visit(case: Case) -> Visit:
    """A visit by two investigators of the filing union that found what was declared."""
    visit = Visit.objects.create(
        **case.scope(), case=case, assigned_at=clock.now(), check_state=CheckState.WAIVED, check_waived_reason="示例"
    )
    posts = Post.objects.filter(org=case.org, role="investigator").select_related("user")[:2]
    for post in posts:
        Investigator.objects.create(
            **case.scope(),
            visit=visit,
            user=post.user,
            name=post.user.name,
            from_org=post.org,
            declares_no_kinship=True,
            signed_at=clock.now(),
        )
    case.verified = copy_as(case.declared, Witness.VERIFIED)
    freeze(case.verified)
    case.save()
    visit.surveyed_on, visit.conclusion, visit.survey_level = clock.today(), "1", "province_or_above"
    visit.concluded_at = clock.now()
    visit.save()
    return visit


def _apply(case: Case) -> None:
    application = Application.objects.create(
        **case.scope(), case=case, declares_no_exclusion=True, declares_cooperation=True, declares_plan_cooperation=True,
        signed_on_paper=True, applied_on=clock.today(),
    )  # fmt: skip
    for number, member in enumerate(case.declared.members.all(), start=1):
        Authorisation.objects.create(
            **case.scope(), application=application, member=member, line_no=number, declares_truth=True, consents_to_verification=True,
            signed_on_paper=True, fingerprint_on_paper=True, signed_on=clock.today(),
        )  # fmt: skip
    applicant = case.declared.applicant
    WageCertificate.objects.create(
        **case.scope(), application=application, member=applicant, months_covered=12, avg_gross_monthly=376000, avg_net_monthly=320000,
        annual_income=3840000, issuer_name="示例纺织有限公司", handler_name="示例经办", handler_phone="13800000009", sealed=True,
        issued_on=clock.today(),
    )  # fmt: skip
