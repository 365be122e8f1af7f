"""How the desk shows a case: what each witness said, the members, what is due."""

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from bangfu.casework.cases.models import ReturnedTo
from bangfu.casework.cases.states import LOOKS, State
from bangfu.casework.households.circumstances import differences, fact_names
from bangfu.casework.households.models import Circumstances, Member
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.fields import AreaField, MoneyField
from bangfu.foundations.privacy.fields import EncryptedTextField
from bangfu.foundations.privacy.masking import mask_name, masked
from bangfu.foundations.ui.templatetags.ui import badge, money

register = template.Library()

NOTHING = "—"
WITNESSES = (("declared", "申报"), ("verified", "调查核实"), ("filed", "建档"))
# The first question of each part of the questionnaire.
PARTS = {
    "apply_level": "类别",
    "hukou_address": "申请人",
    "real_estate_none": "家庭财产",
    "main_cause": "困难原因",
    "expense_medical": "必要性支出",
    "materials": "材料与需求",
    "work_start_date": "档案表",
}
FIGURES = (
    ("household_size", "家庭人口", "人"),
    ("household_annual_income", "家庭年度总收入", "元/年"),
    ("per_capita_monthly_income", "家庭月人均收入", "元/人·月"),
    ("annual_necessary_expense", "年度必要支出", "元/年"),
)
# Where the next step of a case is taken, by its state.
ROOM_OF_STATE = {
    State.DRAFT: "applications:edit",
    State.RETURNED: "applications:edit",
    State.SUBMITTED: "visits:show",
    State.VISITING: "visits:show",
    State.CANDIDATE: "reviews:case",
    State.PASSED: "notices:case",
    State.ON_NOTICE: "notices:case",
    State.OBJECTED: "notices:case",
    State.NOTICE_CLEARED: "approvals:case",
    State.AT_TOWNSHIP: "approvals:case",
    State.AT_COUNTY: "approvals:case",
    State.AT_CITY: "approvals:case",
    State.RECOGNISED: "archives:show",
    State.FILED: "plans:show",
    State.PLANNED: "plans:show",
    State.IN_ASSISTANCE: "assistance:case",
}


# Kept in clear because they are counted, but health is sensitive all the same (个人信息保护法 28).
HEALTH = frozenset({"health_status", "disability_kind", "disability_grade", "medical_insurance"})
HIDDEN = "（已遮盖）"


@register.simple_tag
def work_url(case) -> str:
    """The page on which the case is worked on now; its overview while there is none."""
    name = ROOM_OF_STATE.get(State(case.state), "desk:case")
    if case.state == State.RETURNED and case.returned_to != "applicant":
        name = "approvals:case"
    try:
        return reverse(name, args=[case.id])
    except NoReverseMatch:
        return reverse("desk:case", args=[case.id])


@register.simple_tag
def state_word(state) -> str:
    """The word for a state."""
    return LOOKS[State(state)].label


@register.simple_tag
def returned_word(value: str) -> str:
    """To whom a case was returned."""
    return ReturnedTo(value).label


@register.simple_tag
def due_words(case):
    """超期 2 天, 今天到期, 剩 3 天; — when nothing is due."""
    if case.due_on is None:
        return NOTHING
    days = (case.due_on - clock.today()).days
    if days < 0:
        return badge(f"超期 {-days} 天", "red")
    if days == 0:
        return badge("今天到期", "amber")
    return f"剩 {days} 天"


@register.inclusion_tag("desk/_facts.html")
def witness_facts(case, revealed: bool):
    """All answers side by side, by part; answers on which the witnesses differ are marked."""
    records = [(label, record) for name, label in WITNESSES if (record := getattr(case, name))]
    parts: list[dict] = [{"title": "主要数字", "rows": _figures(records)}]
    for name in fact_names(Circumstances):
        if name in PARTS:
            parts.append({"title": PARTS[name], "rows": []})
        row = _row(name, [record for _, record in records], revealed)
        if row:
            parts[-1]["rows"].append(row)
    labels = [label for label, _ in records]
    for row in (row for part in parts for row in part["rows"]):
        row["cells"] = list(zip(labels, row["cells"], strict=True))
    return {"witnesses": labels, "parts": [part for part in parts if part["rows"]]}


@register.inclusion_tag("desk/_members.html")
def household_members(case, revealed: bool):
    """The people of the household by the best witness; a child under 14 is wholly masked until revealed."""
    record = case.circumstances
    rows = [_person(member, revealed) for member in record.members.all()] if record else []
    changes = []
    if case.declared and case.verified:
        members = {m.position: m for r in (case.declared, case.verified) for m in r.members.all()}
        changes = [
            _change(members[int(path.split(".")[1])], path, label, one, other, revealed)
            for path, label, one, other in differences(case.declared, case.verified)
            if path.startswith("members.")
        ]
    return {"rows": rows, "changes": changes, "witness": record.get_witness_display() if record else ""}


def shown(thing, name: str, revealed: bool):
    """One answer in words: money in 元, codes by their labels, sensitive values masked by their kind."""
    model_field, value = thing._meta.get_field(name), getattr(thing, name)
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(model_field, EncryptedTextField):
        return value if revealed else format_html('<span class="masked">{}</span>', masked(model_field.kind, value))
    if isinstance(model_field, MoneyField):
        return f"{money(value)} {model_field.unit}"
    if isinstance(model_field, AreaField):
        return f"{value} 平方米"
    return _plain(thing, name, value)


def _plain(thing, name: str, value):
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "；".join(str(text) for text in value.values())
    display = getattr(thing, f"get_{name}_display", None)
    return display() if display else value


def _figures(records) -> list[dict]:
    rows = []
    for name, label, unit in FIGURES:
        values = [getattr(record, name) for _, record in records]
        cells = [f"{value if unit == '人' else money(value)} {unit}" for value in values]
        rows.append({"label": label, "cells": cells, "differs": len(set(values)) > 1})
    return rows if records else []


def _row(name: str, records: list, revealed: bool) -> dict | None:
    values = [getattr(record, name) for record in records]
    if all(value in (None, "", [], {}) for value in values):
        return None
    label = str(Circumstances._meta.get_field(name).verbose_name)
    cells = [shown(record, name, revealed) for record in records]
    return {"label": label, "cells": cells, "differs": any(value != values[0] for value in values)}


def _person(member: Member, revealed: bool) -> dict:
    child = member.is_child and not revealed
    hidden = "（未满14周岁，查看后显示）"
    row = {"name": mask_name(member.name) if child else member.name or "（未填姓名）", "child": child, "hidden": hidden}
    if child:
        return row
    relation = "申请人" if member.position == 0 else member.get_relation_to_applicant_display()  # type: ignore[attr-defined]
    return row | {
        "relation": relation or NOTHING,
        "sex": shown(member, "sex", revealed),
        "age": NOTHING if member.age is None else f"{member.age} 岁",
        "id_number": shown(member, "id_number" if member.id_number else "document_number", revealed),
        "health": shown(member, "health_status", revealed) if revealed else HIDDEN,
        "identity": shown(member, "member_identity", revealed),
        "income": shown(member, "monthly_income", revealed),
        "outside": not member.counted,
    }


def _change(member: Member, path: str, label: str, one, other, revealed: bool) -> tuple[str, object, object]:
    """A difference between declaration and visit; of a child only which answer it is."""
    name = path.split(".")[2] if path.count(".") == 2 else ""
    hidden = member.is_child and not revealed
    if hidden:
        label = "未满14周岁的家庭成员：" + label.split("：", 1)[-1]
    model_field = Member._meta.get_field(name) if name else None
    if hidden or (not revealed and (name in HEALTH or isinstance(model_field, EncryptedTextField))):
        return label, HIDDEN, HIDDEN
    if isinstance(model_field, MoneyField):
        return label, money(one or None), money(other or None)
    return label, one if one not in ("", None) else NOTHING, other if other not in ("", None) else NOTHING
