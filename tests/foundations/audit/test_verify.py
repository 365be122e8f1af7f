"""Walking the chains as their owner."""

from django.db import connections

from bangfu.foundations.audit import queries
from bangfu.foundations.audit.actions import record
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.privacy.scope import scoped
from tests.factories.cases import make_case


def test_a_change_by_the_owner_is_found(real_database, world):
    by = world.by("officer")
    with scoped(nation=True):
        case = make_case(by)
        record(by, "applications.save", case, case_id=case.id)
        victim = Entry.objects.filter(case_id=case.id).order_by("-seq").first()
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET reason = 'changed' WHERE id = %s", [victim.id])
        assert [(county, seq) for county, seq, _ in queries.breaks()] == [(victim.county_id, victim.seq)]
        cursor.execute("UPDATE audit_entry SET reason = '' WHERE id = %s", [victim.id])
        assert list(queries.breaks()) == []


def test_a_changed_name_or_post_is_found_too(real_database, world):
    by = world.by("officer")
    with scoped(nation=True):
        case = make_case(by)
        entry = record(by, "applications.save", case, case_id=case.id)
    with connections["owner"].cursor() as cursor:
        for column in ("user_name", "post_label", "by_org_name"):
            cursor.execute(f"UPDATE audit_entry SET {column} = {column} || '改' WHERE id = %s", [entry.id])
            assert list(queries.breaks())
            cursor.execute(f"UPDATE audit_entry SET {column} = left({column}, -1) WHERE id = %s", [entry.id])
        assert list(queries.breaks()) == []
