"""Row-level security and guards, tried with raw SQL by the pages' role."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction

from bangfu.casework.cases.models import Case
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.fields import EncryptedTextField
from bangfu.foundations.privacy.scope import current_scope, scoped, set_scope
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db

# Tables with names or contact data that have no policy, and why.
WITHOUT_POLICY = {
    "organisations_user": "log-in needs users before a post is known; it holds staff only",
}


def test_pages_run_as_a_role_that_owns_nothing_and_cannot_bypass_policies():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_every_table_with_personal_data_has_a_policy():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        protected = {name for (name,) in cursor.fetchall()}
    for model in apps.get_models():
        if any(isinstance(field, EncryptedTextField) for field in model._meta.local_fields):
            assert model._meta.db_table in protected | set(WITHOUT_POLICY), model._meta.label
    assert set(guards.scoped_tables()) <= protected


def test_a_county_sees_its_own_cases_only_even_when_the_filter_is_forgotten(world):
    ours = make_case(world.by("officer"))
    foreign = make_case(world.by("officer", world.foreign_plant))
    with scoped(world.county.id):
        assert list(Case.objects.values_list("id", flat=True)) == [ours.id]
    with scoped(world.foreign_plant.id):
        assert list(Case.objects.values_list("id", flat=True)) == [foreign.id]
    with scoped(world.city.id):
        assert set(Case.objects.values_list("id", flat=True)) == {ours.id, foreign.id}


def test_no_scope_shows_nothing(world):
    make_case(world.by("officer"))
    set_scope(None)
    assert not Case.objects.exists()


def test_rows_cannot_be_written_or_moved_outside_the_scope(world):
    ours = make_case(world.by("officer"))
    foreign = make_case(world.by("officer", world.foreign_plant))
    set_scope(world.county.id)
    assert Case.objects.filter(pk=foreign.pk).update(name="改") == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.filter(pk=ours.pk).update(**world.foreign_plant.scope())


def test_a_scope_comes_back_after_an_inner_one(world):
    set_scope(world.county.id)
    with scoped(nation=True):
        assert current_scope() == ("", "yes")
    assert current_scope() == (str(world.county.id), "")


@pytest.mark.parametrize("table", sorted(guards.APPEND_ONLY))
def test_append_only_tables_refuse_change(table):
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("table", sorted(guards.UNSEEN))
def test_unseen_tables_refuse_everything(table):
    for statement in (f"SELECT * FROM {table}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_every_door_is_a_security_definer_with_a_reason_and_a_fixed_path():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, coalesce(array_to_string(proconfig, ','), '') FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace"
            " WHERE prosecdef AND nspname = 'public'"
        )
        found = dict(cursor.fetchall())
    assert set(found) == set(guards.DOORS) | set(guards.TRIGGERS)
    assert all("search_path" in config for config in found.values())
    assert all(door.why for door in guards.DOORS.values())


def test_the_test_role_is_the_pages_role():
    assert connections["default"].settings_dict["USER"] != connections["owner"].settings_dict["USER"]


def test_the_pages_role_can_attach_no_owners_function_to_a_table_of_its_own():
    for statement in ("CREATE TEMP TABLE forged (LIKE audit_entry)", "CREATE TYPE pg_temp.sly AS (x text)"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            " AND has_function_privilege(oid, 'EXECUTE')"
        )
        assert {name for (name,) in cursor.fetchall()} == set(guards.DOORS)
