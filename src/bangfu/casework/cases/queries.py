"""Reads of cases that more than one room needs. The only module beside actions that may read the flow table."""

from django.db import connection
from django.db.models import QuerySet
from pypinyin import Style, lazy_pinyin

from bangfu.casework.cases import flow
from bangfu.casework.cases.access import visible_to
from bangfu.casework.cases.models import Case, CaseQuerySet, ReturnedTo, Transition
from bangfu.casework.cases.states import State
from bangfu.casework.cases.steps import LEVELS
from bangfu.foundations.codes import citizen_id
from bangfu.foundations.organisations.access import PERMISSIONS, may, may_for
from bangfu.foundations.organisations.models import Post, Role
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.privacy.crypto import blind_index


def grams(name: str) -> list[str]:
    """1- and 2-grams of a name: Chinese substrings are too short for trigram indexes."""
    name = name.replace(" ", "")
    return sorted({name[i : i + n] for n in (1, 2) for i in range(len(name) - n + 1)})


def initials(name: str) -> str:
    """Pinyin initials, lower case: 张三 → zs."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")).lower()[:50]


def search(by: Acting, text: str) -> CaseQuerySet:
    """Cases in scope by case number, worker number, citizen ID, phone, pinyin initials or a part of the name."""
    text = text.strip()
    cases = visible_to(by).with_everything_for_list()
    upper = citizen_id.normalise(text)
    if not text:
        return cases.none()
    if upper[:1] == "A" and upper[1:].isalnum() and len(upper) == 17:
        return cases.filter(case_no=upper)
    if len(upper) == 18:
        return cases.filter(id_bidx=blind_index(upper))
    if len(upper) == 16 and upper.isalnum():
        return cases.filter(worker_no=upper)
    if upper.replace("-", "").isdigit() and len(upper) >= 7:
        return cases.filter(phone_bidx=blind_index(upper, "phone"))
    if text.isascii() and text.isalpha():
        return cases.filter(name_initials__gte=text.lower(), name_initials__lt=text.lower() + "{")
    parts = [text] if len(text) <= 2 else [text[i : i + 2] for i in range(len(text) - 1)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM door_cases_by_name(%s::varchar[])", [parts])
        return cases.filter(pk__in=[id_ for (id_,) in cursor.fetchall()])


def steps_open_to(by: Acting | None, case: Case) -> list[flow.Step]:
    """The steps that this post may take on the case now: what the page offers as buttons."""
    if by is None:
        return []
    return [step for step in flow.steps_from(case) if not flow.reasons_not_to_take(case, step, by)]


def may_take(by: Acting | None, case: Case, step: str) -> bool:
    """Whether the case is at this step and it is this post's turn and right."""
    return by is not None and not flow.reasons_not_to_take(case, flow.STEPS[step], by)


def may_take_back(by: Acting | None, case: Case) -> bool:
    """Whether this post made the last decision and nobody acted after it."""
    return by is not None and not flow.reasons_not_to_take_back(case, by)


def states_served(by: Acting) -> list[State]:
    """States in which this post can act when it is its union's turn: the work list of the desk."""
    found = []
    for state in State:
        steps = [
            s
            for s in flow.STEPS.values()
            if state in s.origin and s.name not in ("withdraw", "object", "appeal", "assist")
        ]
        if any(may(by, step.permission) for step in steps):
            found.append(state)
    return found


def awaiting(by: Acting, states: list[State] | None = None) -> CaseQuerySet:
    """Cases whose turn it is at the post's union, in states the post serves, oldest first."""
    cases = visible_to(by).awaiting(by.org).filter(state__in=states if states is not None else states_served(by))
    return cases.with_everything_for_list().order_by("due_on", "queue_at", "id")


def timeline(case: Case) -> QuerySet[Transition]:
    """All steps, oldest first."""
    return case.transitions.select_related("acting_for").order_by("id")


def step_label(name: str) -> str:
    """What the timeline calls a step; a draft is started and a decision taken back outside the table."""
    if name in flow.STEPS:
        return flow.STEPS[name].label
    return {"start": "新建申请", "take_back": "收回决定"}[name]


def standstill(case: Case) -> str:
    """One line: why the case is not moving, who can move it and until when."""
    if case.state in (State.REJECTED, State.WITHDRAWN):
        return "已办结。" + ("有新情况时可以申诉或重新申请。" if case.state == State.REJECTED else "可以重新申请。")
    steps = [s for s in flow.steps_from(case) if s.name not in ("withdraw", "object", "assist")]
    if not steps:
        return "帮扶进行中，随时登记帮扶情况。"
    names = "、".join(_people(case, steps[0].permission)) or "尚未任命人员，请上级工会代办"
    todo = " 或 ".join(dict.fromkeys(step.label for step in steps))
    due = f"，应于 {case.due_on.month} 月 {case.due_on.day} 日前办结" if case.due_on else ""
    late = "（已超期，上一级工会可督办）" if case.overdue else ""
    return f"等待{case.turn_org.name}（{names}）办理：{todo}{due}{late}。"


def people_who_acted_below(case: Case) -> set[int]:
    """Users who took a step of the filing union, its own or in its place: they do not decide above (代办)."""
    steps = [s.name for s in flow.STEPS.values() if s.turn == "filing"]
    return set(case.transitions.filter(step__in=steps, taken_back=False).values_list("by_user_id", flat=True))


def levels_of_path(case: Case) -> list[tuple[State, int]]:
    """The opinion boxes above the filing union that this case passes: (state, union id)."""
    return flow.path_of(case)


def whose_turn(case: Case) -> int | None:
    """The union whose turn it is in the case's present state; None when nobody has to act."""
    return flow.turn_org_id(case)


def returnable_to(case: Case) -> list[ReturnedTo]:
    """To whom the present level may return the case."""
    return flow.returnable_to(case)


def may_act_for_filing_union(by: Acting | None, case: Case, permission: str) -> bool:
    """Whether the post holds a permission of the filing union, its own or acting for it."""
    return by is not None and may_for(by, permission, case)


def flow_table() -> list[dict]:
    """The flow as plain data, for the diagram and table in docs: `to` lists every state a step can lead to."""
    after = [*LEVELS, State.RECOGNISED]
    return [
        {
            "name": step.name,
            "label": step.label,
            "origin": [state.value for state in State if state in step.origin],
            "to": [state.value for state in after if state not in step.origin]
            if step.to == flow.NEXT
            else [str(step.to)],
            "permission": step.permission,
            "turn": step.turn,
            "clause": step.clause,
        }
        for step in flow.STEPS.values()
    ]


def _people(case: Case, permission: str) -> list[str]:
    roles = [role for role, levels in PERMISSIONS[permission].roles.items() if case.turn_org.level in levels]
    posts = Post.objects.current().filter(org_id=case.turn_org_id, role__in=roles).select_related("user")[:3]
    return list(dict.fromkeys(f"{Role(post.role).label}{post.user.name}" for post in posts))
