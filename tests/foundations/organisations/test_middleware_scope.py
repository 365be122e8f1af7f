"""The scope of a request ends with its transaction."""

from bangfu.foundations.organisations.models import User
from bangfu.foundations.privacy.scope import current_scope


def test_a_request_leaves_no_scope_behind(real_database, client):
    client.force_login(User.objects.get(username="13010200002-officer-1"))
    assert client.get("/").status_code == 200
    assert current_scope() == ("", "")
