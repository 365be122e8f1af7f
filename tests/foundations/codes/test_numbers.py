import pytest

from bangfu.foundations.codes import numbers


@pytest.mark.parametrize(
    "phone",
    [
        "13800000001",
        "+86 138 0000 0001",
        "１３８００００0001",
        "0311-85651234",
        "031185651234",
        "(0311)85651234",
        "85651234",
    ],
)
def test_phones_as_people_write_them_are_accepted(phone):
    assert numbers.phone_problems(phone) == []


@pytest.mark.parametrize("phone", ["", "1380000000", "12800000001", "没有", "138000000011"])
def test_what_nobody_can_call_is_refused(phone):
    assert "手机号" in numbers.phone_problems(phone)[0].text


def test_a_mobile_is_kept_as_eleven_digits():
    assert numbers.normalise_phone("+86-138-0000-0001") == "13800000001"


def test_a_bank_card_with_a_wrong_check_digit_is_a_warning_only():
    assert numbers.bank_card_problems("6222 0212 3456 7894") == []
    assert numbers.bank_card_warnings("4111 1111 1111 1111") == []
    assert numbers.bank_card_warnings("4111 1111 1111 1112")
    assert numbers.bank_card_problems("62220212")


def test_a_unified_social_credit_code_is_checked():
    assert numbers.credit_code_problems("91110000600037341l") == []
    assert numbers.credit_code_problems("911100006000373411")
