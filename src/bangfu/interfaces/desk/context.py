"""The side bar of every page."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from bangfu.casework.cases.access import visible_to
from bangfu.casework.cases.queries import states_served
from bangfu.casework.cases.states import State
from bangfu.foundations.organisations.access import may
from bangfu.interfaces.desk import queries

S = State
SHOWN = 99


@dataclass(frozen=True)
class Door:
    """One entry: where it leads, what it is called, who sees it, and in which states a case waits behind it."""

    name: str
    label: str
    icon: str
    permissions: tuple[str, ...] = ()
    states: tuple[State, ...] = ()


DOORS = (
    Door("desk:home", "工作台", "home"),
    Door("applications:list", "申请", "file-text", ("applications.edit",), (S.DRAFT, S.RETURNED)),
    Door("visits:list", "入户调查", "home-search", ("visits.assign", "visits.record"), (S.SUBMITTED, S.VISITING)),
    Door("reviews:list", "民主评议", "gavel", ("reviews.hold",), (S.CANDIDATE,)),
    Door(
        "notices:list",
        "公示",
        "speakerphone",
        ("notices.post", "notices.object", "notices.answer"),
        (S.PASSED, S.OBJECTED),
    ),
    Door(
        "approvals:list",
        "审核",
        "rubber-stamp",
        ("approvals.opine_grassroots", "approvals.opine_township", "approvals.opine_county", "approvals.opine_city"),
        (S.NOTICE_CLEARED, S.AT_TOWNSHIP, S.AT_COUNTY, S.AT_CITY),
    ),
    Door("archives:list", "档案", "archive", ("cases.view",), (S.RECOGNISED,)),
    Door("plans:list", "帮扶计划", "target", ("plans.edit", "plans.guide"), (S.FILED, S.PLANNED)),
    Door("plans:register", "帮扶名册", "address-book", ("plans.register", "plans.guide")),
    Door("assistance:ledger", "台账", "book", ("cases.view",)),
    Door("desk:cases", "全部案件", "folder", ("cases.view",)),
    Door("organisations:tree", "工会与人员", "users"),
    Door("standards:index", "标准与设置", "settings"),
    Door("standards:holidays", "节假日", "calendar"),
    Door("desk:audit", "操作记录", "history", ("audit.view",)),
)


def navigation(request) -> dict:
    """Context processor: entries the acting post can use. Lazy, so that only pages with a side bar count."""
    if getattr(request, "acting", None) is None:
        return {"nav": []}
    search_url = reverse("desk:search") if may(request.acting, "cases.view") else ""
    return {"nav": SimpleLazyObject(lambda: entries(request)), "search_url": search_url}


def entries(request) -> list[dict]:
    """The entries in order, each with what waits behind it: one query for all counts."""
    by = request.acting
    doors = [(door, url) for door in DOORS if _opens(door, by) and (url := _url(door.name))]
    here = max((url for _, url in doors if request.path.startswith(url)), key=len, default="/")
    served = set(states_served(by))
    mine = visible_to(by).awaiting(by.org)
    asked = {door.name: served.intersection(door.states) for door, _ in doors}
    wanted = {name: mine.filter(state__in=states) for name, states in asked.items() if states}
    found = queries.counts(by, wanted, SHOWN)
    return [
        {
            "label": door.label,
            "url": url,
            "icon": door.icon,
            "active": url == here and (url != "/" or request.path == "/"),
            "count": _shown(found.get(door.name, 0)),
        }
        for door, url in doors
    ]


def _opens(door: Door, by) -> bool:
    return not door.permissions or any(may(by, key) for key in door.permissions)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _shown(count: int) -> str:
    return f"{SHOWN}+" if count > SHOWN else str(count) if count else ""
