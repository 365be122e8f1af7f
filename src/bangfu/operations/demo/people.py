"""Which post of the demo takes which step."""

from bangfu.casework.cases.models import Case
from bangfu.foundations.organisations.models import Organisation, Post

ROLE_OF_STEP = {
    "assign": "chair", "find_eligible": "investigator", "find_ineligible": "investigator", "opine_grassroots": "chair", "file": "chair",
    "withdraw": "officer",
}  # fmt: skip
LEVEL_OF_STEP = {"township": "township_id", "county": "county_id", "city": "city_id"}


class People:
    """All posts of the demo by union and role, read once."""

    def __init__(self) -> None:
        self._posts: dict[tuple[int, str], list[Post]] = {}
        for post in Post.objects.select_related("user", "org").order_by("id"):
            self._posts.setdefault((post.org_id, post.role), []).append(post)

    def of(self, org: Organisation | int, role: str) -> Post:
        """The first holder of a role in a union."""
        return self._posts[(org if isinstance(org, int) else org.id, role)][0]

    def investigators(self, org: Organisation) -> list[Post]:
        """The two investigators of a grassroots union."""
        return self._posts[(org.id, "investigator")][:2]

    def for_step(self, step: str, case: Case) -> Post:
        """Who takes a step of this case."""
        level = LEVEL_OF_STEP.get(step.rpartition("_")[2])
        if level and step.startswith(("opine_", "return_", "refuse_")):
            return self.of(getattr(case, level), "reviewer")
        return self.of(case.org_id, ROLE_OF_STEP.get(step, "officer"))

    def guide(self, case: Case) -> Post:
        """The union above that agrees to sponsor and contact."""
        return self.of(case.county_id, "reviewer")
