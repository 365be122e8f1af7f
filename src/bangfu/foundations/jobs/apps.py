from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "bangfu.foundations.jobs"
    label = "jobs"
