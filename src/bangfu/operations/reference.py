"""The pages of docs/reference, made from the code: data dictionary, flow, permissions, doors."""

import csv
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from bangfu.casework.cases.queries import flow_table
from bangfu.casework.cases.states import LOOKS, State
from bangfu.foundations.codes import lists
from bangfu.foundations.organisations.access import PERMISSIONS
from bangfu.foundations.organisations.models import Level
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.fields import EncryptedTextField

HERE = Path(__file__).parent
FIELDS = Path(lists.__file__).parent / "circular" / "fields.csv"
MADE = "<!-- made by ./run manage docs; do not edit -->\n\n"


class NoSuchHome(LookupError):
    """A home names a field or property that the model does not have."""


def resolve(home: str):
    """The model field, or the property, that `app.Model.name` names. Raises NoSuchHome."""
    label, model_name, name = home.split(".")
    model = apps.get_model(label, model_name)
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        found = getattr(model, name, None)
        if found is None:
            raise NoSuchHome(home) from None
        return found


def homes() -> list[dict[str, str]]:
    """fields.csv, each row with its home in the models or the reason why it has none."""
    with (HERE / "homes.csv").open(encoding="utf-8", newline="") as file:
        where = list(csv.DictReader(file))
    with FIELDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, home in zip(rows, where, strict=True):
        if (row["form"], row["identifier"]) != (home["form"], home["identifier"]):
            raise NoSuchHome(f"{row['form']} {row['identifier']}")
        row |= {"home": home["home"], "why": home["why"]}
    return rows


def data_dictionary() -> str:
    """Every blank of the eight forms and where it lives."""
    rows = homes()
    with_home = sum(1 for row in rows if row["home"])
    lines = [
        "# Data dictionary 数据字典",
        "",
        f"The {len(rows)} blanks of the eight forms: {with_home} have a home in the models,"
        f" {len(rows) - with_home} have none, with the reason.",
        "",
        "| form | group | 名称 | identifier | type | home | stored |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        home = f"`{row['home']}`" if row["home"] else row["why"]
        stored = _stored(row["home"]) if row["home"] else ""
        cells = [row["form"], row["group"], row["label_zh"], f"`{row['identifier']}`", row["type"], home, stored]
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _stored(home: str) -> str:
    found = resolve(home)
    if isinstance(found, EncryptedTextField):
        return "encrypted"
    if isinstance(found, property):
        return "derived"
    return getattr(found, "unit", "") or ("codes: " + found.list_name if getattr(found, "list_name", "") else "")


def permissions() -> str:
    """Who may do what, one plain sentence each."""
    levels = {level.value: level.label for level in Level}
    lines = ["# Permissions 权限一览", "", "| 权限 | 说明 | 岗位（级别） |", "| --- | --- | --- |"]
    for key, permission in PERMISSIONS.items():
        who = "；".join(
            f"{role.label}（{'、'.join(levels[n] for n in sorted(at))}）" for role, at in permission.roles.items()
        )
        lines.append(f"| `{key}` | {permission.sentence} | {who} |")
    return "\n".join(lines) + "\n"


def flow() -> str:
    """The flow table and its diagram."""
    lines = ["# The flow 办理流程", "", "```mermaid", "stateDiagram-v2"]
    steps = flow_table()
    lines += [f"    {state.value} : {LOOKS[state].label}" for state in State]
    lines += [
        f"    {origin} --> {target} : {step['label']}"
        for step in steps
        for origin in step["origin"]
        for target in step["to"]
    ]
    lines += [
        "```",
        "",
        "| step | 名称 | from | to | permission | turn | clause |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for step in steps:
        cells = [f"`{step['name']}`", step["label"], ", ".join(step["origin"]), ", ".join(step["to"])]
        lines.append("| " + " | ".join([*cells, f"`{step['permission']}`", step["turn"], step["clause"]]) + " |")
    return "\n".join(lines) + "\n"


def doors() -> str:
    """The functions that look past row-level security, the triggers that keep rules, the tables with a policy."""
    lines = ["# Guards of the database", "", "## Doors (SECURITY DEFINER functions)", ""]
    lines += [f"* `{door.name}({door.arguments})`: {door.why}" for door in guards.DOORS.values()]
    lines += ["", "## Triggers", ""]
    lines += [f"* `{trigger.name}` on `{trigger.table}`, {trigger.when}" for trigger in guards.TRIGGERS.values()]
    lines += ["", "## Tables with a row-level policy", ""]
    lines += [f"* `{table}`" for table in guards.scoped_tables()]
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "data-dictionary.md": data_dictionary,
    "permissions.md": permissions,
    "flow.md": flow,
    "guards.md": doors,
}


def written(name: str) -> str:
    """The text of one page as it should stand in docs/reference."""
    return MADE + PAGES[name]()
