from django.urls import path

from bangfu.interfaces.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("cases/<int:case_id>/", views.case, name="case"),
]
