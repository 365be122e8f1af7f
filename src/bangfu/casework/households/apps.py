from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "bangfu.casework.households"
    label = "households"
    verbose_name = "住户"
