"""The union tree: placing a union, and Hebei's tree from the lists of divisions (circular 主送)."""

from bangfu.foundations.codes import divisions
from bangfu.foundations.organisations.models import Kind, Level, Organisation, OrganisationName

PROVINCE_CODE = "130000"
# City-level unions beside the cities, and unions without a division code: `13` + 4 letters or digits.
BESIDE_CITIES = (
    ("13CY01", "河北省产业工会", Kind.INDUSTRY),
    ("13SZ01", "河北省直属机关工会", Kind.ORGANS),
    ("13DK01", "河北省总对口单位工会", Kind.COUNTERPART),
    ("13XA01", "雄安新区总工会", Kind.CITY),
)
ZONES = (
    ("13GX01", "石家庄高新技术产业开发区总工会", "130100"),
    ("13GX06", "保定高新技术产业开发区总工会", "130600"),
)


def place(org: Organisation, parent: Organisation | None) -> Organisation:
    """Save a union under `parent`, its ancestors copied into the level columns; a missing level repeats the one above."""
    org.parent = parent
    if org.pk is None:
        org.save()
    above = parent.province_id if parent else org.id
    org.province_id = above
    org.city_id = org.id if org.level == Level.CITY else parent.city_id if parent and org.level > Level.CITY else above
    org.county_id = (
        org.id
        if org.level == Level.COUNTY
        else parent.county_id
        if parent and org.level > Level.COUNTY
        else org.city_id
    )
    org.township_id = (
        org.id
        if org.level == Level.TOWNSHIP
        else parent.township_id
        if parent and org.level > Level.TOWNSHIP
        else org.county_id
    )
    org.save()
    return org


def next_code(parent: Organisation) -> str:
    """工会编号 below county level: the parent county's code (first six) + 5 digits."""
    prefix = parent.code[:6]
    last = (
        Organisation.objects.filter(code__startswith=prefix, code__gt=prefix + "0")
        .order_by("-code")
        .values_list("code", flat=True)
        .first()
    )
    return f"{prefix}{int(last[6:]) + 1 if last and len(last) == 11 else 1:05d}"


def load_hebei() -> int:
    """Make the tree of Hebei as far as it is missing: province, cities, counties, unions beside them. Returns how many were added."""
    before = Organisation.objects.count()
    province = _ensure(PROVINCE_CODE, "河北省总工会", Level.PROVINCE, Kind.PROVINCE, None, PROVINCE_CODE)
    places = divisions.divisions().values()
    cities = {}
    for division in places:
        if division.union_level == Level.CITY:
            name = f"{division.name}总工会"
            cities[division.code] = _ensure(division.code, name, Level.CITY, Kind.CITY, province, division.code)
    for division in places:
        if division.union_level == Level.COUNTY:
            city = cities[division.union_parent_code]
            name = f"{divisions.short_name(division.union_parent_code)}{division.name}总工会"
            _ensure(division.code, name, Level.COUNTY, Kind.COUNTY, city, division.code)
    for code, name, kind in BESIDE_CITIES:
        _ensure(code, name, Level.CITY, kind, province, "")
    for code, name, city_code in ZONES:
        _ensure(code, name, Level.COUNTY, Kind.COUNTY, cities[city_code], "")
    _load_former_names()
    return Organisation.objects.count() - before


def _ensure(code: str, name: str, level: Level, kind: Kind, parent: Organisation | None, division: str) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found:
        return found
    return place(Organisation(code=code, name=name, level=level, kind=kind, division_code=division), parent)


def _load_former_names() -> None:
    """Names of 2017 (and codes that were replaced since) as dated history of the union that stands there now."""
    current = {org.division_code: org for org in Organisation.objects.exclude(division_code="")}
    known = set(OrganisationName.objects.values_list("org__division_code", "name"))
    added = []
    for start, edition in divisions.EDITIONS[:-1]:
        for division in divisions.divisions(start).values():
            org = current.get(divisions.successor(division.code) if division.code not in current else division.code)
            name = f"{division.name}总工会"
            if org is None or division.name in org.name or (org.division_code, name) in known:
                continue
            known.add((org.division_code, name))
            added.append(
                OrganisationName(
                    org=org, name=name, division_code=division.code, from_date=start, note=f"{edition} 版区划名称"
                )
            )
    OrganisationName.objects.bulk_create(added)
