"""Every URL × anonymous, a foreign county, a foreign grassroots union: nothing foreign is shown or moved."""

import itertools

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.casework.cases.models import Case, Transition
from tests.factories.cases import make_case
from tests.repository.test_house import url_patterns

pytestmark = pytest.mark.django_db

# Doors without log-in, each on purpose.
PUBLIC = {"notices:public"}
OURS = [(name, pattern) for name, pattern in url_patterns() if ":" in name]


def arguments(pattern, ids: dict[str, int]) -> dict:
    """A value for each argument of a URL: the id of a thing of the textile works where the name says which."""
    values = {}
    for name, converter in pattern.pattern.converters.items():
        values[name] = ids.get(name, ids["pk"]) if converter.regex == "[0-9]+" else "x"
    return values


@pytest.mark.parametrize(("name", "pattern"), OURS, ids=[name for name, _ in OURS])
def test_nobody_enters_without_logging_in(world, name, pattern):
    if name in PUBLIC:
        return
    case = make_case(world.by("officer"))
    url = reverse(name, kwargs=arguments(pattern, {"case_id": case.id, "pk": case.id}))
    for method in ("get", "post"):
        response = getattr(Client(), method)(url)
        assert response.status_code in (302, 403, 404, 405), (method, response.status_code)
        if response.status_code == 302:
            assert response.url.startswith("/accounts/login/")


STRANGERS = list(itertools.product(["officer", "chair", "investigator"], ["foreign_plant"])) + [
    ("reviewer", "other_county"), ("officer", "other_county"), ("admin", "other_county"), ("reviewer", "industry"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "pattern"), [(n, p) for n, p in OURS if "case_id" in p.pattern.converters])
def test_a_stranger_finds_no_case_by_its_id(world, sign_in, name, pattern):
    case = make_case(world.by("officer"), "in_assistance", name="示例机密")
    before = (case.state, case.version, Transition.objects.filter(case=case).count())
    for role, union in STRANGERS:
        client = sign_in(world.by(role, getattr(world, union)))
        url = reverse(name, kwargs=arguments(pattern, {"case_id": case.id, "pk": case.id}))
        for answer in (client.get(url), client.press(url, {"version": case.version, "reason": "试试", "text": "同意"})):
            assert answer.status_code in (302, 403, 404, 405, 409), (role, union, answer.status_code)
            assert "示例机密" not in answer.content.decode()
    case.refresh_from_db()
    assert (case.state, case.version, Transition.objects.filter(case=case).count()) == before
    assert Case.objects.count() == 1
