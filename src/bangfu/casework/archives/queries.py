"""Reads of the file: 附件6 as rows of cells, the list of archives, pages of a keyset list."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q, QuerySet

from bangfu.casework.archives import access
from bangfu.casework.archives.models import Archive, ArchiveVersion, Draft
from bangfu.casework.archives.rules import relation_to_head
from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.casework.households.circumstances import differences, shown
from bangfu.casework.households.models import Circumstances, Member
from bangfu.foundations.codes import lists
from bangfu.foundations.codes.fields import MoneyField
from bangfu.foundations.codes.money import format_money
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.privacy.fields import EncryptedTextField
from bangfu.foundations.privacy.masking import masked

SIZE = 30
RELATION = "gbt4761_relation_2digit"

HEADER = (
    "worker_kind",
    "contract_signed_on",
    "contract_term",
    "difficulty_category",
    "archive_type",
    "filing_standard",
)
WORKER = (
    "name", "ethnicity", "sex", "political_status", "id_number", "birth_date", "age", "health_status", "+disease",
    "work_status", "work_start_date", "housing_type", "floor_area", "phone", "other_contact", "model_worker_type",
    "marital_status", "single_parent", "medical_insurance", "residence_address", "postal_code", "employer_or_school",
    "employer_nature", "enterprise_condition", "industry",
)  # fmt: skip
INCOME = (
    "monthly_income", "household_nonwage_income", "+household_annual_income", "+household_size",
    "+per_capita_monthly_income", "hukou_division", "hukou_type", "can_self_help", "zero_employment_household",
)  # fmt: skip
CAUSES = ("main_cause", "secondary_causes", "main_cause_other", "+annual_necessary_expense", "hardship_narrative")
BANK = ("bank_name", "bank_branch", "bank_card_no")
MEDICAL = (
    "medical_total_year", "medical_self_paid_year", "medical_aid_received_year", "has_basic_medical_insurance", "medical_note",
)  # fmt: skip
MEMBER = (
    "name", "+relation", "ethnicity", "id_number", "birth_date", "age", "sex", "political_status", "monthly_income",
    "model_worker_type", "health_status", "+disease", "medical_insurance", "marital_status", "hukou_type", "mobile",
    "other_contact", "member_identity_fine", "current_education", "enrolled_year", "schooling_years",
    "employer_or_school", "employer_nature", "enterprise_condition", "industry", "work_status",
    "contract_or_enlistment_date", "contract_term", "note",
)  # fmt: skip
# Words of 附件6 where they differ from those of 附件2.
WORDS = {
    "id_number": "身份证号", "phone": "手机号码", "residence_address": "家庭住址", "employer_or_school": "工作单位",
    "monthly_income": "本人月平均收入", "household_nonwage_income": "家庭其他非薪资年收入", "age": "年龄",
    "marital_status": "婚姻状况", "hukou_division": "户口所在地行政区划", "hardship_narrative": "备注（主要致困原因简述等）",
    "main_cause_other": "其他（文字描述）", "medical_total_year": "每年所需医药费", "medical_self_paid_year": "每年个人自付医药费",
    "+disease": "疾病/残疾类别", "+relation": "关系（是户主的）", "+household_annual_income": "家庭年度总收入",
    "+household_size": "家庭人口", "+per_capita_monthly_income": "家庭月人均收入", "+annual_necessary_expense": "年度必要支出",
}  # fmt: skip
MEMBER_WORDS = {"employer_or_school": "单位或学校", "monthly_income": "月收入"}
UNITS = {"+household_size": "人", "age": "周岁", "floor_area": "平方米", "schooling_years": "年"}
MONEY_UNITS = {
    "+household_annual_income": "元/年", "+per_capita_monthly_income": "元/人·月", "+annual_necessary_expense": "元/年",
    "monthly_income": "元/月",
}  # fmt: skip
LONG = {"hardship_narrative", "medical_note", "note", "residence_address", "secondary_causes"}


@dataclass(frozen=True)
class Cell:
    """One blank of 附件6: its words, whose record it stands in, and how it is shown (text, money, day, sensitive)."""

    label: str
    kind: str
    value: Any = ""
    thing: models.Model | None = None
    name: str = ""
    unit: str = ""
    wide: bool = False
    excused: str = ""


@dataclass(frozen=True)
class Section:
    """A band of the form."""

    title: str
    cells: list[Cell]
    key: str = ""


@dataclass
class Page:
    """One page of a keyset list, with the addresses of its neighbours."""

    rows: list[Any] = field(default_factory=list)
    prev_url: str = ""
    next_url: str = ""


def sheet(circumstances: Circumstances) -> list[Section]:
    """附件6 without the members' sheets: bands of cells in the order of the form."""
    applicant = circumstances.applicant
    bands = (("档案", HEADER), ("职工本人", WORKER), ("收入与户籍", INCOME), ("致困原因", CAUSES), ("银行", BANK))
    sections = [Section(title, _cells(circumstances, applicant, names)) for title, names in bands]
    materials = Cell("包含内容请勾选", "text", _materials(circumstances), wide=True)
    sections.append(Section("附件材料", [materials]))
    return [*sections, Section("医疗救助信息", _cells(circumstances, applicant, MEDICAL))]


def member_sheets(circumstances: Circumstances) -> list[Section]:
    """家庭成员信息表格: the 29 cells of each member, without the worker and those who only owe support."""
    return [
        Section(
            member.name or f"第 {member.position} 位", _member_cells(circumstances, member), f"member-{member.position}"
        )
        for member in circumstances.members.all()
        if member.position and not member.supporter_only
    ]


def attachments(case: Case) -> QuerySet[Attachment]:
    """附件: the papers of the case that have not been taken out."""
    return Attachment.objects.filter(case_id=case.id, removed_at__isnull=True).order_by("kind", "id")


def archive_of(by: Acting, case: Case) -> Archive | None:
    """The archive behind a case, with its people; None before it is filed."""
    rows = access.visible_to(by).filter(household_id=case.household_id)
    return rows.select_related("filed_by", "checked_by", "entered_by").first()


def version_of(archive: Archive, number: int) -> ArchiveVersion | None:
    """One frozen state of the file with its record and members."""
    rows = archive.versions.select_related("circumstances", "made_by", "checked_by")
    return rows.prefetch_related("circumstances__members").filter(number=number).first()


def archives(by: Acting, *, standing: str, category: str = "", cause: str = "", org_id: int | None = None) -> QuerySet:
    """Archives of the post's subtree in one standing, narrowed by category, main cause or union."""
    rows = access.visible_to(by).filter(standing=standing).select_related("case", "case__org", "case__filed")
    if category:
        rows = rows.filter(case__filed__difficulty_category=category)
    if cause:
        rows = rows.filter(case__main_cause=cause)
    if org_id:
        org = Organisation.objects.filter(id=org_id).first()
        rows = rows.within(org) if org else rows.none()
    return rows


def to_file(by: Acting, limit: int = 20) -> list[Case]:
    """Recognised cases without an archive, oldest first, each with its draft when there is one (`draft_of_it`)."""
    rows = Case.objects.within(by.org).filter(state=State.RECOGNISED).select_related("org").order_by("queue_at", "id")
    cases = list(rows[:limit])
    drafts = {d.case_id: d for d in Draft.objects.filter(case__in=cases).select_related("filed_by")}
    for case in cases:
        case.draft_of_it = drafts.get(case.id)
    return cases


def amendments(by: Acting, limit: int = 20) -> list[Draft]:
    """Amendments of live files that are open or wait for the checker."""
    rows = Draft.objects.within(by.org).exclude(reason="").select_related("case", "case__org", "filed_by")
    return list(rows.order_by("saved_at")[:limit])


def page_of(rows: QuerySet, params, day: str, size: int = SIZE) -> Page:
    """One page of rows newest first by (`day`, id). `params` is request.GET; `after` / `before` carry date~id of a row."""
    backward = bool(params.get("before"))
    start = _cursor(params.get("before") or params.get("after") or "")
    if start:
        sign = "gt" if backward else "lt"
        rows = rows.filter(Q(**{f"{day}__{sign}": start[0]}) | Q(**{day: start[0], f"id__{sign}": start[1]}))
    order = (day, "id") if backward else (f"-{day}", "-id")
    found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    page = Page(found)
    if found and (more or backward):
        page.next_url = _address(params, "after", found[-1], day)
    if found and start and (more or not backward):
        page.prev_url = _address(params, "before", found[0], day)
    return page


def _cursor(text: str) -> tuple[dt.date, int] | None:
    day, _, number = text.partition("~")
    try:
        return dt.date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _address(params, name: str, row, day: str) -> str:
    kept = [(key, value) for key, value in params.items() if value and key not in ("after", "before")]
    return "?" + urlencode([*kept, (name, f"{getattr(row, day).isoformat()}~{row.id}")])


def _cells(circumstances: Circumstances, applicant: Member | None, names: tuple[str, ...]) -> list[Cell]:
    own = {f.name for f in Circumstances._meta.concrete_fields}
    found = []
    for name in names:
        on_household = name in own or (name.startswith("+") and name != "+disease")
        thing = circumstances if on_household else applicant
        path = name if on_household else f"members.0.{name.removeprefix('+')}"
        if thing is not None:
            found.append(_cell(thing, name, circumstances.excused.get(path, ""), WORDS))
    return found


def _member_cells(circumstances: Circumstances, member: Member) -> list[Cell]:
    cells = []
    for name in MEMBER:
        if name == "+relation":
            label = lists.label(RELATION, relation_to_head(member, circumstances))
            cells.append(Cell(WORDS[name], "text", label or "—"))
            continue
        excused = circumstances.excused.get(f"members.{member.position}.{name.removeprefix('+')}", "")
        cells.append(_cell(member, name, excused, WORDS | MEMBER_WORDS))
    return cells


def _cell(thing: models.Model, name: str, excused: str, words: dict[str, str]) -> Cell:
    wide = name in LONG
    if name == "+disease":
        if thing.disability_kind:  # type: ignore[attr-defined]
            return Cell(words[name], "text", thing.disease_or_disability, excused=excused)  # type: ignore[attr-defined]
        return Cell(words[name], "sensitive", thing=thing, name="disease", excused=excused)
    if name.startswith("+"):
        kind = "money" if name in MONEY_UNITS else "text"
        unit = MONEY_UNITS.get(name) or UNITS.get(name, "")
        return Cell(words[name], kind, getattr(thing, name[1:]), unit=unit)
    if name == "age":
        return Cell(words[name], "text", thing.age if thing.age is not None else "—", unit=UNITS["age"])  # type: ignore[attr-defined]
    column = thing._meta.get_field(name)
    label = words.get(name) or str(column.verbose_name)
    if isinstance(column, EncryptedTextField):
        return Cell(label, "sensitive", getattr(thing, name), thing, name, wide=wide, excused=excused)
    if isinstance(column, MoneyField):
        return Cell(label, "money", getattr(thing, name), unit=MONEY_UNITS.get(name) or column.unit, excused=excused)
    if isinstance(column, models.DateField):
        return Cell(label, "day", getattr(thing, name), excused=excused)
    value = shown(thing, name)
    value = "—" if value == "" else value
    unit = UNITS.get(name, "") if value != "—" else ""
    return Cell(label, "text", value, unit=unit, wide=wide, excused=excused)


def _materials(circumstances: Circumstances) -> str:
    names = [lists.label("material_kind", code) for code in circumstances.materials]
    return "、".join(name for name in names if name) or "—"


@dataclass(frozen=True)
class Change:
    """One answer that two records give differently, masked where it is sensitive."""

    label: str
    before: str
    after: str


def changes(one: Circumstances, other: Circumstances, *, revealed: bool) -> list[Change]:
    """What differs between two records of the file; protected values are masked unless they have been revealed."""
    return [
        Change(label, _told(path, before, revealed), _told(path, after, revealed))
        for path, label, before, after in differences(one, other)
    ]


def _told(path: str, value: object, revealed: bool) -> str:
    model: type[models.Model] = Member if path.startswith("members.") else Circumstances
    name = path.rsplit(".", 1)[-1]
    if value in ("", None, []):
        return "（空）"
    if name.isdigit():
        return str(value)
    column = model._meta.get_field(name)
    if isinstance(column, EncryptedTextField) and not revealed:
        return masked(column.kind, str(value))
    if isinstance(column, MoneyField):
        return f"{format_money(int(str(value)))} 元"
    if isinstance(value, dict):
        return "；".join(str(why) for why in value.values()) or "（空）"
    return str(value)
