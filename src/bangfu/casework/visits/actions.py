"""The verbs of a visit: assign, record, sign, conclude. Each moves the case, or counts a change of it."""

from collections.abc import Iterable
from datetime import date

from django.db import models, transaction

from bangfu.casework.cases import actions as cases
from bangfu.casework.cases import flow
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households import actions as households
from bangfu.casework.households.circumstances import copy_as, freeze
from bangfu.casework.households.models import Circumstances, Member, Witness
from bangfu.casework.visits import queries, rules
from bangfu.casework.visits.access import may_assign, may_record, may_sign
from bangfu.casework.visits.models import Investigator, Visit
from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Reason, Refused, refuse_if
from bangfu.foundations.documents import actions as documents
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.models import Post
from bangfu.foundations.organisations.scope import Acting

NOT_YOURS = "您的岗位现在不能办理这一户的入户调查，可能已有人办理，请刷新页面查看。"
# What an investigator's signature does not cover: the check with 民政 goes on after the visit.
NOT_SIGNED_FOR = {
    "check_state", "check_asked_on", "check_answered_on", "check_result", "check_waived_reason", "aided",
}  # fmt: skip
OF_THE_ROUND = (
    "assigned_at", "planned_on", "surveyed_on", "note", "check_state", "check_asked_on", "check_answered_on", "check_result",
    "check_waived_reason", "aided", "refused_check", "false_information", "employs_others", "high_fee_school",
    "self_funded_abroad", "conclusion", "survey_level", "rule", "reason",
)  # fmt: skip


@transaction.atomic
def assign(
    case_id: int,
    *,
    by: Acting,
    version: int,
    posts: list[Post],
    unrelated: Iterable[int],
    helpers: Iterable[str] = (),
    planned_on: date | None = None,
) -> Visit:
    """Name the team of a submitted case and open its verified circumstances; or, before the conclusion, name another team.

    `posts`: the investigators in the posts in which they are sent; `unrelated`: ids of the posts that declared no kinship
    (R-INV-1). Whoever stays keeps a signature. Raises Refused.
    """
    case = flow.lock(case_id, version)
    if not may_assign(by, case):
        raise Refused(NOT_YOURS)
    helpers = _names(helpers)
    visit = queries.current(case) if case.state == State.VISITING else None
    refuse_if(rules.reasons_not_to_assign(case, posts, set(unrelated), helpers, planned_on))
    if case.state == State.VISITING:
        refuse_if(rules.reasons_not_to_record(visit))
    if visit is None:
        visit = _begin(case, planned_on)
        case = flow.take(case_id, "assign", by=by, version=version)
        _open_verified(case, case.declared)
    else:
        visit.planned_on = planned_on
        visit.save(update_fields=["planned_on"])
        flow.touch(case)
    _name_team(visit, posts, helpers)
    audit.record(by, "visits.assign", visit, case_id=case.id, posts=[post.id for post in posts], helpers=len(helpers))
    return Visit.objects.get(pk=visit.pk)


def _begin(case: Case, planned_on: date | None) -> Visit:
    case.visits.filter(superseded=False).update(superseded=True)
    return Visit.objects.create(**case.scope(), case=case, assigned_at=clock.now(), planned_on=planned_on)


def _open_verified(case: Case, source: Circumstances | None) -> None:
    assert source is not None
    case.verified = copy_as(source, Witness.VERIFIED)
    case.save(update_fields=["verified"])


def _name_team(visit: Visit, posts: list[Post], helpers: list[str]) -> None:
    wanted = {post.user_id: post for post in posts}
    visit.investigators.filter(is_helper=True).delete()
    visit.investigators.exclude(user_id__in=wanted).delete()
    known = set(visit.investigators.values_list("user_id", flat=True))
    for user_id, post in wanted.items():
        if user_id not in known:
            Investigator.objects.create(
                **visit.scope(),
                visit=visit,
                user=post.user,
                name=post.user.name,
                from_org=post.org,
                declares_no_kinship=True,
            )
    for name in helpers:
        Investigator.objects.create(**visit.scope(), visit=visit, name=name, is_helper=True)


def _names(helpers: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in helpers if name.strip()))


@transaction.atomic
def record(case_id: int, *, by: Acting, version: int, changed: Iterable[tuple[models.Model, Iterable[str]]]) -> Case:
    """Write answers of the visit: pairs of a record (the visit, its verified circumstances, a member of them) and field names.

    What does not differ from the stored answers is not written. A change of what was signed for takes the signatures
    back. Raises Refused.
    """
    case, visit = _locked(case_id, by, version)
    written: list[str] = []
    for thing, names in changed:
        _belongs(thing, visit)
        stored = type(thing)._default_manager.get(pk=thing.pk)  # type: ignore[attr-defined]
        names = [name for name in names if getattr(thing, name) != getattr(stored, name)]
        if isinstance(thing, Visit) and "surveyed_on" in names:
            refuse_if(rules.reasons_about_day(case, thing.surveyed_on))
        if names:
            # The blind index of a member follows its number (Member.save).
            thing.save(update_fields=[*names, "id_bidx"] if "id_number" in names else names)
            written += names
    if written:
        if set(written) - NOT_SIGNED_FOR:
            visit.investigators.filter(signed_at__isnull=False).update(signed_at=None)
        audit.record(by, "visits.record", visit, case_id=case.id, fields=sorted(set(written)))
        flow.touch(case)
    return case


def _belongs(thing: models.Model, visit: Visit) -> None:
    verified = visit.case.verified_id
    mine = {
        Visit: lambda: thing.pk == visit.pk,
        Circumstances: lambda: thing.pk == verified,
        Member: lambda: thing.circumstances_id == verified,  # type: ignore[attr-defined]
    }
    if not mine[type(thing)]():  # type: ignore[index]
        raise Refused("这一页的内容不属于本次入户调查，没有保存。请刷新后再办理。")


@transaction.atomic
def add_member(case_id: int, *, by: Acting, version: int, name: str) -> Member:
    """Add a person whom the visit found and the declaration does not name; the answers follow on the page."""
    case, visit = _locked(case_id, by, version)
    if not name.strip():
        raise Refused(Reason("请填写新增家庭成员的姓名。", "name"))
    assert case.verified is not None
    last = case.verified.members.order_by("-position").values_list("position", flat=True).first() or 0
    member = Member.objects.create(
        **case.scope(), circumstances=case.verified, position=last + 1, name=name.strip(), confirmed_by_visit=True
    )
    _unsign(visit)
    audit.record(by, "visits.record", visit, case_id=case.id, added=member.position)
    flow.touch(case)
    return member


@transaction.atomic
def remove_member(case_id: int, *, by: Acting, version: int, position: int) -> None:
    """Take out a person whom the visit added by mistake. Declared ones stay: they are answered 不共同生活 instead."""
    case, visit = _locked(case_id, by, version)
    assert case.verified is not None
    assert case.declared is not None
    if case.declared.members.filter(position=position).exists():
        raise Refused("申报的家庭成员不能移除；不共同生活的，请在“共同生活”一项选“否”。")
    case.verified.members.filter(position=position).delete()
    _unsign(visit)
    audit.record(by, "visits.record", visit, case_id=case.id, removed=position)
    flow.touch(case)


@transaction.atomic
def add_photos(case_id: int, *, by: Acting, files: Iterable) -> list[Attachment]:
    """Keep photos of the visit (入户调查照片). All or none; raises Refused with what is wrong with a file."""
    case, visit = _locked(case_id, by, None)
    files = list(files)
    if not files:
        raise Refused(Reason("请先选择或拍摄照片。", "photos"))
    place = queries.place_of(visit)
    return [documents.keep(one, by=by, case=case, kind=queries.PHOTO, place=place) for one in files]


@transaction.atomic
def remove_photo(case_id: int, *, by: Acting, photo_id: int) -> None:
    """Take a photo out of this round."""
    _, visit = _locked(case_id, by, None)
    photo = queries.photos(visit).filter(pk=photo_id).first()
    if photo is None:
        raise Refused("这张照片已经移除。")
    documents.remove(photo, by=by)


@transaction.atomic
def sign(case_id: int, *, by: Acting, version: int, unrelated: bool) -> Investigator:
    """An investigator signs for what is recorded, in the post in which they were sent, and declares again to be no kin."""
    case = flow.lock(case_id, version)
    visit = queries.current(case)
    signer = rules.signer_of(visit, by.user)
    refuse_if(rules.reasons_not_to_sign(visit, signer))
    if signer is None or not may_sign(by, case, signer):
        raise Refused("请切换到被指派时的岗位，由本人签名。")
    if not unrelated:
        raise Refused(
            Reason("请确认您与该户无亲属关系；有亲属关系的请告知本工会换人调查。", "unrelated", clause=rules.UNRELATED)
        )
    signer.signed_at, signer.declares_no_kinship = clock.now(), True
    signer.save(update_fields=["signed_at", "declares_no_kinship"])
    audit.record(by, "visits.sign", signer, case_id=case.id)
    flow.touch(case)
    return signer


@transaction.atomic
def conclude(
    case_id: int,
    *,
    by: Acting,
    version: int,
    conclusion: str,
    survey_level: str = "",
    ground: str = "",
    reason: str = "",
) -> Case:
    """Conclude the visit: 符合 with a level → candidate; 不符合 with a ground and a sentence → rejected (R-INV-2, R-EX-7).

    Freezes the verified circumstances. 符合 claims whom the visit counted (R-FILE-1), 不符合 lets the claims go.
    """
    case = flow.lock(case_id, version)
    visit = queries.current(case)
    if not may_record(by, case):
        raise Refused(NOT_YOURS)
    verified = queries.witness(case.verified_id)
    refusals = rules.reasons_not_to_conclude(visit, verified)
    if refusals or visit is None or verified is None:
        raise Refused(refusals or "还没有指派调查人员。")
    eligible = conclusion == rules.ELIGIBLE
    if conclusion not in (rules.ELIGIBLE, rules.INELIGIBLE):
        raise Refused(Reason("请选择调查结论。", "conclusion"))
    if eligible:
        refuse_if(rules.reasons_not_to_find_eligible(visit, verified, survey_level))
    else:
        refuse_if(rules.reasons_not_to_find_ineligible(visit, verified, ground, reason))
    visit.conclusion, visit.survey_level = conclusion, survey_level if eligible else ""
    visit.rule = "" if eligible or ground in (rules.INCOME, rules.OTHER) else ground
    visit.reason = "" if eligible else reason.strip()
    _seal(case, visit, verified)
    audit.record(by, "visits.conclude", visit, case_id=case.id, conclusion=conclusion, rule=visit.rule)
    case = flow.take(
        case_id,
        "find_eligible" if eligible else "find_ineligible",
        by=by,
        version=version,
        reason=visit.reason,
        rule=visit.rule,
    )
    if eligible:
        households.claim(verified, case_id=case.id)
    else:
        households.release(case.id)
    documents.outdate_prints(case.id, ("F2",))
    return case


def _seal(case: Case, visit: Visit, verified: Circumstances) -> None:
    freeze(verified)
    cases.index(case, verified)
    case.save(update_fields=["name", "name_grams", "name_initials", "id_bidx", "phone_bidx", "main_cause"])
    visit.members_text = queries.names_of_counted(verified)
    visit.concluded_at = clock.now()
    visit.save()


@transaction.atomic
def resume(case_id: int, *, by: Acting, version: int) -> Visit:
    """After a conclusion was taken back: a new round with the same answers and team, to be mended, signed and concluded again."""
    case = flow.lock(case_id, version)
    old = queries.current(case)
    if not may_record(by, case) or old is None:
        raise Refused(NOT_YOURS)
    if not old.concluded_at:
        raise Refused("这一轮调查还没有结论，可以直接修改。")
    old.superseded = True
    old.save(update_fields=["superseded"])
    visit = Visit.objects.create(**case.scope(), case=case, **{name: getattr(old, name) for name in OF_THE_ROUND})
    for one in old.investigators.all():
        Investigator.objects.create(
            **case.scope(), visit=visit, user_id=one.user_id, name=one.name, from_org_id=one.from_org_id,
            is_helper=one.is_helper, declares_no_kinship=one.declares_no_kinship,
        )  # fmt: skip
    queries.photos(old).update(place=queries.place_of(visit))
    _open_verified(case, queries.witness(case.verified_id))
    audit.record(by, "visits.record", visit, case_id=case.id, resumed=old.id)
    flow.touch(case)
    return visit


@transaction.atomic
def reveal_phones(visits: Iterable[Visit], *, by: Acting, reason: str) -> None:
    """Open the masked values of several households for today, one logged reason for each (to telephone before visiting)."""
    for visit in visits:
        cases.reveal(visit.case, by=by, reason=reason)


def _locked(case_id: int, by: Acting, version: int | None) -> tuple[Case, Visit]:
    case = flow.lock(case_id, version)
    if not may_record(by, case):
        raise Refused(NOT_YOURS)
    visit = queries.current(case)
    refusals = rules.reasons_not_to_record(visit)
    if refusals or visit is None:
        raise Refused(refusals)
    return case, visit


def _unsign(visit: Visit) -> None:
    visit.investigators.filter(signed_at__isnull=False).update(signed_at=None)
