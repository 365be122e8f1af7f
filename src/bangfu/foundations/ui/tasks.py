"""Sweeping once-tokens."""

from datetime import timedelta

from procrastinate.contrib.django import app

from bangfu.foundations.codes import clock
from bangfu.foundations.ui.models import OnceToken


@app.periodic(cron="17 3 * * *")
@app.task(name="ui.sweep_tokens")
def sweep_tokens(timestamp: int) -> int:
    """Delete tokens spent more than a day ago; a page that old is refused by its version. Returns how many."""
    return OnceToken.objects.filter(spent_at__lt=clock.now() - timedelta(days=1)).delete()[0]
