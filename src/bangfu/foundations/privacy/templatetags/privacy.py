"""Showing sensitive values: masked unless the person has given a reason today."""

from django import template
from django.utils.html import format_html

from bangfu.foundations.privacy.masking import masked

register = template.Library()


@register.simple_tag
def sensitive(thing, name: str, revealed: bool = False):
    """The value of an encrypted field: plain when revealed, masked by the field's kind otherwise, — when empty."""
    if thing is None:
        return "—"
    field = thing._meta.get_field(name)
    value = getattr(thing, name)
    if not value:
        return "—"
    if revealed:
        return value
    return format_html('<span class="masked">{}</span>', masked(field.kind, value))
