"""The test database: made by its owner with the real migrations and guards; tests run as the pages' role.

A small union tree is committed once (`world`); every test works inside a transaction that is rolled back, with the
nation-wide scope unless it sets another.
"""

import os

os.environ.setdefault("BANGFU_CLOCK_MAY_TRAVEL", "1")

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from bangfu.foundations.codes import clock
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.scope import scoped, set_scope

TEST_DATABASE = f"test_bangfu{os.environ.get('BANGFU_TEST_SUFFIX', '')}"


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="also run what takes long")


def pytest_collection_modifyitems(config, items):
    skip_long = pytest.mark.skip(reason="takes long: ./run test --long")
    skip_browser = pytest.mark.skip(reason="no Chromium on this machine")
    for item in items:
        if "long" in item.keywords and not config.getoption("--long"):
            item.add_marker(skip_long)
        if "journey" in item.keywords and os.environ.get("BANGFU_NO_BROWSER"):
            item.add_marker(skip_browser)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, tmp_path_factory):
    """Create the database anew as the owner, point both connections at it, commit the small world."""
    with django_db_blocker.unblock():
        owner, app = connections["owner"], connections["default"]
        with owner.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{TEST_DATABASE}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{TEST_DATABASE}"')
        owner.close()
        app.close()
        owner.settings_dict["NAME"] = app.settings_dict["NAME"] = TEST_DATABASE
        settings.ATTACHMENTS = tmp_path_factory.mktemp("attachments")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        call_command("createcachetable", database="owner", verbosity=0)
        guards.install("owner")
        owner.close()
        from bangfu.foundations.codes.calendar import seed_holidays
        from tests.factories import unions

        with scoped(nation=True):
            seed_holidays()
            unions.make_world()
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(autouse=True)
def plain_settings(settings):
    """Static files without a manifest, fast passwords."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CLOCK_MAY_TRAVEL = True


@pytest.fixture(autouse=True)
def running_clock():
    """No test leaves the clock standing."""
    yield
    clock.set_moment(None)


@pytest.fixture(autouse=True)
def nation_scope(request):
    """Tests that use the database see all rows unless they set a scope themselves."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        if connections["default"].in_atomic_block:
            set_scope(None, nation=True)


@pytest.fixture
def world(db):
    """The small union tree with its posts; see tests/factories/unions.py."""
    from tests.factories import unions

    return unions.World()


@pytest.fixture
def sign_in(db):
    """sign_in(by) → a client that works in that post, stamps its posts and leaves the nation-wide scope behind."""
    from tests.factories.client import PostClient

    return PostClient
