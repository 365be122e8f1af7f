"""Cases that are ready for opinions, and opinions given the real way."""

from bangfu.casework.approvals import actions
from bangfu.casework.approvals.models import Opinion
from bangfu.casework.cases.models import Case
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting
from tests.factories.cases import make_case
from tests.factories.notices import add_cleared_notice


def make_ready(by: Acting, state: str = "notice_cleared", *, org: Organisation | None = None, **changes) -> Case:
    """A case whose notice result is written, in NOTICE_CLEARED or a later state."""
    case = make_case(by, state, org=org, **changes)
    add_cleared_notice(case, by)
    return case


def opine(by: Acting, case: Case, decision: str = "approve", text: str = "同意", **typed) -> Opinion:
    """One opinion by `by` on the case as it stands now."""
    version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
    typed.setdefault("no_kinship", True)
    return actions.give_opinion(case.id, by=by, version=version, decision=decision, text=text, **typed)
