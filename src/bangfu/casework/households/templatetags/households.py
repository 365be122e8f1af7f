"""Parts of the questionnaire as form blocks and as facts to read, sensitive values masked."""

from django import template

from bangfu.casework.households.circumstances import shown
from bangfu.casework.households.forms import PARTS
from bangfu.casework.households.models import Circumstances, Member
from bangfu.foundations.codes.fields import MoneyField
from bangfu.foundations.codes.money import format_money, format_month
from bangfu.foundations.privacy.fields import EncryptedTextField
from bangfu.foundations.privacy.templatetags.privacy import sensitive
from bangfu.foundations.ui.templatetags.ui import day

register = template.Library()


@register.inclusion_tag("households/_part.html")
def part(form):
    """One part of the questionnaire: its fields in a grid, those that depend on others in their own fieldset.

    Each field stands in an element `f-<id of the input>`, which an autosave may replace.
    """
    return {"form": form}


@register.inclusion_tag("households/_facts.html")
def facts(circumstances: Circumstances | None, parts: str, revealed: bool = False):
    """The answers of some parts (names with blanks between) to read: empty ones left out, sensitive ones masked."""
    groups: list[dict] = []
    if circumstances is None:
        return {"groups": groups}
    for name in parts.split():
        form_class = PARTS[name]
        if form_class.of == "household":
            groups.append({"title": form_class.title, "rows": _rows(circumstances, form_class, revealed)})
            continue
        for member in circumstances.members.all():
            if (member.position == 0) == (form_class.of == "applicant"):
                title = form_class.title if member.position == 0 else f"{form_class.title}：{member.name}"
                groups.append({"title": title, "rows": _rows(member, form_class, revealed)})
    return {"groups": [group for group in groups if group["rows"]]}


def _rows(thing: Circumstances | Member, form_class, revealed: bool) -> list[tuple[str, object]]:
    names = [name for name in form_class._meta.fields if not _says_nothing(thing, name, form_class)]
    return [(form_class.base_fields[name].label, value_of(thing, name, revealed)) for name in names]


def _says_nothing(thing: Circumstances | Member, name: str, form_class) -> bool:
    """Empty, or a box that was not ticked; an answered 否 is shown."""
    value = getattr(thing, name)
    box = value is False and (not thing._meta.get_field(name).null or name in form_class.ticks)
    return box or value in (None, "", [])


def value_of(thing: Circumstances | Member, name: str, revealed: bool = False) -> object:
    """An answer in words: label of a code, 元 with its period, a date, masked when it is sensitive."""
    field = thing._meta.get_field(name)
    value = getattr(thing, name)
    if isinstance(field, EncryptedTextField):
        return sensitive(thing, name, revealed)
    if isinstance(field, MoneyField):
        return f"{format_money(value)} {field.unit}"
    if hasattr(value, "isoformat"):
        return day(value)
    if field.__class__.__name__ == "YearMonthField":
        return format_month(value)
    return shown(thing, name)
