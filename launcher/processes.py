"""Looking at, starting and stopping processes, on Linux and macOS, with nothing but the standard library."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from launcher.home import open_private_log, say, tail, wait_until

GRACE = 10.0  # seconds between the polite and the impolite signal
LONGEST_PAUSE = 30.0  # seconds between two restarts of a child that keeps dying
PROC = Path("/proc/self/stat").exists()
SETTLED = 60.0  # a child that lived this many seconds starts again at once


class Process(NamedTuple):
    """One line of the process table; a zombie has state 'Z'."""

    pid: int
    group: int
    state: str
    command: str


def process_table() -> Iterator[Process]:
    """Yield every process this user can see, from /proc where there is one, else from ps."""
    if PROC:
        for entry in os.listdir("/proc"):
            found = _from_proc(entry) if entry.isdigit() else None
            if found:
                yield found
        return
    listing = subprocess.run(["ps", "-A", "-o", "pid=,pgid=,state=,command="], capture_output=True, text=True)
    for line in listing.stdout.splitlines():
        pid, group, state, command = (line.split(None, 3) + [""])[:4]
        yield Process(int(pid), int(group), state[0], command)


def _from_proc(pid: str) -> Process | None:
    try:
        after_name = Path("/proc", pid, "stat").read_text(errors="replace").rpartition(")")[2].split()
        command = Path("/proc", pid, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return None  # it ended while we looked
    return Process(int(pid), int(after_name[2]), after_name[0], command)


def alive(pid: int) -> Process | None:
    """Return the process if it exists and is not a zombie (a killed child nobody has waited for yet)."""
    found = _from_proc(str(pid)) if PROC else next((one for one in process_table() if one.pid == pid), None)
    return found if found and found.state != "Z" else None


def signal_group(group: int, number: int) -> None:
    """Signal a whole process group; one that is already gone is fine."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def members(group: int) -> list[Process]:
    """Return the living processes of a group."""
    return [process for process in process_table() if process.group == group and process.state != "Z"]


def stop_group(group: int) -> None:
    """End every process of a group: TERM, then KILL for whatever is left after the grace time."""
    signal_group(group, signal.SIGTERM)
    if not wait_until(lambda: not members(group), GRACE):
        signal_group(group, signal.SIGKILL)
        wait_until(lambda: not members(group), GRACE)


def stop_leftovers(groups: list[int], python: Path) -> int:
    """End what an earlier, killed launcher left running; return how many groups that were.

    A recorded group number may belong to strangers by now, so only groups that run our own Python are touched.
    """
    found = 0
    for group in groups:
        if any(str(python) in process.command for process in members(group)):
            stop_group(group)
            found += 1
    return found


def die_with_parent() -> None:
    """In a new child on Linux: ask for TERM when the launcher is killed. Elsewhere `stop_leftovers` has to do."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def run_and_wait(command: list[str], environment: dict[str, str], cwd: Path | None = None) -> int:
    """Run a command in the foreground and return its exit code; Ctrl-C is the command's to answer."""
    child = subprocess.Popen(command, env=environment, cwd=cwd, preexec_fn=die_with_parent)
    while True:
        try:
            code = child.wait()
            return code if code >= 0 else 128 - code
        except KeyboardInterrupt as interrupt:
            if interrupt.args:  # TERM or HUP reached only the launcher; from the keyboard it reached both
                child.terminate()


@dataclass
class Child:
    """A long-running process of `./run`, in a group of its own, restarted when it dies."""

    name: str
    command: list[str]
    environment: dict[str, str]
    cwd: Path
    log: Path
    process: subprocess.Popen | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it with its output appended to its log."""
        with open_private_log(self.log) as output:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.started = time.monotonic()
        self.due = 0.0

    @property
    def group(self) -> int | None:
        """The process group, which is the first process's id; None before the first start."""
        return self.process.pid if self.process else None

    def died(self) -> bool:
        """Whether it has been started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def look_after(self) -> bool:
        """Restart it when it has died and its pause is over; True when it was restarted."""
        if not self.died() or self.process is None:
            return False
        now = time.monotonic()
        if not self.due:
            signal_group(self.process.pid, signal.SIGKILL)  # its own workers would keep the port
            self.pause = 1.0 if now - self.started > SETTLED else min(self.pause * 2, LONGEST_PAUSE)
            self.due = now + self.pause
            say(
                f"{self.name} 意外退出(代码 {self.process.returncode}),{self.pause:.0f} 秒后重新启动。日志:{self.log}",
                f"{self.name} ended unexpectedly, restarting in {self.pause:.0f} s.",
            )
            print(tail(self.log, 5), flush=True)
        if now < self.due:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """End it and everything it started."""
        if self.process is None:
            return
        signal_group(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
        stop_group(self.process.pid)
