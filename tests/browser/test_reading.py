"""A reader on a phone, by keyboard, by touch, and without JavaScript."""

from __future__ import annotations

import pytest

from .conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/articles/",
    "/articles/melanoma/",
    "/glossary/",
    "/glossary/cytokine/",
    "/references/",
    "/references/larkin-2015/",
    "/topics/",
    "/topics/melanoma/",
    "/search/?q=cells",
    "/search/?q=nothing-at-all",
    "/no-such-page",
    "/admin/login/",
]
A_PROTEIN = "A protein that carries signals between cells."


def is_beside(tab, word, box) -> bool:
    """The definition touches neither edge and lies just above or below its word."""
    outer, inner = box.bounding_box(), word.bounding_box()
    width = tab.viewport_size["width"]
    below = outer["y"] - inner["y"] - inner["height"]
    above = inner["y"] - outer["y"] - outer["height"]
    is_within = outer["x"] >= 0 and outer["x"] + outer["width"] <= width
    return is_within and (0 <= below < 40 or 0 <= above < 40)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_is_wider_than_the_screen(site, open_tab, viewport):
    tab = open_tab(viewport=viewport)
    for path in PAGES:
        tab.goto(path)
        width = tab.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], path


def test_a_word_opens_beside_itself_and_escape_leads_back(site, open_tab):
    tab = open_tab("/articles/melanoma/")
    word = tab.locator("a.term", has_text="cytokines")
    box = tab.locator("#definition-cytokine")
    word.focus()
    tab.keyboard.press("Enter")
    assert box.is_visible()
    assert A_PROTEIN in box.inner_text()
    assert is_beside(tab, word, box)
    assert box.evaluate("box => box === document.activeElement")
    tab.keyboard.press("Escape")
    assert not box.is_visible()
    assert word.evaluate("word => word === document.activeElement")


def test_a_word_opens_by_touch_and_closes_by_a_tap_elsewhere(site, open_tab):
    tab = open_tab("/articles/melanoma/", viewport=PHONE, has_touch=True)
    word = tab.locator("a.term", has_text="cytokines")
    box = tab.locator("#definition-cytokine")
    word.tap()
    assert box.is_visible()
    assert is_beside(tab, word, box)
    tab.locator("h1").tap()
    assert not box.is_visible()


def test_two_words_one_after_the_other(site, open_tab):
    tab = open_tab("/articles/melanoma/")
    tab.locator("a.term", has_text="cytokines").click()
    tab.locator("a.term", has_text="T cells").click()
    assert tab.locator("#definition-t-cell").is_visible()
    assert not tab.locator("#definition-cytokine").is_visible()
    tab.get_by_role("button", name="Close").click()
    assert tab.locator(".definition:popover-open").count() == 0


def test_without_javascript_a_word_leads_to_its_definition_and_back(site, open_tab):
    tab = open_tab("/articles/melanoma/", java_script_enabled=False)
    tab.locator("a.term", has_text="cytokines").click()
    assert tab.url.endswith("#word-cytokine")
    assert tab.get_by_text(A_PROTEIN).is_visible()
    tab.get_by_role("link", name="Back to the text", exact=True).first.click()
    assert tab.url.endswith("#mention-cytokine")


def test_without_javascript_the_list_of_words_opens_popovers(site, open_tab):
    tab = open_tab("/articles/melanoma/", java_script_enabled=False)
    tab.get_by_role("button", name="Cytokine").click()
    assert tab.get_by_text(A_PROTEIN).is_visible()
    tab.keyboard.press("Escape")
    assert not tab.get_by_text(A_PROTEIN).is_visible()


def test_a_citation_leads_to_its_reference_and_back(site, open_tab):
    tab = open_tab("/articles/melanoma/")
    tab.get_by_role("link", name="Reference 1", exact=True).first.click()
    assert tab.url.endswith("#ref-1")
    tab.get_by_role("link", name="Back to the text that cites reference 1").click()
    assert tab.url.endswith("#cite-1-1")


def test_on_paper_all_definitions_stand_in_the_list(site, open_tab):
    tab = open_tab("/articles/melanoma/")
    tab.emulate_media(media="print")
    assert tab.get_by_text(A_PROTEIN).is_visible()
    assert not tab.get_by_role("navigation", name="Main").is_visible()


def test_the_first_tab_skips_to_the_content(site, open_tab):
    tab = open_tab("/articles/melanoma/")
    tab.keyboard.press("Tab")
    assert tab.get_by_role("link", name="Skip to the content").is_visible()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_from_the_start_page_by_search_to_a_reference(site, open_tab):
    tab = open_tab("/")
    tab.get_by_label("What would you like to know?").fill("cells")
    tab.keyboard.press("Enter")
    tab.get_by_role("link", name="Melanoma").first.click()
    assert tab.get_by_role("heading", level=1).inner_text() == "Melanoma"
    tab.get_by_role("link", name="About this source").click()
    assert "larkin-2015" in tab.locator("main").inner_text()


def test_nothing_is_asked_of_other_sites_and_no_cookie_is_set(
    site, open_tab, live_server
):
    asked: list[str] = []
    tab = open_tab("/")
    tab.on("request", lambda request: asked.append(request.url))
    for path in PAGES[:-1]:
        tab.goto(path)
    assert asked
    assert all(url.startswith(live_server.url) for url in asked)
    assert tab.context.cookies() == []
