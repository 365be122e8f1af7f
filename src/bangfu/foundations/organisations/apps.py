from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "bangfu.foundations.organisations"
    label = "organisations"
    verbose_name = "工会组织"
