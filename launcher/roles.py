"""The two roles: bangfu_owner owns the tables and migrates; bangfu_app serves people and never escapes row security."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from launcher.binaries import OLDEST_MAJOR
from launcher.home import Stop, passwords
from launcher.postgres import ADMIN, Server

OWNER = "bangfu_owner"
APP = "bangfu_app"
DATABASE = "bangfu"


@dataclass(frozen=True)
class Database:
    """How to reach the database in each role, and whether it still has no table of ours."""

    owner_url: str
    app_url: str
    is_new: bool


def socket_url(sockets: Path, role: str, password: str, database: str = DATABASE) -> str:
    """Return a URL that goes through a unix socket."""
    return f"postgresql://{role}:{quote(password, safe='')}@/{database}?host={quote(str(sockets), safe='/')}"


def in_role(url: str, role: str, password: str) -> str:
    """Return the same URL for another role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    query = [pair for pair in parse_qsl(parts.query) if pair[0] not in ("user", "password")]
    netloc = f"{quote(role, safe='')}:{quote(password, safe='')}@{place}"
    # urlunsplit drops an empty place together with the slashes; the user name in front keeps it whole.
    return urlunsplit((parts.scheme, netloc, parts.path, urlencode(query, safe="/"), ""))


def without_password(url: str) -> str:
    """Return the URL as it may be shown to people."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def own_database(server: Server) -> Database:
    """Make the roles and the database on our own server where they are missing."""
    import psycopg
    from psycopg import sql

    secret = passwords(server.home)
    with psycopg.connect(socket_url(server.sockets, ADMIN, secret["admin"], "postgres"), autocommit=True) as admin:
        for role, rights in ((OWNER, "LOGIN CREATEDB"), (APP, "LOGIN NOBYPASSRLS")):
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                statement = sql.SQL("CREATE ROLE {} {} PASSWORD {}")
                admin.execute(statement.format(sql.Identifier(role), sql.SQL(rights), sql.Literal(secret[_key(role)])))
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            admin.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    owner_url = socket_url(server.sockets, OWNER, secret["owner"])
    with psycopg.connect(owner_url) as owner:
        return Database(owner_url, socket_url(server.sockets, APP, secret["app"]), _is_new(owner))


def _key(role: str) -> str:
    return role.removeprefix("bangfu_")


def _is_new(connection) -> bool:
    return connection.execute("SELECT to_regclass('django_migrations') IS NULL").fetchone()[0]


def given_database(owner_url: str, home: Path) -> Database:
    """Use the database of DATABASE_URL; bangfu_app comes from DATABASE_APP_URL or is made there.

    Raises Stop when the server is too old, cannot be reached, or offers no role that obeys row-level security.
    """
    import psycopg

    shown = without_password(owner_url)
    try:
        owner = psycopg.connect(owner_url, connect_timeout=10, autocommit=True)
    except psycopg.Error as error:
        raise Stop(f"连不上 DATABASE_URL 指定的数据库({shown})。", "Cannot reach DATABASE_URL.", str(error)) from error
    with owner:
        if owner.info.server_version < OLDEST_MAJOR * 10000:
            raise Stop(
                f"{shown} 的 PostgreSQL 版本太旧,需要 {OLDEST_MAJOR} 或更新。",
                f"PostgreSQL >= {OLDEST_MAJOR} is needed.",
            )
        app_url = os.environ.get("DATABASE_APP_URL") or _app_role(owner, owner_url, home)
        _refuse_unsafe(app_url, owner.info.user)
        return Database(owner_url, app_url, _is_new(owner))


def _app_role(owner, owner_url: str, home: Path) -> str:
    """Return a URL for bangfu_app, made now when the owner may make roles."""
    from psycopg import sql

    password = passwords(home)["app"]
    if not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
        may = owner.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()[0]
        if not may:
            raise Stop(
                f"DATABASE_URL 的用户不能建立角色 {APP}。请由数据库管理员建立一个普通角色,并设置 DATABASE_APP_URL。",
                f"The user of DATABASE_URL may not create the role {APP}. Have one made and set DATABASE_APP_URL.",
            )
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        owner.execute(statement.format(sql.Identifier(APP), sql.Literal(password)))
    return in_role(owner_url, APP, password)


def _refuse_unsafe(app_url: str, owner_name: str) -> None:
    """Raise Stop unless the application role can log in and obeys row-level security."""
    import psycopg

    try:
        with psycopg.connect(app_url, connect_timeout=10) as app:
            question = "SELECT rolsuper OR rolbypassrls OR rolname = %s FROM pg_roles WHERE rolname = current_user"
            answer = app.execute(question, [owner_name]).fetchone()
    except psycopg.Error as error:
        raise Stop(
            f"应用角色无法登录数据库。请设置 DATABASE_APP_URL(普通角色 {APP} 的连接地址)。",
            f"The application role cannot log in. Set DATABASE_APP_URL (of a plain role {APP}).",
            str(error),
        ) from error
    if answer is None or answer[0]:
        raise Stop(
            "DATABASE_APP_URL 的角色不受行级安全约束(超级用户、BYPASSRLS 或表的所有者),不能使用。",
            "The role of DATABASE_APP_URL escapes row-level security (superuser, BYPASSRLS or owner); use a plain one.",
        )
