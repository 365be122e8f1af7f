from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "bangfu.foundations.ui"
    label = "ui"
