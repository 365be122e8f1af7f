"""Three witnesses of one shape; frozen ones cannot change."""

import json
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from bangfu.casework.households.circumstances import canonical_bytes, copy_as, differences, freeze
from bangfu.casework.households.models import Circumstances, Member, Witness
from bangfu.foundations.codes import clock
from tests.factories.cases import add_member, make_declared

pytestmark = pytest.mark.django_db


@pytest.fixture
def declared(world):
    return make_declared(world.textile)


def test_a_copy_has_the_same_answers_and_members_by_another_witness(declared):
    verified = copy_as(declared, Witness.VERIFIED)
    assert verified.witness == "verified"
    assert differences(declared, verified) == []
    assert [m.id_number for m in verified.members.all()] == [m.id_number for m in declared.members.all()]
    assert verified.frozen_at is None


def test_differences_name_the_question_and_both_answers(declared):
    verified = copy_as(declared, Witness.VERIFIED)
    verified.self_built_count = 1
    verified.save()
    spouse = verified.members.get(position=1)
    spouse.monthly_income = 120000
    spouse.save()
    add_member(verified, 2, name="示例甲三", relation_to_applicant="20")
    found = {
        path: (one, other) for path, _, one, other in differences(declared, Circumstances.objects.get(pk=verified.pk))
    }
    assert found == {
        "self_built_count": ("", 1),
        "members.1.monthly_income": (0, 120000),
        "members.2": ("没有", "有"),
    }


def test_a_frozen_record_keeps_its_bytes_and_digest(declared):
    digest = freeze(declared)
    again = Circumstances.objects.get(pk=declared.pk)
    assert again.digest == digest
    assert bytes(again.canonical) == canonical_bytes(again, list(again.members.order_by("position")))
    record = json.loads(bytes(again.canonical))
    assert record["schema"] == 1
    assert record["expense_medical"] == 1200000
    assert len(record["members"]) == 2


def test_canonical_bytes_hold_no_readable_sensitive_value(declared):
    freeze(declared)
    text = bytes(declared.canonical).decode()
    for secret in (declared.phone, declared.bank_card_no, declared.applicant.id_number, declared.hardship_narrative):
        assert secret not in text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE households_circumstances SET expense_medical = 1 WHERE id = %s",
        "UPDATE households_circumstances SET frozen_at = NULL WHERE id = %s",
        "UPDATE households_circumstances SET digest = 'x' WHERE id = %s",
        "DELETE FROM households_circumstances WHERE id = %s",
        "UPDATE households_member SET monthly_income = 0 WHERE circumstances_id = %s",
        "DELETE FROM households_member WHERE circumstances_id = %s",
    ],
)
def test_raw_sql_of_the_pages_role_cannot_change_a_frozen_record(declared, statement):
    freeze(declared)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [declared.pk])


def test_no_member_can_be_slipped_into_a_frozen_record(declared):
    freeze(declared)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        add_member(declared, 5, name="示例甲九")


def test_no_session_setting_switches_the_guard_off(declared):
    freeze(declared)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE households_circumstances DISABLE TRIGGER ALL")


def test_the_figures_of_the_first_sample_come_out(world):
    declared = make_declared(world.textile)
    add_member(declared, 2, name="示例甲三", sex="2", monthly_income=0, relation_to_applicant="30")
    add_member(declared, 3, name="示例甲四", sex="2", monthly_income=0, relation_to_applicant="52")
    declared = Circumstances.objects.get(pk=declared.pk)
    assert declared.household_size == 4
    assert declared.household_annual_income == 3840000
    assert declared.annual_necessary_expense == 2000000
    assert declared.per_capita_monthly_income == 80000


@given(income=st.integers(0, 10**11), size=st.integers(1, 30))
def test_per_head_income_is_the_quotient_half_up(income, size):
    record = Circumstances(pk=1, household_annual_income_corrected=income)
    record._prefetched_objects_cache = {"members": [Member(position=n) for n in range(size)]}
    assert record.per_capita_monthly_income == (income + 6 * size) // (12 * size)


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, True),
        ({"lives_together": False}, False),
        ({"lives_together": False, "supported_student": True}, True),
        ({"excluded_kind": "X1"}, False),
        ({"excluded_kind": "X4"}, False),
        ({"supporter_only": True}, False),
    ],
)
def test_who_is_counted(changes, counted):
    assert Member(position=1, **changes).counted is counted


@pytest.mark.parametrize(("since", "counted"), [("2025-03-03", True), ("2025-03-02", False), ("2024-02-29", False)])
def test_the_missing_are_no_longer_counted_after_a_full_year(since, counted):
    with clock.travel("2026-03-02"):
        assert Member(position=1, excluded_kind="X3", excluded_since=date.fromisoformat(since)).counted is counted


def test_a_frozen_record_never_changes_its_figures_as_time_goes_by(world):
    with clock.travel("2026-03-02"):
        declared = make_declared(world.textile)
        spouse = declared.members.get(position=1)
        spouse.excluded_kind, spouse.excluded_since = "X3", date(2025, 3, 10)
        spouse.save()
        freeze(Circumstances.objects.get(pk=declared.pk))
        assert Circumstances.objects.get(pk=declared.pk).household_size == 2
    with clock.travel("2026-06-01"):
        assert Circumstances.objects.get(pk=declared.pk).household_size == 2
