from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "bangfu.casework.visits"
    label = "visits"
    verbose_name = "入户调查"
