"""Who sees notices and who may post, object, answer and clear."""

from bangfu.casework.cases.models import Case
from bangfu.casework.notices.models import Notice, Objection
from bangfu.foundations.organisations.access import may, may_for
from bangfu.foundations.organisations.models import ScopedQuerySet
from bangfu.foundations.organisations.scope import Acting


def visible_to(by: Acting | None) -> ScopedQuerySet:
    """Notices of the post's own subtree."""
    if by is None or not may(by, "cases.view"):
        return Notice.objects.none()
    return Notice.objects.within(by.org)


def may_post(by: Acting | None, thing) -> bool:
    """Whether the post may post lists and write results for the union of a meeting, notice or case (its own or below)."""
    return may_for(by, "notices.post", thing)


def may_object(by: Acting | None, case: Case) -> bool:
    """Whether the post may write down what somebody objects; this is never refused for reasons of time."""
    return may_for(by, "notices.object", case)


def may_answer(by: Acting | None, objection: Objection) -> bool:
    """Whether the post may check and answer an objection; that it did not investigate is asked by the rules."""
    return may_for(by, "notices.answer", objection)
