"""Submitting, claims, returns, appeals, starting again, closing what nobody touched."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from bangfu.casework.applications import actions, rules, tasks
from bangfu.casework.cases import actions as case_actions
from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households.models import PersonClaim
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.documents.models import Attachment, Print
from tests.factories.cases import add_member, make_case

pytestmark = pytest.mark.django_db
SPOUSE = "130102197908169965"


@pytest.fixture
def officer(world):
    return world.by("officer")


def read(case) -> Case:
    return with_application_of(case)


def with_application_of(case) -> Case:
    return Case.objects.select_related("declared", "application", "org", "household").get(pk=case.pk)


def lacking(case) -> list[str]:
    return [reason.text for reason in rules.reasons_not_to_submit(read(case))]


# ---- submit -------------------------------------------------------------------------


def test_submitting_freezes_the_declaration_claims_the_persons_and_moves_the_case(form_of, officer):
    case = make_case(officer)
    form = form_of(officer, case)
    answer = form.press("submit")
    assert answer.status_code == 302
    case = read(case)
    assert (case.state, case.turn_org_id) == (State.SUBMITTED, case.org_id)
    assert case.declared.frozen_at
    assert PersonClaim.objects.filter(case_id=case.id).count() == 2
    assert case.transitions.last().step == "submit"
    assert Entry.objects.filter(verb="applications.submit", case_id=case.id).exists()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE households_circumstances SET postal_code = '1' WHERE id = %s", [case.declared_id])


def test_the_statements_ticked_on_the_last_page_are_saved_with_the_press(form_of, officer):
    case = make_case(officer)
    case.application.declares_cooperation = False
    case.application.save()
    form = form_of(officer, case)
    data = form.shown("check") | {"s-declares_cooperation": "on"}
    assert form.press("submit", data=data).status_code == 302
    assert read(case).state == State.SUBMITTED


def test_everything_missing_is_listed_at_once_with_links(form_of, officer, world):
    case = actions.start(by=officer, org=world.textile)
    answer = form_of(officer, case).press("submit")
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("申请困难类别", "公民身份号码", "主要致困原因", "户口页", "授权还不完整", "本人声明1", "签名"):
        assert words in page
    assert f"{reverse('applications:edit', args=[case.id])}?step=applicant#f-id_a-name" in page
    assert "?step=causes#f-id_main_cause" in page
    assert read(case).state == State.DRAFT


@pytest.mark.parametrize("statement", ["declares_no_exclusion", "declares_cooperation", "declares_plan_cooperation"])
def test_each_statement_is_needed(officer, statement):
    case = make_case(officer)
    setattr(case.application, statement, False)
    case.application.save()
    [reason] = rules.reasons_not_to_submit(read(case))
    assert "本人声明" in reason.text


def test_the_applicant_has_signed(officer):
    case = make_case(officer)
    case.application.signed_on_paper = False
    case.application.save()
    assert lacking(case) == ["申请人还没有在申报表上签名。"]


def test_every_member_and_supporter_authorises(officer):
    case = make_case(officer)
    add_member(case.declared, 2, name="示例赡养", supporter_only=True, relation_to_applicant="52")
    assert lacking(case) == ["示例赡养的授权还不完整：声明、同意、签名、指模和日期都要有。"]


def test_an_authorisation_is_not_dated_after_the_application(officer):
    case = make_case(officer)
    line = case.application.authorisations.first()
    line.signed_on = clock.today() + dt.timedelta(days=1)
    line.save()
    assert "不能晚于申请日期" in lacking(case)[0]


def test_an_earner_needs_a_certificate_or_slips(officer):
    case = make_case(officer)
    case.application.wage_certificates.all().delete()
    assert "工资收入证明（附件3）" in lacking(case)[0]
    slip = Attachment(**case.scope(), case_id=case.id, kind="05", name="流水", digest="x", size=1, mime="image/png")
    slip.save()
    assert lacking(case) == []


def test_who_earns_nothing_needs_no_certificate(officer):
    case = make_case(officer)
    case.application.wage_certificates.all().delete()
    case.declared.members.filter(position=0).update(monthly_income=0)
    assert lacking(case) == []


def test_what_was_typed_wrong_is_put_right_first(form_of, officer):
    case = make_case(officer)
    form_of(officer, case).fill("applicant", phone="12", headers={"HX-Request": "true"})
    assert lacking(case) == ["有填了但还不对的内容，请先改好（标红处）。"]


def test_a_second_press_submits_once(form_of, officer):
    case = make_case(officer)
    form = form_of(officer, case)
    stamp = {"post": officer.post.id, "once": "s" * 30, "version": case.version}
    url = reverse("applications:submit", args=[case.pk])
    assert form.client.post(url, stamp).status_code == 302
    assert form.client.post(url, stamp).status_code == 409
    assert case.transitions.filter(step="submit").count() == 1


def test_a_stale_page_submits_nothing(form_of, officer):
    case = make_case(officer)
    form = form_of(officer, case)
    stale = {"post": officer.post.id, "once": "s" * 30, "version": case.version - 1}
    answer = form.client.post(reverse("applications:submit", args=[case.pk]), stale)
    assert answer.status_code == 422
    assert "刚刚被其他人" in answer.content.decode()
    assert read(case).state == State.DRAFT


@pytest.mark.parametrize("role", ["investigator"])
def test_another_post_of_the_union_submits_nothing(form_of, world, officer, role):
    case = make_case(officer)
    assert form_of(world.by(role), case).press("submit").status_code == 409
    assert read(case).state == State.DRAFT


# ---- one person, one open file: sample 03 ----------------------------------------------


def test_sample_03_warns_in_the_draft_and_refuses_at_submission(form_of, world, officer):
    first = make_case(officer)
    first.declared.members.filter(position=1).delete()
    add_member(first.declared, 1, sex="2", id_number=SPOUSE, name="示例甲二", **spouse())
    actions._add_line(first.application, first.declared.members.get(position=1))
    actions.sign_all_on_paper(first.id, by=officer, version=read(first).version)
    actions.submit(first.id, by=officer, version=read(first).version)

    other = world.by("officer", world.foreign_plant)
    second = make_case(other, name="示例甲二")
    second.declared.members.filter(position=1).delete()
    applicant = second.declared.members.get(position=0)
    applicant.id_number, applicant.sex = SPOUSE, "2"
    applicant.birth_date = dt.date(1979, 8, 16)
    applicant.save()
    form = form_of(other, second)
    page = form.page("applicant")
    assert "示例纺织工会" in page  # the other union's name …
    assert first.case_no not in page  # … and nothing of the household
    assert "示例甲一" not in page
    refused = form.press("submit")
    assert refused.status_code == 422
    words = refused.content.decode()
    assert "示例纺织工会" in words
    assert "一户一档" in words
    assert first.case_no not in words
    assert read(second).state == State.DRAFT
    with pytest.raises(Refused) as refusal:
        actions.submit(second.id, by=other, version=read(second).version)
    assert [reason.rule for reason in refusal.value.reasons] == ["R-FILE-1"]
    # After the first is withdrawn the second may be submitted.
    case_actions.withdraw(first.id, by=officer, version=read(first).version, reason="本人要求")
    assert form.press("submit").status_code == 302


def spouse() -> dict:
    return {
        "relation_to_applicant": "10", "health_status": "05", "monthly_income": 0, "member_identity": "unemployed",
        "same_register": True, "lives_together": True,
    }  # fmt: skip


def test_the_primary_key_decides_even_against_raw_sql(officer, world):
    case = make_case(officer, State.SUBMITTED)
    claim = PersonClaim.objects.filter(case_id=case.id).first()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO person_claim (id_bidx, household_id, case_id, claimed_at, org_id, township_id, county_id, city_id, "
            "province_id) SELECT id_bidx, household_id, 0, claimed_at, org_id, township_id, county_id, city_id, province_id "
            "FROM person_claim WHERE id_bidx = %s",
            [bytes(claim.id_bidx)],
        )


# ---- returned and submitted again -----------------------------------------------------


def test_a_return_asks_a_list_and_the_answers_bring_it_back(form_of, officer):
    case = make_case(officer, State.SUBMITTED)
    documents.record_print(case, "F2", by=officer)
    form = form_of(officer, case)
    first = read(case).declared
    assert form.press("return", data={"items": "缺户口页\n\n诊断书不清楚"}).status_code == 302
    case = read(case)
    assert (case.state, case.returned_to) == (State.RETURNED, "applicant")
    assert case.declared_id != first.id
    assert first.frozen_at
    assert case.declared.frozen_at is None
    assert [line.member.circumstances_id for line in case.application.authorisations.all()] == [case.declared_id] * 2
    assert case.application.wage_certificates.get().member.circumstances_id == case.declared_id
    assert Print.objects.get().outdated_at
    page = form.page("applicant")
    assert "缺户口页" in page
    assert len(lacking(case)) == 2
    assert form.press("submit").status_code == 422
    one, two = case.application.requested_items.all()
    form.fill("check", **{f"i{one.id}__answer": "已补交", f"i{two.id}__answer": "已重拍"})
    form.fill("applicant", phone="13900000009")
    assert form.press("submit").status_code == 302
    case = read(case)
    assert case.state == State.SUBMITTED
    assert case.declared.phone == "13900000009"
    assert case.declared.frozen_at
    assert type(first).objects.get(pk=first.pk).phone == "13800000001"
    assert all(item.answered_at for item in case.application.requested_items.all())
    assert case.transitions.last().step == "resubmit"


@pytest.mark.parametrize("part", ["declared", "member", "line", "application"])
def test_answers_of_another_application_are_never_saved(officer, part):
    case, other = make_case(officer), make_case(officer)
    theirs = {
        "declared": other.declared,
        "member": other.declared.members.first(),
        "line": other.application.authorisations.first(),
        "application": other.application,
    }[part]
    with pytest.raises(Refused, match="不属于这份申请"):
        actions.save(case.id, by=officer, version=case.version, step="check", things=[theirs])


def test_a_return_needs_something_to_put_right(form_of, officer):
    case = make_case(officer, State.SUBMITTED)
    assert form_of(officer, case).press("return", data={"items": " \n"}).status_code == 422
    assert read(case).state == State.SUBMITTED


def test_a_return_that_is_taken_back_leaves_the_declaration_and_its_lines_as_they_were(form_of, officer):
    case = make_case(officer, State.SUBMITTED)
    before = case.declared_id
    actions.return_to_applicant(case.id, by=officer, version=case.version, items=["缺户口页"])
    case_actions.take_back(case.id, by=officer, version=read(case).version)
    case = read(case)
    assert (case.state, case.declared_id) == (State.SUBMITTED, before)
    assert [line.member.circumstances_id for line in case.application.authorisations.all()] == [before] * 2
    assert all(line.complete for line in case.application.authorisations.all())
    assert case.application.wage_certificates.get().member.circumstances_id == before
    assert "缺户口页" not in form_of(officer, case).page("check")
    actions.return_to_applicant(case.id, by=officer, version=case.version, items=["缺居住证"])
    assert [item.text for item in read(case).application.requested_items.all()] == ["缺居住证"]


def test_a_return_is_not_taken_back_once_the_applicant_has_changed_something(form_of, officer):
    case = make_case(officer, State.SUBMITTED)
    actions.return_to_applicant(case.id, by=officer, version=case.version, items=["缺户口页"])
    form_of(officer, case).fill("applicant", phone="13900000009")
    with pytest.raises(Refused, match="已经有人修改"):
        case_actions.take_back(case.id, by=officer, version=read(case).version)
    assert read(case).state == State.RETURNED


def test_only_a_submitted_application_is_returned_here(officer):
    case = make_case(officer, State.VISITING)
    with pytest.raises(Refused):
        actions.return_to_applicant(case.id, by=officer, version=case.version, items=["缺户口页"])
    assert read(case).state == State.VISITING


# ---- appeal, again, closing -----------------------------------------------------------


def test_a_rejected_case_is_taken_up_again_with_new_facts(form_of, officer):
    case = make_case(officer, State.REJECTED)
    form = form_of(officer, case)
    assert form.press("appeal", data={"reason": ""}).status_code == 422
    assert form.press("appeal", data={"reason": "房屋已于上月依法拍卖"}).status_code == 302
    assert read(case).state == State.SUBMITTED
    assert PersonClaim.objects.filter(case_id=case.id).count() == 2


def test_an_appeal_is_refused_when_somebody_is_claimed_elsewhere_meanwhile(form_of, officer, world):
    case = make_case(officer, State.REJECTED)
    other = world.by("officer", world.foreign_plant)
    elsewhere = make_case(other)
    number = case.declared.applicant.id_number
    elsewhere.declared.members.filter(position=1).delete()
    applicant = elsewhere.declared.members.get(position=0)
    applicant.id_number = number
    applicant.birth_date = case.declared.applicant.birth_date
    applicant.save()
    actions.submit(elsewhere.id, by=other, version=elsewhere.version)
    answer = form_of(officer, case).press("appeal", data={"reason": "有新情况"})
    assert answer.status_code == 422
    assert "示例外县工厂工会" in answer.content.decode()
    assert read(case).state == State.REJECTED


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN])
def test_a_new_application_from_the_last_one_copies_the_answers_not_the_signatures(form_of, officer, state):
    case = make_case(officer, state)
    assert form_of(officer, case).press("start_again").status_code == 302
    new = Case.objects.exclude(pk=case.pk).get()
    assert (new.state, new.household_id, new.name) == (State.DRAFT, case.household_id, case.name)
    assert new.declared_id != case.declared_id
    assert new.declared.phone == "13800000001"
    lines = new.application.authorisations.all()
    assert [line.complete for line in lines] == [False, False]
    # One under way is enough.
    assert form_of(officer, case).press("start_again").status_code == 409
    assert Case.objects.count() == 2


def test_a_household_has_one_case_under_way_by_appeal_taking_back_or_sql(form_of, officer):
    case = make_case(officer, State.VISITING)
    flow.take(case.id, "find_ineligible", by=officer, version=case.version, reason="收入超过标准")
    actions.start_again(case.id, by=officer)
    case = read(case)
    answer = form_of(officer, case).press("appeal", data={"reason": "有新情况"})
    assert answer.status_code == 422
    assert "已有另一份在办" in answer.content.decode()
    with pytest.raises(Refused, match="已有另一份在办"):
        case_actions.take_back(case.id, by=officer, version=case.version)
    assert read(case).state == State.REJECTED
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state=State.SUBMITTED)


def test_a_case_under_way_is_not_copied(form_of, officer):
    case = make_case(officer, State.VISITING)
    assert form_of(officer, case).press("start_again").status_code == 409


def test_a_draft_nobody_touched_is_closed_after_the_days_of_the_setting(officer):
    with clock.travel("2026-03-02"):
        old, kept = make_case(officer), make_case(officer)
        submitted = make_case(officer, State.SUBMITTED)
    with clock.travel("2026-04-20"):
        actions.save(kept.id, by=officer, version=kept.version, step="needs", things=[])
    with clock.travel("2026-04-30"):
        assert tasks.close_stale(0) == 0
    with clock.travel("2026-05-02"):
        assert tasks.close_stale(0) == 1
    assert [read(one).state for one in (old, kept, submitted)] == [State.WITHDRAWN, State.DRAFT, State.SUBMITTED]
    last = read(old).transitions.last()
    assert (last.by_name, last.step) == ("系统", "withdraw")
    assert Entry.objects.get(verb="applications.close").user_name == "系统"
