"""The states of a case, in the order of the circular's words 申请 → 调查 → 评议 → 公示 → 审核 → 认定 → 录入 → 帮扶."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The words of workflow.csv, the same everywhere."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VISITING = "visiting"
    CANDIDATE = "candidate"
    PASSED = "passed"
    ON_NOTICE = "on_notice"
    OBJECTED = "objected"
    NOTICE_CLEARED = "notice_cleared"
    AT_TOWNSHIP = "at_township"
    AT_COUNTY = "at_county"
    AT_CITY = "at_city"
    RECOGNISED = "recognised"
    FILED = "filed"
    PLANNED = "planned"
    IN_ASSISTANCE = "in_assistance"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Look:
    """How a state is shown: label, colour tone, the stage of the main line it belongs to."""

    label: str
    tone: str
    stage: str


STAGES = ["申请", "调查", "评议", "公示", "审核", "认定", "录入", "帮扶"]

LOOKS = {
    State.DRAFT: Look("草稿", "grey", "申请"),
    State.SUBMITTED: Look("已提交", "blue", "申请"),
    State.RETURNED: Look("退回补正", "purple", "申请"),
    State.VISITING: Look("入户调查", "red", "调查"),
    State.CANDIDATE: Look("待评议", "amber", "评议"),
    State.PASSED: Look("评议通过", "amber", "公示"),
    State.ON_NOTICE: Look("公示中", "blue", "公示"),
    State.OBJECTED: Look("有异议", "red", "公示"),
    State.NOTICE_CLEARED: Look("公示无异议", "teal", "审核"),
    State.AT_TOWNSHIP: Look("乡镇审核", "blue", "审核"),
    State.AT_COUNTY: Look("县级审核", "blue", "审核"),
    State.AT_CITY: Look("市级认定", "purple", "认定"),
    State.RECOGNISED: Look("已认定", "green", "录入"),
    State.FILED: Look("已建档", "green", "帮扶"),
    State.PLANNED: Look("已定计划", "green", "帮扶"),
    State.IN_ASSISTANCE: Look("帮扶中", "green", "帮扶"),
    State.REJECTED: Look("不予认定", "grey", ""),
    State.WITHDRAWN: Look("已撤回", "grey", ""),
}

FINAL = frozenset({State.REJECTED, State.WITHDRAWN})
# Files in being: the household is recorded and helped.
LIVE = frozenset({State.FILED, State.PLANNED, State.IN_ASSISTANCE})
# A case may be withdrawn from any of these.
OPEN = frozenset(State) - FINAL - LIVE
AT_LEVEL = frozenset({State.AT_TOWNSHIP, State.AT_COUNTY, State.AT_CITY})
CLAIMLESS = frozenset({State.DRAFT}) | FINAL


def label(state: str) -> str:
    """Chinese words for a state."""
    return LOOKS[State(state)].label
