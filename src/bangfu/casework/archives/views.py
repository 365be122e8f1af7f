"""Pages of the file: 附件6, its filling in parts, checking, amending, versions, the list of archives."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.casework.archives import access, actions, queries, rules
from bangfu.casework.archives.forms import (
    STEPS,
    AmendForm,
    AttachForm,
    ExcuseForm,
    FilterForm,
    ReturnForm,
    after,
    groups,
    linked,
    steps,
)
from bangfu.casework.cases.access import may_reveal, visible_to
from bangfu.casework.cases.actions import is_revealed
from bangfu.casework.cases.states import LIVE, State
from bangfu.casework.households import rules as household_rules
from bangfu.casework.households.forms import Questionnaire
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.ui import posting
from bangfu.foundations.ui.forms import add_reasons

ORGS_OFFERED = 200


@login_required
@require_safe
def index(request):
    """在档: archives of the scope, newest first, and what waits to be filed or checked."""
    by = request.acting
    if by is None or not may(by, "cases.view"):
        raise PermissionDenied
    below = Organisation.objects.open().within(by.org).exclude(id=by.org.id).order_by("level", "code")
    form = FilterForm(request.GET or None, orgs=list(below[:ORGS_OFFERED]))
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    standing = given.get("standing") or "live"
    rows = queries.archives(
        by, standing=standing, category=given.get("category", ""), cause=given.get("cause", ""), org_id=given.get("org")
    )
    page = queries.page_of(rows, request.GET, "filed_on")
    context = {"page": page, "form": form, "to_file": queries.to_file(by), "amendments": queries.amendments(by)}
    return render(request, "archives/list.html", context)


@login_required
@require_safe
def show(request, case_id):
    """附件6 of a case as a page."""
    return _show(request, _case(request, case_id))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request, case_id):
    """One part of the draft, filled step by step; the draft is made when first opened."""
    case = _case(request, case_id)
    if not access.may_edit(request.acting, case):
        raise PermissionDenied
    try:
        draft = actions.open_draft(case.id, by=request.acting)
    except Refused as refusal:
        return _show(request, case, refusal.reasons)
    part = request.GET.get("part", "worker")
    if part not in STEPS:
        raise Http404
    if draft.ready_at:
        return redirect("archives:show", case.id)
    if request.method == "POST":
        questionnaire, draft = _save(request, case, draft, part)
        if questionnaire.is_valid():
            return redirect(f"{reverse('archives:edit', args=[case.id])}?part={after(part)}")
        return _edit_page(request, case, draft, part, questionnaire, status=422)
    return _edit_page(request, case, draft, part, Questionnaire(draft.circumstances, STEPS[part][1]))


@login_required
@require_POST
@posting.repeatable
def save(request, case_id):
    """Autosave: keep the valid answers, say which are not, show how complete the file is."""
    case = _case(request, case_id)
    draft = actions.draft_of(case)
    part = request.GET.get("part", "")
    if draft is None or part not in STEPS:
        raise Http404
    questionnaire, draft = _save(request, case, draft, part)
    wrong = questionnaire.wrong()
    # Drawn anew: the fields that are wrong now, and those that were and are put right (others keep the caret).
    marked = {bound.auto_id for bound in wrong} | set(request.POST.getlist("was_wrong"))
    rows = [row for form in questionnaire for row in form.rows() if row["bound"].auto_id in marked]
    return render(request, "archives/_saved.html", _progress(draft, part, case) | {"wrong": wrong, "rows": rows})


@login_required
@require_POST
def excuse(request, case_id):
    """无 / 不详 with a reason for one blank; an empty answer takes it away."""
    case = _case(request, case_id)
    actions.excuse(
        case.id,
        request.POST.get("path", ""),
        by=request.acting,
        answer=request.POST.get("answer", ""),
        reason=request.POST.get("reason", ""),
    )
    return _to_step(case, "check")


@login_required
@require_POST
def add_member(request, case_id):
    """One more member's sheet."""
    case = _case(request, case_id)
    _keep_what_was_typed(request, case)
    actions.add_member(case.id, by=request.acting)
    return _to_step(case, "members", "#members-end")


@login_required
@require_POST
def remove_member(request, case_id, position):
    """Take a member's sheet out of the draft."""
    case = _case(request, case_id)
    _keep_what_was_typed(request, case)
    actions.remove_member(case.id, position, by=request.acting)
    messages.success(request, "已移出这位成员；更正前的版本仍保留。")
    return _to_step(case, "members")


@login_required
@require_POST
def attach(request, case_id):
    """Add papers to the list 附件."""
    case = _case(request, case_id)
    form = AttachForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            kept = actions.attach(
                case.id,
                request.FILES.getlist("papers"),
                by=request.acting,
                kind=form.cleaned_data["kind"],
                note=form.cleaned_data["note"],
            )
            messages.success(request, f"已上传 {len(kept)} 个附件。")
            return _to_step(case, "materials")
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
    draft = actions.draft_of(case)
    if draft is None:
        raise Http404
    questionnaire = Questionnaire(draft.circumstances, STEPS["materials"][1])
    return _edit_page(request, case, draft, "materials", questionnaire, attach_form=form, status=422)


@login_required
@require_POST
def ready(request, case_id):
    """提交审核."""
    case = _case(request, case_id)
    try:
        actions.make_ready(case.id, by=request.acting, version=posting.version_of(request))
    except Refused as refusal:
        return _show(request, case, refusal.reasons)
    messages.success(request, "已提交审核。审核人不能是建档人和录入人。")
    return redirect("archives:show", case.id)


@login_required
@require_POST
def file(request, case_id):
    """审核建档, or the check of an amendment."""
    case = _case(request, case_id)
    try:
        archive = actions.file(case.id, by=request.acting, version=posting.version_of(request))
    except Refused as refusal:
        return _show(request, case, refusal.reasons)
    if archive.version == 1:
        messages.success(request, f"已建档，职工编号 {archive.worker_no}。下一步：制定帮扶计划。")
    else:
        messages.success(request, f"档案现为第 {archive.version} 版，更正前打印的表已标为过期。")
    return redirect("archives:show", case.id)


@login_required
@require_POST
def return_draft(request, case_id):
    """退回建档人修改."""
    case = _case(request, case_id)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            version_seen = posting.version_of(request)
            actions.return_draft(case.id, by=request.acting, version=version_seen, note=form.cleaned_data["note"])
            messages.success(request, "已退回建档人修改。")
            return redirect("archives:show", case.id)
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
    return _show(request, case, return_form=form)


@login_required
@require_POST
def amend(request, case_id):
    """更正档案: open a draft from the current version."""
    case = _case(request, case_id)
    form = AmendForm(request.POST)
    if form.is_valid():
        try:
            version_seen = posting.version_of(request)
            actions.amend(case.id, by=request.acting, version=version_seen, reason=form.cleaned_data["reason"])
            return _to_step(case, "worker")
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
    return _show(request, case, amend_form=form)


@login_required
@require_POST
def drop_amendment(request, case_id):
    """放弃更正."""
    case = _case(request, case_id)
    actions.drop_amendment(case.id, by=request.acting, version=posting.version_of(request))
    messages.success(request, "已放弃这次更正，档案没有变动。")
    return redirect("archives:show", case.id)


@login_required
@require_safe
def version(request, case_id, number):
    """One frozen version of the file."""
    case = _case(request, case_id)
    archive, found = _version(request, case, number)
    context = _sheet(request, case, found.circumstances) | {"archive": archive, "version": found}
    return render(request, "archives/version.html", context)


@login_required
@require_safe
def changes(request, case_id, number):
    """What a version changed against the one before, or the open draft against the current version (number + 1)."""
    case = _case(request, case_id)
    archive = queries.archive_of(request.acting, case)
    draft = actions.draft_of(case)
    if archive and draft and number == archive.version + 1:
        newer, older, reason = (
            draft.circumstances,
            _version(request, case, archive.version)[1].circumstances,
            draft.reason,
        )
    else:
        found = _version(request, case, number)[1]
        newer, reason = found.circumstances, found.reason
        older = _version(request, case, number - 1)[1].circumstances
    revealed = is_revealed(case, by=request.acting)
    context = {
        "case": case,
        "number": number,
        "reason": reason,
        "changes": queries.changes(older, newer, revealed=revealed),
        "revealed": revealed,
        "may_reveal": may_reveal(request.acting, case),
    }
    return render(request, "archives/changes.html", context)


def _case(request, case_id):
    rows = visible_to(request.acting).with_everything_for_list().select_related("filed", "verified", "household")
    return get_object_or_404(rows, pk=case_id)


def _version(request, case, number):
    archive = queries.archive_of(request.acting, case)
    found = queries.version_of(archive, number) if archive else None
    if found is None:
        raise Http404
    return archive, found


def _sheet(request, case, circumstances) -> dict:
    return {
        "case": case,
        "circumstances": circumstances,
        "sections": queries.sheet(circumstances),
        "members": queries.member_sheets(circumstances),
        "attachments": queries.attachments(case),
        "revealed": is_revealed(case, by=request.acting),
        "may_reveal": may_reveal(request.acting, case),
    }


def _show(request, case, refused=(), *, return_form=None, amend_form=None):
    """The page of the file. With `refused` (or a form that was refused) it answers 422 and changes nothing."""
    by = request.acting
    draft = actions.draft_of(case)
    archive = queries.archive_of(by, case)
    if archive and archive.case_id != case.id and not case.filed_id:
        archive = None  # the household's file belongs to an earlier case (返困)
    first = draft if case.state == State.RECOGNISED else None
    record = case.filed or (first.circumstances if first else None)
    context = {
        "case": case,
        "archive": archive,
        "draft": draft,
        "versions": archive.versions.select_related("made_by", "checked_by") if archive else [],
        "next_version": archive.version + 1 if archive else 1,
        "refused": linked(refused, draft.circumstances, case) if draft else list(refused),
        "may_edit": access.may_edit(by, case),
        "may_check": access.may_check(by, case),
        "may_amend": access.may_edit(by, case) and case.state in LIVE and draft is None,
        "waits": case.state == State.RECOGNISED or case.state in LIVE,
        "return_form": return_form or ReturnForm(),
        "amend_form": amend_form or AmendForm(),
        "why_not_file": rules.reasons_not_to_file(draft, by.user) if draft and draft.ready_at else [],
    }
    if record:
        context |= _sheet(request, case, record)
    failed = bool(refused) or return_form is not None or amend_form is not None
    return render(request, "archives/show.html", context, status=422 if failed else 200)


def _save(request, case, draft, part):
    questionnaire = Questionnaire(draft.circumstances, STEPS[part][1], request.POST)
    questionnaire.is_valid()
    seen, page = request.POST.get("seen", ""), request.POST.get("once", "")[:40]
    saved = actions.save(case.id, questionnaire.changed(), by=request.acting, seen=seen, page=page)
    return questionnaire, saved


def _keep_what_was_typed(request, case) -> None:
    """The buttons of the members' page post the whole page: what was typed there is kept before the page changes."""
    draft = actions.draft_of(case)
    if draft is not None:
        _save(request, case, draft, "members")


def _edit_page(request, case, draft, part, questionnaire, *, attach_form=None, status=200):
    context = _progress(draft, part, case) | {
        "part": part,
        "questionnaire": questionnaire,
        "groups": groups(part, questionnaire, draft.circumstances),
        "wrong": questionnaire.wrong(),
        "attachments": queries.attachments(case) if part == "materials" else [],
        "attach_form": attach_form or AttachForm(),
        "excuse_form": ExcuseForm(auto_id=False),
        "excused": _excused(draft.circumstances) if part == "check" else [],
        "why_not_ready": rules.reasons_not_to_make_ready(draft) if part == "check" else [],
        "amending": case.state in LIVE,
    }
    return render(request, "archives/edit.html", context, status=status)


def _progress(draft, part, case) -> dict:
    circumstances = type(draft.circumstances).objects.prefetch_related("members").get(pk=draft.circumstances_id)
    lacking = linked(rules.reasons_incomplete(circumstances), circumstances, case)
    return {
        "case": case,
        "draft": draft,
        "circumstances": circumstances,
        "percent": household_rules.completeness(circumstances, "archive"),
        "lacking": [(reason, rules.may_be_excused(reason)) for reason in lacking],
        "doubts": household_rules.warnings(circumstances),
        "steps": steps(circumstances, part, case, lacking),
    }


def _excused(circumstances) -> list[tuple[str, str, str]]:
    """(path, label, answer) of the blanks answered 无 / 不详."""
    found = []
    members = {str(m.position): m for m in circumstances.members.all()}
    for path, answer in circumstances.excused.items():
        owner, name, who = circumstances, path, ""
        if path.startswith("members."):
            _, position, name = path.split(".", 2)
            if position not in members:
                continue
            owner = members[position]
            who = f"{owner.name}："
        found.append((path, f"{who}{owner._meta.get_field(name).verbose_name}", answer))
    return found


def _to_step(case, part: str, anchor: str = ""):
    return redirect(f"{reverse('archives:edit', args=[case.id])}?part={part}{anchor}")
