"""Nobody but whoever fills the form in now gets it unmasked, whatever is posted."""

import pytest

from bangfu.casework.applications.forms import STEPS
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "union", "state"),
    [
        ("supervisor", "province", "draft"),
        ("supervisor", "province", "in_assistance"),
        ("reviewer", "city", "submitted"),
        ("investigator", "textile", "draft"),
        ("officer", "textile", "visiting"),
        ("chair", "textile", "rejected"),
    ],
)
def test_a_posted_step_shows_no_number_to_who_may_not_edit(world, sign_in, role, union, state):
    case = make_case(world.by("officer"), state)
    client = sign_in(world.by(role, getattr(world, union)))
    secrets = [case.declared.applicant.id_number, case.declared.phone, case.declared.residence_address]
    for step in STEPS:
        for version in ({"version": "1"}, {"version": str(case.version)}):
            answer = client.press(f"/applications/{case.id}/edit/?step={step}", version | {"step": step})
            shown = client.get(f"/applications/{case.id}/edit/?step={step}")
            assert answer.status_code in (403, 409)
            for text in (answer.content.decode(), shown.content.decode()):
                assert not any(secret in text for secret in secrets)
