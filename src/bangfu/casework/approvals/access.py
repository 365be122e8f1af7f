"""Who may give opinions at all."""

from bangfu.foundations.organisations.access import may
from bangfu.foundations.organisations.scope import Acting

PERMISSION = {
    "G": "approvals.opine_grassroots",
    "T": "approvals.opine_township",
    "C": "approvals.opine_county",
    "P": "approvals.opine_city",
}


def boxes_of(by: Acting | None) -> list[str]:
    """The boxes of 附件2 which the post fills: the chair G, a reviewer the one of their union's level."""
    return [box for box, permission in PERMISSION.items() if may(by, permission)]


def may_list(by: Acting | None) -> bool:
    """Whether the post has a queue of opinions."""
    return bool(boxes_of(by))
