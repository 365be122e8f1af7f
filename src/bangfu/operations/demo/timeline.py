"""When each step of a demo case happened: forward from the review, so that the cases of one meeting share its day."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from bangfu.foundations.codes.calendar import add_workdays

# state → how many households of the 300 stand there.
DISTRIBUTION = {
    "draft": 12, "submitted": 14, "returned": 8, "visiting": 20, "candidate": 16, "passed": 8, "on_notice": 18, "objected": 4,
    "notice_cleared": 10, "at_township": 16, "at_county": 18, "at_city": 14, "recognised": 14, "filed": 16, "planned": 12,
    "in_assistance": 80, "rejected": 14, "withdrawn": 6,
}  # fmt: skip
LINE = [
    ("submit", "submitted"), ("assign", "visiting"), ("find_eligible", "candidate"), ("pass_review", "passed"),
    ("post_notice", "on_notice"), ("clear_notice", "notice_cleared"), ("opine_grassroots", "at_township"),
    ("opine_township", "at_county"), ("opine_county", "at_city"), ("opine_city", "recognised"),
    ("file", "filed"), ("plan", "planned"), ("issue_card", "in_assistance"),
]  # fmt: skip
# How many days before today the meeting of the cases in a state was held (their meeting is shared in a union).
REVIEWED_AGO = {
    "passed": 2, "on_notice": 5, "objected": 5, "notice_cleared": 13, "at_township": 17, "at_county": 21, "at_city": 26, "recognised": 33,
    "filed": 45, "planned": 60, "in_assistance": 150,
}  # fmt: skip
SIDE = {"objected": "on_notice", "returned": "submitted", "rejected": "visiting", "withdrawn": "submitted"}


@dataclass
class Timeline:
    """Dates of one case; `steps` in order: (step, to-state, day)."""

    applied: date
    steps: list[tuple[str, str, date]] = field(default_factory=list)
    notice_to: date | None = None

    def day(self, name: str) -> date | None:
        """The day of a step, None when it was not taken."""
        return next((day for step, _, day in self.steps if step == name), None)


def timeline(state: str, number: int, today: date, path: list[str], notice_days: int) -> Timeline:
    """The steps that lead to `state`, `path` being the states of the levels above the filing union."""
    if state == "draft":
        return Timeline(applied=today - timedelta(days=number % 20))
    until = SIDE.get(state, state)
    reviewed = add_workdays(today - timedelta(days=REVIEWED_AGO.get(until, 0)) - timedelta(days=8), 5)
    if until in REVIEWED_AGO:
        visited, applied = reviewed - timedelta(days=3 + number % 4), reviewed - timedelta(days=11 + number % 5)
    else:
        applied = today - timedelta(days=(3, 12, 6)[number % 3] + (12 if until == "candidate" else 4))
        visited = applied + timedelta(days=6)
    made = Timeline(applied=applied)
    days = _days(applied, visited, reviewed, number, made, notice_days)
    for step, target in LINE:
        if step.startswith("opine_") and step != "opine_grassroots" and f"at_{step.removeprefix('opine_')}" not in path:
            continue
        reached = _next(target, path)
        made.steps.append((step, reached, min(days[step], today)))
        if reached == until:
            break
    return made


def _days(applied, visited, reviewed, number, made: Timeline, notice_days: int) -> dict[str, date]:
    posted = add_workdays(reviewed, 1)
    made.notice_to = add_workdays(posted, notice_days)
    cleared = add_workdays(made.notice_to, 1)
    days = {"submit": applied, "assign": applied + timedelta(days=1), "find_eligible": visited, "pass_review": reviewed}
    days |= {"post_notice": posted, "clear_notice": cleared}
    day = cleared
    for place, step in enumerate(
        ["opine_grassroots", "opine_township", "opine_county", "opine_city", "file", "plan", "issue_card"]
    ):
        day = day + timedelta(days=1 + (number + place) % 4)
        days[step] = day
    return days


def _next(target: str, path: list[str]) -> str:
    """The state a step really led to when levels are missing."""
    order = ["at_township", "at_county", "at_city"]
    if target not in order:
        return target
    return next((state for state in order[order.index(target) :] if state in path), "recognised")
