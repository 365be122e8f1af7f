from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PrivacyConfig(AppConfig):
    name = "bangfu.foundations.privacy"
    label = "privacy"

    def ready(self):
        from bangfu.foundations.privacy import guards

        # Policies and grants are derived from the models after every migration, so that no table can be forgotten.
        post_migrate.connect(guards.install_after_migrate, sender=self)
