"""The data folder: its locks, secrets and keys."""

import fcntl
import json
import os

import pytest

from launcher.home import Stop, hold, keys_file, passwords, write_private


def test_passwords_are_random_private_and_stay_the_same(tmp_path):
    first = passwords(tmp_path)
    assert first == passwords(tmp_path)
    assert len(set(first.values())) == 3
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_keys_are_made_once_for_a_new_database(tmp_path):
    path = keys_file(tmp_path, database_is_new=True)
    before = path.read_text()
    assert set(json.loads(before)) == {"django_secret", "data", "index"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys_file(tmp_path, database_is_new=False).read_text() == before


def test_a_database_without_its_keys_is_refused_in_plain_words(tmp_path):
    with pytest.raises(Stop) as refused:
        keys_file(tmp_path, database_is_new=False)
    assert "密钥" in refused.value.sentences
    assert not (tmp_path / "keys.json").exists()


def test_a_lock_is_refused_while_another_holds_it_and_free_afterwards(tmp_path):
    first = hold(tmp_path / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert hold(tmp_path / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB) is None
    os.close(first)
    again = hold(tmp_path / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert again is not None
    os.close(again)


def test_writing_a_private_file_replaces_it_whole(tmp_path):
    write_private(tmp_path / "file", "long before")
    write_private(tmp_path / "file", "after")
    assert (tmp_path / "file").read_text() == "after"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
