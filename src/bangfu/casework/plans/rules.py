"""What a plan lacks before it is decided, signed or carded, and which need no measure answers yet (R-PLAN-1, R-CARD-1)."""

import datetime as dt

from bangfu.casework.archives.models import Archive
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import LIVE, State
from bangfu.casework.plans.models import CardCopy, Contact, Plan, Sponsor
from bangfu.foundations.codes import clock, lists
from bangfu.foundations.codes.reasons import Reason
from bangfu.foundations.organisations.models import Organisation

CLAUSE = "44号 方法步骤（一）4"
OTHER = {"key_groups": ("6", "key_group_other"), "measures": ("5", "measure_other"), "plans": ("8", "plan_other")}
OTHER_SITUATION = "10"
COPIES = ("1", "2", "3")
SERVICE_CENTRE = "3"
# Which measures and plans answer which need; m = 四个一批措施, p = 七个行动计划.
ANSWERS = {
    "work": ("m1", "p2", "p3"),
    "skills": ("m1", "p1"),
    "medical": ("m3", "p4"),
    "schooling": ("p5",),
    "living": ("m2", "m4", "p6", "p7"),
    "other": ("m5", "p8", "p7"),
}


def situations_for(causes: list[str]) -> list[str]:
    """家庭状况 proposed for these causes (map_form_to_gb), in the order of the list; 其他 only when nothing else fits."""
    found = {lists.mapped("cause_application", cause, "household_situation") for cause in causes}
    found = found - {OTHER_SITUATION} or found
    return [code for code in lists.rows("household_situation") if code in found]


def answers(needs: list[str], measures: list[str], plans: list[str]) -> dict[str, str]:
    """Which of the chosen measures and plans answer each need: {"medical": "m3,p4"}; '' = not answered yet."""
    chosen = {f"m{code}" for code in measures} | {f"p{code}" for code in plans}
    return {need: ",".join(one for one in ANSWERS.get(need, ()) if one in chosen) for need in needs}


def answers_in_words(given: dict[str, str]) -> list[tuple[str, list[str]]]:
    """(need, measures and plans that answer it) for the page; an empty list is a need that is not answered yet."""
    names = {"m": "four_batch_measure", "p": "seven_plan"}
    return [
        (
            lists.label("need_kind", need, default=need),
            [lists.label(names[one[0]], one[1:]) for one in text.split(",") if one],
        )
        for need, text in given.items()
    ]


def reasons_not_to_edit(case: Case, archive: Archive | None) -> list[Reason]:
    """Why no plan can be made: only a household in the file has one."""
    if case.state not in LIVE or archive is None:
        return [Reason("建档之后才能制定帮扶计划。")]
    return []


def reasons_not_to_choose(contact: tuple | None) -> list[Reason]:
    """Why this contact cannot be chosen."""
    return [] if contact else [Reason("请从名册中选择帮扶联系人。", field="contact")]


def reasons_not_to_agree(plan: Plan | None) -> list[Reason]:
    """Why there is nothing to agree to."""
    if plan is None or not plan.assist_contact:
        return [Reason("还没有提出帮扶单位和帮扶联系人。")]
    return [Reason("帮扶单位和帮扶联系人已经同意过了。")] if plan.agreed_by_id else []


def reasons_incomplete(plan: Plan | None) -> list[Reason]:
    """What 立卡信息 still lacks, the sponsor's agreement and the signature left aside."""
    if plan is None:
        return [Reason("还没有填写帮扶计划。")]
    reasons = [
        Reason(words, field=name, rule="R-PLAN-1", clause=CLAUSE)
        for name, words in (
            ("household_situations", "请勾选家庭状况。"),
            ("key_groups", "请勾选五类重点群体。"),
            ("measures", "四个一批措施至少选一项。"),
            ("plans", "七个行动计划至少选一项。"),
        )
        if not getattr(plan, name)
    ]
    for name, (code, text) in OTHER.items():
        if code in getattr(plan, name) and not getattr(plan, text).strip():
            label = str(Plan._meta.get_field(text).verbose_name)
            reasons.append(Reason(f"选了“其他”，请填写“{label}”。", field=text))
    reasons += reasons_against_month(plan.target_month)
    for name, words in (
        ("union_liaison", "所属工会联络人姓名"),
        ("union_liaison_post", "联络人职务"),
        ("union_liaison_phone", "联络人联系方式"),
    ):
        if not getattr(plan, name).strip():
            reasons.append(Reason(f"请填写{words}。", field=name))
    return reasons


def reasons_against_month(month: str) -> list[Reason]:
    """帮扶任务完成时限: a month that has not ended yet."""
    if not month:
        return [Reason("请填写帮扶任务完成时限。", field="target_month")]
    if month < f"{clock.today():%Y-%m}":
        return [Reason("帮扶任务完成时限不能是过去的月份。", field="target_month")]
    return []


def reasons_not_agreed(plan: Plan | None) -> list[Reason]:
    """Sponsor and contact are fixed under the guidance of the union above."""
    if plan is None or not plan.assist_contact:
        return [Reason("还没有确定帮扶单位和帮扶联系人。", rule="R-PLAN-1", clause=CLAUSE)]
    if plan.agreed_by_id is None:
        return [Reason("帮扶单位和帮扶联系人还没有得到上级工会同意。", rule="R-PLAN-1", clause="上级工会指导")]
    return []


def reasons_not_to_sign(plan: Plan | None, archive: Archive | None, signed_on: dt.date | None) -> list[Reason]:
    """Why the worker's confirmation cannot be recorded: the plan is complete, the day not before filing, not after today."""
    reasons = reasons_incomplete(plan) + reasons_not_agreed(plan)
    if reasons:
        return [Reason("计划填完、帮扶联系人确定之后，再请职工签字。"), *reasons]
    if signed_on is None:
        return [Reason("请填写签字日期。", field="signed_on")]
    if signed_on > clock.today():
        return [Reason("签字日期不能晚于今天。", field="signed_on")]
    if archive and signed_on < archive.filed_on:
        return [Reason(f"签字日期不能早于建档日期（{archive.filed_on:%Y-%m-%d}）。", field="signed_on")]
    return []


def reasons_not_to_decide(plan: Plan | None) -> list[Reason]:
    """Everything that 确定帮扶计划 still needs, all at once."""
    reasons = reasons_incomplete(plan) + reasons_not_agreed(plan)
    if plan is None or plan.signature_id is None or plan.signed_on is None:
        reasons.append(
            Reason(
                "还没有困难职工的签字确认。",
                field="signature",
                rule="R-PLAN-1",
                clause="帮扶计划和措施须经困难职工签字确认",
            )
        )
    return reasons


def reasons_not_to_issue(plan: Plan | None, carded_on: dt.date | None, approved_on: dt.date | None) -> list[Reason]:
    """Why the card cannot be issued: a decided plan, a day not before the approval and not after today."""
    reasons = reasons_not_to_decide(plan)
    if carded_on is None:
        return [*reasons, Reason("请填写立卡时间。", field="carded_on")]
    if carded_on > clock.today():
        reasons.append(Reason("立卡时间不能晚于今天。", field="carded_on"))
    if approved_on and carded_on < approved_on:
        reasons.append(Reason(f"立卡时间不能早于认定日期（{approved_on:%Y-%m-%d}）。", field="carded_on"))
    if plan and plan.signed_on and carded_on < plan.signed_on:
        reasons.append(Reason("立卡时间不能早于职工签字日期。", field="carded_on"))
    return reasons


def reasons_not_to_receive(copy: CardCopy) -> list[Reason]:
    """Why the service centre's copy cannot be marked received."""
    if copy.copy != SERVICE_CENTRE:
        return [Reason("只有上报至职工服务中心的一联需要登记收到。")]
    return [Reason("这一联已经登记收到。")] if copy.received_at else []


def reasons_not_to_register(org: Organisation, name: str, sponsor: Sponsor | None = None) -> list[Reason]:
    """Why a sponsor of this name cannot stand in the register of a union: once per register."""
    if not name.strip():
        return [Reason("请填写帮扶单位名称。", field="name")]
    same = Sponsor.objects.filter(org=org, name=name.strip()).exclude(pk=sponsor.pk if sponsor else None)
    return [Reason("名册中已有这个帮扶单位。", field="name")] if same.exists() else []


def reasons_not_to_retire(thing: Sponsor | Contact) -> list[Reason]:
    """Why a sponsor or contact cannot leave the register: households still count on them."""
    field = "sponsor" if isinstance(thing, Sponsor) else "contact"
    kept = Plan.objects.filter(
        **{field: thing}, case__state__in=[State.FILED, State.PLANNED, State.IN_ASSISTANCE]
    ).count()
    return [Reason(f"还有 {kept} 户由其帮扶，请先为这些家庭更换帮扶联系人。")] if kept else []
