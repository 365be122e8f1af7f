"""One request = one transaction, with the scope of the acting post, and protection of every POST.

A POST by a logged-in person carries the acting post and a once-token (the `{% stamp %}` tag). A switched post,
a second press and a reloaded result page all get a plain answer and change nothing.
"""

from django.db import OperationalError, transaction
from django.shortcuts import redirect, render
from psycopg.errors import DeadlockDetected

from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations.scope import Acting, posts_of
from bangfu.foundations.privacy.scope import set_scope
from bangfu.foundations.ui import posting

SESSION_KEY = "post"


class ActingPostMiddleware:
    """Wraps the view itself (process_view), so that an exception rolls the transaction back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Run the view inside its transaction; answer refusals with a plain page."""
        if getattr(view, "no_transaction", False):
            return None
        try:
            with transaction.atomic():
                self._take_post(request)
                if _must_change_password(request, view):
                    return redirect("organisations:password")
                _protect_post(request, view)
                response = view(request, *args, **kwargs)
                if hasattr(response, "render") and not response.is_rendered:
                    # Rendered here, so that lazy queries of the template still see the scope.
                    response = response.render()
                return response
        except Refused as refusal:
            return refuse(request, refusal)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            return refuse(request, Refused("同一时间有人在办理同样的家庭，这一步没有保存。请返回后再按一次。"))

    @staticmethod
    def _take_post(request) -> None:
        request.acting, request.my_posts = None, []
        if not request.user.is_authenticated:
            return
        request.my_posts = posts = posts_of(request.user)
        if not posts:
            return
        chosen = request.session.get(SESSION_KEY)
        post = next((post for post in posts if post.id == chosen), posts[0])
        request.acting = Acting(request.user, post)
        set_scope(post.org_id)


def _must_change_password(request, view) -> bool:
    """Whether an initial password is still in use: then nothing is open but changing it and logging out."""
    if not getattr(request.user, "must_change_password", False):
        return False
    return not (view.__module__.startswith("allauth.") or getattr(view, "before_password_change", False))


def _protect_post(request, view) -> None:
    exempt = view.__module__.startswith("allauth.") or getattr(view, "unstamped", False)
    if request.method != "POST" or request.acting is None or exempt:
        return
    if request.POST.get("post") != str(request.acting.post_id):
        raise Refused("您已经在另一个窗口切换了岗位，这一页没有保存。请返回后重新打开页面再办理。")
    if not getattr(view, "repeatable", False):
        posting.spend(request.POST.get("once", ""))


def refuse(request, refusal: Refused):
    """The plain page for a refusal, status 409, with a way back. What was typed is still there when going back."""
    back = request.META.get("HTTP_REFERER", "/")
    template = "ui/_refused.html" if getattr(request, "htmx", False) else "ui/refused.html"
    context = {"sentence": refusal.sentence, "reasons": refusal.reasons, "back_url": back}
    return render(request, template, context, status=409)
