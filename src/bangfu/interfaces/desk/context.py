"""The side bar of every page."""

from django.urls import reverse


def navigation(request) -> dict:
    """Context processor: entries the acting post can use."""
    if getattr(request, "acting", None) is None:
        return {"nav": []}
    return {"nav": [{"label": "工作台", "url": reverse("desk:home"), "icon": "home", "active": request.path == "/"}]}
