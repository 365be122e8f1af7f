"""Doors of the reviews."""

from django.urls import path

from bangfu.casework.reviews import views

app_name = "reviews"
urlpatterns = [
    path("", views.list_meetings, name="list"),
    path("hold/", views.hold, name="hold"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/record/", views.record, name="record"),
    path("<int:pk>/minutes/", views.write, name="write"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/print/", views.print_minutes, name="print"),
    path("case/<int:case_id>/", views.case, name="case"),
]
