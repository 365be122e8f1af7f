"""Reads of notices that several pages need."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.notices import rules
from bangfu.casework.notices.access import visible_to
from bangfu.casework.notices.models import Notice, NoticeRow, Objection
from bangfu.casework.reviews.models import Item, Meeting
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.scope import Acting

SIZE = 20
WAITING = [State.ON_NOTICE, State.OBJECTED]
KINDS = {"": "公示中", "due": "期满待登记", "over": "已结束"}


@dataclass
class Page:
    """One page of the list, with the address of the next."""

    rows: list[Any] = field(default_factory=list)
    prev_url: str = ""
    next_url: str = ""


def notice_page(by: Acting, kind: str, after: int | None) -> Page:
    """Notices that run, that ended without all results, or that are over; newest first, 20 a page."""
    found = _of_kind(visible_to(by), kind)
    if after:
        found = found.filter(id__lt=after)
    # The ids first: the database walks its index for one page and counts rows for that page only.
    ids = list(found.order_by("-id").values_list("id", flat=True)[: SIZE + 1])
    more, ids = len(ids) > SIZE, ids[:SIZE]
    counted = Notice.objects.filter(id__in=ids).annotate(
        row_count=Count("rows", filter=Q(rows__superseded=False)),
        open_count=Count("rows", filter=_open("rows__")),
        objected_count=Count("rows", filter=Q(rows__superseded=False, rows__case__state=State.OBJECTED)),
    )
    rows = list(counted.select_related("org").order_by("-id"))
    start = f"?kind={kind}" if kind else "?"
    return Page(
        rows,
        prev_url=start if after else "",
        next_url=f"{start}&after={rows[-1].id}" if more else "",
    )


def _of_kind(notices: QuerySet[Notice], kind: str) -> QuerySet[Notice]:
    today = clock.today()
    if kind == "":
        return notices.filter(notice_to__gte=today)
    unfinished = NoticeRow.objects.filter(_open("")).values("notice_id")
    ended = notices.filter(notice_to__lt=today)
    return ended.filter(id__in=unfinished) if kind == "due" else ended.exclude(id__in=unfinished)


def _open(prefix: str) -> Q:
    """Rows without a result whose household still waits for one."""
    return Q(
        **{
            f"{prefix}superseded": False,
            f"{prefix}cleared_at__isnull": True,
            f"{prefix}case__state__in": WAITING,
        }
    )


def meetings_to_post(by: Acting) -> list[Meeting]:
    """Meetings whose passed households wait to be posted, the last first, each with `waiting` (户)."""
    if not may(by, "notices.post"):
        return []
    # The cases first, by their list index: few wait to be posted, while the agenda lines grow for ever.
    cases = Case.objects.within(by.org).filter(state=State.PASSED)
    passed = Item.objects.filter(case__in=cases, superseded=False, result="pass")
    waiting = dict(passed.order_by().values_list("meeting_id").annotate(Count("id"))[:50])
    meetings = Meeting.objects.within(by.org).filter(id__in=waiting).select_related("org").order_by("-held_at", "-id")
    for meeting in meetings:
        meeting.waiting = waiting[meeting.id]  # type: ignore[attr-defined]
    return list(meetings)


def to_post(meeting: Meeting, repeat: list[int]) -> list[Item]:
    """The households of a meeting that passed and wait, and those of `repeat` (case ids) whose notice must run again."""
    items = meeting.items.filter(superseded=False, result="pass").filter(
        Q(case__state=State.PASSED) | Q(case_id__in=repeat)
    )
    found = items.select_related("case__org", "case__verified", "case__filed", "case__declared")
    found = found.prefetch_related("case__verified__members")
    return [item for item in found if not rules.reasons_not_to_list(item.case, passed=True)]


def last_notice(org_id: int) -> Notice | None:
    """The union's last notice, whose phones and place are proposed again."""
    return Notice.objects.filter(org_id=org_id).order_by("-id").first()


def rows_of(notice: Notice) -> QuerySet[NoticeRow]:
    """The rows as posted, with their cases and objections."""
    objections = Prefetch("objections", Objection.objects.order_by("received_on", "id"))
    rows = notice.rows.select_related("notice", "case__org", "case__verified", "case__filed", "case__declared")
    members = "case__verified__members", "case__filed__members"
    return rows.prefetch_related(objections, *members).order_by("id")


def rows_of_case(case: Case) -> QuerySet[NoticeRow]:
    """Every notice of a case, the last first, with objections and who answered."""
    objections = Objection.objects.select_related("received_by", "answered_by").order_by("received_on", "id")
    rows = case.notice_rows.select_related("notice").order_by("-id")
    return rows.prefetch_related(Prefetch("objections", objections))


def days_left(notice: Notice) -> str:
    """还剩 3 天, 尚未开始, 已满: what stands beside the period; days of the calendar, as people count."""
    today = clock.today()
    if today > notice.notice_to:
        return "公示期已满"
    if today < notice.notice_from:
        return "尚未开始"
    left = (notice.notice_to - today).days
    return f"还剩 {left} 天" if left else "今天是最后一天"


def public_notice(token: str) -> dict | None:
    """What a running notice shows to everybody: through the door only, names masked; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM door_public_notice(%s, %s)", [token, clock.today()])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if not rows:
        return None
    for row in rows:
        row["cause"] = lists.label("cause_application", row["main_cause"])
    return {**rows[0], "rows": rows}


def repeat_needed(case: Case) -> list:
    """Reasons why the notice of a case must run again, for the rooms after this one; empty = it need not."""
    return rules.reasons_to_repeat(case)
