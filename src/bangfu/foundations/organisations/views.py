"""Switching the post one acts in."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bangfu.foundations.organisations.middleware import SESSION_KEY


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
