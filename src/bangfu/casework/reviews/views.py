"""Pages: meetings, entering one with its agenda, votes, minutes, results; the reviews of one case."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.casework.cases.access import visible_to as visible_cases
from bangfu.casework.cases.states import State
from bangfu.casework.reviews import access, actions, queries, rules
from bangfu.casework.reviews.forms import MeetingForm, MinutesForm, VotesForm, like
from bangfu.casework.reviews.models import Meeting
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.access import visible_to as visible_unions
from bangfu.foundations.standards.queries import setting_in_force
from bangfu.foundations.ui import posting
from bangfu.foundations.ui.forms import add_reasons


@login_required
@require_GET
def list_meetings(request):
    """Meetings of the subtree, newest first; who waits for one."""
    by = request.acting
    mine = may(by, "reviews.hold")
    context = {
        "page": queries.meetings(by, request.GET.get("after", "")),
        "waiting": queries.free(queries.agenda(by, by.org)) if by and mine else [],
        "unions": queries.unions_waiting(by) if by and mine else [],
        "may_hold": mine,
    }
    return render(request, "reviews/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def hold(request):
    """Enter a meeting: `org` a union below one acts for, `case` a household to tick, `like` a meeting to enter again."""
    org = _union(request)
    by = request.acting
    cases = queries.free(queries.agenda(by, org))
    earlier = access.visible_to(by).filter(pk=_number(request, "like"), org=org).first()
    chosen = [_number(request, "case")] if _number(request, "case") else [case.id for case in cases]
    form = MeetingForm(request.POST or None, cases=cases, initial=like(earlier) | {"cases": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            meeting = actions.hold(org, by=by, details=form.details(), case_ids=form.cleaned_data["cases"])
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, "会议已登记，请逐户登记表决结果。")
            return redirect("reviews:record", meeting.id)
    return _meeting_page(request, form, org)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request, pk: int):
    """Put right what was entered of a meeting that is not closed."""
    meeting, by = _open_meeting(request, pk), request.acting
    cases = queries.free(queries.agenda(by, meeting.org), meeting)
    # Households that left the review meanwhile are still shown, so that they can be taken off.
    on_agenda = [item.case_id for item in queries.items_of(meeting)]
    known = {case.id for case in cases}
    cases += queries.agenda(by, meeting.org, [id_ for id_ in on_agenda if id_ not in known])
    form = MeetingForm(request.POST or None, cases=cases, initial=like(meeting) | {"cases": on_agenda})
    if request.method == "POST" and form.is_valid():
        try:
            actions.amend(
                meeting.id,
                by=by,
                version=posting.version_of(request),
                details=form.details(),
                case_ids=form.cleaned_data["cases"],
            )
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, "会议登记已修改，请核对各户的表决结果。")
            return redirect("reviews:record", meeting.id)
    return _meeting_page(request, form, meeting.org, meeting)


@login_required
@require_GET
def show(request, pk: int):
    """附件4: the meeting, its households and results, the minutes; closing it."""
    return _show(request, _meeting(request, pk))


@login_required
@require_http_methods(["GET", "POST"])
def record(request, pk: int):
    """The votes on every household of the agenda; those without any number are left for later."""
    meeting = _open_meeting(request, pk)
    forms = [VotesForm(request.POST or None, item=item) for item in queries.items_of(meeting)]
    if request.method == "POST":
        typed = [form for form in forms if form.touched]
        if all([form.is_valid() for form in typed]) and _recorded(request, meeting, typed):
            return redirect("reviews:show", meeting.id)
        for form in forms:
            if form not in typed:
                form.errors.clear()
    context = {
        "meeting": meeting,
        "forms": forms,
        "wrong": [form for form in forms if form.is_bound and form.touched and form.errors],
        "vote_rule": setting_in_force("vote_rule", meeting.org, clock.local(meeting.held_at).date()),
    }
    return render(request, "reviews/record.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def write(request, pk: int):
    """The minutes in people's own words."""
    meeting = _open_meeting(request, pk)
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return _show(request, meeting, form)
    version = posting.version_of(request)
    actions.write_minutes(meeting.id, by=request.acting, version=version, content=form.cleaned_data["content"])
    messages.success(request, "会议记录已保存。")
    return redirect("reviews:show", meeting.id)


@login_required
@require_POST
def close(request, pk: int):
    """Write the results into the cases, all or none."""
    meeting = _open_meeting(request, pk)
    try:
        actions.close(meeting.id, by=request.acting, version=posting.version_of(request))
    except Refused as refusal:
        return _show(request, meeting, refused=refusal.reasons)
    messages.success(request, "评议结果已登记：通过的可以公示，未通过的已办结。")
    return redirect("reviews:show", meeting.id)


@login_required
@require_POST
def cancel(request, pk: int):
    """Take out a meeting that was entered by mistake."""
    meeting = _open_meeting(request, pk)
    try:
        version = posting.version_of(request)
        actions.cancel(meeting.id, by=request.acting, version=version, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        return _show(request, meeting, refused=refusal.reasons)
    messages.success(request, "这次会议已作废，评议对象等待另行评议。")
    return redirect("reviews:list")


@login_required
@require_POST
def print_minutes(request, pk: int):
    """Note that 附件4 was printed."""
    meeting = _meeting(request, pk)
    count = actions.print_minutes(meeting, by=request.acting)
    messages.success(request, f"已登记打印会议记录（附件4），涉及 {count} 户。")
    return redirect("reviews:show", meeting.id)


@login_required
@require_GET
def case(request, case_id: int):
    """The reviews of one case: each meeting, the votes, the result."""
    found = get_object_or_404(visible_cases(request.acting).with_everything_for_list(), pk=case_id)
    items = queries.items_of_case(found)
    present = next((item for item in items if not item.superseded), None)
    waits = found.state == State.CANDIDATE
    context = {
        "case": found,
        "items": items,
        "present": present,
        "taken_back": waits and present is not None and present.meeting.closed_at is not None,
        "may_hold": waits and access.may_hold_for(request.acting, found.org),
        "open": present.meeting if present and present.meeting.closed_at is None else None,
        "summary": queries.summary(found),
    }
    return render(request, "reviews/case.html", context)


def _meeting(request, pk: int) -> Meeting:
    return get_object_or_404(access.visible_to(request.acting).select_related("org", "recorded_by"), pk=pk)


def _open_meeting(request, pk: int) -> Meeting:
    meeting = _meeting(request, pk)
    if not access.may_record(request.acting, meeting):
        raise PermissionDenied
    if meeting.closed_at:
        raise Refused("会议结果已经登记，不能再改。")
    return meeting


def _union(request):
    org = request.acting.org if request.acting else None
    if wanted := _number(request, "org"):
        org = visible_unions(request.acting).filter(pk=wanted).first()
    if org is None:
        raise Http404
    if not access.may_hold_for(request.acting, org):
        raise PermissionDenied
    return org


def _number(request, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _recorded(request, meeting: Meeting, typed: list[VotesForm]) -> bool:
    if not typed:
        messages.error(request, "请至少填写一户的票数。")
        return False
    try:
        votes = [form.votes() for form in typed]
        actions.record(meeting.id, by=request.acting, version=posting.version_of(request), votes=votes)
    except Refused as refusal:
        for reason in refusal.reasons:
            form = next((one for one in typed if reason.field.startswith(f"{one.prefix}-")), typed[0])
            name = reason.field.removeprefix(f"{form.prefix}-")
            form.add_error(name if name in form.fields else None, reason.text)
        return False
    messages.success(request, f"已登记 {len(typed)} 户的表决结果。")
    return True


def _meeting_page(request, form: MeetingForm, org, meeting: Meeting | None = None):
    context = {
        "form": form,
        "org": org,
        "meeting": meeting,
        "quorum": setting_in_force("quorum", org),
        "acting_for": org if org.id != request.acting.org.id else None,
    }
    return render(request, "reviews/hold.html", context, status=422 if form.errors else 200)


def _show(request, meeting: Meeting, form: MinutesForm | None = None, refused=None):
    by, items = request.acting, queries.items_of(meeting)
    may_record = access.may_record(by, meeting)
    day = clock.local(meeting.held_at).date()
    context = {
        "meeting": meeting,
        "items": items,
        "names": queries.attendee_names(meeting),
        "may_record": may_record and meeting.closed_at is None,
        "may_print": may_record and meeting.closed_at is not None,
        "form": form or MinutesForm(initial={"content": meeting.content}),
        "obstacles": rules.reasons_not_to_close(meeting, items),
        "refused": refused or [],
        "quorum": setting_in_force("quorum", meeting.org, day),
        "vote_rule": setting_in_force("vote_rule", meeting.org, day),
    }
    return render(request, "reviews/show.html", context, status=422 if refused or (form and form.errors) else 200)
