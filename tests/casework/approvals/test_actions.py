"""The way through the boxes: every level in turn, returns, refusals, who may not, what is sealed."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from bangfu.casework.approvals import actions, queries
from bangfu.casework.approvals.models import Opinion
from bangfu.casework.cases import flow
from bangfu.casework.cases.actions import take_back as take_back_of_case
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households.models import PersonClaim
from bangfu.casework.visits.models import Investigator, Visit
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents.models import Print
from bangfu.foundations.organisations.models import Post
from tests.factories.approvals import make_ready, opine
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def standing(case: Case) -> dict[str, str | None]:
    return {box.code: box.opinion.by_org_name if box.opinion else None for box in queries.boxes(fresh(case))}


def test_a_case_passes_grassroots_township_county_and_city(world):
    case = make_ready(world.by("officer"))
    for by, after in [
        (world.by("chair"), State.AT_TOWNSHIP),
        (world.by("reviewer", world.township), State.AT_COUNTY),
        (world.by("reviewer", world.county), State.AT_CITY),
        (world.by("reviewer", world.city), State.RECOGNISED),
    ]:
        opinion = opine(by, case)
        assert fresh(case).state == after
        assert (opinion.digest, opinion.signed_on) == (case.verified.digest, clock.today())
    assert [one.step for one in queries.opinions(case)] == ["G", "T", "C", "P"]
    assert queries.approved_by_county_or_above(fresh(case))
    assert Entry.objects.filter(verb="approvals.opine").count() == 4
    assert PersonClaim.objects.filter(case_id=case.id).exists()


def test_an_industry_union_recognises_in_the_fourth_box(world):
    case = make_ready(world.by("officer", world.railway))
    opine(world.by("chair", world.railway), case)
    assert fresh(case).state == State.AT_CITY
    opine(world.by("reviewer", world.industry), case)
    assert fresh(case).state == State.RECOGNISED
    assert standing(case) == {"G": "示例铁路工务段工会", "T": None, "C": None, "P": "河北省产业工会"}
    assert [box.on_path for box in queries.boxes(fresh(case))] == [True, False, False, True]


def test_xinji_goes_from_the_town_to_the_city_with_a_return_between(world):
    case = make_ready(world.by("officer", world.leather))
    town = Post.objects.get(org__code="13018100001", role="reviewer")
    reviewer = type(world.by("officer"))(town.user, town)
    opine(world.by("chair", world.leather), case)
    opine(reviewer, case, "return", "缺居住证复印件日期", returned_to="grassroots")
    assert (fresh(case).state, fresh(case).returned_to) == (State.RETURNED, "grassroots")
    assert standing(case)["G"] is None
    opine(world.by("chair", world.leather), case, text="已补，同意")
    opine(reviewer, case)
    opine(world.by("reviewer", world.xinji), case)
    assert fresh(case).state == State.RECOGNISED
    assert [(one.step, one.decision, one.stands) for one in queries.opinions(case)] == [
        ("G", "approve", False),
        ("T", "return", True),
        ("G", "approve", True),
        ("T", "approve", True),
        ("P", "approve", True),
    ]


def test_a_return_to_the_township_is_answered_by_the_township_and_goes_on_to_the_county(world):
    case = make_ready(world.by("officer"), "at_county")
    opine(world.by("reviewer", world.county), case, "return", "请核实", returned_to="township")
    opine(world.by("reviewer", world.township), case)
    assert fresh(case).state == State.AT_COUNTY


def test_a_return_to_the_county_comes_back_to_the_city(world):
    case = make_ready(world.by("officer"), "at_city")
    opine(world.by("reviewer", world.city), case, "return", "请核实", returned_to="county")
    opine(world.by("reviewer", world.county), case)
    assert fresh(case).state == State.AT_CITY


def test_a_return_to_the_applicant_opens_the_declaration_and_asks_for_things(world):
    case = make_ready(world.by("officer"), "at_county")
    by = world.by("reviewer", world.county)
    opine(by, case, "return", "材料不全", returned_to="applicant", items=["补居住证", " ", "补医药费票据"])
    after = fresh(case)
    assert (after.state, after.returned_to) == (State.RETURNED, "applicant")
    assert after.declared_id != case.declared_id
    assert after.declared.frozen_at is None
    assert [item.text for item in after.application.requested_items.all()] == ["补居住证", "补医药费票据"]
    take_back_of_case(case.id, by=by, version=after.version)
    assert fresh(case).declared_id == case.declared_id


@pytest.mark.parametrize(
    ("state", "role", "union"),
    [
        ("notice_cleared", "reviewer", "township"),
        ("notice_cleared", "reviewer", "county"),
        ("at_township", "reviewer", "county"),
        ("at_township", "reviewer", "city"),
        ("at_county", "reviewer", "city"),
        ("at_county", "officer", "county"),
        ("at_county", "reviewer", "other_county"),
        ("on_notice", "chair", "textile"),
    ],
)
def test_no_level_is_skipped_and_nobody_else_decides(world, state, role, union):
    case = make_ready(world.by("officer"), state)
    with pytest.raises(Refused, match="不能为这一户签署"):
        opine(world.by(role, getattr(world, union)), case)
    assert fresh(case).state == state
    assert not Opinion.objects.exists()


def test_the_grassroots_union_neither_returns_nor_refuses(world):
    case = make_ready(world.by("officer"))
    with pytest.raises(Refused, match="不能为这一户签署"):
        opine(world.by("chair"), case, "refuse", "收入超标", rule="")


def test_nothing_is_signed_before_the_notice_result_is_written(world):
    case = make_case(world.by("officer"), "notice_cleared")
    with pytest.raises(Refused, match="公示结果还没有登记"):
        opine(world.by("chair"), case)


def test_the_city_needs_the_level_of_the_survey(world):
    case = make_ready(world.by("officer"), "at_city")
    first = Visit.objects.get(case=case)
    Visit.objects.filter(pk=first.pk).update(superseded=True)
    again = Visit.objects.create(**case.scope(), case=case, assigned_at=clock.now())
    with pytest.raises(Refused, match="入户调查还没有结论"):
        opine(world.by("reviewer", world.city), case)
    for one in first.investigators.all():
        Investigator.objects.create(
            **case.scope(), visit=again, user=one.user, name=one.name, signed_at=clock.now(), declares_no_kinship=True
        )
    Visit.objects.filter(pk=again.pk).update(conclusion="1", concluded_at=clock.now())
    with pytest.raises(Refused, match="没有写明建档条件级别"):
        opine(world.by("reviewer", world.city), case)


def test_changed_figures_stop_the_opinion(world):
    case = make_ready(world.by("officer"))
    other = make_case(world.by("officer"), "candidate", expense_medical=100)
    Case.objects.filter(pk=case.pk).update(verified=other.verified)
    with pytest.raises(Refused, match="需要重新公示"):
        opine(world.by("chair"), case)


def test_kin_do_not_decide_and_read_who_can(world):
    case = make_ready(world.by("officer"), "at_county")
    with pytest.raises(Refused, match="无亲属关系.*请由本工会审核人示例审核人2办理"):
        opine(world.by("reviewer", world.county), case, no_kinship=False)
    case = make_ready(world.by("officer"))
    with pytest.raises(Refused, match="没有其他工会主席.*由上级工会代办"):
        opine(world.by("chair"), case, no_kinship=False)


def test_whoever_signed_below_does_not_decide_above(world):
    case = make_ready(world.by("officer"))
    chair = world.by("chair")
    opine(chair, case)
    above = world.appoint("reviewer", world.township, user=chair.user)
    with pytest.raises(Refused, match="下级环节办理过"):
        opine(above, case)


def test_whoever_signed_for_the_township_does_not_sign_for_the_county(world):
    case = make_ready(world.by("officer"), "at_township")
    reviewer = world.by("reviewer", world.township)
    opine(reviewer, case)
    above = world.appoint("reviewer", world.county, user=reviewer.user)
    with pytest.raises(Refused, match="下级环节办理过"):
        opine(above, case)


def test_a_lent_investigator_does_not_decide(world):
    case = make_ready(world.by("officer"), "at_county")
    user = Visit.objects.get(case=case).investigators.first().user
    with pytest.raises(Refused, match="下级环节办理过"):
        opine(world.appoint("reviewer", world.county, user=user), case)


def test_a_union_above_signs_for_the_grassroots_union_and_says_so(world):
    case = make_ready(world.by("officer"))
    opinion = opine(world.by("chair", world.township), case)
    assert opinion.transition.acting_for_id == world.textile.id
    assert list(queries.queue(world.by("chair", world.township), below=True)) == []


def test_a_refusal_names_its_ground_and_frees_the_persons(world):
    case = make_ready(world.by("officer"), "at_township")
    by = world.by("reviewer", world.township)
    for typed, words in [
        ({"text": "同意", "rule": "R-EX-1"}, "请写明不予认定的理由"),
        ({"text": "有两套住房"}, "请选择不予认定的依据"),
    ]:
        with pytest.raises(Refused, match=words):
            opine(by, case, "refuse", **typed)
    opinion = opine(by, case, "refuse", "有两套住房", rule="R-EX-1")
    assert (fresh(case).state, opinion.rule) == (State.REJECTED, "R-EX-1")
    assert not PersonClaim.objects.filter(case_id=case.id).exists()
    actions.take_back(case.id, by=by, version=fresh(case).version)
    assert PersonClaim.objects.filter(case_id=case.id).exists()
    assert not Opinion.objects.get().stands


def test_a_return_says_why_and_to_whom(world):
    case = make_ready(world.by("officer"), "at_township")
    by = world.by("reviewer", world.township)
    with pytest.raises(Refused, match="请写明退回的理由。 请选择退回到哪一级"):
        opine(by, case, "return", "同意", returned_to="county")


def test_dates_never_decrease(world):
    case = make_ready(world.by("officer"))
    opine(world.by("chair"), case)
    with clock.travel(clock.today() - dt.timedelta(days=3)), pytest.raises(Refused, match="早于下级意见"):
        opine(world.by("reviewer", world.township), case)


def test_an_opinion_taken_back_stands_no_more_and_can_be_given_again(world):
    case = make_ready(world.by("officer"))
    chair = world.by("chair")
    opine(chair, case)
    with pytest.raises(Refused, match="只有作出这个决定的人"):
        actions.take_back(case.id, by=world.by("reviewer", world.township), version=fresh(case).version)
    actions.take_back(case.id, by=chair, version=fresh(case).version)
    assert (fresh(case).state, standing(case)["G"]) == (State.NOTICE_CLEARED, None)
    opine(chair, case, text="同意上报")
    assert standing(case)["G"] == "示例纺织工会"
    opine(world.by("reviewer", world.township), case)
    with pytest.raises(Refused):
        actions.take_back(case.id, by=chair, version=fresh(case).version)


def test_a_return_that_was_taken_back_leaves_the_lower_opinions_standing(world):
    case = make_ready(world.by("officer"))
    opine(world.by("chair"), case)
    opine(world.by("reviewer", world.township), case)
    county = world.by("reviewer", world.county)
    opine(county, case, "return", "请核实", returned_to="grassroots")
    assert [standing(case)[box] for box in "GT"] == [None, None]
    actions.take_back(case.id, by=county, version=fresh(case).version)
    assert [standing(case)[box] for box in "GT"] == ["示例纺织工会", "示例街道工会"]
    opine(county, case, "return", "请核实", returned_to="township")
    assert [standing(case)[box] for box in "GT"] == ["示例纺织工会", None]


def test_paper_printed_before_an_opinion_is_out_of_date(world):
    case = make_ready(world.by("officer"))
    chair = world.by("chair")
    actions.print_form(case, by=chair)
    opine(chair, case)
    assert Print.objects.get().outdated_at is not None


def test_a_stale_page_signs_nothing(world):
    case = make_ready(world.by("officer"))
    with pytest.raises(Refused, match="不是最新"):
        actions.give_opinion(
            case.id, by=world.by("chair"), version=99, decision="approve", text="同意", no_kinship=True
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE approvals_opinion SET text = '不同意'",
        "UPDATE approvals_opinion SET decision = 'refuse', signed_on = '2020-01-01'",
        "DELETE FROM approvals_opinion",
    ],
)
def test_raw_sql_changes_no_sealed_opinion(world, sql):
    opine(world.by("chair"), make_ready(world.by("officer")))
    with pytest.raises(DatabaseError, match="sealed opinion"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Opinion.objects.get().text == "同意"


def test_the_queue_holds_what_is_due_at_this_level_only(world):
    by = world.by("officer")
    at_county = make_ready(by, "at_county")
    returned = make_ready(by, "at_city")
    opine(world.by("reviewer", world.city), returned, "return", "请核实", returned_to="county")
    make_ready(by, "at_township")
    to_applicant = make_ready(by, "at_county")
    opine(world.by("reviewer", world.county, 2), to_applicant, "return", "请补", returned_to="applicant")
    assert set(queries.queue(world.by("reviewer", world.county))) == {at_county, returned}
    assert list(queries.queue(world.by("chair"))) == []
    waiting = make_ready(by)
    assert list(queries.queue(world.by("chair"))) == [waiting]
    assert list(queries.queue(world.by("chair", world.township), below=True)) == [waiting]
    assert flow.turn_org_id(fresh(waiting)) == world.textile.id
