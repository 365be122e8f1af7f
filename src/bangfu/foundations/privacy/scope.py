"""The scope of one transaction: whose subtree row-level security shows."""

from contextlib import contextmanager

from django.db import connection, transaction


def set_scope(org_id: int | None, *, nation: bool = False) -> None:
    """Set the subtree for the rest of the current transaction. Raises when there is none: a scope must not outlive it."""
    if not connection.in_atomic_block:
        raise RuntimeError("a scope is set inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.scope', %s, true), set_config('app.nation', %s, true)",
            [str(org_id) if org_id else "", "yes" if nation else ""],
        )


def current_scope() -> tuple[str, str]:
    """What is set now: (organisation id or '', 'yes' or '')."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.scope', true), current_setting('app.nation', true)")
        scope, nation = cursor.fetchone()
    return scope or "", nation or ""


@contextmanager
def scoped(org_id: int | None = None, *, nation: bool = False):
    """A transaction with a scope, for commands and jobs; the outer scope, if any, comes back afterwards."""
    with transaction.atomic():
        before = current_scope()
        set_scope(org_id, nation=nation)
        yield
        set_scope(int(before[0]) if before[0] else None, nation=before[1] == "yes")
