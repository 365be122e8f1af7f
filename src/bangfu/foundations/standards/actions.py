"""Entering and confirming values; keeping the holiday table. Two different people for every value."""

import datetime as dt
from decimal import Decimal
from typing import TypeVar

from bangfu.foundations.audit.actions import record
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.models import Holiday
from bangfu.foundations.codes.reasons import Refused, refuse_if
from bangfu.foundations.organisations.models import Organisation, User
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.standards import access, rules
from bangfu.foundations.standards.models import FIGURES, Figure, Placed, Setting

Value = TypeVar("Value", bound=Placed)

EXAMPLE_DOCUMENT = "示例数据，不是真实标准"
EXAMPLE_DIBAO_FEN = 70000
EXAMPLE_START = dt.date(2017, 1, 1)


def enter_figure(
    *,
    by: Acting,
    name: str,
    area: Organisation | None,
    start: dt.date,
    value: int | Decimal,
    document: str,
    clause: str = "",
    is_example: bool = False,
) -> Figure:
    """Enter a figure (fen for money, else a number); it counts once another person confirmed it. Raises Refused."""
    _check_may_enter(by, area)
    refuse_if(rules.reasons_not_to_enter_figure(name, value, start, document, clock.today()))
    kind = FIGURES[name]
    row = Figure.objects.create(
        name=name,
        area=area,
        start=start,
        fen=int(value) if kind.is_money else None,
        number=None if kind.is_money else value,
        unit=kind.unit,
        document=document.strip(),
        clause=clause.strip(),
        is_example=is_example,
        entered_by=by.user,
    )
    record(by, "standards.enter", area or by.org, figure=row.id, name=name, value=str(value), start=start.isoformat())
    return row


def enter_setting(
    *, by: Acting, name: str, area: Organisation | None, start: dt.date, value: str, document: str, clause: str = ""
) -> Setting:
    """Decide an open point for an area from a day on; it counts once another person confirmed it. Raises Refused."""
    _check_may_enter(by, area)
    refuse_if(rules.reasons_not_to_enter_setting(name, value, start, document, clock.today()))
    row = Setting.objects.create(
        name=name,
        area=area,
        start=start,
        value=value.strip(),
        document=document.strip(),
        clause=clause.strip(),
        entered_by=by.user,
    )
    record(by, "standards.enter", area or by.org, setting=row.id, name=name, value=row.value, start=start.isoformat())
    return row


def confirm(thing: Value, *, by: Acting) -> Value:
    """Confirm what another person entered: from now on it counts from its start date. Raises Refused."""
    locked = _lock(thing)
    if not access.may_confirm(by, locked):
        raise Refused("录入人不能确认自己录入的数据；请由本工会或上级工会的另一位管理员、审核人确认。")
    refuse_if(rules.reasons_not_to_confirm(locked))
    locked.confirmed_by, locked.confirmed_at = by.user, clock.now()
    locked.save(update_fields=["confirmed_by", "confirmed_at"])
    record(by, "standards.confirm", locked.area or by.org, kind=locked._meta.model_name, id=locked.pk, name=locked.name)
    return locked


def drop(thing: Value, *, by: Acting) -> Value:
    """Drop a value that was entered by mistake and not yet confirmed; it stays in the history. Raises Refused."""
    locked = _lock(thing)
    if not access.may_drop(by, locked):
        raise Refused("只有录入人，或者可以确认这一条的人，才能作废它。")
    refuse_if(rules.reasons_not_to_drop(locked))
    locked.dropped_by, locked.dropped_at = by.user, clock.now()
    locked.save(update_fields=["dropped_by", "dropped_at"])
    record(by, "standards.drop", locked.area or by.org, kind=locked._meta.model_name, id=locked.pk, name=locked.name)
    return locked


def set_holiday(*, by: Acting, date: dt.date, is_workday: bool, name: str, source: str) -> Holiday:
    """Enter or change one day of the holiday table. Periods already running keep their printed end. Raises Refused."""
    _check_may_edit_calendar(by)
    values = {"is_workday": is_workday, "name": name, "source": source}
    day, _ = Holiday.objects.update_or_create(date=date, defaults=values)
    record(by, "codes.calendar", by.org, date=date.isoformat(), is_workday=is_workday)
    return day


def remove_holiday(*, by: Acting, date: dt.date) -> None:
    """Take one day out of the table, so that the rule of the week holds again. Raises Refused."""
    _check_may_edit_calendar(by)
    removed, _ = Holiday.objects.filter(date=date).delete()
    if not removed:
        raise Refused("这一天不在节假日表里，可能已经有人移除。")
    record(by, "codes.calendar", by.org, date=date.isoformat(), removed=True)


def seed_example_figures(*, entered_by: User, confirmed_by: User) -> Figure:
    """For the demo: a 低保线 of 700.00 元/人·月 for the whole province, marked 示例. Does nothing the second time."""
    row, _ = Figure.objects.get_or_create(
        name="dibao",
        area=None,
        is_example=True,
        defaults={
            "start": EXAMPLE_START,
            "fen": EXAMPLE_DIBAO_FEN,
            "unit": FIGURES["dibao"].unit,
            "document": EXAMPLE_DOCUMENT,
            "entered_by": entered_by,
            "confirmed_by": confirmed_by,
            "confirmed_at": clock.now(),
        },
    )
    return row


def _lock(thing: Value) -> Value:
    return type(thing).objects.select_for_update(of=("self",)).select_related("area").get(pk=thing.pk)


def _check_may_enter(by: Acting, area: Organisation | None) -> None:
    if not access.may_enter(by, area):
        raise Refused("您的岗位不能为这个范围录入标准或设置。")


def _check_may_edit_calendar(by: Acting) -> None:
    if not access.may_edit_calendar(by):
        raise Refused("节假日表由省、市工会的管理员维护。")
