"""Reads of the union tree and of its people."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bangfu.foundations.codes import clock
from bangfu.foundations.organisations.access import PERMISSIONS, visible_to
from bangfu.foundations.organisations.models import Level, Organisation, OrganisationName, Post, Role
from bangfu.foundations.organisations.scope import Acting

PAGE = 100


def children(org: Organisation, after: str = "") -> tuple[list[Organisation], str]:
    """One page of the unions directly below, by code, each with `has_children`; and the code to go on from, or ''."""
    below = Organisation.objects.filter(parent=OuterRef("pk"))
    rows = org.children.filter(code__gt=after) if after else org.children.all()
    found: list[Organisation] = list(rows.annotate(has_children=Exists(below)).order_by("code")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].code if len(found) > PAGE else ""


def search(by: Acting, text: str) -> list[Organisation]:
    """Unions in reach by code or part of a name, former names included; the higher levels first."""
    text = text.strip()
    if not text:
        return []
    former = OrganisationName.objects.filter(Q(name__contains=text) | Q(division_code=text)).values("org_id")
    hit = Q(name__contains=text) | Q(code__startswith=text.upper()) | Q(division_code=text) | Q(id__in=former)
    return list(visible_to(by).filter(hit).select_related("parent").prefetch_related("names")[:PAGE])


def numbers(org: Organisation) -> list[tuple[str, int]]:
    """How many open unions lie below, level by level."""
    counted = (
        Organisation.objects.within(org)
        .open()
        .exclude(id=org.id)
        .values("level")
        .annotate(n=Count("id"))
        .order_by("level")
    )
    return [(Level(row["level"]).label, row["n"]) for row in counted]


def posts_of_union(org: Organisation) -> tuple[list[Post], list[Post]]:
    """(current and coming, ended) posts of a union with their people."""
    posts = list(org.posts.select_related("user", "org", "substitute_for__user").order_by("role", "from_date", "id"))
    today = clock.today()
    ended = [post for post in posts if post.to_date and post.to_date < today]
    return [post for post in posts if post not in ended], ended


def new_parents(org: Organisation) -> QuerySet[Organisation]:
    """Unions of the same county under which this one may hang."""
    same = Organisation.objects.open().filter(Q(county_id=org.county_id) | Q(id=org.county_id))
    return (
        same.filter(level__lt=org.level, level__gte=Level.CITY)
        .exclude(id__in=[org.parent_id, org.id])
        .order_by("level", "code")
    )


def permission_table() -> list[dict]:
    """PERMISSIONS in plain sentences: who may, role by role, at which levels."""
    rows = []
    for key, permission in PERMISSIONS.items():
        holders = [(role.label, levels_in_words(levels)) for role, levels in permission.roles.items() if levels]
        rows.append({"key": key, "sentence": permission.sentence, "holders": holders})
    return rows


def held_by(role: Role, level: int) -> list[str]:
    """The sentences of what a role may do in a union of this level."""
    return [permission.sentence for permission in PERMISSIONS.values() if level in permission.roles.get(role, ())]


def levels_in_words(levels: frozenset[int]) -> str:
    """各级, 县级以上 (the level included) …; a set with gaps is listed."""
    short = {1: "省级", 2: "市级", 3: "县级", 4: "乡镇（街道）级", 5: "基层"}
    present = sorted(levels)
    if present == [1, 2, 3, 4, 5]:
        return "各级"
    if len(present) > 2 and present == list(range(present[0], present[-1] + 1)):
        return f"{short[present[0]]}至{short[present[-1]]}"
    return "、".join(short[level] for level in present)
