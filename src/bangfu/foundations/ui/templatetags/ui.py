"""Components of the pages, as template tags. Load with ``{% load ui %}``.

Patterns:

* A form: ``<form method="post">{% csrf_token %}{% field form.name %}{% field form.income unit="元/年" %}</form>``.
* A card: ``{% card title="家庭成员" %}…{% endcard %}``.
* A table: ``<table class="table table-cards">`` whose cells carry ``data-label``: below 768 px every row becomes a
  card, so no column is ever cut. Names, dates and numbers get the class ``text-nowrap``, figures also ``num``.
* A button that is not allowed yet:
  ``<button disabled aria-describedby="why">提交</button>{% reasons list id="why" %}``.
"""

import datetime
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bangfu.foundations.codes import clock

register = template.Library()

NOTHING = "—"
TONES = ("grey", "blue", "teal", "amber", "red", "green", "purple", "dark")
# What the keyboard of a phone shows and how long an entry may be; bangfu.js tidies the text by the same names.
MASKS: dict[str, dict[str, str]] = {
    "citizen_id": {"maxlength": "20", "autocapitalize": "characters", "spellcheck": "false", "inputmode": "text"},
    "phone": {"maxlength": "20", "inputmode": "tel"},
    "card": {"maxlength": "30", "inputmode": "numeric"},
    "postcode": {"maxlength": "6", "inputmode": "numeric"},
    "money": {"maxlength": "20", "inputmode": "decimal"},
    "number": {"maxlength": "12", "inputmode": "decimal"},
}
# Subclasses stand before their parents: the first match decides.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checks"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "check"),
    (forms.ClearableFileInput, "file"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.DateInput, "date"),
)
CSS_CLASSES = {"select": "form-select", "check": "form-check-input"}


def _kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    return next((kind for cls, kind in KINDS if isinstance(widget, cls)), "text")


def _options(bound: BoundField) -> list[dict[str, Any]]:
    """The choices of a radio group or check list; an empty choice is spoken as 未填, or left out when required."""
    found = []
    for sub in bound.subwidgets:
        data = sub.data
        empty = data["value"] in ("", None)
        if empty and bound.field.required:
            continue
        label = "未填" if empty else data["label"]
        found.append({"data": data, "label": label, "value": data["value"], "attrs": flatatt(data["attrs"])})
    return found


def _attributes(bound: BoundField, kind: str, mask: str, described_by: str) -> dict[str, Any]:
    attrs: dict[str, Any] = dict(MASKS.get(mask, {})) if kind in ("text", "date") else {}
    own = bound.field.widget.attrs
    attrs = {name: value for name, value in attrs.items() if name not in own}
    if mask:
        attrs["data-mask"] = mask
        attrs["autocomplete"] = own.get("autocomplete", "off")
    classes = [str(own.get("class", "")), CSS_CLASSES.get(kind, "form-control")]
    if bound.errors:
        classes.append("is-invalid")
        attrs["aria-invalid"] = "true"
    attrs["class"] = " ".join(filter(None, classes))
    if described_by:
        attrs["aria-describedby"] = described_by
    return attrs


@register.inclusion_tag("ui/_field.html")
def field(bound: BoundField, unit: str = "", help: str = "", mask: str = "", label: str = "") -> dict[str, Any]:
    """One form field with label, star, unit, help and error, tied together for screen readers.

    ``unit`` (元/月, 平方米 …) and ``mask`` (a name of MASKS) may also stand on the form field (``unit``) or on the
    widget (``data-unit``, ``data-mask``).
    """
    kind = _kind(bound.field.widget)
    own = bound.field.widget.attrs
    mask = mask or own.get("data-mask", "")
    help_text = help or bound.help_text
    name = bound.auto_id or bound.html_name
    ids = [f"{name}_helptext"] if help_text else []
    if mask == "citizen_id":
        ids.append(f"{name}_hint")
    if bound.errors:
        ids.append(f"{name}_error")
    described_by = " ".join(ids)
    if isinstance(bound.field.widget, forms.DateInput):
        # The browser's own calendar; it only understands ISO dates.
        bound.field.widget.input_type, bound.field.widget.format = "date", "%Y-%m-%d"
    grouped = kind in ("radios", "checks")
    attrs = _attributes(bound, kind, mask, described_by)
    return {
        "bound": bound,
        "kind": kind,
        "name": name,
        "label": label or bound.label,
        "required": bound.field.required,
        "unit": unit or getattr(bound.field, "unit", "") or own.get("data-unit", ""),
        "help": help_text,
        "hint": mask == "citizen_id",
        "described_by": described_by,
        "options": _options(bound) if grouped else [],
        "widget": bound if kind == "hidden" else "" if grouped else bound.as_widget(attrs=attrs),
    }


@register.simple_tag
def badge(label: str, tone: str = "grey") -> SafeString:
    """A state in one word; the tone (one of TONES) only underlines what the word says."""
    return format_html('<span class="tag tag-{}">{}</span>', tone if tone in TONES else "grey", label)


@register.inclusion_tag("ui/_progress.html")
def progress_bar(percent: float | None, label: str = "完成") -> dict[str, Any]:
    """How full something is; ``percent`` is cut to 0–100 and shown whole."""
    return {"percent": max(0, min(100, int(percent or 0))), "label": label}


@register.inclusion_tag("ui/_reasons.html")
def reasons(list: Any, title: str = "", id: str = "") -> dict[str, Any]:
    """Why something may not be done. Each item has ``.text`` and may have ``.url`` and ``.clause``; plain text will do.

    With a ``title`` it is the error summary above a form, without one the small list under a disabled button.
    """
    items = [
        {"text": getattr(item, "text", item), "url": getattr(item, "url", ""), "clause": getattr(item, "clause", "")}
        for item in list or ()
    ]
    return {"items": items, "title": title, "id": id}


@register.inclusion_tag("ui/_form_errors.html")
def form_errors(form: Any, title: str = "请先改好下面几处") -> dict[str, Any]:
    """The error summary of a form: every wrong field by name, linked to the field."""
    fields = [bound for bound in form if bound.errors]
    return {"form": form, "fields": fields, "title": title, "general": form.non_field_errors()}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of icons.svg; silent for screen readers unless it has a ``label``."""
    href = f"{static('ui/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', href)


@register.simple_tag
def money(fen: int | None) -> str:
    """An amount kept in fen, shown in 元 with two places: 123450 → 1,234.50; None → —."""
    if fen is None or fen == "":
        return NOTHING
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(int(fen)), 100)
    return f"{sign}{yuan:,}.{rest:02d}"


@register.simple_tag
def day(value: datetime.date | datetime.datetime | None) -> str:
    """A date in words: 2026年3月2日. An instant is shown as the day it was in Shanghai."""
    if not value:
        return NOTHING
    if isinstance(value, datetime.datetime):
        value = clock.local(value).date()
    return f"{value.year}年{value.month}月{value.day}日"


@register.inclusion_tag("ui/_empty.html")
def empty_state(text: str, hint: str = "", url: str = "", action: str = "", symbol: str = "folder") -> dict[str, Any]:
    """What stands where nothing is yet, with the one thing to do about it."""
    return {"text": text, "hint": hint, "url": url, "action": action, "symbol": symbol}


@register.inclusion_tag("ui/_pager.html")
def pager(page: Any) -> dict[str, Any]:
    """Previous and next of a keyset page (``page.prev_url``, ``page.next_url``; empty = none)."""
    return {"prev": getattr(page, "prev_url", ""), "next": getattr(page, "next_url", "")}


STEP_WORDS = {"done": "已完成", "current": "正在填", "todo": "未填", "error": "有错误"}
STEP_ICONS = {"done": "check", "error": "alert-triangle"}


@register.inclusion_tag("ui/_steps.html")
def steps(list: Any) -> dict[str, Any]:
    """Step navigation: items with label, url (may be empty) and state (done, current, todo, error)."""
    shown = []
    for number, item in enumerate(list, 1):
        read = item.get if isinstance(item, dict) else lambda key, default="", item=item: getattr(item, key, default)
        state = read("state", "todo")
        shown.append(
            {
                "number": number,
                "label": read("label", ""),
                "url": read("url", ""),
                "state": state,
                "word": STEP_WORDS.get(state, ""),
                "symbol": STEP_ICONS.get(state, ""),
            }
        )
    current = next((step for step in shown if step["state"] == "current"), None)
    return {"steps": shown, "current": current, "total": len(shown)}


@register.simple_block_tag
def card(content: str, title: str = "", symbol: str = "", id: str = "", tone: str = "") -> SafeString:
    """A white box with a heading: ``{% card title="家庭成员" symbol="users" %}…{% endcard %}``."""
    anchor = format_html(' id="{}"', id) if id else ""
    kind = format_html(" card-{}", tone) if tone in TONES else ""
    head = ""
    if title:
        head = format_html(
            '<div class="card-header"><h2 class="card-title">{}{}</h2></div>', icon(symbol) if symbol else "", title
        )
    return format_html(
        '<section class="card{}"{}>{}<div class="card-body">{}</div></section>', kind, anchor, head, content
    )
