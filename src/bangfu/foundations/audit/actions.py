"""The one writer of the trail."""

from typing import Any

from bangfu.foundations.audit.models import Entry


def record(by: Any, verb: str, thing, *, reason: str = "", case_id: int | None = None, **detail) -> Entry:
    """Write one entry into the chain of the county of `thing` in the caller's transaction.

    `thing` is a scoped row or a union (it has scope()); `by` is the Acting post, None for the system. `verb` is
    `room.verb` and has a label in audit.verbs. `detail` takes codes, ids and numbers only, never personal data.
    """
    acting_for = by.acts_for(thing) if by else None
    return Entry.objects.create(
        **thing.scope(),
        user_id=by.user.id if by else None,
        user_name=by.user.name if by else "系统",
        post_id=by.post.id if by else None,
        post_label=by.role_label if by else "",
        by_org_name=by.org.name if by else "",
        acting_for_id=acting_for.id if acting_for else None,
        verb=verb,
        thing_type=thing._meta.label_lower,
        thing_id=thing.pk,
        case_id=case_id if case_id is not None else getattr(thing, "case_id", None),
        reason=reason,
        detail=detail,
    )
