"""The verbs of the plan: fill, choose and agree the helper, sign, decide, issue the card, receive it; the register."""

import base64
import binascii
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction

from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case
from bangfu.casework.plans import access, queries, rules
from bangfu.casework.plans.models import CardCopy, Contact, Plan, Sponsor
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason, Refused, refuse_if
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.models import Post, Role
from bangfu.foundations.organisations.scope import Acting

OTHER_PAPER = "99"
PNG = "data:image/png;base64,"
FACTS = (
    "household_situations", "key_groups", "key_group_other", "measures", "measure_other", "plans", "plan_other",
    "target_month", "union_liaison", "union_liaison_post", "union_liaison_phone", "note",
)  # fmt: skip
# A change of these is one of what the worker confirmed: the signature has to be given anew.
CONFIRMED = ("measures", "measure_other", "plans", "plan_other", "target_month")
SPOILT_PAPER = ("F6", "F7")

# The ledger is a later room: it registers what happens when a card is issued (assistance.actions).
AfterCard = Callable[[Plan], object]
AFTER_CARD: list[AfterCard] = []


def after_card(do: AfterCard) -> AfterCard:
    """Register what else happens, in the same transaction, when a card is issued."""
    AFTER_CARD.append(do)
    return do


@transaction.atomic
def open_plan(case_id: int, *, by: Acting) -> Plan:
    """The plan of a filed case; begun with proposals when there is none (家庭状况 from the causes, the liaison)."""
    case = flow.lock(case_id, None)
    plan = queries.plan_of(case)
    if plan:
        return plan
    if not (access.may_edit(by, case) or access.may_guide(by, case)):
        raise Refused("您的岗位不能制定这一户的帮扶计划。")
    archive = queries.archive_of(case)
    refuse_if(rules.reasons_not_to_edit(case, archive))
    circumstances = case.filed
    assert circumstances is not None
    liaison = _liaison_of(case)
    return Plan.objects.create(
        **case.scope(),
        case=case,
        archive=archive,
        household_situations=rules.situations_for(circumstances.all_causes),
        key_groups=[],
        measures=[],
        plans=[],
        answers=rules.answers(circumstances.needs, [], []),
        **liaison,
    )


@transaction.atomic
def edit(case_id: int, *, by: Acting, version: int, answers: dict[str, Any]) -> Plan:
    """Keep the answers of 立卡信息. A change of what the worker confirmed makes the signature void; older paper is out of date."""
    case = flow.lock(case_id, version)
    _may(access.may_edit(by, case), "制定帮扶计划")
    refuse_if(rules.reasons_not_to_edit(case, queries.archive_of(case)))
    plan = open_plan(case_id, by=by)
    changed = [name for name in FACTS if name in answers and answers[name] != getattr(plan, name)]
    if "target_month" in changed and answers["target_month"]:
        refuse_if(rules.reasons_against_month(answers["target_month"]))
    for name in changed:
        setattr(plan, name, answers[name])
    if plan.case.state in ("planned", "in_assistance"):
        refuse_if(rules.reasons_incomplete(plan))
    plan.answers = rules.answers(case.filed.needs, plan.measures, plan.plans)
    if set(changed) & set(CONFIRMED):
        plan.signature, plan.signed_on = None, None
    plan.save()
    if changed:
        documents.outdate_prints(case.id, SPOILT_PAPER)
        audit.record(by, "plans.edit", plan, case_id=case.id, changed=changed)
    flow.touch(case)
    return plan


@transaction.atomic
def choose(case_id: int, contact_id: int, *, by: Acting, version: int) -> Plan:
    """Choose sponsor and contact from the register. By a union above it is agreed at once, else it waits for one above."""
    case = flow.lock(case_id, version)
    guides = access.may_guide(by, case)
    _may(guides or access.may_edit(by, case), "提出帮扶单位和帮扶联系人")
    plan = open_plan(case_id, by=by)
    found = next((one for one in queries.choices_for(case) if one.contact_id == contact_id), None)
    refuse_if(rules.reasons_not_to_choose(found))  # type: ignore[arg-type]
    assert found is not None
    plan.contact_id, plan.sponsor_id = found.contact_id, found.sponsor_id
    plan.assist_unit, plan.assist_contact = found.sponsor, found.name
    plan.assist_contact_post, plan.assist_contact_phone = found.title, found.phone
    plan.proposed_by = by.user
    plan.agreed_by, plan.agreed_at = (by.user, clock.now()) if guides else (None, None)
    plan.save()
    documents.outdate_prints(case.id, SPOILT_PAPER)
    if guides:
        audit.record(by, "plans.agree", plan, case_id=case.id, contact=contact_id)
    else:
        audit.record(by, "plans.propose", plan, case_id=case.id, contact=contact_id)
    flow.touch(case)
    return plan


@transaction.atomic
def agree(case_id: int, *, by: Acting, version: int) -> Plan:
    """上级工会同意 the sponsor and contact that the grassroots union proposed."""
    case = flow.lock(case_id, version)
    _may(access.may_guide(by, case), "同意帮扶单位和帮扶联系人")
    plan = queries.plan_of(case)
    refuse_if(rules.reasons_not_to_agree(plan))
    assert plan is not None
    plan.agreed_by, plan.agreed_at = by.user, clock.now()
    plan.save()
    audit.record(by, "plans.agree", plan, case_id=case.id)
    flow.touch(case)
    return plan


@transaction.atomic
def sign(case_id: int, *, by: Acting, version: int, signed_on: dt.date | None, upload=None, drawn: str = "") -> Plan:
    """Record that the worker confirmed plan and measures: a signature drawn here (PNG data URL) or the signed scan."""
    case = flow.lock(case_id, version)
    _may(access.may_edit(by, case), "登记职工签字")
    plan = queries.plan_of(case)
    refuse_if(rules.reasons_not_to_sign(plan, queries.archive_of(case), signed_on))
    assert plan is not None
    plan.signature = _keep_signature(case, plan, by, upload, drawn)
    plan.signed_on = signed_on
    plan.save()
    audit.record(by, "plans.sign", plan, case_id=case.id)
    flow.touch(case)
    return plan


@transaction.atomic
def decide(case_id: int, *, by: Acting, version: int) -> Case:
    """确定帮扶计划: a complete, agreed and signed plan moves the case to planned. Raises Refused with everything missing."""
    case = flow.lock(case_id, version)
    if case.state == "filed":
        _may(access.may_edit(by, case), "确定帮扶计划")
        refuse_if(rules.reasons_not_to_decide(queries.plan_of(case)))
    return flow.take(case_id, "plan", by=by, version=version)


@transaction.atomic
def issue_card(case_id: int, *, by: Acting, version: int, carded_on: dt.date | None) -> Case:
    """发放联系卡、建立台账: three copies with names, print records of F7 and F6, the row of the ledger; in_assistance."""
    case = flow.lock(case_id, version)
    plan = queries.plan_of(case)
    if case.state == "planned":
        _may(access.may_edit(by, case), "发放联系卡")
        refuse_if(rules.reasons_not_to_issue(plan, carded_on, queries.approved_on(case)))
    case = flow.take(case_id, "issue_card", by=by, version=version)
    assert plan is not None
    assert carded_on is not None
    plan.carded_on = carded_on
    plan.save()
    CardCopy.objects.bulk_create(
        [CardCopy(**case.scope(), plan=plan, copy=copy, issued_on=carded_on) for copy in rules.COPIES]
    )
    names = "、".join(CardCopy(copy=copy).get_copy_display() for copy in rules.COPIES)
    documents.outdate_prints(case.id, SPOILT_PAPER)
    documents.record_print(case, "F7", by=by, version=plan.archive.version, copies=len(rules.COPIES), copy_names=names)
    documents.record_print(case, "F6", by=by, version=plan.archive.version)
    for do in AFTER_CARD:
        do(plan)
    audit.record(by, "plans.issue_card", plan, case_id=case.id)
    return case


@transaction.atomic
def print_card(case_id: int, *, by: Acting, version: int) -> Case:
    """Note that the card was printed again, in three copies, after a change."""
    case = flow.lock(case_id, version)
    _may(access.may_edit(by, case), "打印联系卡")
    plan = queries.plan_of(case)
    if plan is None or plan.carded_on is None:
        raise Refused("还没有发放联系卡。")
    names = "、".join(CardCopy(copy=copy).get_copy_display() for copy in rules.COPIES)
    documents.outdate_prints(case.id, ("F7",))
    documents.record_print(case, "F7", by=by, version=plan.archive.version, copies=len(rules.COPIES), copy_names=names)
    return flow.touch(case)


@transaction.atomic
def receive_card(copy_id: int, *, by: Acting) -> CardCopy:
    """The service centre marks its copy as received."""
    copy = CardCopy.objects.select_for_update().get(pk=copy_id)
    _may(access.may_receive_card(by, copy), "登记收到联系卡")
    refuse_if(rules.reasons_not_to_receive(copy))
    copy.received_at, copy.received_by = clock.now(), by.user
    copy.save()
    audit.record(by, "plans.receive_card", copy, case_id=copy.plan.case_id)
    return copy


@transaction.atomic
def keep_sponsor(*, by: Acting, name: str, phone: str, sponsor: Sponsor | None = None) -> Sponsor:
    """Add a sponsor to the register of the own union, or change one; plans that name it follow."""
    _may(access.may_register(by, sponsor.org if sponsor else None), "维护帮扶名册")
    refuse_if(rules.reasons_not_to_register(by.org, name, sponsor))
    sponsor = sponsor or Sponsor(**by.org.scope())
    sponsor.name, sponsor.phone = name.strip(), phone.strip()
    sponsor.save()
    _follow(Plan.objects.filter(sponsor=sponsor).exclude(assist_unit=sponsor.name), assist_unit=sponsor.name)
    audit.record(by, "plans.register", sponsor)
    return sponsor


@transaction.atomic
def keep_contact(
    sponsor: Sponsor, *, by: Acting, name: str, title: str, phone: str, contact: Contact | None = None
) -> Contact:
    """Add a contact of a sponsor, or change one; plans that name the contact follow and their cards are out of date."""
    _may(access.may_register(by, sponsor.org), "维护帮扶名册")
    contact = contact or Contact(**sponsor.scope(), sponsor=sponsor)
    changed = contact.pk and (contact.name, contact.title, contact.phone) != (name, title, phone)
    contact.name, contact.title, contact.phone = name, title, phone
    contact.save()
    if changed:
        told = {"assist_contact": name, "assist_contact_post": title, "assist_contact_phone": phone}
        _follow(Plan.objects.filter(contact=contact), **told)
    audit.record(by, "plans.register", contact)
    return contact


@transaction.atomic
def set_active(thing: Sponsor | Contact, *, by: Acting, active: bool) -> None:
    """Take a sponsor or contact out of the register, or back in. Raises Refused while households count on them."""
    _may(access.may_register(by, thing.org), "维护帮扶名册")
    if not active:
        refuse_if(rules.reasons_not_to_retire(thing))
    thing.active = active
    thing.save(update_fields=["active"])
    audit.record(by, "plans.register", thing, active=active)


def _follow(plans, **told) -> None:
    for plan in plans:
        for name, value in told.items():
            setattr(plan, name, value)
        plan.save(update_fields=list(told))
        documents.outdate_prints(plan.case_id, SPOILT_PAPER)


def _keep_signature(case: Case, plan: Plan, by: Acting, upload, drawn: str) -> Attachment:
    place = f"plans.plan:{plan.id}"
    if upload:
        return documents.keep(upload, by=by, case=case, kind=OTHER_PAPER, place=place, note="帮扶计划职工签字")
    if not drawn.startswith(PNG):
        raise Refused(Reason("请职工在签名板上签名，或上传已签字的扫描件。", field="upload"))
    try:
        data = base64.b64decode(drawn.removeprefix(PNG), validate=True)
    except binascii.Error:
        raise Refused(Reason("签名没有传完整，请清除后重签。", field="drawn")) from None
    return documents.keep_bytes(
        data, by=by, case=case, kind=OTHER_PAPER, place=place, name="帮扶计划签名.png", note="帮扶计划职工签字"
    )


def _liaison_of(case: Case) -> dict[str, str]:
    """The chair of the filing union, else its officer."""
    posts = (
        Post.objects.current().filter(org_id=case.org_id, role__in=[Role.CHAIR, Role.OFFICER]).select_related("user")
    )
    post = min(posts, key=lambda one: (one.role != Role.CHAIR, one.id), default=None)
    if post is None:
        return {}
    return {
        "union_liaison": post.user.name,
        "union_liaison_post": post.title or post.get_role_display(),
        "union_liaison_phone": post.user.phone or case.org.phone,
    }


def _may(allowed: bool, words: str) -> None:
    if not allowed:
        raise Refused(f"您的岗位没有“{words}”的权限。")
