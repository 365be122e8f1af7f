"""What is in force for a union on a day: its own, else its county's, its city's, the province's, else the default."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bangfu.foundations.codes import clock
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.standards.models import (
    FIGURES,
    SETTINGS,
    UNSAID,
    Figure,
    Setting,
    in_force,
    read_setting,
    show_setting,
)


@dataclass(frozen=True)
class SettingInForce:
    """A setting as it stands for one union on one day, with where it comes from."""

    name: str
    label: str
    value: int | Fraction | str
    shown: str
    sentence: str
    source: str
    row: Setting | None


def figure(name: str, org: Organisation, on: dt.date | None = None) -> Figure | None:
    """The confirmed figure in force for `org` on a day (default today); None when nobody has entered one.

    `.value` is fen for money, else a Decimal. Raises KeyError for a name that is not in FIGURES.
    """
    if name not in FIGURES:
        raise KeyError(name)
    return _find(Figure, [name], org, on)[name]


def setting(name: str, org: Organisation, on: dt.date | None = None) -> Any:
    """The value in force for `org` on a day (default today): int, Fraction or the key of a choice.

    Raises KeyError for a name that is not in SETTINGS.
    """
    return setting_in_force(name, org, on).value


def setting_in_force(name: str, org: Organisation, on: dt.date | None = None) -> SettingInForce:
    """The same with its label, its sentence and its source; a default says 通知未规定. Raises KeyError."""
    if name not in SETTINGS:
        raise KeyError(name)
    return _described(name, _find(Setting, [name], org, on)[name])


def settings_in_force(org: Organisation, on: dt.date | None = None) -> list[SettingInForce]:
    """Every setting as it stands for `org`, in the order of the registry. One query."""
    return [_described(name, row) for name, row in _find(Setting, list(SETTINGS), org, on).items()]


def figures_in_force(org: Organisation, on: dt.date | None = None) -> dict[str, Figure | None]:
    """Every figure as it stands for `org`, in the order of the registry. One query."""
    return _find(Figure, list(FIGURES), org, on)


def history(model: type[Figure] | type[Setting], name: str, org: Organisation):
    """All rows of one name that touch `org`, newest first, with their people."""
    rows = model.objects.filter(name=name).touching(org)
    return rows.select_related("area", "entered_by", "confirmed_by", "dropped_by").order_by("-start", "-id")


def waiting(org: Organisation) -> list[Figure | Setting]:
    """What waits for a second person, for `org` and the unions below it."""
    found: list[Figure | Setting] = []
    for model in (Figure, Setting):
        rows = model.objects.waiting().touching(org).select_related("area", "entered_by", "confirmed_by", "dropped_by")
        found += rows.order_by("-entered_at")
    return found


def _find(model: Any, names: list[str], org: Organisation, on: dt.date | None) -> dict[str, Any]:
    chain: list[int | None] = [org.id, *org.ancestor_ids]
    rows = model.objects.confirmed().filter(name__in=names, area__in=chain)
    rows = rows | model.objects.confirmed().filter(name__in=names, area__isnull=True)
    by_name: dict[str, list[Any]] = {name: [] for name in names}
    for row in rows.select_related("area"):
        by_name[row.name].append(row)
    return {name: in_force(found, [*chain, None], on or clock.today()) for name, found in by_name.items()}


def _described(name: str, row: Setting | None) -> SettingInForce:
    kind = SETTINGS[name]
    text = row.value if row else kind.default
    source = f"{row.document}（{row.area_name}，{row.start:%Y-%m-%d} 起）" if row else f"{UNSAID}，系统默认"
    return SettingInForce(
        name, kind.label, read_setting(name, text), show_setting(name, text), kind.sentence, source, row
    )
