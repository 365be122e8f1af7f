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
