from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "bangfu.foundations.audit"
    label = "audit"
