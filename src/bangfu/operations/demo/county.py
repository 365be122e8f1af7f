"""Unions and people of the demo."""

from datetime import date

from django.contrib.auth.hashers import make_password

from bangfu.foundations.organisations.models import Kind, Level, Organisation, Post, Role, User
from bangfu.foundations.organisations.tree import place

PASSWORD = "shili-bangfu-2026"  # noqa: S105  the demo's, printed at every start
COUNTY, INDUSTRY = "130102", "13CY01"
SINCE = date(2017, 1, 1)
ZONES = [("示例东街道工会", Kind.TOWNSHIP), ("示例西街道工会", Kind.TOWNSHIP), ("示例工业园区工会", Kind.ZONE)]
TRADES = [
    "纺织厂", "机械厂", "制药厂", "公交公司", "印刷厂", "食品厂", "建筑公司", "化工厂", "热力公司", "商场",
    "学校", "医院", "环卫公司", "水泥厂", "电机厂", "服装厂", "物流公司", "家具厂", "钢管厂", "饭店",
    "酒厂", "玻璃厂", "供水公司", "陶瓷厂", "轴承厂", "造纸厂", "出租车公司", "仪表厂", "幼儿园", "园林公司",
]  # fmt: skip
STAFF = {
    Level.GRASSROOTS: [
        (Role.OFFICER, "工会干事"),
        (Role.CHAIR, "工会主席"),
        (Role.INVESTIGATOR, "工会委员"),
        (Role.INVESTIGATOR, "女工委员"),
    ],
    Level.TOWNSHIP: [(Role.REVIEWER, "工会副主席"), (Role.OFFICER, "工会干事"), (Role.INVESTIGATOR, "工会干事")],
    Level.COUNTY: [
        (Role.REVIEWER, "权益保障部部长"),
        (Role.OFFICER, "权益保障部干事"),
        (Role.ADMIN, "管理员"),
        (Role.INVESTIGATOR, "干事"),
    ],
    Level.CITY: [
        (Role.REVIEWER, "服务中心主任"),
        (Role.OFFICER, "服务中心干事"),
        (Role.ADMIN, "管理员"),
        (Role.INVESTIGATOR, "干事"),
    ],
    Level.PROVINCE: [(Role.SUPERVISOR, "权益保障部"), (Role.REVIEWER, "权益保障部"), (Role.ADMIN, "管理员")],
}
SHORT = {
    Role.OFFICER: "jb", Role.CHAIR: "zx", Role.INVESTIGATOR: "dc", Role.REVIEWER: "sh", Role.SUPERVISOR: "jd", Role.ADMIN: "gl",
}  # fmt: skip
WORDS = "甲乙丙丁戊己庚辛壬癸"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶"


def person_name(number: int) -> str:
    """示例赵甲子: a surname and two stems, marked; distinct for 3,000 numbers."""
    return f"示例{SURNAMES[number % 30]}{WORDS[number // 30 % 10]}{WORDS[number // 300 % 10]}"


def make_unions() -> list[Organisation]:
    """30 grassroots unions in one county under three townships (two directly under the county), one of an industry union."""
    county = Organisation.objects.get(code=COUNTY)
    industry = Organisation.objects.get(code=INDUSTRY)
    zones = [
        _union(f"{COUNTY}{number:05d}", name, Level.TOWNSHIP, kind, county)
        for number, (name, kind) in enumerate(ZONES, start=901)
    ]
    unions = []
    for number, trade in enumerate(TRADES):
        parent = county if number in (14, 29) else zones[number % 3]
        unions.append(
            _union(f"{COUNTY}{number + 911:05d}", f"示例{trade}工会", Level.GRASSROOTS, Kind.GRASSROOTS, parent)
        )
    unions.append(_union(f"{INDUSTRY}00911", "示例铁路工务段工会", Level.GRASSROOTS, Kind.GRASSROOTS, industry))
    return unions


def make_people(unions: list[Organisation]) -> list[tuple[str, str]]:
    """Accounts and posts for every level; returns (login, what it is) of those that are shown at the start."""
    province = Organisation.objects.get(level=Level.PROVINCE)
    above = Organisation.objects.filter(code__in=[COUNTY, COUNTY[:4] + "00", INDUSTRY]).order_by("level", "code")
    townships = Organisation.objects.filter(code__startswith=COUNTY, level=Level.TOWNSHIP, is_demo=True).order_by(
        "code"
    )
    password, shown, number = make_password(PASSWORD), [], 2000
    logins = {unions[0].id: "jc", unions[-1].id: "ty", province.id: "sheng"}
    for org in [*unions, *townships, *above, province]:
        short = (
            logins.get(org.id)
            or {"130100": "shi", "130102": "xian", "13CY01": "chanye"}.get(org.code)
            or f"u{org.code[-3:]}"
        )
        if org == townships[0]:
            short = "zhen"
        seen: dict[Role, int] = {}
        for role, title in STAFF[Level(org.level)]:
            seen[role] = seen.get(role, 0) + 1
            login = f"{short}-{SHORT[role]}{seen[role] if seen[role] > 1 else ''}"
            user = User.objects.create(username=login, name=person_name(number), password=password)
            Post.objects.create(user=user, org=org, role=role, title=title, from_date=SINCE)
            number += 1
            if short in ("jc", "ty", "zhen", "xian", "shi", "chanye", "sheng"):
                shown.append((login, f"{org.name} {role.label}"))
    return shown


def _union(code: str, name: str, level: Level, kind: Kind, parent: Organisation) -> Organisation:
    org = Organisation(
        code=code,
        name=name,
        level=level,
        kind=kind,
        is_demo=True,
        opened_on=SINCE,
        phone=f"0311-5550{int(code[-3:]):04d}",
    )
    return place(org, parent)
