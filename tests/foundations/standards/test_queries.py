import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from bangfu.foundations.standards import actions
from bangfu.foundations.standards.models import SETTINGS, read_setting
from bangfu.foundations.standards.queries import (
    figure,
    figures_in_force,
    setting,
    setting_in_force,
    settings_in_force,
)

D = dt.date
NEW_YEAR = D(2026, 1, 1)


def decide(tree, area, value, start=NEW_YEAR, name="notice_days"):
    row = actions.enter_setting(
        by=tree.top, name=name, area=area, start=start, value=value, document="冀工办〔2026〕1号"
    )
    return actions.confirm(row, by=tree.top_second)


def put(tree, area, fen, start):
    row = actions.enter_figure(
        by=tree.top, name="dibao", area=area, start=start, value=fen, document="民政厅通知", clause="一"
    )
    return actions.confirm(row, by=tree.top_second)


def test_without_a_decision_the_default_holds_and_says_so(tree):
    assert setting("notice_days", tree.shop) == 5
    assert setting("quorum", tree.shop) == Fraction(2, 3)
    assert setting("vote_rule", tree.shop) == "majority_present"
    assert setting_in_force("notice_days", tree.shop).source == "通知未规定，系统默认"
    assert setting_in_force("notice_days", tree.shop).shown == "5 个工作日"


def test_every_default_is_a_value_the_setting_can_have():
    for name, kind in SETTINGS.items():
        read_setting(name, kind.default)


def test_the_nearest_union_decides(tree):
    decide(tree, None, "6")
    assert setting("notice_days", tree.shop) == 6
    decide(tree, tree.city, "7")
    assert setting("notice_days", tree.shop) == 7
    assert setting("notice_days", tree.other) == 6
    decide(tree, tree.county, "8", start=D(2025, 1, 1))
    assert setting("notice_days", tree.shop) == 8
    decide(tree, tree.shop, "9")
    assert setting("notice_days", tree.shop) == 9
    assert setting("notice_days", tree.county) == 8
    assert tree.county.name in setting_in_force("notice_days", tree.township).source


def test_a_decision_holds_from_its_day_on(tree):
    decide(tree, tree.county, "7", start=D(2026, 3, 2))
    assert setting("notice_days", tree.shop, on=D(2026, 3, 1)) == 5
    assert setting("notice_days", tree.shop, on=D(2026, 3, 2)) == 7


def test_of_two_for_the_same_day_the_one_confirmed_later_counts(tree):
    decide(tree, tree.county, "7")
    decide(tree, tree.county, "8")
    assert setting("notice_days", tree.shop) == 8


def test_what_nobody_confirmed_does_not_count(tree):
    actions.enter_setting(
        by=tree.top, name="notice_days", area=None, start=D(2026, 1, 1), value="9", document="冀工办〔2026〕1号"
    )
    assert setting("notice_days", tree.shop) == 5


def test_a_figure_is_unknown_until_entered_and_follows_place_and_day(tree):
    assert figure("dibao", tree.shop) is None
    put(tree, tree.city, 70000, D(2025, 7, 1))
    put(tree, tree.city, 73000, D(2026, 7, 1))
    assert figure("dibao", tree.shop, on=D(2025, 6, 30)) is None
    assert figure("dibao", tree.shop, on=D(2026, 6, 30)).value == 70000
    assert figure("dibao", tree.shop, on=D(2026, 7, 1)).shown == "730.00 元/人·月"
    assert figure("dibao", tree.other) is None


def test_a_number_is_not_money(tree):
    row = actions.enter_figure(
        by=tree.top, name="relative_multiple", area=None, start=D(2021, 1, 1), value=Decimal("1.50"), document="办法"
    )
    actions.confirm(row, by=tree.top_second)
    found = figure("relative_multiple", tree.shop)
    assert found.value == Decimal("1.5")
    assert found.shown == "1.5 倍"


def test_an_unknown_name_is_a_mistake(tree):
    with pytest.raises(KeyError):
        setting("no_such", tree.shop)
    with pytest.raises(KeyError):
        figure("no_such", tree.shop)


def test_all_in_force_cost_one_query_each(tree, django_assert_num_queries):
    decide(tree, tree.city, "7")
    put(tree, None, 70000, D(2025, 7, 1))
    with django_assert_num_queries(1):
        found = {one.name: one.value for one in settings_in_force(tree.shop)}
    with django_assert_num_queries(1):
        figures = figures_in_force(tree.shop)
    assert list(found) == list(SETTINGS)
    assert found["notice_days"] == 7
    assert figures["dibao"].value == 70000
