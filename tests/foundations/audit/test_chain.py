"""The audit chain holds against raw SQL by the pages' role."""

import pytest
from django.db import DatabaseError, connection, transaction

from bangfu.foundations.audit import queries
from bangfu.foundations.audit.actions import record
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.audit.verbs import LABELS
from bangfu.foundations.privacy.scope import scoped
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


def broken() -> list:
    """Breaks as seen inside the test's transaction. The head table is the owner's, so it is looked at in the long tests."""
    last: dict[int, tuple[int, bytes]] = {}
    found = []
    for entry in queries.entries_in_order("default"):
        found += queries.breaks_of(entry, last)
    return found


def test_entries_of_a_county_form_one_chain_from_the_first(world):
    by = world.by("officer")
    case = make_case(by)
    for number in range(3):
        record(by, "applications.save", case, case_id=case.id, number=number)
    entries = list(Entry.objects.filter(county_id=world.county.id).order_by("seq"))
    assert [entry.seq for entry in entries] == list(range(entries[0].seq, entries[0].seq + len(entries)))
    assert all(bytes(b.previous_hash) == bytes(a.hash) for a, b in zip(entries, entries[1:], strict=False))
    assert broken() == []


def test_counties_have_chains_of_their_own(world):
    make_case(world.by("officer"))
    make_case(world.by("officer", world.foreign_plant))
    counties = set(Entry.objects.values_list("county_id", flat=True))
    assert {world.county.id, world.other_county.id} <= counties


def test_a_narrow_scope_still_chains_onto_entries_it_cannot_see(world):
    make_case(world.by("officer", world.county_plant))
    by = world.by("officer")
    with scoped(world.textile.id):
        make_case(by)
    assert broken() == []


def test_raw_sql_cannot_choose_its_place_or_hash(world):
    case = make_case(world.by("officer"))
    columns = "org_id, township_id, county_id, city_id, province_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_entry ({columns}, seq, at, user_name, post_label, by_org_name, verb, thing_type, thing_id, reason, detail,"
            f" previous_hash, hash) SELECT {columns}, 99999, now(), '', '', '', 'cases.reveal', 'x', 1, '', '{{}}', 'forged', 'forged'"
            " FROM cases_case WHERE id = %s",
            [case.id],
        )
    forged = Entry.objects.order_by("-id").first()
    assert forged.seq != 99999
    assert bytes(forged.hash) != b"forged"
    assert broken() == []


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_raw_sql_cannot_change_or_delete(world, statement):
    make_case(world.by("officer"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_verb_has_a_label():
    assert all(label for label in LABELS.values())
