"""The head of every page of a case: who, where it stands, why it is not moving."""

from django import template
from django.urls import NoReverseMatch, reverse

from bangfu.casework.cases import queries
from bangfu.casework.cases.states import LOOKS, STAGES, State
from bangfu.foundations.ui.templatetags.ui import badge

register = template.Library()

# The rooms of a case in the order of the circular: url name, label, first state at which the page has something to say.
ROOMS = (
    ("desk:case", "总览", State.DRAFT),
    ("applications:edit", "申请", State.DRAFT),
    ("visits:show", "入户调查", State.SUBMITTED),
    ("reviews:case", "民主评议", State.CANDIDATE),
    ("notices:case", "公示", State.PASSED),
    ("approvals:case", "审核意见", State.NOTICE_CLEARED),
    ("archives:show", "档案表", State.RECOGNISED),
    ("plans:show", "帮扶计划", State.FILED),
    ("assistance:case", "帮扶记录", State.IN_ASSISTANCE),
)


@register.inclusion_tag("cases/_head.html", takes_context=True)
def case_head(context, case, here: str = ""):
    """Name, number, state, the line that says why it waits, the tabs of the rooms (`here`: the url name shown)."""
    return {
        "case": case,
        "standstill": queries.standstill(case),
        "stages": _stages(case),
        "rooms": [(name, label, url) for name, label, _ in ROOMS if (url := room_url(name, case.id))],
        "here": here,
        "acting": context.get("acting"),
    }


def room_url(name: str, case_id: int) -> str:
    """The page of a case in a room, '' while the room has none (a test compares ROOMS with the urls)."""
    try:
        return reverse(name, args=[case_id])
    except NoReverseMatch:
        return ""


@register.simple_tag
def state_badge(state: str):
    """A state in its word and tone."""
    look = LOOKS[State(state)]
    return badge(look.label, look.tone)


def _stages(case) -> list[dict]:
    """The eight words of the main line with done / current / todo."""
    stage = case.look.stage
    at = STAGES.index(stage) if stage else -1
    return [
        {"label": word, "state": "done" if i < at else "current" if i == at else "todo"}
        for i, word in enumerate(STAGES)
    ]
