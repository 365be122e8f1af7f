"""The hidden inputs that every posted form carries."""

from django import template
from django.middleware.csrf import get_token
from django.utils.html import format_html

from bangfu.foundations.ui import posting

register = template.Library()


@register.simple_tag(takes_context=True)
def stamp(context, thing=None):
    """csrf token, acting post, once-token and, for a thing with a version, the version that is being looked at."""
    request = context["request"]
    acting = context.get("acting") or getattr(request, "acting", None)
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="post" value="{}">'
        '<input type="hidden" name="once" value="{}">{}',
        get_token(request),
        acting.post_id if acting else "",
        posting.new_token(),
        format_html('<input type="hidden" name="version" value="{}">', thing.version)
        if hasattr(thing, "version")
        else "",
    )
