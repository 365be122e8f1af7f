"""Money as whole fen, areas and months: reading what people type, writing what forms print."""

import re
import unicodedata
from decimal import Decimal

# 1,000 亿元: beyond any household; a larger figure is a slip of the keyboard.
MAX_FEN = 10**13
FULLWIDTH_STOP = str.maketrans({"。": ".", "、": ",", "¥": "", "￥": ""})
GROUPED = re.compile(r"^(\d{1,3}(,\d{3})+|\d+)(\.\d*)?$|^\.\d+$")
MONTH = re.compile(r"^(\d{4})(?:[-./年]?)(\d{1,2})月?$")


def plain(text: object) -> str:
    """Half-width, without blanks of any kind."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split())


def parse_money(text: str) -> int:
    """Fen from what was typed in 元: `1,234.5`, `１２３４`, `1.2万元`, `¥80`.

    Raises ValueError with a plain sentence: not an amount, negative, finer than a fen, above 1,000 亿元.
    """
    raw = plain(text).translate(FULLWIDTH_STOP).removesuffix("元")
    factor = Decimal(10000) if raw.endswith("万") else Decimal(1)
    raw = raw.removesuffix("万")
    if raw.startswith(("-", "−", "负")):
        raise ValueError("金额不能是负数。")
    if not GROUPED.match(raw) or not raw.isascii():
        raise ValueError(f"“{str(text).strip()}”不是金额，请写数字，例如 1234.50。")
    fen = Decimal(raw.replace(",", "")) * factor * 100
    if fen > MAX_FEN:
        raise ValueError("金额太大了，请检查是否多写了零。")
    if fen != int(fen):
        raise ValueError("金额最多写到分（两位小数）。")
    return int(fen)


def format_money(fen: int | None, none: str = "") -> str:
    """元 with two places and thousands separators: 123450 → `1,234.50`; `none` for None."""
    if fen is None:
        return none
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def parse_month(text: str) -> str:
    """`YYYY-MM` from 2026-3, 2026年3月, 2026.3, 2026/03, 202603. Raises ValueError with a plain sentence."""
    match = MONTH.match(plain(text))
    if not match or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 2199:
        raise ValueError(f"“{str(text).strip()}”不是年月，请写成 2026-03 或 2026年3月。")
    return f"{match[1]}-{int(match[2]):02d}"


def format_month(month: str) -> str:
    """`2026-03` → 2026年3月; empty stays empty."""
    return f"{int(month[:4])}年{int(month[5:])}月" if month else ""
