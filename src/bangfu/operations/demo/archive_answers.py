"""What 附件6 asks beyond 附件2, for the demo's files."""

from bangfu.casework.households.models import Circumstances, Member

FINE_IDENTITY = {"employed": "01", "unemployed": "03", "retired": "04", "student": "10"}
WORK_STATUS = {"employed": "1", "unemployed": "3", "retired": "4"}


def complete(circumstances: Circumstances, members: list[Member]) -> None:
    """Fill the answers of 附件6 in place."""
    for name, value in {
        "work_start_date": "1996-07-01",
        "housing_type": "2",
        "floor_area": circumstances.commercial_housing_area,
        "single_parent": False,
        "hukou_type": "1",
        "can_self_help": True,
        "zero_employment_household": False,
        "contract_term": "7",
        "bank_name": "示例银行",
        "bank_branch": "示例支行",
        "bank_card_no": "6222000000000000017",
        "medical_aid_received_year": 0,
        "has_basic_medical_insurance": True,
        "difficulty_category": "1"
        if circumstances.expense_medical and circumstances.expense_medical > 2000000
        else "2",
        "archive_type": "2",
        "filing_standard": "1" if circumstances.apply_level == "national" else "3",
    }.items():
        setattr(circumstances, name, value)
    for member in members:
        _complete_member(member)


def _complete_member(member: Member) -> None:
    member.medical_insurance = "1" if member.position == 0 else "2"
    member.model_worker_type = "0"
    member.hukou_type = "1"
    member.confirmed_by_visit = True
    member.member_identity_fine = FINE_IDENTITY[member.member_identity]
    member.work_status = WORK_STATUS.get(member.member_identity, "")
    if member.member_identity == "employed":
        member.employer_nature, member.enterprise_condition, member.industry = "2", "1", "C"
        member.contract_term = "7"
    if member.member_identity == "student":
        member.current_education, member.enrolled_year, member.schooling_years = "60", 2024, 3
