"""Whose attachments may be seen: those of the cases in scope."""

from django.db.models import QuerySet

from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.scope import Acting


def visible_to(by: Acting | None) -> QuerySet[Attachment]:
    """Attachments of the post's subtree that have not been removed."""
    if by is None or not may(by, "cases.view"):
        return Attachment.objects.none()
    return Attachment.objects.within(by.org).filter(removed_at__isnull=True)
