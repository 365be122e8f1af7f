"""Pages of assistance: the ledger (附件8), the help of a case, all help of a union."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangfu.casework.archives.queries import page_of
from bangfu.casework.assistance import access, actions, queries
from bangfu.casework.assistance.forms import CancelForm, HelpFilterForm, HelpForm, LedgerFilterForm, NoteForm
from bangfu.casework.assistance.models import LedgerRow
from bangfu.casework.cases.access import visible_to
from bangfu.casework.cases.actions import is_revealed
from bangfu.casework.cases.states import State
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.ui import posting
from bangfu.foundations.ui.forms import add_reasons

ORGS_OFFERED = 200


@login_required
@require_safe
def ledger(request):
    """附件8: fifteen columns for a union and a period, paged."""
    by = _acting(request)
    form, org, given = _filter(request, LedgerFilterForm)
    narrowed = {name: given.get(name, "") for name in ("category", "cause", "plan", "unit")}
    rows = queries.ledger(by, org=org, start=given.get("start"), end=given.get("end"), **narrowed)
    page = page_of(rows, request.GET, "opened_on")
    for row in page.rows:
        row.person = queries.worker_of(row)
    context = {"form": form, "org": org, "page": page, "today": clock.today(), "count": rows.order_by().count()}
    return render(request, "assistance/ledger.html", context)


@login_required
@require_POST
def print_ledger(request):
    """Note that the ledger was printed."""
    by = _acting(request)
    org = get_object_or_404(Organisation.objects.within(by.org), pk=_number(request.POST.get("org"), by.org.id))
    actions.print_ledger(org, by=by)
    messages.success(request, "已登记打印台账。")
    return redirect(f"{reverse('assistance:ledger')}?org={org.id}")


@login_required
@require_safe
def helps(request):
    """All help of a union within days, with the sum and the rows behind it."""
    by = _acting(request)
    form, org, given = _filter(request, HelpFilterForm)
    rows = queries.helps(
        by,
        org=org,
        start=given.get("start"),
        end=given.get("end"),
        kind=given.get("kind", ""),
        source=given.get("source", ""),
    )
    page = page_of(rows, request.GET, "given_on")
    return render(
        request, "assistance/helps.html", {"form": form, "org": org, "page": page, "total": queries.total(rows)}
    )


@login_required
@require_safe
def case(request, case_id):
    """The help of a case: sums per year that lead to their rows, and the form for one more."""
    return _page(request, _case(request, case_id))


@login_required
@require_POST
def record(request, case_id):
    """登记帮扶."""
    found = _case(request, case_id)
    form = HelpForm(request.POST, request.FILES)
    if form.is_valid():
        given = dict(form.cleaned_data)
        receipt = given.pop("receipt")
        try:
            version = posting.version_of(request)
            actions.record(found.id, by=request.acting, version=version, given=given, receipt=receipt)
            messages.success(request, "已登记帮扶。")
            return redirect("assistance:case", found.id)
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
    return _page(request, found, form=form)


@login_required
@require_POST
def cancel(request, help_id):
    """作废 a wrong record."""
    help = get_object_or_404(access.visible_to(_acting(request)), pk=help_id)
    form = CancelForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.cancel(help.pk, by=request.acting, reason=reason)
    messages.success(request, "已作废，记录保留备查，不再计入合计。")
    return redirect("assistance:case", help.case_id)


@login_required
@require_POST
def note(request, case_id):
    """备注 of the household's ledger row."""
    found = _case(request, case_id)
    row = get_object_or_404(LedgerRow, case=found)
    form = NoteForm(request.POST)
    if form.is_valid():
        actions.note_row(row, by=request.acting, note=form.cleaned_data["note"])
        messages.success(request, "台账备注已保存。")
    return redirect("assistance:case", found.id)


def _page(request, found, *, form=None):
    by = request.acting
    year = _number(request.GET.get("year"), None)
    row = LedgerRow.objects.filter(case=found).first()
    context = {
        "case": found,
        "year": year,
        "helps": queries.helps_of(found, year),
        "sums": queries.sums_by_year(found),
        "row": row,
        "in_assistance": found.state == State.IN_ASSISTANCE,
        "may_record": access.may_record(by, found),
        "form": form or HelpForm(),
        "cancel_form": CancelForm(auto_id=False),
        "note_form": NoteForm(initial={"note": row.note if row else ""}),
        "revealed": is_revealed(found, by=by),
    }
    return render(request, "assistance/case.html", context, status=422 if form is not None else 200)


def _acting(request):
    if request.acting is None or not may(request.acting, "cases.view"):
        raise PermissionDenied
    return request.acting


def _case(request, case_id):
    rows = visible_to(request.acting).with_everything_for_list()
    return get_object_or_404(rows, pk=case_id)


def _filter(request, form_class):
    """The filter form, the union asked for (the acting one unless another of the subtree is), the valid answers."""
    by = request.acting
    offered = list(Organisation.objects.open().within(by.org).order_by("level", "code")[:ORGS_OFFERED])
    form = form_class(request.GET or {"org": by.org.id}, orgs=offered)
    given = form.cleaned_data if form.is_valid() else {}
    org = next((one for one in offered if one.id == given.get("org")), by.org)
    return form, org, given


def _number(text, otherwise):
    return int(text) if text and text.isdigit() and len(text) < 12 else otherwise
