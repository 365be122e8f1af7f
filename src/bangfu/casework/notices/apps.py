from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "bangfu.casework.notices"
    label = "notices"
    verbose_name = "公示"
