"""Verbs on unions, people and posts. Every one writes the trail of the union it concerns."""

import datetime as dt
import secrets

from django.db import connection, transaction

from bangfu.foundations.audit import actions as audit
from bangfu.foundations.codes import clock, divisions
from bangfu.foundations.codes.reasons import Reason, Refused, refuse_if
from bangfu.foundations.organisations import access, rules
from bangfu.foundations.organisations.models import Organisation, OrganisationName, Post, User
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.organisations.tree import next_code, place

NOT_YOURS = "您的岗位不能管理这个工会。"
# Easy to read aloud and to type: no 0 o 1 l i.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def add(parent: Organisation, *, by: Acting, kind: str, name: str, code: str = "", phone: str = "") -> Organisation:
    """Add a union under `parent`. Below the county its code is given here: county code + 5 digits (DOMAIN 4)."""
    _demand(access.may_add_below(by, parent), NOT_YOURS)
    parent = Organisation.objects.select_for_update().get(pk=parent.pk)
    code = code.strip().upper()
    refuse_if(rules.reasons_not_to_add(parent, kind, name, code))
    level = rules.KINDS_BELOW[parent.level][kind]  # type: ignore[index]
    if not rules.needs_code(level):
        # Numbers run through the county, so its row is the lock.
        county = Organisation.objects.select_for_update().get(pk=parent.county_id)
        code = next_code(county if parent.level >= 3 else parent)
    org = Organisation(
        name=name, code=code, level=level, kind=kind, phone=phone, opened_on=clock.today(), is_demo=parent.is_demo
    )
    org.division_code = code if code.isdigit() and len(code) == 6 and divisions.is_known(code) else ""
    place(org, parent)
    audit.record(by, "organisations.add", org, code=code)
    return org


@transaction.atomic
def rename(org: Organisation, *, by: Acting, name: str, from_date: dt.date, reason: str) -> Organisation:
    """Give a union a new name from a day on; the old one becomes dated history. Papers printed before keep it."""
    _demand(access.may_change(by, org), NOT_YOURS)
    org = _lock(org)
    refuse_if(rules.reasons_not_to_rename(org, name, from_date))
    last = org.names.exclude(to_date=None).order_by("-to_date").first()
    OrganisationName.objects.create(
        org=org,
        name=org.name,
        division_code=org.division_code,
        from_date=last.to_date + dt.timedelta(days=1) if last and last.to_date else org.opened_on,
        to_date=from_date - dt.timedelta(days=1),
        note=reason,
    )
    org.name = name
    org.save(update_fields=["name"])
    audit.record(by, "organisations.rename", org, reason=reason)
    return org


@transaction.atomic
def move(org: Organisation, *, by: Acting, parent: Organisation, reason: str) -> int:
    """Hang a union under another of its county; every row of its cases follows. Returns how many rows did."""
    _demand(access.may_change(by, org) and access.may_add_below(by, parent), NOT_YOURS)
    org = _lock(org)
    refuse_if(rules.reasons_not_to_move(org, parent))
    before = org.parent_id
    place(org, parent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_follow_union(%s)", [org.id])
        (rows,) = cursor.fetchone()
    audit.record(by, "organisations.move", org, reason=reason, before=before, after=parent.id, rows=rows)
    return rows


@transaction.atomic
def close(org: Organisation, *, by: Acting, reason: str) -> Organisation:
    """End a union that has no unions, people and cases any more; its code is never used again."""
    _demand(access.may_change(by, org), NOT_YOURS)
    org = _lock(org)
    refuse_if(rules.reasons_not_to_close(org))
    org.closed_on = clock.today()
    org.save(update_fields=["closed_on"])
    audit.record(by, "organisations.close", org, reason=reason)
    return org


@transaction.atomic
def add_user(org: Organisation, *, by: Acting, username: str, name: str, phone: str = "", **post) -> tuple[User, str]:
    """A new account with its first post in `org`. Returns the person and the initial password, which is kept nowhere."""
    _demand(access.may_staff(by, org), NOT_YOURS)
    refuse_if(rules.reasons_not_to_add_user(username))
    password = initial_password()
    user = User.objects.create_user(username, name, password, phone=phone, must_change_password=True)
    audit.record(by, "organisations.add_user", org, user=user.id)
    _appoint(user, org, by=by, **post)
    return user, password


@transaction.atomic
def appoint(user: User, org: Organisation, *, by: Acting, **post) -> Post:
    """Give a person a post: role, from_date, and optionally title, to_date and substitute_for."""
    _demand(access.may_staff(by, org), NOT_YOURS)
    if user.id == by.user.id:
        raise Refused("不能给自己任命岗位，请由本工会另一位管理员或上级工会办理。")
    if not access.may_administer(by, user):
        raise Refused(Reason(f"{user.name}在您管辖范围以外的工会任职，请由上级工会任命。", field="username"))
    return _appoint(user, org, by=by, **post)


def _appoint(
    user: User, org: Organisation, *, by: Acting, role, from_date, title="", to_date=None, substitute_for=None
) -> Post:
    reasons = rules.reasons_not_to_appoint(user, org, role, from_date, to_date, substitute_for)
    if role not in access.roles_at(org.level):
        reasons.append(Reason(f"{org.get_level_display()}工会不设这个岗位。", field="role"))
    refuse_if(reasons)
    post = Post.objects.create(
        user=user, org=org, role=role, title=title, from_date=from_date, to_date=to_date, substitute_for=substitute_for
    )
    audit.record(by, "organisations.appoint", org, user=user.id, post=post.id, role=str(role))
    return post


@transaction.atomic
def dismiss(post: Post, *, by: Acting, last_day: dt.date, reason: str = "") -> Post:
    """End a post with its last day."""
    _demand(access.may_staff(by, post.org), NOT_YOURS)
    if post.user_id == by.user.id:
        raise Refused("不能免去自己的任职，请由本工会另一位管理员或上级工会办理。")
    refuse_if(rules.reasons_not_to_dismiss(post, last_day))
    post.to_date = last_day
    post.save(update_fields=["to_date"])
    audit.record(by, "organisations.dismiss", post.org, reason=reason, user=post.user_id, post=post.id)
    return post


@transaction.atomic
def reset_password(user: User, *, by: Acting) -> str:
    """A new initial password; the person is logged out everywhere and must change it. Returned once, kept nowhere."""
    _demand_person(by, user)
    password = initial_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    audit.record(by, "organisations.reset_password", by.org, user=user.id)
    return password


@transaction.atomic
def deactivate(user: User, *, by: Acting, reason: str) -> User:
    """Stop an account at once; what the person did stays under their name."""
    return _set_active(user, False, by=by, verb="organisations.deactivate", reason=reason)


@transaction.atomic
def activate(user: User, *, by: Acting) -> User:
    """Let a stopped account log in again."""
    return _set_active(user, True, by=by, verb="organisations.activate", reason="")


@transaction.atomic
def change_password(user: User, password: str, *, by: Acting | None) -> User:
    """Set one's own new password, which the form has checked; the duty to change it ends. `by` is None without a post."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    if by is not None:
        audit.record(by, "organisations.change_password", by.org, user=user.id)
    return user


def initial_password() -> str:
    """Twelve random characters in three groups: abcd-efgh-jkmn."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def _set_active(user: User, active: bool, *, by: Acting, verb: str, reason: str) -> User:
    _demand_person(by, user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(by, verb, by.org, reason=reason, user=user.id)
    return user


def _demand(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise Refused(sentence)


def _demand_person(by: Acting, user: User) -> None:
    if user.id == by.user.id:
        raise Refused("自己的账号请在“我的账号”里管理。")
    _demand(access.may_administer(by, user), "这个人在您管辖范围以外（或更高一级）的工会任职，请由上级工会办理。")


def _lock(org: Organisation) -> Organisation:
    return Organisation.objects.select_for_update(of=("self",)).select_related("parent").get(pk=org.pk)
