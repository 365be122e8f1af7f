"""The database server of this data folder: made once, started when nobody runs it, stopped by the last user."""

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from launcher.binaries import (
    Binaries,
    ServerUser,
    choose,
    copy_within_reach,
    server_user,
    system_binaries,
    wheel_binaries,
)
from launcher.home import Stop, hold, locked, open_private_log, passwords, say, tail, wait_until, write_private
from launcher.processes import alive

ADMIN = "postgres"
LONGEST_SOCKET_PATH = 103  # bytes, the smaller of Linux (107) and macOS (103)
SOCKET_NAME = ".s.PGSQL.5432"
SHARED_PLACE = Path("/var/lib/bangfu")
STARTS = 5  # after kill -9 the old processes take a moment to leave
PAUSE = 0.25  # seconds between two of these starts
START_SECONDS = 300  # replaying the log after a crash may take long
STOP_SECONDS = 60


def socket_folder(place: Path) -> Path:
    """Return where the socket goes: beside the data, or a short folder of our own when that path is too long."""
    beside = place / "socket"
    if len(os.fsencode(beside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(beside)).hexdigest()[:12]
    return Path(tempfile.gettempdir()).resolve() / f"bangfu-{os.geteuid()}-{name}"


def make_closed_folder(path: Path, user: ServerUser) -> None:
    """Make a 0700 folder of the server user; raises Stop when someone else put something there first."""
    try:
        path.mkdir(mode=0o700)
        user.own(path)
    except FileExistsError:
        found = path.lstat()
        if user.name is not None and found.st_uid == 0 and stat.S_ISDIR(found.st_mode):
            user.own(path)  # killed between the two steps above
            found = path.lstat()
        expected = user.popen_options().get("user", os.geteuid())
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected or found.st_mode & 0o077:
            raise Stop(
                f"{path} 已被占用或权限不对,请先删除它。", f"{path} belongs to someone else or is open; remove it."
            ) from None


class Server:
    """The PostgreSQL of one data folder. Use as a context manager: inside it the server runs."""

    def __init__(self, home: Path):
        self.home = home
        link = home / "postgres"
        self.user = server_user(link)
        if not link.exists() and not self.user.can_reach(home):
            self._put_elsewhere(link)
        self.data = link.resolve()
        self.place = self.data.parent
        self.sockets = socket_folder(self.place)
        self.log = self.place / "postgres.log"
        self.process: subprocess.Popen | None = None
        self.use: int | None = None

    def _put_elsewhere(self, link: Path) -> None:
        """Root's data folder lies under a closed one: keep the database where its user can go, and link to it."""
        place = SHARED_PLACE / secrets.token_hex(4)
        place.mkdir(parents=True, mode=0o711)
        link.unlink(missing_ok=True)
        link.symlink_to(place / "postgres")
        say(
            f"用户 {self.user.name} 进不了 {self.home},数据库放在 {place}。",
            f"The user {self.user.name} cannot enter {self.home}; the database lies in {place}.",
        )

    def __enter__(self) -> "Server":
        self.use = hold(self.home / "postgres.use", fcntl.LOCK_SH)
        try:
            with locked(self.home / "postgres.lock"):
                self.ensure_running()
        except BaseException:
            self.__exit__()  # a Ctrl-C while it starts
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server when nobody else uses it; whoever was killed has lost its lock and does not count."""
        with locked(self.home / "postgres.lock"):
            assert self.use is not None
            try:
                fcntl.flock(self.use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.stop()
            except BlockingIOError:
                pass  # another ./run needs it still; the last one stops it
            os.close(self.use)

    def revive(self) -> bool:
        """Start the server again if it has died; True when it had."""
        if self.running():
            return False
        with locked(self.home / "postgres.lock"):
            self.ensure_running()
        return True

    def ensure_running(self) -> None:
        """Make the data folder if there is none and start the server if it does not run (under the lock)."""
        if self.running():
            return
        version = self.data / "PG_VERSION"
        data_major = int(version.read_text()) if version.exists() else None
        candidates = system_binaries() + wheel_binaries()
        binaries = choose(candidates, os.environ.get("BANGFU_POSTGRES"), data_major)
        binaries = copy_within_reach(binaries, self.place, self.user)
        if data_major is None:
            self._create(binaries)
        make_closed_folder(self.sockets, self.user)
        for _ in range(STARTS):
            if self._start(binaries):
                return
            time.sleep(PAUSE)
        raise Stop(f"数据库启动失败,日志:{self.log}", "The database did not start:", tail(self.log))

    def postmaster(self) -> int | None:
        """Return the process id of the running server, None when postmaster.pid is missing or out of date."""
        lines = self._pid_lines()
        process = alive(int(lines[0])) if lines and lines[0].isdigit() else None
        # After a restart of the machine the number may belong to any program.
        return process.pid if process and f"-D {self.data} " in process.command else None

    def running(self) -> bool:
        """Whether the server runs and takes connections."""
        lines = self._pid_lines()
        return len(lines) > 7 and lines[7].strip() == "ready" and self.postmaster() is not None

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _create(self, binaries: Binaries) -> None:
        """Run initdb into a draft folder and rename it, so that a killed one leaves nothing that looks finished."""
        say(
            f"正在建立数据库(PostgreSQL {binaries.major},{binaries.source})……",
            f"Making the database (PostgreSQL {binaries.major}, {binaries.source}).",
        )
        draft = self.place / "postgres.new"
        password_file = self.place / "postgres.password"
        command = [binaries.folder / "initdb", "-D", draft, "-U", ADMIN, f"--pwfile={password_file}"]
        command += ["--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8"]
        failures = []
        try:
            for locale in ("C.UTF-8", "C"):  # macOS has no C.UTF-8
                shutil.rmtree(draft, ignore_errors=True)
                make_closed_folder(draft, self.user)
                write_private(password_file, passwords(self.home)["admin"])
                self.user.own(password_file)
                done = self._run([*command, f"--locale={locale}"])
                if done.returncode == 0:
                    os.replace(draft, self.data)
                    return
                failures.append(done.stdout)
        finally:
            password_file.unlink(missing_ok=True)
        raise Stop("建立数据库失败。", "initdb failed:", "\n".join(failures))

    def _run(self, command: list) -> subprocess.CompletedProcess:
        return subprocess.run(
            command,
            cwd="/",
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self.user.popen_options(),
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "TZ", "TMPDIR")}
        return kept | {"LC_MESSAGES": "C"}

    def _start(self, binaries: Binaries) -> bool:
        """Start the server once; True when it takes connections, False when it gave up."""
        self._disown_stale_pid_file()
        quoted = str(self.sockets).replace('"', '""')
        command = [str(binaries.folder / "postgres"), "-D", str(self.data), "-c", "listen_addresses="]
        for setting in (f'unix_socket_directories="{quoted}"', "unix_socket_permissions=0700", "port=5432"):
            command += ["-c", setting]
        with open_private_log(self.log) as output:
            self.process = subprocess.Popen(
                command,
                cwd="/",
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self.user.popen_options(),
            )
        process = self.process
        wait_until(lambda: process.poll() is not None or self.running(), START_SECONDS)
        return process.poll() is None and self.running()

    def _disown_stale_pid_file(self) -> None:
        """Put our own number into a postmaster.pid whose server is dead.

        PostgreSQL refuses to start while that number exists, be it a zombie or a stranger who got it later; it
        accepts its parent's. The rest of the file stays, so that it still checks for shared memory in use.
        """
        lines = self._pid_lines()
        if lines and self.postmaster() is None:
            path = self.data / "postmaster.pid"
            with path.open("r+") as file:  # written in place: owner and mode stay
                file.write("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
                file.truncate()

    def stop(self) -> None:
        """Fast shutdown; waits until the server is gone."""
        pid = self.postmaster()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        if self.process is not None and self.process.pid == pid:
            self.process.wait(STOP_SECONDS)
        elif not wait_until(lambda: alive(pid) is None, STOP_SECONDS):
            raise Stop(f"数据库(进程 {pid})没有停下来。", f"The database (process {pid}) did not stop.")
