"""Pages: who goes where today, the visit of a case, its team, its record, signatures and conclusion."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.casework.cases.access import may_reveal, visible_to
from bangfu.casework.cases.actions import is_revealed
from bangfu.casework.cases.models import Case
from bangfu.casework.visits import access, actions, queries, rules
from bangfu.casework.visits.forms import (
    ABOUT_PERSON,
    PAGES,
    ConclusionForm,
    SignForm,
    TeamForm,
    bind,
    page_of,
    suggested,
)
from bangfu.casework.visits.models import Visit
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason, Refused
from bangfu.foundations.organisations.access import may
from bangfu.foundations.ui import posting
from bangfu.foundations.ui.forms import add_reasons


@login_required
@require_GET
def list_visits(request):
    """Whom to visit: mine first, then the others of the subtree; and what still has no investigators."""
    by = request.acting
    mine = queries.assigned_to(by) if by else []
    page = queries.others(by, mine, request.GET.get("after", "")) if by else queries.Page([])
    revealed = queries.revealed_today(by, [visit.case_id for visit in [*mine, *page.rows]]) if by else set()
    context = {
        "mine": _rows(mine, revealed),
        "others": _rows(page.rows, revealed),
        "page": page,
        "waiting": queries.waiting(by) if may(by, "visits.assign") else [],
        "today": clock.today(),
        "hidden": any(visit.case_id not in revealed and may_reveal(by, visit.case) for visit in mine),
        "reason": request.GET.get("reason", ""),
    }
    return render(request, "visits/list.html", context)


@login_required
@require_POST
def phones(request):
    """Open phones and addresses of all my visits for today, with one reason."""
    by = request.acting
    visits = [visit for visit in queries.assigned_to(by) if may_reveal(by, visit.case)] if by else []
    try:
        actions.reveal_phones(visits, by=by, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("visits:list")


@login_required
@require_GET
def show(request, case_id: int):
    """The visit of a case: plan, team, declared and found, result."""
    return _show(request, _case(request, case_id))


@login_required
@require_http_methods(["GET", "POST"])
def assign(request, case_id: int):
    """Name the team, at first or anew."""
    case = _case(request, case_id)
    by, visit = request.acting, queries.current(case)
    open_visit = visit if visit and case.state == "visiting" else None
    form = TeamForm(request.POST or None, posts=queries.candidates(case), initial=_team_now(open_visit, case))
    if not access.may_assign(by, case):
        messages.error(request, "这一户现在不能指派调查人员，或您的岗位没有这项权限。")
        return redirect("visits:show", case.id)
    if request.method == "POST" and form.is_valid():
        try:
            actions.assign(
                case.id,
                by=by,
                version=posting.version_of(request),
                posts=form.team(),
                unrelated=form.cleaned_data["unrelated"],
                helpers=form.cleaned_data["helpers"],
                planned_on=form.cleaned_data["planned_on"],
            )
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, "调查人员已指派。" if open_visit is None else "调查人员已更改。")
            return redirect("visits:show", case.id)
    context = {"case": case, "form": form, "visit": open_visit}
    return render(request, "visits/assign.html", context, status=422 if form.errors else 200)


@posting.repeatable
@login_required
@require_http_methods(["GET", "POST"])
def record(request, case_id: int):
    """One page of the record, prefilled from the declaration; every change is saved at once, the button goes on."""
    case = _case(request, case_id)
    page = request.GET.get("page", "members")
    if page not in PAGES:
        raise Http404
    visit, by = queries.current(case), request.acting
    if not access.may_record(by, case) or rules.reasons_not_to_record(visit):
        messages.error(request, "入户调查记录现在不能填写，请看下面的说明。")
        return redirect("visits:show", case.id)
    assert visit is not None
    verified, declared = queries.witness(case.verified_id), queries.witness(case.declared_id)
    assert verified is not None
    questions = bind(page, visit, verified, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        valid = questions.is_valid()
        saved = actions.record(case.id, by=by, version=posting.version_of(request), changed=questions.changed())
        case.version = saved.version
        go = request.POST.get("go", "")
        if go and valid:
            return _go(request, case, page, go)
    context = _record_context(request, case, visit, page, questions, declared, verified)
    if request.htmx:
        status = 422 if request.POST.get("go") else 200
        return render(request, "visits/_saved.html", context, status=status)
    wrong = request.method == "POST" and bool(questions.wrong())
    return render(request, "visits/record.html", context, status=422 if wrong else 200)


@login_required
@require_POST
def add_photos(request, case_id: int):
    """Photos of the visit, several at once."""
    case = _case(request, case_id)
    files = request.FILES.getlist("photos")
    try:
        actions.add_photos(case.id, by=request.acting, files=files)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"已保存 {len(files)} 张照片。")
    return redirect(f"{reverse('visits:record', args=[case.id])}?page=photos")


@login_required
@require_POST
def remove_photo(request, case_id: int, pk: int):
    """Take one photo out."""
    case = _case(request, case_id)
    actions.remove_photo(case.id, by=request.acting, photo_id=pk)
    messages.success(request, "照片已移除。")
    return redirect(f"{reverse('visits:record', args=[case.id])}?page=photos")


@login_required
@require_POST
def sign(request, case_id: int):
    """My own signature."""
    case = _case(request, case_id)
    form = SignForm(request.POST)
    form.is_valid()
    try:
        actions.sign(
            case.id, by=request.acting, version=posting.version_of(request), unrelated=form.cleaned_data["unrelated"]
        )
    except Refused as refusal:
        add_reasons(form, refusal.reasons)
        return _show(request, case, sign_form=form)
    messages.success(request, "已签名。")
    return redirect("visits:show", case.id)


@login_required
@require_POST
def conclude(request, case_id: int):
    """The conclusion of the visit."""
    case = _case(request, case_id)
    form = ConclusionForm(request.POST)
    if form.is_valid():
        try:
            version = posting.version_of(request)
            moved = actions.conclude(case.id, by=request.acting, version=version, **form.cleaned_data)
        except Refused as refusal:
            add_reasons(form, [_linked(case, reason) for reason in refusal.reasons])
        else:
            messages.success(request, f"调查结论已作出，这一户现在是“{moved.look.label}”。")
            return redirect("visits:show", case.id)
    return _show(request, case, conclusion_form=form)


@login_required
@require_POST
def resume(request, case_id: int):
    """A new round after the conclusion was taken back."""
    case = _case(request, case_id)
    actions.resume(case.id, by=request.acting, version=posting.version_of(request))
    messages.success(request, "已开始新的一轮：原来的记录保留备查，修改后请调查人员重新签名。")
    return redirect("visits:record", case.id)


def _case(request, case_id: int) -> Case:
    rows = visible_to(request.acting).with_everything_for_list().select_related("application", "org", "turn_org")
    return get_object_or_404(rows, pk=case_id)


def _team_now(visit: Visit | None, case: Case) -> dict:
    if visit is None:
        return {"planned_on": clock.today()}
    staff = {one.user_id for one in visit.investigators.all() if not one.is_helper}
    chosen = [post.id for post in queries.candidates(case) if post.user_id in staff]
    helpers = "、".join(one.name for one in visit.investigators.all() if one.is_helper)
    return {"planned_on": visit.planned_on, "people": chosen, "unrelated": chosen, "helpers": helpers}


def _rows(visits: list[Visit], revealed: set[int]) -> list[dict]:
    today = clock.today()
    return [
        {
            "visit": visit,
            "case": visit.case,
            "revealed": visit.case_id in revealed,
            "today": visit.planned_on == today,
            "late": bool(visit.planned_on and visit.planned_on < today),
            "staff": [one for one in visit.investigators.all() if not one.is_helper],
        }
        for visit in visits
    ]


def _show(request, case: Case, *, sign_form=None, conclusion_form=None):
    by, visit = request.acting, queries.current(case)
    declared, verified = queries.witness(case.declared_id), queries.witness(case.verified_id)
    signer = rules.signer_of(visit, by.user)
    may_record = access.may_record(by, case)
    revealed = is_revealed(case, by=by)
    open_round = visit is not None and not rules.reasons_not_to_record(visit)
    if conclusion_form is None and open_round and verified and visit:
        conclusion_form = ConclusionForm(initial=suggested(case, visit, verified))
    obstacles = [_linked(case, r) for r in rules.reasons_not_to_conclude(visit, verified)] if open_round else []
    context = {
        "case": case,
        "visit": visit,
        "declared": declared,
        "facts": queries.facts(declared, verified if visit else None) if declared else [],
        "differences": queries.compare(declared, verified, revealed=revealed)
        if visit and declared and verified
        else [],
        "earlier": queries.earlier(case),
        "photos": queries.photos(visit) if visit else [],
        "revealed": revealed,
        "may_reveal": may_reveal(by, case),
        "may_assign": access.may_assign(by, case),
        "may_record": may_record and open_round,
        "may_resume": may_record and visit is not None and visit.concluded_at is not None,
        "may_sign": open_round and access.may_sign(by, case, signer),
        "sign_form": sign_form or SignForm(),
        "signed_on": signer.signed_at if signer and open_round else None,
        "sign_reasons": [_linked(case, r) for r in rules.reasons_not_to_sign(visit, signer)] if open_round else [],
        "conclusion_form": conclusion_form,
        "obstacles": obstacles,
        "not_eligible": _not_eligible(case, visit, verified) if open_round else [],
        "grounds": queries.suggestion(visit, verified) if open_round and visit and verified else [],
    }
    wrong = (sign_form and sign_form.errors) or (conclusion_form and conclusion_form.errors)
    return render(request, "visits/show.html", context, status=422 if wrong else 200)


def _not_eligible(case: Case, visit, verified) -> list[Reason]:
    """What 符合 still lacks, the level apart, which the form itself asks."""
    found = rules.reasons_not_to_find_eligible(visit, verified, "asked")
    return [_linked(case, reason) for reason in found]


def _record_context(request, case, visit, page, questions, declared, verified) -> dict:
    revealed = is_revealed(case, by=request.acting)
    witnesses = _declared_things(declared)
    for form in questions:
        position = getattr(form.instance, "position", None)
        twin = witnesses.get(position)
        form.declared_there = twin is not None or isinstance(form.instance, Visit)
        form.beside = [_beside(form, row, twin, revealed) for row in form.rows()]
        form.identity = [row for row in form.beside if page == "members" and row["bound"].name in ABOUT_PERSON]
        form.facts = [row for row in form.beside if row not in form.identity]
        form.identity_differs = any(row["differs"] for row in form.identity)
        wrong = any(row["bound"].errors for row in form.identity)
        form.identity_open = wrong or not form.declared_there
    keys = list(PAGES)
    return {
        "case": case,
        "visit": visit,
        "page": page,
        "questions": questions,
        "wrong": questions.wrong(),
        "differences": queries.compare(declared, verified, revealed=revealed),
        "photos": queries.photos(visit) if page == "photos" else [],
        "steps": [
            {"label": label, "url": f"?page={key}", "state": "current" if key == page else "todo"}
            for key, (label, _) in PAGES.items()
        ],
        "last": page == keys[-1],
    }


def _declared_things(declared) -> dict:
    """The declared record by the position of the person; None stands for the household."""
    return {None: declared} | {member.position: member for member in declared.members.all()}


def _beside(form, row: dict, twin, revealed: bool) -> dict:
    """One field with the declared answer beside it and whether the found one differs."""
    name = row["bound"].name
    compared = twin is not None and not isinstance(form.instance, Visit) and name != "confirmed_by_visit"
    said = queries.answer(twin, name, revealed=revealed) if compared else ""
    differs = compared and not queries.same(getattr(twin, name), getattr(form.instance, name))
    return row | {"compared": compared, "declared": said, "differs": differs}


def _go(request, case: Case, page: str, go: str) -> HttpResponse:
    """Where the pressed button leads after everything is saved."""
    url = f"{reverse('visits:record', args=[case.id])}?page="
    if go == "add":
        try:
            actions.add_member(
                case.id, by=request.acting, version=case.version, name=request.POST.get("new_member", "")
            )
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        url += page
    elif go.startswith("remove-") and go[7:].isdigit():
        actions.remove_member(case.id, by=request.acting, version=case.version, position=int(go[7:]))
        url += page
    else:
        keys = list(PAGES)
        url += keys[min(keys.index(page) + 1, len(keys) - 1)]
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


def _linked(case: Case, reason: Reason) -> Reason:
    """A reason with the page of the record where it is put right."""
    page = page_of(reason.field)
    if reason.url or not page:
        return reason
    return replace(reason, url=f"{reverse('visits:record', args=[case.id])}?page={page}")
