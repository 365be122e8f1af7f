"""One household of the demo on its way."""

from dataclasses import dataclass, field
from datetime import date

from bangfu.casework.archives.models import Archive
from bangfu.casework.cases.models import Case
from bangfu.casework.households.models import Circumstances, Household, Member
from bangfu.foundations.organisations.models import Organisation
from bangfu.operations.demo.households import Profile
from bangfu.operations.demo.timeline import Timeline


@dataclass
class Story:
    """What the writers of the demo need to know of a household; filled from left to right."""

    number: int
    state: str
    org: Organisation
    today: date
    household: Household
    declared: Circumstances
    declared_members: list[Member]
    profile: Profile
    timeline: Timeline
    counties: dict[int, Organisation]
    case: Case = field(default_factory=Case)
    verified: Circumstances | None = None
    filed: Circumstances | None = None
    archive: Archive | None = None
    # Steps off the main line that end it: (step, to-state, day).
    side_steps: list[tuple[str, str, date]] = field(default_factory=list)
    reason: str = ""
    rule: str = ""
    reasoned: frozenset[str] = frozenset()

    @property
    def scope(self) -> dict[str, int]:
        """The five level columns of the filing union."""
        return self.org.scope()

    @property
    def county(self) -> Organisation:
        """The county (or city-level) union whose code stands in the numbers."""
        return self.org if self.org.county_id == self.org.id else self.counties[self.org.county_id]

    @property
    def last_day(self) -> date:
        """The day of the last step."""
        steps = [*self.timeline.steps, *self.side_steps]
        return steps[-1][2] if steps else self.timeline.applied

    @property
    def visited(self) -> date | None:
        """The day of the visit when it is concluded."""
        return self.timeline.day("find_eligible") or next(
            (d for s, _, d in self.side_steps if s == "find_ineligible"), None
        )

    @property
    def reviewed(self) -> date | None:
        """The day of the meeting."""
        return self.timeline.day("pass_review") or next((d for s, _, d in self.side_steps if s == "fail_review"), None)

    @property
    def annual_income(self) -> int:
        """家庭年度总收入 (fen/年) of the declared members."""
        wages = sum(12 * (member.monthly_income or 0) for member in self.declared_members)
        return wages + (self.declared.household_nonwage_income or 0)
