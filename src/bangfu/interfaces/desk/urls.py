from django.urls import path

from bangfu.interfaces.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("cases/", views.cases, name="cases"),
    path("cases/<int:case_id>/", views.case, name="case"),
    path("cases/<int:case_id>/reveal/", views.reveal, name="reveal"),
    path("cases/<int:case_id>/withdraw/", views.withdraw, name="withdraw"),
    path("cases/<int:case_id>/take-back/", views.take_back, name="take_back"),
    path("cases/<int:case_id>/audit/", views.case_audit, name="case_audit"),
    path("audit/", views.audit, name="audit"),
]
