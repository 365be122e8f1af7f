import datetime as dt

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bangfu.foundations.codes import calendar
from bangfu.foundations.codes.models import Holiday

pytestmark = pytest.mark.django_db
D = dt.date

days = st.dates(D(2004, 1, 1), D(2026, 9, 1))
few = hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("posted", "ends"),
    [(D(2026, 3, 11), D(2026, 3, 18)), (D(2026, 4, 27), D(2026, 5, 7)), (D(2026, 9, 30), D(2026, 10, 13))],
)
def test_five_working_days_after_the_posting(posted, ends):
    assert calendar.add_workdays(posted, 5) == ends


def test_a_week_end_worked_in_exchange_counts_and_a_holiday_does_not():
    assert calendar.is_workday(D(2026, 5, 9))
    assert not calendar.is_workday(D(2026, 5, 1))
    assert not calendar.is_workday(D(2026, 3, 14))
    assert calendar.is_workday(D(2026, 3, 13))


@few
@given(days, st.integers(1, 40))
def test_the_end_is_a_working_day_and_the_count_comes_back(start, count):
    end = calendar.add_workdays(start, count)
    assert calendar.is_workday(end)
    later = (start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(map(calendar.is_workday, later)) == count


@few
@given(days, st.integers(1, 20))
def test_a_later_start_never_ends_earlier(start, count):
    assert calendar.add_workdays(start, count) <= calendar.add_workdays(start + dt.timedelta(days=1), count)


def test_seeding_again_adds_nothing_and_keeps_what_was_changed():
    Holiday.objects.filter(date=D(2026, 5, 9)).update(is_workday=False, source="县里通知")
    assert calendar.seed_holidays() == 0
    assert Holiday.objects.get(date=D(2026, 5, 9)).source == "县里通知"
    assert not calendar.is_workday(D(2026, 5, 9))


def test_a_year_without_a_table_goes_by_the_week_and_says_so():
    assert calendar.is_workday(D(2027, 10, 1))
    assert calendar.unknown_years(D(2026, 12, 20), D(2027, 1, 10)) == [2027]
    assert "2027 年" in calendar.calendar_warning(D(2026, 12, 20), D(2027, 1, 10))
    assert calendar.calendar_warning(D(2026, 3, 1), D(2026, 3, 31)) == ""


def test_counting_from_zero_is_a_mistake():
    with pytest.raises(ValueError, match="from one"):
        calendar.add_workdays(D(2026, 3, 11), 0)


def test_a_long_closure_is_counted_over_and_one_without_end_is_refused():
    start = D(2030, 1, 1)
    off = [Holiday(date=start + dt.timedelta(days=n), name="停工", source="试验") for n in range(1, 100)]
    Holiday.objects.bulk_create(off)
    assert calendar.add_workdays(start, 1) == start + dt.timedelta(days=100)
    more = [Holiday(date=start + dt.timedelta(days=n), name="停工", source="试验") for n in range(100, 3700)]
    Holiday.objects.bulk_create(more, ignore_conflicts=True)
    with pytest.raises(ValueError, match="wrong"):
        calendar.add_workdays(start, 1)
