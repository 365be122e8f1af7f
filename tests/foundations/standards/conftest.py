from types import SimpleNamespace

import pytest


@pytest.fixture
def tree(world):
    """A path of the small world from the province down to a factory, two people in the county and two at the top."""
    county, province = world.org("130102"), world.org("130000")
    return SimpleNamespace(
        province=province,
        city=world.org("130100"),
        other=world.org("130181"),
        county=county,
        township=world.org("13010200001"),
        shop=world.org("13010200002"),
        first=world.by("admin", county),
        second=world.by("reviewer", county),
        top=world.by("admin", province),
        top_second=world.by("reviewer", province),
        by=world.by,
    )
