"""Who may see, fill, check and amend the file."""

from bangfu.casework.archives.models import Archive
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.queries import may_act_for_filing_union
from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.models import ScopedQuerySet
from bangfu.foundations.organisations.scope import Acting


def visible_to(by: Acting | None) -> ScopedQuerySet:
    """Archives of the post's subtree."""
    if by is None or not may(by, "cases.view"):
        return Archive.objects.none()
    return Archive.objects.within(by.org)


def may_edit(by: Acting | None, case: Case) -> bool:
    """Whether the post fills 附件6 of this case, its own or acting for the filing union."""
    return may_act_for_filing_union(by, case, "archives.edit")


def may_check(by: Acting | None, case: Case) -> bool:
    """Whether the post checks 附件6 of this case; that it is another person is a rule."""
    return may_act_for_filing_union(by, case, "archives.check")
