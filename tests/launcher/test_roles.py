"""The URLs of the two roles."""

from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from launcher.roles import in_role, socket_url, without_password


def test_a_socket_url_is_read_by_the_driver_even_with_odd_folders_and_passwords():
    read = conninfo_to_dict(socket_url(Path("/数据 1/a&b"), "bangfu_app", "p@:/?#ss"))
    assert read == {"user": "bangfu_app", "password": "p@:/?#ss", "dbname": "bangfu", "host": "/数据 1/a&b"}


def test_another_role_keeps_server_port_database_and_options():
    url = in_role("postgresql://owner:secret@db.example:6432/bangfu?sslmode=require", "bangfu_app", "new@one")
    assert conninfo_to_dict(url) == {
        "user": "bangfu_app",
        "password": "new@one",
        "host": "db.example",
        "port": "6432",
        "dbname": "bangfu",
        "sslmode": "require",
    }


def test_another_role_works_on_a_socket_url_with_the_user_in_the_query():
    url = in_role("postgresql:///bangfu?host=/run/pg&user=owner&password=secret", "bangfu_app", "x")
    assert conninfo_to_dict(url) == {"user": "bangfu_app", "password": "x", "dbname": "bangfu", "host": "/run/pg"}


def test_messages_never_show_the_password():
    assert without_password("postgresql://owner:secret@db.example/bangfu") == "postgresql://db.example/bangfu"
