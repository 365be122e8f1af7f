"""Standards and settings, and the holiday table."""

from django.urls import path

from bangfu.foundations.standards import views

app_name = "standards"
urlpatterns = [
    path("", views.index, name="index"),
    path("holidays/", views.holidays, name="holidays"),
    path("holidays/<int:year>/", views.holidays, name="holidays_of"),
    path("holidays/<str:day>/remove/", views.remove_holiday, name="remove_holiday"),
    path("<str:kind>/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<str:kind>/<int:pk>/drop/", views.drop, name="drop"),
    path("<str:kind>/<slug:name>/", views.history, name="history"),
    path("<str:kind>/<slug:name>/enter/", views.enter, name="enter"),
]
