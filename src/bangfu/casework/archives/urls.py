from django.urls import path

from bangfu.casework.archives import views

app_name = "archives"
urlpatterns = [
    path("", views.index, name="list"),
    path("<int:case_id>/", views.show, name="show"),
    path("<int:case_id>/edit/", views.edit, name="edit"),
    path("<int:case_id>/save/", views.save, name="save"),
    path("<int:case_id>/excuse/", views.excuse, name="excuse"),
    path("<int:case_id>/members/add/", views.add_member, name="add_member"),
    path("<int:case_id>/members/<int:position>/remove/", views.remove_member, name="remove_member"),
    path("<int:case_id>/attach/", views.attach, name="attach"),
    path("<int:case_id>/ready/", views.ready, name="ready"),
    path("<int:case_id>/file/", views.file, name="file"),
    path("<int:case_id>/return/", views.return_draft, name="return_draft"),
    path("<int:case_id>/amend/", views.amend, name="amend"),
    path("<int:case_id>/drop/", views.drop_amendment, name="drop_amendment"),
    path("<int:case_id>/versions/<int:number>/", views.version, name="version"),
    path("<int:case_id>/versions/<int:number>/changes/", views.changes, name="changes"),
]
