"""Why a union cannot be added, renamed, moved or closed, and why a person cannot be appointed.

Unions know nothing of cases: rooms that keep something in a union register what stands in the way (`obstacle`).
"""

import datetime as dt
import re
from collections.abc import Callable

from django.db.models import Q

from bangfu.foundations.codes import clock, divisions
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.organisations.models import Kind, Level, Organisation, Post, Role, User

Obstacle = Callable[[Organisation], list[Reason]]
OBSTACLES: dict[str, list[Obstacle]] = {"move": [], "close": []}

# What may hang under a union, by its level, and at which level the new union then stands.
KINDS_BELOW: dict[int, dict[Kind, Level]] = {
    Level.PROVINCE: {
        Kind.INDUSTRY: Level.CITY,
        Kind.ORGANS: Level.CITY,
        Kind.COUNTERPART: Level.CITY,
        Kind.CITY: Level.CITY,
        Kind.GRASSROOTS: Level.GRASSROOTS,
    },
    Level.CITY: {
        Kind.COUNTY: Level.COUNTY,
        Kind.TOWNSHIP: Level.TOWNSHIP,
        Kind.ZONE: Level.TOWNSHIP,
        Kind.GRASSROOTS: Level.GRASSROOTS,
    },
    Level.COUNTY: {Kind.TOWNSHIP: Level.TOWNSHIP, Kind.ZONE: Level.TOWNSHIP, Kind.GRASSROOTS: Level.GRASSROOTS},
    Level.TOWNSHIP: {Kind.GRASSROOTS: Level.GRASSROOTS},
    Level.GRASSROOTS: {},
}
OWN_CODE = re.compile(r"13[0-9A-Z]{4}")


def obstacle(verb: str) -> Callable[[Obstacle], Obstacle]:
    """Register what stands in the way of moving or closing a union; called with the union, empty = nothing."""

    def register(check: Obstacle) -> Obstacle:
        OBSTACLES[verb].append(check)
        return check

    return register


def needs_code(level: int) -> bool:
    """County unions and those above have a code of six characters; below, the code is given by the system."""
    return level <= Level.COUNTY


def reasons_not_to_add(parent: Organisation, kind: str, name: str, code: str) -> list[Reason]:
    """Why no union of this kind, name and code can be added under `parent` (numbers: DOMAIN 4)."""
    if parent.closed_on:
        return [Reason(f"{parent.name}已撤销，不能在其下新增工会。")]
    below = KINDS_BELOW[parent.level]
    if kind not in below:
        return [Reason(f"{parent.get_level_display()}工会之下不能设这一类工会。", field="kind")]
    reasons = _name_reasons(name, parent)
    if needs_code(below[Kind(kind)]):
        reasons += _code_reasons(code)
    return reasons


def reasons_not_to_rename(org: Organisation, name: str, from_date: dt.date) -> list[Reason]:
    """Why a union cannot have this name from this day on; the old name stays as dated history."""
    if org.closed_on:
        return [Reason("这个工会已撤销，不能更名。")]
    reasons = []
    if name == org.name:
        reasons.append(Reason("新名称与现在的名称相同。", field="name"))
    else:
        reasons += _name_reasons(name, org.parent)
    if from_date > clock.today():
        reasons.append(Reason("启用日期不能晚于今天；到那一天再办理更名。", field="from_date"))
    last = org.names.exclude(to_date=None).order_by("-to_date").first()
    if last and last.to_date and from_date <= last.to_date:
        reasons.append(Reason(f"启用日期应晚于上一次更名（{last.to_date:%Y-%m-%d}）。", field="from_date"))
    return reasons


def reasons_not_to_move(org: Organisation, parent: Organisation) -> list[Reason]:
    """Why a union cannot hang under `parent`: a move stays within the county; between counties files are transferred."""
    if org.level < Level.TOWNSHIP:
        return [Reason("县级及以上工会的隶属关系不能在这里调整。")]
    reasons = []
    if org.closed_on or parent.closed_on:
        reasons.append(Reason("已撤销的工会不能调整，也不能接收下级工会。", field="parent"))
    if parent.level >= org.level:
        reasons.append(Reason("新的上级工会级别应高于这个工会。", field="parent"))
    if parent.id == org.parent_id:
        reasons.append(Reason("它现在就隶属于这个工会。", field="parent"))
    if parent.county_id != org.county_id:
        reasons.append(Reason("只能在本县（市、区）之内调整；跨县的须逐户办理档案转移。", field="parent"))
    return reasons or [reason for check in OBSTACLES["move"] for reason in check(org)]


def reasons_not_to_close(org: Organisation) -> list[Reason]:
    """Why a union cannot be closed: it is closed already, or unions, people or cases still belong to it."""
    if org.closed_on:
        return [Reason("这个工会已经撤销。")]
    reasons = []
    children = org.children.open().count()
    if children:
        reasons.append(Reason(f"它还有 {children} 个下级工会，请先调整或撤销下级工会。"))
    posts = Post.objects.current().filter(org=org).count()
    if posts:
        reasons.append(Reason(f"还有 {posts} 人在这里任职，请先免去任职。"))
    return reasons + [reason for check in OBSTACLES["close"] for reason in check(org)]


def reasons_not_to_add_user(username: str) -> list[Reason]:
    """Why an account of this name cannot be made."""
    if User.objects.filter(username__iexact=username).exists():
        return [Reason("这个登录名已有人用，请换一个（例如加上单位简称或数字）。", field="username")]
    return []


def reasons_not_to_appoint(
    user: User | None,
    org: Organisation,
    role: str,
    from_date: dt.date,
    to_date: dt.date | None,
    substitute_for: Post | None,
) -> list[Reason]:
    """Why this person cannot hold this post in these days. `user` is None for an account that is just being made."""
    reasons = []
    if org.closed_on:
        reasons.append(Reason("这个工会已撤销，不能任职。"))
    if to_date and to_date < from_date:
        reasons.append(Reason("任职截止日期不能早于开始日期。", field="to_date"))
    if substitute_for:
        reasons += _substitute_reasons(user, org, role, to_date, substitute_for)
    if user:
        reasons += _holder_reasons(user, org, role, from_date, to_date)
    return reasons


def reasons_not_to_dismiss(post: Post, last_day: dt.date) -> list[Reason]:
    """Why a post cannot end on this day: it stays on record for every day on which it was used."""
    if post.to_date and post.to_date < clock.today():
        return [Reason("这个任职已经结束。")]
    if last_day < post.from_date:
        return [Reason("最后一天不能早于任职开始的日期。", field="last_day")]
    if last_day < clock.today() - dt.timedelta(days=1):
        return [Reason("最后一天最早填昨天（立即失效），不能倒填更早的日期。", field="last_day")]
    return []


def _name_reasons(name: str, parent: Organisation | None) -> list[Reason]:
    siblings = parent.children.open() if parent else Organisation.objects.none()
    if siblings.filter(name=name).exists():
        return [Reason(f"{parent.name}之下已有同名的工会。", field="name")]  # type: ignore[union-attr]
    return []


def _code_reasons(code: str) -> list[Reason]:
    if Organisation.objects.filter(code=code).exists():
        return [Reason("这个工会编号已被使用，编号不能重复也不能再用。", field="code")]
    if not (divisions.is_known(code) or OWN_CODE.fullmatch(code)):
        return [Reason("工会编号应为六位行政区划代码；没有区划代码的用 13 加四位字母或数字。", field="code")]
    return []


def _substitute_reasons(
    user: User | None, org: Organisation, role: str, to_date: dt.date | None, replaced: Post
) -> list[Reason]:
    reasons = []
    if replaced.org_id != org.id or replaced.role != role:
        reasons.append(Reason(f"只能代理本工会的同一岗位（{Role(role).label}）。", field="substitute_for"))
    if user and replaced.user_id == user.id:
        reasons.append(Reason("不能代理自己的岗位。", field="substitute_for"))
    if to_date is None:
        reasons.append(Reason("代理须写明截止日期。", field="to_date"))
    return reasons


def _holder_reasons(
    user: User, org: Organisation, role: str, from_date: dt.date, to_date: dt.date | None
) -> list[Reason]:
    if not user.is_active:
        return [Reason("这个账号已停用，请先启用。")]
    same = user.posts.filter(org=org, role=role).filter(Q(to_date=None) | Q(to_date__gte=from_date))
    if to_date:
        same = same.filter(from_date__lte=to_date)
    return [Reason(f"{user.name}在这段时间已担任这个岗位。", field="role")] if same.exists() else []
