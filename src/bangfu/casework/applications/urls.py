from django.urls import path

from bangfu.casework.applications import views

app_name = "applications"
urlpatterns = [
    path("", views.index, name="list"),
    path("start/", views.start, name="start"),
    path("<int:case_id>/again/", views.start_again, name="start_again"),
    path("<int:case_id>/edit/", views.edit, name="edit"),
    path("<int:case_id>/members/add/", views.add_member, name="add_member"),
    path("<int:case_id>/members/<int:member_id>/remove/", views.remove_member, name="remove_member"),
    path("<int:case_id>/authorisation/sign-all/", views.sign_all, name="sign_all"),
    path("<int:case_id>/sign/<int:line_id>/", views.sign, name="sign"),
    path("<int:case_id>/wages/<int:member_id>/add/", views.add_certificate, name="add_certificate"),
    path("<int:case_id>/wages/<int:certificate_id>/remove/", views.remove_certificate, name="remove_certificate"),
    path("<int:case_id>/papers/<str:kind>/keep/", views.keep_papers, name="keep_papers"),
    path("<int:case_id>/papers/<int:attachment_id>/remove/", views.remove_paper, name="remove_paper"),
    path("<int:case_id>/submit/", views.submit, name="submit"),
    path("<int:case_id>/return/", views.return_to_applicant, name="return"),
    path("<int:case_id>/appeal/", views.appeal, name="appeal"),
]
