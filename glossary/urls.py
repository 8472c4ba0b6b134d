from django.urls import path

from . import views

app_name = "glossary"
urlpatterns = [
    path("", views.term_list, name="list"),
    path("<str:slug>/", views.term_detail, name="detail"),
    path("<str:slug>/history/", views.term_changes, name="changes"),
]
