from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "bangfu.casework.applications"
    label = "applications"
    verbose_name = "申请"
