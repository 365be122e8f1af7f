from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "bangfu.casework.assistance"
    label = "assistance"
    verbose_name = "帮扶记录和台账"

    def ready(self):
        from bangfu.casework.assistance import actions  # noqa: F401 - registers the ledger row made with the card
