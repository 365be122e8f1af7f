"""The flow as data: each step from which states, to which, who (permission), at whose turn, by which clause.

Buttons, work lists, the diagram in docs and the test matrix are derived from this table (workflow.csv). Only `flow`
reads it to move a case.
"""

from dataclasses import dataclass

from bangfu.casework.cases.models import ReturnedTo
from bangfu.casework.cases.states import OPEN, State

NEXT = "next"  # the next level of the path; recognised after the last


@dataclass(frozen=True)
class Step:
    """One row of the table. `turn`: filing = the filing union or one acting for it; level = whose turn it is."""

    name: str
    label: str
    origin: frozenset[State]
    to: str
    permission: str
    turn: str
    clause: str
    reason_needed: bool = False
    returned_to: str = ""


def _step(name, label, origin, to, permission, clause, *, turn="filing", reason=False, returned_to="") -> Step:
    states = frozenset(origin) if isinstance(origin, frozenset | set | tuple) else frozenset({origin})
    return Step(name, label, states, to, permission, turn, clause, reason, returned_to)


S = State
LEVELS = (S.AT_TOWNSHIP, S.AT_COUNTY, S.AT_CITY)
STEPS = {
    step.name: step
    for step in (
        _step("submit", "提交申请", S.DRAFT, S.SUBMITTED, "applications.edit", "（一）2"),
        _step("assign", "指派调查人员", S.SUBMITTED, S.VISITING, "visits.assign", "（一）2"),
        _step(
            "return_to_applicant",
            "退回职工补正",
            S.SUBMITTED,
            S.RETURNED,
            "applications.return",
            "通知未规定",
            reason=True,
            returned_to=ReturnedTo.APPLICANT,
        ),
        _step(
            "resubmit",
            "补正后重新提交",
            S.RETURNED,
            S.SUBMITTED,
            "applications.edit",
            "通知未规定",
            returned_to=ReturnedTo.APPLICANT,
        ),
        _step("appeal", "申诉（补充新情况）", S.REJECTED, S.SUBMITTED, "applications.edit", "通知未规定", reason=True),
        _step("withdraw", "撤回申请", OPEN, S.WITHDRAWN, "cases.withdraw", "附件1 自愿停止申请", reason=True),
        _step("find_eligible", "调查结论：符合", S.VISITING, S.CANDIDATE, "visits.record", "（一）2"),
        _step(
            "find_ineligible",
            "调查结论：不符合",
            S.VISITING,
            S.REJECTED,
            "visits.record",
            "（一）2 予以剔除",
            reason=True,
        ),
        _step("pass_review", "评议通过", S.CANDIDATE, S.PASSED, "reviews.hold", "（一）2"),
        _step("fail_review", "评议未通过", S.CANDIDATE, S.REJECTED, "reviews.hold", "附件5 民主评议结果", reason=True),
        _step("post_notice", "张贴公示", S.PASSED, S.ON_NOTICE, "notices.post", "（一）2"),
        _step("object", "登记异议", S.ON_NOTICE, S.OBJECTED, "notices.object", "附件2 有异议", turn="anyone"),
        _step("dismiss_objection", "异议不成立", S.OBJECTED, S.ON_NOTICE, "notices.answer", "通知未规定", reason=True),
        _step("uphold_objection", "异议成立", S.OBJECTED, S.REJECTED, "notices.answer", "通知未规定", reason=True),
        _step("clear_notice", "登记公示结果", S.ON_NOTICE, S.NOTICE_CLEARED, "notices.post", "（一）2"),
        _step("opine_grassroots", "基层工会意见", S.NOTICE_CLEARED, NEXT, "approvals.opine_grassroots", "附件2"),
        _step(
            "opine_again",
            "基层工会补正后再报",
            S.RETURNED,
            NEXT,
            "approvals.opine_grassroots",
            "实践",
            returned_to=ReturnedTo.GRASSROOTS,
        ),
        _step(
            "opine_township",
            "乡镇（街道）、开发区（园区）工会意见",
            S.AT_TOWNSHIP,
            NEXT,
            "approvals.opine_township",
            "附件2",
            turn="level",
        ),
        _step(
            "reopine_township",
            "乡镇（街道）补正后再报",
            S.RETURNED,
            NEXT,
            "approvals.opine_township",
            "实践",
            turn="level",
            returned_to=ReturnedTo.TOWNSHIP,
        ),
        _step(
            "opine_county", "县级工会意见", S.AT_COUNTY, NEXT, "approvals.opine_county", "附件2、（一）3", turn="level"
        ),
        _step(
            "reopine_county",
            "县级补正后再报",
            S.RETURNED,
            NEXT,
            "approvals.opine_county",
            "实践",
            turn="level",
            returned_to=ReturnedTo.COUNTY,
        ),
        _step(
            "opine_city",
            "市级职工服务中心（省有关产业工会）意见",
            S.AT_CITY,
            S.RECOGNISED,
            "approvals.opine_city",
            "附件2",
            turn="level",
        ),
        _step(
            "return_township",
            "退回",
            S.AT_TOWNSHIP,
            S.RETURNED,
            "approvals.opine_township",
            "实践",
            turn="level",
            reason=True,
        ),
        _step(
            "return_county",
            "退回",
            S.AT_COUNTY,
            S.RETURNED,
            "approvals.opine_county",
            "实践",
            turn="level",
            reason=True,
        ),
        _step("return_city", "退回", S.AT_CITY, S.RETURNED, "approvals.opine_city", "实践", turn="level", reason=True),
        _step(
            "refuse_township",
            "不予认定",
            S.AT_TOWNSHIP,
            S.REJECTED,
            "approvals.opine_township",
            "附件2",
            turn="level",
            reason=True,
        ),
        _step(
            "refuse_county",
            "不予认定",
            S.AT_COUNTY,
            S.REJECTED,
            "approvals.opine_county",
            "附件2",
            turn="level",
            reason=True,
        ),
        _step(
            "refuse_city", "不予认定", S.AT_CITY, S.REJECTED, "approvals.opine_city", "附件2", turn="level", reason=True
        ),
        _step("file", "审核建档", S.RECOGNISED, S.FILED, "archives.check", "（一）5"),
        _step("plan", "确定帮扶计划", S.FILED, S.PLANNED, "plans.edit", "（一）4"),
        _step("issue_card", "发放联系卡、建立台账", S.PLANNED, S.IN_ASSISTANCE, "plans.edit", "（一）4"),
        _step("assist", "登记帮扶", S.IN_ASSISTANCE, S.IN_ASSISTANCE, "assistance.record", "（一）5"),
    )
}

# Decisions that whoever pressed last may take back while nobody has acted after them.
REVOCABLE = frozenset(
    {
        "return_to_applicant",
        "find_eligible",
        "find_ineligible",
        "pass_review",
        "fail_review",
        "opine_grassroots",
        "opine_again",
        "opine_township",
        "reopine_township",
        "opine_county",
        "reopine_county",
        "opine_city",
        "return_township",
        "return_county",
        "return_city",
        "refuse_township",
        "refuse_county",
        "refuse_city",
        "dismiss_objection",
        "uphold_objection",
    }
)
