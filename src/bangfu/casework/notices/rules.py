"""Why a list may not be posted, an objection not be answered, a result not be written yet."""

from datetime import date, timedelta

from bangfu.casework.cases.models import Case, ReturnedTo
from bangfu.casework.cases.states import FINAL, State
from bangfu.casework.households.models import Circumstances
from bangfu.casework.notices.models import Notice, NoticeRow, Objection
from bangfu.casework.reviews.models import Meeting
from bangfu.casework.visits.models import Investigator
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason

# A list is posted today or announced shortly before; later dates are slips of the pen.
AHEAD = timedelta(days=30)
# Before it is posted (again) and after the end there is nothing to repeat.
BEFORE = FINAL | {State.DRAFT, State.SUBMITTED, State.VISITING, State.CANDIDATE, State.PASSED}
PRINTED = {
    "name": "姓名",
    "household_size": "家庭人口",
    "household_annual_income": "家庭年度总收入",
    "annual_necessary_expense": "家庭年度必要性支出",
    "main_cause": "主要致困原因",
}


def printed(circumstances: Circumstances) -> dict:
    """The columns of 附件5 that come from the household: name, 人, 元/年 (fen), 元/年 (fen), cause category."""
    applicant = circumstances.applicant
    return {
        "name": applicant.name if applicant else "",
        "household_size": circumstances.household_size,
        "household_annual_income": circumstances.household_annual_income,
        "annual_necessary_expense": circumstances.annual_necessary_expense,
        "main_cause": circumstances.main_cause,
    }


def reasons_not_to_post(meeting: Meeting, notice_from: date, notice_to: date, feedback_days: int) -> list[Reason]:
    """The period: not in the past (it would be shorter than printed), not before the meeting, answers within it."""
    today, held_on = clock.today(), clock.local(meeting.held_at).date()
    reasons = []
    if notice_from < today:
        reasons.append(Reason("公示起始日期不能早于今天：补写以前的日期会使实际公示的天数不足。", field="notice_from"))
    if notice_from > today + AHEAD:
        reasons.append(Reason("公示起始日期离今天太远，请在临近张贴时再登记。", field="notice_from"))
    if notice_from < held_on:
        reasons.append(Reason("公示不能早于民主评议会议的日期。", field="notice_from", rule="R-REV-1"))
    if not 1 <= feedback_days <= (notice_to - notice_from).days:
        days = (notice_to - notice_from).days
        reasons.append(Reason(f"反映期限应为 1 至 {days} 日，不超过公示期。", field="feedback_days"))
    return reasons


def reasons_not_to_list(case: Case, *, passed: bool) -> list[Reason]:
    """Why one household may not stand on the list: only the passed are posted, or those whose notice must run again."""
    if not passed:
        return [Reason(f"{case.name}：没有评议通过的记录，不能公示。", rule="R-REV-1")]
    if case.verified is None or not case.verified.frozen_at:
        return [Reason(f"{case.name}：调查核实的情况还没有定稿，不能公示。")]
    if case.state != State.PASSED and not reasons_to_repeat(case):
        return [Reason(f"{case.name}：现在是“{case.look.label}”，不需要公示。")]
    return []


def standing_row(case: Case) -> NoticeRow | None:
    """The row of the case that counts: the last one posted."""
    return case.notice_rows.filter(superseded=False).select_related("notice").first()


def reasons_to_repeat(case: Case, row: NoticeRow | None = None) -> list[Reason]:
    """Which printed values are no longer those of the household: the notice runs again (DOMAIN 2, notice period).

    `row` is the row that counts when it is at hand already.
    """
    row = row or standing_row(case)
    circumstances = case.circumstances
    if row is None or circumstances is None or case.state in BEFORE or case.returned_to == ReturnedTo.APPLICANT:
        return []
    now = printed(circumstances)
    changed = [label for name, label in PRINTED.items() if getattr(row, name) != now[name]]
    return [Reason(f"公示后“{'、'.join(changed)}”有变化，需要重新公示。", clause="附件5")] if changed else []


def open_objections(row: NoticeRow) -> list[Objection]:
    """Objections that stop the household: received in time and not answered."""
    return [one for one in row.objections.all() if not one.late and one.answered_on is None]


def reasons_not_to_clear(row: NoticeRow) -> list[Reason]:
    """The full period is over, nothing is open, and what hung on the wall is still true (R-REV-1)."""
    notice: Notice = row.notice
    reasons = []
    if row.superseded or row.cleared_at:
        return [Reason(f"{row.name}：公示结果已经登记，或已重新公示。")]
    if clock.today() <= notice.notice_to:
        earliest = notice.notice_to + timedelta(days=1)
        reasons.append(
            Reason(
                f"公示期到 {_day(notice.notice_to)} 为止，{_day(earliest)} 起才能登记公示结果，不能提前结束。",
                rule="R-NOT-1",
            )
        )
    waiting = len(open_objections(row))
    if waiting:
        reasons.append(Reason(f"{row.name}：还有 {waiting} 件异议没有答复。", clause="附件2 有异议"))
    return reasons + reasons_to_repeat(row.case, row)


def reasons_not_to_object(row: NoticeRow | None, received_on: date) -> list[Reason]:
    """There was a notice to object to, and the day is possible."""
    if row is None:
        return [Reason("这一户还没有公示，不能登记异议。")]
    if received_on > clock.today():
        return [Reason("收到日期不能晚于今天。", field="received_on")]
    if received_on < row.notice.notice_from:
        return [Reason(f"收到日期不能早于公示开始的 {_day(row.notice.notice_from)}。", field="received_on")]
    return []


def reasons_not_to_answer(objection: Objection, user_id: int) -> list[Reason]:
    """Nobody answers who investigated this household; an answer is given once unless its decision was taken back."""
    reasons = []
    if user_id in investigators(objection.case_id):
        reasons.append(
            Reason("您是这一户的调查人员，异议须由没有参加调查的人核查答复。请本工会其他人员或上级工会办理。")
        )
    if objection.answered_on is not None and not answer_was_taken_back(objection):
        reasons.append(Reason("这件异议已经答复。"))
    return reasons


def answer_was_taken_back(objection: Objection) -> bool:
    """Whether the case waits for an answer again although all are given: the last one is then given anew."""
    if objection.case.state != State.OBJECTED or objection.late:
        return False
    timely = [one for one in objection.row.objections.all() if not one.late]
    if any(one.answered_on is None for one in timely):
        return False
    return objection.id == max(timely, key=lambda one: (one.answered_on, one.id)).id


def investigators(case_id: int) -> set[int]:
    """Users who investigated the household in any round; helpers do not count."""
    rows = Investigator.objects.filter(visit__case_id=case_id, is_helper=False)
    return set(rows.values_list("user_id", flat=True))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
