"""Protection of posted pages: once-tokens and the version of the thing that was looked at."""

import secrets
from collections.abc import Callable

from django.db import IntegrityError, transaction

from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.ui.models import OnceToken


def new_token() -> str:
    """A token for one form on one page."""
    return secrets.token_urlsafe(24)


def spend(token: str) -> None:
    """Mark a token as spent, inside the request's transaction. Raises Refused on the second press."""
    if not 20 <= len(token) <= 40:
        raise Refused("这一页不完整或已过期，没有保存。请刷新页面后再办理。")
    try:
        with transaction.atomic():
            OnceToken(token=token).save(force_insert=True)
    except IntegrityError:
        raise Refused("这一步已经提交过了，没有重复办理。请回到页面查看结果。") from None


def version_of(request) -> int:
    """The version of the case the person was looking at. Raises Refused when the page carries none."""
    try:
        return int(request.POST["version"])
    except (KeyError, ValueError):
        raise Refused("这一页不完整，没有保存。请刷新页面后再办理。") from None


def ticked_versions(request, name: str) -> dict[int, int]:
    """{case id: version looked at} of the rows ticked in a list; each row carries its own `version-<id>`."""
    found = {}
    for value in request.POST.getlist(name):
        version = request.POST.get(f"version-{value}", "")
        if value.isdecimal() and version.isdecimal():
            found[int(value)] = int(version)
    return found


def repeatable(view: Callable) -> Callable:
    """Mark a view whose POST may come twice without harm (autosave, checks while typing): it needs no once-token."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view
