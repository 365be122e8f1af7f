"""Pages of plans: the plan of a case, its card, cards to receive, the register of sponsors and contacts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.casework.cases.access import may_reveal, visible_to
from bangfu.casework.cases.actions import is_revealed
from bangfu.casework.cases.states import LIVE
from bangfu.casework.plans import access, actions, queries, rules
from bangfu.casework.plans.forms import ContactChoiceForm, ContactForm, IssueForm, PlanForm, SignForm, SponsorForm
from bangfu.casework.plans.models import CardCopy, Contact, Sponsor
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations.access import may
from bangfu.foundations.ui import posting
from bangfu.foundations.ui.forms import add_reasons

SIZE = 30


@login_required
@require_safe
def index(request):
    """What waits: plans to make, sponsors to agree to, cards to issue, months that have passed."""
    by = _acting(request)
    context = {
        "waiting": queries.waiting(by),
        "to_agree": queries.to_agree(by) if may(by, "plans.guide") else [],
        "due": queries.due_plans(by),
        "cards": queries.cards_not_received(by).count() if may(by, "plans.receive_card") else 0,
    }
    return render(request, "plans/list.html", context)


@login_required
@require_safe
def show(request, case_id):
    """The plan of a case: needs beside measures, sponsor and contact, signature, card."""
    return _show(request, _case(request, case_id))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request, case_id):
    """立卡信息; the plan is begun with proposals when first opened."""
    case = _case(request, case_id)
    if not access.may_edit(request.acting, case):
        raise PermissionDenied
    plan = actions.open_plan(case.id, by=request.acting)
    form = PlanForm(request.POST or None, instance=plan)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            answers = form.cleaned_data
            try:
                actions.edit(case.id, by=request.acting, version=posting.version_of(request), answers=answers)
                messages.success(request, "已保存。" + _void_signature(plan))
                return redirect("plans:show", case.id)
            except Refused as refusal:
                add_reasons(form, refusal.reasons)
        status = 422
    needs = rules.answers_in_words(rules.answers(case.filed.needs, plan.measures, plan.plans))
    context = {"case": case, "form": form, "plan": plan, "needs": needs, "circumstances": case.filed}
    return render(request, "plans/edit.html", context, status=status)


@login_required
@require_POST
def choose(request, case_id):
    """Choose (and, by a union above, agree to) sponsor and contact."""
    case = _case(request, case_id)
    form = ContactChoiceForm(request.POST, offered=queries.choices_for(case))
    if form.is_valid():
        try:
            version = posting.version_of(request)
            plan = actions.choose(case.id, form.cleaned_data["contact"], by=request.acting, version=version)
            messages.success(request, "已确定帮扶单位和联系人。" if plan.agreed_by_id else "已提出，等待上级工会同意。")
            return redirect("plans:show", case.id)
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
    return _show(request, case, choice_form=form)


@login_required
@require_POST
def agree(request, case_id):
    """上级工会同意."""
    return _press(request, case_id, actions.agree, "已同意帮扶单位和帮扶联系人。")


@login_required
@require_POST
def sign(request, case_id):
    """困难职工签字确认."""
    case = _case(request, case_id)
    form = SignForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.sign(case.id, by=request.acting, version=posting.version_of(request), **form.cleaned_data)
            messages.success(request, "已登记职工签字。")
            return redirect("plans:show", case.id)
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
    return _show(request, case, sign_form=form)


@login_required
@require_POST
def decide(request, case_id):
    """确定帮扶计划."""
    return _press(request, case_id, actions.decide, "帮扶计划已确定。下一步：发放联系卡、建立台账。")


@login_required
@require_POST
def issue_card(request, case_id):
    """发放联系卡、建立台账."""
    case = _case(request, case_id)
    form = IssueForm(request.POST)
    if form.is_valid():
        try:
            day = form.cleaned_data["carded_on"]
            actions.issue_card(case.id, by=request.acting, version=posting.version_of(request), carded_on=day)
            messages.success(request, "已发卡并列入台账，请打印一式三份：职工、基层工会、职工服务中心各一份。")
            return redirect("plans:card", case.id)
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
    return _show(request, case, issue_form=form)


@login_required
@require_safe
def card(request, case_id):
    """附件7 as a page, both halves."""
    case = _case(request, case_id)
    plan = queries.plan_of(case)
    if plan is None:
        return redirect("plans:show", case.id)
    circumstances = case.filed
    context = {
        "case": case,
        "plan": plan,
        "circumstances": circumstances,
        "applicant": circumstances.applicant,
        "members": queries.main_members(circumstances),
        "measures": queries.ticked("four_batch_measure", plan.measures),
        "plans": queries.ticked("seven_plan", plan.plans),
        "revealed": is_revealed(case, by=request.acting),
        "may_reveal": may_reveal(request.acting, case),
        "may_edit": access.may_edit(request.acting, case),
        "copies": plan.card_copies.all(),
    }
    return render(request, "plans/card.html", context)


@login_required
@require_POST
def print_card(request, case_id):
    """Note another print after a change."""
    return _press(request, case_id, actions.print_card, "已登记打印联系卡一式三份。", after="plans:card")


@login_required
@require_safe
def cards(request):
    """Copies for the service centre that it has not received yet."""
    by = _acting(request)
    page = Paginator(queries.cards_not_received(by), SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "may_receive": may(by, "plans.receive_card")}
    return render(request, "plans/cards.html", context)


@login_required
@require_POST
def receive_card(request, copy_id):
    """Mark the service centre's copy as received."""
    copy = get_object_or_404(CardCopy.objects.within(_acting(request).org), pk=copy_id)
    actions.receive_card(copy.pk, by=request.acting)
    messages.success(request, "已登记收到联系卡。")
    return redirect("plans:cards")


@login_required
@require_safe
def register(request):
    """帮扶名册: sponsors and contacts of the subtree, with how many households each has."""
    by = _acting(request)
    if not access.may_see_register(by):
        raise PermissionDenied
    page = Paginator(queries.register(by), SIZE).get_page(request.GET.get("page"))
    return render(request, "plans/register.html", {"page": page, "may_register": access.may_register(by)})


@login_required
@require_http_methods(["GET", "POST"])
def sponsor(request, sponsor_id=None):
    """Add or change a sponsor of the own register."""
    by = _acting(request)
    found = get_object_or_404(access.registers_of(by), pk=sponsor_id) if sponsor_id else None
    if not access.may_register(by, found.org if found else None):
        raise PermissionDenied
    initial = {"name": found.name, "phone": found.phone} if found else {}
    form = SponsorForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_sponsor(by=by, sponsor=found, **form.cleaned_data)
            messages.success(request, "名册已保存。")
            return redirect("plans:register")
        except Refused as refusal:
            add_reasons(form, refusal.reasons)
    return _register_form(request, form, "修改帮扶单位" if found else "新增帮扶单位")


@login_required
@require_http_methods(["GET", "POST"])
def contact(request, sponsor_id, contact_id=None):
    """Add or change a contact of a sponsor of the own register."""
    by = _acting(request)
    owner = get_object_or_404(access.registers_of(by), pk=sponsor_id)
    found = get_object_or_404(owner.contacts, pk=contact_id) if contact_id else None
    if not access.may_register(by, owner.org):
        raise PermissionDenied
    initial = {"name": found.name, "title": found.title, "phone": found.phone} if found else {}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.keep_contact(owner, by=by, contact=found, **form.cleaned_data)
        messages.success(request, "名册已保存。")
        return redirect("plans:register")
    return _register_form(request, form, f"{owner.name}：{'修改' if found else '新增'}帮扶联系人")


@login_required
@require_POST
def sponsor_active(request, sponsor_id):
    """Take a sponsor out of the register, or back in."""
    found = get_object_or_404(access.registers_of(_acting(request)), pk=sponsor_id)
    return _switch(request, found)


@login_required
@require_POST
def contact_active(request, contact_id):
    """Take a contact out of the register, or back in."""
    found = get_object_or_404(Contact.objects.within(_acting(request).org), pk=contact_id)
    return _switch(request, found)


def _switch(request, thing: Sponsor | Contact):
    actions.set_active(thing, by=request.acting, active=not thing.active)
    messages.success(request, "已恢复在册。" if thing.active else "已从名册停用。")
    return redirect("plans:register")


def _register_form(request, form, title: str):
    status = 422 if form.is_bound else 200
    return render(request, "plans/register_form.html", {"form": form, "title": title}, status=status)


def _acting(request):
    if request.acting is None:
        raise PermissionDenied
    return request.acting


def _case(request, case_id):
    rows = visible_to(request.acting).with_everything_for_list().select_related("filed")
    return get_object_or_404(rows, pk=case_id)


def _press(request, case_id, verb, words: str, after: str = "plans:show"):
    case = _case(request, case_id)
    try:
        verb(case.id, by=request.acting, version=posting.version_of(request))
    except Refused as refusal:
        return _show(request, case, refusal.reasons)
    messages.success(request, words)
    return redirect(after, case.id)


def _void_signature(before) -> str:
    """Said after a save when the worker's signature no longer counts."""
    signed = before.signature_id is not None
    return "措施、计划或时限有改动的，须请职工重新签字。" if signed else ""


def _show(request, case, refused=(), *, choice_form=None, sign_form=None, issue_form=None):
    """The page of the plan. With what was refused it answers 422 and changes nothing."""
    by = request.acting
    plan = queries.plan_of(case)
    in_file = case.state in LIVE and case.filed_id is not None
    guides, edits = access.may_guide(by, case), access.may_edit(by, case)
    needs = rules.answers(case.filed.needs, plan.measures, plan.plans) if plan and in_file else {}
    context = {
        "case": case,
        "plan": plan,
        "in_file": in_file,
        "circumstances": case.filed,
        "needs": rules.answers_in_words(needs),
        "measures": queries.ticked("four_batch_measure", plan.measures) if plan else [],
        "plans": queries.ticked("seven_plan", plan.plans) if plan else [],
        "revealed": is_revealed(case, by=by),
        "may_reveal": may_reveal(by, case),
        "refused": list(refused),
        "may_edit": edits and in_file,
        "may_guide": guides and in_file,
        "why_not_decide": rules.reasons_not_to_decide(plan),
        "why_not_sign": (rules.reasons_incomplete(plan) + rules.reasons_not_agreed(plan)) if plan else [],
        "sign_form": sign_form or SignForm(initial={"signed_on": clock.today()}),
        "issue_form": issue_form or IssueForm(),
    }
    if in_file and (edits or guides):
        chosen = {"contact": plan.contact_id} if plan else {}
        offered = queries.choices_for(case)
        context["offered"] = offered
        context["choice_form"] = choice_form or ContactChoiceForm(offered=offered, initial=chosen)
    failed = bool(refused) or any(form is not None for form in (choice_form, sign_form, issue_form))
    return render(request, "plans/show.html", context, status=422 if failed else 200)
