"""What the questionnaire lacks, what cannot be true, what excludes."""

import pytest

from bangfu.casework.households import rules
from bangfu.casework.households.models import Circumstances
from bangfu.foundations.codes import clock
from tests.factories.cases import add_member, make_declared

pytestmark = pytest.mark.django_db


def changed(world, **changes) -> Circumstances:
    return make_declared(world.textile, **changes)


def fields(reasons) -> list[str]:
    return [reason.field for reason in reasons]


def test_a_complete_declaration_lacks_nothing(world):
    circumstances = changed(world)
    assert rules.reasons_application_incomplete(circumstances) == []
    assert rules.completeness(circumstances, "application") == 100


def test_everything_missing_is_told_at_once_each_with_its_place(world):
    circumstances = changed(world, phone="", main_cause="", expense_other=None)
    assert fields(rules.reasons_application_incomplete(circumstances)) == ["phone", "main_cause", "expense_other"]
    assert rules.completeness(circumstances) < 100


CONDITIONAL = [
    ({"contract_from": ""}, "contract_from"),
    ({"job_identity": "other"}, "job_identity_other"),
    ({"commercial_housing_area": None}, "commercial_housing_area"),
    ({"commercial_housing_count": None, "commercial_housing_area": None}, "real_estate_none"),
    ({"vehicle_none": False, "car_count": 1}, "car_bought_year"),
    ({"vehicle_none": False}, "vehicle_none"),
    ({"vehicle_regular_use": True}, "vehicle_use_employed"),
    ({"other_property_has": "1"}, "other_property_text"),
    ({"main_cause": "99", "secondary_causes": []}, "main_cause_other"),
    ({"materials": ["03"]}, "materials"),
]


@pytest.mark.parametrize(("changes", "field"), CONDITIONAL)
def test_an_answer_may_call_for_another(world, changes, field):
    assert fields(rules.reasons_application_incomplete(changed(world, **changes))) == [field]


CONTRADICTORY = [
    ({"medical_self_paid_year": 9900000}, "medical_self_paid_year"),
    ({"contract_to": "2014-01"}, "contract_to"),
    ({"real_estate_none": True}, "real_estate_none"),
    ({"car_count": 1, "car_bought_year": 2020}, "vehicle_none"),
    ({"other_property_text": "存款"}, "other_property_has"),
    ({"secondary_causes": ["02"]}, "secondary_causes"),
    ({"secondary_causes": ["01", "03", "04", "05"]}, "secondary_causes"),
]


@pytest.mark.parametrize(("changes", "field"), CONTRADICTORY)
def test_answers_that_cannot_all_be_true_are_told(world, changes, field):
    assert fields(rules.reasons_contradictory(changed(world, **changes))) == [field]


def test_two_members_with_one_number_are_told(world):
    circumstances = changed(world)
    add_member(circumstances, 2, sex="1", id_number=circumstances.applicant.id_number, name="示例甲三")
    [reason] = [r for r in rules.reasons_contradictory(circumstances) if "同一个" in r.text]
    assert reason.field == "members.2.id_number"


def test_a_member_line_needs_its_answers_a_supporter_only_the_relation(world):
    circumstances = changed(world)
    add_member(circumstances, 2, sex="2", name="示例甲三", member_identity="student")
    lacking = fields(rules.reasons_application_incomplete(circumstances))
    assert {f"members.2.{name}" for name in ("relation_to_applicant", "health_status", "employer_or_school")} <= set(
        lacking
    )
    circumstances.members.filter(position=2).update(supporter_only=True)
    assert fields(rules.reasons_application_incomplete(circumstances)) == ["members.2.relation_to_applicant"]


def test_a_small_child_has_no_occupation(world):
    circumstances = changed(world)
    with clock.travel("2026-03-02"):
        member = add_member(
            circumstances, 2, id_number="130102202109189978", name="示例甲三", relation_to_applicant="20", health_status="01",
            monthly_income=0, same_register=True, lives_together=True,
        )  # fmt: skip
        assert member.age == 4
        assert "members.2.member_identity" not in fields(rules.reasons_application_incomplete(circumstances))


def test_doubts_stop_nobody(world):
    circumstances = changed(world, single_parent=True)
    spouse = circumstances.others[0]
    spouse.member_identity, spouse.monthly_income = "student", 100
    spouse.save()
    circumstances = Circumstances.objects.get(pk=circumstances.pk)
    assert set(fields(rules.warnings(circumstances))) >= {"single_parent", "members.1.monthly_income"}


ARCHIVE = [
    ({"postal_code": ""}, ["postal_code"]),
    ({"postal_code": "", "excused": {"postal_code": "不详：新建小区"}}, []),
    ({"worker_kind": "2"}, ["contract_signed_on", "contract_term"]),
    ({"medical_aid_received_year": None}, ["medical_aid_received_year"]),
    ({"main_cause": "06", "secondary_causes": [], "medical_aid_received_year": None}, []),
    ({"household_annual_income_corrected": 100}, ["income_correction_reason"]),
]


@pytest.mark.parametrize(("changes", "lacking"), ARCHIVE)
def test_the_archive_form_lacks_what_it_requires(world, changes, lacking):
    assert fields(rules.reasons_archive_incomplete(changed(world, **changes))) == lacking


def test_identity_cannot_be_excused(world):
    circumstances = changed(world, excused={"members.0.name": "不详：忘了"})
    circumstances.members.filter(position=0).update(name="")
    assert fields(rules.reasons_archive_incomplete(circumstances)) == ["members.0.name"]


def test_a_pupil_is_asked_about_school_and_a_worker_about_work(world):
    circumstances = changed(world)
    base = {
        "relation_to_applicant": "30", "ethnicity": "01", "monthly_income": 0, "model_worker_type": "0", "health_status": "01",
        "medical_insurance": "2", "marital_status": "unmarried", "hukou_type": "1",
    }  # fmt: skip
    pupil = add_member(circumstances, 2, sex="2", name="示例甲三", member_identity_fine="10", **base)
    asked = fields(rules.reasons_archive_incomplete(circumstances))
    assert asked == [
        f"members.2.{n}" for n in ("current_education", "enrolled_year", "schooling_years", "employer_or_school")
    ]
    pupil.member_identity_fine = "01"
    pupil.save()
    asked = fields(rules.reasons_archive_incomplete(circumstances))
    assert "members.2.employer_nature" in asked
    assert "members.2.enrolled_year" not in asked


EXCLUDED = [
    ({"commercial_housing_count": 1, "self_built_count": 1}, "R-EX-1"),
    ({"commercial_housing_count": 2}, "R-EX-1"),
    ({"shop_count": 1}, "R-EX-2"),
    ({"vehicle_regular_use": True, "vehicle_use_employed": False}, "R-EX-4"),
]


@pytest.mark.parametrize(("changes", "rule"), EXCLUDED)
def test_facts_that_exclude_are_found(world, changes, rule):
    [reason] = rules.exclusions(changed(world, **changes))
    assert reason.rule == rule


@pytest.mark.parametrize(
    "changes",
    [{}, {"car_count": 1}, {"vehicle_regular_use": True, "vehicle_use_employed": True}, {"vehicle_regular_use": True}],
)
def test_owning_a_car_or_driving_by_trade_excludes_nobody(world, changes):
    assert rules.exclusions(changed(world, **changes)) == []
