"""Reads of plans: contacts one may choose, the plan of a case, cards not yet received, the register."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from bangfu.casework.archives.models import Archive
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import LIVE, State
from bangfu.casework.households.models import Circumstances
from bangfu.casework.plans import access
from bangfu.casework.plans.models import CardCopy, Contact, Plan, Sponsor
from bangfu.casework.plans.rules import SERVICE_CENTRE
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.privacy.crypto import decrypt

LIMIT = 30


@dataclass(frozen=True)
class Choice:
    """A contact of the register as it is offered: with sponsor, keeper and number of households."""

    contact_id: int
    name: str
    title: str
    phone: str
    sponsor_id: int
    sponsor: str
    keeper: str
    households: int

    @property
    def label(self) -> str:
        """What stands in the list of choices."""
        return f"{self.sponsor} — {self.name}（{self.title}），已帮扶 {self.households} 户"


def choices_for(case: Case) -> list[Choice]:
    """Contacts in the registers of the filing union's county, city and so on, with how many households each has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM door_register_above(%s)", [case.org_id])
        rows = cursor.fetchall()
    return [
        Choice(
            id_, name, title, decrypt(bytes(phone), "phone").decode() if phone else "", sponsor_id, sponsor, keeper, n
        )
        for id_, name, title, phone, sponsor_id, sponsor, keeper, n in rows
    ]


def plan_of(case: Case) -> Plan | None:
    """The plan of a case with its people; None before it is begun."""
    people = ("proposed_by", "agreed_by", "signature")
    return (
        Plan.objects.filter(case_id=case.id)
        .select_related(*people)
        .prefetch_related("card_copies__received_by")
        .first()
    )


def archive_of(case: Case) -> Archive | None:
    """The archive that this case filed."""
    return Archive.objects.filter(case_id=case.id).first()


def approved_on(case: Case) -> dt.date | None:
    """The day of recognition, from the transition log."""
    last = case.transitions.filter(to_state=State.RECOGNISED, taken_back=False).order_by("-id").first()
    return clock.local(last.at).date() if last else None


def main_members(circumstances: Circumstances) -> str:
    """家庭主要成员 of 附件7: names and relations, no numbers."""
    named = [m for m in circumstances.others if m.name and not m.supporter_only]
    return "、".join(f"{m.name}（{m.get_relation_to_applicant_display() or '亲属'}）" for m in named) or "无"


def ticked(list_name: str, chosen: list[str]) -> list[tuple[str, str, bool]]:
    """(number, label, chosen) of every option of a list, as 附件7 prints them."""
    return [(code, row["label_zh"], code in chosen) for code, row in lists.rows(list_name).items()]


def waiting(by: Acting, limit: int = LIMIT) -> list[Case]:
    """Filed households without a decided plan or card, oldest first, each with its plan (`plan_of_it`)."""
    rows = Case.objects.within(by.org).filter(state__in=[State.FILED, State.PLANNED]).select_related("org")
    cases = list(rows.order_by("queue_at", "id")[:limit])
    plans = {plan.case_id: plan for plan in Plan.objects.filter(case__in=cases)}
    for case in cases:
        case.plan_of_it = plans.get(case.id)
    return cases


def to_agree(by: Acting, limit: int = LIMIT) -> list[Plan]:
    """Plans below whose sponsor and contact wait for the agreement of a union above."""
    rows = access.visible_to(by).filter(agreed_by=None, case__state__in=list(LIVE)).exclude(assist_contact="")
    return list(rows.exclude(org_id=by.org.id).select_related("case", "case__org").order_by("id")[:limit])


def due_plans(by: Acting, limit: int = LIMIT) -> list[Plan]:
    """Plans of households in assistance whose month has passed."""
    # The cases first, by their list index: plans of files long over would be walked before those that still run.
    running = Case.objects.within(by.org).filter(state=State.IN_ASSISTANCE)
    rows = access.visible_to(by).filter(case__in=running, target_month__lt=f"{clock.today():%Y-%m}")
    return list(rows.select_related("case", "case__org").order_by("target_month", "id")[:limit])


def cards_not_received(by: Acting) -> QuerySet[CardCopy]:
    """Copies for the service centre that it has not marked as received, oldest first."""
    rows = CardCopy.objects.within(by.org).filter(copy=SERVICE_CENTRE, received_at=None)
    return rows.select_related("plan__case__org").order_by("issued_on", "id")


def register(by: Acting) -> QuerySet[Sponsor]:
    """Sponsors of the registers in scope with their contacts, each with the number of live households."""
    live = Q(plans__case__state__in=list(LIVE))
    contacts = Contact.objects.annotate(households=Count("plans", filter=live)).order_by("-active", "name")
    rows = access.registers_of(by).select_related("org").order_by("-active", "name", "id")
    return rows.prefetch_related(Prefetch("contacts", queryset=contacts))
