"""What the frame of every page shows of the person: the acting post and the others to switch to."""

from django.urls import reverse

from bangfu.foundations.organisations.scope import Acting


def acting(request) -> dict:
    """Context processor; reads only what the middleware has put on the request."""
    by = getattr(request, "acting", None)
    posts = getattr(request, "my_posts", [])
    return {
        "acting": by,
        "my_posts": [Acting(by.user, post) for post in posts] if by else [],
        "account_url": reverse("organisations:account") if by else "",
        "site_name": "困难职工帮扶",
        "is_demo": bool(by and by.org.is_demo),
    }
