"""The only way to move a case along the table of steps.py."""

from collections.abc import Iterable
from datetime import date

from bangfu.casework.cases.models import Case, ReturnedTo, Transition
from bangfu.casework.cases.states import State
from bangfu.casework.cases.steps import NEXT, REVOCABLE, STEPS, Step
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.calendar import add_workdays
from bangfu.foundations.codes.reasons import Reason, Refused
from bangfu.foundations.organisations.access import may_for
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.standards.models import SETTINGS
from bangfu.foundations.standards.queries import setting

S = State


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


def expire(case_id: int) -> Case:
    """Close a draft that nobody touched for long (DOMAIN 2): the system's own step, logged as such."""
    case = lock(case_id, None)
    if case.state != S.DRAFT:
        raise Refused(f"这一户现在是“{case.look.label}”，不是草稿。")
    before = _snapshot(case)
    _move(case, S.WITHDRAWN, "")
    reason = "草稿长期没有改动，系统自动关闭。"
    _log(case, "withdraw", before["state"], None, reason=reason, rule="", returned_to="", before=before)
    return case


def lock(case_id: int, version: int | None) -> Case:
    """The case's row, locked until the transaction ends. Raises Refused when someone changed it since `version`."""
    case = Case.objects.select_for_update(of=("self",)).select_related("org", "turn_org").get(pk=case_id)
    if version is not None and case.version != version:
        raise Refused(
            "这一户刚刚被其他人（或您的另一个窗口）办理过，您这一页已经不是最新的，没有保存。请刷新后再办理。"
        )
    return case


def lock_all(case_ids: Iterable[int]) -> None:
    """Lock the rows of a batch before its first step, in one order for everybody.

    Each step also takes the head of its county's audit chain, so a batch that locked row by row could meet another.
    """
    list(Case.objects.select_for_update().filter(pk__in=list(case_ids)).order_by("county_id", "id").values_list("id"))


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
    if not may_for(by, "cases.take_back", case) or last.by_user_id != by.user.id or last.by_org_id != by.org.id:
        return [Reason("只有作出这个决定的人可以收回。")]
    if case.state == S.RETURNED and case.version != last.before.get("version", case.version - 1) + 1:
        return [Reason("退回以后已经有人修改，不能再收回。")]
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
        "version": case.version,
        "due_on": case.due_on.isoformat() if case.due_on else None,
    }


def _log(case: Case, step: str, origin: str, by: Acting | None, *, reason, rule, returned_to, before) -> Transition:
    return Transition.objects.create(
        **case.scope(),
        case=case,
        step=step,
        from_state=origin,
        to_state=case.state,
        by_user=by.user if by else None,
        by_post=by.post if by else None,
        by_org=by.org if by else None,
        by_name=by.user.name if by else "系统",
        by_post_label=by.role_label if by else "",
        by_org_name=by.org.name if by else "",
        acting_for=by.acts_for(case) if by and step in STEPS and STEPS[step].turn == "filing" else None,
        reason=reason,
        rule=rule,
        returned_to=returned_to,
        before=before,
    )
