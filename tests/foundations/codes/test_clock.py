import datetime as dt
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from bangfu.foundations.codes import clock


def test_now_is_aware_and_in_utc():
    assert clock.now().utcoffset() == dt.timedelta(0)


def test_the_day_changes_at_midnight_in_china(settings):
    settings.CLOCK_MAY_TRAVEL = True
    with clock.travel("2026-03-01T23:59:59"):
        assert clock.today() == dt.date(2026, 3, 1)
    with clock.travel("2026-03-01T16:00:00+00:00"):
        assert clock.today() == dt.date(2026, 3, 2)
        assert clock.local(clock.now()).hour == 0


def test_journeys_nest_and_end(settings):
    settings.CLOCK_MAY_TRAVEL = True
    with clock.travel(dt.date(2026, 3, 2)):
        with clock.travel("2026-04-27"):
            assert clock.today() == dt.date(2026, 4, 27)
        assert clock.local(clock.now()) == dt.datetime(2026, 3, 2, 9, tzinfo=clock.CHINA)
    assert clock.today() > dt.date(2026, 4, 27)


def test_a_server_in_another_thread_stands_at_the_same_moment(settings):
    settings.CLOCK_MAY_TRAVEL = True
    seen = []
    with clock.travel("2026-03-02"):
        thread = threading.Thread(target=lambda: seen.append(clock.today()))
        thread.start()
        thread.join()
    assert seen == [dt.date(2026, 3, 2)]


def test_in_production_nobody_sets_the_clock(settings):
    settings.CLOCK_MAY_TRAVEL = False
    with pytest.raises(ImproperlyConfigured):
        clock.set_moment("2026-03-02")
    with pytest.raises(ImproperlyConfigured), clock.travel("2026-03-02"):
        pass
