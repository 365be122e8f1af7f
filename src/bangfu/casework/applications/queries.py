"""Reads of applications for more than one page."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from bangfu.casework.applications import rules
from bangfu.casework.applications.models import RequestedItem, is_open_to_applicant
from bangfu.casework.cases import access
from bangfu.casework.cases.models import Case, ReturnedTo
from bangfu.casework.cases.states import State
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.scope import Acting

PAGE = 30


def to_fill(by: Acting | None, state: State = State.DRAFT):
    """Drafts, or applications returned to the applicant, of the post's subtree, newest first, with all for a list row."""
    cases = access.visible_to(by).with_everything_for_list().filter(state=state)
    if state == State.RETURNED:
        cases = cases.filter(returned_to=ReturnedTo.APPLICANT)
    slips = Attachment.objects.filter(case_id=OuterRef("pk"), kind=rules.INCOME_PROOF, removed_at__isnull=True)
    return (
        cases.annotate(slips=Exists(slips))
        .select_related("org", "turn_org", "declared", "application")
        .prefetch_related("declared__members", "application__authorisations", "application__wage_certificates__member")
        .prefetch_related("application__requested_items")
        .order_by("-queue_at", "-id")
    )


def after(cases, mark: str):
    """The part of a list after a keyset mark `instant,id`; the whole list when the mark is unreadable."""
    try:
        at, pk = mark.rsplit(",", 1)
        moment = dt.datetime.fromisoformat(at)
        return cases.filter(Q(queue_at__lt=moment) | Q(queue_at=moment, id__lt=int(pk)))
    except ValueError:
        return cases


def with_application(by: Acting | None):
    """Cases in scope with everything the form's pages read."""
    return (
        access.visible_to(by)
        .select_related("org", "turn_org", "declared", "application", "household")
        .prefetch_related(
            "declared__members",
            "application__authorisations__member",
            "application__wage_certificates__member",
            "application__requested_items",
        )
    )


def papers(case: Case) -> list[Attachment]:
    """Scans and photos of the application (not those of visits, meetings or notices)."""
    kept = Attachment.objects.filter(case_id=case.id, removed_at__isnull=True)
    return list(kept.filter(Q(place="") | Q(place__startswith="applications.")).order_by("kind", "id"))


def checklist(case: Case) -> list[dict]:
    """The papers this household is asked for, and any other that was kept, with their scans."""
    kept: dict[str, list[Attachment]] = {}
    for attachment in papers(case):
        kept.setdefault(attachment.kind, []).append(attachment)
    assert case.declared is not None
    asked = rules.checklist(case.declared)
    codes = {paper.code for paper in asked}
    others = [rules.Paper(code, "另外提供") for code in sorted(set(kept) | {"99"}) if code not in codes]
    at_hand = rules.papers_at_hand(case)
    return [{"paper": p, "files": kept.get(p.code, []), "at_hand": p.code in at_hand} for p in [*asked, *others]]


def items_to_read(case: Case) -> list[RequestedItem]:
    """What returns asked for, those still open only while the application waits: a return may have been taken back."""
    waits = is_open_to_applicant(case)
    return [item for item in case.application.requested_items.all() if waits or item.answered_at]


def stale_drafts(before: dt.datetime) -> list[int]:
    """Ids of drafts that nobody saved since `before`."""
    drafts = Case.objects.filter(state=State.DRAFT, queue_at__lt=before)
    untouched = Q(application__saved_at__isnull=True) | Q(application__saved_at__lt=before)
    return list(drafts.filter(untouched).order_by("id").values_list("id", flat=True))
