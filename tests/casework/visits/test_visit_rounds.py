"""Rounds of a visit: taken back, returned, another team; and what the database itself keeps."""

import pytest
from django.db import DatabaseError, connection, transaction

from bangfu.casework.cases import actions as cases
from bangfu.casework.cases.models import Case
from bangfu.casework.households.models import PersonClaim
from bangfu.casework.visits import actions
from bangfu.casework.visits.models import Investigator, Visit
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from tests.casework.visits.test_visits import assign, conclude, sign, team, version, visited, write
from tests.casework.visits.test_visits import in_march as in_march
from tests.casework.visits.test_visits import submitted as submitted

pytestmark = pytest.mark.django_db


def test_a_taken_back_conclusion_opens_a_new_round(world, submitted):
    visited(world, submitted, self_built_count=1)
    conclude(world, submitted, conclusion="0", ground="R-EX-1", reason="拥有两套住宅")
    by = world.by("investigator")
    cases.take_back(submitted.id, by=by, version=version(submitted))
    assert PersonClaim.objects.filter(case_id=submitted.id).count() == 2
    with pytest.raises(Refused, match="结论已收回"):
        write(world, submitted, self_built_count=None)
    visit = actions.resume(submitted.id, by=by, version=version(submitted))
    assert [one.signed_at for one in visit.investigators.all()] == [None, None]
    assert Visit.objects.filter(case=submitted, superseded=True).count() == 1
    write(world, submitted, self_built_count=None)
    sign(world, submitted)
    assert conclude(world, submitted).state == "candidate"


def test_after_a_return_to_the_applicant_the_visit_is_made_anew(world, submitted):
    visited(world, submitted)
    conclude(world, submitted)
    Case.objects.filter(pk=submitted.pk).update(state="submitted", returned_to="")
    visit = assign(world, submitted)
    case = Case.objects.get(pk=submitted.pk)
    assert Visit.objects.filter(case=case, superseded=True).count() == 1
    assert case.verified.frozen_at is None
    assert visit.surveyed_on is None


def test_another_team_before_the_conclusion_keeps_who_stays(world, submitted):
    assign(world, submitted)
    write(world, submitted)
    sign(world, submitted)
    visit = assign(world, submitted, team(world, 2, 3))
    found = {one.user_id: bool(one.signed_at) for one in visit.investigators.all()}
    assert found == {team(world, 2)[0].user_id: True, team(world, 3)[0].user_id: False}
    assert Visit.objects.filter(case=submitted).count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE visits_visit SET conclusion = '0' WHERE concluded_at IS NOT NULL",
        "DELETE FROM visits_investigator",
        "UPDATE visits_investigator SET signed_at = NULL",
        "UPDATE households_circumstances SET self_built_count = 0 WHERE frozen_at IS NOT NULL",
    ],
)
def test_a_concluded_visit_holds_against_raw_sql(world, submitted, statement):
    visited(world, submitted)
    conclude(world, submitted)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_one_signature_does_not_conclude_by_raw_sql(world, submitted):
    assign(world, submitted)
    Investigator.objects.filter(user=world.by("investigator").user).update(signed_at=clock.now())
    with pytest.raises(DatabaseError, match="two investigators"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE visits_visit SET concluded_at = now()")
