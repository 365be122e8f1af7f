"""Who makes, guides and sees plans, who keeps the register, who receives the service centre's copy."""

from bangfu.casework.cases.models import Case
from bangfu.casework.cases.queries import may_act_for_filing_union
from bangfu.casework.plans.models import CardCopy, Plan, Sponsor
from bangfu.foundations.organisations.access import may, may_for
from bangfu.foundations.organisations.models import Organisation, ScopedQuerySet
from bangfu.foundations.organisations.scope import Acting


def visible_to(by: Acting | None) -> ScopedQuerySet:
    """Plans of the post's subtree."""
    if by is None or not may(by, "cases.view"):
        return Plan.objects.none()
    return Plan.objects.within(by.org)


def may_edit(by: Acting | None, case: Case) -> bool:
    """Whether the post makes the plan of this case, its own or acting for the filing union."""
    return may_act_for_filing_union(by, case, "plans.edit")


def may_guide(by: Acting | None, case: Case) -> bool:
    """Whether the post proposes or agrees to sponsor and contact: only a union above the filing union."""
    return by is not None and may(by, "plans.guide") and by.org.is_above(case)


def may_receive_card(by: Acting | None, copy: CardCopy) -> bool:
    """Whether the post marks the service centre's copy as received."""
    return may_for(by, "plans.receive_card", copy)


def may_register(by: Acting | None, org: Organisation | None = None) -> bool:
    """Whether the post keeps a register: its own union's."""
    return by is not None and may(by, "plans.register") and (org is None or org.id == by.org.id)


def may_see_register(by: Acting | None) -> bool:
    """Whether the post looks at the registers of its subtree."""
    return by is not None and (may(by, "plans.register") or may(by, "plans.guide"))


def registers_of(by: Acting) -> ScopedQuerySet:
    """Sponsors in the registers of the post's subtree."""
    return Sponsor.objects.within(by.org) if may_see_register(by) else Sponsor.objects.none()
