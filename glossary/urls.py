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
    # Without a slash at the end no term, nor its history, can have these addresses.
    path("booklet", views.booklet, name="booklet"),
    path("meanings/<str:words>", views.meanings, name="meanings"),
    path("glossary.<str:extension>", views.whole_glossary, name="download"),
    path("letter/<letter:name>/", views.letter, name="letter"),
    path("<str:slug>/", views.term_detail, name="detail"),
    path("<str:slug>/history/", views.term_changes, name="changes"),
]
