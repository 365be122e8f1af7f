import datetime as dt

from bangfu.foundations.codes import divisions


def test_hebei_has_eleven_cities_and_one_hundred_and_sixty_seven_counties():
    assert len(divisions.cities()) == 11
    assert len(divisions.counties()) == 167
    assert all(d.parent_code == "130100" for d in divisions.counties(city="130100"))


def test_dingzhou_and_xinji_are_counties_with_unions_at_city_level():
    for code in ("130682", "130181"):
        division = divisions.divisions()[code]
        assert (division.level, division.union_level, division.union_parent_code) == ("county", 2, "130000")


def test_a_name_is_the_one_of_the_day():
    assert divisions.division_name("130502", dt.date(2017, 5, 1)) == "河北省邢台市桥东区"
    assert divisions.division_name("130502", dt.date(2026, 3, 2)) == "河北省邢台市襄都区"
    assert divisions.short_name("130185", dt.date(2000, 1, 1)) == "鹿泉市"


def test_a_code_that_is_gone_keeps_its_last_name_and_knows_its_successor():
    assert divisions.short_name("130223", dt.date(2026, 3, 2)) == "滦县"
    assert divisions.successor("130223") == "130284"
    assert divisions.successor("130102") == "130102"


def test_known_codes_are_historic_ones_too_and_foreign_ones_by_province():
    assert divisions.is_known("133021")
    assert divisions.is_known("110101")
    assert not divisions.is_known("139999")
    assert not divisions.is_known("990101")
    assert not divisions.is_known("1301")
    assert divisions.division_name("110101") == "北京市"
    assert divisions.division_name("139999") == ""


def test_the_province_names_itself_once():
    assert divisions.division_name("130000") == "河北省"
    assert divisions.division_name("130100") == "河北省石家庄市"
