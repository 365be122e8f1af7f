"""The verbs of the file: fill the draft, hand it over, check and file it, amend it."""

from collections.abc import Iterable
from datetime import date

from django.db import models, transaction

from bangfu.casework.archives import access, rules
from bangfu.casework.archives.models import Archive, ArchiveVersion, Draft, Standing
from bangfu.casework.archives.rules import contract_band, months_between
from bangfu.casework.cases import actions as case_actions
from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.numbers import next_worker_no
from bangfu.casework.cases.states import LIVE, State
from bangfu.casework.households import actions as households
from bangfu.casework.households.circumstances import copy_as, freeze
from bangfu.casework.households.models import Circumstances, Member, Witness
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.codes.reasons import Reason, Refused, refuse_if
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.standards.queries import setting

RELAPSED = "3"
NEW_FILE = "2"
FINE_IDENTITY = {"employed": "01", "unemployed": "03", "retired": "04"}
WORK_STATUS = {"employed": "1", "unemployed": "3", "retired": "4"}
SPOILT_BY_AMENDMENT = ("F6", "F7")
Answers = Iterable[tuple[models.Model, Iterable[str]]]


@transaction.atomic
def open_draft(case_id: int, *, by: Acting) -> Draft:
    """The draft of 附件6 of a recognised case, made from what the visit found when there is none (copy of `verified`).

    A draft older than the present visit record is made anew. Raises Refused.
    """
    case = flow.lock(case_id, None)
    draft = draft_of(case)
    if draft and case.state in LIVE:
        return draft
    _may(access.may_edit(by, case), "填写档案表")
    refuse_if(rules.reasons_not_to_open(case))
    verified = case.verified
    assert verified is not None
    if draft and draft.circumstances.written_at >= verified.written_at:
        return draft
    if draft:
        _throw_away(draft)
    circumstances = copy_as(verified, Witness.FILED)
    _propose(case, circumstances)
    draft = Draft.objects.create(
        **case.scope(), case=case, circumstances=circumstances, filed_by=by.user, entered_by=by.user
    )
    audit.record(by, "archives.edit", draft, case_id=case.id)
    return draft


@transaction.atomic
def save(case_id: int, changed: Answers, *, by: Acting, seen: str, page: str = "") -> Draft:
    """Keep the answers of a part: pairs of a record (the draft's circumstances or a member) and field names.

    Only what differs from the stored answers is written. `seen` is the moment of the last save the page knew, `page`
    its once-token; Refused when another page saved since, of whomever.
    """
    case = flow.lock(case_id, None)
    draft = _editable(case, by)
    if seen and seen != draft.saved_at.isoformat() and not (page and page == draft.saved_page):
        raise Refused(f"{draft.entered_by.name}刚刚修改过这份档案表，您这一页已经不是最新的，没有保存。请刷新后再填。")
    for record, names in changed:
        _write(record, names, draft)
    return _saved(draft, by, page)


@transaction.atomic
def excuse(case_id: int, path: str, *, by: Acting, answer: str, reason: str) -> Draft:
    """Answer a required blank with 无 or 不详 and the reason, or take such an answer away (empty `answer`)."""
    draft = _editable(flow.lock(case_id, None), by)
    circumstances = draft.circumstances
    if not answer:
        circumstances.excused.pop(path, None)
    else:
        open_paths = {r.field for r in rules.reasons_incomplete(circumstances) if rules.may_be_excused(r)}
        if path not in open_paths | set(circumstances.excused):
            raise Refused("这一项不能用“无/不详”代替（身份信息必须如实填写）。")
        if answer not in ("无", "不详") or len(reason.strip()) < 2:
            raise Refused(Reason("请选择“无”或“不详”，并写明理由。", field="reason"))
        circumstances.excused[path] = f"{answer}：{reason.strip()}"[:200]
    circumstances.save()
    return _saved(draft, by)


@transaction.atomic
def add_member(case_id: int, *, by: Acting) -> Draft:
    """One more, still empty member in the draft (a child was born, a parent moved in)."""
    draft = _editable(flow.lock(case_id, None), by)
    last = draft.circumstances.members.aggregate(last=models.Max("position"))["last"] or 0
    Member.objects.create(**draft.circumstances.scope(), circumstances=draft.circumstances, position=last + 1)
    return _saved(draft, by)


@transaction.atomic
def remove_member(case_id: int, position: int, *, by: Acting) -> Draft:
    """Take a member out of the draft; the former version keeps the person. The worker cannot be taken out."""
    draft = _editable(flow.lock(case_id, None), by)
    if position == 0:
        raise Refused("职工本人不能从档案表中移除。")
    circumstances = draft.circumstances
    circumstances.members.filter(position=position).delete()
    circumstances.excused = {
        path: why for path, why in circumstances.excused.items() if not path.startswith(f"members.{position}.")
    }
    circumstances.save()
    return _saved(draft, by)


@transaction.atomic
def attach(case_id: int, uploads: list, *, by: Acting, kind: str, note: str = "") -> list[Attachment]:
    """Add papers to the attachments list of 附件6. Raises Refused with what is wrong with a file."""
    case = flow.lock(case_id, None)
    _editable(case, by)
    return [documents.keep(upload, by=by, case=case, kind=kind, note=note) for upload in uploads]


@transaction.atomic
def make_ready(case_id: int, *, by: Acting, version: int) -> Case:
    """提交审核: hand a complete draft to the checker; until it is returned nobody changes it."""
    case = flow.lock(case_id, version)
    _may(access.may_edit(by, case), "提交档案表审核")
    draft = draft_of(case)
    refuse_if(rules.reasons_not_to_make_ready(draft))
    assert draft is not None
    draft.ready_at, draft.returned_note = clock.now(), ""
    draft.save()
    audit.record(by, "archives.ready", draft, case_id=case.id)
    return flow.touch(case)


@transaction.atomic
def return_draft(case_id: int, *, by: Acting, version: int, note: str) -> Case:
    """The checker sends the draft back to 建档人 with what has to be put right."""
    case = flow.lock(case_id, version)
    _may(access.may_check(by, case), "退回档案表")
    draft = draft_of(case)
    if draft is None or not draft.ready_at:
        raise Refused("档案表还没有提交审核，不用退回。")
    if len(note.strip()) < 2:
        raise Refused(Reason("请写明要改什么。", field="note"))
    draft.ready_at, draft.returned_note = None, note.strip()[:300]
    draft.save()
    audit.record(by, "archives.return_draft", draft, case_id=case.id)
    return flow.touch(case)


@transaction.atomic
def file(case_id: int, *, by: Acting, version: int) -> Archive:
    """审核建档: freeze the draft, give the worker number, make archive and version 1; the case becomes filed.

    For a live file the draft is an amendment and becomes the next version. Raises Refused with all missing answers.
    """
    case = flow.lock(case_id, version)
    if case.state in LIVE:
        return _file_amendment(case, by)
    draft = draft_of(case)
    if case.state == State.RECOGNISED:
        _may(access.may_check(by, case), "审核建档")
        refuse_if(rules.reasons_not_to_file(draft, by.user))
    case = flow.take(case_id, "file", by=by, version=version)
    assert draft is not None
    digest = _freeze_into(case, draft.circumstances)
    household = case.household
    if not household.worker_no:
        household.worker_no = next_worker_no(case.org)
        household.save(update_fields=["worker_no"])
    case.worker_no = household.worker_no
    case.save()
    archive = _archive_of(case, draft, by)
    _keep_version(archive, draft, by, digest, reason="")
    _outdate(archive, ("F6",))
    audit.record(by, "archives.file", archive, case_id=case.id, version=archive.version)
    draft.delete()
    return archive


@transaction.atomic
def amend(case_id: int, *, by: Acting, version: int, reason: str) -> Draft:
    """更正档案: open a draft from the current version of a live file, with the reason that the new version will carry."""
    case = flow.lock(case_id, version)
    _may(access.may_edit(by, case), "更正档案")
    refuse_if(rules.reasons_not_to_amend(case, draft_of(case), reason))
    assert case.filed is not None
    draft = Draft.objects.create(
        **case.scope(),
        case=case,
        circumstances=copy_as(case.filed, Witness.FILED),
        filed_by=by.user,
        entered_by=by.user,
        reason=reason.strip()[:300],
    )
    audit.record(by, "archives.open_amendment", draft, case_id=case.id, reason=draft.reason)
    flow.touch(case)
    return draft


@transaction.atomic
def drop_amendment(case_id: int, *, by: Acting, version: int) -> Case:
    """Give up an amendment that was not handed over; the file stays as it was."""
    case = flow.lock(case_id, version)
    draft = _editable(case, by)
    if case.state not in LIVE:
        raise Refused("首次建档的档案表不能放弃，请填写完整后提交审核。")
    _throw_away(draft)
    audit.record(by, "archives.drop_amendment", case, case_id=case.id)
    return flow.touch(case)


def draft_of(case: Case) -> Draft | None:
    """The draft of a case with its record and people, None when there is none."""
    rows = Draft.objects.filter(case_id=case.id).select_related("case", "circumstances", "filed_by", "entered_by")
    return rows.prefetch_related("circumstances__members").first()


def _file_amendment(case: Case, by: Acting) -> Archive:
    _may(access.may_check(by, case), "审核更正")
    draft = draft_of(case)
    refuse_if(rules.reasons_not_to_file(draft, by.user))
    assert draft is not None
    archive = Archive.objects.select_for_update().get(household_id=case.household_id)
    digest = _freeze_into(case, draft.circumstances)
    case.save()
    archive.version += 1
    archive.save(update_fields=["version"])
    _keep_version(archive, draft, by, digest, reason=draft.reason)
    _outdate(archive, SPOILT_BY_AMENDMENT)
    audit.record(by, "archives.amend", archive, case_id=case.id, reason=draft.reason, version=archive.version)
    draft.delete()
    flow.touch(case)
    return archive


def _freeze_into(case: Case, circumstances: Circumstances) -> str:
    """Freeze the record and make it the case's filed one, with its persons claimed and its search keys set."""
    digest = freeze(circumstances)
    fresh = Circumstances.objects.prefetch_related("members").get(pk=circumstances.pk)
    case.filed = fresh
    households.claim(fresh, case_id=case.id)
    case_actions.index(case, fresh)
    return digest


def _archive_of(case: Case, draft: Draft, by: Acting) -> Archive:
    """The household's archive: a new one, or the former one taken up again (返困 keeps its number)."""
    months = int(setting("review_interval", case.org))
    facts = {
        "case": case,
        "standing": Standing.LIVE,
        "filed_on": clock.today(),
        "filed_by": draft.filed_by,
        "checked_by": by.user,
        "entered_by": draft.entered_by,
        "review_due_on": _months_later(clock.today(), months),
    }
    former = Archive.objects.select_for_update().filter(household_id=case.household_id).first()
    if former is None:
        return Archive.objects.create(**case.scope(), household=case.household, worker_no=case.worker_no, **facts)
    for name, value in {**facts, **case.scope(), "version": former.version + 1}.items():
        setattr(former, name, value)
    former.save()
    return former


def _keep_version(archive: Archive, draft: Draft, by: Acting, digest: str, *, reason: str) -> None:
    ArchiveVersion.objects.create(
        **archive.scope(),
        archive=archive,
        number=archive.version,
        circumstances=draft.circumstances,
        digest=digest,
        reason=reason,
        made_by=draft.filed_by,
        checked_by=by.user,
    )


def _outdate(archive: Archive, forms: tuple[str, ...]) -> None:
    documents.outdate_prints(archive.case_id, forms)


def _editable(case: Case, by: Acting) -> Draft:
    _may(access.may_edit(by, case), "填写档案表")
    draft = draft_of(case)
    refuse_if(rules.reasons_not_to_edit(draft))
    assert draft is not None
    return draft


def _write(record: models.Model, names: Iterable[str], draft: Draft) -> None:
    owner = record.pk if isinstance(record, Circumstances) else record.circumstances_id  # type: ignore[attr-defined]
    stored = type(record)._default_manager.filter(pk=record.pk).first()  # type: ignore[attr-defined]
    if stored is None or owner != draft.circumstances_id:
        raise Refused("这一页的档案表已经换了一份，没有保存。请刷新后再填。")
    names = [name for name in names if getattr(record, name) != getattr(stored, name)]
    if names:
        # The blind index of a member follows its number (Member.save).
        record.save(update_fields=[*names, "id_bidx"] if "id_number" in names else names)


def _saved(draft: Draft, by: Acting, page: str = "") -> Draft:
    draft.saved_at, draft.entered_by, draft.saved_page = clock.now(), by.user, page
    draft.save(update_fields=["saved_at", "entered_by", "saved_page"])
    return draft


def _throw_away(draft: Draft) -> None:
    circumstances = draft.circumstances
    draft.delete()
    circumstances.delete()


def _may(allowed: bool, words: str) -> None:
    if not allowed:
        raise Refused(f"您的岗位没有“{words}”的权限。")


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _propose(case: Case, circumstances: Circumstances) -> None:
    """Answers that follow from others, to be confirmed by 建档人."""
    c = circumstances
    proposals: dict[str, object] = {
        "filing_standard": lists.mapped("apply_level", c.apply_level, "filing_standard") or "",
        "archive_type": RELAPSED if case.entry_kind == "relapsed" else NEW_FILE,
        "floor_area": _dwelling_area(c),
        "housing_type": "2" if c.commercial_housing_count else "1" if c.self_built_count else "",
    }
    if c.contract_from:
        proposals["contract_term"] = contract_band(months_between(c.contract_from, c.contract_to))
    for name, value in proposals.items():
        if getattr(c, name) in (None, "") and value:
            setattr(c, name, value)
    c.save()
    for member in c.members.all():
        identity = member.member_identity or (c.job_identity if member.position == 0 else "")
        member.member_identity_fine = member.member_identity_fine or FINE_IDENTITY.get(identity, "")
        member.work_status = member.work_status or WORK_STATUS.get(identity, "")
        member.save()


def _dwelling_area(c: Circumstances):
    areas = [a for a in (c.commercial_housing_area, c.self_built_area, c.relocation_area) if a]
    return sum(areas) if areas else None
