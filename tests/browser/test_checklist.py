"""The checklist above the preview, while somebody types, in a real Chromium."""

from __future__ import annotations

import pytest

from .test_editing import ADD, BODY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_follows_what_is_typed_beside_the_text(site, log_in):
    tab = log_in("editor", ADD)
    title = tab.locator("[data-check=title]")
    title.get_by_text("The title is missing.").wait_for()
    assert title.inner_text().startswith("To mend: Title")
    tab.get_by_label("Title").press_sequentially("Hope")
    tab.locator("[data-check=title].check-ok").wait_for()
    assert title.inner_text() == "OK: Title"
    tab.get_by_label("Kind").select_option("site page")
    tab.locator("[data-check=sources].check-ok").wait_for()


def test_it_keeps_open_and_closed_what_was(site, log_in):
    tab = log_in("editor", ADD)
    due, text = "details[data-item=due]", "details[data-item=body]"
    tab.locator(f"{text}[open]").wait_for()
    tab.locator(f"{due} > summary").click()
    tab.locator(f"{text} > summary").click()
    tab.get_by_label("Title").press_sequentially("Hope")
    tab.locator("[data-check=title].check-ok").wait_for()
    assert tab.locator(f"{due}[open]").count() == 1
    assert tab.locator(f"{text}[open]").count() == 0


def test_its_hardest_sentence_leads_to_its_line(site, log_in):
    tab = log_in("editor", ADD)
    body = tab.get_by_label("Body")
    hard = "Immunotherapeutic interventions necessitate much coordination."
    body.fill(f"Short words.\n\n{hard}\n\nMore words.")
    item = tab.locator("[data-check=readability]")
    item.get_by_text("hardest sentence: line 3").click()
    item.get_by_role("button", name="Line 3:").click()
    chosen = "body => body.value.slice(body.selectionStart, body.selectionEnd)"
    assert body.evaluate(chosen) == hard


def test_the_one_of_a_term_follows_its_words(site, log_in):
    tab = log_in("editor", "/admin/glossary/term/add/")
    tab.locator("#id_title").fill("Messenger")
    tab.locator("[data-check=words].check-ok").wait_for()
    tab.locator("input[name=words-0-text]").fill("cytokine")
    words = tab.locator("[data-check=words].check-blocking")
    words.get_by_text("“Cytokine” already belongs to “Cytokine”.").wait_for()


def test_it_stands_on_the_page_that_publishes(site, log_in):
    tab = log_in("editor", ADD)
    tab.get_by_label("Title").press_sequentially("Hope")
    tab.get_by_label("Body").fill(BODY)
    tab.get_by_role("button", name="Save draft", exact=True).click()
    tab.get_by_role("link", name="Publish …").click()
    checklist = tab.locator("details.checklist")
    assert "2 to mend" in checklist.inner_text()
    assert "Line 3: No reference has the key" in checklist.inner_text()
