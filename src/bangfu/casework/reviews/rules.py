"""Why a meeting cannot be held, its votes not be recorded, its results not be written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.reviews.models import Item, Meeting
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.standards.queries import setting, setting_in_force

PASS, FAIL = "pass", "fail"
AFTER_VISIT = "44号 一（一）2：将符合条件的列为评议对象"
NOT_PASSED = "民主评议未通过"


@dataclass(frozen=True)
class Details:
    """What is written down of a meeting beside its agenda."""

    held_at: datetime
    place: str
    member_count: int
    attendee_count: int
    chair: str
    recorder: str
    name: str = "困难职工民主评议会议"
    attendees: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Votes:
    """What the meeting said about one household; the result is what the votes say."""

    item_id: int
    agree: int
    against: int
    abstain: int
    recused: list[str] = field(default_factory=list)
    facts: str = ""


def reasons_not_to_hold(org, details: Details, cases: list[Case], meeting: Meeting | None = None) -> list[Reason]:
    """Why this meeting with this agenda cannot be entered. The cases carry their visits and open items (queries.agenda)."""
    found = list(_about_meeting(org, details))
    if not cases:
        found.append(Reason("请至少选择一户评议对象。", "cases"))
    day = clock.local(details.held_at).date()
    for case in cases:
        if case.org_id != org.id or case.state != State.CANDIDATE:
            found.append(
                Reason(f"{case.name}现在是“{case.look.label}”，不能列入这次评议。", "cases", clause=AFTER_VISIT)
            )
            continue
        elsewhere = [item for item in open_items(case) if meeting is None or item.meeting_id != meeting.id]
        if elsewhere:
            found.append(Reason(f"{case.name}已列入另一次还没有办结的评议会议。", "cases"))
        visit = next((visit for visit in case.visits.all() if not visit.superseded), None)
        if visit and visit.surveyed_on and day < visit.surveyed_on:
            text = f"会议不能早于{case.name}的入户调查（{visit.surveyed_on:%Y-%m-%d}）。"
            found.append(Reason(text, "held_at", clause=AFTER_VISIT))
    return found


def open_items(case: Case) -> list[Item]:
    """Agenda lines of a case in meetings that are not closed."""
    return [item for item in case.review_items.all() if item.meeting.closed_at is None]


def _about_meeting(org, details: Details) -> Iterable[Reason]:
    if details.held_at > clock.now():
        yield Reason("会议时间不能晚于现在，请在会后登记。", "held_at")
    if details.chair.strip() == details.recorder.strip():
        yield Reason("主持人和记录人不能是同一个人。", "recorder")
    if len(set(details.attendees)) < len(details.attendees):
        yield Reason("参会人员名单里有重复的姓名；同名的请加以区别（例如“张三（车间）”）。", "attendees")
    if details.attendee_count > details.member_count:
        yield Reason("参会人数不能多于评议小组应到人数。", "attendee_count")
    elif not quorate(org, details):
        quorum = setting_in_force("quorum", org, clock.local(details.held_at).date())
        yield Reason(
            f"到会 {details.attendee_count} 人，应到 {details.member_count} 人，不足{quorum.shown}，会议无效，请重新召集。",
            "attendee_count",
            clause=quorum.source,
        )


def quorate(org, details: Details) -> bool:
    """Whether enough of the group were there (setting quorum)."""
    share: Fraction = setting("quorum", org, clock.local(details.held_at).date())
    return details.attendee_count > 0 and details.attendee_count >= share * details.member_count


def outcome(meeting: Meeting, agree: int, recused_count: int) -> str:
    """What the votes say by the setting vote_rule in force on the day. Who withdrew as kin is not counted as present."""
    rule = setting("vote_rule", meeting.org, clock.local(meeting.held_at).date())
    present = meeting.attendee_count - recused_count
    passed = {
        "majority_present": 2 * agree > present,
        "two_thirds_present": 3 * agree >= 2 * present,
        "majority_all": 2 * agree > meeting.member_count,
    }[rule]
    return PASS if passed and agree else FAIL


def reasons_about_votes(meeting: Meeting, votes: Votes, names: set[str]) -> list[Reason]:
    """Totals that do not add up, kin who were not there. `names`: the attendees, empty when only counted."""
    found = []
    present = meeting.attendee_count - len(votes.recused)
    cast = votes.agree + votes.against + votes.abstain
    if present <= 0:
        found.append(Reason("回避以后没有人参加表决，请另行召集会议。", "recused"))
    elif cast != present:
        away = f"，回避 {len(votes.recused)} 人" if votes.recused else ""
        text = f"同意、反对、弃权合计 {cast} 票，应为 {present} 票（到会 {meeting.attendee_count} 人{away}）。"
        found.append(Reason(text, "agree"))
    if len(set(votes.recused)) < len(votes.recused):
        found.append(Reason("回避人员有重复的姓名。", "recused"))
    strangers = [name for name in votes.recused if names and name not in names]
    if strangers:
        found.append(Reason(f"{'、'.join(strangers)}不在参会人员名单中，不必回避。", "recused"))
    return found


def reasons_not_to_change(meeting: Meeting) -> list[Reason]:
    """A closed meeting stays as it is."""
    return [Reason("会议结果已经登记，不能再改。")] if meeting.closed_at else []


def reasons_not_to_close(meeting: Meeting, items: list[Item]) -> list[Reason]:
    """Every household has its votes, still waits for the review, and the minutes are written."""
    found = reasons_not_to_change(meeting)
    for item in items:
        if item.case.state != State.CANDIDATE:
            text = f"{item.case.name}现在是“{item.case.look.label}”，请先从会议中移出。"
            found.append(Reason(text, f"item-{item.id}"))
        elif not item.result:
            found.append(Reason(f"{item.case.name}还没有登记表决结果。", f"item-{item.id}"))
    if not items:
        found.append(Reason("会议没有评议对象。"))
    if not meeting.content.strip():
        found.append(Reason("请填写会议记录的内容。", "content", clause="附件4"))
    return found
