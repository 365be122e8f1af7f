from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import isolate_apps

from bangfu.foundations.codes import fields


@pytest.fixture
def household():
    with isolate_apps("bangfu.foundations.codes"):

        class Household(models.Model):
            sex = fields.CodeField("gbt2261_1_sex", "性别")
            causes = fields.CodeListField("cause_application", blank=True)
            income = fields.MoneyField("本人月平均收入", unit="元/月", null=True, blank=True)
            area = fields.AreaField("建筑面积", null=True, blank=True)
            month = fields.YearMonthField("起", blank=True)

            class Meta:
                app_label = "codes"

            def __str__(self):
                return self.month

        yield Household


def form_of(model, data):
    return forms.modelform_factory(model, fields=["sex", "causes", "income", "area", "month"])(data)


GOOD = {"sex": "2", "causes": ["09", "01"], "income": "1,234.5", "area": "６２.５平方米", "month": "2026年3月"}


def test_a_form_keeps_codes_fen_square_metres_and_months(household):
    form = form_of(household, GOOD)
    assert form.is_valid(), form.errors
    found = form.cleaned_data
    assert found["causes"] == ["01", "09"]
    assert (found["income"], found["area"], found["month"]) == (123450, Decimal("62.5"), "2026-03")


def test_empty_stays_empty_and_is_not_zero(household):
    form = form_of(household, {"sex": "1", "income": " "})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["income"] is None
    assert form.cleaned_data["causes"] == []
    assert form.cleaned_data["month"] == ""


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("sex", "3", "有效"),
        ("causes", ["77"], "有效"),
        ("income", "-5", "负数"),
        ("income", "三千", "不是金额"),
        ("area", "-1", "负数"),
        ("month", "2026-13", "不是年月"),
    ],
)
def test_a_wrong_entry_is_named_at_its_field(household, name, text, word):
    form = form_of(household, GOOD | {name: text})
    assert word in "".join(form.errors[name])


def test_labels_are_shown_for_codes(household):
    someone = household(sex="2", causes=["09", "77"], income=1)
    assert someone.get_sex_display() == "女"
    assert someone.get_causes_display() == "子女上学、77"
    assert household(sex="9").get_sex_display() == "未说明的性别"


def test_a_code_of_an_old_record_stays_valid_and_an_unknown_one_does_not(household):
    household(sex="9").clean_fields(exclude=["id"])
    with pytest.raises(ValidationError):
        household(sex="7").clean_fields(exclude=["id"])


def test_money_shows_with_two_places_and_knows_an_unchanged_amount(household):
    field = fields.MoneyFormField(unit="元/年")
    assert field.prepare_value(123450) == "1,234.50"
    assert field.prepare_value("1,2") == "1,2"
    assert not field.has_changed(123450, "1234.5")
    assert field.has_changed(123450, "abc")
    assert field.unit == "元/年"


def test_money_beyond_a_thousand_hundred_million_is_refused_without_a_form_too(household):
    for fen in (-1, 10**13 + 1):
        with pytest.raises(ValidationError):
            household(sex="1", income=fen).clean_fields(exclude=["id"])


def test_migrations_keep_the_name_of_the_list_and_no_labels(household):
    for name in ("sex", "causes", "income", "area", "month"):
        field = household._meta.get_field(name)
        _, path, args, kwargs = field.deconstruct()
        assert path.startswith("bangfu.foundations.codes.fields.")
        assert "choices" not in kwargs
        again = type(field)(*args, **kwargs)
        assert again.db_type(connection) == field.db_type(connection)
        assert again.deconstruct()[2:] == field.deconstruct()[2:]


def test_the_boxes_and_the_month_have_their_widgets(household):
    form = form_of(household, None)
    assert isinstance(form.fields["causes"].widget, forms.CheckboxSelectMultiple)
    assert form.fields["month"].widget.input_type == "month"
    assert form.fields["income"].unit == "元/月"
