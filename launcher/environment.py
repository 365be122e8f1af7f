"""The virtual environment `.venv`: exactly the locked packages, made anew when the locks change."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

from launcher.home import ROOT, Stop, hold, locked, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME_LOCK = ROOT / "requirements.txt"
DEV_LOCK = ROOT / "requirements-dev.txt"


def fingerprint(lock: Path) -> str:
    """Return what the environment was made of: the lock's bytes, this Python and this folder (venvs do not move)."""
    made_of = f"{sys.version_info[:2]} {sys.base_prefix} {ROOT}".encode()
    return hashlib.sha256(lock.read_bytes() + made_of).hexdigest()


def _stamp(lock: Path) -> Path:
    return VENV / f"{lock.stem}.stamp"


def _state(lock: Path) -> str:
    """Return 'fresh', 'stale' or 'missing'; the stamp is written last, so a killed install counts as missing."""
    if not _stamp(lock).exists() or not PYTHON.exists():
        return "missing"
    return "fresh" if _stamp(lock).read_text() == fingerprint(lock) else "stale"


def _must_rebuild(dev: bool) -> bool:
    return _state(RUNTIME_LOCK) != "fresh" or (dev and _state(DEV_LOCK) == "stale")


def enter(dev: bool = False) -> None:
    """Make the environment fit the locks, then go on inside it (replaces this process unless already inside).

    A shared lock on `.venv.lock` is kept while this process lives, so that nobody rebuilds the packages under it.
    Raises Stop when packages cannot be installed.
    """
    lock_path = ROOT / ".venv.lock"
    descriptor = hold(lock_path, fcntl.LOCK_SH)
    assert descriptor is not None
    if _must_rebuild(dev):
        _wait_alone(descriptor)
        if _must_rebuild(dev):
            _rebuild(descriptor, dev)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    if dev and _state(DEV_LOCK) != "fresh":
        with locked(ROOT / ".venv.dev.lock"):
            if _state(DEV_LOCK) != "fresh":
                _install(descriptor, [RUNTIME_LOCK, DEV_LOCK])
    if Path(sys.prefix) != VENV:
        # The lock travels along: it belongs to the open file, and goes with the process that replaces this one.
        os.set_inheritable(descriptor, True)
        os.environ.pop("PYTHONHOME", None)
        os.execv(PYTHON, [str(PYTHON), str(ROOT / "run"), *sys.argv[1:]])


def _wait_alone(descriptor: int) -> None:
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not told:
                say(
                    "依赖需要更新,正在等本目录中另一个 ./run 结束(按 Ctrl-C 放弃)……",
                    "Packages changed: waiting for the other ./run in this folder to end (Ctrl-C gives up).",
                )
            told = True
            time.sleep(0.3)


def _rebuild(descriptor: int, dev: bool) -> None:
    say("正在安装依赖,约需一分钟……", "Installing packages, about a minute.")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        venv.EnvBuilder(with_pip=True, symlinks=True).create(VENV)
    except (subprocess.CalledProcessError, OSError) as error:
        raise Stop(f"无法建立 {VENV}。", f"Cannot make {VENV}.", str(error)) from error
    _install(descriptor, [RUNTIME_LOCK, DEV_LOCK] if dev else [RUNTIME_LOCK])


def _install(descriptor: int, locks: list[Path]) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary=:all:"]
    for lock in locks:
        command += ["-r", str(lock)]
    # pip holds the lock too: if this process is killed, the next ./run waits for the orphaned pip before it rebuilds.
    done = subprocess.run(command, capture_output=True, text=True, pass_fds=[descriptor])
    if done.returncode:
        last_lines = "\n".join((done.stdout + done.stderr).splitlines()[-12:])
        raise Stop("依赖安装失败。请检查网络或 pip 的镜像设置。", "Installing packages failed.", last_lines)
    for lock in locks:
        _stamp(lock).write_text(fingerprint(lock))


def relock(home: Path, arguments: list[str]) -> int:
    """Write both requirements*.txt from the .in files with uv, itself installed for this moment only."""
    place = home / "lock-venv"
    shutil.rmtree(place, ignore_errors=True)
    try:
        venv.EnvBuilder(with_pip=True).create(place)
        python = str(place / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"], check=True)
        for lock in (RUNTIME_LOCK, DEV_LOCK):
            command = [
                str(place / "bin" / "uv"),
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--python-version",
                "3.11",
            ]
            command += ["--generate-hashes", "--custom-compile-command", "./run lock", *arguments]
            command += [lock.with_suffix(".in").name, "-o", lock.name]
            subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
            say(f"已写入 {lock.name}", f"Wrote {lock.name}")
    except subprocess.CalledProcessError as error:
        raise Stop("锁定依赖失败。", "Locking the packages failed.") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return 0
