"""Why a visit may not be assigned, signed or concluded. The household's side of the visit is its verified circumstances."""

from collections.abc import Iterable, Iterator
from datetime import date

from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households import rules as households
from bangfu.casework.households.models import Circumstances, Member
from bangfu.casework.visits.models import CheckState, Investigator, Visit
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.organisations.access import PERMISSIONS
from bangfu.foundations.organisations.models import Post, User

NEEDED = 2
ELIGIBLE, INELIGIBLE = "1", "0"
INCOME, OTHER = "income", "other"
TWO_OR_MORE = "44号 一（一）2：基层工会应派2名（含）以上的工作人员进行入户调查"
UNRELATED = "44号 一（一）2（与该户有亲属关系的人员应当回避）"
# The questions of 填表说明 1 that only a visit can answer, and the ground that a yes is.
GROUNDS = {
    "employs_others": "R-EX-2",
    "high_fee_school": "R-EX-3",
    "self_funded_abroad": "R-EX-3",
    "refused_check": "R-EX-5",
    "false_information": "R-EX-5",
}


def may_investigate(post: Post) -> bool:
    """Whether the post is one that makes visits (role and level) and is held today."""
    today = clock.today()
    held = post.from_date <= today and (post.to_date is None or post.to_date >= today) and post.user.is_active
    return held and post.org.level in PERMISSIONS["visits.record"].roles.get(post.role, frozenset())  # type: ignore[call-overload]


def reasons_not_to_assign(
    case: Case, posts: list[Post], unrelated: set[int], helpers: Iterable[str], planned_on: date | None
) -> list[Reason]:
    """Why this team cannot visit. `posts` are the investigators, `unrelated` the ids of the posts who declared no kinship."""
    found = []
    people = [post.user_id for post in posts]
    if len(set(people)) < len(people):
        found.append(Reason("同一个人选了两次，调查人员应是两名不同的工作人员。", "people", clause=TWO_OR_MORE))
    if len(set(people)) < NEEDED:
        found.append(
            Reason(
                "至少指派两名工会工作人员入户；社工、义工只能作为协助人员，不计入两名之内。",
                "people",
                rule="R-INV-1",
                clause=TWO_OR_MORE,
            )
        )
    chain = {case.org_id, *case.org.ancestor_ids}
    for post in posts:
        if post.org_id not in chain or not may_investigate(post):
            found.append(Reason(f"{post.user.name}不是本工会或上级工会现任的调查人员，不能指派。", "people"))
        elif post.id not in unrelated:
            found.append(
                Reason(f"{post.user.name}须声明与该户无亲属关系；有亲属关系的请换人。", "people", clause=UNRELATED)
            )
    found += _reasons_about_helpers(posts, helpers)
    applied = applied_on(case)
    if planned_on and applied and planned_on < applied:
        found.append(Reason(f"计划入户日期不能早于申请日期（{applied:%Y-%m-%d}）。", "planned_on"))
    return found


def _reasons_about_helpers(posts: list[Post], helpers: Iterable[str]) -> list[Reason]:
    staff = {post.user.name for post in posts}
    twice = [name for name in helpers if name in staff]
    return [Reason(f"{name}已是调查人员，不必再列为协助人员。", "helpers") for name in twice]


def reasons_not_to_record(visit: Visit | None) -> list[Reason]:
    """Whether there is an open round of the visit to write into."""
    if visit is None:
        return [Reason("还没有指派调查人员。")]
    if visit.case.state != State.VISITING:
        return [Reason(f"这一户现在是“{visit.case.look.label}”，入户调查记录不能再改。")]
    if visit.concluded_at:
        return [Reason("结论已收回，请先点“修改调查记录”，开始新的一轮。")]
    return []


def reasons_about_day(case: Case, day: date | None) -> list[Reason]:
    """入户日期: not before the application, not in the future."""
    if day is None:
        return []
    applied = applied_on(case)
    if day > clock.today():
        return [Reason("入户日期不能晚于今天。", "surveyed_on")]
    if applied and day < applied:
        text = f"入户日期不能早于申请日期（{applied:%Y-%m-%d}）。"
        return [Reason(text, "surveyed_on", clause="44号 一（一）2：在职工提出书面申请后入户调查")]
    return []


def reasons_not_to_sign(visit: Visit | None, signer: Investigator | None) -> list[Reason]:
    """An investigator signs once, for what is recorded."""
    found = reasons_not_to_record(visit)
    if found or visit is None:
        return found
    if signer is None or signer.is_helper:
        return [Reason("只有被指派的调查人员本人可以签名。")]
    if signer.signed_at:
        return [Reason("您已经签名。")]
    if not visit.surveyed_on:
        return [Reason("请先填写入户日期和调查情况，再签名。", "findings.surveyed_on")]
    return reasons_about_day(visit.case, visit.surveyed_on)


def reasons_not_to_conclude(visit: Visit | None, verified: Circumstances | None) -> list[Reason]:
    """What every conclusion needs, whatever it says: a visit on a day, two signatures."""
    found = reasons_not_to_record(visit)
    if found or visit is None or verified is None:
        return found
    if not visit.surveyed_on:
        found.append(Reason("请填写入户日期。", "findings.surveyed_on"))
    found += reasons_about_day(visit.case, visit.surveyed_on)
    staff = [one for one in visit.investigators.all() if not one.is_helper]
    signed = {one.user_id for one in staff if one.signed_at}
    if len(signed) < NEEDED:
        waiting = "、".join(one.name for one in staff if not one.signed_at)
        found.append(
            Reason(
                f"至少两名调查人员本人签名，已签 {len(signed)} 人" + (f"（{waiting}未签）。" if waiting else "。"),
                rule="R-INV-1",
                clause=TWO_OR_MORE,
            )
        )
    return found + households.reasons_contradictory(verified)


def reasons_not_to_find_eligible(visit: Visit, verified: Circumstances, survey_level: str) -> list[Reason]:
    """符合: no known exclusion, all questions answered, the members confirmed, 民政核对 answered or waived, a level."""
    found = [
        Reason(f"不能作出“符合”的结论：{r.text}", "conclusion", rule=r.rule, clause=r.clause)
        for r in known_exclusions(visit, verified)
    ]
    found += (
        list(_unanswered(visit, verified)) + list(reasons_members_unconfirmed(verified)) + reasons_check_open(visit)
    )
    if not survey_level:
        found.append(Reason("请选择符合省级以上还是市级建档条件。", "survey_level"))
    return found


def reasons_not_to_find_ineligible(visit: Visit, verified: Circumstances, ground: str, sentence: str) -> list[Reason]:
    """不符合: a ground that the recorded facts show, and a sentence the applicant can read."""
    found = []
    if not ground:
        found.append(Reason("请选择不符合的依据。", "ground"))
    elif ground not in (INCOME, OTHER) and ground not in {r.rule for r in known_exclusions(visit, verified)}:
        name = lists.label("exclusion", ground)
        found.append(Reason(f"调查记录里没有“{name}”的情况，请先在调查记录中如实填写。", "ground", rule=ground))
    if len(sentence.strip()) < 5:
        found.append(Reason("请用一句话写明不符合的理由，职工会看到这句话。", "reason"))
    return found


def known_exclusions(visit: Visit, verified: Circumstances) -> list[Reason]:
    """Which grounds of 填表说明 1 the visit has found: from the verified facts and from its own questions."""
    found = households.exclusions(verified)
    for name, ground in GROUNDS.items():
        if getattr(visit, name):
            label = visit._meta.get_field(name).verbose_name
            text = f"{lists.label('exclusion', ground)}：{label}。"
            found.append(Reason(text, f"findings.{name}", rule=ground, clause="附件2 填表说明1"))
    return found


def reasons_members_unconfirmed(verified: Circumstances) -> Iterator[Reason]:
    """Who is counted is settled at the home (填表说明 2): each person confirmed or not, those of another register with a duty."""
    for member in verified.members.all():
        if not member.supporter_only:
            yield from _unconfirmed(member)


def _unconfirmed(member: Member) -> Iterator[Reason]:
    who, field = member.name or "未填姓名者", f"members.{member.position}"
    if member.confirmed_by_visit is None:
        yield Reason(f"{who}：请填写入户是否确认为共同生活的家庭成员。", field, rule="R-HH-8")
    elif member.confirmed_by_visit is False and member.counted:
        yield Reason(
            f"{who}：入户未能确认，不能计入家庭人口，请把“共同生活”改为“否”，或填写不计入的情形。", field, rule="R-HH-8"
        )
    elif member.confirmed_by_visit and member.counted and member.same_register is False and member.legal_duty is False:
        yield Reason(
            f"{who}：不在同一户口簿，又没有法定赡养、扶养、抚养关系，不能计入家庭人口。",
            field,
            rule="R-HH-1",
            clause="附件2 填表说明2",
        )
    if member.position and (member.same_register is None or member.lives_together is None):
        yield Reason(f"{who}：请填写是否在同一户口簿、是否共同生活。", field, rule="R-HH-1")


def reasons_check_open(visit: Visit) -> list[Reason]:
    """核对 with 民政: answered on a day with its result, or waived with a reason."""
    if visit.check_state == CheckState.WAIVED:
        return (
            []
            if visit.check_waived_reason.strip()
            else [Reason("请写明免于民政核对的理由。", "check.check_waived_reason")]
        )
    if visit.check_state != CheckState.ANSWERED:
        return [Reason("民政核对还没有结果：请登记答复，或写明理由免于核对。", "check.check_state")]
    found = []
    if not visit.check_answered_on:
        found.append(Reason("请填写民政核对的答复日期。", "check.check_answered_on"))
    if not visit.check_result:
        found.append(Reason("请填写民政核对的结果；没有差异就写“与申报一致”。", "check.check_result"))
    return found


def _unanswered(visit: Visit, verified: Circumstances) -> Iterator[Reason]:
    for name in GROUNDS:
        if getattr(visit, name) is None:
            label = visit._meta.get_field(name).verbose_name
            yield Reason(f"请填写“{label}”（没有回答不等于没有）。", f"findings.{name}", clause="附件2 填表说明1")
    if verified.vehicle_regular_use is None:
        yield Reason("请填写家里是否有人经常使用机动车辆等。", "assets.vehicle_regular_use", rule="R-EX-4")
    elif verified.vehicle_regular_use and verified.vehicle_use_employed is None:
        yield Reason("请填写经常使用的车辆是否受雇使用。", "assets.vehicle_use_employed", rule="R-EX-4")


def applied_on(case: Case) -> date | None:
    """The day of the application, None while it has none."""
    application = getattr(case, "application", None)
    return application.applied_on if application else None


def signer_of(visit: Visit | None, user: User) -> Investigator | None:
    """The line of the visit on which this person signs."""
    return next((one for one in visit.investigators.all() if one.user_id == user.id), None) if visit else None
