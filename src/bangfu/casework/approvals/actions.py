"""Give an opinion: approve, return, refuse; sealed together with its step (附件2 审批意见; （一）3)."""

from collections.abc import Iterable

from django.db import transaction

from bangfu.casework.applications import actions as applications
from bangfu.casework.approvals import queries, rules
from bangfu.casework.approvals.models import Decision, Opinion
from bangfu.casework.cases import actions as cases
from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case, ReturnedTo
from bangfu.casework.cases.queries import standstill
from bangfu.casework.households import actions as households
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes.reasons import Refused, refuse_if
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.documents.models import Print
from bangfu.foundations.organisations.access import may_for
from bangfu.foundations.organisations.scope import Acting

FORM = "F2"


@transaction.atomic
def give_opinion(
    case_id: int,
    *,
    by: Acting,
    version: int,
    decision: str,
    text: str,
    no_kinship: bool,
    rule: str | None = None,
    returned_to: str = "",
    items: Iterable[str] = (),
) -> Opinion:
    """Seal one opinion of 附件2, dated today, and move the case.

    `rule`: code of the exclusion a refusal rests on, '' for another ground, None when nothing was chosen.
    `items`: what a return to the applicant asks for, one thing each. Raises Refused with every reason.
    """
    case = flow.lock(case_id, version)
    step, box = rules.steps_of(case).get(decision, ""), rules.box_of(case)
    if not step or not queries.may_opine(by, case, decision):
        raise Refused(f"您的岗位现在不能为这一户签署这项意见。{standstill(case)}")
    refuse_if(
        rules.reasons_against_opinion(case, decision, text, returned_to, rule)
        + rules.reasons_not_to_opine(case, by, no_kinship=no_kinship)
    )
    digest = case.verified.digest if case.verified else ""
    returned_to = returned_to if decision == Decision.RETURN else ""
    rule = (rule or "") if decision == Decision.REFUSE else ""
    case = flow.take(case.id, step, by=by, version=version, reason=text, rule=rule, returned_to=returned_to)
    transition = flow.last_transition(case)
    assert transition is not None
    opinion = Opinion.objects.create(
        **case.scope(),
        case=case,
        transition=transition,
        step=box,
        decision=decision,
        text=text.strip(),
        rule=rule,
        returned_to=returned_to,
        by_user=by.user,
        by_post=by.post,
        by_org=by.org,
        by_name=by.user.name,
        by_post_label=by.role_label,
        by_org_name=by.org.name,
        digest=digest,
    )
    if decision == Decision.REFUSE:
        households.release(case.id)
    if returned_to == ReturnedTo.APPLICANT:
        applications.reopen(case, items=[item for item in items if item.strip()] or [text.strip()])
    documents.outdate_prints(case.id, (FORM,))
    audit.record(by, "approvals.opine", opinion, case_id=case.id, decision=decision, step=box)
    return opinion


@transaction.atomic
def take_back(case_id: int, *, by: Acting, version: int, reason: str = "") -> Case:
    """Take back one's own opinion while nobody has acted after it; paper with it is out of date."""
    case = cases.take_back(case_id, by=by, version=version, reason=reason)
    documents.outdate_prints(case.id, (FORM,))
    return case


@transaction.atomic
def print_form(case: Case, *, by: Acting) -> Print:
    """Note that 附件2 was printed as it stands now. Raises Refused for a post that may not see the case."""
    if not may_for(by, "cases.view", case):
        raise Refused("您的岗位不能打印这一户的申报表。")
    return documents.record_print(case, FORM, by=by, version=case.version)
