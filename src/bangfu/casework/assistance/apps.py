from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "bangfu.casework.assistance"
    label = "assistance"
    verbose_name = "帮扶"
