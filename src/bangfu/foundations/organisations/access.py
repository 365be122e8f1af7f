"""Permissions: which role, at which level, may do what, each in one plain sentence (the table in docs is made from here)."""

from dataclasses import dataclass

from allauth.account.adapter import DefaultAccountAdapter
from django.db.models import Q, QuerySet

from bangfu.foundations.codes import clock
from bangfu.foundations.organisations.models import Level, Organisation, Role, User
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
    "cases.view": Permission(
        "查看本工会及下级工会的困难职工档案（敏感内容遮盖）", {OF: ALL, IN: ALL, CH: ALL, RE: ALL, SU: ALL}
    ),
    "cases.reveal": Permission(
        "填写理由后查看被遮盖的内容（逐次记录）", {OF: FILING, IN: FILING, CH: FILING, RE: ABOVE, SU: ABOVE}
    ),
    "cases.withdraw": Permission("应职工本人要求（或职工死亡）撤回申请", {OF: FILING, CH: FILING}),
    "cases.take_back": Permission(
        "在下一步无人办理之前收回自己刚作出的决定", {OF: FILING, IN: FILING, CH: FILING, RE: ABOVE}
    ),
    "applications.edit": Permission("为职工填写、修改、提交申请，登记授权和收入证明", {OF: FILING, CH: FILING}),
    "applications.return": Permission("把不完整的申请退回职工补正", {OF: FILING, CH: FILING}),
    "visits.assign": Permission("指派入户调查人员", {OF: FILING, CH: FILING}),
    "visits.record": Permission("填写入户调查情况和结论", {IN: FILING, OF: FILING}),
    "reviews.hold": Permission("召集民主评议会议、登记表决和会议记录", {OF: FILING, CH: FILING}),
    "notices.post": Permission("张贴公示名单、登记公示结果", {OF: FILING, CH: FILING}),
    "notices.object": Permission(
        "登记收到的异议（电话、来信、来访）", {OF: ALL, CH: ALL, IN: ALL, RE: ABOVE, SU: ABOVE}
    ),
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
    "plans.register": Permission(
        "维护帮扶单位和帮扶联系人名册", {OF: frozenset({2, 3}), RE: frozenset({2, 3}), AD: ABOVE}
    ),
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


def visible_to(by: Acting | None) -> QuerySet[Organisation]:
    """The unions a post sees: its own and all below, closed ones too."""
    return Organisation.objects.within(by.org) if by else Organisation.objects.none()


def may_add_below(by: Acting | None, parent: Organisation) -> bool:
    """Whether the post may add a union under `parent`: its own union or one below; nothing hangs under a grassroots union."""
    return may(by, "organisations.manage") and _in_reach(by, parent) and parent.level < Level.GRASSROOTS


def may_change(by: Acting | None, org: Organisation) -> bool:
    """Whether the post may rename, move or close a union: only one below its own."""
    return may(by, "organisations.manage") and by is not None and by.org.is_above(org)


def may_staff(by: Acting | None, org: Organisation) -> bool:
    """Whether the post manages the people of a union: its own or one below, never one beside or above."""
    return may(by, "organisations.staff") and _in_reach(by, org)


def may_administer(by: Acting | None, user: User) -> bool:
    """Whether the post may reset, stop or appoint this person: every union they work in lies within its reach.

    Somebody who also works elsewhere, or higher, is left to the union above both: otherwise a new password for
    them would open a door to that post. Nobody administers themselves.
    """
    if not may(by, "organisations.staff") or by is None or user.id == by.user.id:
        return False
    posts = list(user.posts.select_related("org"))
    lasting = [post for post in posts if post.to_date is None or post.to_date >= clock.today()] or posts
    return all(_in_reach(by, post.org) for post in lasting) and (bool(lasting) or by.org.level == Level.PROVINCE)


def roles_at(level: int) -> list[Role]:
    """Roles that have something to do in a union of this level."""
    return [
        role
        for role in Role
        if sum(level in p.roles.get(role, ()) for p in PERMISSIONS.values()) > 1 or _runs(role, level)
    ]


def people_of(by: Acting) -> QuerySet[User]:
    """Everybody who holds or held a post in the subtree of the acting union."""
    return User.objects.filter(Q(posts__org__in=visible_to(by).values("id"))).distinct()


def _runs(role: Role, level: int) -> bool:
    return role == Role.ADMIN and level in PERMISSIONS["organisations.staff"].roles[Role.ADMIN]


def _in_reach(by: Acting | None, org: Organisation) -> bool:
    return by is not None and (org.id == by.org.id or by.org.is_above(org))


class ClosedDoorAdapter(DefaultAccountAdapter):
    """Accounts are made by a union's administrator; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": "密码连续输错次数太多，请过五分钟再试。忘记密码请与本单位的管理员联系。",
        "username_password_mismatch": "用户名或密码不对，请检查大小写后再试。",
    }

    def is_open_for_signup(self, request) -> bool:
        return False
