"""The files of terms that staff save, to bring them in again."""

from __future__ import annotations

import pytest

from glossary.exchange import export_terms, import_terms
from glossary.formats import FORMATS
from tests.factories import draft_term, make_term, make_user, publisher

pytestmark = pytest.mark.django_db
LIST = "/admin/glossary/term/"
EVERY = pytest.mark.parametrize("format", list(FORMATS))


def path(format: str) -> str:
    return f"{LIST}export/{format}/"


@EVERY
def test_hold_what_is_live_as_it_was_typed(client, reviewer, format):
    make_term("Cell", "A *small* thing.\n\n[//]: # (Ask Jo!)")
    draft_term("Gene")
    client.force_login(reviewer)
    response = client.get(path(format))
    form = FORMATS[format]
    assert response["Content-Type"] == f"{form.media_type}; charset=utf-8"
    name = f'attachment; filename="terms.{form.extension}"'
    assert response["Content-Disposition"] == name
    assert "no-store" in response["Cache-Control"]
    text = response.content.decode()
    assert text == export_terms(format=format)
    assert "Ask Jo!" in text
    again = import_terms(text, by=publisher(), format=format, on_existing="update")
    assert again.summary() == "1 unchanged"


@EVERY
def test_are_linked_from_the_list_of_terms(client, author, format):
    client.force_login(author)
    assert f'href="{path(format)}"' in client.get(LIST).text


def test_are_for_those_who_see_terms(client):
    user = make_user("nobody")
    user.is_superuser = False
    user.save()
    client.force_login(user)
    assert client.get(path("csv")).status_code == 403


def test_are_of_no_other_format(client, author):
    client.force_login(author)
    assert client.get(path("ttl")).status_code == 404
