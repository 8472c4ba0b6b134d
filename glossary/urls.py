from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import views


class LetterConverter(StringConverter):
    """One letter, or "other" for what begins with none; so no term's address clashes."""

    regex = "other|[^/]"


register_converter(LetterConverter, "letter")

app_name = "glossary"
urlpatterns = [
    path("", views.term_list, name="list"),
    path("suggest", views.suggest, name="suggest"),
    # Without a slash at the end no term can have this address.
    path("booklet", views.booklet, name="booklet"),
    path("letter/<letter:name>/", views.letter, name="letter"),
    path("meanings/<str:words>/", views.meanings, name="meanings"),
    path("<str:slug>/", views.term_detail, name="detail"),
    path("<str:slug>/history/", views.term_changes, name="changes"),
]
