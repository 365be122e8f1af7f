import datetime as dt
from types import SimpleNamespace

import pytest

from bangfu.foundations.organisations.models import Kind, Level, Organisation, Post, Role, User
from bangfu.foundations.organisations.scope import Acting

KINDS = {
    Level.PROVINCE: Kind.PROVINCE,
    Level.CITY: Kind.CITY,
    Level.COUNTY: Kind.COUNTY,
    Level.TOWNSHIP: Kind.TOWNSHIP,
    Level.GRASSROOTS: Kind.GRASSROOTS,
}
COLUMNS = {
    Level.PROVINCE: "province_id",
    Level.CITY: "city_id",
    Level.COUNTY: "county_id",
    Level.TOWNSHIP: "township_id",
}


def union(name, level, parent=None):
    """A union under `parent`, its level columns filled; a level that is missing repeats the one above."""
    org = Organisation.objects.create(
        name=name, code=f"X{Organisation.objects.count():05d}", level=level, kind=KINDS[level], parent=parent
    )
    above = None
    for one, column in COLUMNS.items():
        above = org.id if one == level else getattr(parent, column) if parent and one < level else above
        setattr(org, column, above or org.id)
    org.save()
    return org


def acting(org, role=Role.ADMIN, name="管理员"):
    """A person in a post of `org`, for `by=`."""
    user = User.objects.create_user(f"u{User.objects.count()}", name)
    post = Post.objects.create(user=user, org=org, role=role, from_date=dt.date(2017, 1, 1))
    return Acting(user, post)


@pytest.fixture
def tree(db):
    """Province, two cities, a county, a township and a grassroots union, and two people in the county."""
    province = union("省总工会", Level.PROVINCE)
    city = union("市总工会", Level.CITY, province)
    other = union("邻市总工会", Level.CITY, province)
    county = union("县总工会", Level.COUNTY, city)
    township = union("镇总工会", Level.TOWNSHIP, county)
    shop = union("厂工会", Level.GRASSROOTS, township)
    return SimpleNamespace(
        province=province, city=city, other=other, county=county, township=township, shop=shop,
        first=acting(county, name="录入人"), second=acting(county, Role.REVIEWER, name="确认人"),
        top=acting(province, name="省管理员"), top_second=acting(province, Role.REVIEWER, name="省审核人"),
    )  # fmt: skip
