"""Model and form fields that read what officers type and keep codes, fen and months."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from bangfu.foundations.codes import lists
from bangfu.foundations.codes.money import MAX_FEN, format_money, parse_money, parse_month, plain


class MoneyInput(forms.TextInput):
    """A text box for 元: `type=number` would refuse 1,234 and 1.2万."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))


class MoneyFormField(forms.Field):
    """Fen typed and shown in 元. `unit` is what the page writes behind the box."""

    widget = MoneyInput

    def __init__(self, *, unit: str = "元", **kwargs: Any) -> None:
        self.unit = unit
        for number_only in ("min_value", "max_value"):
            kwargs.pop(number_only, None)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return format_money(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or not plain(value):
            return None
        try:
            return parse_money(value)
        except ValueError as wrong:
            raise ValidationError(str(wrong), code="invalid") from wrong

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


class AreaFormField(forms.DecimalField):
    """平方米 with up to two places; full-width digits and a written unit are accepted."""

    unit = "平方米"

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = plain(value).removesuffix("平方米").removesuffix("m2").removesuffix("平米").replace(",", "")
        return super().to_python(value)


class YearMonthFormField(forms.CharField):
    """A month; the browser's picker where there is one, else 2026-03, 2026年3月 or 2026.3."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "month", "placeholder": "2026-03"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return parse_month(text)
        except ValueError as wrong:
            raise ValidationError(str(wrong), code="invalid") from wrong


class CodeField(models.CharField):
    """One code of a list; offers the list's labels and gives the model `get_<name>_display`.

    The migration keeps the name of the list only: a corrected label is no change of the database.
    """

    def __init__(self, list_name: str = "", *args: Any, **kwargs: Any) -> None:
        self.list_name = list_name
        kwargs.setdefault("max_length", 20)
        if list_name:
            kwargs.setdefault("choices", partial(_choices, list_name))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, path, [self.list_name, *args], kwargs

    def validate(self, value: Any, model_instance: Any) -> None:
        # A code that is no longer offered (未说明 of an old record) stays valid where it stands.
        if self.list_name and value and lists.exists(self.list_name, str(value)):
            return
        super().validate(value, model_instance)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        display = f"get_{name}_display"
        # Django's own method looks among the offered choices only, which leave out 未说明.
        ours = self.list_name and display not in cls.__dict__
        super().contribute_to_class(cls, name, private_only)
        if ours:
            setattr(cls, display, lambda thing: lists.label(self.list_name, getattr(thing, name)))


class CodeListField(ArrayField):
    """Several codes of one list, ticked as boxes; kept in the order of the list."""

    def __init__(self, list_name: str = "", **kwargs: Any) -> None:
        self.list_name = list_name
        kwargs.setdefault("base_field", models.CharField(max_length=20))
        kwargs.setdefault("default", list)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("base_field", None)
        return name, path, [self.list_name, *args], kwargs

    def formfield(self, **kwargs: Any) -> Any:
        offered = partial(_choices, self.list_name)
        asked: dict[str, Any] = {
            "form_class": CodeListFormField,
            "required": not self.blank,
            "label": self.verbose_name,
            "help_text": self.help_text,
            "choices": offered,
            "initial": [],
        }
        wanted = asked | kwargs
        form_class = wanted.pop("form_class")
        return form_class(**wanted)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        display = f"get_{name}_display"
        if display not in cls.__dict__:
            setattr(cls, display, lambda thing: "、".join(self.labels(getattr(thing, name))))

    def labels(self, codes: list[str] | None) -> Iterator[str]:
        """The labels of the codes, an unknown code as itself."""
        return (lists.label(self.list_name, code, default=code) for code in codes or ())


class CodeListFormField(forms.MultipleChoiceField):
    """Boxes to tick; gives the codes in the order of the list."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        ticked = set(super().clean(value))
        return [str(code) for code, _ in self.widget.choices if code in ticked]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial or [], data or [])


class MoneyField(models.BigIntegerField):
    """Money in fen (bigint), asked and shown in 元 per `unit` (元/月, 元/年, 元). Never negative."""

    def __init__(self, *args: Any, unit: str = "元", **kwargs: Any) -> None:
        self.unit = unit
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"unit": self.unit}

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if value is not None and value < 0:
            raise ValidationError("金额不能是负数。", code="negative")
        if value is not None and value > MAX_FEN:
            raise ValidationError("金额太大了，请检查是否多写了零。", code="too_large")

    def formfield(self, **kwargs: Any) -> Any:
        asked: dict[str, Any] = {"form_class": MoneyFormField, "unit": self.unit} | kwargs
        return super().formfield(**asked)


class AreaField(models.DecimalField):
    """平方米, ten digits with two places, never negative."""

    unit = "平方米"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 10)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("validators", [MinValueValidator(0, "面积不能是负数。")])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        asked: dict[str, Any] = {"form_class": AreaFormField} | kwargs
        return super().formfield(**asked)


class YearMonthField(models.CharField):
    """A month as text `YYYY-MM`; sorts and compares as text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 7)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: Any) -> Any:
        if value:
            try:
                value = parse_month(value)
            except ValueError as wrong:
                raise ValidationError(str(wrong), code="invalid") from wrong
        return super().clean(value, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        # The wide net (2026年12月) is longer than what is kept.
        asked: dict[str, Any] = {"form_class": YearMonthFormField, "max_length": 20} | kwargs
        return super().formfield(**asked)


def _choices(list_name: str) -> list[tuple[str, str]]:
    return lists.choices(list_name)
