from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "bangfu.casework.approvals"
    label = "approvals"
    verbose_name = "审批"
