from django.urls import path

from bangfu.foundations.organisations import views

app_name = "organisations"
urlpatterns = [path("switch/", views.switch, name="switch")]
