"""Post the list, register and answer objections, write the result (附件5; 附件2 公示结果)."""

from datetime import date

from django.db import transaction

from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households import actions as households
from bangfu.casework.notices import access, rules
from bangfu.casework.notices.models import Notice, NoticeRow, Objection
from bangfu.casework.reviews.models import Meeting
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.calendar import add_workdays
from bangfu.foundations.codes.reasons import Reason, Refused, refuse_if
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.standards.queries import setting

PROOF = "06"  # 公示证明 of material_kind
BLANK = 500  # characters of the blank 异议是


def notice_to(notice_from: date, org) -> date:
    """The last day of a notice that is posted on `notice_from`; the day of posting does not count (民法典 201)."""
    return add_workdays(notice_from, setting("notice_days", org))


@transaction.atomic
def post_notice(
    meeting: Meeting,
    *,
    by: Acting,
    versions: dict[int, int],
    notice_from: date,
    feedback_days: int,
    supervision_phone: str,
    contact_name: str,
    contact_phone: str,
    place: str = "",
) -> Notice:
    """Post the households `versions` (case id → version looked at) of a meeting; figures are copied as posted.

    All or none: raises Refused with every reason. Cases in PASSED move to ON_NOTICE; a notice that must run again
    replaces its earlier row and moves nothing.
    """
    if not access.may_post(by, meeting):
        raise Refused("您的岗位不能为这个工会张贴公示。")
    last_day = notice_to(notice_from, meeting.org)
    reasons = rules.reasons_not_to_post(meeting, notice_from, last_day, feedback_days)
    if not versions:
        reasons.append(Reason("请至少选择一户。", field="households"))
    cases = [_locked(case_id, version, reasons) for case_id, version in sorted(versions.items())]
    passed = set(meeting.items.filter(superseded=False, result="pass").values_list("case_id", flat=True))
    for case in filter(None, cases):
        reasons += rules.reasons_not_to_list(case, passed=case.id in passed)
    refuse_if(reasons)
    notice = Notice.objects.create(
        **meeting.scope(),
        meeting=meeting,
        meeting_date=clock.local(meeting.held_at).date(),
        meeting_name=meeting.name,
        candidate_count=meeting.items.filter(superseded=False).count(),
        passed_count=len(versions),
        notice_from=notice_from,
        notice_to=last_day,
        working_days=setting("notice_days", meeting.org),
        feedback_days=feedback_days,
        supervision_phone=supervision_phone,
        contact_name=contact_name,
        contact_phone=contact_phone,
        issued_on=notice_from,
        posted_at_place=place,
        posted_by=by.user,
    )
    for case in filter(None, cases):
        _list(notice, case, by)
    return notice


@transaction.atomic
def object_notice(
    case_id: int,
    *,
    by: Acting,
    version: int,
    received_on: date,
    channel: str,
    text: str,
    objector_name: str = "",
    objector_phone: str = "",
) -> Objection:
    """Write down an objection. In time it stops this household only, the clock runs on; a late one is a complaint.

    What counts as in time is a setting (objection_deadline, 通知未规定). Raises Refused.
    """
    case = flow.lock(case_id, version)
    if not access.may_object(by, case):
        raise Refused("您的岗位不能登记异议。")
    row = rules.standing_row(case)
    refuse_if(rules.reasons_not_to_object(row, received_on))
    assert row is not None
    within = received_on <= row.notice.notice_to or setting("objection_deadline", case.org) == "until_recognised"
    stops = within and row.cleared_at is None and case.state in (State.ON_NOTICE, State.OBJECTED)
    objection = Objection.objects.create(
        **case.scope(),
        row=row,
        case=case,
        received_on=received_on,
        channel=channel,
        text=text.strip(),
        objector_name=objector_name.strip(),
        objector_phone=objector_phone.strip(),
        late=not stops,
        received_by=by.user,
    )
    audit.record(by, "notices.object", objection, case_id=case.id, late=objection.late)
    if stops and case.state == State.ON_NOTICE:
        flow.take(case.id, "object", by=by, version=version)
    else:
        flow.touch(case)
    return objection


@transaction.atomic
def answer_objection(objection_id: int, *, by: Acting, version: int, finding: str, upheld: bool) -> Case:
    """Write what the re-check found. Upheld: the household is refused and its persons are free; not upheld: the notice
    goes on once the last open objection is answered. An answer to a late one moves nothing. Raises Refused."""
    objection = Objection.objects.select_related("row__notice", "case").get(pk=objection_id)
    case = flow.lock(objection.case_id, version)
    objection.case = case
    if not access.may_answer(by, objection):
        raise Refused("您的岗位不能答复异议。")
    refuse_if(rules.reasons_not_to_answer(objection, by.user.id))
    if not finding.strip():
        raise Refused(Reason("请写明核查情况。", field="finding"))
    objection.finding, objection.upheld = finding.strip(), upheld
    objection.answered_by, objection.answered_on = by.user, clock.today()
    objection.save()
    audit.record(by, "notices.answer", objection, case_id=case.id, upheld=upheld)
    if case.state != State.OBJECTED or objection.late:
        return flow.touch(case)
    if upheld:
        # The finding is about a household and stays encrypted where it is; the log says only what was decided.
        moved = flow.take(case.id, "uphold_objection", by=by, version=version, reason="公示异议经核查成立，不予认定。")
        households.release(case.id)
        _write_result(objection.row)
        documents.outdate_prints(case.id, ("F2",))
        return moved
    if rules.open_objections(objection.row):
        return flow.touch(case)
    return flow.take(case.id, "dismiss_objection", by=by, version=version, reason="公示异议经核查不成立。")


@transaction.atomic
def clear_notice(case_id: int, *, by: Acting, version: int) -> Case:
    """Write the result of the notice of one household into 附件2: 无异议, or the objections and their outcome.

    Offered from the day after the last day; refused while it runs or an objection is open. Raises Refused.
    """
    case = flow.lock(case_id, version)
    if not access.may_post(by, case):
        raise Refused("您的岗位不能登记公示结果。")
    row = rules.standing_row(case)
    if row is None:
        raise Refused("这一户没有正在进行的公示。")
    refuse_if(rules.reasons_not_to_clear(row))
    # A notice that ran again for a later stage moves nothing.
    moves = case.state in (State.PASSED, State.ON_NOTICE, State.OBJECTED)
    case = flow.take(case.id, "clear_notice", by=by, version=version) if moves else flow.touch(case)
    _write_result(row)
    row.cleared_at = clock.now()
    row.save()
    documents.outdate_prints(case.id, ("F2",))
    audit.record(by, "notices.clear", row, case_id=case.id, result=row.notice_result)
    return case


@transaction.atomic
def keep_proof(notice: Notice, upload, *, by: Acting) -> list[Attachment]:
    """Keep a photo of the posted list (公示证明) in the file of every household on it. Raises Refused."""
    if not access.may_post(by, notice):
        raise Refused("您的岗位不能为这个工会上传公示证明。")
    kept = []
    for row in notice.rows.filter(superseded=False).select_related("case"):
        upload.seek(0)
        kept.append(documents.keep(upload, by=by, case=row.case, kind=PROOF, place=proof_place(notice)))
    return kept


@transaction.atomic
def print_notice(notice: Notice, *, by: Acting) -> int:
    """Note in every file of the list that 附件5 was printed. Returns how many households."""
    if not access.may_post(by, notice):
        raise Refused("您的岗位不能打印这个工会的公示。")
    rows = notice.rows.filter(superseded=False).select_related("case")
    return len([documents.record_print(row.case, "F5", by=by, version=notice.id) for row in rows])


def proof_place(notice: Notice) -> str:
    """Where the proofs of a notice stand among the attachments."""
    return f"notices.notice:{notice.id}"


def _locked(case_id: int, version: int, reasons: list[Reason]) -> Case | None:
    try:
        return flow.lock(case_id, version)
    except Refused as refusal:
        name = Case.objects.values_list("name", flat=True).get(pk=case_id)
        reasons += [Reason(f"{name}：{reason.text}") for reason in refusal.reasons]
        return None


def _list(notice: Notice, case: Case, by: Acting) -> None:
    version = case.version
    assert case.circumstances is not None  # rules: the verified record is frozen
    case.notice_rows.filter(superseded=False).update(superseded=True)
    NoticeRow.objects.create(
        **case.scope(), notice=notice, case=case, review_result="pass", **rules.printed(case.circumstances)
    )
    documents.outdate_prints(case.id, ("F2", "F5"))
    audit.record(by, "notices.post", notice, case_id=case.id)
    if case.state == State.PASSED:
        flow.take(case.id, "post_notice", by=by, version=version)
    else:
        flow.touch(case)


def _write_result(row: NoticeRow) -> None:
    """无异议, or every objection that came in time with its outcome."""
    timely = [one for one in row.objections.all() if not one.late and one.answered_on]
    row.notice_result = "objected" if timely else "clear"
    words = "；".join(
        f"{one.text}（{'异议成立' if one.upheld else '经核查，异议不成立'}：{one.finding}）" for one in timely
    )
    row.objection_text = words if len(words) <= BLANK else words[: BLANK - 1] + "…"
    row.save()
