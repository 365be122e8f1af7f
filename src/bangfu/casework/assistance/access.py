"""Who sees the ledger and who records help."""

from bangfu.casework.assistance.models import Help, LedgerRow
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.queries import may_act_for_filing_union
from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.models import ScopedQuerySet
from bangfu.foundations.organisations.scope import Acting


def visible_to(by: Acting | None) -> ScopedQuerySet:
    """Helps of the post's subtree, cancelled ones too."""
    if by is None or not may(by, "cases.view"):
        return Help.objects.none()
    return Help.objects.within(by.org)


def ledger_of(by: Acting | None) -> ScopedQuerySet:
    """Ledger rows of the post's subtree."""
    if by is None or not may(by, "cases.view"):
        return LedgerRow.objects.none()
    return LedgerRow.objects.within(by.org)


def may_record(by: Acting | None, case: Case) -> bool:
    """Whether the post records help of this case, its own or acting for the filing union."""
    return may_act_for_filing_union(by, case, "assistance.record")
