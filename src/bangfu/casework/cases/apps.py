from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "bangfu.casework.cases"
    label = "cases"
    verbose_name = "案件"

    def ready(self):
        from bangfu.casework.cases import rules  # noqa: F401 - registers what stands in the way of closing a union
