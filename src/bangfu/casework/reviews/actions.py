"""The verbs of a review: hold, record, write minutes, close. Closing moves every household of the agenda, all or none."""

from collections.abc import Iterable

from django.db import transaction

from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case
from bangfu.casework.households import actions as households
from bangfu.casework.reviews import queries, rules
from bangfu.casework.reviews.access import may_hold_for, may_record
from bangfu.casework.reviews.models import Attendee, Item, Meeting
from bangfu.casework.reviews.rules import Details, Votes
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason, Refused, refuse_if
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting

NOT_YOURS = "您的岗位不能办理这个工会的民主评议会议。"


@transaction.atomic
def hold(org: Organisation, *, by: Acting, details: Details, case_ids: Iterable[int]) -> Meeting:
    """Enter a meeting of a union that has taken place, with the households on its agenda. Raises Refused."""
    if not may_hold_for(by, org):
        raise Refused(NOT_YOURS)
    cases = _locked_cases(by, org, case_ids)
    refuse_if(rules.reasons_not_to_hold(org, details, cases))
    meeting = Meeting.objects.create(**org.scope(), recorded_by=by.user, **_columns(details))
    _name_attendees(meeting, details)
    _set_agenda(meeting, cases)
    audit.record(by, "reviews.hold", meeting, households=len(cases))
    return meeting


@transaction.atomic
def amend(meeting_id: int, *, by: Acting, version: int, details: Details, case_ids: Iterable[int]) -> Meeting:
    """Put right what was entered, before the meeting is closed. Households taken off the agenda lose their votes here."""
    meeting = _lock(meeting_id, by, version)
    cases = _locked_cases(by, meeting.org, case_ids)
    refuse_if(rules.reasons_not_to_hold(meeting.org, details, cases, meeting))
    drafted = meeting.content in ("", queries.minutes(meeting, queries.items_of(meeting)))
    for name, value in _columns(details).items():
        setattr(meeting, name, value)
    meeting.items.exclude(case__in=cases).delete()
    # A total that was right for the former attendance may be wrong now.
    meeting.items.update(result="")
    meeting.attendees.all().delete()
    _name_attendees(meeting, details)
    _set_agenda(meeting, cases)
    _touch(meeting, draft_anew=drafted)
    audit.record(by, "reviews.hold", meeting, households=len(cases), version=meeting.version)
    return meeting


@transaction.atomic
def cancel(meeting_id: int, *, by: Acting, version: int, reason: str) -> None:
    """Take out a meeting that was entered by mistake and is not closed; its households wait for another."""
    meeting = _lock(meeting_id, by, version)
    if len(reason.strip()) < 2:
        raise Refused(Reason("请写明作废这次会议的理由。", "reason"))
    audit.record(by, "reviews.cancel", meeting, reason=reason.strip(), households=meeting.items.count())
    meeting.items.all().delete()
    meeting.delete()


@transaction.atomic
def record(meeting_id: int, *, by: Acting, version: int, votes: Iterable[Votes]) -> Meeting:
    """Write the votes on households of the agenda; the result is what the votes say. All or none, each its reasons.

    The minutes are drafted anew as long as nobody has edited them. Raises Refused; fields: item-<id>-<name>.
    """
    meeting = _lock(meeting_id, by, version)
    items = {item.id: item for item in queries.items_of(meeting)}
    drafted = meeting.content in ("", queries.minutes(meeting, items.values()))
    names, refusals = set(queries.attendee_names(meeting)), []
    for one in votes:
        item = items.get(one.item_id)
        if item is None:
            raise Refused("这一页的评议对象已经变动，没有保存。请刷新后再办理。")
        for reason in rules.reasons_about_votes(meeting, one, names):
            refusals.append(
                Reason(f"{item.case.name}：{reason.text}", f"item-{item.id}-{reason.field}", clause=reason.clause)
            )
        item.agree, item.against, item.abstain = one.agree, one.against, one.abstain
        item.recused, item.recused_count = "、".join(one.recused), len(one.recused)
        item.facts = one.facts.strip() or item.facts
        item.result = rules.outcome(meeting, one.agree, len(one.recused))
    refuse_if(refusals)
    fields = ["agree", "against", "abstain", "recused", "recused_count", "facts", "result"]
    Item.objects.bulk_update(items.values(), fields)
    _touch(meeting, draft_anew=drafted)
    audit.record(by, "reviews.record", meeting, version=meeting.version)
    return meeting


@transaction.atomic
def write_minutes(meeting_id: int, *, by: Acting, version: int, content: str) -> Meeting:
    """内容 of 附件4 in people's own words; emptied, it is drafted again."""
    meeting = _lock(meeting_id, by, version)
    meeting.content = content.strip()
    _touch(meeting, draft_anew=not meeting.content)
    audit.record(by, "reviews.record", meeting, version=meeting.version)
    return meeting


@transaction.atomic
def close(meeting_id: int, *, by: Acting, version: int) -> Meeting:
    """Write each result into its case: passed, or rejected with its claims let go. All or none, each row its own reasons.

    Raises Refused with field item-<id> for each household that stops it.
    """
    meeting = _lock(meeting_id, by, version)
    items = queries.items_of(meeting)
    refuse_if(rules.reasons_not_to_close(meeting, items))
    refusals: list[Reason] = []
    flow.lock_all(item.case_id for item in items)
    for item in items:
        try:
            with transaction.atomic():
                _decide(item, by)
        except Refused as refused:
            refusals += [Reason(f"{item.case.name}：{r.text}", f"item-{item.id}") for r in refused.reasons]
    refuse_if(refusals)
    meeting.closed_at = clock.now()
    meeting.version += 1
    meeting.save()
    return meeting


def _decide(item: Item, by: Acting) -> None:
    passed = item.result == rules.PASS
    reason = "" if passed else f"{rules.NOT_PASSED}：{queries.votes_in_words(item)}"
    case = flow.take(item.case_id, "pass_review" if passed else "fail_review", by=by, version=None, reason=reason)
    if not passed:
        households.release(case.id)
    audit.record(by, "reviews.decide", item, case_id=case.id, result=item.result)


@transaction.atomic
def print_minutes(meeting: Meeting, *, by: Acting) -> int:
    """Note that the minutes (附件4) were printed, for every household of the meeting. Returns how many."""
    if not may_record(by, meeting):
        raise Refused(NOT_YOURS)
    if not meeting.closed_at:
        raise Refused("会议结果登记以后才能打印会议记录。")
    items = queries.items_of(meeting)
    for item in items:
        documents.record_print(item.case, "F4", by=by, version=meeting.version)
    return len(items)


def _lock(meeting_id: int, by: Acting, version: int) -> Meeting:
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("org").get(pk=meeting_id)
    if not may_record(by, meeting):
        raise Refused(NOT_YOURS)
    refuse_if(rules.reasons_not_to_change(meeting))
    if meeting.version != version:
        raise Refused("这次会议刚刚被其他人（或您的另一个窗口）改动过，这一页没有保存。请刷新后再办理。")
    return meeting


def _locked_cases(by: Acting, org: Organisation, case_ids: Iterable[int]) -> list[Case]:
    """The chosen cases, locked, so that nobody puts one on two agendas at once."""
    ids = list(case_ids)
    list(Case.objects.select_for_update().filter(id__in=ids).order_by("id").values_list("id"))
    return queries.agenda(by, org, ids)


def _columns(details: Details) -> dict:
    names = ("name", "held_at", "place", "member_count", "attendee_count", "chair", "recorder")
    return {name: getattr(details, name) for name in names}


def _name_attendees(meeting: Meeting, details: Details) -> None:
    rows = [Attendee(**meeting.scope(), meeting=meeting, name=name) for name in details.attendees]
    Attendee.objects.bulk_create(rows)


def _set_agenda(meeting: Meeting, cases: list[Case]) -> None:
    present = dict(meeting.items.values_list("case_id", "id"))
    for position, case in enumerate(cases, start=1):
        if case.id in present:
            Item.objects.filter(pk=present[case.id]).update(position=position)
            continue
        # What an earlier meeting decided was taken back or came back from above; it stays there, marked.
        case.review_items.filter(superseded=False).update(superseded=True)
        Item.objects.create(
            **meeting.scope(), meeting=meeting, case=case, position=position, facts=queries.summary(case)[:500]
        )


def _touch(meeting: Meeting, *, draft_anew: bool) -> None:
    if draft_anew:
        items = queries.items_of(meeting)
        meeting.content = queries.minutes(meeting, items) if any(item.result for item in items) else ""
    meeting.version += 1
    meeting.save()
