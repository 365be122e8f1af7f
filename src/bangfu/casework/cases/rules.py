"""What cases put in the way of changes to their union."""

from bangfu.casework.cases.models import Case, ReturnedTo
from bangfu.casework.cases.states import FINAL, State
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.organisations import rules
from bangfu.foundations.organisations.models import Organisation


def reasons_under_way(case: Case) -> list[Reason]:
    """A household has one case at a time that is not over: why this one, which is over, cannot go on beside another."""
    other = case.household.cases.exclude(state__in=FINAL).exclude(pk=case.pk).first()
    return [Reason(f"这一户已有另一份在办（案号 {other.case_no}）。", rule="R-FILE-1")] if other else []


@rules.obstacle("move")
def reasons_not_to_move_union(org: Organisation) -> list[Reason]:
    """Cases that wait at the township would wait at a union that no longer sees them."""
    below = Case.objects.within(org)
    waiting = (
        below.filter(state=State.AT_TOWNSHIP).count()
        + below.filter(state=State.RETURNED, returned_to=ReturnedTo.TOWNSHIP).count()
    )
    return [Reason(f"有 {waiting} 户正由乡镇（街道）工会审核，请办完或退回后再调整。")] if waiting else []


@rules.obstacle("close")
def reasons_not_to_close_union(org: Organisation) -> list[Reason]:
    """A union with open cases or live files is not closed: they would have nobody to turn to."""
    kept = sum(Case.objects.within(org).filter(state=state).count() for state in State if state not in FINAL)
    return [Reason(f"还有 {kept} 户在办或在档，请先办结或转移档案。")] if kept else []
