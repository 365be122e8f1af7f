from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "bangfu.casework.cases"
    label = "cases"
    verbose_name = "案件"
