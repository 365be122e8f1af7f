"""The commands of `./run`."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher import environment
from launcher.home import ROOT, Stop, data_home, hold, keys_file, say, tail, write_private
from launcher.postgres import Server
from launcher.processes import Child, run_and_wait, stop_leftovers
from launcher.roles import Database, given_database, own_database

USAGE = """用法 Usage:
  ./run                            启动演示(PORT 默认 8000,BANGFU_HOME 默认 .bangfu)  serve the demo
  ./run test [--long] [pytest …]   检查与测试  checks and tests; with pytest arguments only these tests
  ./run manage COMMAND …           管理命令  a Django management command
  ./run lock [--upgrade]           重新锁定依赖  lock the packages again
环境变量 Environment: PORT HOST BANGFU_HOME DATABASE_URL DATABASE_APP_URL BANGFU_POSTGRES=system|wheel"""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FIRST_PAGE_SECONDS = 60
LOOK_SECONDS = 0.5  # how often the children are looked after


def main(arguments: list[str]) -> int:
    """Run one command and return the exit code of the process."""
    commands: dict[str, Callable[[Path, list[str]], int]] = {
        "serve": serve,
        "test": test,
        "manage": manage,
        "lock": environment.relock,
    }
    name, rest = (arguments[0], arguments[1:]) if arguments else ("serve", [])
    if name not in commands:
        print(USAGE)
        return 0 if name in ("help", "-h", "--help") else 2
    # Whoever ends the launcher politely gets the same orderly stop as Ctrl-C, in a script's background too, where
    # shells have INT ignored; an ignored HUP is the wish of nohup.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        return commands[name](data_home(), rest)
    except Stop as stop:
        print(stop.sentences, file=sys.stderr)
    except PermissionError as error:
        print(f"没有权限:{error.filename}。它可能属于另一个用户;可另设 BANGFU_HOME。", file=sys.stderr)
        print(f"No permission for {error.filename}; another user's? Set another BANGFU_HOME.", file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    return 1


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)


@contextmanager
def database(home: Path) -> Iterator[tuple[dict[str, str], Server | None]]:
    """Yield the environment of the children, and the server if it is our own and not that of DATABASE_URL."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield child_environment(given_database(given, home), home), None
        return
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]  # PGPORT and its like are meant for another server
    with Server(home) as server:
        yield child_environment(own_database(server), home), server


def child_environment(found: Database, home: Path) -> dict[str, str]:
    """Return what every child is told: where the data is, who it is there, and where the code is."""
    return os.environ | {
        "BANGFU_OWNER_URL": found.owner_url,
        "BANGFU_APP_URL": found.app_url,
        "BANGFU_HOME": str(home),
        "BANGFU_KEYS": str(keys_file(home, found.is_new)),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        "PYTHONUTF8": "1",
    }


def django(*arguments: str) -> list[str]:
    """Return the command line of a management command."""
    return [str(environment.PYTHON), "-m", "django", *arguments]


def manage(home: Path, arguments: list[str]) -> int:
    """Run a management command; the database server is started for it when needed."""
    environment.enter()
    with database(home) as (variables, _):
        return run_and_wait(django(*arguments), variables)


# --- test ---------------------------------------------------------------------------------------------------------


def test(home: Path, arguments: list[str]) -> int:
    """Run the checks and then the tests; with pytest arguments the checks are left out."""
    environment.enter(dev=True)
    long = "--long" in arguments
    extra = [argument for argument in arguments if argument != "--long"]
    chromium = find_chromium()
    in_use = hold(home / "test.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if in_use is None:
        raise Stop(f"{home} 上已有测试在运行。", "Tests are running on this data folder already.")
    with database(home) as (variables, _):
        variables |= {"BANGFU_CHROMIUM": chromium} if chromium else {"BANGFU_NO_BROWSER": "1"}
        failed = [] if extra else failing_checks(variables)
        if failed:
            raise Stop(f"检查未通过:{'、'.join(failed)}。测试没有运行。", f"Failed: {', '.join(failed)}; no test ran.")
        pytest = [str(environment.PYTHON), "-m", "pytest", "-q", *(["--long"] if long else ["-m", "not long"]), *extra]
        return run_and_wait(pytest, variables, ROOT)


def failing_checks(variables: dict[str, str]) -> list[str]:
    """Run ruff, mypy and import-linter over the checkout; return the names of those that complained."""
    python = str(environment.PYTHON)
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "--quiet"],
        "ruff format": [python, "-m", "ruff", "format", "--check", "--quiet"],
        "mypy": [python, "-m", "mypy", "--no-error-summary"],
        "import-linter": [str(environment.VENV / "bin" / "lint-imports"), "--no-cache"],
    }
    failed = []
    for name, command in checks.items():
        say(f"检查 {name}……")
        done = subprocess.run(command, env=variables, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            print(done.stdout.decode(errors="replace"), flush=True)
            failed.append(name)
    return failed


def find_chromium() -> str | None:
    """Return the browser of the journeys; without one they are skipped with a notice, but in CI that is an error."""
    named = os.environ.get("BANGFU_CHROMIUM")
    found = named or next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)
    if found is None and CHROMIUM_MAC.exists():
        found = str(CHROMIUM_MAC)
    if found is None:
        if os.environ.get("CI"):
            raise Stop("CI 中必须安装 Chromium。", "Chromium must be installed in CI.")
        say("注意:没有找到 Chromium,浏览器测试将跳过。", "NOTICE: no Chromium found, the journeys are skipped.")
    return found


# --- serve --------------------------------------------------------------------------------------------------------


def address() -> tuple[str, int]:
    """Return HOST and PORT; raises Stop when PORT is no port."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Stop(f"PORT 应为 1 到 65535 的数字,现在是 {port}。", f"PORT must be a number, not {port}.")
    return os.environ.get("HOST") or "127.0.0.1", int(port)


def url_of(host: str, port: int) -> str:
    """Return the address to open; a wildcard host is reached through this machine's own."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def refuse_busy_port(host: str, port: int) -> None:
    """Raise Stop when the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Stop(
                f"{host} 的端口 {port} 不能使用({error.strerror})。请换一个,例如:PORT={port + 1} ./run",
                f"Port {port} on {host} cannot be used; choose another one with PORT=…",
            ) from error


def only_one(home: Path) -> int:
    """Take the lock of the one `./run` of a data folder; raises Stop naming the address of the one that has it."""
    lock = hold(home / "serve.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if lock is not None:
        return lock
    running = last_serving(home).get("url", "")
    raise Stop(f"{home} 上已有一个在运行:{running}", f"One is running on this data folder: {running}")


def last_serving(home: Path) -> dict:
    """Return what the running (or the last, killed) ./run wrote down: its address and its process groups."""
    try:
        return json.loads((home / "serve.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def serve(home: Path, _arguments: list[str]) -> int:
    """Serve the demo until Ctrl-C: packages, database, prepare, web server and job worker."""
    host, port = address()
    lock = only_one(home)
    os.close(lock)  # only a first look, so that nobody waits for packages in vain
    environment.enter()
    lock = only_one(home)
    if stop_leftovers(last_serving(home).get("groups", []), environment.PYTHON):
        say("已结束上次遗留的进程。", "Ended what the last run left behind.")
    refuse_busy_port(host, port)
    url = url_of(host, port)
    write_private(home / "serve.json", json.dumps({"url": url, "groups": []}))
    with database(home) as (variables, server):
        code = run_and_wait(django("prepare", "--demo"), variables)
        if code:
            raise Stop("准备数据库失败,见上面的信息。", "Preparing the database failed, see above.")
        children = make_children(home, variables, host, port)
        try:
            start_all(home, url, children)
            announce(home, url)
            look_after_all(home, url, children, server)
        finally:
            stop_all(children)
    (home / "serve.json").unlink(missing_ok=True)
    os.close(lock)
    return 0


def make_children(home: Path, variables: dict[str, str], host: str, port: int) -> list[Child]:
    """Return the web server and the job worker, not started yet, in the order in which they are stopped."""
    logs = home / "logs"
    logs.mkdir(exist_ok=True, mode=0o700)
    web = [str(environment.PYTHON), "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "config.wsgi:application"]
    worker = django("procrastinate", "worker")
    return [
        Child("网页服务 web", web, variables, ROOT, logs / "web.log"),
        Child("后台任务 worker", worker, variables, ROOT, logs / "worker.log"),
    ]


def remember(home: Path, url: str, children: list[Child]) -> None:
    """Write down the process groups, so that the next ./run can end them if this one is killed."""
    groups = [child.group for child in children if child.group]
    write_private(home / "serve.json", json.dumps({"url": url, "groups": groups}))


def start_all(home: Path, url: str, children: list[Child]) -> None:
    """Start the children and wait for the first page; raises Stop when it does not come."""
    for child in children:
        child.start()
        remember(home, url, children)
    deadline = time.monotonic() + FIRST_PAGE_SECONDS
    while not answers(url):
        ended = next((child for child in children if child.died()), None)
        if ended or time.monotonic() > deadline:
            child = ended or children[0]
            raise Stop(f"{child.name} 没有启动成功,日志:{child.log}", f"{child.name} did not start:", tail(child.log))
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Whether the log-in page comes."""
    try:
        # No proxy from the environment: this is our own machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url + "accounts/login/", timeout=5) as page:
            return page.status == 200
    except (urllib.error.URLError, OSError):
        return False


def announce(home: Path, url: str) -> None:
    """Tell where it is served and who can log in."""
    say(f"\n帮扶已启动:{url}", "bangfu is being served")
    logins = home / "demo-logins.txt"
    if logins.exists():
        print(logins.read_text(encoding="utf-8").rstrip())
    say(f"日志:{home / 'logs'}。按 Ctrl-C 停止。", "Ctrl-C stops it.")


def look_after_all(home: Path, url: str, children: list[Child], server: Server | None) -> None:
    """Restart what dies, until Ctrl-C or TERM."""
    try:
        while True:
            time.sleep(LOOK_SECONDS)
            if server is not None and server.revive():
                say("数据库意外退出,已重新启动。", "The database had ended and was started again.")
            if any([child.look_after() for child in children]):
                remember(home, url, children)
    except KeyboardInterrupt:
        say("\n正在停止……", "Stopping.")


def stop_all(children: list[Child]) -> None:
    """Stop the children in order; a second Ctrl-C does not leave half of them behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        child.stop()
