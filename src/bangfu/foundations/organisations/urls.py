from django.urls import path

from bangfu.foundations.organisations import views

app_name = "organisations"
urlpatterns = [
    path("switch/", views.switch, name="switch"),
    path("", views.tree, name="tree"),
    path("permissions/", views.permissions, name="permissions"),
    path("account/", views.account, name="account"),
    path("account/password/", views.password, name="password"),
    path("<int:org_id>/", views.show, name="show"),
    path("<int:org_id>/children/", views.children, name="children"),
    path("<int:org_id>/add/", views.add, name="add"),
    path("<int:org_id>/rename/", views.rename, name="rename"),
    path("<int:org_id>/move/", views.move, name="move"),
    path("<int:org_id>/close/", views.close, name="close"),
    path("<int:org_id>/people/add/", views.add_user, name="add_user"),
    path("<int:org_id>/people/appoint/", views.appoint, name="appoint"),
    path("posts/<int:post_id>/end/", views.end_post, name="end_post"),
    path("people/<int:user_id>/", views.person, name="person"),
    path("people/<int:user_id>/reset-password/", views.reset_password, name="reset_password"),
    path("people/<int:user_id>/deactivate/", views.deactivate, name="deactivate"),
    path("people/<int:user_id>/activate/", views.activate, name="activate"),
]
