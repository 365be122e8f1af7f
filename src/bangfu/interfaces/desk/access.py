"""Who may read the trail."""

from django.db.models import QuerySet

from bangfu.foundations.audit.models import Entry
from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.models import LEVEL_COLUMN, Level
from bangfu.foundations.organisations.scope import Acting


def may_audit(by: Acting | None) -> bool:
    """Whether the post may read the trail of its subtree."""
    return may(by, "audit.view")


def entries_visible_to(by: Acting | None) -> QuerySet[Entry]:
    """Entries of the post's subtree; the county stands in front, because each county's chain is indexed."""
    if by is None or not may_audit(by):
        return Entry.objects.none()
    entries = Entry.objects.filter(**{LEVEL_COLUMN[Level(by.org.level)]: by.org.id})
    return entries.filter(county_id=by.org.county_id) if by.org.level >= Level.COUNTY else entries
