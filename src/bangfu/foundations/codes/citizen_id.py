"""Citizen ID numbers (GB 11643, check character ISO 7064 MOD 11-2): read, check, explain.

The region code is only a warning: real numbers carry codes that were gone before the holder moved (DOMAIN.md §8).
"""

import datetime as dt
import re
import unicodedata

from bangfu.foundations.codes import divisions
from bangfu.foundations.codes.reasons import Reason

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
# What keyboards and scanners put for the last character and between the groups.
LOOKALIKES = str.maketrans(
    {"×": "X", "Х": "X", "х": "X", "χ": "X", "-": "", "—": "", "–": "", ".": "", "'": "", "’": ""}
)
EXCEL_NUMBER = re.compile(r"^\d(\.\d+)?E\+?\d+$")
SEX_WORD = {"1": "男", "2": "女"}


def normalise(text: str) -> str:
    """Half-width, without blanks or hyphens, x as X. Changes nothing else; the result may still be wrong."""
    plain = "".join(unicodedata.normalize("NFKC", str(text)).split())
    return plain if EXCEL_NUMBER.match(plain.upper()) else plain.translate(LOOKALIKES).upper()


def problems(text: str, on: dt.date, declared_sex: str = "") -> list[Reason]:
    """Why this is not the number of a living citizen on a day; empty when it can be.

    `declared_sex` ("1" or "2", list gbt2261_1_sex) is compared with the 17th digit when it is given.
    """
    number = normalise(text)
    wrong = _wrong_shape(number, on) or _wrong_content(number, on)
    if not wrong and declared_sex in SEX_WORD and sex(number) != declared_sex:
        said, told = SEX_WORD[declared_sex], SEX_WORD[sex(number)]
        wrong = f"性别填的是“{said}”，但号码第 17 位表示“{told}”，请核对号码和性别。"
    return [Reason(wrong, field="id_number", clause="GB 11643")] if wrong else []


def warnings(text: str) -> list[Reason]:
    """Doubts which stop nobody: a region code that was never in use."""
    number = normalise(text)
    if len(number) != 18 or divisions.is_known(number[:6]):
        return []
    return [
        Reason(f"号码前六位 {number[:6]} 不在历年行政区划代码中，请再核对一遍；确认无误可以继续。", field="id_number")
    ]


def birth_date(number: str) -> dt.date:
    """Date of birth of a number of 18 characters. Raises ValueError when it is no date."""
    number = normalise(number)
    if len(number) != 18:
        raise ValueError("Not a citizen ID number of 18 characters.")
    return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex(number: str) -> str:
    """Code of gbt2261_1_sex by the 17th digit: "1" (男) or "2" (女). Raises ValueError when it is none."""
    number = normalise(number)
    if len(number) != 18:
        raise ValueError("Not a citizen ID number of 18 characters.")
    return "1" if int(number[16]) % 2 else "2"


def age(number: str, on: dt.date) -> int:
    """Full years (周岁) on a day. Raises ValueError when the number holds no date."""
    return years_between(birth_date(number), on)


def years_between(born: dt.date, on: dt.date) -> int:
    """Full years from a birth date to a day; a birthday counts from the day itself."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def check_character(first_17: str) -> str:
    """The 18th character for 17 digits."""
    return CHECK_CHARACTERS[sum(w * int(d) for w, d in zip(WEIGHTS, first_17, strict=True)) % 11]


def _wrong_shape(number: str, on: dt.date) -> str:
    if not number:
        return "请填写公民身份号码。"
    if EXCEL_NUMBER.match(number.upper()):
        return "这个号码被 Excel 变成了科学计数，后几位已经丢失，请按身份证原件重新填写。"
    if re.fullmatch(r"\d{15}", number):
        return _explain_15(number, on)
    if len(number) != 18:
        return f"公民身份号码应为 18 位，这里是 {len(number)} 位，请对照身份证核对。"
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return "公民身份号码前 17 位应为数字，最后一位是数字或 X，请对照身份证核对。"
    return ""


def _explain_15(number: str, on: dt.date) -> str:
    advice = "15 位的旧身份证 2013 年起已停止使用，请填写现用身份证或户口簿上的 18 位号码。"
    longer = f"{number[:6]}19{number[6:]}"
    longer += check_character(longer)
    if _wrong_content(longer, on):
        return advice
    return f"{advice}按规则换算应为 {longer}，请与证件核对后再填。"


def _wrong_content(number: str, on: dt.date) -> str:
    try:
        born = birth_date(number)
    except ValueError:
        return f"号码中的出生日期 {number[6:14]} 不存在，请对照身份证核对。"
    if born > on:
        return f"号码中的出生日期 {born:%Y-%m-%d} 晚于 {on:%Y-%m-%d}，请对照身份证核对。"
    if born.year < 1900:
        return f"号码中的出生年份 {born.year} 太早，请对照身份证核对。"
    if check_character(number[:17]) != number[17]:
        return "号码的校验位不对，可能有一位输错或两位写反，请对照身份证逐位核对。"
    return ""
