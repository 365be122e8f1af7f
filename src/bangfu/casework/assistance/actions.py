"""The verbs of assistance: open the household's row of the ledger, record help, cancel a wrong record, print the ledger."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bangfu.casework.archives.models import Archive
from bangfu.casework.assistance import access, rules
from bangfu.casework.assistance.models import Form, Help, LedgerRow
from bangfu.casework.cases import flow
from bangfu.casework.plans.actions import after_card
from bangfu.casework.plans.models import Plan
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused, refuse_if
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.documents.models import Print
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting

RECEIPT = "99"
FACTS = ("given_on", "kind", "form", "amount", "goods", "fund_source", "note")


@dataclass(frozen=True)
class LedgerSheet:
    """What a print of the ledger belongs to: a union, no single case."""

    org: Organisation
    id: int = 0

    def scope(self) -> dict[str, int]:
        """The columns of the union."""
        return self.org.scope()


@after_card
def open_row(plan: Plan) -> LedgerRow:
    """建立台账: the household stands in the ledger from the day its card was issued."""
    row, _ = LedgerRow.objects.get_or_create(
        case=plan.case,
        defaults={**plan.scope(), "archive": plan.archive, "opened_on": plan.carded_on, "note": plan.note},
    )
    return row


@transaction.atomic
def record(case_id: int, *, by: Acting, version: int, given: dict[str, Any], receipt=None) -> Help:
    """登记帮扶: one help given on a day; money with its source, or goods or a service in words, and the receipt's scan."""
    case = flow.lock(case_id, version)
    if not access.may_record(by, case):
        raise Refused("您的岗位没有“登记帮扶”的权限。")
    refuse_if(rules.reasons_not_to_record(case, Archive.objects.filter(case=case).first(), given))
    facts = {name: given[name] for name in FACTS if given.get(name) not in (None, "")}
    if facts["form"] == Form.MONEY:
        facts.pop("goods", None)
    else:
        facts.pop("amount", None)
        facts.pop("fund_source", None)
    help = Help(**case.scope(), case=case, recorded_by=by.user, **facts)
    if receipt:
        help.receipt = documents.keep(receipt, by=by, case=case, kind=RECEIPT, place="assistance.help", note="帮扶收据")
    help.save()
    flow.take(case_id, "assist", by=by, version=version)
    audit.record(by, "assistance.record", help, case_id=case.id, kind=help.kind, amount=help.amount)
    return help


@transaction.atomic
def cancel(help_id: int, *, by: Acting, reason: str) -> Help:
    """作废 a wrong record with the reason; it stays visible and counts no more."""
    help = Help.objects.select_for_update().get(pk=help_id)
    case = flow.lock(help.case_id, None)
    if not access.may_record(by, case):
        raise Refused("您的岗位没有“登记帮扶”的权限。")
    refuse_if(rules.reasons_not_to_cancel(help, reason))
    help.cancelled_reason, help.cancelled_at, help.cancelled_by = reason.strip()[:200], clock.now(), by.user
    help.save()
    audit.record(by, "assistance.cancel", help, case_id=case.id, reason=help.cancelled_reason)
    flow.touch(case)
    return help


@transaction.atomic
def print_ledger(org: Organisation, *, by: Acting, copies: int = 1) -> Print:
    """Note that the ledger (附件8) of a union was printed."""
    if org.id != by.org.id and not by.org.is_above(org):
        raise Refused("只能打印本工会及下级工会的台账。")
    return documents.record_print(LedgerSheet(org), "F8", by=by, copies=copies)


@transaction.atomic
def note_row(row: LedgerRow, *, by: Acting, note: str) -> LedgerRow:
    """Change 备注 of a row of the ledger."""
    if not access.may_record(by, row.case):
        raise Refused("您的岗位没有维护台账的权限。")
    row.note = note.strip()[:200]
    row.save(update_fields=["note"])
    audit.record(by, "assistance.note", row, case_id=row.case_id)
    return row
