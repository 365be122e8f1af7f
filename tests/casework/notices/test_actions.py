"""Posting, objections, results: what is allowed when, and what is written."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households.models import PersonClaim
from bangfu.casework.notices import actions, queries
from bangfu.casework.notices.models import NoticeRow, Objection
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents.models import Print
from bangfu.foundations.standards.models import Setting
from tests.factories.cases import make_case
from tests.factories.notices import PHONES, make_meeting, post

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02"


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def posted(by, count=1):
    """`count` households on one notice, posted now."""
    cases = [make_case(by, "passed", name=f"示例甲{n}") for n in range(1, count + 1)]
    return cases, post(by, cases)


def objected(by, case, *, received_on=None, text="反映其有车", **typed):
    return actions.object_notice(
        case.id,
        by=by,
        version=fresh(case).version,
        received_on=received_on or clock.today(),
        channel="phone",
        text=text,
        **typed,
    )


def answered(by, objection, *, upheld=False, finding="车辆属用人单位，受雇驾驶"):
    version = fresh(objection.case).version
    return actions.answer_objection(objection.id, by=by, version=version, finding=finding, upheld=upheld)


def clear(by, case):
    return actions.clear_notice(case.id, by=by, version=fresh(case).version)


# ---- posting ----


def test_a_list_shows_the_figures_of_the_visit_and_moves_every_household(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        cases, notice = posted(by, 2)
        row = notice.rows.get(case=cases[0])
        assert (row.name, row.household_size, row.main_cause, row.review_result) == ("示例甲1", 2, "02", "pass")
        assert (row.household_annual_income, row.annual_necessary_expense) == (3840000, 2000000)
        assert [fresh(case).state for case in cases] == [State.ON_NOTICE, State.ON_NOTICE]
        assert (notice.candidate_count, notice.passed_count, notice.working_days) == (2, 2, 5)
        assert notice.notice_to == dt.date(2026, 3, 9)
        assert Entry.objects.filter(verb="notices.post").count() == 2


@pytest.mark.parametrize(("first", "last"), [("2026-04-27", dt.date(2026, 5, 7)), ("2026-06-08", dt.date(2026, 6, 15))])
def test_the_period_skips_holidays_and_the_day_of_posting(world, first, last):
    with clock.travel(first):
        _, notice = posted(world.by("officer"))
        assert notice.notice_to == last


def test_a_setting_of_the_union_gives_the_length(world):
    Setting.objects.create(
        name="notice_days", area=world.county, value="7", start="2017-01-01", document="示例文件",
        entered_by=world.by("admin", world.county).user, entered_at=clock.now(), confirmed_at=clock.now(),
        confirmed_by=world.by("admin", world.city).user,
    )  # fmt: skip
    with clock.travel(MONDAY):
        _, notice = posted(world.by("officer"))
        assert (notice.working_days, notice.notice_to) == (7, dt.date(2026, 3, 11))


@pytest.mark.parametrize(
    ("first", "words"),
    [("2026-03-01", "不能早于今天"), ("2026-05-20", "离今天太远")],
)
def test_a_notice_is_not_dated_back_and_not_far_ahead(world, first, words):
    by = world.by("officer")
    with clock.travel(MONDAY):
        case = make_case(by, "passed")
        with pytest.raises(Refused, match=words):
            post(by, [case], notice_from=dt.date.fromisoformat(first))
        assert fresh(case).state == State.PASSED


def test_a_notice_is_not_posted_before_its_meeting(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        case = make_case(by, "passed")
        meeting = make_meeting(by, [case], held_at=clock.now() + dt.timedelta(days=2))
        with pytest.raises(Refused, match="不能早于民主评议"):
            post(by, [case], meeting=meeting)


def test_answers_are_asked_for_within_the_period(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        case = make_case(by, "passed")
        with pytest.raises(Refused, match="1 至 7 日"):
            actions.post_notice(
                make_meeting(by, [case]), by=by, versions={case.id: case.version}, notice_from=clock.today(),
                feedback_days=8, **PHONES,
            )  # fmt: skip


def test_only_households_that_passed_are_posted(world):
    by = world.by("officer")
    one, other = make_case(by, "passed"), make_case(by, "passed", name="示例乙一")
    meeting = make_meeting(by, [one, other], failed=1)
    with pytest.raises(Refused, match="示例甲一：没有评议通过"):
        post(by, [one, other], meeting=meeting)
    assert not NoticeRow.objects.exists()


def test_an_empty_list_is_not_posted(world):
    by = world.by("officer")
    meeting = make_meeting(by, [make_case(by, "passed")])
    with pytest.raises(Refused, match="至少选择一户"):
        post(by, [], meeting=meeting)


def test_one_stale_household_stops_the_list_and_is_named(world):
    by = world.by("officer")
    case = make_case(by, "passed")
    with pytest.raises(Refused, match="示例甲一：.*不是最新"):
        actions.post_notice(
            make_meeting(by, [case]),
            by=by,
            versions={case.id: 99},
            notice_from=clock.today(),
            feedback_days=5,
            **PHONES,
        )


def test_an_investigator_does_not_post_and_a_union_above_may(world):
    by = world.by("officer")
    case = make_case(by, "passed")
    meeting = make_meeting(by, [case])
    with pytest.raises(Refused, match="不能为这个工会"):
        post(world.by("investigator"), [case], meeting=meeting)
    post(world.by("officer", world.county), [case], meeting=meeting)
    last = fresh(case).transitions.last()
    assert (last.step, last.acting_for_id) == ("post_notice", world.textile.id)


# ---- objections ----


def test_an_objection_stops_this_household_only_and_not_the_clock(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        (one, other), notice = posted(by, 2)
        objected(by, one)
        assert (fresh(one).state, fresh(other).state) == (State.OBJECTED, State.ON_NOTICE)
        notice.refresh_from_db()
        assert notice.notice_to == dt.date(2026, 3, 9)
        assert fresh(one).transitions.last().reason == ""


def test_a_late_objection_is_a_complaint_that_stops_nothing(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        (case,), _ = posted(by)
    with clock.travel("2026-03-10"):
        objection = objected(by, case)
        assert objection.late
        assert fresh(case).state == State.ON_NOTICE
        clear(by, case)
        assert fresh(case).state == State.NOTICE_CLEARED
        later = objected(by, case)
        assert later.late
        assert fresh(case).state == State.NOTICE_CLEARED
        answered(world.by("officer", number=2), later, upheld=True)
        assert fresh(case).state == State.NOTICE_CLEARED


def test_what_was_received_in_time_counts_although_it_is_written_down_later(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        (case,), _ = posted(by)
    with clock.travel("2026-03-10"):
        assert not objected(by, case, received_on=dt.date(2026, 3, 9)).late
        assert fresh(case).state == State.OBJECTED


@pytest.mark.parametrize(("day", "words"), [("2026-03-03", "不能晚于今天"), ("2026-03-01", "不能早于公示开始")])
def test_the_day_of_an_objection_is_possible(world, day, words):
    by = world.by("officer")
    with clock.travel(MONDAY):
        (case,), _ = posted(by)
        with pytest.raises(Refused, match=words):
            objected(by, case, received_on=dt.date.fromisoformat(day))


def test_a_household_that_was_never_posted_has_nothing_to_object_to(world):
    by = world.by("officer")
    with pytest.raises(Refused, match="还没有公示"):
        objected(by, make_case(by, "passed"))


def test_an_investigator_of_the_household_does_not_answer(world):
    by = world.by("officer")
    (case,), _ = posted(by)
    objection = objected(by, case)
    investigator = world.by("investigator").user
    with pytest.raises(Refused, match="调查人员"):
        answered(world.appoint("officer", world.textile, user=investigator), objection)
    assert Objection.objects.get().answered_on is None


def test_a_finding_is_written(world):
    by = world.by("officer")
    (case,), _ = posted(by)
    with pytest.raises(Refused, match="核查情况"):
        answered(by, objected(by, case), finding="  ")


def test_the_household_waits_until_the_last_open_objection_is_answered(world):
    by = world.by("officer")
    (case,), _ = posted(by)
    first, second = objected(by, case), objected(by, case, text="反映其有两套房")
    answered(by, first)
    assert fresh(case).state == State.OBJECTED
    answered(world.by("reviewer", world.county), second)
    assert fresh(case).state == State.ON_NOTICE
    with pytest.raises(Refused, match="已经答复"):
        answered(by, first)


def test_an_objection_that_is_right_ends_the_case_and_frees_its_persons(world):
    by = world.by("officer")
    (case,), notice = posted(by)
    assert PersonClaim.objects.filter(case_id=case.id).exists()
    answered(by, objected(by, case), upheld=True, finding="确有两套住房")
    assert fresh(case).state == State.REJECTED
    assert not PersonClaim.objects.filter(case_id=case.id).exists()
    row = notice.rows.get()
    assert (row.notice_result, row.cleared_at) == ("objected", None)
    assert "确有两套住房" in row.objection_text
    assert "住房" not in fresh(case).transitions.last().reason


def test_an_answer_that_was_taken_back_is_given_again(world):
    from bangfu.casework.cases.actions import take_back

    by = world.by("officer")
    (case,), _ = posted(by)
    objection = objected(by, case)
    answered(by, objection, upheld=True)
    take_back(case.id, by=by, version=fresh(case).version)
    assert fresh(case).state == State.OBJECTED
    assert PersonClaim.objects.filter(case_id=case.id).exists()
    objection = Objection.objects.get(pk=objection.pk)
    answered(by, objection, upheld=False)
    assert fresh(case).state == State.ON_NOTICE


# ---- results ----


def test_sample_04_is_closable_the_day_after_the_last_day(world):
    by = world.by("officer", world.leather)
    with clock.travel("2026-04-27"):
        case = make_case(by, "passed", main_cause="04")
        notice = post(by, [case])
    with clock.travel("2026-04-29"):
        objection = objected(by, case)
        assert fresh(case).state == State.OBJECTED
        answered(by, objection)
    with clock.travel("2026-05-07"), pytest.raises(Refused, match="2026年5月8日 起"):
        clear(by, case)
    with clock.travel("2026-05-08"):
        clear(by, case)
        row = notice.rows.get()
        assert row.notice_result == "objected"
        assert "反映其有车" in row.objection_text
        assert "异议不成立" in row.objection_text
        assert fresh(case).state == State.NOTICE_CLEARED


def test_without_objections_the_result_says_so_and_older_paper_is_out_of_date(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        (case,), notice = posted(by)
        Print.objects.create(**case.scope(), case_id=case.id, form="F2", printed_by=by.user)
    with clock.travel("2026-03-10"):
        clear(by, case)
        assert (notice.rows.get().notice_result, notice.rows.get().objection_text) == ("clear", "")
        assert Print.objects.get().outdated_at is not None


def test_an_open_objection_blocks_the_result(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        (case,), _ = posted(by)
        objected(by, case)
    with clock.travel("2026-03-10"), pytest.raises(Refused, match="还有 1 件异议没有答复"):
        clear(by, case)


def test_changed_figures_need_a_new_notice(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        (case,), notice = posted(by)
        assert queries.repeat_needed(fresh(case)) == []
        from bangfu.casework.households.circumstances import copy_as, freeze
        from bangfu.casework.households.models import Witness

        filed = copy_as(case.verified, Witness.FILED)
        filed.main_cause, filed.expense_medical = "01", 100
        freeze(filed)
        Case.objects.filter(pk=case.pk).update(filed=filed)
        (reason,) = queries.repeat_needed(fresh(case))
        assert "家庭年度必要性支出、主要致困原因" in reason.text
    with clock.travel("2026-03-10"):
        with pytest.raises(Refused, match="需要重新公示"):
            clear(by, case)
        again = post(by, [case], meeting=notice.meeting)
        assert fresh(case).state == State.ON_NOTICE
        assert again.rows.get().main_cause == "01"
        assert notice.rows.get().superseded
        assert queries.repeat_needed(fresh(case)) == []


# ---- the database keeps it too ----


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE notices_notice SET notice_to = notice_to - 1",
        "DELETE FROM notices_noticerow",
        "UPDATE notices_noticerow SET household_annual_income = 1",
        "UPDATE notices_noticerow SET cleared_at = '2026-03-09 10:00+08', notice_result = 'clear'",
    ],
)
def test_raw_sql_neither_shortens_a_notice_nor_changes_what_was_posted(world, sql):
    with clock.travel(MONDAY):
        posted(world.by("officer"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_raw_sql_does_not_change_a_written_result(world):
    by = world.by("officer")
    with clock.travel(MONDAY):
        (case,), _ = posted(by)
    with clock.travel("2026-03-10"):
        clear(by, case)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE notices_noticerow SET notice_result = 'objected'")
