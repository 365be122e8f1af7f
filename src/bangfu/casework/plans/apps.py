from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "bangfu.casework.plans"
    label = "plans"
    verbose_name = "帮扶计划"
