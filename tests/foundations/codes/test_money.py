import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.foundations.codes.money import MAX_FEN, format_money, format_month, parse_money, parse_month


@given(st.integers(0, MAX_FEN))
def test_what_is_shown_reads_back_as_the_same_fen(fen):
    assert parse_money(format_money(fen)) == fen


@given(st.text(max_size=20))
def test_a_text_is_an_amount_in_range_or_a_plain_sentence(text):
    said, fen = "", -1
    try:
        fen = parse_money(text)
    except ValueError as wrong:
        said = str(wrong)
    assert said.endswith("。") or 0 <= fen <= MAX_FEN


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("1,234.5", 123450),
        ("1，234．50", 123450),
        ("１２３４", 123400),
        ("¥80.00", 8000),
        ("3200元", 320000),
        ("1.2万", 1200000),
        ("1.2万元", 1200000),
        ("0.000001万元", 1),
        (" 12 000 ", 1200000),
        (".5", 50),
        ("100000000000", MAX_FEN),
    ],
)
def test_amounts_as_people_write_them(text, fen):
    assert parse_money(text) == fen


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("-1", "负数"),
        ("－5", "负数"),
        ("1,23", "不是金额"),
        ("1e5", "不是金额"),
        ("约三千", "不是金额"),
        ("", "不是金额"),
        ("١٢", "不是金额"),
        ("1.234", "两位"),
        ("100000000000.01", "太大"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(text, word):
    with pytest.raises(ValueError, match=word):
        parse_money(text)


@pytest.mark.parametrize("text", ["2026-03", "2026-3", "2026年3月", "2026.3", "2026/03", "202603", "２０２６年３月"])
def test_months_as_people_write_them(text):
    assert parse_month(text) == "2026-03"


@pytest.mark.parametrize("text", ["2026-13", "2026", "3月", "0226-03", "2026-03-01"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="不是年月"):
        parse_month(text)


def test_a_month_prints_without_a_leading_zero():
    assert format_month("2026-03") == "2026年3月"
    assert format_month("") == ""
