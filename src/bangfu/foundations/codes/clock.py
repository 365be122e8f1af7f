"""The only clock of the house. Everything else asks here, so that tests and journeys can set the time."""

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

CHINA = ZoneInfo("Asia/Shanghai")

Moment = dt.datetime | dt.date | str

# One moment for the whole process, not one per thread: a journey sets it in the test's thread and
# the live server answers from others.
_lock = threading.Lock()
_moment: dt.datetime | None = None


def now() -> dt.datetime:
    """This instant, aware, in UTC."""
    with _lock:
        moment = _moment
    return moment if moment is not None else dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The civil date in China."""
    return local(now()).date()


def local(moment: dt.datetime) -> dt.datetime:
    """The same instant on a wall clock in China."""
    return moment.astimezone(CHINA)


def set_moment(moment: Moment | None) -> None:
    """Stop the clock at `moment`; None lets it run again.

    A date means nine in the morning of that day in China, a time without zone is China's.
    Raises ImproperlyConfigured when it is to stop and `settings.CLOCK_MAY_TRAVEL` is not true.
    """
    if moment is not None and not getattr(settings, "CLOCK_MAY_TRAVEL", False):
        raise ImproperlyConfigured("The clock may be set only where settings.CLOCK_MAY_TRAVEL is true.")
    global _moment
    aware = None if moment is None else _aware(moment)
    with _lock:
        _moment = aware


@contextlib.contextmanager
def travel(moment: Moment) -> Iterator[dt.datetime]:
    """Stop the clock at `moment` for a while, then put back what was before."""
    with _lock:
        before = _moment
    set_moment(moment)
    try:
        yield now()
    finally:
        set_moment(before)


def _aware(moment: Moment) -> dt.datetime:
    if isinstance(moment, str):
        moment = dt.date.fromisoformat(moment) if len(moment) == 10 else dt.datetime.fromisoformat(moment)
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time(9))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=CHINA)
    return moment.astimezone(dt.UTC)
