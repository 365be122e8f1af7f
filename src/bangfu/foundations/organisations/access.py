"""Permissions: which role, at which level, may do what, each in one plain sentence (the table in docs is made from here)."""

from dataclasses import dataclass

from allauth.account.adapter import DefaultAccountAdapter

from bangfu.foundations.organisations.models import Role
from bangfu.foundations.organisations.scope import Acting

ALL = frozenset({1, 2, 3, 4, 5})
FILING = frozenset({2, 3, 4, 5})
ABOVE = frozenset({1, 2, 3, 4})
OF, IN, CH, RE, SU, AD = Role.OFFICER, Role.INVESTIGATOR, Role.CHAIR, Role.REVIEWER, Role.SUPERVISOR, Role.ADMIN


@dataclass(frozen=True)
class Permission:
    """One permission: the sentence an officer reads, and the levels at which each role holds it."""

    sentence: str
    roles: dict[Role, frozenset[int]]


PERMISSIONS = {
    "cases.view": Permission("查看本工会及下级工会的困难职工档案（敏感内容遮盖）", {OF: ALL, IN: ALL, CH: ALL, RE: ALL, SU: ALL}),
    "cases.reveal": Permission("填写理由后查看被遮盖的内容（逐次记录）", {OF: FILING, IN: FILING, CH: FILING, RE: ABOVE, SU: ABOVE}),
    "cases.withdraw": Permission("应职工本人要求（或职工死亡）撤回申请", {OF: FILING, CH: FILING}),
    "cases.take_back": Permission("在下一步无人办理之前收回自己刚作出的决定", {OF: FILING, IN: FILING, CH: FILING, RE: ABOVE}),
    "applications.edit": Permission("为职工填写、修改、提交申请，登记授权和收入证明", {OF: FILING, CH: FILING}),
    "applications.return": Permission("把不完整的申请退回职工补正", {OF: FILING, CH: FILING}),
    "visits.assign": Permission("指派入户调查人员", {OF: FILING, CH: FILING}),
    "visits.record": Permission("填写入户调查情况和结论", {IN: FILING, OF: FILING}),
    "reviews.hold": Permission("召集民主评议会议、登记表决和会议记录", {OF: FILING, CH: FILING}),
    "notices.post": Permission("张贴公示名单、登记公示结果", {OF: FILING, CH: FILING}),
    "notices.object": Permission("登记收到的异议（电话、来信、来访）", {OF: ALL, CH: ALL, IN: ALL, RE: ABOVE, SU: ABOVE}),
    "notices.answer": Permission("核查并答复异议（不得是本户调查人员）", {OF: FILING, CH: FILING, RE: ABOVE}),
    "approvals.opine_grassroots": Permission("签署基层工会意见", {CH: FILING}),
    "approvals.opine_township": Permission("签署乡镇（街道）、开发区（园区）工会意见", {RE: frozenset({4})}),
    "approvals.opine_county": Permission("签署县级工会意见", {RE: frozenset({3})}),
    "approvals.opine_city": Permission("签署市级职工服务中心（省有关产业工会）意见", {RE: frozenset({1, 2})}),
    "archives.edit": Permission("填写、修改《困难职工档案表》（建档人、录入人）", {OF: FILING}),
    "archives.check": Permission("审核《困难职工档案表》并建档（不得是建档人）", {CH: FILING, RE: ABOVE, OF: FILING}),
    "plans.edit": Permission("制定帮扶计划和措施、登记签字、发放联系卡", {OF: FILING, CH: FILING}),
    "plans.guide": Permission("提出或同意帮扶单位和帮扶联系人（上级工会指导）", {RE: ABOVE, OF: frozenset({2, 3, 4})}),
    "plans.receive_card": Permission("职工服务中心登记收到联系卡", {RE: frozenset({2, 3}), OF: frozenset({2, 3})}),
    "plans.register": Permission("维护帮扶单位和帮扶联系人名册", {OF: frozenset({2, 3}), RE: frozenset({2, 3}), AD: ABOVE}),
    "assistance.record": Permission("登记帮扶情况、查看和维护台账", {OF: FILING, CH: FILING}),
    "organisations.manage": Permission("新增、更名、调整和撤销本工会以下的工会", {AD: ABOVE}),
    "organisations.staff": Permission("管理本工会及下级工会的人员和任职", {AD: ALL}),
    "standards.enter": Permission("录入标准数据和通知未规定事项的设置", {AD: ABOVE, RE: ABOVE}),
    "standards.confirm": Permission("确认他人录入的标准数据和设置", {AD: ABOVE, RE: ABOVE}),
    "codes.calendar": Permission("维护节假日表", {AD: frozenset({1, 2})}),
    "audit.view": Permission("查看操作记录", {SU: ABOVE, AD: ALL}),
}


def may(by: Acting | None, key: str) -> bool:
    """Whether the acting post holds the permission, whatever the thing is. Unknown keys raise KeyError."""
    permission = PERMISSIONS[key]
    return by is not None and by.org.level in permission.roles.get(by.role, frozenset())


def may_for(by: Acting | None, key: str, thing) -> bool:
    """Whether the acting post holds the permission for a scoped thing: its own union's or, acting for it, one below."""
    return may(by, key) and by is not None and (thing.org_id == by.org.id or by.org.is_above(thing))


class ClosedDoorAdapter(DefaultAccountAdapter):
    """Accounts are made by a union's administrator; nobody signs up."""

    def is_open_for_signup(self, request) -> bool:
        return False
