"""A small world: two counties of one city, 辛集, an industry union, a union directly under a county, and their people."""

from functools import cached_property

from bangfu.foundations.organisations.models import Kind, Level, Organisation, Post, Role, User
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.organisations.tree import place

PASSWORD = "示例-password-1"  # noqa: S105
START = "2017-01-01"

# code, name, level, kind, parent code
TREE = [
    ("130000", "河北省总工会", Level.PROVINCE, Kind.PROVINCE, None),
    ("130100", "石家庄市总工会", Level.CITY, Kind.CITY, "130000"),
    ("130102", "石家庄市长安区总工会", Level.COUNTY, Kind.COUNTY, "130100"),
    ("130109", "石家庄市藁城区总工会", Level.COUNTY, Kind.COUNTY, "130100"),
    ("130181", "辛集市总工会", Level.CITY, Kind.CITY, "130000"),
    ("13CY01", "河北省产业工会", Level.CITY, Kind.INDUSTRY, "130000"),
    ("13010200001", "示例街道工会", Level.TOWNSHIP, Kind.TOWNSHIP, "130102"),
    ("13010200002", "示例纺织工会", Level.GRASSROOTS, Kind.GRASSROOTS, "13010200001"),
    ("13010200003", "示例直属厂工会", Level.GRASSROOTS, Kind.GRASSROOTS, "130102"),
    ("13010900001", "示例外县街道工会", Level.TOWNSHIP, Kind.TOWNSHIP, "130109"),
    ("13010900002", "示例外县工厂工会", Level.GRASSROOTS, Kind.GRASSROOTS, "13010900001"),
    ("13018100001", "示例镇工会", Level.TOWNSHIP, Kind.TOWNSHIP, "130181"),
    ("13018100002", "示例皮革工会", Level.GRASSROOTS, Kind.GRASSROOTS, "13018100001"),
    ("13CY0100001", "示例铁路工务段工会", Level.GRASSROOTS, Kind.GRASSROOTS, "13CY01"),
    ("13010000001", "示例市属单位工会", Level.GRASSROOTS, Kind.GRASSROOTS, "130100"),
    ("13000000001", "示例省属单位工会", Level.GRASSROOTS, Kind.GRASSROOTS, "130000"),
]
# union code → (role, number of people)
STAFF = {
    Level.GRASSROOTS: [(Role.OFFICER, 2), (Role.INVESTIGATOR, 3), (Role.CHAIR, 1)],
    Level.TOWNSHIP: [(Role.REVIEWER, 1), (Role.OFFICER, 1), (Role.INVESTIGATOR, 1), (Role.CHAIR, 1)],
    Level.COUNTY: [(Role.REVIEWER, 2), (Role.OFFICER, 1), (Role.INVESTIGATOR, 1), (Role.ADMIN, 1)],
    Level.CITY: [(Role.REVIEWER, 2), (Role.OFFICER, 1), (Role.INVESTIGATOR, 1), (Role.ADMIN, 1)],
    Level.PROVINCE: [(Role.REVIEWER, 1), (Role.SUPERVISOR, 1), (Role.ADMIN, 2)],
}


def make_world() -> None:
    """Create the tree and its people, in the caller's transaction."""
    made: dict[str, Organisation] = {}
    for code, name, level, kind, parent in TREE:
        org = Organisation(
            code=code,
            name=name,
            level=level,
            kind=kind,
            division_code=code if code[:6].isdigit() and len(code) == 6 else "",
        )
        made[code] = place(org, made[parent] if parent else None)
        for role, count in STAFF[level]:
            for number in range(1, count + 1):
                user = User.objects.create_user(f"{code}-{role}-{number}", f"示例{role.label}{number}", PASSWORD)
                Post.objects.create(user=user, org=org, role=role, from_date=START)


class World:
    """Look-ups in the small world: world.textile, world.by("chair"), world.by("reviewer", world.county)."""

    def org(self, code: str) -> Organisation:
        return Organisation.objects.get(code=code)

    province = cached_property(lambda self: self.org("130000"))
    city = cached_property(lambda self: self.org("130100"))
    county = cached_property(lambda self: self.org("130102"))
    other_county = cached_property(lambda self: self.org("130109"))
    township = cached_property(lambda self: self.org("13010200001"))
    textile = cached_property(lambda self: self.org("13010200002"))
    county_plant = cached_property(lambda self: self.org("13010200003"))
    foreign_plant = cached_property(lambda self: self.org("13010900002"))
    xinji = cached_property(lambda self: self.org("130181"))
    leather = cached_property(lambda self: self.org("13018100002"))
    industry = cached_property(lambda self: self.org("13CY01"))
    railway = cached_property(lambda self: self.org("13CY0100001"))
    city_plant = cached_property(lambda self: self.org("13010000001"))
    province_plant = cached_property(lambda self: self.org("13000000001"))

    def by(self, role: str, org: Organisation | None = None, number: int = 1) -> Acting:
        """The n-th holder of a role in a union (default: the textile works)."""
        org = org or self.textile
        posts = Post.objects.filter(org=org, role=role).select_related("user", "org").order_by("id")
        post = posts[number - 1]
        return Acting(post.user, post)

    def appoint(self, role: str, org: Organisation, *, user: User | None = None, **fields) -> Acting:
        """A new post, of a new user unless one is given."""
        user = user or User.objects.create_user(f"new-{org.code}-{role}-{User.objects.count()}", "示例新人", PASSWORD)
        post = Post.objects.create(user=user, org=org, role=role, **{"from_date": START, **fields})
        return Acting(user, post)
