"""Who may see, hold and record review meetings."""

from bangfu.casework.reviews.models import Meeting
from bangfu.foundations.organisations.access import may, may_for
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting


def visible_to(by: Acting | None):
    """Meetings of the post's subtree."""
    if by is None or not may(by, "cases.view"):
        return Meeting.objects.none()
    return Meeting.objects.within(by.org)


def may_hold_for(by: Acting | None, org: Organisation) -> bool:
    """Whether the post may enter a meeting of this union: its own, or acting for one below (代办)."""
    return may(by, "reviews.hold") and by is not None and (by.org.id == org.id or by.org.is_above(org))


def may_record(by: Acting | None, meeting: Meeting) -> bool:
    """Whether the post may enter votes and minutes of this meeting."""
    return may_for(by, "reviews.hold", meeting)
