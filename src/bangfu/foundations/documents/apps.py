from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "bangfu.foundations.documents"
    label = "documents"
