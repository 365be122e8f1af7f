"""Plans: proposals, needs, the helper, the signature, the card, the register."""

import base64
import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from bangfu.casework.assistance.models import LedgerRow
from bangfu.casework.plans import actions, queries, rules
from bangfu.casework.plans.models import CardCopy, Plan, Sponsor
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents.models import Print
from bangfu.foundations.privacy.scope import set_scope
from tests.factories.cases import make_case
from tests.factories.filing import (
    ANSWERS,
    LIAISON,
    assist_case,
    file_case,
    fresh,
    make_contact,
    make_plan,
    paper,
    png,
    version,
)

pytestmark = pytest.mark.django_db


def test_a_plan_begins_with_proposals_from_causes_and_the_liaison_of_the_union(world):
    case = file_case(world)
    plan = actions.open_plan(case.id, by=world.by("officer"))
    assert plan.household_situations == ["6", "9"]
    assert plan.union_liaison == world.by("chair").user.name
    assert plan.union_liaison_post == "工会主席"
    assert actions.open_plan(case.id, by=world.by("officer")).id == plan.id


def test_other_is_proposed_only_where_nothing_else_fits():
    assert rules.situations_for(["06"]) == ["10"]
    assert rules.situations_for(["05", "06"]) == ["3"]


def test_before_filing_there_is_no_plan(world):
    case = make_case(world.by("officer"), "recognised")
    with pytest.raises(Refused, match="建档之后"):
        actions.open_plan(case.id, by=world.by("officer"))


def test_needs_that_no_measure_answers_are_seen():
    given = rules.answers(["medical", "schooling", "work"], ["3", "4"], ["4", "5"])
    assert given == {"medical": "m3,p4", "schooling": "p5", "work": ""}
    assert dict(rules.answers_in_words(given))["就业岗位"] == []


def test_a_month_that_has_passed_is_refused(world):
    case = file_case(world)
    with pytest.raises(Refused, match="过去的月份"):
        actions.edit(case.id, by=world.by("officer"), version=version(case), answers={"target_month": "2020-01"})


def test_everything_a_decision_needs_is_said_at_once(world):
    case = file_case(world)
    actions.edit(case.id, by=world.by("officer"), version=version(case), answers={"measures": ["5"]})
    with pytest.raises(Refused) as refusal:
        actions.decide(case.id, by=world.by("officer"), version=version(case))
    words = refusal.value.sentence
    for wanted in ("五类重点群体", "七个行动计划至少选一项", "四个一批措施 其他", "完成时限", "帮扶联系人", "签字确认"):
        assert wanted in words


def test_the_union_above_chooses_and_agrees_in_one_press(world):
    case, contact = file_case(world), make_contact(world)
    plan = actions.choose(case.id, contact.id, by=world.by("reviewer", world.county), version=version(case))
    assert (plan.assist_unit, plan.assist_contact, plan.assist_contact_phone) == (
        "示例帮扶单位",
        "示例联系人",
        "13800000091",
    )
    assert plan.proposed_by_id == plan.agreed_by_id is not None


def test_the_grassroots_union_proposes_from_a_register_it_cannot_read_and_one_above_agrees(world):
    case, contact = file_case(world), make_contact(world)
    set_scope(world.textile.id)
    assert not Sponsor.objects.exists()
    assert [one.contact_id for one in queries.choices_for(case)] == [contact.id]
    plan = actions.choose(case.id, contact.id, by=world.by("officer"), version=version(case))
    assert plan.agreed_by is None
    with pytest.raises(Refused, match="没有“同意"):
        actions.agree(case.id, by=world.by("officer"), version=version(case))
    set_scope(world.township.id)
    assert actions.agree(case.id, by=world.by("reviewer", world.township), version=version(case)).agreed_by is not None


def test_the_register_of_another_county_is_not_offered(world):
    case = file_case(world)
    foreign = make_contact(world, org=world.other_county, sponsor="示例外县单位")
    set_scope(world.textile.id)
    assert queries.choices_for(case) == []
    with pytest.raises(Refused, match="从名册中选择"):
        actions.choose(case.id, foreign.id, by=world.by("officer"), version=version(case))
    set_scope(world.other_county.id)
    assert queries.choices_for(case) == []


def test_how_many_households_each_contact_has_is_shown(world):
    contact = make_contact(world)
    case = make_plan(world, file_case(world), contact=contact)
    other = file_case(world)
    assert [(one.contact_id, one.households) for one in queries.choices_for(other)] == [(contact.id, 1)]
    assert "已帮扶 1 户" in queries.choices_for(case)[0].label


def test_the_signature_is_drawn_or_a_scan_and_not_before_filing(world):
    case, officer = file_case(world), world.by("officer")
    actions.edit(case.id, by=officer, version=version(case), answers={**ANSWERS, **LIAISON})
    with pytest.raises(Refused, match="帮扶联系人"):
        actions.sign(case.id, by=officer, version=version(case), signed_on=clock.today(), upload=paper())
    actions.choose(case.id, make_contact(world).id, by=world.by("officer", world.county), version=version(case))
    early = clock.today() - dt.timedelta(days=1)
    with pytest.raises(Refused, match="不能早于建档日期"):
        actions.sign(case.id, by=officer, version=version(case), signed_on=early, upload=paper())
    with pytest.raises(Refused, match="签名板"):
        actions.sign(case.id, by=officer, version=version(case), signed_on=clock.today())
    drawn = "data:image/png;base64," + base64.b64encode(png()).decode()
    plan = actions.sign(case.id, by=officer, version=version(case), signed_on=clock.today(), drawn=drawn)
    assert plan.signature.mime == "image/png"


def test_a_change_of_what_was_signed_makes_the_signature_void(world):
    case = make_plan(world, file_case(world))
    plan = actions.edit(case.id, by=world.by("officer"), version=version(case), answers={"note": "与社区联系"})
    assert plan.signature_id
    plan = actions.edit(case.id, by=world.by("officer"), version=version(case), answers={"measures": ["4"]})
    assert (plan.signature_id, plan.signed_on) == (None, None)


def test_a_decided_plan_and_a_card_in_three_copies_open_the_ledger(world):
    case = make_plan(world, file_case(world))
    officer = world.by("officer")
    assert actions.decide(case.id, by=officer, version=version(case)).state == "planned"
    tomorrow = clock.today() + dt.timedelta(days=1)
    with pytest.raises(Refused, match="不能晚于今天"):
        actions.issue_card(case.id, by=officer, version=version(case), carded_on=tomorrow)
    case = actions.issue_card(case.id, by=officer, version=version(case), carded_on=clock.today())
    assert case.state == "in_assistance"
    plan = Plan.objects.get(case=case)
    assert [copy.copy for copy in plan.card_copies.all()] == ["1", "2", "3"]
    printed = {one.form: one for one in Print.objects.filter(case_id=case.id)}
    assert (printed["F7"].copies, printed["F6"].copies) == (3, 1)
    assert "困难职工存查" in printed["F7"].copy_names
    assert LedgerRow.objects.get(case=case).archive_id == plan.archive_id


def test_one_copy_of_each_kind_is_all_the_database_takes(world):
    plan = Plan.objects.get(case=assist_case(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        CardCopy.objects.create(**plan.scope(), plan=plan, copy="3", issued_on=clock.today())


def test_a_second_press_does_not_issue_twice(world):
    case = assist_case(world)
    with pytest.raises(Refused, match="现在是“帮扶中”"):
        actions.issue_card(case.id, by=world.by("officer"), version=version(case), carded_on=clock.today())


def test_the_service_centre_marks_only_its_copy(world):
    plan = Plan.objects.get(case=assist_case(world))
    worker, _, centre = plan.card_copies.all()
    county = world.by("officer", world.county)
    with pytest.raises(Refused, match="只有上报至职工服务中心"):
        actions.receive_card(worker.id, by=county)
    with pytest.raises(Refused, match="权限"):
        actions.receive_card(centre.id, by=world.by("officer"))
    assert queries.cards_not_received(county).count() == 1
    actions.receive_card(centre.id, by=county)
    assert queries.cards_not_received(county).count() == 0
    with pytest.raises(Refused, match="已经登记收到"):
        actions.receive_card(centre.id, by=county)


def test_a_change_after_the_card_makes_the_paper_out_of_date(world):
    case = assist_case(world)
    actions.edit(case.id, by=world.by("officer"), version=version(case), answers={"plans": ["4"]})
    assert not Print.objects.filter(case_id=case.id, form__in=["F6", "F7"], outdated_at=None).exists()


def test_the_register_is_kept_by_its_own_union_and_its_changes_reach_the_plans(world):
    county = world.by("officer", world.county)
    sponsor = actions.keep_sponsor(by=county, name="示例帮扶单位", phone="")
    with pytest.raises(Refused, match="已有这个帮扶单位"):
        actions.keep_sponsor(by=county, name="示例帮扶单位", phone="")
    contact = actions.keep_contact(sponsor, by=county, name="示例联系人", title="科长", phone="13800000091")
    case = make_plan(world, file_case(world), contact=contact)
    with pytest.raises(Refused, match="权限"):
        actions.keep_sponsor(by=world.by("officer", world.other_county), name="改名", phone="", sponsor=sponsor)
    actions.keep_contact(sponsor, by=county, name="示例新联系人", title="处长", phone="13800000093", contact=contact)
    plan = Plan.objects.get(case=case)
    assert (plan.assist_contact, plan.assist_contact_post) == ("示例新联系人", "处长")
    with pytest.raises(Refused, match="还有 1 户"):
        actions.set_active(contact, by=county, active=False)


def test_an_investigator_makes_no_plan(world):
    case = file_case(world)
    with pytest.raises(Refused, match="权限"):
        actions.edit(case.id, by=world.by("investigator"), version=version(case), answers={})


def test_a_stale_page_changes_no_plan(world):
    case = make_plan(world, file_case(world))
    with pytest.raises(Refused, match="不是最新"):
        actions.decide(case.id, by=world.by("officer"), version=1)
    assert fresh(case).state == "filed"
