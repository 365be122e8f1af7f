"""The flow as data, and the only way to move a case.

Each step: from which states, to which, who (permission) and at whose turn, and the clause it comes from
(workflow.csv). Buttons, work lists, the diagram in docs and the test matrix are derived from this table.
"""

from dataclasses import dataclass
from datetime import date

from bangfu.casework.cases.models import Case, ReturnedTo, Transition
from bangfu.casework.cases.states import OPEN, State
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.calendar import add_workdays
from bangfu.foundations.codes.reasons import Reason, Refused
from bangfu.foundations.organisations.access import may_for
from bangfu.foundations.organisations.models import Level
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.standards.models import SETTINGS
from bangfu.foundations.standards.queries import setting

NEXT = "next"  # the next level of the path; recognised after the last


@dataclass(frozen=True)
class Step:
    """One row of the table. `turn`: filing = the filing union or one acting for it; level = whose turn it is."""

    name: str
    label: str
    origin: frozenset[State]
    to: str
    permission: str
    turn: str
    clause: str
    reason_needed: bool = False
    returned_to: str = ""


def _step(name, label, origin, to, permission, clause, *, turn="filing", reason=False, returned_to="") -> Step:
    states = frozenset(origin) if isinstance(origin, frozenset | set | tuple) else frozenset({origin})
    return Step(name, label, states, to, permission, turn, clause, reason, returned_to)


S = State
LEVELS = (S.AT_TOWNSHIP, S.AT_COUNTY, S.AT_CITY)
STEPS = {
    step.name: step
    for step in (
        _step("submit", "提交申请", S.DRAFT, S.SUBMITTED, "applications.edit", "（一）2"),
        _step(
            "return_to_applicant",
            "退回职工补正",
            S.SUBMITTED,
            S.RETURNED,
            "applications.return",
            "通知未规定",
            reason=True,
            returned_to=ReturnedTo.APPLICANT,
        ),
        _step(
            "resubmit",
            "补正后重新提交",
            S.RETURNED,
            S.SUBMITTED,
            "applications.edit",
            "通知未规定",
            returned_to=ReturnedTo.APPLICANT,
        ),
        _step("appeal", "申诉（补充新情况）", S.REJECTED, S.SUBMITTED, "applications.edit", "通知未规定", reason=True),
        _step("withdraw", "撤回申请", OPEN, S.WITHDRAWN, "cases.withdraw", "附件1 自愿停止申请", reason=True),
        _step("assign", "指派调查人员", S.SUBMITTED, S.VISITING, "visits.assign", "（一）2"),
        _step("find_eligible", "调查结论：符合", S.VISITING, S.CANDIDATE, "visits.record", "（一）2"),
        _step(
            "find_ineligible",
            "调查结论：不符合",
            S.VISITING,
            S.REJECTED,
            "visits.record",
            "（一）2 予以剔除",
            reason=True,
        ),
        _step("pass_review", "评议通过", S.CANDIDATE, S.PASSED, "reviews.hold", "（一）2"),
        _step("fail_review", "评议未通过", S.CANDIDATE, S.REJECTED, "reviews.hold", "附件5 民主评议结果", reason=True),
        _step("post_notice", "张贴公示", S.PASSED, S.ON_NOTICE, "notices.post", "（一）2"),
        _step("object", "登记异议", S.ON_NOTICE, S.OBJECTED, "notices.object", "附件2 有异议", turn="anyone"),
        _step("dismiss_objection", "异议不成立", S.OBJECTED, S.ON_NOTICE, "notices.answer", "通知未规定", reason=True),
        _step("uphold_objection", "异议成立", S.OBJECTED, S.REJECTED, "notices.answer", "通知未规定", reason=True),
        _step("clear_notice", "登记公示结果", S.ON_NOTICE, S.NOTICE_CLEARED, "notices.post", "（一）2"),
        _step("opine_grassroots", "基层工会意见", S.NOTICE_CLEARED, NEXT, "approvals.opine_grassroots", "附件2"),
        _step(
            "opine_again",
            "基层工会补正后再报",
            S.RETURNED,
            NEXT,
            "approvals.opine_grassroots",
            "实践",
            returned_to=ReturnedTo.GRASSROOTS,
        ),
        _step(
            "opine_township",
            "乡镇（街道）、开发区（园区）工会意见",
            S.AT_TOWNSHIP,
            NEXT,
            "approvals.opine_township",
            "附件2",
            turn="level",
        ),
        _step(
            "reopine_township",
            "乡镇（街道）补正后再报",
            S.RETURNED,
            NEXT,
            "approvals.opine_township",
            "实践",
            turn="level",
            returned_to=ReturnedTo.TOWNSHIP,
        ),
        _step(
            "opine_county", "县级工会意见", S.AT_COUNTY, NEXT, "approvals.opine_county", "附件2、（一）3", turn="level"
        ),
        _step(
            "reopine_county",
            "县级补正后再报",
            S.RETURNED,
            NEXT,
            "approvals.opine_county",
            "实践",
            turn="level",
            returned_to=ReturnedTo.COUNTY,
        ),
        _step(
            "opine_city",
            "市级职工服务中心（省有关产业工会）意见",
            S.AT_CITY,
            S.RECOGNISED,
            "approvals.opine_city",
            "附件2",
            turn="level",
        ),
        _step(
            "return_township",
            "退回",
            S.AT_TOWNSHIP,
            S.RETURNED,
            "approvals.opine_township",
            "实践",
            turn="level",
            reason=True,
        ),
        _step(
            "return_county",
            "退回",
            S.AT_COUNTY,
            S.RETURNED,
            "approvals.opine_county",
            "实践",
            turn="level",
            reason=True,
        ),
        _step("return_city", "退回", S.AT_CITY, S.RETURNED, "approvals.opine_city", "实践", turn="level", reason=True),
        _step(
            "refuse_township",
            "不予认定",
            S.AT_TOWNSHIP,
            S.REJECTED,
            "approvals.opine_township",
            "附件2",
            turn="level",
            reason=True,
        ),
        _step(
            "refuse_county",
            "不予认定",
            S.AT_COUNTY,
            S.REJECTED,
            "approvals.opine_county",
            "附件2",
            turn="level",
            reason=True,
        ),
        _step(
            "refuse_city", "不予认定", S.AT_CITY, S.REJECTED, "approvals.opine_city", "附件2", turn="level", reason=True
        ),
        _step("file", "审核建档", S.RECOGNISED, S.FILED, "archives.check", "（一）5"),
        _step("plan", "确定帮扶计划", S.FILED, S.PLANNED, "plans.edit", "（一）4"),
        _step("issue_card", "发放联系卡、建立台账", S.PLANNED, S.IN_ASSISTANCE, "plans.edit", "（一）4"),
        _step("assist", "登记帮扶", S.IN_ASSISTANCE, S.IN_ASSISTANCE, "assistance.record", "（一）5"),
    )
}

STATE_OF_LEVEL = {
    Level.TOWNSHIP: S.AT_TOWNSHIP,
    Level.COUNTY: S.AT_COUNTY,
    Level.CITY: S.AT_CITY,
    Level.PROVINCE: S.AT_CITY,
}
LEVEL_NAMES = {Level.TOWNSHIP: ReturnedTo.TOWNSHIP, Level.COUNTY: ReturnedTo.COUNTY}
# Decisions that whoever pressed last may take back while nobody has acted after them.
REVOCABLE = frozenset(
    {
        "return_to_applicant",
        "find_eligible",
        "find_ineligible",
        "pass_review",
        "fail_review",
        "opine_grassroots",
        "opine_again",
        "opine_township",
        "reopine_township",
        "opine_county",
        "reopine_county",
        "opine_city",
        "return_township",
        "return_county",
        "return_city",
        "refuse_township",
        "refuse_county",
        "refuse_city",
        "dismiss_objection",
        "uphold_objection",
    }
)


def path_of(case: Case) -> list[tuple[State, int]]:
    """The levels above the filing union that give an opinion: (state, union id), lowest first (DOMAIN 2, path).

    A union directly under the province is approved by the province in the fourth box.
    """
    org = case.org
    levels = [
        (S.AT_TOWNSHIP, case.township_id, case.county_id),
        (S.AT_COUNTY, case.county_id, case.city_id),
        (S.AT_CITY, case.city_id, None),
    ]
    path = [(state, id_) for state, id_, above in levels if id_ != org.id and id_ != above and id_ != case.province_id]
    if not any(state == S.AT_CITY for state, _ in path):
        path.append((S.AT_CITY, case.province_id))
    return path


def next_on_path(case: Case) -> State:
    """The state after the opinion of the level at which the case is now."""
    states = [state for state, _ in path_of(case)]
    at = case.state
    if at == S.RETURNED:
        at = {"township": S.AT_TOWNSHIP, "county": S.AT_COUNTY}.get(case.returned_to, "")
    later = states[states.index(State(at)) + 1 :] if at in states else states
    return later[0] if later else S.RECOGNISED


def returnable_to(case: Case) -> list[ReturnedTo]:
    """To whom the level at which the case is now may return it: the applicant and every lower level of its path."""
    names = {S.AT_TOWNSHIP: ReturnedTo.TOWNSHIP, S.AT_COUNTY: ReturnedTo.COUNTY}
    states = [state for state, _ in path_of(case)]
    below = states[: states.index(State(case.state))] if case.state in states else []
    return [ReturnedTo.APPLICANT, ReturnedTo.GRASSROOTS] + [names[state] for state in below]


def turn_org_id(case: Case) -> int | None:
    """Whose turn it is in the case's present state, None when nobody has to act."""
    state = State(case.state)
    if state in (S.REJECTED, S.WITHDRAWN):
        return None
    at = dict(path_of(case))
    if state in at:
        return at[state]
    if state == S.RETURNED and case.returned_to == ReturnedTo.TOWNSHIP:
        return at[S.AT_TOWNSHIP]
    if state == S.RETURNED and case.returned_to == ReturnedTo.COUNTY:
        return at[S.AT_COUNTY]
    return case.org_id


def steps_from(case: Case) -> list[Step]:
    """Steps that lead away from the case's present state, whoever takes them."""
    return [step for step in STEPS.values() if _fits(step, case)]


def _fits(step: Step, case: Case) -> bool:
    if case.state not in step.origin:
        return False
    return case.state != S.RETURNED or not step.returned_to or step.returned_to == case.returned_to


def reasons_not_to_take(case: Case, step: Step, by: Acting) -> list[Reason]:
    """Order, turn and permission: why this post may not take this step now. Empty = it may."""
    if not _fits(step, case):
        return [Reason(f"这一户现在是“{case.look.label}”，不能{step.label}。可能已有人办理，请刷新页面查看。")]
    if not may_for(by, step.permission, case):
        return [Reason(f"您的岗位（{by.org.name} {by.role_label}）没有“{step.label}”的权限。")]
    if step.turn == "level" and case.turn_org_id != by.org.id:
        return [Reason(f"现在应由{case.turn_org.name if case.turn_org else '其他工会'}办理“{step.label}”。")]
    return []


def start(case: Case, *, by: Acting) -> Case:
    """Write the first line of the log of a new draft."""
    case.turn_org_id, case.due_on = turn_org_id(case), _due(case)
    case.save()
    _log(case, "start", "", by, reason="", rule="", returned_to="", before={})
    audit.record(by, "cases.start", case, case_id=case.id)
    return case


def take(
    case_id: int,
    name: str,
    *,
    by: Acting,
    version: int | None,
    reason: str = "",
    rule: str = "",
    returned_to: str = "",
) -> Case:
    """Move a case: lock its row, check version, order, turn and permission, write the log, return it moved.

    `version` is that of the page the person looked at; None only for a batch that has just read the row under lock.
    Raises Refused with a plain sentence; nothing is changed then.
    """
    step = STEPS[name]
    case = lock(case_id, version)
    refusals = reasons_not_to_take(case, step, by)
    if step.reason_needed and not reason.strip():
        refusals.append(Reason(f"请填写“{step.label}”的理由。", field="reason"))
    if step.to == S.RETURNED and not step.returned_to and returned_to not in returnable_to(case):
        refusals.append(Reason("请选择退回到哪一级（只能退回到下级工会或申请人）。", field="returned_to"))
    if refusals:
        raise Refused(refusals)
    before = _snapshot(case)
    target = next_on_path(case) if step.to == NEXT else State(step.to)
    _move(case, target, step.returned_to or returned_to if target == S.RETURNED else "")
    _log(case, name, before["state"], by, reason=reason.strip(), rule=rule, returned_to=case.returned_to, before=before)
    if target in (S.RETURNED, S.SUBMITTED):
        _supersede(case)
    return case


def lock(case_id: int, version: int | None) -> Case:
    """The case's row, locked until the transaction ends. Raises Refused when someone changed it since `version`."""
    case = Case.objects.select_for_update(of=("self",)).select_related("org", "turn_org").get(pk=case_id)
    if version is not None and case.version != version:
        raise Refused(
            "这一户刚刚被其他人（或您的另一个窗口）办理过，您这一页已经不是最新的，没有保存。请刷新后再办理。"
        )
    return case


def touch(case: Case) -> Case:
    """Count a change of a locked case that does not move it, so that older pages are recognised as stale."""
    case.version += 1
    case.save(update_fields=["version"])
    return case


def last_transition(case: Case) -> Transition | None:
    """The last step that was not taken back."""
    return case.transitions.filter(taken_back=False).order_by("-id").first()


def reasons_not_to_take_back(case: Case, by: Acting) -> list[Reason]:
    """Why the last step cannot be taken back by this person (DOMAIN 2: whoever pressed last, nobody acted after it)."""
    last = last_transition(case)
    if last is None or last.step not in REVOCABLE:
        return [Reason("最近一步不是可以收回的决定。")]
    if last.by_user_id != by.user.id or last.by_org_id != by.org.id:
        return [Reason("只有作出这个决定的人可以收回。")]
    return []


def take_back(case_id: int, *, by: Acting, version: int, reason: str = "") -> tuple[Case, Transition]:
    """Put the case back to where it was before the last step. Returns the case and the step that was taken back."""
    case = lock(case_id, version)
    refusals = reasons_not_to_take_back(case, by)
    if refusals:
        raise Refused(refusals)
    last = last_transition(case)
    assert last is not None
    before = _snapshot(case)
    last.taken_back = True
    last.save(update_fields=["taken_back"])
    _move(case, State(last.before["state"]), last.before["returned_to"])
    log = _log(
        case, "take_back", before["state"], by, reason=reason, rule="", returned_to=case.returned_to, before=before
    )
    log.taken_back = True  # a taken-back step is not itself the last step
    log.save(update_fields=["taken_back"])
    audit.record(by, "cases.take_back", case, case_id=case.id, reason=reason, step=last.step)
    return case, last


def _move(case: Case, target: State, returned_to: str) -> None:
    moved = case.state != target
    case.state, case.returned_to = target, returned_to
    case.turn_org_id = turn_org_id(case)
    case.version += 1
    if moved:
        case.queue_at = clock.now()
        case.due_on = _due(case)
    case.save()


def _due(case: Case) -> date | None:
    name = f"due_{case.state}"
    return add_workdays(clock.today(), setting(name, case.org)) if name in SETTINGS else None


def _supersede(case: Case) -> None:
    """Decisions at or above the level a case is returned to stay in the log, marked, and are made again."""
    floor = {
        ReturnedTo.TOWNSHIP: ("township",),
        ReturnedTo.COUNTY: ("county",),
        ReturnedTo.GRASSROOTS: ("grassroots", "again"),
    }
    order = ["grassroots", "again", "township", "county", "city"]
    if case.returned_to in floor:
        names = order[order.index(floor[ReturnedTo(case.returned_to)][0]) :]
        steps = [s for s in STEPS if s.startswith(("opine_", "reopine_")) and s.rsplit("_", 1)[1] in names]
    else:
        steps = [s for s in STEPS if s not in ("submit", "resubmit", "return_to_applicant", "withdraw")]
    latest = case.transitions.order_by("-id").values_list("id", flat=True).first()
    case.transitions.filter(step__in=steps, superseded=False).exclude(id=latest).update(superseded=True)


def _snapshot(case: Case) -> dict:
    return {
        "state": case.state,
        "returned_to": case.returned_to,
        "due_on": case.due_on.isoformat() if case.due_on else None,
    }


def _log(case: Case, step: str, origin: str, by: Acting, *, reason, rule, returned_to, before) -> Transition:
    return Transition.objects.create(
        **case.scope(),
        case=case,
        step=step,
        from_state=origin,
        to_state=case.state,
        by_user=by.user,
        by_post=by.post,
        by_org=by.org,
        by_name=by.user.name,
        by_post_label=by.role_label,
        by_org_name=by.org.name,
        acting_for=by.acts_for(case) if step in STEPS and STEPS[step].turn == "filing" else None,
        reason=reason,
        rule=rule,
        returned_to=returned_to,
        before=before,
    )
