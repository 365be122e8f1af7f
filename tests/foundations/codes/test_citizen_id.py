import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.foundations.codes import citizen_id

TODAY = dt.date(2026, 3, 2)
MAN = "13010219771204997X"
WOMAN = "130102197908169965"

births = st.dates(dt.date(1900, 1, 1), TODAY)
regions = st.sampled_from(["130102", "110101", "130223", "659001", "999999"])


@st.composite
def numbers(draw):
    first = f"{draw(regions)}{draw(births):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + citizen_id.check_character(first)


def text_of(reasons):
    return "".join(reason.text for reason in reasons)


@given(numbers())
def test_every_well_formed_number_is_accepted_with_its_birthday_and_sex(number):
    assert citizen_id.problems(number, TODAY) == []
    assert f"{citizen_id.birth_date(number):%Y%m%d}" == number[6:14]
    assert citizen_id.sex(number) == ("1" if int(number[16]) % 2 else "2")


@given(numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_slip_is_caught(number, place, wrong):
    if number[place] != wrong:
        slipped = number[:place] + wrong + number[place + 1 :]
        assert citizen_id.problems(slipped, TODAY)


@given(numbers(), st.integers(0, 16))
def test_two_neighbours_swapped_are_caught(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert citizen_id.problems(swapped, TODAY)


@given(st.text(max_size=30))
def test_no_text_makes_the_check_fall_over(text):
    citizen_id.problems(text, TODAY)
    citizen_id.warnings(text)


@given(numbers())
def test_normalising_twice_changes_nothing(number):
    once = citizen_id.normalise(f" {number[:6]}-{number[6:14]} {number[14:].lower()} ")
    assert once == number
    assert citizen_id.normalise(once) == once


@pytest.mark.parametrize(
    "typed",
    [
        "13010219771204997x",
        "１３０１０２１９７７１２０４９９７Ｘ",
        "130102 19771204 997X",
        "130102-19771204-997X",
        "13010219771204997×",
    ],
)
def test_small_x_full_width_digits_and_blanks_are_mended(typed):
    assert citizen_id.normalise(typed) == MAN
    assert citizen_id.problems(typed, TODAY) == []


def test_a_number_with_a_region_of_1960_is_accepted_and_not_even_warned_about():
    first = "13010219600101999"
    number = first + citizen_id.check_character(first)
    assert citizen_id.problems(number, TODAY) == []
    assert citizen_id.warnings(number) == []


def test_an_unknown_region_is_a_warning_only():
    first = "13999919800101999"
    number = first + citizen_id.check_character(first)
    assert citizen_id.problems(number, TODAY) == []
    assert "139999" in text_of(citizen_id.warnings(number))


def test_a_number_of_fifteen_digits_is_explained_with_the_long_one():
    reasons = citizen_id.problems("130102771204997", TODAY)
    assert "15 位" in text_of(reasons)
    assert MAN in text_of(reasons)


def test_a_number_of_fifteen_digits_without_a_date_is_not_converted():
    assert "换算" not in text_of(citizen_id.problems("130102779904997", TODAY))


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("", "请填写"),
        ("1.30102E+17", "Excel"),
        ("1301021977120499", "16 位"),
        ("13010219770230997X", "19770230"),
        ("130102197712049971", "校验位"),
        ("1301O219771204997X", "应为数字"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(number, word):
    assert word in text_of(citizen_id.problems(number, TODAY))


def test_a_birthday_in_the_future_is_refused_and_one_today_is_not():
    for day, refused in [(TODAY, False), (TODAY + dt.timedelta(days=1), True)]:
        first = f"130102{day:%Y%m%d}999"
        assert bool(citizen_id.problems(first + citizen_id.check_character(first), TODAY)) is refused


def test_the_sex_that_was_ticked_must_be_that_of_the_number():
    assert citizen_id.problems(WOMAN, TODAY, declared_sex="2") == []
    assert "女" in text_of(citizen_id.problems(WOMAN, TODAY, declared_sex="1"))


def test_age_changes_on_the_birthday():
    assert citizen_id.age("130102200905189965", dt.date(2026, 5, 17)) == 16
    assert citizen_id.age("130102200905189965", dt.date(2026, 5, 18)) == 17
