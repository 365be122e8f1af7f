"""Verbs of the case as a whole: withdraw, take back, reveal. The rooms' actions move it through their own steps."""

from collections.abc import Iterable

from bangfu.casework.cases import flow
from bangfu.casework.cases.access import may_reveal
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.queries import grams, initials
from bangfu.casework.cases.rules import reasons_under_way
from bangfu.casework.cases.states import CLAIMLESS, FINAL, State
from bangfu.casework.households import actions as households
from bangfu.casework.households.models import Circumstances, Member, Witness
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason, Refused, refuse_if
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.privacy.crypto import blind_index


def lock_all(case_ids: Iterable[int]) -> None:
    """Lock the cases of a batch in one order, before the first of them is moved."""
    flow.lock_all(case_ids)


def withdraw(case_id: int, *, by: Acting, version: int, reason: str) -> Case:
    """End an open case at the worker's wish or death; its claims are released (附件1 自愿停止申请)."""
    case = flow.take(case_id, "withdraw", by=by, version=version, reason=reason)
    households.release(case.id)
    audit.record(by, "cases.withdraw", case, case_id=case.id, reason=reason)
    return case


def take_back(case_id: int, *, by: Acting, version: int, reason: str = "") -> Case:
    """Undo one's own last decision while nobody has acted after it. A refused case takes its claims again.

    Raises Refused, also when the household has applied again, or another union has claimed one of the persons meanwhile.
    """
    case = flow.lock(case_id, version)
    if case.state in FINAL:
        refuse_if(reasons_under_way(case))
    case, last = flow.take_back(case_id, by=by, version=version, reason=reason)
    _restore_declaration(case)
    if last.to_state in CLAIMLESS and case.circumstances:
        households.claim(case.circumstances, case_id=case.id)
    return case


def _restore_declaration(case: Case) -> None:
    """A return to the applicant opened a fresh copy of the declaration; taken back, the frozen one stands again."""
    if case.declared is None or case.declared.frozen_at or case.state in (State.DRAFT, State.RETURNED):
        return
    frozen = Circumstances.objects.filter(household_id=case.household_id, witness=Witness.DECLARED)
    case.declared = frozen.filter(frozen_at__isnull=False).latest("id")
    case.save(update_fields=["declared"])


def reveal(case: Case, *, by: Acting, reason: str) -> None:
    """Log that the masked values of a case are shown to this person today. Raises Refused without right or reason."""
    if not may_reveal(by, case):
        raise Refused("您的岗位不能查看这一户被遮盖的内容。")
    if len(reason.strip()) < 2:
        raise Refused(Reason("请写明查看的理由（例如：电话核对入户时间）。", field="reason"))
    if not is_revealed(case, by=by):
        audit.record(by, "cases.reveal", case, case_id=case.id, reason=reason.strip())


def is_revealed(case: Case, *, by: Acting) -> bool:
    """Whether this person has given a reason for this case today."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return Entry.objects.filter(case_id=case.id, verb="cases.reveal", user_id=by.user.id, at__gte=midnight).exists()


def index(case: Case, circumstances: Circumstances) -> None:
    """Bring the search keys of a case up to date with its applicant; the caller holds the lock and saves."""
    set_search_keys(case, circumstances.applicant, circumstances)


def set_search_keys(case: Case, applicant: Member | None, circumstances: Circumstances) -> None:
    """The same with the applicant at hand; saves nothing."""
    case.name = applicant.name if applicant else ""
    case.name_grams, case.name_initials = grams(case.name), initials(case.name)
    case.id_bidx = applicant.id_bidx if applicant else None
    case.phone_bidx = blind_index(circumstances.phone, "phone") if circumstances.phone else None
    case.main_cause = circumstances.main_cause
