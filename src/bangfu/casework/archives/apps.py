from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "bangfu.casework.archives"
    label = "archives"
    verbose_name = "档案"
