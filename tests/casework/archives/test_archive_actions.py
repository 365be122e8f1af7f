"""Filling, checking, filing and amending 附件6."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from bangfu.casework.archives import actions
from bangfu.casework.archives.models import Archive, ArchiveVersion, Draft
from bangfu.casework.archives.rules import contract_band, months_between, relation_to_head
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.numbers import is_valid
from bangfu.casework.households.models import Circumstances, PersonClaim
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents.actions import record_print
from bangfu.foundations.documents.models import Print
from tests.factories.cases import add_member, make_case

pytestmark = pytest.mark.django_db


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def hand_over(case, by) -> Draft:
    draft = actions.open_draft(case.id, by=by)
    actions.make_ready(case.id, by=by, version=fresh(case).version)
    return draft


def filed(world, **changes) -> Case:
    officer = world.by("officer")
    case = make_case(officer, "recognised", **changes)
    hand_over(case, officer)
    actions.file(case.id, by=world.by("chair"), version=fresh(case).version)
    return fresh(case)


def test_the_draft_starts_from_what_the_visit_found_with_proposals(world):
    officer = world.by("officer")
    case = make_case(
        officer, "recognised", apply_level="prefecture", filing_standard="", archive_type="", floor_area=None,
        housing_type="", contract_from="2024-03", contract_to="2027-02", contract_term="",
    )  # fmt: skip
    draft = actions.open_draft(case.id, by=officer)
    filled = draft.circumstances
    assert (filled.witness, filled.frozen_at) == ("filed", None)
    assert (filled.filing_standard, filled.archive_type, filled.housing_type) == ("3", "2", "2")
    assert (str(filled.floor_area), filled.contract_term) == ("62.50", "4")
    assert [m.member_identity_fine for m in filled.members.all()] == ["01", "03"]
    assert actions.open_draft(case.id, by=officer).id == draft.id


def test_a_household_that_fell_back_is_proposed_as_such(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised", archive_type="")
    Case.objects.filter(pk=case.pk).update(entry_kind="relapsed")
    assert actions.open_draft(case.id, by=officer).circumstances.archive_type == "3"


def test_filing_gives_a_worker_number_and_version_one_and_freezes(world):
    case = filed(world)
    archive = Archive.objects.get(case=case)
    assert case.state == "filed"
    assert case.worker_no == archive.worker_no == case.household.worker_no
    assert is_valid(case.worker_no)
    assert archive.checked_by != archive.filed_by
    assert archive.review_due_on.year == archive.filed_on.year + 1
    version = archive.versions.get()
    assert (version.number, version.digest, version.circumstances_id) == (1, case.filed.digest, case.filed_id)
    assert not Draft.objects.filter(case=case).exists()
    assert Entry.objects.filter(case_id=case.id, verb="archives.file").exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Circumstances.objects.filter(pk=case.filed_id).update(postal_code="000000")


def test_the_filer_cannot_check_their_own_file(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised")
    hand_over(case, officer)
    with pytest.raises(Refused, match="建档人不能审核自己填写的档案表"):
        actions.file(case.id, by=officer, version=fresh(case).version)


def test_whoever_entered_last_cannot_check_either(world):
    officer, other = world.by("officer"), world.by("officer", number=2)
    case = make_case(officer, "recognised")
    draft = actions.open_draft(case.id, by=officer)
    actions.save(case.id, [(draft.circumstances, ["postal_code"])], by=other, seen="")
    actions.make_ready(case.id, by=officer, version=fresh(case).version)
    with pytest.raises(Refused, match="录入人不能审核"):
        actions.file(case.id, by=other, version=fresh(case).version)


def test_the_database_keeps_filer_and_checker_apart(world):
    case = filed(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Archive.objects.filter(case=case).update(checked_by=Archive.objects.get(case=case).filed_by)


def test_an_investigator_can_neither_fill_nor_check(world):
    case = make_case(world.by("officer"), "recognised")
    with pytest.raises(Refused, match="权限"):
        actions.open_draft(case.id, by=world.by("investigator"))
    hand_over(case, world.by("officer"))
    with pytest.raises(Refused, match="权限"):
        actions.file(case.id, by=world.by("investigator"), version=fresh(case).version)


def test_everything_missing_is_said_at_once(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised", postal_code="", bank_card_no="", difficulty_category="")
    actions.open_draft(case.id, by=officer)
    with pytest.raises(Refused) as refusal:
        actions.make_ready(case.id, by=officer, version=case.version)
    assert {reason.field for reason in refusal.value.reasons} == {"postal_code", "bank_card_no", "difficulty_category"}


def test_a_blank_may_be_answered_not_known_with_a_reason_but_identity_may_not(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised", postal_code="")
    draft = actions.open_draft(case.id, by=officer)
    with pytest.raises(Refused, match="写明理由"):
        actions.excuse(case.id, "postal_code", by=officer, answer="不详", reason="")
    actions.excuse(case.id, "postal_code", by=officer, answer="不详", reason="新建小区")
    assert Circumstances.objects.get(pk=draft.circumstances_id).excused == {"postal_code": "不详：新建小区"}
    with pytest.raises(Refused, match="身份信息"):
        actions.excuse(case.id, "members.0.id_number", by=officer, answer="不详", reason="忘记了")
    actions.make_ready(case.id, by=officer, version=case.version)


def test_a_handed_over_draft_is_not_changed_until_it_is_returned(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised")
    draft = hand_over(case, officer)
    with pytest.raises(Refused, match="已提交审核"):
        actions.save(case.id, [(draft.circumstances, ["postal_code"])], by=officer, seen="")
    actions.return_draft(case.id, by=world.by("chair"), version=fresh(case).version, note="请核对邮编")
    draft.refresh_from_db()
    assert draft.returned_note == "请核对邮编"
    actions.save(case.id, [(draft.circumstances, ["postal_code"])], by=officer, seen="")


def test_when_the_recognition_is_taken_back_the_draft_waits(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised")
    draft = actions.open_draft(case.id, by=officer)
    Case.objects.filter(pk=case.pk).update(state="at_city")
    with pytest.raises(Refused, match="认定之后"):
        actions.open_draft(case.id, by=officer)
    with pytest.raises(Refused, match="认定已被收回"):
        actions.save(case.id, [(draft.circumstances, ["postal_code"])], by=officer, seen="")
    Case.objects.filter(pk=case.pk).update(state="recognised")
    assert actions.open_draft(case.id, by=officer).id == draft.id


def test_a_draft_older_than_the_present_visit_is_made_anew(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised")
    draft = actions.open_draft(case.id, by=officer)
    Circumstances.objects.filter(pk=draft.circumstances_id).update(
        written_at=draft.circumstances.written_at - dt.timedelta(days=9)
    )
    assert actions.open_draft(case.id, by=officer).id != draft.id


def test_a_draft_that_was_not_handed_over_is_not_filed(world):
    case = make_case(world.by("officer"), "recognised")
    actions.open_draft(case.id, by=world.by("officer"))
    with pytest.raises(Refused, match="还没有提交审核"):
        actions.file(case.id, by=world.by("chair"), version=case.version)


def test_two_people_do_not_overwrite_each_other(world):
    officer, other = world.by("officer"), world.by("officer", number=2)
    case = make_case(officer, "recognised")
    draft = actions.open_draft(case.id, by=officer)
    seen = draft.saved_at.isoformat()
    actions.save(case.id, [(draft.circumstances, ["postal_code"])], by=officer, seen=seen)
    with pytest.raises(Refused, match="刚刚修改过"):
        actions.save(case.id, [(draft.circumstances, ["postal_code"])], by=other, seen=seen)


def test_of_two_windows_of_one_person_the_older_is_refused_but_a_page_follows_itself(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised")
    draft = actions.open_draft(case.id, by=officer)
    seen, answers = draft.saved_at.isoformat(), [(draft.circumstances, ["postal_code"])]
    actions.save(case.id, answers, by=officer, seen=seen, page="one")
    actions.save(case.id, answers, by=officer, seen=seen, page="one")
    with pytest.raises(Refused, match="刚刚修改过"):
        actions.save(case.id, answers, by=officer, seen=seen, page="two")


def test_a_save_writes_only_its_own_answers(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised")
    loaded = actions.open_draft(case.id, by=officer).circumstances
    Circumstances.objects.filter(pk=loaded.pk).update(floor_area=88)
    loaded.postal_code = "050001"
    actions.save(case.id, [(loaded, ["postal_code"])], by=officer, seen="")
    loaded.refresh_from_db()
    assert (loaded.postal_code, loaded.floor_area) == ("050001", 88)


def test_answers_of_another_household_are_never_saved(world):
    officer = world.by("officer")
    one, other = make_case(officer, "recognised"), make_case(officer, "recognised")
    actions.open_draft(one.id, by=officer)
    theirs = actions.open_draft(other.id, by=officer)
    with pytest.raises(Refused, match="换了一份"):
        actions.save(one.id, [(theirs.circumstances, ["postal_code"])], by=officer, seen="")


def test_a_stale_page_does_not_file(world):
    officer = world.by("officer")
    case = make_case(officer, "recognised")
    hand_over(case, officer)
    with pytest.raises(Refused, match="不是最新"):
        actions.file(case.id, by=world.by("chair"), version=case.version)


def test_an_amendment_makes_the_next_version_claims_the_new_member_and_outdates_paper(world):
    officer, chair = world.by("officer"), world.by("chair")
    case = filed(world)
    record_print(case, "F6", by=officer)
    with pytest.raises(Refused, match="更正的理由"):
        actions.amend(case.id, by=officer, version=case.version, reason="")
    draft = actions.amend(case.id, by=officer, version=case.version, reason="孩子出生")
    child = add_member(
        draft.circumstances, 2, name="示例甲三", sex="2", relation_to_applicant="30", ethnicity="01", monthly_income=0,
        model_worker_type="0", health_status="01", medical_insurance="2", marital_status="unmarried", hukou_type="1",
        member_identity="student", member_identity_fine="12", current_education="80", enrolled_year=2016, schooling_years=6,
        employer_or_school="示例小学", lives_together=True, same_register=True, work_status="3",
    )  # fmt: skip
    actions.make_ready(case.id, by=officer, version=fresh(case).version)
    with pytest.raises(Refused, match="建档人不能审核"):
        actions.file(case.id, by=officer, version=fresh(case).version)
    archive = actions.file(case.id, by=chair, version=fresh(case).version)
    case = fresh(case)
    assert (archive.version, case.state, case.filed.household_size) == (2, "filed", 3)
    assert [v.number for v in archive.versions.all()] == [2, 1]
    assert archive.versions.first().reason == "孩子出生"
    assert PersonClaim.objects.filter(id_bidx=child.id_bidx, case_id=case.id).exists()
    assert Print.objects.get(case_id=case.id, form="F6").outdated_at is not None


def test_a_dropped_amendment_leaves_the_file_as_it_was(world):
    case = filed(world)
    actions.amend(case.id, by=world.by("officer"), version=case.version, reason="试一试")
    actions.drop_amendment(case.id, by=world.by("officer"), version=fresh(case).version)
    assert not Draft.objects.filter(case=case).exists()
    assert ArchiveVersion.objects.filter(archive__case=case).count() == 1


def test_a_household_that_comes_back_keeps_its_number_and_file(world):
    first = filed(world)
    archive = Archive.objects.get(case=first)
    PersonClaim.objects.filter(case_id=first.id).delete()
    officer = world.by("officer")
    again = make_case(officer, "recognised", household=first.household)
    hand_over(again, officer)
    taken_up = actions.file(again.id, by=world.by("chair"), version=fresh(again).version)
    assert (taken_up.id, taken_up.worker_no, taken_up.version) == (archive.id, first.worker_no, 2)
    assert taken_up.case_id == again.id


@pytest.mark.parametrize(
    ("months", "band"), [(6, "1"), (7, "2"), (18, "2"), (36, "4"), (60, "6"), (120, "6"), (121, "7"), (None, "7")]
)
def test_contracts_fall_into_the_bands_of_the_national_list(months, band):
    assert contract_band(months) == band


def test_a_period_counts_both_its_months_and_may_have_no_end():
    assert months_between("2024-03", "2027-02") == 36
    assert months_between("2024-03", "") is None


def test_relations_to_the_head_are_derived_where_they_can_be(world):
    case = make_case(world.by("officer"), "recognised")
    draft = actions.open_draft(case.id, by=world.by("officer"))
    applicant, spouse = draft.circumstances.members.order_by("position")
    daughter = add_member(draft.circumstances, 2, name="示例三", sex="2", relation_to_applicant="30")
    mother = add_member(draft.circumstances, 3, name="示例四", sex="2", relation_to_applicant="52")
    uncle = add_member(draft.circumstances, 4, name="示例五", sex="1", relation_to_applicant="83")

    def relations(head):
        draft.circumstances.members.update(is_head=False)
        draft.circumstances.members.filter(pk=head.pk).update(is_head=True)
        record = Circumstances.objects.prefetch_related("members").get(pk=draft.circumstances_id)
        return [relation_to_head(m, record) for m in record.members.all()]

    assert relations(applicant) == ["02", "10", "30", "52", "83"]
    assert relations(spouse) == ["10", "02", "30", "54", ""]
    assert relations(mother) == ["20", "38", "42", "02", ""]
    assert relations(daughter) == ["51", "52", "02", "62", ""]
    uncle.relation_to_head_override = "97"
    assert relation_to_head(uncle, draft.circumstances) == "97"
