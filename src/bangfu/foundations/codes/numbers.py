"""Checks of the other numbers people type: phones, bank cards, unified social credit codes."""

import re

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NotValid
from stdnum.luhn import is_valid as luhn_holds

from bangfu.foundations.codes.money import plain
from bangfu.foundations.codes.reasons import Reason

MOBILE = re.compile(r"1[3-9]\d{9}")
FIXED_LINE = re.compile(r"(0\d{2,3})?-?[2-9]\d{6,7}(-\d{1,6})?")
CARD = re.compile(r"\d{12,19}")


def normalise_phone(text: str) -> str:
    """Half-width, without blanks and +86; hyphens stay in fixed lines only."""
    number = re.sub(r"^(\+|00)?86-?(?=1[3-9])", "", plain(text).replace("(", "").replace(")", "-").replace("转", "-"))
    bare = number.replace("-", "")
    return bare if MOBILE.fullmatch(bare) else number


def phone_problems(text: str) -> list[Reason]:
    """Why nobody can be called under this number: neither a mainland mobile nor a fixed line."""
    number = normalise_phone(text)
    if MOBILE.fullmatch(number) or FIXED_LINE.fullmatch(number):
        return []
    return [Reason("电话应为 11 位手机号，或带区号的固定电话（如 0311-85651234），请核对。", field="phone")]


def normalise_card(text: str) -> str:
    """A card number without blanks and hyphens."""
    return plain(text).replace("-", "")


def bank_card_problems(text: str) -> list[Reason]:
    """Why this is no card number at all."""
    if CARD.fullmatch(normalise_card(text)):
        return []
    return [Reason("银行卡号应为 12 至 19 位数字，请对照银行卡核对。", field="bank_card")]


def bank_card_warnings(text: str) -> list[Reason]:
    """A doubt only: passbooks and old accounts do not follow the check digit."""
    card = normalise_card(text)
    if not CARD.fullmatch(card) or luhn_holds(card):
        return []
    return [Reason("银行卡号的校验位不对，可能有一位输错；如为存折账号请忽略。", field="bank_card")]


def credit_code_problems(text: str) -> list[Reason]:
    """Why this is not a unified social credit code (GB 32100)."""
    try:
        uscc.validate(plain(text).upper())
    except NotValid:
        return [Reason("统一社会信用代码应为 18 位且校验正确，请对照营业执照或法人证书核对。", field="credit_code")]
    return []
