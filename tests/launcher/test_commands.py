"""What `./run` says before it starts anything."""

import fcntl
import json
import os
import socket

import pytest

from launcher.commands import address, only_one, refuse_busy_port, url_of
from launcher.home import Stop, hold


def test_a_second_run_on_the_same_data_is_told_the_address_of_the_first(tmp_path):
    lock = hold(tmp_path / "serve.lock", fcntl.LOCK_EX)
    (tmp_path / "serve.json").write_text(json.dumps({"url": "http://127.0.0.1:8123/", "groups": []}))
    with pytest.raises(Stop) as refused:
        only_one(tmp_path)
    assert "http://127.0.0.1:8123/" in refused.value.sentences
    os.close(lock)


def test_a_busy_port_is_named_with_another_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Stop) as refused:
            refuse_busy_port("127.0.0.1", port)
    assert f"端口 {port}" in refused.value.sentences
    assert "PORT=" in refused.value.sentences


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_no_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Stop):
        address()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://[::1]:8000/"),
        ("::1", "http://[::1]:8000/"),
    ],
)
def test_the_address_shown_can_be_opened_on_this_machine(host, url):
    assert url_of(host, 8000) == url
