"""Who may assign, record, sign and conclude a visit."""

from bangfu.casework.cases import queries as cases
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.visits.models import Investigator
from bangfu.foundations.organisations.access import may_for
from bangfu.foundations.organisations.scope import Acting


def may_assign(by: Acting, case: Case) -> bool:
    """Whether the post may name the investigators now: at first, or others before the conclusion."""
    if case.state == State.VISITING:
        return may_for(by, "visits.assign", case)
    return cases.may_take(by, case, "assign")


def may_record(by: Acting, case: Case) -> bool:
    """Whether the post may write down what the visit found and conclude it."""
    return cases.may_take(by, case, "find_eligible")


def may_sign(by: Acting, case: Case, signer: Investigator | None) -> bool:
    """Whether this person signs here: named as an investigator, acting in a post of the union that sent them."""
    return signer is not None and not signer.is_helper and signer.from_org_id == by.org.id and may_record(by, case)
