"""What the file lacks, who may not check it, and how a member is related to the head of the household."""

from bangfu.casework.archives.models import Draft
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import LIVE, State
from bangfu.casework.households.models import Circumstances, Member
from bangfu.casework.households.rules import IDENTITY, reasons_archive_incomplete
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.organisations.models import User

SELF, HEAD, SPOUSE = "01", "02", "10"
CHILD = {"1": "20", "2": "30"}  # 子, 女 by sex
CHILD_IN_LAW = {"1": "28", "2": "38"}
GRANDCHILD = {"1": "41", "2": "42"}
PARENT = {"1": "51", "2": "52"}
GRANDPARENT = {"1": "61", "2": "62"}
PARENTS_OF = {
    "1": {"51": "55", "52": "56"},
    "2": {"51": "53", "52": "54"},
}  # by the sex of the head whose in-laws they are
SONS, DAUGHTERS = {str(n) for n in range(20, 28)}, {str(n) for n in range(30, 38)}
SPOUSES, PARENTS, SIBLINGS = {"10", "11", "12"}, {"51", "52"}, {"70", "71", "73", "75", "77"}


def relation_to_head(member: Member, circumstances: Circumstances) -> str:
    """关系（是户主的）: 02 for the head, the answer given by hand, else derived from both relations to the applicant.

    '' when it cannot be derived and has to be asked (DOMAIN 4: 附件2 asks the applicant's, 附件6 the head's).
    """
    if member.is_head:
        return HEAD
    if member.relation_to_head_override:
        return member.relation_to_head_override
    head = next((one for one in circumstances.members.all() if one.is_head), None)
    if head is None:
        return ""
    if head.position == 0:
        return member.relation_to_applicant
    return _derived(member, head)


def _derived(member: Member, head: Member) -> str:
    theirs = head.relation_to_applicant
    own = SELF if member.position == 0 else member.relation_to_applicant
    if theirs in SPOUSES:
        return _of_spouse(own, member, head)
    if theirs in PARENTS:
        return _of_parent(own, member)
    if theirs in SONS | DAUGHTERS:
        return _of_child(own, member)
    return ""


def _of_spouse(own: str, member: Member, head: Member) -> str:
    if own == SELF:
        return SPOUSE
    if own in SONS | DAUGHTERS:
        return own
    if own in ("51", "52"):
        return PARENTS_OF.get(head.sex, {}).get(own, "")
    return {"53": "51", "54": "52", "55": "51", "56": "52"}.get(own, "")


def _of_parent(own: str, member: Member) -> str:
    if own == SELF:
        return CHILD.get(member.sex, "")
    if own in SPOUSES:
        return CHILD_IN_LAW.get(member.sex, "")
    if own in SONS | DAUGHTERS:
        return GRANDCHILD.get(member.sex, "")
    if own in PARENTS:
        return SPOUSE
    return CHILD.get(member.sex, "") if own in SIBLINGS else ""


def _of_child(own: str, member: Member) -> str:
    if own == SELF or own in SPOUSES:
        return PARENT.get(member.sex, "")
    if own in PARENTS:
        return GRANDPARENT.get(member.sex, "")
    return ""


def contract_band(months: int | None) -> str:
    """Code of contract_term_band for a contract of so many months; None = without end."""
    if months is None:
        return "7"
    limits = {6: "1", 18: "2", 30: "3", 42: "4", 54: "5", 120: "6"}
    return next((code for most, code in limits.items() if months <= most), "7")


def months_between(start: str, end: str) -> int | None:
    """Whole months of a period given as YYYY-MM, both months included; None when it has no end."""
    if not end:
        return None
    one, other = start.split("-"), end.split("-")
    return (int(other[0]) - int(one[0])) * 12 + int(other[1]) - int(one[1]) + 1


def reasons_incomplete(circumstances: Circumstances) -> list[Reason]:
    """Everything that 附件6 still lacks, the relations to the head included (R-DATA-1)."""
    unknown = [
        Reason(
            f"{member.name or '一位成员'}与户主的关系推算不出来，请选择。",
            field=f"members.{member.position}.relation_to_head_override",
        )
        for member in circumstances.members.all()
        if not member.supporter_only and not relation_to_head(member, circumstances)
    ]
    has_head = any(member.is_head for member in circumstances.members.all())
    return reasons_archive_incomplete(circumstances) + _two_heads(circumstances) + (unknown if has_head else [])


def _two_heads(circumstances: Circumstances) -> list[Reason]:
    heads = [member.name for member in circumstances.members.all() if member.is_head]
    if len(heads) < 2:
        return []
    return [Reason(f"户主只能有一位，现在勾了{'、'.join(heads)}。", field="members.0.is_head")]


def reasons_not_to_open(case: Case) -> list[Reason]:
    """Why no draft of 附件6 can be filled: only after recognition, from what the visit found."""
    if case.state != State.RECOGNISED:
        return [Reason("认定之后才填写《困难职工档案表》；已建档的请用“更正档案”。")]
    return [] if case.verified_id else [Reason("这一户没有入户调查核实的记录，不能生成档案表。")]


def reasons_not_to_edit(draft: Draft | None) -> list[Reason]:
    """Why the draft cannot be changed now."""
    if draft is None:
        return [Reason("没有正在填写的档案表，请刷新页面查看。")]
    if draft.case.state not in LIVE | {State.RECOGNISED}:
        return [Reason("这一户的认定已被收回，认定之后才能继续填写档案表。")]
    if draft.ready_at:
        return [Reason("档案表已提交审核，不能修改。要修改请先请审核人退回。")]
    return []


def reasons_not_to_make_ready(draft: Draft | None) -> list[Reason]:
    """Why the draft cannot be handed to the checker: every missing answer at once."""
    return reasons_not_to_edit(draft) or reasons_incomplete(draft.circumstances)  # type: ignore[union-attr]


def reasons_not_to_file(draft: Draft | None, user: User) -> list[Reason]:
    """Why this person cannot check and file the draft (建档人 ≠ 审核人; 附件6 complete)."""
    if draft is None:
        return [Reason("还没有填写档案表，不能审核。")]
    reasons = reasons_not_to_check(draft, user)
    if not draft.ready_at:
        reasons.append(Reason("档案表还没有提交审核，请建档人填完后提交。"))
    return reasons + reasons_incomplete(draft.circumstances)


def reasons_not_to_check(draft: Draft, user: User) -> list[Reason]:
    """Why this person is not the checker of this draft."""
    if draft.filed_by_id == user.id:
        return [
            Reason("建档人不能审核自己填写的档案表，请本工会另一位人员或上级工会审核。", clause="附件6 建档人、审核人")
        ]
    if draft.entered_by_id == user.id:
        return [Reason("录入人不能审核自己录入的档案表，请另一位人员审核。", clause="附件6 录入人、审核人")]
    return []


def reasons_not_to_amend(case: Case, draft: Draft | None, reason: str) -> list[Reason]:
    """Why no amendment of a filed archive can be opened."""
    if case.state not in LIVE:
        return [Reason("只有在档的家庭可以更正档案。")]
    if draft is not None:
        return [Reason("这一户已有一份正在更正的档案表，请在那一份里继续填写。")]
    return [] if len(reason.strip()) >= 2 else [Reason("请写明更正的理由（例如：孩子升学）。", field="reason")]


def may_be_excused(reason: Reason) -> bool:
    """Whether the blank may be answered 无 / 不详: everything required but identity, head and what contradicts itself."""
    return reason.text.startswith("请填写") and reason.field.rsplit(".", 1)[-1] not in IDENTITY | {"is_head"}
