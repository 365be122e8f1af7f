"""The data folder, its locks and its secrets, and the way the launcher gives up."""

import base64
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent.parent


class Stop(Exception):
    """The launcher cannot go on; carries the sentence for the person at the terminal, in Chinese and in English."""

    def __init__(self, chinese: str, english: str, details: str = ""):
        super().__init__(english)
        self.sentences = "\n".join(part for part in (chinese, english, details) if part)


def say(chinese: str, english: str = "") -> None:
    """Print one line of progress, Chinese first, at once."""
    print(f"{chinese}  {english}".rstrip(), flush=True)


def data_home() -> Path:
    """Return the absolute data folder (BANGFU_HOME, default .bangfu in the checkout), made when missing.

    Root's folder may be entered (not listed) by others, because the database server runs as another user inside it.
    """
    home = Path(os.environ.get("BANGFU_HOME") or ROOT / ".bangfu").absolute()
    if not home.exists():
        home.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    return home


def hold(path: Path, mode: int, inheritable: bool = False) -> int | None:
    """Open and flock a file; return its descriptor, or None when LOCK_NB was asked for and someone else holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(descriptor, inheritable)
    try:
        fcntl.flock(descriptor, mode)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep the others out for the length of the block."""
    descriptor = hold(path, fcntl.LOCK_EX)
    assert descriptor is not None
    try:
        yield
    finally:
        os.close(descriptor)


def write_private(path: Path, text: str) -> None:
    """Write a 0600 file so that a crash leaves the old one or the new one, never half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def passwords(home: Path) -> dict[str, str]:
    """Return the database passwords of this data folder (admin, owner, app), made at random the first time."""
    path = home / "secrets.json"
    if not path.exists():
        write_private(path, json.dumps({role: secrets.token_urlsafe(24) for role in ("admin", "owner", "app")}))
    return json.loads(path.read_text(encoding="utf-8"))


def keys_file(home: Path, database_is_new: bool) -> Path:
    """Return the path of keys.json, made once for a new database.

    Raises Stop when the database already holds data: new keys could not read it.
    """
    path = home / "keys.json"
    if path.exists():
        return path
    if not database_is_new:
        raise Stop(
            f"数据库里已有数据,但找不到它的密钥文件 {path}。请从备份中恢复该文件,否则加密的数据无法读取。",
            f"The database holds data but its key file {path} is missing. Restore that file from the backup.",
        )
    keys = {"django_secret": secrets.token_urlsafe(48)}
    keys |= {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in ("data", "index")}
    write_private(path, json.dumps(keys, indent=1))
    return path


def open_private_log(path: Path) -> BinaryIO:
    """Open a log for appending, 0600: messages of a database or a page may name people."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def tail(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log, or '' when there is none."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def wait_until(ready, seconds: float, step: float = 0.1) -> bool:
    """Ask `ready()` again and again; False when it did not come true in time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True
