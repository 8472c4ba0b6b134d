"""Importing a file in a real Chromium, with and without JavaScript."""

from __future__ import annotations

import json

import pytest

import glossary.importing
import references.importing
from glossary.models import Term
from references.models import Reference

from .conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
UPLOAD = "/admin/references/importbatch/add/"
UPLOAD_TERMS = "/admin/glossary/termimport/add/"
TITLES = [f"A book on cell number {number}" for number in range(5)]


@pytest.fixture
def file_of_five(monkeypatch):
    """A file of five references, which take three steps to check or bring in."""
    monkeypatch.setattr(references.importing.STEPS, "at_a_time", 2)
    items = [
        {"id": f"book-{number}", "type": "book", "title": title}
        for number, title in enumerate(TITLES)
    ]
    data = json.dumps(items).encode()
    return {"name": "books.json", "mimeType": "application/json", "buffer": data}


@pytest.fixture
def file_of_terms(monkeypatch):
    """A table of three terms, which take two steps to check and three to bring in: the
    first names the last."""
    monkeypatch.setattr(glossary.importing.STEPS, "at_a_time", 2)
    table = (
        "headword,definition,related\n"
        "Killer cell,A cell that kills.,Thymus\n"
        "Spleen,An organ.,\n"
        "Thymus,Another organ.,T cell\n"
    )
    return {"name": "terms.csv", "mimeType": "text/csv", "buffer": table.encode()}


def upload(tab, file) -> None:
    tab.get_by_label("File:", exact=True).set_input_files(file)
    tab.get_by_role("button", name="Upload and check").click()


def test_goes_through_all_steps_by_itself(site, log_in, file_of_five):
    tab = log_in("editor", UPLOAD)
    upload(tab, file_of_five)
    tab.get_by_role("button", name="Bring in 5 records").click()
    tab.get_by_text("5 records were brought in.").wait_for()
    assert Reference.objects.filter(title__in=TITLES).count() == 5
    tab.get_by_role("link", name="book-4").click()
    assert tab.get_by_label("Title").input_value() == TITLES[4]


def test_or_at_the_press_of_a_button_without_javascript(site, log_in, file_of_five):
    tab = log_in("editor", UPLOAD, java_script_enabled=False, viewport=PHONE)
    upload(tab, file_of_five)
    for done in ("0 of 5", "2 of 5", "4 of 5"):
        assert tab.get_by_text(f"{done} records").is_visible()
        tab.get_by_role("button", name="Continue").click()
    tab.get_by_role("button", name="Bring in 5 records").click()
    for _ in range(3):
        tab.get_by_role("button", name="Continue").click()
    assert tab.get_by_text("5 records were brought in.").is_visible()


def test_what_the_server_can_not_do_stops_and_can_be_tried_again(
    site, log_in, file_of_five
):
    tab = log_in("editor")
    tab.route("**/step/", lambda route: route.fulfill(status=403))
    tab.goto(UPLOAD)
    upload(tab, file_of_five)
    tab.get_by_text("This did not go on. What is done is kept.").wait_for()
    tab.unroute("**/step/")
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_role("button", name="Bring in 5 records").wait_for()


def test_terms_become_drafts_that_lead_to_each_other(site, log_in, file_of_terms):
    tab = log_in("editor", "/admin/glossary/term/")
    tab.get_by_role("link", name="Import terms").click()
    upload(tab, file_of_terms)
    tab.get_by_role("button", name="Bring in 3 terms").click()
    tab.get_by_text("3 terms are drafts now.").wait_for()
    term = Term.objects.get(slug="killer-cell")
    assert [str(each.term) for each in term.newest().relations.all()] == ["Thymus"]
    tab.get_by_role("link", name="killer-cell").click()
    assert tab.get_by_label("Headword:").input_value() == "Killer cell"
    assert tab.goto("/glossary/killer-cell/").status == 404


def test_terms_come_in_without_javascript_too(site, log_in, file_of_terms):
    options = {"java_script_enabled": False, "viewport": PHONE}
    tab = log_in("editor", UPLOAD_TERMS, **options)
    upload(tab, file_of_terms)
    for done in ("0 of 3", "2 of 3"):
        assert tab.get_by_text(f"{done} terms").is_visible()
        tab.get_by_role("button", name="Continue").click()
    tab.get_by_role("button", name="Bring in 3 terms").click()
    for doing in ("Saving the drafts.", "Saving the drafts.", "Adding the related"):
        assert tab.get_by_text(doing).is_visible()
        tab.get_by_role("button", name="Continue").click()
    assert tab.get_by_text("3 terms are drafts now.").is_visible()
