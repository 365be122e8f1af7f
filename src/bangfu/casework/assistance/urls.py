from django.urls import path

from bangfu.casework.assistance import views

app_name = "assistance"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("print/", views.print_ledger, name="print"),
    path("helps/", views.helps, name="helps"),
    path("helps/<int:help_id>/cancel/", views.cancel, name="cancel"),
    path("<int:case_id>/", views.case, name="case"),
    path("<int:case_id>/record/", views.record, name="record"),
    path("<int:case_id>/note/", views.note, name="note"),
]
