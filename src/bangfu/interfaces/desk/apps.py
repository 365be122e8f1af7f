from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "bangfu.interfaces.desk"
    label = "desk"
