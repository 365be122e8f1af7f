"""Synthetic citizen IDs: sequence codes 996–999 only, which nobody under a hundred has."""

from itertools import count

from bangfu.foundations.codes.citizen_id import check_character

_numbers = count()


def citizen_id(birth: str = "19800101", sex: str = "1", region: str = "130102", *, sequence: int | None = None) -> str:
    """A valid number for a region, birthday (YYYYMMDD) and sex (1 男, 2 女); only four exist for each pair of the first two."""
    if sequence is None:
        sequence = 997 if sex == "1" else 996
    first = f"{region}{birth}{sequence}"
    return first + check_character(first)


def fresh_citizen_id(sex: str = "1") -> str:
    """A valid number that no other call of this run has given: birthdays are enumerated."""
    n = next(_numbers)
    year, day = 1950 + n % 50, 1 + (n // 50) % 28
    month = 1 + (n // 1400) % 12
    return citizen_id(f"{year}{month:02d}{day:02d}", sex, "130104")
