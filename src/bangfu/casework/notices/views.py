"""Pages: the list, posting, one notice as on paper, the notice of a case, and the page behind the paper's code."""

import datetime as dt
import hashlib

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.casework.cases import actions as case_actions
from bangfu.casework.cases import queries as case_queries
from bangfu.casework.cases.access import may_reveal
from bangfu.casework.cases.access import visible_to as cases_visible_to
from bangfu.casework.cases.states import STAGES
from bangfu.casework.notices import access, actions, queries, rules
from bangfu.casework.notices.forms import AnswerForm, NoticeForm, ObjectionForm, ProofForm
from bangfu.casework.notices.models import Notice, Objection
from bangfu.casework.reviews.models import Meeting
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.codes.calendar import calendar_warning
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents.models import Attachment, Print
from bangfu.foundations.organisations.access import may
from bangfu.foundations.standards.queries import setting_in_force
from bangfu.foundations.ui import posting
from bangfu.foundations.ui.forms import add_reasons

# A whole workshop may read the paper behind one address; a machine that guesses tokens is slower than hopeless.
VISITS_A_MINUTE = 120


@login_required
@require_GET
def notice_list(request):
    """Notices of the union and those below: running, ended without all results, over; and who waits to be posted."""
    by = _acting(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in queries.KINDS else ""
    after = request.GET.get("after", "")
    page = queries.notice_page(by, kind, int(after) if after.isdecimal() else None)
    context = {
        "page": page,
        "lines": [{"notice": notice, "left": queries.days_left(notice)} for notice in page.rows],
        "kinds": queries.KINDS,
        "kind": kind,
        "meetings": queries.meetings_to_post(by),
    }
    return render(request, "notices/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def post(request):
    """Choose the passed households of a meeting, give period and phones, post."""
    by = _acting(request)
    if not may(by, "notices.post"):
        raise PermissionDenied
    meetings = queries.meetings_to_post(by)
    meeting = _meeting(by, request.POST.get("meeting") or request.GET.get("meeting"), meetings)
    if meeting is None:
        return render(request, "notices/post.html", {"meeting": None})
    repeat = [
        int(value) for value in request.GET.getlist("repeat") + request.POST.getlist("repeat") if value.isdecimal()
    ]
    items = queries.to_post(meeting, repeat)
    form = NoticeForm(request.POST) if request.method == "POST" else NoticeForm(initial=_proposal(meeting))
    offered = {item.case_id for item in items}
    chosen = posting.ticked_versions(request, "household") if form.is_bound else dict.fromkeys(offered, 0)
    if form.is_bound and form.is_valid():
        typed = dict(form.cleaned_data, place=form.cleaned_data["posted_at_place"])
        del typed["posted_at_place"]
        versions = {id_: version for id_, version in chosen.items() if id_ in offered}
        try:
            notice = actions.post_notice(meeting, by=by, versions=versions, **typed)
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, f"已登记公示，共 {notice.passed_count} 户，公示到 {_words(notice.notice_to)}。")
            return redirect("notices:show", notice.id)
    context = {
        "meeting": meeting,
        "meetings": meetings,
        "items": items,
        "chosen": chosen,
        "repeat": repeat,
        "form": form,
        "period": _period(meeting, form["notice_from"].value()),
    }
    return render(request, "notices/post.html", context, status=422 if form.is_bound else 200)


@login_required
@require_GET
def period(request):
    """The last day for a first day, while it is chosen."""
    by = _acting(request)
    meeting = get_object_or_404(Meeting.objects.within(by.org), pk=_number(request.GET.get("meeting")))
    return render(request, "notices/_period.html", {"period": _period(meeting, request.GET.get("notice_from"))})


@login_required
@require_GET
def show(request, pk: int):
    """One notice as on paper, with what remains to be done for it."""
    return _notice_page(request, _notice(request, pk))


@login_required
@require_POST
def proof(request, pk: int):
    """Keep a photo of the posted list."""
    notice = _notice(request, pk)
    form = ProofForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            kept = actions.keep_proof(notice, form.cleaned_data["photo"], by=request.acting)
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, f"已存入 {len(kept)} 户的材料。")
            return redirect("notices:show", notice.id)
    return _notice_page(request, notice, proof_form=form)


@login_required
@require_POST
def record_print(request, pk: int):
    """Note that 附件5 was printed."""
    notice = _notice(request, pk)
    actions.print_notice(notice, by=request.acting)
    messages.success(request, "已登记打印《困难职工名单公示》。")
    return redirect("notices:show", notice.id)


@login_required
@require_POST
def clear(request, pk: int):
    """Write the results of the chosen households; each has its own answer."""
    notice, by = _notice(request, pk), request.acting
    names = dict(notice.rows.filter(superseded=False).values_list("case_id", "name"))
    chosen = {id_: version for id_, version in posting.ticked_versions(request, "household").items() if id_ in names}
    results = []
    case_actions.lock_all(chosen)
    for case_id, version in chosen.items():
        try:
            actions.clear_notice(case_id, by=by, version=version)
        except Refused as refusal:
            results.append({"name": names[case_id], "reasons": refusal.reasons})
        else:
            results.append({"name": names[case_id], "reasons": []})
    done = sum(not result["reasons"] for result in results)
    if done:
        messages.success(request, f"已登记 {done} 户的公示结果，请工会主席签署基层工会意见。")
    if results and done == len(results):
        return redirect("notices:show", notice.id)
    return _notice_page(request, notice, results=results, nobody=not results)


@login_required
@require_GET
def case(request, case_id: int):
    """The notice of one household, with its objections."""
    return _case_page(request, _case(request, case_id))


@login_required
@require_POST
def object_(request, case_id: int):
    """Write down an objection that came in."""
    found = _case(request, case_id)
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            objection = actions.object_notice(
                found.id, by=request.acting, version=posting.version_of(request), **form.cleaned_data
            )
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            late = "收到时已过公示期（或公示结果已登记），按投诉处理，不影响这一户办理。"
            messages.success(
                request, f"异议已登记。{late if objection.late else '这一户等待核查答复，公示期照常计算。'}"
            )
            return redirect("notices:case", case_id)
    return _case_page(request, found, objection_form=form)


@login_required
@require_POST
def answer(request, case_id: int, pk: int):
    """Write what the re-check of an objection found."""
    found = _case(request, case_id)
    objection = get_object_or_404(Objection, pk=pk, case=found)
    form = AnswerForm(request.POST, auto_id=f"answer-{pk}_%s")
    if form.is_valid():
        try:
            version = posting.version_of(request)
            actions.answer_objection(objection.id, by=request.acting, version=version, **form.cleaned_data)
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, "已登记答复。请告知反映人处理结果（不公开其姓名）。")
            return redirect("notices:case", case_id)
    return _case_page(request, found, answer_form=form, answered_id=pk)


@never_cache
@require_GET
def public(request, token: str):
    """A running notice for whoever stands before the paper. Unknown and ended tokens get the same answer."""
    if _too_many(request):
        return _unindexed(render(request, "429.html", status=429))
    notice = queries.public_notice(token)
    context = {"notice": notice, "stages": STAGES, "exclusions": lists.choices("exclusion")}
    return _unindexed(render(request, "notices/public.html", context, status=200 if notice else 404))


def _notice_page(request, notice: Notice, **extra):
    by = request.acting
    may_post = access.may_post(by, notice)
    rows = [_line(row) for row in queries.rows_of(notice)]
    place = actions.proof_place(notice)
    first = rows[0]["row"].case_id if rows else None  # every file of the list holds the same proofs and prints
    proofs = Attachment.objects.filter(case_id=first, place=place, kind=actions.PROOF, removed_at=None)
    path = reverse("notices:public", args=[notice.token])
    context = {
        "notice": notice,
        "rows": rows,
        "left": queries.days_left(notice),
        "running": notice.notice_from <= clock.today() <= notice.notice_to,
        "may_post": may_post,
        "clearable": [line for line in rows if line["open"] and not line["reasons"]],
        "open": [line for line in rows if line["open"]],
        "proofs": proofs,
        "prints": Print.objects.filter(case_id=first, form="F5", version=notice.id).select_related("printed_by"),
        "public_url": f"{settings.PUBLIC_URL.rstrip('/')}{path}" if settings.PUBLIC_URL else "",
        "public_path": path,
        "proof_form": ProofForm(),
        **extra,
    }
    return render(request, "notices/show.html", context, status=422 if extra else 200)


def _line(row) -> dict:
    """A row with what can be done for it now."""
    is_open = not row.superseded and row.cleared_at is None and row.case.state in queries.WAITING
    return {"row": row, "open": is_open, "reasons": rules.reasons_not_to_clear(row) if is_open else []}


def _case_page(request, found, **extra):
    by = request.acting
    rows = list(queries.rows_of_case(found))
    current = next((row for row in rows if not row.superseded), None)
    revealed = case_actions.is_revealed(found, by=by)
    lines = [_line(row) for row in rows]
    answer_form, answered_id = extra.get("answer_form"), extra.get("answered_id")
    for line in lines:
        line["left"] = queries.days_left(line["row"].notice)
        line["objections"] = [
            _objection(one, by, revealed, answer_form if one.id == answered_id else None)
            for one in line["row"].objections.all()
        ]
    form = ObjectionForm(initial={"received_on": clock.today(), "channel": "phone"})
    context = {
        "case": found,
        "lines": lines,
        "current": current,
        "revealed": revealed,
        "may_reveal": may_reveal(by, found),
        "may_object": current is not None and access.may_object(by, found),
        "may_post": access.may_post(by, found),
        "waits_for_posting": case_queries.may_take(by, found, "post_notice"),
        "repeat": rules.reasons_to_repeat(found, current) if current else [],
        "objection_form": form,
        **extra,
    }
    return render(request, "notices/case.html", context, status=422 if extra else 200)


def _objection(one: Objection, by, revealed: bool, form: AnswerForm | None) -> dict:
    may_answer = access.may_answer(by, one)
    reasons = rules.reasons_not_to_answer(one, by.user.id) if may_answer else []
    waits = one.answered_on is None or rules.answer_was_taken_back(one)
    return {
        "objection": one,
        "waits": waits,
        "may_answer": may_answer,
        "reasons": reasons,
        # Who has to check it must read it; who objected stays hidden until a reason is given.
        "readable": revealed or (may_answer and not reasons),
        "form": form or AnswerForm(auto_id=f"answer-{one.id}_%s"),
    }


def _proposal(meeting: Meeting) -> dict:
    """What the union wrote last time, and a period that starts today."""
    last, today = queries.last_notice(meeting.org_id), clock.today()
    found = {"notice_from": today, "feedback_days": (actions.notice_to(today, meeting.org) - today).days}
    if last:
        for name in ("supervision_phone", "contact_name", "contact_phone", "posted_at_place"):
            found[name] = getattr(last, name)
    return found


def _period(meeting: Meeting, first) -> dict:
    """The last day, the day of closing, the setting behind them and a warning for an unknown calendar."""
    try:
        day = first if isinstance(first, dt.date) else parse_date(str(first or ""))
    except ValueError:
        day = None
    rule = setting_in_force("notice_days", meeting.org)
    if day is None or not 2000 <= day.year <= 2100:
        return {"rule": rule}
    last = actions.notice_to(day, meeting.org)
    return {
        "rule": rule,
        "last": last,
        "closable": last + dt.timedelta(days=1),
        "days": (last - day).days,
        "warning": calendar_warning(day, last),
    }


def _meeting(by, value, meetings: list[Meeting]) -> Meeting | None:
    """The meeting that was asked for, else the last one whose households wait."""
    if value:
        found = get_object_or_404(Meeting.objects.within(by.org).select_related("org"), pk=_number(value))
        if not access.may_post(by, found):
            raise PermissionDenied
        return found
    return meetings[0] if meetings else None


def _number(value) -> int:
    if value and value.isdecimal():
        return int(value)
    raise Http404


def _acting(request):
    if request.acting is None or not may(request.acting, "cases.view"):
        raise PermissionDenied
    return request.acting


def _notice(request, pk: int) -> Notice:
    notices = access.visible_to(request.acting).select_related("org", "meeting", "posted_by")
    return get_object_or_404(notices, pk=pk)


def _case(request, case_id: int):
    rows = cases_visible_to(request.acting).with_everything_for_list()
    return get_object_or_404(rows.select_related("declared", "verified", "filed"), pk=case_id)


def _too_many(request) -> bool:
    """Count this address within the present minute."""
    address = hashlib.sha256(get_adapter().get_client_ip(request).encode()).hexdigest()
    key = f"public-notice:{address}:{int(clock.now().timestamp()) // 60}"
    cache.add(key, 0, 120)
    return cache.incr(key) > VISITS_A_MINUTE


def _unindexed(response):
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _words(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
