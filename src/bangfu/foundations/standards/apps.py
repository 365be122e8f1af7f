from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "bangfu.foundations.standards"
    label = "standards"
