"""The verbs of an application: start, save, sign, keep papers, submit, return, answer, appeal, close."""

import json
from collections.abc import Iterable

from django.db import models, transaction

from bangfu.casework.applications import access, queries, rules
from bangfu.casework.applications.models import Application, Authorisation, RequestedItem, WageCertificate
from bangfu.casework.cases import actions as cases
from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.numbers import next_case_no
from bangfu.casework.cases.rules import reasons_under_way
from bangfu.casework.cases.states import State
from bangfu.casework.households import actions as households
from bangfu.casework.households.circumstances import copy_as, freeze
from bangfu.casework.households.models import Circumstances, Household, Member, Witness
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason, Refused, refuse_if
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting

FORMS = ("F1", "F2", "F3")
SIGNATURE_KINDS = {"authorisation": "01", "application": "02"}


@transaction.atomic
def start(*, by: Acting, org: Organisation, entry_kind: str = "new") -> Case:
    """A new, empty draft of `org` with the applicant as its first person. Raises Refused outside the post's reach."""
    if not access.may_start(by, org):
        raise Refused("您的岗位不能为这个工会新建申请。")
    household = Household.objects.create(**org.scope())
    declared = Circumstances.objects.create(**org.scope(), household=household, witness=Witness.DECLARED)
    Member.objects.create(**org.scope(), circumstances=declared, position=0, is_head=True)
    return _open(by, org, declared, entry_kind)


@transaction.atomic
def start_again(case_id: int, *, by: Acting) -> Case:
    """A new draft of the same household with the answers of a case that is over; everything is signed anew."""
    case = flow.lock(case_id, None)
    if not access.may_start_again(by, case) or not access.may_start(by, case.org):
        raise Refused("您的岗位不能为这个工会新建申请。")
    refuse_if(rules.reasons_not_to_start_again(case))
    assert case.declared is not None
    return _open(by, case.org, copy_as(case.declared, Witness.DECLARED), case.entry_kind)


def _open(by: Acting, org: Organisation, declared: Circumstances, entry_kind: str) -> Case:
    case = Case(
        **org.scope(),
        case_no=next_case_no(org),
        household=declared.household,
        declared=declared,
        entry_kind=entry_kind,
        opened_by=by.user,
    )
    cases.index(case, declared)
    flow.start(case, by=by)
    application = Application.objects.create(**case.scope(), case=case)
    for member in declared.members.all():
        _add_line(application, member)
    return case


@transaction.atomic
def save(
    case_id: int,
    *,
    by: Acting,
    version: int | None,
    step: str,
    things: Iterable[models.Model],
    typed: dict | None = None,
    page: str = "",
) -> Case:
    """Save the valid answers of one page; `typed` keeps the page as it was typed while something in it is wrong.

    `page` is the once-token of the page: it may save again although its own last save made its version old.
    """
    if _saved_last(case_id, page):
        version = None
    case = _to_edit(case_id, by, version)
    application = Application.objects.get(case=case)
    for thing in things:
        _belongs(thing, application)
        thing.save()
    application.refresh_from_db()
    kept = json.loads(application.typed or "{}")
    kept.pop(step, None)
    if typed:
        kept[step] = typed
    application.typed = json.dumps(kept, ensure_ascii=False) if kept else ""
    application.saved_at, application.saved_page, application.saved_version = clock.now(), page, case.version + 1
    application.save(update_fields=["typed", "saved_at", "saved_page", "saved_version"])
    _take_wages_over(application)
    _record_saving(by, case)
    return _changed(case)


@transaction.atomic
def add_member(case_id: int, *, by: Acting, version: int) -> Member:
    """One more person, last in line, with a line in 附件1."""
    case = _to_edit(case_id, by, version)
    assert case.declared is not None
    last = case.declared.members.order_by("-position").first()
    position = last.position + 1 if last else 0
    member = Member.objects.create(**case.scope(), circumstances=case.declared, position=position)
    _add_line(case.application, member)
    _changed(case)
    return member


@transaction.atomic
def remove_member(case_id: int, member_id: int, *, by: Acting, version: int) -> Case:
    """Take a person out of the declaration, with the line in 附件1 and the wage certificate."""
    case = _to_edit(case_id, by, version)
    member = _member(case, member_id)
    refuse_if(rules.reasons_not_to_remove_member(member))
    member.delete()
    return _changed(case)


@transaction.atomic
def sign_all_on_paper(case_id: int, *, by: Acting, version: int) -> Case:
    """Note that the paper 附件1 carries every person's declaration, consent, signature and fingerprint as of today."""
    case = _to_edit(case_id, by, version)
    for line in case.application.authorisations.filter(signed_on__isnull=True):
        line.declares_truth = line.consents_to_verification = True
        line.signed_on_paper = line.fingerprint_on_paper = True
        line.signed_on, line.recorded_at = clock.today(), clock.now()
        line.save()
    return _changed(case)


@transaction.atomic
def sign(case_id: int, line_id: int, *, by: Acting, version: int, upload=None, drawn: bytes = b"") -> Case:
    """Keep a signature, scanned or drawn: of a line of 附件1, or of the applicant on 附件2 when `line_id` is 0."""
    case = _to_edit(case_id, by, version)
    line = case.application.authorisations.filter(pk=line_id).first() if line_id else None
    if line_id and line is None:
        raise Refused("没有这一行授权，可能刚刚被移除，请刷新页面。")
    kind = SIGNATURE_KINDS["authorisation" if line else "application"]
    place = f"applications.authorisation:{line.id}" if line else "applications.application"
    if upload is not None:
        scan = documents.keep(upload, by=by, case=case, kind=kind, place=place, name=f"签名 {upload.name}")
    else:
        scan = documents.keep_bytes(drawn, by=by, case=case, kind=kind, place=place, name="手写签名.png")
    if line:
        line.signature, line.recorded_at = scan, clock.now()
        line.signed_on = line.signed_on or clock.today()
        line.save()
    else:
        case.application.applicant_signature = scan
        case.application.save(update_fields=["applicant_signature"])
    return _changed(case)


@transaction.atomic
def add_certificate(case_id: int, member_id: int, *, by: Acting, version: int) -> WageCertificate:
    """Begin 附件3 of an earner with what is known: the employer and the monthly income."""
    case = _to_edit(case_id, by, version)
    member = _member(case, member_id)
    certificate, _ = WageCertificate.objects.get_or_create(
        application=case.application,
        member=member,
        defaults=case.scope() | {"issuer_name": member.employer_or_school, "avg_net_monthly": member.monthly_income},
    )
    _changed(case)
    return certificate


@transaction.atomic
def remove_certificate(case_id: int, certificate_id: int, *, by: Acting, version: int) -> Case:
    """Take a wage certificate out."""
    case = _to_edit(case_id, by, version)
    case.application.wage_certificates.filter(pk=certificate_id).delete()
    return _changed(case)


@transaction.atomic
def keep_papers(case_id: int, *, by: Acting, version: int, kind: str, uploads: list) -> Case:
    """Keep scans or photos of one kind and tick the kind in 附件2. All or none: a bad file refuses the whole press."""
    case = _to_edit(case_id, by, version)
    if not uploads:
        raise Refused(Reason("请先选择照片或 PDF 文件。", field="files"))
    for upload in uploads:
        documents.keep(upload, by=by, case=case, kind=kind)
    declared = case.declared
    assert declared is not None
    if kind not in declared.materials:
        declared.materials = sorted([*declared.materials, kind])
        declared.save(update_fields=["materials"])
    return _changed(case)


@transaction.atomic
def remove_paper(case_id: int, attachment_id: int, *, by: Acting, version: int) -> Case:
    """Take a scan out of the application; a signature that it was is no longer one."""
    case = _to_edit(case_id, by, version)
    # Only the application's own: photos of the visit, the posted list and other evidence are not its to remove.
    paper = next((one for one in queries.papers(case) if one.pk == attachment_id), None)
    if paper is None:
        raise Refused("这份材料已经移除，请刷新页面。")
    Authorisation.objects.filter(signature=paper).update(signature=None)
    Application.objects.filter(applicant_signature=paper).update(applicant_signature=None)
    documents.remove(paper, by=by)
    return _changed(case)


@transaction.atomic
def submit(case_id: int, *, by: Acting, version: int) -> Case:
    """Freeze the declaration, claim the persons and hand the application to the union (（一）2).

    Raises Refused with everything that is missing, and with the other union's name when a person is claimed there.
    """
    case = flow.lock(case_id, version)
    step = "resubmit" if case.state == State.RETURNED else "submit"
    refuse_if(flow.reasons_not_to_take(case, flow.STEPS[step], by))
    declared, application = case.declared, case.application
    assert declared is not None
    refuse_if(rules.reasons_not_to_submit(case) + households.collisions(declared))
    households.claim(declared, case_id=case.id)
    application.applied_on = application.applied_on or clock.today()
    application.save(update_fields=["applied_on"])
    application.requested_items.filter(answered_at__isnull=True).update(answered_at=clock.now())
    freeze(declared)
    cases.index(case, declared)
    case.save()
    if step == "resubmit":
        audit.record(by, "applications.resubmit", application, case_id=case.id)
    else:
        audit.record(by, "applications.submit", application, case_id=case.id)
    return flow.take(case_id, step, by=by, version=version)


@transaction.atomic
def return_to_applicant(case_id: int, *, by: Acting, version: int, items: list[str], reason: str = "") -> Case:
    """Send an application back with a list of what is asked; the applicant answers each and submits again."""
    items = [item.strip()[:300] for item in items if item.strip()]
    if not items:
        raise Refused(Reason("请逐项写明需要补正什么。", field="items"))
    case = flow.take(
        case_id, "return_to_applicant", by=by, version=version, reason=reason.strip() or "；".join(items)[:1000]
    )
    audit.record(by, "applications.return", case.application, case_id=case.id, items=len(items))
    return reopen(case, items=items)


def reopen(case: Case, *, items: Iterable[str]) -> Case:
    """Open the declaration of a case that was just returned to the applicant, from whatever level.

    The frozen record stays with its lines of 附件1 and 附件3, so that the return can be taken back; its copy becomes
    `case.declared`, with copies of the lines and the items asked for. The caller has taken the step in the same
    transaction.
    """
    former, application = case.declared, case.application
    assert former is not None
    rows: list[Authorisation | WageCertificate] = [*application.authorisations.select_related("member")]
    rows += application.wage_certificates.select_related("member")
    case.declared = copy_as(former, Witness.DECLARED)
    case.save(update_fields=["declared"])
    people = {member.position: member for member in case.declared.members.all()}
    for row in rows:
        row.pk, row.member = None, people[row.member.position]
        row._state.adding = True
        row.save()
    application.requested_items.filter(answered_at__isnull=True).delete()
    for text in items:
        RequestedItem.objects.create(**case.scope(), application=application, text=text[:300], asked_at=clock.now())
    documents.outdate_prints(case.id, FORMS)
    return case


@transaction.atomic
def appeal(case_id: int, *, by: Acting, version: int, reason: str) -> Case:
    """Take up a rejected case again with new facts; its persons are claimed again.

    Raises Refused, also when the household has applied again meanwhile.
    """
    refuse_if(reasons_under_way(flow.lock(case_id, version)))
    case = flow.take(case_id, "appeal", by=by, version=version, reason=reason)
    assert case.declared is not None
    households.claim(case.declared, case_id=case.id)
    audit.record(by, "applications.appeal", case.application, case_id=case.id)
    return case


@transaction.atomic
def close(case_id: int) -> Case:
    """Close a draft that nobody touched for long: the system's own act, no claims are held by drafts."""
    case = flow.expire(case_id)
    audit.record(None, "applications.close", case.application, case_id=case.id)
    return case


def _saved_last(case_id: int, page: str) -> bool:
    """Whether this page made the last change of the case (under the lock of its row)."""
    case = flow.lock(case_id, None)
    application = Application.objects.get(case=case)
    return bool(page) and application.saved_page == page and application.saved_version == case.version


def _to_edit(case_id: int, by: Acting, version: int | None) -> Case:
    case = flow.lock(case_id, version)
    refuse_if(rules.reasons_not_to_edit(case))
    if not access.may_edit(by, case):
        raise Refused("您的岗位不能修改这一户的申请。")
    return case


def _changed(case: Case) -> Case:
    """Bring the search keys up to date and count the change."""
    declared = Circumstances.objects.prefetch_related("members").get(pk=case.declared_id)
    cases.index(case, declared)
    keys = ["name", "name_grams", "name_initials", "id_bidx", "phone_bidx", "main_cause"]
    case.save(update_fields=keys)
    return flow.touch(case)


def _member(case: Case, member_id: int) -> Member:
    assert case.declared is not None
    member = case.declared.members.filter(pk=member_id).first()
    if member is None:
        raise Refused("没有这位家庭成员，可能刚刚被移除，请刷新页面。")
    return member


def _add_line(application: Application, member: Member) -> None:
    number = rules.next_line(application)
    Authorisation.objects.create(**application.scope(), application=application, member=member, line_no=number)


def _take_wages_over(application: Application) -> None:
    """附件3 is the evidence of 本人月平均收入 (R-INC-9): an income that is not stated yet is taken from it."""
    unstated = application.wage_certificates.filter(member__monthly_income__isnull=True, avg_net_monthly__isnull=False)
    for certificate in unstated.select_related("member"):
        certificate.member.monthly_income = certificate.avg_net_monthly
        certificate.member.save(update_fields=["monthly_income"])


def _belongs(thing: models.Model, application: Application) -> None:
    """Refuse what is not an answer of this application, or was removed from it since the page was read."""
    declared = {"circumstances_id": application.case.declared_id}
    of: dict[type[models.Model], dict] = {
        Application: {"pk": application.pk},
        Circumstances: {"pk": application.case.declared_id},
        Member: declared,
    }
    mine = of.get(type(thing), {"application_id": application.pk})
    if not type(thing)._default_manager.filter(**mine).filter(pk=thing.pk).exists():  # type: ignore[attr-defined]
        raise Refused("这一页的内容不属于这份申请，没有保存。请刷新后再填。")


def _record_saving(by: Acting, case: Case) -> None:
    """One entry a person, case and day: autosave comes with every answer."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Entry.objects.filter(case_id=case.id, verb="applications.save", user_id=by.user.id, at__gte=midnight)
    if not today.exists():
        audit.record(by, "applications.save", case, case_id=case.id)
