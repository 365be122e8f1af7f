"""The flow table and the way it moves a case."""

import pytest

from bangfu.casework.cases import flow
from bangfu.casework.cases.states import State
from bangfu.foundations.codes.reasons import Refused
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


def test_the_path_of_a_grassroots_union_in_a_township_has_three_levels(world):
    case = make_case(world.by("officer"))
    assert flow.path_of(case) == [
        (State.AT_TOWNSHIP, world.township.id),
        (State.AT_COUNTY, world.county.id),
        (State.AT_CITY, world.city.id),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("county_plant", [("at_county", "county"), ("at_city", "city")]),
        ("leather", [("at_township", None), ("at_city", "xinji")]),
        ("railway", [("at_city", "industry")]),
        ("city_plant", [("at_city", "city")]),
        ("province_plant", [("at_city", "province")]),
        ("county", [("at_city", "city")]),
    ],
)
def test_missing_levels_are_skipped(world, name, expected):
    org = getattr(world, name)
    case = make_case(world.by("officer", org))
    path = flow.path_of(case)
    assert [state.value for state, _ in path] == [state for state, _ in expected]
    for (_, id_), (_, union) in zip(path, expected, strict=True):
        assert union is None or id_ == getattr(world, union).id


def test_a_stale_page_changes_nothing(world):
    case = make_case(world.by("officer"), State.SUBMITTED)
    flow.take(case.id, "assign", by=world.by("officer"), version=case.version)
    with pytest.raises(Refused, match="不是最新"):
        flow.take(case.id, "assign", by=world.by("officer"), version=case.version)
