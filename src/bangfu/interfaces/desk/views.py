"""The desk, the search, all cases, the whole case on one page, and the trail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from bangfu.casework.approvals.models import Opinion
from bangfu.casework.assistance.models import Help
from bangfu.casework.cases import actions
from bangfu.casework.cases import queries as cases_queries
from bangfu.casework.cases.access import may_reveal, visible_to
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.notices.models import NoticeRow, Objection
from bangfu.casework.plans.models import Plan
from bangfu.casework.reviews.models import Item
from bangfu.casework.visits.models import Visit
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.audit.verbs import LABELS
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.calendar import calendar_warning
from bangfu.foundations.codes.reasons import Reason, Refused
from bangfu.foundations.documents.models import Attachment, Print
from bangfu.foundations.organisations import queries as unions
from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.models import Level
from bangfu.foundations.standards import queries as standards
from bangfu.foundations.ui import posting
from bangfu.foundations.ui.forms import add_reasons
from bangfu.interfaces.desk import access, queries
from bangfu.interfaces.desk.forms import FilterForm, ReasonForm, SearchForm

# Which page takes a step. Steps that stand on the overview itself (withdraw) are not here.
ROOM_OF_STEP = {
    "submit": "applications:edit",
    "resubmit": "applications:edit",
    "appeal": "applications:edit",
    "return_to_applicant": "applications:edit",
    "assign": "visits:show",
    "find_eligible": "visits:show",
    "find_ineligible": "visits:show",
    "pass_review": "reviews:case",
    "fail_review": "reviews:case",
    "file": "archives:show",
    "plan": "plans:show",
    "issue_card": "plans:show",
    "assist": "assistance:case",
}
NOTICE_STEPS = ("post_notice", "object", "dismiss_objection", "uphold_objection", "clear_notice")


@login_required
@require_GET
def home(request):
    """What waits for me, what is due, and what is worth knowing."""
    by = request.acting
    if by is None:
        return render(request, "desk/no_post.html")
    today, may_view = clock.today(), may(by, "cases.view")
    if not may_view:
        return render(request, "desk/home.html", {"today": today, "reminders": _reminders(by)})
    notices = queries.running_notices(by)
    context = {
        "today": today,
        "figures": queries.figures(by),
        "page": queries.task_page(by, request.GET),
        "chips": queries.task_chips(by),
        "chosen": request.GET.get("state", ""),
        "late": bool(request.GET.get("late")),
        "notices": [row for row in notices if row.notice.notice_to >= today][:5],
        "ended": [row for row in notices if row.notice.notice_to < today],
        "objected": queries.in_state(by, State.OBJECTED),
        "drafts": queries.in_state(by, State.DRAFT, own=True),
        "below": queries.overdue_below(by)[:8],
        "reminders": _reminders(by),
        "may_view": may_view,
        "start_url": _url("applications:start") if may(by, "applications.edit") else "",
    }
    return render(request, "desk/home.html", context)


@sensitive_post_parameters("q")
@login_required
@never_cache
@require_POST
@posting.repeatable
def search(request):
    """One box: what was typed may be a citizen ID, so it is posted and never stands in an address."""
    by = _acting(request)
    form = SearchForm(request.POST)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = queries.found_by(by, text) if text else []
    return render(request, "desk/search.html", {"text": text, "found": found})


@login_required
@require_GET
def cases(request):
    """All cases in scope; the filters stand in the address."""
    by = _acting(request)
    form = FilterForm(request.GET)
    typed = form.cleaned_data if form.is_valid() else {}
    org, several = _union(by, typed.get("union", ""))
    page = queries.Page()
    if org or not typed.get("union"):
        page = queries.case_page(by, request.GET, org=org, since=typed.get("since"), until=typed.get("until"))
    group = queries.GROUPS.get(request.GET.get("group", ""), ("",))[0]
    context = {"form": form, "page": page, "org": org, "several": several, "group": group, "groups": queries.GROUPS}
    return render(request, "desk/cases.html", context)


@login_required
@require_GET
def case(request, case_id: int):
    """The whole case on one page."""
    return _case_page(request, _case(request, case_id))


@login_required
@require_POST
def reveal(request, case_id: int):
    """Show the masked values of a case for today, after a reason that is logged."""
    found = _case(request, case_id)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        actions.reveal(found, by=request.acting, reason=reason)
    except Refused as refusal:
        add_reasons(form, refusal.reasons)
        return _case_page(request, found, reveal_form=form)
    back = request.POST.get("next", "")
    local = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return redirect(back if local else reverse("desk:case", args=[case_id]))


@login_required
@require_POST
def withdraw(request, case_id: int):
    """End an open case at the worker's wish."""
    found = _case(request, case_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            version = posting.version_of(request)
            actions.withdraw(found.id, by=request.acting, version=version, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, "已撤回申请，可以重新申请。")
            return redirect("desk:case", case_id)
    return _case_page(request, found, withdraw_form=form)


@login_required
@require_POST
def take_back(request, case_id: int):
    """Take back one's own last decision."""
    found = _case(request, case_id)
    reason = request.POST.get("reason", "").strip()[:300]
    actions.take_back(found.id, by=request.acting, version=posting.version_of(request), reason=reason)
    messages.success(request, "已收回刚才的决定，这一户回到上一步。")
    return redirect("desk:case", case_id)


@login_required
@require_GET
def audit(request):
    """The trail of the subtree, newest first; of one union below when the address names it."""
    by = request.acting
    if not access.may_audit(by):
        raise PermissionDenied
    entries, org = access.entries_visible_to(by), None
    if request.GET.get("union"):
        org, _ = _union(by, request.GET["union"])
        entries = entries.filter(org_id=org.id, county_id=org.county_id) if org else entries.none()
    if request.GET.get("verb") in LABELS:
        entries = entries.filter(verb=request.GET["verb"])
    # One county's chain is read along its own index, a wider scope along the primary key.
    key = queries.CHAIN if org or by.org.level >= Level.COUNTY else queries.LATEST
    context = {"org": org, "union": request.GET.get("union", ""), "verbs": LABELS, "verb": request.GET.get("verb", "")}
    return _trail(request, entries, key, context)


@login_required
@require_GET
def case_audit(request, case_id: int):
    """The trail of one case, also for administrators, who see no case itself."""
    if not access.may_audit(request.acting):
        raise PermissionDenied
    entries = access.entries_visible_to(request.acting).filter(case_id=case_id)
    get_object_or_404(entries.order_by("id")[:1])
    case = visible_to(request.acting).with_everything_for_list().filter(pk=case_id).first()
    return _trail(request, entries, queries.LATEST, {"case": case, "case_id": case_id})


def _trail(request, entries, key, context):
    page = queries.paged([entries], key, request.GET, _entries, size=50)
    rows = [(entry, LABELS.get(entry.verb, entry.verb)) for entry in page.rows]
    return render(request, "desk/audit.html", {**context, "page": page, "rows": rows})


def _entries(ids: list[int]):
    return Entry.objects.filter(pk__in=ids)


def _case_page(request, found: Case, **forms):
    by = request.acting
    revealed = actions.is_revealed(found, by=by)
    visits = Visit.objects.filter(case=found).prefetch_related("investigators")
    objections = Objection.objects.select_related("answered_by")
    context = {
        "case": found,
        "revealed": revealed,
        "may_reveal": may_reveal(by, found),
        "reveals": Entry.objects.filter(case_id=found.id, verb="cases.reveal")[:20],
        "next_actions": _next_actions(by, found),
        "may_withdraw": cases_queries.may_take(by, found, "withdraw"),
        "may_take_back": cases_queries.may_take_back(by, found),
        "timeline": [(step, cases_queries.step_label(step.step)) for step in cases_queries.timeline(found)],
        "attachments": Attachment.objects.filter(case_id=found.id, removed_at=None).select_related("uploaded_by"),
        "prints": Print.objects.filter(case_id=found.id).select_related("printed_by"),
        "visits": visits,
        "items": Item.objects.filter(case=found).select_related("meeting"),
        "opinions": Opinion.objects.filter(case=found).select_related("transition"),
        "notice_rows": NoticeRow.objects.filter(case=found)
        .select_related("notice")
        .prefetch_related(Prefetch("objections", objections)),
        "plan": Plan.objects.filter(case=found).first(),
        "helps": Help.objects.filter(case=found),
        "may_audit": access.may_audit(by),
        "reveal_form": ReasonForm(
            label="查看理由", help="例如：电话核对入户时间。您的姓名、时间和理由会被记录。", auto_id="reveal_%s"
        ),
        "withdraw_form": ReasonForm(label="撤回理由", help="例如：职工本人书面提出不再申请。", auto_id="withdraw_%s"),
        **forms,
    }
    return render(request, "desk/case.html", context, status=422 if forms else 200)


def _next_actions(by, found: Case) -> list[dict]:
    """The steps open to this post, gathered by the page that takes them."""
    pages: dict[str, list[str]] = {}
    for step in cases_queries.steps_open_to(by, found):
        name = ROOM_OF_STEP.get(step.name) or ("notices:case" if step.name in NOTICE_STEPS else "approvals:case")
        if step.name != "withdraw":
            pages.setdefault(name, []).append(step.label)
    return [{"url": _url(name, found.id), "label": " / ".join(dict.fromkeys(labels))} for name, labels in pages.items()]


def _reminders(by) -> list[Reason]:
    """Short sentences about what will soon need somebody, each with the page for it."""
    found = []
    if may(by, "applications.edit"):
        keep = standards.setting("draft_days", by.org)
        ending = queries.drafts_ending(by, keep)
        if ending:
            found.append(Reason(f"{ending} 份草稿快满 {keep} 天，再不修改将自动关闭。", url=_url("applications:list")))
    if may(by, "standards.confirm"):
        waiting = [row for row in standards.waiting(by.org) if row.entered_by_id != by.user.id]
        if waiting:
            found.append(Reason(f"{len(waiting)} 项标准或设置等待您确认。", url=_url("standards:index")))
    today = clock.today()
    warning = calendar_warning(today, today.replace(month=12, day=31))
    if warning:
        found.append(Reason(warning, url=_url("standards:holidays")))
    return found


def _acting(request):
    if request.acting is None or not may(request.acting, "cases.view"):
        raise PermissionDenied
    return request.acting


def _case(request, case_id: int) -> Case:
    rows = visible_to(request.acting).with_everything_for_list().select_related("declared", "verified", "filed")
    return get_object_or_404(rows, pk=case_id)


def _union(by, text: str):
    """(the union meant, or None; all that could be meant) for a name or code."""
    found = unions.search(by, text) if text else []
    exact = [org for org in found if text in (org.name, org.code)]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0], []
    return None, found


def _url(name: str, *args) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
