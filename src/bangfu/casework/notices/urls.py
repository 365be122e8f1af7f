from django.urls import path

from bangfu.casework.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("post/", views.post, name="post"),
    path("period/", views.period, name="period"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/proof/", views.proof, name="proof"),
    path("<int:pk>/print/", views.record_print, name="print"),
    path("<int:pk>/clear/", views.clear, name="clear"),
    path("case/<int:case_id>/", views.case, name="case"),
    path("case/<int:case_id>/object/", views.object_, name="object"),
    path("case/<int:case_id>/answer/<int:pk>/", views.answer, name="answer"),
    path("p/<str:token>/", views.public, name="public"),
]
