"""The boxes of 附件2, and the queue of a post."""

from dataclasses import dataclass, field

from django.db.models import Q

from bangfu.casework.approvals import rules
from bangfu.casework.approvals.access import boxes_of
from bangfu.casework.approvals.models import Decision, Opinion
from bangfu.casework.cases.access import visible_to
from bangfu.casework.cases.models import Case, CaseQuerySet, ReturnedTo
from bangfu.casework.cases.queries import levels_of_path, may_take
from bangfu.casework.cases.states import State
from bangfu.foundations.codes import lists
from bangfu.foundations.organisations.models import Level, Organisation
from bangfu.foundations.organisations.scope import Acting

SIZE = 50
LEVEL_BOX = {State.AT_TOWNSHIP: "T", State.AT_COUNTY: "C", State.AT_CITY: "P"}
QUEUES = {
    "G": (State.NOTICE_CLEARED, ReturnedTo.GRASSROOTS),
    "T": (State.AT_TOWNSHIP, ReturnedTo.TOWNSHIP),
    "C": (State.AT_COUNTY, ReturnedTo.COUNTY),
    "P": (State.AT_CITY, None),
}


@dataclass
class Box:
    """One of the four boxes: whose it is, what stands in it, whether it is its turn."""

    code: str
    label: str
    org: Organisation | None
    opinion: Opinion | None
    now: bool

    @property
    def on_path(self) -> bool:
        """Whether the case passes this level at all."""
        return self.org is not None


@dataclass
class Page:
    """One page of the queue, oldest due first."""

    rows: list[Case] = field(default_factory=list)
    prev_url: str = ""
    next_url: str = ""


def may_opine(by: Acting | None, case: Case, decision: str = Decision.APPROVE) -> bool:
    """Whether it is this post's turn and right to give the opinion that is due."""
    step = rules.steps_of(case).get(decision)
    return bool(step) and may_take(by, case, step or "")


def opinions(case: Case) -> list[Opinion]:
    """Every opinion ever sealed for the case, oldest first."""
    return list(case.opinions.select_related("transition").order_by("id"))


def boxes(case: Case, given: list[Opinion] | None = None) -> list[Box]:
    """The four boxes of 附件2 as they stand: the last approval or refusal that stands; a level not on the path has no union."""
    given = opinions(case) if given is None else given
    standing = {one.step: one for one in given if one.decision != Decision.RETURN and one.stands}
    path = {"G": case.org_id} | {LEVEL_BOX[state]: id_ for state, id_ in levels_of_path(case)}
    unions = Organisation.objects.in_bulk(list(path.values()))
    due = rules.box_of(case)
    return [
        Box(code, label, unions.get(path.get(code)), standing.get(code), code == due)
        for code, label in lists.choices("approval_step")
    ]


def approved_by_county_or_above(case: Case) -> bool:
    """R-APP-1: an approval of county level or higher stands."""
    return any(
        box.code in ("C", "P") and box.opinion and box.opinion.decision == Decision.APPROVE for box in boxes(case)
    )


def queue(by: Acting, *, below: bool = False) -> CaseQuerySet:
    """Cases whose opinion is due at the post's union, those returned to it too; `below`: at unions it may act for."""
    wanted = Q(pk__in=[])
    for box in boxes_of(by):
        if below and box != "G":
            continue
        state, returned_to = QUEUES[box]
        wanted |= Q(state=state)
        if returned_to:
            wanted |= Q(state=State.RETURNED, returned_to=returned_to)
    cases = visible_to(by).filter(wanted)
    cases = cases.exclude(turn_org=by.org) if below else cases.awaiting(by.org)
    return cases.with_everything_for_list().order_by("due_on", "queue_at", "id")


def may_act_below(by: Acting) -> bool:
    """Whether the post gives opinions in place of the grassroots unions below (代办)."""
    return "G" in boxes_of(by) and by.org.level < Level.GRASSROOTS


def queue_page(by: Acting, number: int, *, below: bool = False) -> Page:
    """One page of the queue; it is worked off from the front, so a plain page number will do."""
    start = (number - 1) * SIZE
    rows = list(queue(by, below=below)[start : start + SIZE + 1])
    kept = "below=1&" if below else ""
    return Page(
        rows[:SIZE],
        prev_url=f"?{kept}page={number - 1}" if number > 1 else "",
        next_url=f"?{kept}page={number + 1}" if len(rows) > SIZE else "",
    )
