from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "bangfu.operations"
    label = "operations"
