from django.urls import path

from . import views

app_name = "articles"
urlpatterns = [
    path("", views.article_list, name="list"),
    path("<str:slug>/", views.article_detail, name="detail"),
    path("<str:slug>/history/", views.article_changes, name="changes"),
    path("<str:slug>/cite.<str:extension>", views.article_citation, name="cite"),
    path(
        "<str:slug>/references.<str:extension>",
        views.article_references,
        name="references",
    ),
    path("<str:slug>/handout/", views.article_handout, name="handout"),
]
