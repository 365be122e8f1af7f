"""Working days in China. Every period of the house that is counted in working days is counted here.

The first day of a period does not count (民法典 201): a notice posted on 2026-03-11 for five working days ends on
2026-03-18.
"""

import datetime as dt

import chinese_calendar.constants as published

from bangfu.foundations.codes.models import Holiday

# From the package chinesecalendar, which copies the yearly notices.
SEEDED_FROM = "国务院办公厅节假日安排通知"
HOLIDAY_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
# No period is longer than years of days off: a guard against a loop that never ends.
FURTHEST = dt.timedelta(days=3660)


def seed_holidays() -> int:
    """Enter the published days of 2004–2026 that are not yet in the table; what an officer changed stays.

    Returns the number of days entered.
    """
    days = [_seed(date, name, is_workday=False) for date, name in published.holidays.items()]
    days += [_seed(date, name, is_workday=True) for date, name in published.workdays.items()]
    before = Holiday.objects.count()
    Holiday.objects.bulk_create(days, ignore_conflicts=True)
    return Holiday.objects.count() - before


def is_workday(day: dt.date) -> bool:
    """Whether offices work on this day."""
    return _works(day, _exceptions(day, day))


def add_workdays(start: dt.date, count: int) -> dt.date:
    """The `count`-th working day after `start`, which itself does not count. Raises ValueError below one."""
    if count < 1:
        raise ValueError("Working days are counted from one.")
    # One query for the usual case: three weeks of holidays on top of the week-ends.
    known_to = start + dt.timedelta(days=count * 2 + 21)
    exceptions = _exceptions(start, known_to)
    day = start
    while count:
        day += dt.timedelta(days=1)
        if day - start > FURTHEST:
            raise ValueError("No working day within ten years: the holiday table is wrong.")
        if day > known_to:
            known_to += dt.timedelta(days=60)
            exceptions = _exceptions(day, known_to)
        count -= _works(day, exceptions)
    return day


def unknown_years(start: dt.date, end: dt.date) -> list[int]:
    """The years of a period whose holidays are not in the table."""
    wanted = range(start.year, end.year + 1)
    known = {day.year for day in Holiday.objects.filter(date__year__in=wanted).dates("date", "year")}
    return [year for year in wanted if year not in known]


def calendar_warning(start: dt.date, end: dt.date) -> str:
    """A sentence for the page when the holidays of a year are unknown; empty otherwise."""
    years = "、".join(f"{year} 年" for year in unknown_years(start, end))
    return f"{years}的放假安排尚未录入，暂按周一至周五上班计算，请管理员补录后核对日期。" if years else ""


def _works(day: dt.date, exceptions: dict[dt.date, bool]) -> bool:
    return exceptions.get(day, day.weekday() < 5)


def _exceptions(start: dt.date, end: dt.date) -> dict[dt.date, bool]:
    return dict(Holiday.objects.filter(date__range=(start, end)).values_list("date", "is_workday"))


def _seed(date: dt.date, name: str, *, is_workday: bool) -> Holiday:
    chinese = HOLIDAY_NAMES.get(name, name)
    return Holiday(
        date=date, is_workday=is_workday, name=f"{chinese}调休" if is_workday else chinese, source=SEEDED_FROM
    )
