"""The test database: made by its owner with the real migrations and guards; tests run as the pages' role.

A small union tree is committed once (`world`); every test works inside a transaction that is rolled back, with the
nation-wide scope unless it sets another.
"""

import os

os.environ.setdefault("BANGFU_CLOCK_MAY_TRAVEL", "1")
# The browser driver of the journeys keeps an event loop in this thread; our calls are synchronous all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from bangfu.foundations.codes import clock
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.scope import scoped, set_scope

TEST_DATABASE = f"test_bangfu{os.environ.get('BANGFU_TEST_SUFFIX', '')}"
TEMPLATE = f"{TEST_DATABASE}_template"


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="also run what takes long")


def pytest_configure(config):
    # Before any fixture: the world has dozens of accounts, and a real password hash takes a third of a second.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(config, items):
    skip_long = pytest.mark.skip(reason="takes long: ./run test --long")
    skip_browser = pytest.mark.skip(reason="no Chromium on this machine")
    for item in items:
        if "long" in item.keywords and not config.getoption("--long"):
            item.add_marker(skip_long)
        if "journey" in item.keywords and os.environ.get("BANGFU_NO_BROWSER"):
            item.add_marker(skip_browser)


def make_database(name: str, template: str = "template1") -> None:
    """Create a database anew as the owner, from a maintenance connection; nobody may be connected to the template."""
    connections.close_all()
    info = connections["owner"].get_connection_params() | {"dbname": os.environ.get("PGMAINTENANCE", "postgres")}
    info.pop("cursor_factory", None), info.pop("context", None), info.pop("prepare_threshold", None)
    with psycopg.connect(**info, autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        maintenance.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        # Rights on the database itself (privacy.guards takes this one away) are not copied from the template.
        maintenance.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def use_database(name: str) -> None:
    """Point both connections at another database."""
    connections.close_all()
    for alias in ("owner", "default"):
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture
def real_database(django_db_setup, django_db_blocker):
    """A clone of the test database in which transactions really commit: for threads, live servers and kills."""
    clone = f"{TEST_DATABASE}_real"
    with django_db_blocker.unblock():
        make_database(clone, TEMPLATE)
        use_database(clone)
        yield
        use_database(TEST_DATABASE)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, tmp_path_factory):
    """Create the database anew as the owner, point both connections at it, commit the small world."""
    with django_db_blocker.unblock():
        owner = connections["owner"]
        make_database(TEMPLATE)
        use_database(TEMPLATE)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
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
        # The template is never worked in, so that it can be cloned at any time.
        make_database(TEST_DATABASE, TEMPLATE)
        use_database(TEST_DATABASE)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(autouse=True)
def plain_settings(settings):
    """Static files without a manifest."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.CLOCK_MAY_TRAVEL = True


@pytest.fixture(autouse=True)
def running_clock():
    """No test leaves the clock standing."""
    yield
    clock.set_moment(None)


@pytest.fixture(autouse=True)
def nation_scope(request):
    """Tests that use the database see all rows unless they set a scope themselves."""
    if "real_database" in request.fixturenames:
        return
    if {"db", "world"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        if connections["default"].in_atomic_block:
            set_scope(None, nation=True)


@pytest.fixture
def world(request):
    """The small union tree with its posts; see tests/factories/unions.py."""
    from tests.factories import unions

    if "real_database" not in request.fixturenames:
        request.getfixturevalue("db")
    return unions.World()


@pytest.fixture
def sign_in(db):
    """sign_in(by) → a client that works in that post, stamps its posts and leaves the nation-wide scope behind."""
    from tests.factories.client import PostClient

    return PostClient
