"""All doors, in the order of the case."""

from allauth.account import views as account
from django.urls import include, path

urlpatterns = [
    # Log-in and log-out only: accounts are made by administrators, and there is no mail to reset a password with.
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("", include("bangfu.interfaces.desk.urls")),
    path("applications/", include("bangfu.casework.applications.urls")),
    path("visits/", include("bangfu.casework.visits.urls")),
    path("reviews/", include("bangfu.casework.reviews.urls")),
    path("notices/", include("bangfu.casework.notices.urls")),
    path("approvals/", include("bangfu.casework.approvals.urls")),
    path("archives/", include("bangfu.casework.archives.urls")),
    path("plans/", include("bangfu.casework.plans.urls")),
    path("assistance/", include("bangfu.casework.assistance.urls")),
    path("documents/", include("bangfu.foundations.documents.urls")),
    path("organisations/", include("bangfu.foundations.organisations.urls")),
    path("standards/", include("bangfu.foundations.standards.urls")),
]
