"""All doors, in the order of the case."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
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
