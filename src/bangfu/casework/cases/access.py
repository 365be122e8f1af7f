"""Who may see a case and its masked values."""

from bangfu.casework.cases.models import Case, CaseQuerySet
from bangfu.foundations.organisations.access import may, may_for
from bangfu.foundations.organisations.scope import Acting


def visible_to(by: Acting | None) -> CaseQuerySet:
    """Cases of the acting post's own subtree; none for a post that may not view cases."""
    if not may(by, "cases.view") or by is None:
        return Case.objects.none()
    return Case.objects.within(by.org)


def may_reveal(by: Acting, case: Case) -> bool:
    """Whether the post may see a masked value of this case after giving a reason."""
    return may_for(by, "cases.reveal", case)
