"""Case numbers and worker numbers: text, given once, never reused (DOMAIN 4, numbers)."""

from stdnum import luhn

from bangfu.casework.cases.models import Sequence
from bangfu.foundations.codes import clock
from bangfu.foundations.organisations.models import Organisation

BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def next_case_no(org: Organisation) -> str:
    """案号: A + union code (6) + year (4) + sequence (5) + check digit."""
    return "A" + _next("A", org)


def next_worker_no(org: Organisation) -> str:
    """职工编号 = 档案号: county code of first filing (6) + year (4) + sequence (5) + check digit."""
    return _next("", org)


def is_valid(number: str) -> bool:
    """Whether the check digit of a case number or worker number is right."""
    digits = number.removeprefix("A")
    return len(digits) == 16 and luhn.is_valid(digits, alphabet=_alphabet(digits))


def prefix_of(county: Organisation, year: int) -> str:
    """County (or city-level) union code (6) + year (4)."""
    return f"{(county.division_code or county.code)[:6]}{year}"


def with_check_digit(prefix: str, sequence: int) -> str:
    """The whole number: prefix + sequence (5) + check digit."""
    number = f"{prefix}{sequence:05d}"
    return number + luhn.calc_check_digit(number, alphabet=_alphabet(number))


def _next(kind: str, org: Organisation) -> str:
    prefix = prefix_of(Organisation.objects.get(pk=org.county_id), clock.today().year)
    Sequence.objects.get_or_create(prefix=kind + prefix)
    sequence = Sequence.objects.select_for_update().get(prefix=kind + prefix)
    sequence.last += 1
    sequence.save()
    return with_check_digit(prefix, sequence.last)


def _alphabet(number: str) -> str:
    return "0123456789" if number.isdigit() else BASE36
