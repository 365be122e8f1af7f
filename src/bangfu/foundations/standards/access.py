"""Who may enter, confirm and see figures and settings, and who keeps the holiday table."""

from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.standards.models import Placed


def may_enter(by: Acting | None, area: Organisation | None = None) -> bool:
    """Whether the post may enter values for an area: its own union's or one below; the whole province at the top."""
    return may(by, "standards.enter") and _in_reach(by, area)


def may_confirm(by: Acting | None, thing: Placed) -> bool:
    """Whether the post may confirm this row; the person who entered it never does."""
    return (
        by is not None
        and by.user.id != thing.entered_by_id
        and may(by, "standards.confirm")
        and _in_reach(by, thing.area)
    )


def may_drop(by: Acting | None, thing: Placed) -> bool:
    """Whether the post may drop this row: the person who entered it, or whoever may confirm it."""
    mine = by is not None and by.user.id == thing.entered_by_id and may_enter(by, thing.area)
    return mine or may_confirm(by, thing)


def may_edit_calendar(by: Acting | None) -> bool:
    """Whether the post keeps the holiday table, which holds for everybody."""
    return may(by, "codes.calendar")


def areas_for(by: Acting):
    """The unions for which the post may enter values: not below the county for a city or the province."""
    deepest = 3 if by.org.level < 3 else 4
    return Organisation.objects.open().within(by.org).filter(level__lte=deepest).order_by("level", "code")


def _in_reach(by: Acting | None, area: Organisation | None) -> bool:
    if by is None:
        return False
    if area is None:
        return by.org.level == 1
    return area.id == by.org.id or by.org.is_above(area)
