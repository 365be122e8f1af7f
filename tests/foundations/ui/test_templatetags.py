"""The components as an officer and a screen reader meet them."""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template import engines

from bangfu.foundations.ui.templatetags import ui

CAUSES = [("1", "本人大病"), ("2", "子女上学")]


class Form(forms.Form):
    name = forms.CharField(label="姓名")
    citizen_id = forms.CharField(
        label="公民身份号码", help_text="18 位", widget=forms.TextInput(attrs={"data-mask": "citizen_id"})
    )
    income = forms.CharField(label="月收入", required=False, widget=forms.TextInput(attrs={"data-unit": "元/月"}))
    sex = forms.ChoiceField(label="性别", choices=[("", "---"), ("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    marriage = forms.ChoiceField(
        label="婚姻", required=False, choices=[("", "---"), ("1", "未婚")], widget=forms.RadioSelect
    )
    causes = forms.MultipleChoiceField(label="致困原因", choices=CAUSES, widget=forms.CheckboxSelectMultiple)
    visited = forms.DateField(label="日期", widget=forms.DateInput)
    agree = forms.BooleanField(label="同意核对")
    note = forms.CharField(widget=forms.HiddenInput, required=False)


@dataclass
class Reason:
    text: str
    url: str = ""
    clause: str = ""


def render(source: str, **context) -> str:
    return engines["django"].from_string("{% load ui %}" + source).render(context)


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (123450, "1,234.50"),
        (0, "0.00"),
        (5, "0.05"),
        (-123450, "-1,234.50"),
        (None, "—"),
        (10**13, "100,000,000,000.00"),
    ],
)
def test_money_in_fen_reads_as_yuan_with_two_places(fen, shown):
    assert ui.money(fen) == shown


def test_a_date_is_shown_in_words():
    assert ui.day(datetime.date(2026, 3, 2)) == "2026年3月2日"
    assert ui.day(None) == "—"


def test_an_instant_late_in_the_utc_evening_is_the_next_day_in_shanghai():
    assert ui.day(datetime.datetime(2026, 3, 1, 16, 30, tzinfo=datetime.UTC)) == "2026年3月2日"


def test_a_required_field_says_so_to_eye_and_ear_and_names_its_error():
    form = Form({})
    html = render("{% field form.citizen_id %}", form=form)
    assert 'for="id_citizen_id"' in html
    assert "aria-hidden" in html
    assert "required" in html
    assert 'aria-invalid="true"' in html
    described = re.search(r'<input[^>]*aria-describedby="([^"]+)"', html).group(1).split()
    assert described == ["id_citizen_id_helptext", "id_citizen_id_hint", "id_citizen_id_error"]
    for target in described:
        assert f'id="{target}"' in html
    assert html.count("aria-describedby=") == 1


def test_an_untouched_field_carries_no_error():
    html = render("{% field form.name %}", form=Form())
    assert "aria-invalid" not in html
    assert "_error" not in html


def test_unit_and_mask_reach_the_field():
    html = render('{% field form.income mask="money" %}', form=Form())
    assert "元/月</span>" in html
    assert 'inputmode="decimal"' in html
    assert 'data-mask="money"' in html


def test_a_choice_is_a_group_of_buttons_without_the_empty_one_when_required():
    html = render("{% field form.sex %}{% field form.marriage %}", form=Form({"sex": "2"}))
    assert html.count("<fieldset") == 2
    assert html.count("<legend") == 2
    assert "---" not in html
    assert html.count("未填") == 1
    assert re.search(r'value="2"[^>]* checked', html)
    assert not re.search(r'value="1"[^>]* checked', html)


def test_a_check_list_keeps_what_was_ticked():
    html = render("{% field form.causes %}", form=Form({"causes": ["2"]}))
    assert html.count('type="checkbox"') == 2
    assert re.search(r'value="2"[^>]* checked', html)
    assert not re.search(r'value="1"[^>]* checked', html)


def test_a_date_field_uses_the_calendar_of_the_browser_with_an_iso_value():
    html = render("{% field form.visited %}", form=Form(initial={"visited": datetime.date(2026, 3, 2)}))
    assert 'type="date"' in html
    assert 'value="2026-03-02"' in html


def test_a_single_tick_box_stands_inside_its_label_and_a_hidden_field_has_none():
    html = render("{% field form.agree %}", form=Form())
    assert '<label class="form-check" for="id_agree"><input type="checkbox"' in html
    assert "<label" not in render("{% field form.note %}", form=Form())


def test_what_an_officer_typed_is_escaped():
    html = render("{% field form.name %}", form=Form({"name": '"><script>x</script>'}))
    assert "<script>" not in html
    assert "<b>" not in str(ui.badge("<b>", "red"))


def test_a_badge_with_an_unknown_tone_is_grey():
    assert "tag-green" in str(ui.badge("已认定", "green"))
    assert "tag-grey" in str(ui.badge("草稿", "pink"))


def test_reasons_name_clause_and_place_and_say_nothing_when_there_are_none():
    html = render('{% reasons list id="why" %}', list=[Reason("还缺授权书", url="/a", clause="附件1"), "还没有调查"])
    assert 'id="why"' in html
    assert '<a href="/a">还缺授权书</a>' in html
    assert "依据：附件1" in html
    assert "还没有调查" in html
    assert render("{% reasons list %}", list=[]).strip() == ""
    assert 'role="alert"' in render('{% reasons list title="不能提交" %}', list=["x"])


def test_the_error_summary_links_to_each_wrong_field():
    form = Form({"name": "示例甲"})
    html = render("{% form_errors form %}", form=form)
    assert '<a href="#id_citizen_id">公民身份号码</a>' in html
    assert "#id_name" not in html
    assert render("{% form_errors form %}", form=Form()).strip() == ""


@pytest.mark.parametrize(("given", "shown"), [(62.9, 62), (-1, 0), (140, 100), (None, 0)])
def test_progress_stays_between_nothing_and_full(given, shown):
    html = render('{% progress_bar percent "已填" %}', percent=given)
    assert f'value="{shown}"' in html
    assert 'aria-label="已填"' in html
    assert "style=" not in html


def test_steps_say_which_one_is_current():
    steps = [
        {"label": "基本情况", "url": "/1", "state": "done"},
        SimpleNamespace(label="家庭成员", url="/2", state="current"),
        {"label": "声明"},
    ]
    html = render("{% steps list %}", list=steps)
    assert html.count('aria-current="step"') == 1
    assert "第 2 步，共 3 步" in html
    assert "（已完成）" in html


def test_pager_empty_state_and_card_show_only_what_they_were_given():
    page = SimpleNamespace(prev_url="", next_url="?after=7")
    html = render("{% pager page %}", page=page)
    assert 'href="?after=7"' in html
    assert "上一页" not in html
    assert "<a" not in render('{% empty_state "还没有记录" %}')
    html = render('{% card title="家庭成员" symbol="users" id="members" %}<p>甲</p>{% endcard %}')
    assert '<section class="card" id="members">' in html
    assert "<p>甲</p>" in html


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in str(ui.icon("home"))
    assert 'role="img" aria-label="工作台"' in str(ui.icon("home", "工作台"))


def test_every_icon_named_in_a_ui_template_is_in_the_sprite():
    sprite = Path(finders.find("ui/icons.svg")).read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    folder = Path(ui.__file__).parents[1] / "templates"
    used = {
        name for page in folder.rglob("*.html") for name in re.findall(r'{% icon "([^"]+)"', page.read_text("utf-8"))
    }
    assert used
    assert used <= known
