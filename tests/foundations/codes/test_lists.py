import csv
import datetime as dt

import pytest

from bangfu.foundations.codes import lists


def test_every_list_has_unique_codes_with_labels():
    for name in lists.names():
        found = lists.rows(name)
        assert found, name
        assert len(found) == len(lists._read(name)), name
        assert all(row["label_zh"] for row in found.values()), name


def test_every_label_and_code_of_every_list_reads_back():
    for name in lists.names():
        for code, label in ((code, lists.label(name, code)) for code in lists.rows(name)):
            assert lists.code_of(name, label) == code, (name, label)
            assert lists.code_of(name, code) == code


def test_every_alias_leads_to_a_code_and_hides_no_label():
    with (lists.HERE / "aliases.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            assert lists.exists(row["list"], row["code"]), row
            assert lists.code_of(row["list"], row["alias"]) == row["code"], row


def test_every_list_named_in_the_fields_of_the_forms_exists():
    with (lists.HERE / "circular" / "fields.csv").open(encoding="utf-8", newline="") as lines:
        named = {row["code_list"] for row in csv.DictReader(lines)} - {""}
    for name in named:
        assert lists._read(name)


def test_sex_reads_and_shows_as_man_and_woman():
    assert lists.choices("gbt2261_1_sex") == [("1", "男"), ("2", "女")]
    assert lists.code_of("gbt2261_1_sex", "女") == "2"
    assert lists.code_of("gbt2261_1_sex", "男性") == "1"


def test_daughter_is_what_woman_means_among_relations():
    assert lists.code_of("relation", "女") == "30"
    assert lists.code_of("relation", "女儿") == "30"
    assert lists.code_of("relation", "爱人") == "10"
    assert lists.label("relation", "52") == "母亲"


def test_usual_relations_come_first_and_none_is_lost():
    codes = [code for code, _ in lists.choices("relation")]
    assert codes[:5] == ["10", "20", "30", "51", "52"]
    assert sorted(codes) == sorted(lists.rows("relation"))
    headings = [heading for heading, _ in lists.grouped_choices("relation")]
    assert headings == ["常用", "其他"]


def test_an_ethnic_group_may_be_written_short_or_without_its_zero():
    assert lists.code_of("gbt3304_ethnic", "汉") == "01"
    assert lists.code_of("gbt3304_ethnic", "１") == "01"


@pytest.mark.parametrize(
    ("day", "label"),
    [(dt.date(2015, 12, 31), "低保线以上"), (dt.date(2019, 12, 31), "低保户"), (dt.date(2020, 1, 1), "深度困难")],
)
def test_the_list_of_difficulty_is_the_one_in_force_on_the_day(day, label):
    assert lists.label("difficulty_category", "1", on=day) == label
    assert lists.choices("difficulty_category", on=day)[0] == ("1", label)


def test_an_unknown_word_is_refused_with_the_words_that_are_known():
    with pytest.raises(lists.UnknownCode, match="不认识“离散”，请写：未婚、已婚"):
        lists.code_of("marital_status_form", " 离散 ")
    with pytest.raises(lists.UnknownCode):
        lists.code_of("marital_status_form", "")
    with pytest.raises(lists.UnknownCode):
        lists.row("marital_status_form", "x")
    with pytest.raises(lists.UnknownList):
        lists.choices("no_such_list")


def test_a_missing_code_shows_the_default():
    assert lists.label("marital_status_form", None, default="—") == "—"
    assert lists.label("marital_status_form", "x", default="—") == "—"


def test_a_cause_proposes_a_household_situation():
    assert lists.mapped("cause_application", "09", "household_situation") == "9"
    assert lists.mapped("cause_application", "09", "no_such") is None
