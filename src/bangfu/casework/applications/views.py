"""Pages of the application: the list, the form step by step, the form to read, and its buttons."""

import json
from functools import partial
from types import SimpleNamespace
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.casework.applications import access, actions, queries, rules
from bangfu.casework.applications.forms import (
    STEPS,
    AppealForm,
    ReturnForm,
    SignForm,
    StartForm,
    Step,
    linked,
    page_of,
    step_list,
    url_of,
)
from bangfu.casework.cases import actions as case_actions
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.queries import may_take
from bangfu.casework.cases.states import State
from bangfu.casework.households import actions as households
from bangfu.casework.households.forms import Page
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations.access import may
from bangfu.foundations.ui import posting
from bangfu.foundations.ui.forms import add_reasons

FIRST = next(iter(STEPS))
STAMP = {"csrfmiddlewaretoken", "post", "once", "version", "go"}


@require_safe
@login_required
def index(request):
    """Drafts of the union and those returned to the applicant, to go on with."""
    state = State.RETURNED if request.GET.get("state") == "returned" else State.DRAFT
    found = queries.to_fill(request.acting, state)
    if mark := request.GET.get("after"):
        found = queries.after(found, mark)
    cases = list(found[: queries.PAGE + 1])
    page = SimpleNamespace(prev_url="", next_url="")
    if len(cases) > queries.PAGE:
        last = cases[queries.PAGE - 1]
        query = urlencode({"state": state.value, "after": f"{last.queue_at.isoformat()},{last.id}"})
        page.next_url = f"{request.path}?{query}"
    rows = [{"case": case, "percent": rules.completeness(case)} for case in cases[: queries.PAGE]]
    context = {"rows": rows, "page": page, "state": state.value, "may_start": may(request.acting, "applications.edit")}
    return render(request, "applications/list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def start(request):
    """A new application: of the own union, or for one below (代办)."""
    by = request.acting
    if not may(by, "applications.edit"):
        raise Http404
    unions = access.unions_to_file_for(by)
    wanted = request.GET.get("q", "").strip()
    offered = unions.filter(name__contains=wanted) if wanted else unions
    form = StartForm(request.POST or None, unions=unions, initial={"org": by.org.id})
    choices = [(org.id, org.name) for org in offered.order_by("level", "code")[:200]]
    form.fields["org"].choices = choices  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.start(
                by=by, org=form.cleaned_data["org"], entry_kind=form.cleaned_data["entry_kind"] or "new"
            )
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            return redirect("applications:edit", case.id)
    context = {"form": form, "wanted": wanted, "many": unions.count() > 1}
    return render(request, "applications/start.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def start_again(request, case_id: int):
    """A new application with the answers of one that is over."""
    case = _case(request, case_id)
    new = actions.start_again(case.id, by=request.acting)
    messages.success(request, "已按上一份新建草稿，请逐项核对；授权书和签名需要重新办理。")
    return redirect("applications:edit", new.id)


@posting.repeatable
@require_http_methods(["GET", "POST"])
@login_required
def edit(request, case_id: int):
    """One step of the form to fill in while it is open to the applicant; otherwise the form to read."""
    case = _case(request, case_id)
    if request.method == "POST":
        _only_editors(request, case)
        return _save(request, case, _step(request))
    if not access.may_edit(request.acting, case):
        return _show(request, case)
    step = _step(request)
    typed = json.loads(case.application.typed or "{}").get(step.key)
    page = page_of(step, case, QueryDict(typed["data"]) if typed else None)
    return _form(request, case, step, page)


def _only_editors(request, case: Case) -> None:
    """The form shows everything unmasked, so only whoever may fill it in now gets it, errors included."""
    if not access.may_edit(request.acting, case):
        raise Refused("您的岗位现在不能修改这一户的申请，没有保存。请刷新页面查看。")


def _save(request, case: Case, step: Step):
    """Save what is valid; the page again with what is not, fragments for an autosave, or the next step."""
    page = page_of(step, case, request.POST)
    try:
        case, wrong = _keep(request, case, step, page)
    except Refused as refusal:
        if request.htmx:
            return render(request, "applications/_refused.html", {"reasons": refusal.reasons}, status=409)
        fresh = _case(request, case.id)
        _only_editors(request, fresh)
        for reason in refusal.reasons:
            messages.error(request, reason.text)
        return _form(request, fresh, step, page, status=409)
    if request.htmx:
        return _saved(request, case, step, page, wrong)
    if page.wrong():
        return _form(request, _case(request, case.id), step, page, status=422)
    messages.success(request, f"已保存 {clock.local(clock.now()):%H:%M}")
    keys = list(STEPS)
    after = keys[min(keys.index(step.key) + 1, len(keys) - 1)]
    return redirect(url_of(case, after if request.POST.get("go") == "next" else step.key))


def _keep(request, case: Case, step: Step, page: Page) -> tuple[Case, list[str]]:
    """Save the posted step; returns the case and the ids of fields that were marked wrong before this."""
    page.is_valid()
    before = json.loads(case.application.typed or "{}").get(step.key, {}).get("wrong", [])
    wrong = [bound.auto_id for bound in page.wrong()]
    typed = {"data": _typed(request.POST), "wrong": wrong} if wrong else None
    version, once = posting.version_of(request), request.POST.get("once", "")[:40]
    things = page.answers()
    saved = actions.save(
        case.id, by=request.acting, version=version, step=step.key, things=things, typed=typed, page=once
    )
    return saved, before


def _typed(data: QueryDict) -> str:
    """What was typed on a page, without its stamp, as it can be read back."""
    kept = data.copy()
    for name in STAMP & set(kept):
        del kept[name]
    return kept.urlencode()


def _saved(request, case: Case, step: Step, page: Page, before: list[str]) -> HttpResponse:
    """Fragments of an autosave: version, completeness, doubts, and every field whose error came or went."""
    fresh, now_wrong = _case(request, case.id), page.wrong()
    marked = {bound.auto_id for bound in now_wrong} | set(before)
    rows = [row for form in page for row in form.rows() if row["bound"].auto_id in marked]
    context = _about(fresh, step) | {"rows": rows, "wrong": now_wrong, "saved_at": clock.local(clock.now())}
    return render(request, "applications/_saved.html", context)


def _form(request, case: Case, step: Step, page: Page, status: int = 200) -> HttpResponse:
    keys = list(STEPS)
    here = keys.index(step.key)
    context = _about(case, step) | {
        "page": page,
        "wrong": page.wrong(),
        "previous": url_of(case, keys[here - 1]) if here else "",
        "last": here == len(keys) - 1,
        "items": [item for item in case.application.requested_items.all() if item.answered_at is None],
    }
    if step.key == "wages":
        context["missing"] = rules.earners_without_certificate(case)
    if step.key == "papers":
        context["papers"] = queries.checklist(case)
    return render(request, "applications/edit.html", context, status=status)


def _about(case: Case, step: Step) -> dict:
    """What stands around the form on every step."""
    reasons = [linked(case, reason) for reason in rules.reasons_not_to_submit(case)]
    typed = json.loads(case.application.typed or "{}")
    return {
        "case": case,
        "step": step,
        "steps": step_list(case, step, reasons, typed),
        "percent": rules.completeness(case),
        "reasons": reasons,
        "doubts": [linked(case, doubt) for doubt in rules.warnings(case)],
        "collisions": households.collisions(case.declared) if case.declared else [],
        "resubmits": case.state == State.RETURNED,
    }


def _step(request) -> Step:
    return STEPS.get(request.GET.get("step", ""), STEPS[FIRST])


def _case(request, case_id: int) -> Case:
    return get_object_or_404(queries.with_application(request.acting), pk=case_id)


# ---- buttons beside the form: what was typed is kept first ---------------------


def _press(request, case_id: int, key: str, verb, anchor: str = ""):
    """Keep the posted step, then do one thing more with the version after it; back to the step."""
    case = _case(request, case_id)
    _only_editors(request, case)
    step = STEPS[key]
    if request.POST.get("step") == key:
        case, _ = _keep(request, case, step, page_of(step, case, request.POST))
        version = case.version
    else:
        version = posting.version_of(request)
    try:
        verb(case.id, by=request.acting, version=version)
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason.text)
    return redirect(url_of(case, key, anchor))


@require_POST
@login_required
def add_member(request, case_id: int):
    """One more member."""
    return _press(request, case_id, "members", actions.add_member, "last-member")


@require_POST
@login_required
def remove_member(request, case_id: int, member_id: int):
    """Take a member out."""
    return _press(request, case_id, "members", partial(actions.remove_member, member_id=member_id))


@require_POST
@login_required
def sign_all(request, case_id: int):
    """The paper 附件1 is signed by everybody."""
    return _press(request, case_id, "authorisation", actions.sign_all_on_paper)


@require_POST
@login_required
def add_certificate(request, case_id: int, member_id: int):
    """Begin 附件3 of an earner."""

    return _press(request, case_id, "wages", partial(actions.add_certificate, member_id=member_id), f"wage-{member_id}")


@require_POST
@login_required
def remove_certificate(request, case_id: int, certificate_id: int):
    """Take a wage certificate out."""

    return _press(request, case_id, "wages", partial(actions.remove_certificate, certificate_id=certificate_id))


@require_POST
@login_required
def keep_papers(request, case_id: int, kind: str):
    """Scans or photos of one kind."""
    if not lists.exists("material_kind", kind):
        raise Http404

    def verb(case, *, by, version):
        uploads = request.FILES.getlist("files")
        actions.keep_papers(case, by=by, version=version, kind=kind, uploads=uploads)
        messages.success(request, f"已保存 {len(uploads)} 个文件：{lists.label('material_kind', kind)}。")

    return _press(request, case_id, "papers", verb, f"paper-{kind}")


@require_POST
@login_required
def remove_paper(request, case_id: int, attachment_id: int):
    """Take a scan out."""

    return _press(request, case_id, "papers", partial(actions.remove_paper, attachment_id=attachment_id))


@require_http_methods(["GET", "POST"])
@login_required
def sign(request, case_id: int, line_id: int):
    """A signature, photographed or drawn: of a line of 附件1, or (0) of the applicant on 附件2."""
    case = _case(request, case_id)
    if not access.may_edit(request.acting, case):
        raise Http404
    line = next((one for one in case.application.authorisations.all() if one.id == line_id), None)
    if line_id and line is None:
        raise Http404
    back = url_of(case, "authorisation", f"line-{line.member_id}") if line else url_of(case, "check")
    form = SignForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.sign(
                case.id, line_id, by=request.acting, version=posting.version_of(request),
                upload=given["upload"], drawn=given["drawn"],
            )  # fmt: skip
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, "签名已保存。")
            return redirect(back)
    context = {"case": case, "line": line, "form": form, "back": back}
    return render(request, "applications/sign.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def submit(request, case_id: int):
    """Hand the application in."""
    case = _case(request, case_id)
    if request.POST.get("step") == "check" and access.may_edit(request.acting, case):
        page = page_of(STEPS["check"], case, request.POST)
        case, _ = _keep(request, case, STEPS["check"], page)
        version = case.version
    else:
        version = posting.version_of(request)
    try:
        actions.submit(case_id, by=request.acting, version=version)
    except Refused as refusal:
        fresh = _case(request, case_id)
        if not access.may_edit(request.acting, fresh):
            raise
        context = {"case": fresh, "reasons": [linked(fresh, reason) for reason in refusal.reasons]}
        return render(request, "applications/refused.html", context, status=422)
    messages.success(request, "申请已提交。下一步：指派两名以上调查人员入户调查。")
    return redirect("applications:edit", case_id)


# ---- the form to read ------------------------------------------------------------


def _show(request, case: Case, status: int = 200, **forms) -> HttpResponse:
    by = request.acting
    context = {
        "case": case,
        "revealed": case_actions.is_revealed(case, by=by),
        "papers": queries.papers(case),
        "items": queries.items_to_read(case),
        "may_return": may_take(by, case, "return_to_applicant"),
        "may_appeal": may_take(by, case, "appeal"),
        "may_start_again": access.may_start_again(by, case) and not rules.reasons_not_to_start_again(case),
        "return_form": forms.get("return_form") or ReturnForm(),
        "appeal_form": forms.get("appeal_form") or AppealForm(),
    }
    return render(request, "applications/show.html", context, status=status)


@require_POST
@login_required
def return_to_applicant(request, case_id: int):
    """Send the application back with a list of what is asked."""
    case = _case(request, case_id)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            version = posting.version_of(request)
            actions.return_to_applicant(case.id, by=request.acting, version=version, items=form.cleaned_data["items"])
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, "已退回职工补正，补正清单已列在申请页上。")
            return redirect("applications:edit", case.id)
    return _show(request, case, status=422, return_form=form)


@require_POST
@login_required
def appeal(request, case_id: int):
    """Take a rejected case up again with new facts."""
    case = _case(request, case_id)
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            version = posting.version_of(request)
            actions.appeal(case.id, by=request.acting, version=version, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, "申诉已受理，案件回到“已提交”，重新指派调查。")
            return redirect("applications:edit", case.id)
    return _show(request, case, status=422, appeal_form=form)
