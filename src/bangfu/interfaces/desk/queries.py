"""Reads of the desk. Lists ask one state at a time (equality on scope and state, then the sort key) and unite the answers:
the database then walks its index in order at every level and size (DATA, scope)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import DateField, IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from bangfu.casework.cases import queries as cases
from bangfu.casework.cases.access import visible_to
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import FINAL, LIVE, OPEN, State
from bangfu.casework.households.models import Member
from bangfu.casework.notices.models import NoticeRow
from bangfu.foundations.codes import clock
from bangfu.foundations.organisations.models import Level, Organisation
from bangfu.foundations.organisations.scope import Acting

SIZE = 30
PROBE = 50  # how many of the longest-waiting cases of one state the reminders look at
NEVER = date(9999, 12, 31)
GROUPS: dict[str, tuple[str, frozenset[State]]] = {
    "open": ("在办", OPEN - {State.DRAFT}),
    "notice": ("公示中", frozenset({State.ON_NOTICE, State.OBJECTED})),
    "live": ("在档", LIVE),
    "closed": ("已办结", FINAL),
}
# Waiting for the end of the notice is nobody's task; the day after, a reminder says so.
NO_TASK = frozenset({State.DRAFT, State.ON_NOTICE})


class CappedCount(Subquery):
    """How many rows a query finds, counted up to its slice only: a side bar must not count a province."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet, cap: int):
        super().__init__(rows.order_by().values("pk")[: cap + 1], output_field=IntegerField())


def counts(by: Acting, wanted: dict[str, QuerySet], cap: int) -> dict[str, int]:
    """Several capped counts in one query; cap + 1 means more than cap."""
    if not wanted:
        return {}
    asked = {f"n{i}": CappedCount(rows, cap) for i, rows in enumerate(wanted.values())}
    found: Any = Organisation.objects.filter(pk=by.org.id).values(**asked).get()
    return {name: int(found[f"n{i}"]) for i, name in enumerate(wanted)}


@dataclass
class Page:
    """One page of a keyset list, with the addresses of its neighbours."""

    rows: list[Any] = field(default_factory=list)
    prev_url: str = ""
    next_url: str = ""


@dataclass(frozen=True)
class Key:
    """The sort key of a list: fields of one direction, and how each is read from the address."""

    fields: tuple[str, ...]
    readers: tuple[Callable[[str], Any], ...]
    descending: bool = True

    def ordering(self, backward: bool) -> list[str]:
        return [f"-{name}" if self.descending != backward else name for name in self.fields]

    def beyond(self, values: Sequence[Any], backward: bool) -> Q:
        """Rows after (or, backward, before) these values: a < x or (a = x and b < y)."""
        sign = "lt" if self.descending != backward else "gt"
        found, same = Q(), Q()
        for name, value in zip(self.fields, values, strict=True):
            found |= same & Q(**{f"{name}__{sign}": value})
            same &= Q(**{name: value})
        return found

    def read(self, text: str) -> list[Any] | None:
        parts = text.split("~")
        try:
            return [reader(part) for reader, part in zip(self.readers, parts, strict=True)]
        except ValueError:
            return None

    def write(self, values: Sequence[Any]) -> str:
        return "~".join(value.isoformat() if isinstance(value, date) else str(value) for value in values)


NEWEST = Key(("queue_at", "id"), (datetime.fromisoformat, int))
LONGEST = Key(("queue_at", "id"), (datetime.fromisoformat, int), descending=False)
LATEST = Key(("id",), (int,))
CHAIN = Key(("seq", "id"), (int, int))
DUE = Key(("due_key", "id"), (date.fromisoformat, int), descending=False)


def paged(probes: list[QuerySet], key: Key, params, fetch: Callable[[list[int]], Iterable], size: int = SIZE) -> Page:
    """One page out of several queries that are ordered by the same key: each is asked for one page, the best are kept.

    `params` is request.GET: `after` or `before` carry the key of the last row seen. Two queries, whatever the size.
    """
    backward = bool(params.get("before"))
    start = key.read(params.get("before") or params.get("after") or "")
    asked = []
    for rows in probes:
        rows = rows.filter(key.beyond(start, backward)) if start else rows
        asked.append(rows.order_by(*key.ordering(backward)).values_list(*key.fields)[: size + 1])
    if not asked:
        return Page()
    found = sorted(asked[0].union(*asked[1:], all=True) if asked[1:] else asked[0], reverse=key.descending != backward)
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    by_id = {row.pk: row for row in fetch([values[-1] for values in found])}
    page = Page([by_id[values[-1]] for values in found if values[-1] in by_id])
    if found and (more or backward):
        page.next_url = _address(params, after=key.write(found[-1]))
    if found and start and (more or not backward):
        page.prev_url = _address(params, before=key.write(found[0]))
    return page


def _address(params, **cursor: str) -> str:
    kept = [(name, value) for name, value in params.items() if value and name not in ("after", "before")]
    return "?" + urlencode([*kept, *cursor.items()])


def rows_of(by: Acting) -> Callable[[list[int]], Iterable[Case]]:
    """Fetches the cases of a page with what their rows show."""
    return lambda ids: visible_to(by).with_everything_for_list().filter(pk__in=ids)


# ---- the desk ----------------------------------------------------------------------------------------------------


def task_states(by: Acting) -> list[State]:
    """States in which this post has something to do when it is its union's turn."""
    return [state for state in cases.states_served(by) if state not in NO_TASK]


def tasks(by: Acting, states: list[State]):
    """Cases that wait for this post's union in these states, each with its due day (never, when it has none)."""
    due = Coalesce("due_on", Value(NEVER), output_field=DateField())
    return visible_to(by).awaiting(by.org).filter(state__in=states).annotate(due_key=due)


def task_page(by: Acting, params) -> Page:
    """My tasks, the longest overdue first; `state` and `late` narrow them."""
    states = task_states(by)
    if params.get("state") in states:
        states = [State(params["state"])]
    rows = tasks(by, states)
    if params.get("late"):
        rows = rows.filter(due_on__lt=clock.today())
    return paged([rows], DUE, params, rows_of(by))


def task_chips(by: Acting) -> list[tuple[State, int]]:
    """(state, number of tasks) for the filter, in the order of the main line."""
    found = tasks(by, task_states(by)).order_by().values_list("state").annotate(n=models.Count("pk"))
    numbers = dict(found)
    return [(state, numbers[state]) for state in State if numbers.get(state)]


def figures(by: Acting) -> dict[str, str]:
    """The numbers of the cards, in words: exact up to a county; above, a state counts up to ten thousand (10,000+)."""
    scope, today = visible_to(by), clock.today()
    mine = tasks(by, task_states(by))
    wanted: dict[str, QuerySet] = {"todo": mine, "late": mine.filter(due_on__lt=today)}
    for name in ("open", "notice", "live"):
        wanted |= {f"{name}-{state}": scope.filter(state=state) for state in GROUPS[name][1]}
    cap = 10_000 if by.org.level < Level.COUNTY else 1_000_000
    found = counts(by, wanted, cap)
    found["in_assistance"] = found[f"live-{State.IN_ASSISTANCE}"]
    return {
        name: _in_words([n for key, n in found.items() if key.split("-")[0] == name], cap)
        for name in ("todo", "late", "open", "notice", "live", "in_assistance")
    }


def _in_words(parts: list[int], cap: int) -> str:
    total = sum(min(part, cap) for part in parts)
    return f"{total:,}+" if any(part > cap for part in parts) else f"{total:,}"


def overdue_below(by: Acting) -> list[Case]:
    """Cases that are overdue at a union below (督办), the longest first, out of those that wait longest in each state."""
    if by.org.level == Level.GRASSROOTS:
        return []
    scope = visible_to(by).exclude(turn_org=by.org)
    probes = [
        scope.filter(state=state).order_by("queue_at", "id").values_list("due_on", "id")[:PROBE]
        for state in State
        if state in OPEN - NO_TASK
    ]
    late = sorted(pair for pair in probes[0].union(*probes[1:], all=True) if pair[0] and pair[0] < clock.today())
    by_id = {case.id: case for case in rows_of(by)([id_ for _, id_ in late])}
    return [by_id[id_] for _, id_ in late if id_ in by_id]


def running_notices(by: Acting) -> list[NoticeRow]:
    """The rows of the longest running notices of the subtree, the first to end first."""
    oldest = (
        visible_to(by).filter(state=State.ON_NOTICE).order_by("queue_at", "id").values_list("id", flat=True)[:PROBE]
    )
    rows = NoticeRow.objects.within(by.org).filter(case_id__in=list(oldest), superseded=False)
    return list(rows.select_related("notice", "org").order_by("notice__notice_to", "id"))


def in_state(by: Acting, state: State, *, own: bool = False, limit: int = 5) -> list[Case]:
    """The longest waiting cases of one state, of the subtree or of the post's own union only."""
    rows = visible_to(by).with_everything_for_list().filter(state=state)
    rows = rows.filter(org=by.org) if own else rows
    return list(rows.order_by("queue_at", "id")[:limit])


def drafts_ending(by: Acting, keep_days: int) -> int:
    """Drafts of the own union that will be closed within a week when nobody touches them."""
    limit = clock.now() - timedelta(days=keep_days - 7)
    rows = visible_to(by).filter(org=by.org, state=State.DRAFT, queue_at__lt=limit)
    return counts(by, {"drafts": rows}, 99)["drafts"]


# ---- all cases ---------------------------------------------------------------------------------------------------


def states_of(params) -> list[State]:
    """The states a list is narrowed to: one state, a group, or all."""
    chosen = params.get("state", "")
    if chosen in list(State):
        return [State(chosen)]
    states = GROUPS.get(params.get("group", ""), ("", frozenset(State)))[1]
    return [state for state in State if state in states]


def case_page(by: Acting, params, *, org: Organisation | None = None, since=None, until=None) -> Page:
    """All cases in scope, newest first (overdue ones: the longest first), one probe for each state."""
    scope = visible_to(by)
    if org is not None:
        scope = scope.within(org)
    if params.get("cause"):
        scope = scope.filter(main_cause=params["cause"])
    if since:
        scope = scope.filter(queue_at__gte=_midnight(since))
    if until:
        scope = scope.filter(queue_at__lt=_midnight(until + timedelta(days=1)))
    key = NEWEST
    if params.get("late"):
        scope, key = scope.filter(due_on__lt=clock.today()), LONGEST
    return paged([scope.filter(state=state) for state in states_of(params)], key, params, rows_of(by))


def found_by(by: Acting, text: str) -> list[Case]:
    """What a search found, at most fifty, newest first, each with its applicant for the masked columns."""
    applicant = models.Prefetch("declared__members", Member.objects.filter(position=0))
    rows = cases.search(by, text).select_related("declared").prefetch_related(applicant)
    return list(rows.order_by("-queue_at", "-id")[:50])


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.CHINA)
