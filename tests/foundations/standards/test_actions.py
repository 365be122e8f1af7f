import datetime as dt

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import calendar
from bangfu.foundations.codes.models import Holiday
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.standards import actions
from bangfu.foundations.standards.models import Figure, Setting

DAY = dt.date(2026, 3, 1)


def enter(tree, **changes):
    values = {"by": tree.first, "name": "dibao", "area": tree.county, "start": DAY, "value": 70000, "document": "通知"}
    return actions.enter_figure(**values | changes)


def test_entering_and_confirming_are_two_people_and_both_are_in_the_trail(tree):
    row = enter(tree)
    with pytest.raises(Refused, match="另一位"):
        actions.confirm(row, by=tree.first)
    row = actions.confirm(row, by=tree.second)
    assert (row.entered_by, row.confirmed_by) == (tree.first.user, tree.second.user)
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True))[-2:] == [
        "standards.enter",
        "standards.confirm",
    ]


def test_a_second_press_of_confirm_is_told_so(tree):
    row = actions.confirm(enter(tree), by=tree.second)
    with pytest.raises(Refused, match="已经有人确认"):
        actions.confirm(row, by=tree.top)


def test_nobody_enters_for_a_union_beside_or_above(tree):
    for area in (tree.city, tree.other, None):
        with pytest.raises(Refused, match="不能为这个范围"):
            enter(tree, area=area)
    with pytest.raises(Refused, match="不能为这个范围"):
        enter(tree, by=tree.by("officer", tree.county))
    assert enter(tree, area=tree.township).area == tree.township


def test_nobody_confirms_for_a_union_beside(tree):
    row = enter(tree)
    with pytest.raises(Refused):
        actions.confirm(row, by=tree.by("admin", tree.other))
    assert actions.confirm(row, by=tree.by("admin", tree.city)).confirmed_at


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"name": "no_such"}, "没有这个标准项目"),
        ({"value": 0}, "大于零"),
        ({"value": None}, "金额"),
        ({"value": 10**14}, "太大"),
        ({"document": " "}, "文件名称"),
        ({"start": dt.date(1999, 12, 31)}, "执行日期"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_its_reason(tree, changes, word):
    with pytest.raises(Refused, match=word):
        enter(tree, **changes)
    assert not Figure.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("notice_days", "0", "1 至 60"),
        ("notice_days", "五", "整数"),
        ("quorum", "三分之二", "2/3"),
        ("quorum", "3/2", "不超过 1"),
        ("quorum", "1/0", "2/3"),
        ("vote_rule", "all", "超过到会人数的一半"),
        ("no_such", "1", "没有这个设置"),
    ],
)
def test_a_setting_takes_only_what_it_can_be(tree, name, value, word):
    with pytest.raises(Refused, match=word):
        actions.enter_setting(by=tree.first, name=name, area=tree.county, start=DAY, value=value, document="通知")
    assert not Setting.objects.exists()


def test_the_database_too_wants_a_second_person(tree):
    row = enter(tree)
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.filter(pk=row.pk).update(confirmed_by=tree.first.user, confirmed_at=row.entered_at)


def test_a_confirmed_value_is_neither_changed_nor_deleted(tree):
    row = actions.confirm(enter(tree), by=tree.second)
    for write in (lambda: Figure.objects.filter(pk=row.pk).update(fen=1), Figure.objects.filter(pk=row.pk).delete):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            write()
    row.refresh_from_db()
    assert row.fen == 70000


def test_a_mistake_is_dropped_before_it_is_confirmed_and_stays_in_the_history(tree):
    row = actions.drop(enter(tree), by=tree.first)
    assert Figure.objects.get() == row
    assert not Figure.objects.waiting().exists()
    with pytest.raises(Refused, match="已经作废"):
        actions.confirm(row, by=tree.second)
    with pytest.raises(Refused, match="已经作废"):
        actions.drop(row, by=tree.first)


def test_what_counts_already_is_replaced_and_not_dropped(tree):
    row = actions.confirm(enter(tree), by=tree.second)
    with pytest.raises(Refused, match="不能作废"):
        actions.drop(row, by=tree.first)


def test_nobody_beside_drops_what_another_entered(tree):
    row = enter(tree)
    for by in (tree.by("officer", tree.county), tree.by("admin", tree.other)):
        with pytest.raises(Refused, match="只有录入人"):
            actions.drop(row, by=by)


def test_the_example_figure_is_marked_and_made_once(tree):
    people = {"entered_by": tree.first.user, "confirmed_by": tree.second.user}
    row = actions.seed_example_figures(**people)
    assert row.shown == "700.00 元/人·月（示例）"
    assert actions.seed_example_figures(**people) == row


def test_only_province_and_city_keep_the_holiday_table(tree):
    day = {"date": dt.date(2027, 10, 1), "is_workday": False, "name": "国庆节", "source": "放假通知"}
    with pytest.raises(Refused, match="省、市"):
        actions.set_holiday(by=tree.first, **day)
    actions.set_holiday(by=tree.top, **day)
    actions.set_holiday(by=tree.top, **day | {"name": "国庆"})
    assert Holiday.objects.get(date=day["date"]).name == "国庆"
    assert not calendar.is_workday(dt.date(2027, 10, 1))
    actions.remove_holiday(by=tree.top, date=dt.date(2027, 10, 1))
    assert calendar.is_workday(dt.date(2027, 10, 1))
    with pytest.raises(Refused, match="不在节假日表"):
        actions.remove_holiday(by=tree.top, date=dt.date(2027, 10, 1))
