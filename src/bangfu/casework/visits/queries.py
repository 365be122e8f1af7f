"""Reads of visits: the team, the two witnesses side by side, the lists of who goes where."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q

from bangfu.casework.cases.access import visible_to
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households.circumstances import differences, shown
from bangfu.casework.households.models import Circumstances
from bangfu.casework.visits import rules
from bangfu.casework.visits.models import Visit
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.fields import AreaField, MoneyField
from bangfu.foundations.codes.money import format_money
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.models import Post
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.privacy.fields import EncryptedTextField
from bangfu.foundations.privacy.masking import masked

SIZE = 30
PHOTO = "22"
NOT_FILLED = "未填"
REAL_ESTATE = (
    ("commercial_housing", "商品房"),
    ("self_built", "自建房"),
    ("relocation", "拆迁安置房"),
    ("shop", "商铺"),
)


def current(case: Case) -> Visit | None:
    """The visit of the present round with its people, None before the first."""
    return (
        case.visits.filter(superseded=False)
        .select_related("case__org", "case__application")
        .prefetch_related("investigators__from_org")
        .first()
    )


def earlier(case: Case) -> models.QuerySet[Visit]:
    """Rounds that a return or a taken-back conclusion has replaced, newest first."""
    return case.visits.filter(superseded=True).prefetch_related("investigators")


def witness(pk: int | None) -> Circumstances | None:
    """A record of circumstances with its members, one query each."""
    return Circumstances.objects.prefetch_related("members").filter(pk=pk).first() if pk else None


def candidates(case: Case) -> list[Post]:
    """Who may be sent: people of the filing union, then those whom the unions above may lend. One line a person."""
    chain = [case.org_id, *case.org.ancestor_ids]
    posts = Post.objects.current().filter(org_id__in=chain).select_related("user", "org").order_by("-org__level", "id")
    found: dict[int, Post] = {}
    for post in posts:
        if rules.may_investigate(post):
            found.setdefault(post.user_id, post)
    return list(found.values())


def photos(visit: Visit) -> models.QuerySet[Attachment]:
    """入户调查照片 of this round."""
    return Attachment.objects.filter(case_id=visit.case_id, place=place_of(visit), removed_at__isnull=True)


def place_of(visit: Visit) -> str:
    """Where an attachment of this visit belongs."""
    return f"visits.visit:{visit.id}"


# ---- the two witnesses --------------------------------------------------------


def answer(thing: models.Model | None, name: str, *, revealed: bool = False) -> str:
    """One answer in words: 元 for fen, 平方米, dates, labels of codes; encrypted ones masked unless revealed; 未填."""
    if thing is None:
        return NOT_FILLED
    asked = thing._meta.get_field(name)
    value = getattr(thing, name)
    if value in (None, "", []):
        return NOT_FILLED
    if isinstance(asked, EncryptedTextField):
        return str(value) if revealed else masked(asked.kind, value)
    if isinstance(asked, MoneyField):
        return f"{format_money(value)} {asked.unit}"
    if isinstance(asked, AreaField):
        return f"{Decimal(value).normalize():f} 平方米"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(shown(thing, name))


def same(one: object, other: object) -> bool:
    """Whether two answers say the same: nothing is nothing, however it is kept; ticks have no order."""
    one, other = (sorted(value) if isinstance(value, list) else value for value in (one, other))
    return (None if one in ("", [], {}) else one) == (None if other in ("", [], {}) else other)


@dataclass(frozen=True)
class Difference:
    """An answer that the visit found otherwise than declared."""

    path: str
    label: str
    declared: str
    verified: str


def compare(declared: Circumstances, verified: Circumstances, *, revealed: bool = False) -> list[Difference]:
    """Every difference between the declaration and the visit, in words; answers that only the visit gives are no difference."""
    found = []
    ours = {None: declared} | {member.position: member for member in declared.members.all()}
    theirs = {None: verified} | {member.position: member for member in verified.members.all()}
    for path, label, one, other in differences(declared, verified):
        *place, name = path.split(".")
        if len(place) == 1:  # a person whom only one of them names
            found.append(Difference(path, label, str(one), str(other)))
            continue
        position = int(place[1]) if place else None
        said, seen = ours[position], theirs[position]
        if name != "confirmed_by_visit" and not same(getattr(said, name), getattr(seen, name)):
            words = (answer(thing, name, revealed=revealed) for thing in (said, seen))
            found.append(Difference(path, label, *words))
    return found


@dataclass(frozen=True)
class Fact:
    """One line of 附件2 调查情况 by both witnesses."""

    label: str
    declared: str
    verified: str

    @property
    def differs(self) -> bool:
        return self.verified not in ("", self.declared)


def facts(declared: Circumstances, verified: Circumstances | None) -> list[Fact]:
    """The block 调查情况 of 附件2: members, income, property, expenses, as declared and as found."""
    one, other = _lines(declared), _lines(verified) if verified else {}
    return [Fact(label, text, other.get(label, "")) for label, text in one.items()]


def _lines(c: Circumstances) -> dict[str, str]:
    return {
        "家庭人口": f"{c.household_size} 人（{names_of_counted(c)}）",
        "工资性收入": f"{format_money(c.household_wage_income)} 元/年",
        "家庭非薪资收入": answer(c, "household_nonwage_income"),
        "家庭月人均收入": f"{format_money(c.per_capita_monthly_income)} 元/人·月",
        "不动产": real_estate(c),
        "机动车辆": vehicles(c),
        "其他财产": answer(c, "other_property_text")
        if c.other_property_has == "1"
        else answer(c, "other_property_has"),
        "年度必要支出": f"{format_money(c.annual_necessary_expense)} 元/年",
        "主要致困原因": answer(c, "main_cause"),
    }


def names_of_counted(c: Circumstances) -> str:
    """Names of the persons who count, the applicant first."""
    return "、".join(member.name for member in c.members.all() if member.counted)


def real_estate(c: Circumstances) -> str:
    """商品房 1 套 62.5 平方米；… or 没有."""
    parts = [
        f"{label} {count} 套" + (f" {area.normalize():f} 平方米" if (area := getattr(c, f"{kind}_area")) else "")
        for kind, label in REAL_ESTATE
        if (count := getattr(c, f"{kind}_count"))
    ]
    return "；".join(parts) or ("没有" if c.real_estate_none else NOT_FILLED)


def vehicles(c: Circumstances) -> str:
    """汽车 1 辆（2012 年）；other ones; whether they are used regularly."""
    parts = []
    if c.car_count:
        parts.append(f"汽车 {c.car_count} 辆" + (f"（{c.car_bought_year} 年购买）" if c.car_bought_year else ""))
    parts += [c.other_vehicle] if c.other_vehicle else []
    text = "；".join(parts) or ("没有" if c.vehicle_none else NOT_FILLED)
    if c.vehicle_regular_use is None:
        return text
    used = "经常使用" + ("（受雇）" if c.vehicle_use_employed else "") if c.vehicle_regular_use else "不经常使用"
    return f"{text}，{used}"


def suggestion(visit: Visit, verified: Circumstances) -> list[Reason]:
    """Grounds that speak for 不符合, each ground once; empty = 符合 may be concluded."""
    by_ground: dict[str, Reason] = {}
    for reason in rules.known_exclusions(visit, verified):
        first = by_ground.get(reason.rule)
        by_ground[reason.rule] = replace(first, text=f"{first.text}{reason.text.split('：')[-1]}") if first else reason
    return list(by_ground.values())


# ---- lists --------------------------------------------------------------------


@dataclass
class Page:
    """One page of a list, newest first, with the address of the next."""

    rows: list
    next_url: str = ""
    prev_url: str = field(default="", init=False)


def assigned_to(by: Acting) -> list[Visit]:
    """Open visits on which this person is sent, whoever's household: the earliest day first."""
    return list(_open().filter(investigators__user_id=by.user.id).within(by.org).order_by("planned_on", "id")[:100])


def others(by: Acting, mine: Iterable[Visit], after: str = "") -> Page:
    """All other open visits of the subtree, by the order in which they came to this state. A page of thirty."""
    cases = _after(visible_to(by).filter(state=State.VISITING), after).exclude(id__in=[v.case_id for v in mine])
    page = _page(cases)
    visits = {visit.case_id: visit for visit in _open().filter(case_id__in=[case.id for case in page.rows])}
    page.rows = [visits[case.id] for case in page.rows if case.id in visits]
    return page


def waiting(by: Acting, limit: int = SIZE) -> list[Case]:
    """Submitted cases of the post's own union that wait for investigators, the longest waiting first."""
    rows = visible_to(by).awaiting(by.org).filter(state=State.SUBMITTED).with_everything_for_list()
    return list(rows.order_by("queue_at", "id")[:limit])


def revealed_today(by: Acting, case_ids: Iterable[int]) -> set[int]:
    """Cases among these whose masked values this person has opened today. One query."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    seen = Entry.objects.filter(case_id__in=list(case_ids), verb="cases.reveal", user_id=by.user.id, at__gte=midnight)
    return {case_id for case_id in seen.values_list("case_id", flat=True) if case_id}


def _open():
    rows = Visit.objects.filter(superseded=False, concluded_at__isnull=True, case__state=State.VISITING)
    return rows.select_related("case__org", "case__declared").prefetch_related("investigators")


def _after(cases, after: str):
    at, _, id_ = after.partition("~")
    try:
        moment, last = datetime.fromisoformat(at), int(id_)
    except ValueError:
        return cases
    return cases.filter(Q(queue_at__lt=moment) | Q(queue_at=moment, id__lt=last))


def _page(cases) -> Page:
    rows = list(cases.order_by("-queue_at", "-id")[: SIZE + 1])
    page = Page(rows[:SIZE])
    if len(rows) > SIZE:
        last = page.rows[-1]
        page.next_url = "?" + urlencode({"after": f"{last.queue_at.isoformat()}~{last.id}"})
    return page
