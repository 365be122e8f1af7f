"""Sweeping files that no row names: left by a server that died between file and row."""

from procrastinate.contrib.django import app

from bangfu.foundations.documents import actions


@app.periodic(cron="37 3 * * *")
@app.task(name="documents.sweep_orphans")
def sweep_orphans(timestamp: int) -> int:
    """Delete attachment files older than a day without a row. Returns how many."""
    return actions.sweep_orphans()
