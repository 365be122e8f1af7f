from django.urls import path

from bangfu.casework.plans import views

app_name = "plans"
urlpatterns = [
    path("", views.index, name="list"),
    path("cards/", views.cards, name="cards"),
    path("cards/<int:copy_id>/receive/", views.receive_card, name="receive_card"),
    path("register/", views.register, name="register"),
    path("register/sponsors/add/", views.sponsor, name="add_sponsor"),
    path("register/sponsors/<int:sponsor_id>/", views.sponsor, name="sponsor"),
    path("register/sponsors/<int:sponsor_id>/active/", views.sponsor_active, name="sponsor_active"),
    path("register/sponsors/<int:sponsor_id>/contacts/add/", views.contact, name="add_contact"),
    path("register/sponsors/<int:sponsor_id>/contacts/<int:contact_id>/", views.contact, name="contact"),
    path("register/contacts/<int:contact_id>/active/", views.contact_active, name="contact_active"),
    path("<int:case_id>/", views.show, name="show"),
    path("<int:case_id>/edit/", views.edit, name="edit"),
    path("<int:case_id>/choose/", views.choose, name="choose"),
    path("<int:case_id>/agree/", views.agree, name="agree"),
    path("<int:case_id>/sign/", views.sign, name="sign"),
    path("<int:case_id>/decide/", views.decide, name="decide"),
    path("<int:case_id>/issue-card/", views.issue_card, name="issue_card"),
    path("<int:case_id>/card/", views.card, name="card"),
    path("<int:case_id>/print-card/", views.print_card, name="print_card"),
]
