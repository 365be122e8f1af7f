"""Pages: the union tree, one union, its people and posts, my account, and who may do what."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations import access, actions, queries, rules
from bangfu.foundations.organisations.forms import (
    AddForm,
    AppointForm,
    CloseForm,
    EndPostForm,
    MoveForm,
    PasswordForm,
    RenameForm,
    StopForm,
    UserForm,
)
from bangfu.foundations.organisations.middleware import SESSION_KEY
from bangfu.foundations.organisations.models import Organisation, Post, User
from bangfu.foundations.ui.forms import add_reasons

get_or_post = require_http_methods(["GET", "POST"])


@login_required
@require_POST
def switch(request):
    """Act in another of one's own current posts from now on."""
    chosen = request.POST.get("post", "")
    if any(str(post.id) == chosen for post in request.my_posts):
        request.session[SESSION_KEY] = int(chosen)
    return redirect("/")


# The form names the post to switch to, not the one acted in.
switch.unstamped = True  # type: ignore[attr-defined]


@login_required
@require_GET
def tree(request):
    """The acting union with the unions below it, opened level by level; or what a search found."""
    by, text = _acting(request), request.GET.get("q", "").strip()[:50]
    context = {"root": by.org, "q": text, "may_add": access.may_add_below(by, by.org)}
    if text:
        context["found"] = queries.search(by, text)
    else:
        context["nodes"], context["after"] = queries.children(by.org)
    return render(request, "organisations/tree.html", context)


@login_required
@require_GET
def children(request, org_id: int):
    """One page of the unions below one, for the opened branch of the tree."""
    org = _org(request, org_id)
    nodes, after = queries.children(org, request.GET.get("after", ""))
    return render(request, "organisations/_children.html", {"org": org, "nodes": nodes, "after": after})


@login_required
@require_GET
def show(request, org_id: int):
    """One union: names, place in the tree, people and posts, numbers."""
    by, org = _acting(request), _org(request, org_id)
    posts, ended = queries.posts_of_union(org)
    nodes, after = queries.children(org, request.GET.get("after", ""))
    context = {
        "org": org,
        "path": [above for above in org.path() if above.id == by.org.id or by.org.is_above(above)],
        "names": org.names.all(),
        "posts": posts,
        "ended": ended,
        "nodes": nodes,
        "after": after,
        "numbers": queries.numbers(org),
        "may_staff": access.may_staff(by, org) and not org.closed_on,
        "may_add": access.may_add_below(by, org) and not org.closed_on,
        "may_change": access.may_change(by, org) and not org.closed_on,
    }
    return render(request, "organisations/show.html", context)


@login_required
@get_or_post
def add(request, org_id: int):
    """Add a union below."""
    by, parent = _acting(request), _org(request, org_id)
    _allow(access.may_add_below(by, parent))
    form = AddForm(request.POST or None, parent=parent)
    made = _try(form, lambda: actions.add(parent, by=by, **form.cleaned_data))
    if made:
        messages.success(request, f"已新增{made.name}，工会编号 {made.code}。")
        return redirect("organisations:show", made.id)
    return _form(request, form, parent, "新增下级工会", "新增", "系统为乡镇和基层工会编号；编号给出后不再改变。")


@login_required
@get_or_post
def rename(request, org_id: int):
    """Rename a union below."""
    by, org = _acting(request), _org(request, org_id)
    _allow(access.may_change(by, org))
    form = RenameForm(request.POST or None)
    if _try(form, lambda: actions.rename(org, by=by, **form.cleaned_data)):
        messages.success(request, "已更名，原名称留作历史。")
        return redirect("organisations:show", org.id)
    return _form(request, form, org, "工会更名", "更名", "以前的材料和印出的表格仍是当时的名称；按原名称也能查到。")


@login_required
@get_or_post
def move(request, org_id: int):
    """Hang a union under another of its county."""
    by, org = _acting(request), _org(request, org_id)
    _allow(access.may_change(by, org))
    form = MoveForm(request.POST or None, org=org)
    moved = _try(form, lambda: (actions.move(org, by=by, **form.cleaned_data),))
    if moved:
        messages.success(request, f"已调整隶属关系，{moved[0]} 条记录随之转到新的上级工会。")
        return redirect("organisations:show", org.id)
    note = "它名下的全部案件和档案一并转到新的上级工会管辖，原上级工会从此看不到。跨县的须逐户办理档案转移。"
    return _form(request, form, org, "调整上级工会", "调整", note)


@login_required
@get_or_post
def close(request, org_id: int):
    """Close a union that is empty."""
    by, org = _acting(request), _org(request, org_id)
    _allow(access.may_change(by, org))
    form = CloseForm(request.POST or None)
    if _try(form, lambda: actions.close(org, by=by, **form.cleaned_data)):
        messages.success(request, f"已撤销{org.name}，记录保留备查。")
        return redirect("organisations:show", org.id)
    note = "撤销后不能恢复，工会编号不再使用。"
    return _form(request, form, org, "撤销工会", "撤销", note, reasons=rules.reasons_not_to_close(org))


@login_required
@never_cache
@get_or_post
def add_user(request, org_id: int):
    """A new account with its first post; the initial password is shown on the answer and nowhere else."""
    by, org = _acting(request), _org(request, org_id)
    _allow(access.may_staff(by, org))
    form = UserForm(request.POST or None, org=org)
    made = _try(form, lambda: actions.add_user(org, by=by, **form.cleaned_data))
    if made:
        return _password_once(request, org, *made)
    return _form(request, form, org, "新增人员", "新增", "系统给出初始密码，只显示一次；本人首次登录时必须修改。")


@login_required
@get_or_post
def appoint(request, org_id: int):
    """A further post for somebody who has an account."""
    by, org = _acting(request), _org(request, org_id)
    _allow(access.may_staff(by, org))
    form = AppointForm(request.POST or None, org=org, initial={"username": request.GET.get("username", "")})

    def appointed():
        typed = dict(form.cleaned_data)
        return actions.appoint(typed.pop("username"), org, by=by, **typed)

    post = _try(form, appointed)
    if post:
        messages.success(request, f"已任命：{post.user.name}，{post.role_label}。")
        return redirect("organisations:show", org.id)
    return _form(request, form, org, "任命已有账号的人员", "任命", "一个人可以有几个岗位，登录后在页面上方切换。")


@login_required
@get_or_post
def end_post(request, post_id: int):
    """End a post with its last day."""
    by = _acting(request)
    post = get_object_or_404(Post.objects.select_related("org", "user"), pk=post_id, org__in=access.visible_to(by))
    _allow(access.may_staff(by, post.org))
    form = EndPostForm(request.POST or None)
    if _try(form, lambda: actions.dismiss(post, by=by, **form.cleaned_data)):
        messages.success(request, f"已免去{post.user.name}的任职（{post.role_label}）。")
        return redirect("organisations:show", post.org_id)
    return _form(
        request, form, post.org, f"免去任职：{post.user.name} {post.role_label}", "免去", "以前办过的事仍记在本人名下。"
    )


@login_required
@require_GET
def person(request, user_id: int):
    """One person: account and posts, with what the administrator may do."""
    by, user = _acting(request), _person(request, user_id)
    posts = user.posts.filter(org__in=access.visible_to(by)).select_related("org", "user", "substitute_for__user")
    context = {
        "person": user,
        "posts": posts,
        "may_administer": access.may_administer(by, user),
        "form": StopForm(),
    }
    return render(request, "organisations/person.html", context)


@login_required
@never_cache
@require_POST
def reset_password(request, user_id: int):
    """A new initial password, shown once."""
    by, user = _acting(request), _person(request, user_id)
    password = actions.reset_password(user, by=by)
    return _password_once(request, by.org, user, password)


@login_required
@require_POST
def deactivate(request, user_id: int):
    """Stop an account at once."""
    by, user = _acting(request), _person(request, user_id)
    form = StopForm(request.POST)
    if not form.is_valid():
        raise Refused("请填写停用原因。")
    actions.deactivate(user, by=by, **form.cleaned_data)
    messages.success(request, f"已停用{user.name}的账号。")
    return redirect("organisations:person", user.id)


@login_required
@require_POST
def activate(request, user_id: int):
    """Let a stopped account log in again."""
    by, user = _acting(request), _person(request, user_id)
    actions.activate(user, by=by)
    messages.success(request, f"已启用{user.name}的账号。")
    return redirect("organisations:person", user.id)


@login_required
@require_GET
def permissions(request):
    """权限一览: every permission in a plain sentence, and what the acting post holds."""
    by = request.acting
    mine = queries.held_by(by.role, by.org.level) if by else []
    return render(request, "organisations/permissions.html", {"rows": queries.permission_table(), "mine": mine})


@login_required
@require_GET
def account(request):
    """My account: name, posts, password."""
    posts = request.user.posts.select_related("org", "user", "substitute_for__user")
    current = {post.id for post in request.my_posts}
    rows = [(post, post.id in current) for post in posts]
    return render(request, "organisations/account.html", {"rows": rows})


@sensitive_post_parameters()
@login_required
@never_cache
@get_or_post
def password(request):
    """Change one's own password; at the first login nothing else is open."""
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST":
        if not ratelimit.consume(request, action="change_password", user=request.user):
            raise Refused("试的次数太多，请过一分钟再改。")
        if form.is_valid():
            actions.change_password(request.user, form.cleaned_data["new"], by=request.acting)
            update_session_auth_hash(request, request.user)
            messages.success(request, "密码已修改，下次请用新密码登录。")
            return redirect("/")
    return render(request, "organisations/password.html", {"form": form}, status=422 if form.errors else 200)


password.before_password_change = switch.before_password_change = True  # type: ignore[attr-defined]


def _acting(request):
    """The acting post; a person without any post sees nothing here."""
    if getattr(request, "acting", None) is None:
        raise PermissionDenied
    return request.acting


def _org(request, org_id: int) -> Organisation:
    return get_object_or_404(access.visible_to(_acting(request)).select_related("parent"), pk=org_id)


def _person(request, user_id: int) -> User:
    return get_object_or_404(access.people_of(_acting(request)), pk=user_id)


def _allow(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _try(form, action):
    """What the action returned for a valid form; None when nothing was posted, typed wrongly, or refused (reasons shown)."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return action()
    except Refused as refusal:
        add_reasons(form, refusal.reasons)
        return None


def _form(request, form, org, heading: str, button: str, note: str, reasons=()):
    context = {"form": form, "org": org, "heading": heading, "button": button, "note": note, "reasons": list(reasons)}
    return render(request, "organisations/form.html", context, status=422 if form.errors else 200)


def _password_once(request, org, user: User, password: str):
    """Rendered, not redirected to: the password is kept in no session, no message and no log."""
    return render(request, "organisations/initial_password.html", {"org": org, "person": user, "password": password})
