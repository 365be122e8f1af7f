"""Which PostgreSQL programs are chosen."""

from pathlib import Path

import pytest

from launcher.binaries import Binaries, choose
from launcher.home import Stop

SYSTEM_17 = Binaries(Path("/a"), 17, "system")
SYSTEM_15 = Binaries(Path("/b"), 15, "system")
WHEEL_18 = Binaries(Path("/c"), 18, "wheel")
ALL = [SYSTEM_17, SYSTEM_15, WHEEL_18]


@pytest.mark.parametrize(
    ("forced", "data_major", "expected"),
    [
        (None, None, SYSTEM_17),
        ("system", None, SYSTEM_17),
        ("wheel", None, WHEEL_18),
        (None, 15, SYSTEM_15),
        (None, 18, WHEEL_18),
    ],
)
def test_the_newest_of_the_system_wins_unless_forced_or_the_data_is_of_another_version(forced, data_major, expected):
    assert choose(ALL, forced, data_major) == expected


def test_without_a_system_postgresql_the_wheel_is_used():
    assert choose([WHEEL_18], None, None) == WHEEL_18


@pytest.mark.parametrize(
    ("candidates", "forced", "data_major", "words"),
    [
        (ALL, None, 16, "PostgreSQL 16"),
        (ALL, "wheel", 15, "BANGFU_HOME"),
        ([], None, None, "DATABASE_URL"),
        (ALL, "docker", None, "BANGFU_POSTGRES"),
    ],
)
def test_what_cannot_start_is_refused_with_a_way_out(candidates, forced, data_major, words):
    with pytest.raises(Stop) as refused:
        choose(candidates, forced, data_major)
    assert words in refused.value.sentences
