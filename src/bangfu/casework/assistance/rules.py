"""Which help can be recorded, and which record can be cancelled."""

import datetime as dt

from bangfu.casework.archives.models import Archive
from bangfu.casework.assistance.models import Form, Help
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason


def reasons_not_to_record(case: Case, archive: Archive | None, given: dict) -> list[Reason]:
    """Why this help cannot be recorded: the household is in assistance, the day is real, there is something given."""
    if case.state != State.IN_ASSISTANCE or archive is None:
        return [Reason("发放联系卡、建立台账之后才登记帮扶情况。")]
    reasons = _about_day(given.get("given_on"), archive.filed_on)
    if not given.get("kind"):
        reasons.append(Reason("请选择属于哪项帮扶计划。", field="kind"))
    if given.get("form") not in Form.values:
        return [*reasons, Reason("请选择帮扶形式。", field="form")]
    if given["form"] == Form.MONEY:
        if not given.get("amount") or given["amount"] <= 0:
            reasons.append(Reason("请填写金额，应大于 0。", field="amount"))
        if not given.get("fund_source"):
            reasons.append(Reason("请选择资金来源。", field="fund_source"))
    elif not (given.get("goods") or "").strip():
        reasons.append(Reason("请写明给了什么物品或提供了什么服务。", field="goods"))
    return reasons


def reasons_not_to_cancel(help: Help, reason: str) -> list[Reason]:
    """Why a record cannot be cancelled: it is already, or no reason is given."""
    if help.cancelled_reason:
        return [Reason("这条记录已经作废。")]
    return [] if len(reason.strip()) >= 2 else [Reason("请写明作废的理由。", field="reason")]


def _about_day(day: dt.date | None, filed_on: dt.date) -> list[Reason]:
    if day is None:
        return [Reason("请填写帮扶日期。", field="given_on")]
    if day > clock.today():
        return [Reason("帮扶日期不能晚于今天。", field="given_on")]
    if day < filed_on:
        return [Reason(f"帮扶日期不能早于建档日期（{filed_on:%Y-%m-%d}）。", field="given_on")]
    return []
