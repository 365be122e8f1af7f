"""Which opinion is due, and why it may not be given."""

from bangfu.casework.approvals.models import BOXES, Decision, Opinion
from bangfu.casework.cases.models import Case, ReturnedTo
from bangfu.casework.cases.queries import people_who_acted_below, returnable_to
from bangfu.casework.cases.states import State
from bangfu.casework.notices.rules import investigators, reasons_to_repeat, standing_row
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.organisations.models import Post, Role
from bangfu.foundations.organisations.scope import Acting

S = State
AGREED = "同意"
# (state, returned to) → the box of 附件2 and the step of each decision. Who is returned to can only give the opinion anew.
DUE: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    (S.NOTICE_CLEARED, ""): ("G", {Decision.APPROVE: "opine_grassroots"}),
    (S.RETURNED, ReturnedTo.GRASSROOTS): ("G", {Decision.APPROVE: "opine_again"}),
    (S.RETURNED, ReturnedTo.TOWNSHIP): ("T", {Decision.APPROVE: "reopine_township"}),
    (S.RETURNED, ReturnedTo.COUNTY): ("C", {Decision.APPROVE: "reopine_county"}),
}
VERBS = ((Decision.APPROVE, "opine"), (Decision.RETURN, "return"), (Decision.REFUSE, "refuse"))
for _state, _box, _level in ((S.AT_TOWNSHIP, "T", "township"), (S.AT_COUNTY, "C", "county"), (S.AT_CITY, "P", "city")):
    DUE[(_state, "")] = (_box, {decision: f"{verb}_{_level}" for decision, verb in VERBS})


def box_of(case: Case) -> str:
    """The box of 附件2 whose turn it is: G, T, C, P; '' when none."""
    return DUE.get((case.state, case.returned_to), ("", {}))[0]


def steps_of(case: Case) -> dict[str, str]:
    """The decisions that can be made now, each with its step."""
    return DUE.get((case.state, case.returned_to), ("", {}))[1]


def reasons_not_to_opine(case: Case, by: Acting, *, no_kinship: bool) -> list[Reason]:
    """About the person and what must be there, whatever the decision is."""
    box = box_of(case)
    reasons = reasons_about_person(case, by)
    if not no_kinship:
        reasons.append(
            Reason(f"请确认本人与该户无亲属关系。有亲属关系的不能签署意见，{_who_else(case, by)}", field="no_kinship")
        )
    return reasons + _reasons_about_record(case, box)


def reasons_about_person(case: Case, by: Acting) -> list[Reason]:
    """Whoever acted below, investigated or signed a lower box does not decide above (代办 and second posts included)."""
    box = box_of(case)
    if box in ("", "G"):
        return []
    lower = BOXES[: BOXES.index(box)]
    signed = Opinion.objects.filter(case=case, by_user=by.user, step__in=lower, transition__taken_back=False).exists()
    below = people_who_acted_below(case) | investigators(case.id) | {case.opened_by_id}
    if signed or by.user.id in below:
        return [Reason(f"您在下级环节办理过这一户，不能再审核，{_who_else(case, by)}")]
    return []


def reasons_against_opinion(case: Case, decision: str, text: str, returned_to: str, rule: str | None) -> list[Reason]:
    """About what was written: a return names a level and says why, a refusal names its ground (`rule` None = not chosen)."""
    if decision == Decision.APPROVE:
        return [] if text.strip() else [Reason("请填写意见内容。", field="text")]
    reasons = []
    if text.strip().rstrip("。") in ("", AGREED):
        verb = "退回" if decision == Decision.RETURN else "不予认定"
        reasons.append(Reason(f"请写明{verb}的理由。", field="text"))
    if decision == Decision.RETURN and returned_to not in returnable_to(case):
        reasons.append(Reason("请选择退回到哪一级。", field="returned_to"))
    if decision == Decision.REFUSE and rule is None:
        reasons.append(Reason("请选择不予认定的依据。", field="rule"))
    return reasons


def _reasons_about_record(case: Case, box: str) -> list[Reason]:
    """附件2 is complete so far: notice result written (R-REV-1), survey level set, dates never decrease."""
    reasons = []
    row = standing_row(case)
    if row is None or row.cleared_at is None or not row.notice_result:
        reasons.append(Reason("公示结果还没有登记，不能签署意见。", rule="R-REV-1"))
    visit = case.visits.filter(superseded=False).first()
    if visit is None or not visit.concluded_at or case.verified is None:
        reasons.append(Reason("入户调查还没有结论，不能签署意见。"))
    elif box == "P" and not visit.survey_level:
        reasons.append(Reason("调查结论没有写明建档条件级别（省级以上/市级），请退回补正。"))
    days = [one.signed_on for one in Opinion.objects.filter(case=case).select_related("transition") if one.stands]
    if row and row.cleared_at:
        days.append(clock.local(row.cleared_at).date())
    if days and clock.today() < max(days):
        reasons.append(Reason("今天的日期早于下级意见的日期，请核对电脑的日期。"))
    return reasons + (reasons_to_repeat(case, row) if row else [])


def _who_else(case: Case, by: Acting) -> str:
    """Who can decide instead: another post of the same union, else somebody whom the union above appoints."""
    role = Role.CHAIR if box_of(case) == "G" else Role.REVIEWER
    posts = (
        Post.objects.current().filter(org_id=by.org.id, role=role).exclude(user_id=by.user.id).select_related("user")
    )
    names = "、".join(dict.fromkeys(post.user.name for post in posts[:3]))
    if names:
        return f"请由本工会{role.label}{names}办理。"
    above = "或由上级工会代办" if role == Role.CHAIR else "再由其办理"
    return f"本工会没有其他{role.label}，请上级工会管理员为本工会任命一位代理{role.label}，{above}。"
