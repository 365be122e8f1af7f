"""Nobody but whoever fills the form in now gets it unmasked, whatever is posted."""

import pytest

from bangfu.casework.applications.forms import STEPS
from bangfu.casework.applications.queries import with_application
from bangfu.casework.cases import actions as case_actions
from bangfu.casework.cases.states import State
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(world):
    return world.by("officer")


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


@pytest.mark.parametrize("name", ["edit", "submit", "return", "appeal", "start_again", "add_member", "sign_all"])
def test_another_county_finds_no_such_application(form_of, world, officer, name):
    case = make_case(officer)
    stranger = form_of(world.by("officer", world.foreign_plant), case)
    assert stranger.press(name).status_code == 404
    assert with_application(stranger.client.by).filter(pk=case.pk).count() == 0


@pytest.mark.parametrize("state", [s for s in State if s != State.DRAFT])
def test_the_form_can_be_read_in_every_state(form_of, officer, state):
    case = make_case(officer, state)
    page = form_of(officer, case).page("applicant")
    assert "授权书" in page
    number = case.declared.applicant.id_number
    assert (number in page) is False
    case_actions.reveal(case, by=officer, reason="电话核对")
    assert number in form_of(officer, case).page("applicant")
