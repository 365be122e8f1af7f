"""Model fields that are encrypted in the column. They cannot be filtered by; keep a blind index beside them."""

from typing import Any

from django import forms
from django.db import models

from bangfu.foundations.privacy import crypto


class EncryptedTextField(models.BinaryField):
    """Text, stored as AES-GCM bytes; '' is stored as empty bytes.

    `kind` names the mask that pages use: id, phone, card, address, text (see masking.MASKS).
    """

    # For the type checker: unlike its base, the field gives and takes text.
    _pyi_private_set_type: str  # type: ignore[assignment]
    _pyi_private_get_type: str  # type: ignore[assignment]

    def __init__(self, *args, kind: str = "text", max_length: int | None = None, **kwargs):
        self.kind, self.text_length = kind, max_length
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.kind != "text":
            kwargs["kind"] = self.kind
        if self.text_length:
            kwargs["max_length"] = self.text_length
        return name, path, args, kwargs

    def get_default(self):
        return ""

    def _purpose(self) -> str:
        return self.name

    def from_db_value(self, value, expression, connection):
        if value is None or len(value) == 0:
            return ""
        return crypto.decrypt(value, self._purpose()).decode()

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None:
            value = ""
        if isinstance(value, str):
            value = crypto.encrypt(value.encode(), self._purpose()) if value else b""
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name):
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj):
        return self.value_from_object(obj)

    def to_python(self, value):
        return "" if value is None else value

    def formfield(self, **kwargs):
        wide = self.kind == "text" and not self.text_length
        defaults: dict[str, Any] = {
            "required": not self.blank,
            "label": self.verbose_name,
            "help_text": self.help_text,
            "max_length": self.text_length or (4000 if wide else 200),
            "widget": forms.Textarea(attrs={"rows": 4}) if wide else forms.TextInput(),
        }
        defaults.update(kwargs)
        form_class = defaults.pop("form_class", forms.CharField)
        defaults.pop("choices_form_class", None)
        return form_class(**defaults)
