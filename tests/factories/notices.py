"""Meetings that passed households, and notices of them."""

import datetime as dt

from bangfu.casework.cases.models import Case
from bangfu.casework.notices import actions
from bangfu.casework.notices.models import Notice, NoticeRow
from bangfu.casework.notices.rules import printed
from bangfu.casework.reviews.models import Item, Meeting
from bangfu.foundations.codes import clock
from bangfu.foundations.organisations.scope import Acting

PHONES = {"supervision_phone": "0311-85651234", "contact_name": "示例联系人", "contact_phone": "13800000008"}


def make_meeting(by: Acting, cases: list[Case], *, failed: int = 0, held_at=None) -> Meeting:
    """A closed meeting that passed `cases`, nine people present."""
    org = cases[0].org
    meeting = Meeting.objects.create(
        **org.scope(), held_at=held_at or clock.now(), place="示例会议室", member_count=9, attendee_count=9, chair="示例主持",
        recorder="示例记录", closed_at=clock.now(), recorded_by=by.user,
    )  # fmt: skip
    for position, case in enumerate(cases, start=1):
        result = "pass" if position > failed else "fail"
        Item.objects.create(**org.scope(), meeting=meeting, case=case, position=position, agree=9, result=result)
    return meeting


def post(
    by: Acting, cases: list[Case], *, meeting: Meeting | None = None, notice_from: dt.date | None = None
) -> Notice:
    """A notice of passed cases, posted the real way."""
    meeting = meeting or make_meeting(by, cases)
    versions = dict(Case.objects.filter(id__in=[case.id for case in cases]).values_list("id", "version"))
    return actions.post_notice(
        meeting, by=by, versions=versions, notice_from=notice_from or clock.today(), feedback_days=5, **PHONES
    )


def add_cleared_notice(case: Case, by: Acting) -> NoticeRow:
    """A notice of three weeks ago whose result was 无异议, made directly."""
    today = clock.today()
    notice = Notice.objects.create(
        **case.scope(), meeting_date=today - dt.timedelta(days=23), meeting_name="困难职工民主评议会议", candidate_count=1,
        passed_count=1, notice_from=today - dt.timedelta(days=21), notice_to=today - dt.timedelta(days=14), working_days=5,
        feedback_days=7, issued_on=today - dt.timedelta(days=21), posted_by=by.user, **PHONES,
    )  # fmt: skip
    return NoticeRow.objects.create(
        **case.scope(), notice=notice, case=case, review_result="pass", notice_result="clear", cleared_at=clock.now(),
        **printed(case.circumstances),
    )  # fmt: skip
