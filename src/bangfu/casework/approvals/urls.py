from django.urls import path

from bangfu.casework.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.queue, name="list"),
    path("batch/", views.batch, name="batch"),
    path("case/<int:case_id>/", views.case, name="case"),
    path("case/<int:case_id>/opine/", views.opine, name="opine"),
    path("case/<int:case_id>/take-back/", views.take_back, name="take_back"),
    path("case/<int:case_id>/print/", views.record_print, name="print"),
]
