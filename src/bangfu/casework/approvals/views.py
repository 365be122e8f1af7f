"""Pages: the queue with its batch, the boxes and facts of one case, the opinion."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bangfu.casework.approvals import access, actions, queries, rules
from bangfu.casework.approvals.forms import BatchForm, OpinionForm
from bangfu.casework.approvals.models import Decision
from bangfu.casework.cases import actions as case_actions
from bangfu.casework.cases import queries as case_queries
from bangfu.casework.cases.access import may_reveal, visible_to
from bangfu.casework.cases.models import Case
from bangfu.casework.notices import queries as notices
from bangfu.casework.reviews import queries as reviews
from bangfu.casework.visits import queries as visits
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.documents.models import Print
from bangfu.foundations.ui import posting
from bangfu.foundations.ui.forms import add_reasons

SAID = {
    Decision.APPROVE: "意见已签署。",
    Decision.RETURN: "已退回，退回理由对方可以看到。",
    Decision.REFUSE: "已作出不予认定的意见。请告知申请人理由，并告知可以补充新情况申诉或重新申请。",
}


@login_required
@require_GET
def queue(request):
    """Cases that wait for the opinion of the post's union."""
    return _queue_page(request, BatchForm())


@login_required
@require_POST
def batch(request):
    """Approve the ticked cases; every row has its own answer and stops no other."""
    by, form = _acting(request), BatchForm(request.POST)
    chosen = posting.ticked_versions(request, "household")
    if not form.is_valid() or not chosen:
        return _queue_page(request, form, nobody=not chosen)
    names = dict(visible_to(by).filter(pk__in=chosen).values_list("id", "name"))
    results = []
    case_actions.lock_all(names)
    for case_id, version in chosen.items():
        if case_id in names:
            reasons = _approve(case_id, version, by, form.cleaned_data)
            results.append({"id": case_id, "name": names[case_id], "reasons": reasons})
    done = sum(not one["reasons"] for one in results)
    return render(request, "approvals/batch.html", {"results": results, "done": done, "left": len(results) - done})


@login_required
@require_GET
def case(request, case_id: int):
    """The four boxes and the facts to decide on."""
    found = _case(request, case_id)
    return _case_page(request, found, OpinionForm(case=found))


@login_required
@require_POST
def opine(request, case_id: int):
    """Approve, return or refuse."""
    found = _case(request, case_id)
    form = OpinionForm(request.POST, case=found)
    if form.is_valid():
        try:
            version = posting.version_of(request)
            opinion = actions.give_opinion(found.id, by=request.acting, version=version, **form.opinion())
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
        else:
            messages.success(request, SAID[Decision(opinion.decision)])
            return redirect("approvals:case", case_id)
    return _case_page(request, found, form)


@login_required
@require_POST
def take_back(request, case_id: int):
    """Take back one's own opinion."""
    found = _case(request, case_id)
    reason = request.POST.get("reason", "").strip()[:300]
    actions.take_back(found.id, by=request.acting, version=posting.version_of(request), reason=reason)
    messages.success(request, "已收回刚才的意见，这一户回到上一步。")
    return redirect("approvals:case", case_id)


@login_required
@require_POST
def record_print(request, case_id: int):
    """Note that 附件2 was printed."""
    actions.print_form(_case(request, case_id), by=request.acting)
    messages.success(request, "已登记打印《困难职工申报表》。")
    return redirect("approvals:case", case_id)


def _approve(case_id: int, version: int, by, typed: dict) -> list:
    try:
        actions.give_opinion(case_id, by=by, version=version, decision=Decision.APPROVE, **typed)
    except Refused as refusal:
        return refusal.reasons
    return []


def _queue_page(request, form, **extra):
    by = _acting(request)
    below = bool(request.GET.get("below")) and queries.may_act_below(by)
    number = request.GET.get("page", "1")
    page = queries.queue_page(by, int(number) if number.isdecimal() and int(number) else 1, below=below)
    may_act_below = queries.may_act_below(by)
    context = {"page": page, "form": form, "below": below, "may_act_below": may_act_below, **extra}
    return render(request, "approvals/list.html", context, status=422 if form.is_bound else 200)


def _case_page(request, found: Case, form: OpinionForm):
    by = request.acting
    given = queries.opinions(found)
    revealed = case_actions.is_revealed(found, by=by)
    declared, verified = visits.witness(found.declared_id), visits.witness(found.verified_id)
    may_opine = queries.may_opine(by, found)
    context = {
        "case": found,
        "boxes": queries.boxes(found, given),
        "opinions": given,
        "refusal": next((one for one in reversed(given) if one.decision == Decision.REFUSE and one.stands), None),
        "last_return": next((one for one in reversed(given) if one.decision == Decision.RETURN and one.stands), None),
        "facts": visits.facts(declared, verified) if declared and verified else [],
        "differences": visits.compare(declared, verified, revealed=revealed) if declared and verified else [],
        "visit": visits.current(found),
        "items": [(item, reviews.votes_in_words(item)) for item in reviews.items_of_case(found)],
        "rows": notices.rows_of_case(found),
        "prints": Print.objects.filter(case_id=found.id, form=actions.FORM).select_related("printed_by")[:5],
        "may_opine": may_opine,
        "person_reasons": rules.reasons_about_person(found, by) if may_opine else [],
        "may_take_back": case_queries.may_take_back(by, found),
        "revealed": revealed,
        "may_reveal": may_reveal(by, found),
        "form": form,
    }
    return render(request, "approvals/case.html", context, status=422 if form.is_bound else 200)


def _acting(request):
    if not access.may_list(request.acting):
        raise PermissionDenied
    return request.acting


def _case(request, case_id: int) -> Case:
    rows = visible_to(request.acting).with_everything_for_list()
    return get_object_or_404(rows.select_related("verified", "filed"), pk=case_id)
