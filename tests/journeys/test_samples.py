"""The samples, from log-in to their ends, each with every change of hands."""

import pytest

from bangfu.casework.archives.models import Archive
from bangfu.casework.assistance.models import LedgerRow
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.numbers import is_valid
from bangfu.casework.households.models import PersonClaim
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.money import format_money
from tests.journeys import walk, walk_on

pytestmark = pytest.mark.journey


def investigators(people, world, org, count: int = 2) -> list:
    return [(world.by("investigator", org, n), people("investigator", org, n)) for n in range(1, count + 1)]


def walk_to_the_notice(people, world, org, told: dict) -> int:
    """申请 → 调查 → 评议 → 公示, each on its day."""
    officer = people("officer", org)
    clock.set_moment(str(told["application"]["applied_on"]))
    case_id = walk.apply(officer, told)
    clock.set_moment(f"{told['visit']['surveyed_on']}T20:00")
    walk_on.visit(people, case_id, told["visit"], officer=officer, investigators=investigators(people, world, org))
    if told["visit"]["conclusion"] == "不符合":
        return case_id
    clock.set_moment(f"{str(told['review']['held_at'])[:10]}T20:00")
    walk_on.review(officer, case_id, told["review"])
    clock.set_moment(str(told["notice"]["from"]))
    walk_on.post_notice(officer, told["notice"])
    officer.open(f"/notices/case/{case_id}/")
    clock.set_moment(f"{told['notice']['to']}T23:00")
    officer.open(f"/notices/case/{case_id}/")
    assert officer.page.get_by_role("button", name="登记公示结果").first.is_disabled()
    clock.set_moment(str(told["notice"]["closable_from"]))
    walk_on.clear_notice(officer, case_id)
    return case_id


def test_sample_01_goes_from_login_to_the_ledger(people, nation, world):
    told = walk.sample("01")
    expected = told["expected"]
    case_id = walk_to_the_notice(people, world, world.textile, told)
    for role, org in (
        ("chair", world.textile),
        ("reviewer", world.township),
        ("reviewer", world.county),
        ("reviewer", world.city),
    ):
        walk_on.opine(people(role, org), case_id)
    clock.set_moment(str(told["plan"]["carded_on"]))
    walk_on.file_archive(people("officer"), people("chair"), case_id, told["archive"], told["application"])
    walk_on.register_sponsor(people("officer", world.county), told["plan"])
    walk_on.plan(people("officer"), people("reviewer", world.county), case_id, told["plan"])
    walk_on.issue_card(people("officer"), case_id, told["plan"])
    people("officer").open("/assistance/").sees("示例甲一", told["plan"]["assist_unit"], told["plan"]["assist_contact"])
    people("officer").open(f"/cases/{case_id}/").does_not_see("13010219771204997X", "13800000001")
    with nation():
        case = Case.objects.select_related("filed").get(pk=case_id)
        assert case.state == expected["ends_as"]
        assert case.filed.household_size == expected["household_size"]
        for name in ("household_annual_income", "annual_necessary_expense", "per_capita_monthly_income"):
            assert format_money(getattr(case.filed, name)).replace(",", "") == expected[name]
        archive = Archive.objects.get(case=case)
        assert is_valid(archive.worker_no)
        assert archive.filed_by != archive.checked_by
        assert LedgerRow.objects.filter(case=case).exists()
        approvals = [o.step for o in case.opinions.all() if o.decision == "approve"]
        assert approvals == ["G", "T", "C", "P"]
        assert case.plan.card_copies.count() == told["plan"]["card_copies"]


def test_sample_02_is_refused_because_the_visit_found_a_second_home(people, nation, world):
    told = walk.sample("02")
    case_id = walk_to_the_notice(people, world, world.textile, told)
    people("officer").open(f"/cases/{case_id}/").sees("不予认定")
    with nation():
        case = Case.objects.get(pk=case_id)
        assert case.state == told["expected"]["ends_as"]
        assert case.transitions.filter(to_state="rejected").get().rule == told["expected"]["reason_rule"]
        assert case.verified.dwelling_count == 2
        assert not PersonClaim.objects.filter(case_id=case_id).exists()


def test_sample_06_of_an_industry_union_is_recognised_in_the_fourth_box(people, nation, world):
    told = walk.sample("06")
    case_id = walk_to_the_notice(people, world, world.railway, told)
    walk_on.opine(people("chair", world.railway), case_id)
    walk_on.opine(people("reviewer", world.industry), case_id)
    with nation():
        case = Case.objects.select_related("verified").get(pk=case_id)
        assert case.state == told["expected"]["ends_as"]
        assert [opinion.step for opinion in case.opinions.all()] == ["G", "P"]
        assert case.verified.household_size == told["expected"]["household_size"]
        assert (
            format_money(case.verified.per_capita_monthly_income).replace(",", "")
            == told["expected"]["per_capita_monthly_income"]
        )
