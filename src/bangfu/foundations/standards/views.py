"""Pages: what is in force, the history of one value, entering, confirming, the holiday table."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from bangfu.foundations.codes import calendar, clock
from bangfu.foundations.codes.models import Holiday
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.standards import access, actions, queries
from bangfu.foundations.standards.forms import FigureForm, HolidayForm, SettingForm
from bangfu.foundations.standards.models import FIGURES, SETTINGS, Figure, Setting

KINDS: dict[str, tuple[Any, dict[str, Any], Any, Any]] = {
    "figures": (Figure, FIGURES, FigureForm, actions.enter_figure),
    "settings": (Setting, SETTINGS, SettingForm, actions.enter_setting),
}


@login_required
def index(request):
    """Everything in force for the acting union, and what waits for a second person."""
    by = _acting(request)
    figures = [
        {"name": name, "kind": FIGURES[name], "row": row} for name, row in queries.figures_in_force(by.org).items()
    ]
    waiting = [_line(by, row) for row in queries.waiting(by.org)]
    context = {"figures": figures, "settings": queries.settings_in_force(by.org), "waiting": waiting}
    return render(request, "standards/index.html", context)


@login_required
def history(request, kind, name):
    """All values of one name that touch the acting union, newest first."""
    by = _acting(request)
    model, registry, _, _ = _known(kind, name)
    context = {
        "kind": kind,
        "name": name,
        "about": registry[name],
        "lines": [_line(by, row) for row in queries.history(model, name, by.org)],
        "in_force": _in_force(kind, name, by.org),
        "may_enter": access.may_enter(by, by.org),
    }
    return render(request, "standards/history.html", context)


@login_required
def enter(request, kind, name):
    """The form for a new value."""
    by = _acting(request)
    _, registry, form_class, action = _known(kind, name)
    if not access.may_enter(by, by.org):
        raise PermissionDenied
    form = form_class(request.POST or None, by=by, name=name)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if kind == "settings":
            values["value"] = str(values["value"])
        if _done(form, action, by=by, name=name, **values):
            messages.success(request, "已录入，等待另一位管理员或审核人确认后生效。")
            return redirect("standards:history", kind, name)
    return render(request, "standards/enter.html", {"form": form, "about": registry[name], "kind": kind, "name": name})


@login_required
@require_POST
def confirm(request, kind, pk):
    """Confirm what another person entered."""
    by = _acting(request)
    row = actions.confirm(_row(by, kind, pk), by=by)
    messages.success(request, f"已确认：{row.label}，自 {row.start:%Y-%m-%d} 起执行。")
    return redirect("standards:history", kind, row.name)


@login_required
@require_POST
def drop(request, kind, pk):
    """Drop a mistake that nobody has confirmed yet."""
    by = _acting(request)
    row = actions.drop(_row(by, kind, pk), by=by)
    messages.success(request, f"已作废：{row.label}，记录保留备查。")
    return redirect("standards:history", kind, row.name)


@login_required
def holidays(request, year=None):
    """The holiday table of a year, with a form for one day for those who keep it."""
    by = _acting(request)
    year = year or clock.today().year
    if not 2000 <= year <= 2100:
        raise Http404
    may_edit = access.may_edit_calendar(by)
    chosen = _chosen(request.GET.get("day", ""))
    form = HolidayForm(initial=model_to_dict(chosen) | {"is_workday": str(int(chosen.is_workday))} if chosen else None)
    if request.method == "POST":
        form = HolidayForm(request.POST)
        if form.is_valid() and _done(form, actions.set_holiday, by=by, **form.cleaned_data):
            messages.success(request, "节假日表已更新。正在进行的公示仍按张贴时的日期。")
            return redirect("standards:holidays_of", form.cleaned_data["date"].year)
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    context = {
        "year": year,
        "days": Holiday.objects.filter(date__year=year),
        "warning": calendar.calendar_warning(first, last),
        "form": form,
        "may_edit": may_edit,
        "years": range(year - 4, year + 3),
    }
    return render(request, "standards/holidays.html", context)


@login_required
@require_POST
def remove_holiday(request, day):
    """Take one day out of the table."""
    date = _date(day)
    if date is None:
        raise Http404
    actions.remove_holiday(by=_acting(request), date=date)
    messages.success(request, f"{date:%Y-%m-%d} 已从节假日表移除。")
    return redirect("standards:holidays_of", date.year)


def _acting(request):
    """The acting post; a person without any post sees nothing here."""
    if getattr(request, "acting", None) is None:
        raise PermissionDenied
    return request.acting


def _known(kind, name):
    if kind not in KINDS or name not in KINDS[kind][1]:
        raise Http404
    return KINDS[kind]


def _row(by, kind, pk):
    if kind not in KINDS:
        raise Http404
    return get_object_or_404(KINDS[kind][0].objects.touching(by.org), pk=pk)


def _line(by, row):
    kind = "figures" if isinstance(row, Figure) else "settings"
    open_ = not row.confirmed_at and not row.dropped_at
    may_confirm, may_drop = open_ and access.may_confirm(by, row), open_ and access.may_drop(by, row)
    return {"row": row, "kind": kind, "open": open_, "may_confirm": may_confirm, "may_drop": may_drop}


def _in_force(kind, name, org):
    if kind == "figures":
        row = queries.figure(name, org)
        return {"shown": row.shown, "source": row.document, "row": row} if row else None
    return queries.setting_in_force(name, org)


def _chosen(day: str) -> Holiday | None:
    date = _date(day)
    return Holiday.objects.filter(date=date).first() if date else None


def _done(form, action, **values) -> bool:
    """Run the action; put its reasons at the fields they name. A refused action has changed nothing."""
    try:
        action(**values)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(reason.field if reason.field in form.fields else None, reason.text)
        return False
    return True


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
