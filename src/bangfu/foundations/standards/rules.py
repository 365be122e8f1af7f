"""Reasons why a value may not be entered or confirmed now."""

import datetime as dt

from bangfu.foundations.codes.money import MAX_FEN
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.standards.models import FIGURES, SETTINGS, Placed, read_setting

# A later correction is usual, a date of another century is a slip.
EARLIEST = dt.date(2000, 1, 1)
FURTHEST = dt.timedelta(days=731)


def reasons_not_to_enter_figure(name: str, value: object, start: dt.date, document: str, on: dt.date) -> list[Reason]:
    """`value` is fen (int) for money, else a Decimal."""
    kind = FIGURES.get(name)
    if kind is None:
        return [Reason("没有这个标准项目。", field="name")]
    found = _reasons_for_any(start, document, on)
    if not isinstance(value, int) and kind.is_money:
        found.append(Reason("请填写金额。", field="value"))
    elif value is None or value <= 0:  # type: ignore[operator]
        found.append(Reason("数值应大于零。", field="value"))
    elif value > MAX_FEN:  # type: ignore[operator]
        found.append(Reason("数值太大了，请检查是否多写了零。", field="value"))
    return found


def reasons_not_to_enter_setting(name: str, value: str, start: dt.date, document: str, on: dt.date) -> list[Reason]:
    """The value must be one which the setting can have."""
    if name not in SETTINGS:
        return [Reason("没有这个设置项目。", field="name")]
    found = _reasons_for_any(start, document, on)
    try:
        read_setting(name, value)
    except ValueError as wrong:
        found.append(Reason(str(wrong), field="value"))
    return found


def reasons_not_to_confirm(thing: Placed) -> list[Reason]:
    """A row is confirmed once, and not after it was dropped."""
    if thing.dropped_at:
        return [Reason("这一条已经作废了。")]
    return [Reason("这一条已经有人确认过了。")] if thing.confirmed_at else []


def reasons_not_to_drop(thing: Placed) -> list[Reason]:
    """What counts already is not dropped: a later value takes its place."""
    if thing.confirmed_at:
        return [Reason("这一条已经确认生效，不能作废；请录入同一执行日期的正确数值，由另一人确认后替换。")]
    return [Reason("这一条已经作废了。")] if thing.dropped_at else []


def _reasons_for_any(start: dt.date, document: str, on: dt.date) -> list[Reason]:
    found = []
    if not EARLIEST <= start <= on + FURTHEST:
        found.append(Reason("执行日期应在 2000 年以后、两年以内，请核对。", field="start"))
    if not document.strip():
        found.append(Reason("请写明依据的文件名称和文号。", field="document"))
    return found
