"""A real browser on a live server that works on a clone of the test database, where transactions commit."""

import os
import threading
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from bangfu.foundations.privacy.scope import scoped
from tests.journeys.people import People

CHROMIUM = os.environ.get("BANGFU_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The machine's own Chromium: no browser is downloaded."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """An office screen, in Chinese."""
    return {
        **browser_context_args,
        "viewport": {"width": 1366, "height": 768},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
    }


class QuietHandler(WSGIRequestHandler):
    """Keeps the log of requests out of the test output, and the server errors in a list."""

    errors: list[str] = []

    def log_message(self, format, *args):
        if len(args) > 1 and str(args[1]).startswith("5"):
            self.errors.append(format % args)


@pytest.fixture
def site(real_database, settings):
    """The address of a live server; at the end no request may have failed with a server error."""
    settings.CONN_MAX_AGE = 0
    for alias in connections:
        connections[alias].settings_dict["CONN_MAX_AGE"] = 0
    QuietHandler.errors.clear()
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
    assert QuietHandler.errors == []


@pytest.fixture
def nation(real_database):
    """with nation(): … reads and writes past the scope, for preparing and checking."""
    return lambda: scoped(nation=True)


@pytest.fixture
def shots(request) -> Path | None:
    """Where screenshots go (BANGFU_SHOTS), a folder per journey; None when nobody asked for them."""
    root = os.environ.get("BANGFU_SHOTS")
    if not root:
        return None
    folder = Path(root) / request.node.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def people(site, browser, browser_context_args, shots, world):
    """people("chair") → that person's own browser window, logged in through the form."""
    everyone = People(site, browser, browser_context_args, shots, world)
    yield everyone
    everyone.close()
