"""Nightly: drafts that nobody touched are closed."""

import datetime as dt

from procrastinate.contrib.django import app

from bangfu.casework.applications import actions, queries
from bangfu.casework.cases.models import Case
from bangfu.foundations.codes import clock
from bangfu.foundations.privacy.scope import scoped
from bangfu.foundations.standards.queries import setting


@app.periodic(cron="17 3 * * *")
@app.task(name="applications.close_stale")
def close_stale(timestamp: int = 0) -> int:
    """Close every draft untouched for as many days as its union's setting draft_days says. Returns how many."""
    closed = 0
    with scoped(nation=True):
        candidates = queries.stale_drafts(clock.now() - dt.timedelta(days=1))
    for case_id in candidates:
        # One transaction each: a draft that somebody is just saving stops none of the others.
        with scoped(nation=True):
            case = Case.objects.select_related("org", "application").get(pk=case_id)
            touched = case.application.saved_at or case.queue_at
            if (clock.now() - touched).days >= setting("draft_days", case.org):
                actions.close(case_id)
                closed += 1
    return closed
