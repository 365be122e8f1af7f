"""One person is in at most one open file in the whole database (R-FILE-1)."""

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from bangfu.casework.cases.models import Case
from bangfu.casework.households import actions
from bangfu.casework.households.models import Circumstances, PersonClaim
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.privacy.scope import scoped, set_scope
from tests.factories.cases import make_case


def same_person(case: Case, other: Case, position: int = 1) -> None:
    """Let a member of `other`'s declared record be a member of `case`'s."""
    theirs = case.declared.members.get(position=position)
    ours = other.declared.applicant
    ours.id_number = theirs.id_number
    ours.save()


@pytest.mark.django_db
def test_who_collides_is_told_by_the_unions_name_and_nothing_of_the_household(world):
    first = make_case(world.by("officer"), "submitted")
    second = make_case(world.by("officer", world.foreign_plant), name="示例乙一")
    same_person(first, second)
    set_scope(world.foreign_plant.id)
    found = actions.collisions(Circumstances.objects.get(pk=second.declared_id))
    assert len(found) == 1
    assert world.textile.name in found[0].text
    assert found[0].rule == "R-FILE-1"
    assert first.name not in found[0].text
    assert first.case_no not in found[0].text


@pytest.mark.django_db
def test_a_claim_held_elsewhere_refuses_and_leaves_nothing(world):
    first = make_case(world.by("officer"), "submitted")
    second = make_case(world.by("officer", world.foreign_plant), name="示例乙一")
    same_person(first, second)
    set_scope(world.foreign_plant.id)
    with pytest.raises(Refused, match="一户一档"):
        actions.claim(Circumstances.objects.get(pk=second.declared_id), case_id=second.id)
    set_scope(None, nation=True)
    assert not PersonClaim.objects.filter(case_id=second.id).exists()


@pytest.mark.django_db
def test_released_persons_can_be_claimed_again(world):
    first = make_case(world.by("officer"), "submitted")
    second = make_case(world.by("officer", world.foreign_plant), name="示例乙一")
    same_person(first, second)
    actions.release(first.id)
    actions.claim(Circumstances.objects.get(pk=second.declared_id), case_id=second.id)
    assert PersonClaim.objects.filter(case_id=second.id).count() == 2


@pytest.mark.django_db
def test_those_who_are_not_counted_hold_no_claim(world):
    case = make_case(world.by("officer"))
    spouse = case.declared.members.get(position=1)
    spouse.supporter_only = True
    spouse.save()
    actions.claim(Circumstances.objects.get(pk=case.declared_id), case_id=case.id)
    assert PersonClaim.objects.filter(case_id=case.id).count() == 1


@pytest.mark.django_db
def test_raw_sql_cannot_claim_a_person_twice(world):
    case = make_case(world.by("officer"), "submitted")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO person_claim (id_bidx, household_id, case_id, claimed_at, org_id, township_id, county_id, city_id, province_id)"
            " SELECT id_bidx, household_id, 0, now(), org_id, township_id, county_id, city_id, province_id FROM person_claim"
            " WHERE case_id = %s",
            [case.id],
        )


def test_of_many_who_claim_one_person_at_once_exactly_one_succeeds(real_database, world):
    with scoped(nation=True):
        cases = [make_case(world.by("officer"), name=f"示例{n}一") for n in range(8)]
        for case in cases[1:]:
            same_person(cases[0], case)
    results: list[str] = []
    barrier = threading.Barrier(len(cases))

    def claim(case: Case) -> None:
        barrier.wait()
        try:
            with scoped(nation=True):
                actions.claim(Circumstances.objects.get(pk=case.declared_id), case_id=case.id)
            results.append("claimed")
        except Refused:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scoped(nation=True):
        bidx = cases[0].declared.members.get(position=1).id_bidx
        assert PersonClaim.objects.filter(id_bidx=bidx).count() == 1
    assert results.count("claimed") >= 1
    assert len(results) == len(cases)
