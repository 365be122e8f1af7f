"""A test client that works like a page: it carries the acting post, a once-token and the version of the case."""

from django.test import Client

from bangfu.foundations.organisations.middleware import SESSION_KEY
from bangfu.foundations.organisations.scope import Acting
from bangfu.foundations.privacy.scope import set_scope
from bangfu.foundations.ui.posting import new_token


class PostClient(Client):
    """Signed in as `by`. After every request the test's nation-wide scope is set again."""

    def __init__(self, by: Acting, **defaults):
        super().__init__(**defaults)
        self.by = by
        self.force_login(by.user)
        session = self.session
        session[SESSION_KEY] = by.post.id
        session.save()

    def request(self, **request):
        try:
            return super().request(**request)
        finally:
            set_scope(None, nation=True)

    def press(self, url: str, data: dict | None = None, *, thing=None, **kwargs):
        """POST with the stamp of the page: acting post, fresh once-token, version of `thing` read anew."""
        stamp = {"post": self.by.post.id, "once": new_token()}
        if thing is not None:
            stamp["version"] = type(thing).objects.values_list("version", flat=True).get(pk=thing.pk)
        return self.post(url, stamp | (data or {}), **kwargs)
