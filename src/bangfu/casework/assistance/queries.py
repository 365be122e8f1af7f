"""Reads of the ledger and of the help given. Every sum leads to the rows behind it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from bangfu.casework.assistance import access
from bangfu.casework.assistance.models import Help, LedgerRow
from bangfu.casework.cases.models import Case
from bangfu.casework.households.models import Member
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting


@dataclass(frozen=True)
class YearSum:
    """What a household was given in a year: money in fen, number of records, number of those that are not money."""

    year: int
    amount: int
    count: int
    other: int


def ledger(by: Acting, *, org: Organisation, start: dt.date | None, end: dt.date | None, **narrowed: str) -> QuerySet:
    """附件8 for a union and the days on which rows were opened, with what its fifteen columns show: constant queries.

    `narrowed`: category, cause, plan, unit (part of the sponsor's name).
    """
    applicant = Member.objects.filter(position=0)
    rows = access.ledger_of(by).within(org).select_related("archive", "case__plan", "case__filed", "case__org")
    rows = rows.prefetch_related(Prefetch("case__filed__members", queryset=applicant, to_attr="worker"))
    if start:
        rows = rows.filter(opened_on__gte=start)
    if end:
        rows = rows.filter(opened_on__lte=end)
    return rows.filter(_narrow(**narrowed))


def worker_of(row: LedgerRow) -> Member | None:
    """The worker of a row of `ledger`, without another query."""
    filed = row.case.filed
    return next(iter(getattr(filed, "worker", [])), None) if filed else None


def helps_of(case: Case, year: int | None = None) -> QuerySet[Help]:
    """Help given to a household, newest first, cancelled records kept."""
    rows = case.helps.select_related("recorded_by", "cancelled_by", "receipt")
    return rows.filter(given_on__year=year) if year else rows


def sums_by_year(case: Case) -> list[YearSum]:
    """Per year, newest first; cancelled records do not count."""
    rows = (
        case.helps.filter(cancelled_reason="").annotate(year=ExtractYear("given_on")).values("year").order_by("-year")
    )
    found = rows.annotate(amount=Sum("amount", default=0), n=Count("id"), other=Count("id", filter=~Q(form="money")))
    return [YearSum(row["year"], row["amount"], row["n"], row["other"]) for row in found]


def helps(
    by: Acting, *, org: Organisation, start: dt.date | None, end: dt.date | None, kind: str = "", source: str = ""
) -> QuerySet:
    """The help that counts, given in a union's subtree within days."""
    rows = access.visible_to(by).within(org).filter(cancelled_reason="").select_related("case", "case__org")
    if start:
        rows = rows.filter(given_on__gte=start)
    if end:
        rows = rows.filter(given_on__lte=end)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(fund_source=source) if source else rows


def total(rows: QuerySet) -> dict[str, int]:
    """Money (fen), records and households of these helps. One query."""
    return rows.order_by().aggregate(
        amount=Sum("amount", default=0), count=Count("id"), cases=Count("case", distinct=True)
    )


def _narrow(category: str = "", cause: str = "", plan: str = "", unit: str = "") -> Q:
    asked = Q()
    if category:
        asked &= Q(case__filed__difficulty_category=category)
    if cause:
        asked &= Q(case__main_cause=cause)
    if plan:
        asked &= Q(case__plan__plans__contains=[plan])
    if unit:
        asked &= Q(case__plan__assist_unit__contains=unit)
    return asked
