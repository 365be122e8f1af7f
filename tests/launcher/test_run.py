"""`./run` as a person uses it: started, refused, killed, started again, stopped."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from launcher.home import ROOT
from launcher.postgres import Server
from launcher.processes import process_table

STARTED = "帮扶已启动"


class Run:
    """One `./run` on a data folder, its output in a file."""

    def __init__(self, home: Path, port: int):
        self.output = home.parent / "output.txt"
        dropped = ("DATABASE_URL", "DATABASE_APP_URL", "DJANGO_SETTINGS_MODULE")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        self.environment = kept | {"BANGFU_HOME": str(home), "PORT": str(port)}
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait until it says so."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen([ROOT / "run"], env=self.environment, stdout=output, stderr=output)
        deadline = time.monotonic() + 180
        while STARTED not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.2)


def free_port() -> int:
    """Return a port nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(home: Path, port: int) -> list[str]:
    """Return the commands of the server and of the web server of this data folder."""
    marks = (f"-D {Server(home).data} ", f"--port {port} ")
    return [one.command for one in process_table() if one.state != "Z" and any(mark in one.command for mark in marks)]


@pytest.mark.long
def test_run_serves_refuses_a_second_survives_kill_9_and_stops_all_it_started(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    port = free_port()
    run = Run(home, port)
    try:
        run.start()
        second = subprocess.run([ROOT / "run"], env=run.environment, capture_output=True, text=True)
        assert second.returncode == 1
        assert f"http://127.0.0.1:{port}/" in second.stderr

        postmaster = Server(home).postmaster()
        run.process.kill()
        os.kill(postmaster, signal.SIGKILL)
        run.process.wait()
        run.start()

        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(60) == 0, run.output.read_text()
        assert processes_of(home, port) == []
    finally:
        if run.process is not None and run.process.poll() is None:
            run.process.terminate()
            run.process.wait(60)
        server = Server(home)
        server.stop()
        if (home / "postgres").is_symlink():
            shutil.rmtree(server.place, ignore_errors=True)
