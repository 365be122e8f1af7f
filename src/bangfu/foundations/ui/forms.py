"""What every form of the house shares."""

from collections.abc import Iterable

from django import forms

from bangfu.foundations.codes.reasons import Reason


def add_reasons(form: forms.BaseForm, reasons: Iterable[Reason]) -> None:
    """Put the reasons of a refusal where they belong: at their field, else above the form. What was typed stays."""
    for reason in reasons:
        form.add_error(reason.field if reason.field in form.fields else None, reason.text)
