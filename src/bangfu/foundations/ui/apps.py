from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "bangfu.foundations.ui"
    label = "ui"

    def ready(self):
        from django.forms import Field

        # Django's own sentence speaks of 字段, a programmer's word.
        Field.default_error_messages["required"] = "请填写这一项。"
