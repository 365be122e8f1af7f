"""Reads of reviews: who may be put on an agenda, meetings, the summary of a household, the drafted minutes."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Prefetch, Q

from bangfu.casework.cases.access import visible_to as visible_cases
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households.models import Circumstances
from bangfu.casework.reviews import rules
from bangfu.casework.reviews.access import visible_to
from bangfu.casework.reviews.models import Item, Meeting
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.money import format_money
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting

SIZE = 30
RESULT_WORDS = {rules.PASS: "评议通过", rules.FAIL: "评议未通过"}


def agenda(by: Acting, org: Organisation, ids: Iterable[int] | None = None) -> list[Case]:
    """Candidate households of a union, the longest waiting first, with their visits and agenda lines; or those with these ids."""
    rows = visible_cases(by).filter(org=org)
    rows = rows.filter(id__in=list(ids)) if ids is not None else rows.filter(state=State.CANDIDATE)
    items = Prefetch("review_items", Item.objects.select_related("meeting"))
    return list(rows.select_related("org").prefetch_related("visits", items).order_by("queue_at", "id")[:500])


def free(cases: Iterable[Case], meeting: Meeting | None = None) -> list[Case]:
    """Those that are on no other open meeting's agenda."""
    return [
        case
        for case in cases
        if all(meeting is not None and item.meeting_id == meeting.id for item in rules.open_items(case))
    ]


def unions_waiting(by: Acting) -> list[Organisation]:
    """Unions below which have candidates: whom the post may act for."""
    ids = visible_cases(by).filter(state=State.CANDIDATE).exclude(org=by.org).order_by().values("org").distinct()[:50]
    return list(Organisation.objects.filter(id__in=ids))


def items_of(meeting: Meeting) -> list[Item]:
    """The agenda with its cases."""
    return list(meeting.items.select_related("case__org").order_by("position", "id"))


def items_of_case(case: Case) -> list[Item]:
    """Every time a case was on an agenda, newest first."""
    return list(case.review_items.select_related("meeting").order_by("-meeting__held_at", "-id"))


def attendee_names(meeting: Meeting) -> list[str]:
    """Who was there, when names were written down."""
    return list(meeting.attendees.values_list("name", flat=True))


def summary(case: Case) -> str:
    """情况摘要 of a household for the meeting: figures and the category of the cause, from the verified circumstances."""
    found = Circumstances.objects.prefetch_related("members").filter(pk=case.verified_id or case.declared_id).first()
    if found is None:
        return ""
    return (
        f"家庭人口 {found.household_size} 人，家庭年收入 {format_money(found.household_annual_income)} 元，"
        f"月人均 {format_money(found.per_capita_monthly_income)} 元，年度必要支出 {format_money(found.annual_necessary_expense)} 元，"
        f"主要致困原因：{found.get_main_cause_display() or '未填'}"
    )


def votes_in_words(item: Item) -> str:
    """同意 8 票，反对 0 票，弃权 1 票，甲回避."""
    text = f"同意 {item.agree} 票，反对 {item.against} 票，弃权 {item.abstain} 票"
    return text + (f"，{item.recused}回避" if item.recused else "")


def minutes(meeting: Meeting, items: Iterable[Item]) -> str:
    """内容 of 附件4, drafted from what is recorded; people edit it afterwards."""
    at = clock.local(meeting.held_at)
    items = list(items)
    lines = [
        f"{at.year}年{at.month}月{at.day}日{at:%H:%M}，在{meeting.place}召开{meeting.name}，评议小组应到 {meeting.member_count} 人，"
        f"实到 {meeting.attendee_count} 人。主持人{meeting.chair}，记录人{meeting.recorder}。",
        f"会议听取了调查人员对 {len(items)} 户申请家庭的入户调查情况介绍，逐户评议并表决：",
    ]
    for number, item in enumerate(items, start=1):
        result = f"{votes_in_words(item)}，{RESULT_WORDS[item.result]}。" if item.result else "（尚未表决）"
        lines.append(f"{number}. {item.case.name}：{item.facts}。{result}")
    return "\n".join(lines)


@dataclass
class Page:
    """One page of meetings, newest first."""

    rows: list = field(default_factory=list)
    next_url: str = ""
    prev_url: str = ""


def meetings(by: Acting | None, after: str = "") -> Page:
    """Meetings of the subtree with how many households each had and how many passed."""
    rows = visible_to(by).select_related("org")
    at, _, id_ = after.partition("~")
    with suppress(ValueError):
        moment = datetime.fromisoformat(at)
        rows = rows.filter(Q(held_at__lt=moment) | Q(held_at=moment, id__lt=int(id_)))
    found = list(rows.order_by("-held_at", "-id")[: SIZE + 1])
    page = Page(found[:SIZE])
    if len(found) > SIZE:
        page.next_url = "?" + urlencode({"after": f"{page.rows[-1].held_at.isoformat()}~{page.rows[-1].id}"})
    counted = Item.objects.filter(meeting__in=page.rows).values_list("meeting").order_by()
    numbers = {
        pk: (n, passed) for pk, n, passed in counted.annotate(n=Count("id"), passed=Count("id", Q(result=rules.PASS)))
    }
    for meeting in page.rows:
        meeting.households, meeting.passed = numbers.get(meeting.id, (0, 0))
    return page
