"""Who may fill in, submit and return an application."""

from bangfu.casework.applications.models import is_open_to_applicant
from bangfu.casework.cases.models import Case
from bangfu.foundations.organisations.access import FILING, may, may_for, visible_to
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting


def may_edit(by: Acting | None, case: Case) -> bool:
    """Whether the post fills in this application now: its own union's or one below, while it is open to changes."""
    return may_for(by, "applications.edit", case) and is_open_to_applicant(case)


def may_start(by: Acting | None, org: Organisation) -> bool:
    """Whether the post may open a draft for `org`: its own union or, acting for it, one below (代办)."""
    if by is None or not may(by, "applications.edit") or org.level not in FILING or org.closed_on:
        return False
    return org.id == by.org.id or by.org.is_above(org)


def may_start_again(by: Acting | None, case: Case) -> bool:
    """Whether the post may open a new draft from a case that is over."""
    return may_for(by, "applications.edit", case)


def unions_to_file_for(by: Acting | None):
    """The unions for which the post may open a draft: its own and all open ones below."""
    return visible_to(by).filter(level__in=FILING, closed_on__isnull=True)
