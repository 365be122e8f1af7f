from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "bangfu.foundations.codes"
    label = "codes"
