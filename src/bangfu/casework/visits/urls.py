"""Doors of the visits."""

from django.urls import path

from bangfu.casework.visits import views

app_name = "visits"
urlpatterns = [
    path("", views.list_visits, name="list"),
    path("phones/", views.phones, name="phones"),
    path("<int:case_id>/", views.show, name="show"),
    path("<int:case_id>/assign/", views.assign, name="assign"),
    path("<int:case_id>/record/", views.record, name="record"),
    path("<int:case_id>/photos/", views.add_photos, name="photos"),
    path("<int:case_id>/photos/<int:pk>/remove/", views.remove_photo, name="remove_photo"),
    path("<int:case_id>/sign/", views.sign, name="sign"),
    path("<int:case_id>/conclude/", views.conclude, name="conclude"),
    path("<int:case_id>/resume/", views.resume, name="resume"),
]
